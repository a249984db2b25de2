import assert from 'node:assert/strict';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CodeAction, CreateFile, TextDocumentEdit } from 'vscode-languageserver-protocol/node';
import { rules } from '../../rules/index.js';
import type { StatusParams, WriteSplitArguments } from '../../server/src/protocol/messages/messages.js';
import { createServer } from '../../server/src/protocol/server.js';
import { nodeCode } from '../../server/src/workspace/code-files.js';
import { createWorkspaceChecker } from '../../server/src/protocol/workspace-checker.js';
import { loadHostParsers } from '../../server/src/workspace/host-parsers.js';
import { branchOf } from '../workspace/support/memory-files.js';
import { memoryFiles } from './support/memory-files.js';
import { modern, TestClient } from './support/test-client.js';

const folder = 'file:///shop';
const config = '{ "postgres": 16, "migrations": ["db/*.sql"], "applied": { "through": "0001" } }\n';
const shop = {
  '/shop/airlock.config.json': config,
  '/shop/db/0001_orders.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY, total int NOT NULL);\n',
  '/shop/db/0002_index.sql': 'CREATE INDEX orders_total ON orders (total);\n',
  '/shop/queries/report.sql': 'CREATE INDEX elsewhere ON orders (total);\n',
};

interface Started {
  readonly client: TestClient;
  readonly disk: Map<string, string>;
  /** Files that git was asked about. */
  readonly asked: string[];
}

async function start(files: Readonly<Record<string, string>>, initializationOptions: unknown = null): Promise<Started> {
  const disk = new Map(Object.entries(files));
  const asked: string[] = [];
  const around = {
    files: memoryFiles(disk),
    code: nodeCode,
    loadHostParsers,
    rules,
    filesOnDefaultBranch: (migrations: readonly string[]) => {
      asked.push(...migrations);
      return branchOf(['/shop/db/0001_orders.sql']);
    },
    readPackageFile: async (path: string) =>
      path === 'rules/data-loss/no-drop-column.md' ? '# no-drop-column\n' : undefined,
  };
  const client = new TestClient((connection) =>
    createServer(connection, {
      version: '1.0.0',
      pages: 'https://example.org',
      createChecker: (options) => createWorkspaceChecker(around, options),
    }),
  );
  await client.initialize(modern, folder, initializationOptions);
  return { client, disk, asked };
}

const ids = async (client: TestClient, uri: string): Promise<readonly unknown[]> =>
  (await client.diagnostics(uri)).map((one) => one.code);

async function split(client: TestClient, uri: string, text: string): Promise<CodeAction> {
  await client.open(uri, text);
  const range = { start: { line: 0, character: 0 }, end: { line: 3, character: 0 } };
  const found = (await client.codeActions(uri, range)).find((action) => action.title.startsWith('Split into'));
  assert.ok(found, 'a split is offered');
  return found;
}

