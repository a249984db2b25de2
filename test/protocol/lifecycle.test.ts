import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Diagnostic } from 'vscode-languageserver-protocol/node';
import { pathOfUri } from '../../server/src/protocol/file-uris.js';
import { bundle } from '../cli/support/run-cli.js';
import { Folder } from '../support/folder.js';
import { StdioClient } from '../support/stdio-client.js';

const pulling = {
  textDocument: { diagnostic: {}, publishDiagnostics: {} },
  workspace: { configuration: true, workspaceFolders: true },
};

interface Report {
  readonly items: readonly Diagnostic[];
}

describe('a session of the language server', () => {
  const running: StdioClient[] = [];

  afterEach(() => {
    for (const client of running.splice(0)) client.process.kill('SIGKILL');
  });

  function start(): StdioClient {
    const client = StdioClient.start([process.execPath, bundle, 'lsp', '--stdio']);
    running.push(client);
    return client;
  }

  async function codeOf(answer: Promise<unknown>): Promise<number | undefined> {
    return answer.then(
      () => undefined,
      (error: { code: number }) => error.code,
    );
  }

  it('begins with initialize, once, and ends with shutdown', async () => {
    const client = start();
    const ask = (method: string): Promise<unknown> => client.connection.sendRequest(method, {});
    assert.equal(await codeOf(ask('textDocument/hover')), -32002);
    assert.equal(await codeOf(ask('shutdown')), -32002);
    const folder = new Folder({ '0001_a.sql': 'SELECT 1;\n' });
    const uri = pathToFileURL(folder.path).href;
    await client.initialize(pulling, uri);
    assert.equal(await codeOf(client.connection.sendRequest('initialize', { capabilities: {} })), -32600);
    assert.equal(await codeOf(ask('airlock/rules')), undefined);
    await client.connection.sendRequest('shutdown');
    assert.equal(await codeOf(ask('airlock/rules')), -32600);
    await client.connection.sendNotification('exit');
    assert.deepEqual(await client.ended(), { code: 0, signal: null });
  });

  it('ends at a frame behind which nobody can read on, instead of going deaf', async () => {
    for (const frame of [
      'Content-Type: x\r\n\r\n{}',
      'Content-Length: -5\r\n\r\n{}',
      'Content-Length: 99999999999\r\n\r\n{}',
      'Content-Length: 9999999999\r\n\r\n{}',
      'x'.repeat(20_000),
    ]) {
      const child = spawn(process.execPath, [bundle, 'lsp', '--stdio']);
      let stderr = '';
      child.stderr.on('data', (chunk: Buffer) => {
        stderr += chunk.toString();
      });
      child.stdin.write(frame);
      const code = await new Promise((resolve) => child.on('close', resolve));
      assert.equal(code, 1, frame.slice(0, 30));
      assert.match(stderr, /The client has sent/);
    }
  });

  it('follows folders that come and go, and names that are no encoding', async () => {
    const first = new Folder({ 'migrations/0001_a.sql': 'SELECT 1;\n' });
    // Above its folder stands "migrations", which is nobody's business.
    const outer = new Folder({ 'migrations/app/queries/report.sql': 'SELEC 1;\n' });
    const client = start();
    await client.initialize(pulling, pathToFileURL(first.path).href);
    const odd = 'untitled:%zz';
    await client.open(odd, 'SELEC 2;\n');
    const uri = pathToFileURL(outer.at('migrations/app/queries/report.sql')).href;
    await client.open(uri, 'SELEC 1;\n');
    const pull = (of: string): Promise<Report> =>
      client.connection.sendRequest('textDocument/diagnostic', { textDocument: { uri: of } });
    assert.deepEqual((await pull(odd)).items, []);
    await client.connection.sendRequest('airlock/checkDocument', { uri: odd });
    assert.equal((await pull(odd)).items.length, 1);
    assert.equal((await pull(uri)).items.length, 1);
    await client.connection.sendNotification('workspace/didChangeWorkspaceFolders', {
      event: { added: [{ uri: pathToFileURL(outer.at('migrations/app')).href, name: 'app' }], removed: [] },
    });
    assert.deepEqual((await pull(uri)).items, []);
    assert.equal(pathOfUri('untitled:%zz', '/f'), '/f/%zz.sql');
  });

  it('answers for the text that it was given last, whatever its version', async () => {
    const folder = new Folder({ 'migrations/0001_a.sql': 'SELECT 1;\n' });
    const client = start();
    await client.initialize(pulling, pathToFileURL(folder.path).href);
    const uri = pathToFileURL(folder.at('migrations/0001_a.sql')).href;
    const pull = (): Promise<Report> =>
      client.connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } });
    const open = (text: string): Promise<void> =>
      client.connection.sendNotification('textDocument/didOpen', {
        textDocument: { uri, languageId: 'sql', version: 1, text },
      });
    await open('SELEC 1;\n');
    assert.equal((await pull()).items.length, 1);
    await open('SELECT 1;\n');
    assert.deepEqual((await pull()).items, []);
  });

  it('reports a history and a schema that cannot be read', async () => {
    const folder = new Folder({
      'migrations/0001_a.sql': Buffer.from([0xff, 0x41]),
      'migrations/0002_b.sql': 'SELECT 1;\n',
      'airlock.config.json': '{ "schema": "nope.sql" }',
    });
    const client = start();
    await client.initialize(pulling, pathToFileURL(folder.path).href);
    const uri = pathToFileURL(folder.at('migrations/0002_b.sql')).href;
    await client.open(uri, 'SELECT 1;\n');
    await client.connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } });
    const reported = new Map(
      client.pushed.map((each) => [each.uri, each.diagnostics.map(({ message }) => message).join()]),
    );
    assert.match(reported.get(pathToFileURL(folder.at('airlock.config.json')).href) ?? '', /"schema" cannot be used/);
    assert.match(reported.get(pathToFileURL(folder.at('migrations/0001_a.sql')).href) ?? '', /not UTF-8/);
    fs.writeFileSync(folder.at('nope.sql'), 'CREATE TABLE t (id int);\n');
    fs.writeFileSync(folder.at('migrations/0001_a.sql'), 'SELECT 1;\n');
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: ['nope.sql', 'migrations/0001_a.sql'].map((name) => ({
        uri: pathToFileURL(folder.at(name)).href,
        type: 2,
      })),
    });
    await client.connection.sendRequest('textDocument/diagnostic', { textDocument: { uri } });
    const last = new Map(client.pushed.map((each) => [each.uri, each.diagnostics.length]));
    assert.deepEqual([...last.values()], [0, 0]);
  });
});
