import assert from 'node:assert/strict';
import type { CodeLens, InlayHint } from 'vscode-languageserver-protocol/node';
import { clientCommands, methods } from '../../server/src/protocol/messages/messages.js';
import type { PendingDetail, PendingFolder } from '../../server/src/protocol/messages/pending.js';
import { startWorkspace } from './support/start-workspace.js';
import type { TestClient } from './support/test-client.js';

const shop = {
  '/shop/airlock.config.json': '{ "postgres": 16, "applied": { "through": "0002" } }\n',
  '/shop/db/migrations/0001_orders.sql':
    'CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, total int);\n',
  '/shop/db/migrations/0002_applied.sql': 'ALTER TABLE orders ALTER COLUMN total TYPE bigint;\n',
};
const ours = { commands: Object.values(clientCommands) };
const uri = 'file:///shop/db/migrations/0003_here.sql';

async function start(text: string, options: unknown = ours, at = uri, settings: unknown = null) {
  const { client } = await startWorkspace(shop, options);
  client.settings = settings;
  await client.open(at, text);
  return client;
}

async function lenses(client: TestClient, at = uri): Promise<string[]> {
  const found = await client.connection.sendRequest<CodeLens[]>('textDocument/codeLens', { textDocument: { uri: at } });
  return found.map(({ command }) => `${command?.title} → ${command?.command}`);
}

async function hints(client: TestClient, at = uri, lines = 1000): Promise<string[]> {
  const range = { start: { line: 0, character: 0 }, end: { line: lines, character: 0 } };
  const found = await client.connection.sendRequest<InlayHint[]>('textDocument/inlayHint', {
    textDocument: { uri: at },
    range,
  });
  return found.map(({ position, label }) => `${position.line}:${position.character} ${String(label)}`);
}

const rewrite = 'ALTER TABLE orders ALTER COLUMN id TYPE text;\n';

describe('the line above a migration', () => {
  it('has the verdict, the strongest lock, and what can be made', async () => {
    const client = await start(rewrite);
    assert.deepEqual(await lenses(client), [
      '$(error)\u00a0BLOCK · ACCESS EXCLUSIVE on orders · rewrites → airlock.reviewFile',
      'Review → airlock.reviewFile',
      'Rollback → airlock.generateRollback',
      'Runbook → airlock.generateRunbook',
      'Rehearse → airlock.rehearse',
    ]);
    await client.change(uri, 'CREATE TABLE x (a int PRIMARY KEY);\n');
    assert.equal((await lenses(client))[0], '$(pass)\u00a0SAFE TO SHIP · nobody waits → airlock.reviewFile');
    await client.stop();
  });

  it('judges nothing that has run, and nothing of half a word', async () => {
    const applied = 'file:///shop/db/migrations/0002_applied.sql';
    const client = await start(shop['/shop/db/migrations/0002_applied.sql'], ours, applied);
    assert.deepEqual(
      (await lenses(client, applied)).map((each) => each.replace(/ →.*/, '')),
      ['Applied · ACCESS EXCLUSIVE on orders · rewrites', 'Review', 'Rollback', 'Runbook'],
    );
    await client.open(uri, 'CREATE TABLE x (a int PRIMARY KEY);\n');
    await client.diagnostics(uri);
    await client.change(uri, 'CREATE TABLE x (a int PRIMARY KEY);\nALTER TAB');
    assert.match((await lenses(client))[0] ?? '', /SAFE TO SHIP/);
    await client.stop();
  });

  it('names two tables, and of more the first alone', async () => {
    for (const [tables, named] of [
      ['orders, customers', 'orders, customers'],
      ['orders, customers, a, b', 'orders and 3 more'],
    ] as const) {
      const client = await start(`DROP TABLE ${tables};\n`);
      assert.match((await lenses(client))[0] ?? '', new RegExp(`ACCESS EXCLUSIVE on ${named} `));
      await client.stop();
    }
  });

  it('is not there above an empty file, where it is switched off, and above what is no migration', async () => {
    const client = await start('-- nothing yet\n');
    assert.deepEqual(await lenses(client), []);
    const other = 'file:///shop/queries/report.sql';
    await client.open(other, rewrite);
    assert.deepEqual(await lenses(client, other), []);
    await client.stop();
    const off = await start(rewrite, ours, uri, { codeLens: { enabled: false }, inlayHints: { enabled: false } });
    assert.deepEqual(await lenses(off), []);
    assert.deepEqual(await hints(off), []);
    await off.stop();
  });

  it('can be read and not clicked in an editor that has no commands of ours', async () => {
    const client = await start(rewrite, null);
    assert.deepEqual(await lenses(client), ['BLOCK · ACCESS EXCLUSIVE on orders · rewrites → ']);
    await client.stop();
  });
});

