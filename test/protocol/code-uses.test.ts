import assert from 'node:assert/strict';
import fs from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { ClientCapabilities, Diagnostic } from 'vscode-languageserver';
import { rules } from '../../rules/index.js';
import { createServer } from '../../server/src/protocol/server.js';
import { createWorkspaceChecker } from '../../server/src/protocol/workspace-checker.js';
import { type CodeFiles, nodeCode } from '../../server/src/workspace/code-files.js';
import { nodeFiles } from '../../server/src/workspace/node-files.js';
import { loadHostParsers } from '../../server/src/workspace/host-parsers.js';
import { Folder } from '../support/folder.js';
import { modern, TestClient } from './support/test-client.js';

const orders = 'CREATE TABLE orders (id bigint PRIMARY KEY, legacy_code text, note text);\n';
const drop = "SET lock_timeout = '1s';\nALTER TABLE orders DROP COLUMN legacy_code;\n";

/** A client that is handed diagnostics. */
const pushed: ClientCapabilities = { textDocument: { publishDiagnostics: { relatedInformation: true } } };

function project(): Folder {
  const folder = new Folder({
    'migrations/0001_orders.sql': orders,
    'migrations/0002_drop.sql': drop,
    'src/a.ts': "db.query('SELECT legacy_code FROM orders');\n",
  });
  fs.mkdirSync(folder.at('.git'));
  return folder;
}

async function start(folder: Folder, code: CodeFiles, capabilities: ClientCapabilities): Promise<TestClient> {
  const around = {
    files: nodeFiles,
    code,
    loadHostParsers,
    rules,
    filesOnDefaultBranch: () => undefined,
    readPackageFile: async () => undefined,
  };
  const client = new TestClient((connection) =>
    createServer(connection, {
      version: '1.0.0',
      pages: 'https://example.org',
      createChecker: (options) => createWorkspaceChecker(around, options),
    }),
  );
  await client.initialize(capabilities, pathToFileURL(folder.path).href);
  return client;
}

function ofDrop(diagnostics: readonly Diagnostic[] | undefined): Diagnostic | undefined {
  return diagnostics?.find(({ code }) => code === 'no-drop-column');
}

describe('code that uses what an open migration drops', () => {
  it('is shown after the findings, as related information', async () => {
    const folder = project();
    const client = await start(folder, nodeCode, modern);
    const uri = pathToFileURL(folder.at('migrations/0002_drop.sql')).href;
    await client.open(uri, drop);
    const first = ofDrop(await client.diagnostics(uri));
    assert.ok(first);
    assert.equal(first.relatedInformation, undefined, 'the first answer waits for no search');
    await client.until(() => client.refreshes > 0, 'a refresh');
    const found = ofDrop(await client.diagnostics(uri));
    assert.match(String(found?.message), /The code uses orders\.legacy_code in 1 place of 1 file: src\/a\.ts:1/);
    assert.deepEqual(
      found?.relatedInformation?.map(({ location }) => location),
      [
        {
          uri: pathToFileURL(folder.at('src/a.ts')).href,
          range: { start: { line: 0, character: 17 }, end: { line: 0, character: 28 } },
        },
      ],
    );
    await client.stop();
  });

  it('is published once more to a client that is handed diagnostics', async () => {
    const folder = project();
    const client = await start(folder, nodeCode, pushed);
    const uri = pathToFileURL(folder.at('migrations/0002_drop.sql')).href;
    await client.open(uri, drop);
    const found = await client.until(() => {
      const last = ofDrop(client.pushed.get(uri)?.diagnostics);
      return last?.relatedInformation ? last : undefined;
    }, 'related information');
    assert.match(found.relatedInformation?.[0]?.message ?? '', /^Used here \(SQL string\): db\.query/);
    await client.stop();
  });

  it('is not looked for with every key, and no more where nothing is dropped', async () => {
    const folder = project();
    let lists = 0;
    const counting: CodeFiles = {
      read: (path) => nodeCode.read(path),
      list(place) {
        lists++;
        return nodeCode.list(place);
      },
    };
    const client = await start(folder, counting, modern);
    const uri = pathToFileURL(folder.at('migrations/0002_drop.sql')).href;
    await client.open(uri, 'SELECT 1;\n');
    for (let length = 30; length <= drop.length; length++) {
      await client.change(uri, drop.slice(0, length));
      await client.diagnostics(uri);
    }
    await client.until(() => client.refreshes > 0, 'a refresh');
    assert.ok(lists <= 2, `${lists} searches`);
    const before = lists;
    await client.change(uri, 'SELECT 2;\n');
    await client.diagnostics(uri);
    await new Promise((resolve) => setTimeout(resolve, 600));
    assert.equal(lists, before);
    await client.stop();
  });
});
