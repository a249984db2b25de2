import assert from 'node:assert/strict';
import type { StatusParams } from '../../server/src/protocol/messages/messages.js';
import { startSingleFileServer } from './support/start.js';
import { simple } from './support/test-client.js';
import type { TestClient } from './support/test-client.js';

const uri = 'file:///db/0001.sql';
const everything = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };

const statuses = (client: TestClient): readonly StatusParams[] =>
  client.notifications.flatMap(({ method, params }) => (method === 'airlock/status' ? [params as StatusParams] : []));

describe('the server', () => {
  it('answers a bug with the empty result and an error status, and goes on', async () => {
    const { client, checker } = startSingleFileServer();
    await client.initialize();
    await client.open(uri, 'CREATE INDEX a ON t (x);\n');
    checker.bug = new Error('an impossible state');
    assert.deepEqual(await client.diagnostics(uri), []);
    assert.deepEqual(await client.codeActions(uri, everything), []);
    assert.equal(await client.hover(uri, 0, 8), undefined);
    const status = await client.until(() => statuses(client).find(({ state }) => state === 'error'), 'an error status');
    assert.equal(status.message, 'Checking: an impossible state');
    assert.equal(status.uri, uri);
    checker.bug = undefined;
    assert.equal((await client.diagnostics(uri)).length, 2);
    await client.until(() => statuses(client).at(-1)?.state === 'ok', 'an ok status');
    await client.stop();
  });

  it('takes squiggles away when it fails for a client that cannot pull', async () => {
    const { client, checker } = startSingleFileServer();
    await client.initialize(simple);
    await client.open(uri, 'CREATE INDEX a ON t (x);\n');
    await client.until(() => client.pushed.get(uri)?.diagnostics.length === 2, 'findings');
    checker.bug = new Error('an impossible state');
    await client.change(uri, 'CREATE INDEX a ON t (y);\n');
    await client.until(() => client.pushed.get(uri)?.diagnostics.length === 0, 'no findings');
    await client.stop();
  });

  it('reports version, rules, configuration and framework, and the same news once', async () => {
    const { client } = startSingleFileServer();
    await client.initialize();
    await client.open(uri, 'SELECT 1;\n');
    await client.diagnostics(uri);
    await client.diagnostics(uri);
    const framework = 'plain SQL, each statement by itself';
    const applied = 'pending';
    assert.deepEqual(statuses(client), [
      { state: 'ok', uri, postgres: 14, rules: 7, config: 'defaults', framework, applied },
    ]);
    await client.stop();
  });

  it('does not begin work that is cancelled before its turn', async () => {
    const { client, checker } = startSingleFileServer();
    await client.initialize();
    await client.open(uri, 'SELECT 1;\n');
    const { CancellationTokenSource } = await import('vscode-languageserver-protocol/node');
    const cancel = new CancellationTokenSource();
    const asked = client.connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } }, cancel.token);
    cancel.cancel();
    await assert.rejects(asked, /cancelled/);
    assert.equal(checker.checks, 0);
    await client.stop();
  });

  it('survives a burst of edits and requests and answers for the last text', async () => {
    const { client } = startSingleFileServer();
    await client.initialize();
    await client.open(uri, '');
    const answers: Promise<unknown>[] = [];
    for (let i = 0; i < 50; i++) {
      await client.change(uri, `${'SELECT 1;\n'.repeat(i)}CREATE INDEX a ON t (x);\n`);
      answers.push(client.diagnostics(uri), client.hover(uri, i, 8));
    }
    await Promise.all(answers);
    const last = await client.diagnostics(uri);
    assert.deepEqual(
      last.map((one) => one.range.start.line),
      [49, 49],
    );
    await client.stop();
  });

  it('asks nothing of a client that promises nothing', async () => {
    const { client, options } = startSingleFileServer();
    const { capabilities } = await client.initialize({});
    await client.open(uri, 'CREATE INDEX a ON t (x);\n');
    await client.until(() => client.pushed.get(uri), 'pushed diagnostics');
    assert.deepEqual(client.watched, []);
    assert.deepEqual(await client.codeActions(uri, everything), []);
    assert.equal(capabilities.hoverProvider, true);
    assert.deepEqual(options()?.folders(), []);
    await client.stop();
  });

  it('runs no git where our client says that the workspace is not trusted', async () => {
    const first = startSingleFileServer();
    await first.client.initialize({}, 'file:///db', { trusted: false });
    assert.equal(first.options()?.trusted, false);
    await first.client.stop();
    const second = startSingleFileServer();
    await second.client.initialize({}, 'file:///db');
    assert.equal(second.options()?.trusted, true);
    await second.client.stop();
  });

  it('answers the custom requests for open documents, and says what to do for others', async () => {
    const { client } = startSingleFileServer();
    await client.initialize();
    await assert.rejects(client.connection.sendRequest('airlock/rollback', { uri }), /Open file:\/\/\/db\/0001\.sql/);
    await client.open(uri, 'SELECT 1;\n');
    const rollback = await client.connection.sendRequest<{ file: { uri: string } }>('airlock/rollback', { uri });
    assert.equal(rollback.file.uri, 'file:///db/0001.down.sql');
    const review = await client.connection.sendRequest<{ verdict: string }>('airlock/review', { uri });
    assert.equal(review.verdict, 'SAFE TO SHIP');
    assert.deepEqual(await client.connection.sendRequest('airlock/effectiveConfig', { uri }), { text: '{}\n' });
    assert.deepEqual(await client.connection.sendRequest('airlock/rulePage', { rule: 'nothing' }), { markdown: null });
    await client.stop();
  });
});
