import assert from 'node:assert/strict';
import fs from 'node:fs';
import { pathToFileURL } from 'node:url';
import {
  CancellationTokenSource,
  type ClientCapabilities,
  type CodeAction,
  type Diagnostic,
  type Hover,
  LSPErrorCodes,
  ResponseError,
} from 'vscode-languageserver-protocol/node';
import { bundle } from '../cli/support/run-cli.js';
import { Folder } from '../support/folder.js';
import { StdioClient } from '../support/stdio-client.js';

const users = 'CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, age int);\n';
const index = "SET lock_timeout = '2s';\nCREATE INDEX users_email ON users (email);\n";

/** An editor that asks for diagnostics, and one that only takes what is pushed. */
const pulling: ClientCapabilities = {
  textDocument: {
    diagnostic: {},
    codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix'] } } },
  },
  workspace: { configuration: true, workspaceEdit: { documentChanges: true, resourceOperations: ['create'] } },
};
const pushed: ClientCapabilities = { textDocument: { publishDiagnostics: {} } };

const codes = (diagnostics: readonly Diagnostic[]): unknown[] => diagnostics.map(({ code }) => code);
const top = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

describe('pg-airlock lsp --stdio, spoken to by a plain client', () => {
  const running: StdioClient[] = [];

  afterEach(() => {
    for (const client of running.splice(0)) client.process.kill('SIGKILL');
  });

  function start(): StdioClient {
    if (!fs.existsSync(bundle)) throw new Error('There is no dist/cli.js to test: npm run build');
    const client = StdioClient.start([process.execPath, bundle, 'lsp', '--stdio']);
    running.push(client);
    return client;
  }

  /** A server in a folder with one migration before the one that is open. */
  async function open(
    capabilities: ClientCapabilities,
    text = index,
  ): Promise<{ client: StdioClient; uri: string; folder: Folder }> {
    const folder = new Folder({ 'migrations/0001_users.sql': users, 'migrations/0002_index.sql': index });
    const client = start();
    await client.initialize(capabilities, pathToFileURL(folder.path).href);
    const uri = pathToFileURL(folder.at('migrations/0002_index.sql')).href;
    await client.open(uri, text);
    return { client, uri, folder };
  }

  it('shakes hands and ends with 0 after shutdown and exit', async () => {
    const client = start();
    const { capabilities, serverInfo } = await client.initialize(pulling);
    assert.equal(serverInfo?.name, 'Airlock');
    assert.ok(capabilities.hoverProvider && capabilities.codeActionProvider && capabilities.diagnosticProvider);
    assert.deepEqual(await client.stop(), { code: 0, signal: null });
    assert.equal(client.stderr, '');
  });

  it('pushes diagnostics to a client that does not pull', async () => {
    const { client, uri } = await open(pushed);
    const { diagnostics } = await client.push((params) => params.uri === uri && params.diagnostics.length > 0);
    assert.deepEqual(codes(diagnostics), ['require-concurrent-index']);
    const [finding] = diagnostics;
    assert.deepEqual(finding?.range, { start: { line: 1, character: 7 }, end: { line: 1, character: 12 } });
    assert.deepEqual([finding?.source, finding?.severity], ['Airlock', 1]);
    assert.match(finding?.codeDescription?.href ?? '', /\/rules\/lock-contention\/require-concurrent-index\.md$/);
    assert.match(String(finding?.message), /users/);
    await client.stop();
  });

  it('gives the same when they are pulled, and pushes nothing then', async () => {
    const { client, uri } = await open(pulling);
    assert.deepEqual(codes(await client.pull(uri)), ['require-concurrent-index']);
    assert.deepEqual(
      client.pushed.filter((params) => params.uri === uri),
      [],
    );
    await client.stop();
  });

  it('hovers, and offers the safe form as an edit', async () => {
    const { client, uri } = await open(pulling);
    const hover = await client.connection.sendRequest<Hover>('textDocument/hover', {
      textDocument: { uri },
      position: { line: 1, character: 8 },
    });
    assert.match(JSON.stringify(hover.contents), /SHARE.*users/s);
    const actions = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
      textDocument: { uri },
      range: { start: { line: 1, character: 8 }, end: { line: 1, character: 8 } },
      context: { diagnostics: [], triggerKind: 1 },
    });
    const fix = actions.find(({ title }) => title === 'Add CONCURRENTLY');
    assert.ok(fix?.edit, JSON.stringify(actions.map(({ title }) => title)));
    assert.match(JSON.stringify(fix.edit), /CONCURRENTLY/);
    await client.stop();
  });

  it('answers for the last text after twenty edits that nobody waited for', async () => {
    const { client, uri } = await open(pulling);
    let text = index;
    let last: Promise<readonly Diagnostic[]> = Promise.resolve([]);
    for (let edit = 0; edit < 20; edit++) {
      text = `-- ${edit}\n${text}`;
      void client.change(uri, { range: top, text: `-- ${edit}\n` }, text);
      last = client.pull(uri);
    }
    const [finding] = await last;
    assert.equal(finding?.range.start.line, 21);
    await client.stop();
  });

  it('pushes the diagnostics of the last text, too', async () => {
    const { client, uri } = await open(pushed);
    let text = index;
    let version = 1;
    for (let edit = 0; edit < 20; edit++) {
      text = `-- ${edit}\n${text}`;
      version = await client.change(uri, { range: top, text: `-- ${edit}\n` }, text);
    }
    const { diagnostics } = await client.push((params) => params.version === version);
    assert.equal(diagnostics[0]?.range.start.line, 21);
    assert.equal(client.pushed.filter((params) => params.uri === uri).at(-1)?.version, version);
    await client.stop();
  });

  it('answers what is cancelled, and goes on', async () => {
    const { client, uri } = await open(pulling, index.repeat(300));
    const cancel = new CancellationTokenSource();
    const asked = client.connection.sendRequest<{ kind: string }>(
      'textDocument/diagnostic',
      { textDocument: { uri } },
      cancel.token,
    );
    cancel.cancel();
    const answer = await asked.catch((error: unknown) => error);
    if (answer instanceof ResponseError) {
      assert.ok(
        [LSPErrorCodes.RequestCancelled, LSPErrorCodes.ServerCancelled].some((code) => code === answer.code),
        String(answer.code),
      );
    } else assert.equal((answer as { kind: string }).kind, 'full');
    assert.ok((await client.pull(uri)).length >= 300);
    await client.stop();
  });

  it('reads one open document as the history of another', async () => {
    const { client, uri, folder } = await open(pulling);
    assert.deepEqual(codes(await client.pull(uri)), ['require-concurrent-index']);
    const first = pathToFileURL(folder.at('migrations/0001_users.sql')).href;
    await client.open(first, users);
    assert.deepEqual(codes(await client.pull(first)), []);
    await client.change(first, { range: top, text: 'DROP TABLE old;\n' }, `DROP TABLE old;\n${users}`);
    assert.ok(codes(await client.pull(first)).includes('no-drop-table'));
    const third = pathToFileURL(folder.at('migrations/0003_new.sql')).href;
    await client.open(third, "SET lock_timeout = '2s';\nALTER TABLE users DROP COLUMN nick;\n");
    await client.pull(third);
    assert.deepEqual(codes(await client.pull(uri)), ['require-concurrent-index']);
    await client.stop();
  });

  it('follows airlock.config.json and the migrations on disk when the client reports a change', async () => {
    const { client, uri, folder } = await open(pulling);
    assert.deepEqual(codes(await client.pull(uri)), ['require-concurrent-index']);
    const changed = async (name: string, text: string): Promise<void> => {
      folder.write(name, text);
      const changes = [{ uri: pathToFileURL(folder.at(name)).href, type: 1 }];
      await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
    };
    await changed('airlock.config.json', '{ "rules": { "require-concurrent-index": "off" } }');
    assert.deepEqual(codes(await client.pull(uri)), []);
    await changed('airlock.config.json', '{ "rules": { "require-concurrent-index": "warning" } }');
    assert.equal((await client.pull(uri))[0]?.severity, 2);
    await changed('airlock.config.json', '{ "ruels": {} }');
    assert.deepEqual(codes(await client.pull(uri)), ['require-concurrent-index']);
    const broken = await client.push(
      (params) => params.uri.endsWith('/airlock.config.json') && params.diagnostics.length > 0,
    );
    assert.match(String(broken.diagnostics[0]?.message), /There is no setting "ruels"\. Did you mean "rules"\?/);
    await client.stop();
  });

  it('asks for the settings again when they have changed', async () => {
    const { client, uri } = await open(pulling);
    const hover = async (): Promise<string> =>
      JSON.stringify(
        await client.connection.sendRequest('textDocument/hover', {
          textDocument: { uri },
          position: { line: 1, character: 8 },
        }),
      );
    assert.match(await hover(), /PostgreSQL 14/);
    client.settings = { postgres: 18 };
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    assert.match(await hover(), /PostgreSQL 18/);
    await client.stop();
  });

  it('survives messages that make no sense', async () => {
    const { client, uri } = await open(pulling);
    const unknown = client.connection.sendRequest('airlock/noSuchRequest', {});
    await assert.rejects(unknown, /Unhandled method/);
    await client.connection.sendNotification('airlock/noSuchNotification', {});
    await assert.rejects(client.connection.sendRequest('textDocument/hover', { nothing: true }));
    const raw = (text: string): void => {
      client.process.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    };
    raw('{ this is no JSON');
    raw('{"jsonrpc":"2.0","method":42}');
    raw('[]');
    await client.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: 'file:///never-opened.sql', version: 2 },
      contentChanges: [{ text: 'x' }],
    });
    assert.deepEqual(codes(await client.pull(uri)), ['require-concurrent-index']);
    assert.deepEqual(await client.pull('file:///never-opened.sql'), []);
    assert.deepEqual((await client.stop()).code, 0);
  });

  it('ends with 1 when exit comes without shutdown', async () => {
    const { client } = await open(pulling);
    await client.connection.sendNotification('exit');
    assert.deepEqual(await client.ended(), { code: 1, signal: null });
  });

  it('ends with its client', async () => {
    const { client, uri } = await open(pulling);
    await client.pull(uri);
    client.process.stdin.end();
    const { signal } = await client.ended();
    assert.equal(signal, null);
  });
});