describe('the server over a workspace', () => {
  const index = `${folder}/db/0002_index.sql`;

  it('reads a migration with the history before it', async () => {
    const { client } = await start(shop);
    await client.open(index, shop['/shop/db/0002_index.sql']);
    assert.ok((await ids(client, index)).includes('require-concurrent-index'));
    // What this release makes, nobody else uses.
    const own = `${folder}/db/0003_new.sql`;
    await client.open(own, 'CREATE TABLE t (x int PRIMARY KEY, y int);\nCREATE INDEX i ON t (y);\n');
    assert.deepEqual(await ids(client, own), []);
    await client.stop();
  });

  it('gives findings of an applied file no weight and no fix', async () => {
    const { client } = await start(shop);
    const uri = `${folder}/db/0001_orders.sql`;
    await client.open(uri, 'ALTER TABLE older ADD COLUMN x int NOT NULL;\n');
    const found = await client.diagnostics(uri);
    assert.ok(found.length > 0);
    for (const one of found) assert.equal(one.severity, 3);
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 50 } };
    for (const action of await client.codeActions(uri, range)) {
      assert.doesNotMatch(action.title, /^Ignore/);
      for (const change of action.edit?.documentChanges ?? []) {
        if (!('edits' in change) || change.textDocument.uri !== uri) continue;
        for (const edit of change.edits) assert.equal('newText' in edit && edit.newText, '');
      }
    }
    await client.stop();
  });

  it('shows nothing outside the globs, and says why in the status', async () => {
    const { client } = await start(shop);
    const uri = `${folder}/queries/report.sql`;
    await client.open(uri, shop['/shop/queries/report.sql']);
    assert.deepEqual(await ids(client, uri), []);
    const status = client.notifications.map(({ params }) => params as StatusParams).find((one) => one.uri === uri);
    assert.equal(status?.framework, 'is not in "migrations"');
    await client.stop();
  });

  it('without a configuration, takes a file for a migration by its name or folder', async () => {
    const { client } = await start({});
    const text = 'CREATE INDEX i ON t (x);\n';
    for (const [path, quiet] of [
      ['migrations/add.sql', false],
      ['0001_add.sql', false],
      ['report.sql', true],
      ['leetcode/0196_a.sql', true],
      ['docker-entrypoint-initdb.d/02_seed.sql', true],
      ['mysql/0001_add.sql', true],
    ] as const) {
      await client.open(`${folder}/${path}`, text);
      assert.equal((await ids(client, `${folder}/${path}`)).length === 0, quiet, path);
    }
    await client.open('untitled:Untitled-1', text);
    assert.deepEqual(await ids(client, 'untitled:Untitled-1'), []);
    await client.stop();
  });

  it('checks what is no migration when a person asks, for as long as it is open', async () => {
    const { client } = await start({});
    const text = 'CREATE INDEX i ON t (x);\n';
    for (const uri of ['untitled:Untitled-1', `${folder}/report.sql`]) {
      await client.open(uri, text);
      assert.deepEqual(await ids(client, uri), []);
      await client.connection.sendRequest('airlock/checkDocument', { uri });
      await client.until(() => client.refreshes > 0, 'a refresh');
      assert.ok((await ids(client, uri)).includes('require-concurrent-index'), uri);
      await client.close(uri);
      await client.open(uri, text);
      assert.deepEqual(await ids(client, uri), []);
    }
    await client.stop();
  });

  it('leaves a folder alone whose files are for another database, and says so in the status', async () => {
    const { client, disk } = await start({ '/shop/migrations/1.sql': 'CREATE TABLE t (id INTEGER AUTOINCREMENT);\n' });
    const uri = `${folder}/migrations/2.sql`;
    disk.set('/shop/migrations/2.sql', 'CREATE INDEX i ON other (x);\n');
    await client.open(uri, 'CREATE INDEX i ON other (x);\n');
    assert.deepEqual(await ids(client, uri), []);
    const status = client.notifications.map(({ params }) => params as StatusParams).find((one) => one.uri === uri);
    assert.equal(status?.quiet, true);
    assert.match(status?.framework ?? '', /^reads as SQLite, as 1\.sql:1 does \(AUTOINCREMENT\)/);
    disk.set('/shop/migrations/1.sql', 'CREATE TABLE t (id bigserial);\n');
    await client.filesChanged(`${folder}/migrations/1.sql`);
    assert.ok((await ids(client, uri)).includes('require-concurrent-index'));
    await client.stop();
  });

  it('leaves a folder alone in which the setting is off', async () => {
    const { client } = await start(shop);
    client.settings = { enable: false };
    await client.open(index, shop['/shop/db/0002_index.sql']);
    assert.deepEqual(await ids(client, index), []);
    client.settings = {};
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    assert.ok((await ids(client, index)).length > 0);
    await client.stop();
  });

  it('follows the configuration on disk, and its problems', async () => {
    const { client, disk } = await start(shop);
    await client.open(index, shop['/shop/db/0002_index.sql']);
    await ids(client, index);
    disk.set('/shop/airlock.config.json', '{ "rules": { "require-concurrent-indx": "off" } }');
    await client.filesChanged(`${folder}/airlock.config.json`);
    await ids(client, index);
    const problems = client.pushed.get(`${folder}/airlock.config.json`)?.diagnostics ?? [];
    assert.match(String(problems[0]?.message), /Did you mean "require-concurrent-index"/);
    disk.delete('/shop/airlock.config.json');
    await client.filesChanged(`${folder}/airlock.config.json`);
    await ids(client, index);
    assert.deepEqual(client.pushed.get(`${folder}/airlock.config.json`)?.diagnostics, []);
    await client.stop();
  });

  it('sees migrations come and go on disk', async () => {
    const { client, disk } = await start({ ...shop, '/shop/db/0003_t.sql': 'CREATE TABLE t (x int);\n' });
    const uri = `${folder}/db/0004_i.sql`;
    await client.open(uri, "SET lock_timeout = '2s';\nCREATE INDEX i ON t (x);\n");
    assert.deepEqual(await ids(client, uri), []);
    disk.delete('/shop/db/0003_t.sql');
    await client.filesChanged(`${folder}/db/0003_t.sql`);
    assert.deepEqual(await ids(client, uri), ['require-concurrent-index']);
    await client.stop();
  });

  it('says why a file counts as applied, in words that fit the status', async () => {
    const texts = { ...shop, '/shop/.git/HEAD': 'ref: refs/heads/main\n' };
    const words = async (settings: string, trusted = true): Promise<StatusParams | undefined> => {
      const { client } = await start({ ...texts, '/shop/airlock.config.json': settings }, { trusted });
      await client.open(`${folder}/db/0001_orders.sql`, texts['/shop/db/0001_orders.sql']);
      await client.diagnostics(`${folder}/db/0001_orders.sql`);
      await client.stop();
      return client.notifications
        .filter(({ method }) => method === 'airlock/status')
        .map(({ params }) => params as StatusParams)
        .at(-1);
    };
    assert.equal((await words('{ "applied": { "through": "0001" } }'))?.applied, 'applied, up to 0001');
    assert.equal((await words('{ "applied": "none" }'))?.applied, 'pending, as all are');
    assert.equal((await words('{}'))?.applied, 'applied: on the default branch');
    const restricted = await words('{}', false);
    assert.deepEqual(
      [restricted?.applied, restricted?.unknownBecause],
      ['pending or not: git is not asked', 'restricted'],
    );
    assert.equal((await words('{ "applied": "none" }', false))?.unknownBecause, undefined);
    const lost = await words('{ "migrations": ["db/*.sql"], "applied": { "through": "0099" } }');
    assert.deepEqual([lost?.applied, lost?.configProblems], ['pending: no file is called 0099', 1]);
  });

  it('does not take a file that the globs leave out for one that "through" lacks', async () => {
    const { client } = await start(shop);
    await client.open(`${folder}/queries/report.sql`, 'SELECT 1;\n');
    await client.open('untitled:Untitled-1', 'SELECT 1;\n');
    for (const uri of [`${folder}/queries/report.sql`, 'untitled:Untitled-1']) await client.diagnostics(uri);
    assert.deepEqual(client.pushed.get(`${folder}/airlock.config.json`)?.diagnostics ?? [], []);
    await client.stop();
  });

  it('reports a "through" that no migration is called, where all of them are named', async () => {
    const settings = '{ "migrations": ["db/*.sql"], "applied": { "through": "0099" } }';
    const { client } = await start({ ...shop, '/shop/airlock.config.json': settings });
    await client.open(`${folder}/db/0002_index.sql`, shop['/shop/db/0002_index.sql']);
    await client.diagnostics(`${folder}/db/0002_index.sql`);
    const reported = client.pushed.get(`${folder}/airlock.config.json`)?.diagnostics ?? [];
    assert.match(String(reported[0]?.message), /^No migration is called "0099", so every one counts as pending\./);
    const start0 = settings.indexOf('"0099"');
    assert.deepEqual(reported[0]?.range, {
      start: { line: 0, character: start0 },
      end: { line: 0, character: start0 + '"0099"'.length },
    });
    await client.stop();
  });

  it('runs git only where the workspace is trusted', async () => {
    const files = { ...shop, '/shop/airlock.config.json': '{ "migrations": ["db/*.sql"] }' };
    for (const trusted of [true, false]) {
      const { client, asked } = await start(files, { trusted });
      await client.open(index, shop['/shop/db/0002_index.sql']);
      await ids(client, index);
      assert.deepEqual([...new Set(asked)], trusted ? ['/shop/db/0001_orders.sql', '/shop/db/0002_index.sql'] : []);
      await client.stop();
    }
  });

  it('splits into files that LSP creates and fills, confirmed once, for any client', async () => {
    const { client } = await start(shop);
    const uri = `${folder}/db/0003_status.sql`;
    const action = await split(client, uri, 'ALTER TABLE orders ADD COLUMN status text NOT NULL;\n');
    const changes = action.edit?.documentChanges ?? [];
    const created = changes.filter((change): change is CreateFile => 'kind' in change && change.kind === 'create');
    const names = ['0004_backfill_orders_status', '0005_set_orders_status_not_null'];
    assert.deepEqual(
      created.map((file) => file.uri),
      [...names.map((name) => `${folder}/db/${name}.sql`), ...names.map((name) => `${folder}/db/${name}.down.sql`)],
    );
    const filled = changes.filter((change): change is TextDocumentEdit => 'edits' in change);
    assert.deepEqual(
      filled.map((change) => change.textDocument.version),
      [1, null, null, null, null],
    );
    const annotations = Object.values(action.edit?.changeAnnotations ?? {});
    assert.deepEqual(
      annotations.map((one) => one.needsConfirmation),
      [true],
    );
    assert.equal(action.data, undefined);
    await client.stop();
  });

  it('hands everything over to a client that shows it and asks', async () => {
    const { client } = await start(shop, { commands: ['airlock.writeSplit'] });
    const uri = `${folder}/db/0003_status.sql`;
    const text = 'ALTER TABLE orders ADD COLUMN status text NOT NULL;\n';
    const action = await split(client, uri, text);
    assert.equal(action.edit, undefined);
    assert.equal(action.command?.command, 'airlock.writeSplit');
    const [given] = (action.command?.arguments ?? []) as WriteSplitArguments[];
    assert.ok(given);
    assert.deepEqual([given.uri, given.version, given.title], [uri, 1, action.title]);
    const edited = TextDocument.applyEdits(TextDocument.create(uri, 'sql', 1, text), [...given.edits]);
    assert.match(
      edited,
      /^-- Airlock step 1 of 3: [\s\S]* ADD COLUMN (IF NOT EXISTS )?status text;\nRESET lock_timeout;\n$/,
    );
    assert.deepEqual(
      given.created.map(({ isDown, gate }) => [isDown, gate]),
      [
        [false, 'every version that is running writes orders.status, and never NULL.'],
        [false, undefined],
        [true, undefined],
        [true, undefined],
      ],
    );
    const [backfill] = given.created;
    assert.ok(backfill && given.value);
    assert.equal(given.value.uri, backfill.uri);
    const place = TextDocument.create(backfill.uri, 'sql', 1, backfill.text).getText(given.value.range);
    assert.equal(place, 'NULL /* airlock-value: write here what old rows get */');
    await client.stop();
  });

  it('says why a statement is not split, to a client that can show it', async () => {
    const behind = { ...shop, '/shop/db/0009_late.sql': 'ALTER TABLE orders ALTER COLUMN status DROP NOT NULL;\n' };
    const uri = `${folder}/db/0003_status.sql`;
    const text = 'ALTER TABLE orders ADD COLUMN status text NOT NULL;\n';
    const reason = '0009_late.sql runs behind this file and uses orders: the new files would come behind it.';
    const own = await start(behind, { commands: ['airlock.explainRefusal'] });
    const command = (await split(own.client, uri, text)).command;
    assert.deepEqual(
      [command?.command, command?.arguments],
      ['airlock.explainRefusal', [reason, 'no-required-column']],
    );
    await own.client.stop();
    const plain = await start(behind);
    assert.deepEqual((await split(plain.client, uri, text)).disabled, { reason });
    await plain.client.stop();
  });

  it('offers no new files to a client that cannot create any, nor for a document without a place', async () => {
    const { client } = await start(shop);
    await client.open('untitled:Untitled-1', 'ALTER TABLE orders ADD COLUMN status text NOT NULL;\n');
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 50 } };
    const titles = (await client.codeActions('untitled:Untitled-1', range)).map((action) => action.title);
    assert.ok(!titles.some((title) => title.startsWith('Split')), titles.join());
    await client.stop();
  });

  it('answers with rollback, runbook, review, configuration and rule pages', async () => {
    const { client, disk } = await start(shop);
    await client.open(index, shop['/shop/db/0002_index.sql']);
    const ask = <T>(method: string, params: object): Promise<T> => client.connection.sendRequest<T>(method, params);
    const rollback = await ask<{ file: { uri: string; text: string }; exists: boolean; worst: string }>(
      'airlock/rollback',
      { uri: index },
    );
    assert.equal(rollback.file.uri, `${folder}/db/0002_index.down.sql`);
    assert.match(rollback.file.text, /DROP INDEX CONCURRENTLY/);
    assert.deepEqual([rollback.exists, rollback.worst], [false, 'lossless']);
    disk.set('/shop/db/0002_index.down.sql', '-- mine\n');
    assert.equal((await ask<{ exists: boolean }>('airlock/rollback', { uri: index })).exists, true);
    const runbook = await ask<{ text: string; name: string }>('airlock/runbook', { uri: index });
    assert.equal(runbook.name, '0002_index.runbook.md');
    assert.match(runbook.text, /psql .* db\/0002_index\.sql/);
    const review = await ask<{ verdict: string; name: string }>('airlock/review', { uri: index });
    assert.deepEqual([review.verdict, review.name], ['BLOCK', '0002_index.review.md']);
    const { text } = await ask<{ text: string }>('airlock/effectiveConfig', { uri: index });
    const [head, ...notes] = text.split('\n').filter((each) => each.startsWith('//'));
    assert.equal(head, '// In force for db/0002_index.sql, from /shop/airlock.config.json.');
    assert.deepEqual(notes, [
      '// framework: plain SQL, because nothing says otherwise',
      '// transaction: each statement by itself, as plain SQL does it',
      '// this file: pending, behind 0001',
    ]);
    const values = JSON.parse(text.replace(/^\/\/.*\n/gm, '')) as Record<string, unknown>;
    assert.deepEqual([values.postgres, values.framework, values.transaction], [16, 'sql', 'none']);
    const page = await ask<{ markdown: string | null }>('airlock/rulePage', { rule: 'ban-drop-column' });
    assert.equal(page.markdown, '# no-drop-column\n');
    const listed = await ask<readonly { id: string }[]>('airlock/rules', {});
    assert.equal(listed.length, rules.length);
    await client.stop();
  });

  it('renames a migration whose version is taken, and what names it', async () => {
    const files = {
      '/shop/airlock.config.json': '{ "postgres": 16, "migrations": ["db/*.sql"] }\n',
      '/shop/db/0001_orders.sql': shop['/shop/db/0001_orders.sql'],
      '/shop/db/0001_note.sql': 'ALTER TABLE orders ADD COLUMN note text;\n',
      '/shop/db/0001_note.down.sql': 'ALTER TABLE orders DROP COLUMN note;\n',
      '/shop/db/list.txt': '0001_orders.sql\n0001_note.sql\n',
    };
    const { client } = await start(files);
    const note = `${folder}/db/0001_note.sql`;
    await client.open(note, files['/shop/db/0001_note.sql']);
    const top = { start: { line: 0, character: 0 }, end: { line: 0, character: 5 } };
    const action = (await client.codeActions(note, top)).find(({ title }) => title === 'Rename to 0002_note.sql');
    assert.equal(action?.diagnostics?.[0]?.code, 'require-sound-history');
    assert.deepEqual(action?.edit?.documentChanges, [
      {
        textDocument: { uri: `${folder}/db/list.txt`, version: null },
        edits: [
          {
            range: { start: { line: 1, character: 0 }, end: { line: 1, character: 13 } },
            newText: '0002_note.sql',
          },
        ],
      },
      ...['0001_note.sql', '0001_note.down.sql'].map((name) => ({
        kind: 'rename',
        oldUri: `${folder}/db/${name}`,
        newUri: `${folder}/db/${name.replace('0001', '0002')}`,
        options: { overwrite: false, ignoreIfExists: false },
      })),
    ]);
    const orders = `${folder}/db/0001_orders.sql`;
    await client.open(orders, files['/shop/db/0001_orders.sql']);
    assert.ok((await client.codeActions(orders, top)).every(({ title }) => !title.startsWith('Rename')));
    await client.stop();
  });

  it('writes the migration that validates what earlier ones have left open', async () => {
    const files = {
      '/shop/airlock.config.json': '{ "postgres": 16, "migrations": ["db/*.sql"], "applied": "none" }\n',
      '/shop/db/0001_orders.sql': shop['/shop/db/0001_orders.sql'],
      '/shop/db/0002_check.sql': 'ALTER TABLE orders ADD CONSTRAINT total_ok CHECK (total >= 0) NOT VALID;\n',
      '/shop/db/0003_note.sql': 'ALTER TABLE orders ADD COLUMN note text;\n',
    };
    const { client } = await start(files, { commands: ['airlock.writeSplit'] });
    const note = `${folder}/db/0003_note.sql`;
    await client.open(note, files['/shop/db/0003_note.sql']);
    const top = { start: { line: 0, character: 0 }, end: { line: 0, character: 5 } };
    const action = (await client.codeActions(note, top)).find(({ title }) => title.startsWith('Write the migration'));
    assert.equal(action?.title, 'Write the migration that validates total_ok');
    const [written] = (action?.command?.arguments ?? []) as [WriteSplitArguments];
    assert.deepEqual(written.edits, []);
    assert.deepEqual(
      written.created.map(({ uri, text }) => [uri, text]),
      [
        [
          `${folder}/db/0004_validate_total_ok.sql`,
          "-- Ends what 0002_check.sql began: rows are read beside reads and writes.\nSET lock_timeout = '5s';\nALTER TABLE orders VALIDATE CONSTRAINT total_ok;\n",
        ],
      ],
    );
    await client.stop();
  });
});