describe('hints behind statements', () => {
  it('name the lock for which somebody waits', async () => {
    const client = await start(
      `${rewrite}CREATE INDEX i ON orders (total);\nALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (customer_id) REFERENCES customers (id);\n`,
    );
    assert.deepEqual(await hints(client), [
      '0:45 ACCESS EXCLUSIVE on orders · rewrites',
      '1:33 SHARE on orders · builds an index',
      '2:88 SHARE ROW EXCLUSIVE on orders, customers · reads all rows',
    ]);
    assert.equal((await hints(client, uri, 0)).length, 1);
    await client.stop();
  });

  it('are silent where nobody waits, on what is new, and in what has run', async () => {
    const client = await start(
      'CREATE TABLE x (a int);\nALTER TABLE x ADD COLUMN b int;\nCREATE INDEX CONCURRENTLY i ON orders (total);\nUPDATE orders SET total = 1 WHERE id = 1;\nSELECT 1;\n',
    );
    assert.deepEqual(await hints(client), []);
    const applied = 'file:///shop/db/migrations/0002_applied.sql';
    await client.open(applied, shop['/shop/db/migrations/0002_applied.sql']);
    assert.deepEqual(await hints(client, applied), []);
    await client.stop();
  });
});

describe('what the list of pending migrations says', () => {
  it('verdict, lock, phases and open ends of each, as the documents are typed', async () => {
    const files = {
      ...shop,
      '/shop/db/migrations/0003_here.sql':
        'ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID;\nCREATE INDEX ON orders (total);\n',
      '/shop/db/migrations/0004_next.sql': 'CREATE TABLE y (a int PRIMARY KEY);\n',
    };
    const { client } = await startWorkspace(files, ours);
    const next = 'file:///shop/db/migrations/0004_next.sql';
    const pending = await client.connection.sendRequest<readonly PendingFolder[]>(methods.pendingMigrations, {});
    assert.deepEqual(
      pending.flatMap((folder) => folder.files.map((file) => file.uri)),
      [uri, next],
    );
    const details = async (): Promise<readonly PendingDetail[]> =>
      client.connection.sendRequest(methods.pendingDetails, { uris: [uri, next] });
    const [first, second] = await details();
    assert.equal(first?.verdict, 'BLOCK');
    assert.equal(first?.lock, 'ACCESS EXCLUSIVE on orders');
    assert.deepEqual(first?.phases, ['expand']);
    assert.deepEqual(
      first?.openEnds.map(({ text }) => text),
      ['CHECK positive of orders is NOT VALID'],
    );
    assert.match(first?.openEnds[0]?.ending ?? '', /VALIDATE CONSTRAINT positive/);
    assert.deepEqual([second?.verdict, second?.lock, second?.openEnds], ['SAFE TO SHIP', undefined, []]);
    await client.open(next, 'ALTER TABLE orders VALIDATE CONSTRAINT positive;\n');
    assert.deepEqual((await details())[0]?.openEnds, []);
    await client.stop();
  });
});
