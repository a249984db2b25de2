import assert from 'node:assert/strict';
import type { LogOutputChannel } from 'vscode';
import { logWithoutSecrets } from '../../client/src/log-without-secrets.js';

describe('the log of the extension', () => {
  const lines: string[] = [];
  // As VS Code makes it: frozen, with getters.
  const output = Object.freeze({
    name: 'Airlock',
    get logLevel() {
      return 1;
    },
    trace: (message: string, ...args: unknown[]) => void lines.push([message, ...args].join(' ')),
    info: (message: string) => void lines.push(message),
  }) as unknown as LogOutputChannel;

  it('shows no secret that is sent to the server, in whatever form messages are traced', () => {
    const { log, hide } = logWithoutSecrets(output);
    const secret = 'postgres://ann:"pass\\word"@host/db';
    log.trace('before', 1);
    hide(secret);
    log.trace(`Params: ${JSON.stringify({ url: secret }, null, 4)}`);
    log.trace('twice', JSON.stringify(JSON.stringify({ url: secret })), { other: 1 });
    log.info('plain');
    assert.deepEqual(lines.slice(0, 1), ['before 1']);
    assert.doesNotMatch(lines.join('\n'), /pass|word/);
    assert.match(lines[1] ?? '', /"url": "\*\*\*"/);
    assert.equal(lines.at(-1), 'plain');
    assert.equal(log.name, 'Airlock');
    assert.equal(log.logLevel, 1);
  });
});
