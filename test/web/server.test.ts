import assert from 'node:assert/strict';
import type { Diagnostic, TextEdit } from 'vscode-languageserver-protocol/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { notInABrowser } from '../../server/src/protocol/messages/not-in-a-browser.js';
import { startWeb, WebClient } from './support/web-client.js';

// dist/web/server.js itself, in a scope that has nothing of Node.

const orders = 'CREATE TABLE orders (id bigint PRIMARY KEY, total integer NOT NULL);\n';
const index = 'CREATE INDEX orders_total ON orders (total);\n';
const line = (number: number) => ({ start: { line: number, character: 0 }, end: { line: number, character: 40 } });

/** What each tool has: files, the file that is opened, its language, and the line of the index. */
const tools: Readonly<Record<string, { files: Record<string, string>; open: string; language?: string; at: number }>> =
  {
    'plain SQL': {
      files: { 'db/migrations/0001_a.sql': orders, 'db/migrations/0002_b.sql': index },
      open: 'db/migrations/0002_b.sql',
      at: 0,
    },
    Flyway: {
      files: {
        'flyway.conf': 'flyway.url=jdbc:postgresql://localhost/shop\n',
        'sql/V1__orders.sql': orders,
        'sql/V2__index.sql': index,
      },
      open: 'sql/V2__index.sql',
      at: 0,
    },
    Prisma: {
      files: {
        'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
        'prisma/migrations/20260101000000_a/migration.sql': orders,
        'prisma/migrations/20260102000000_b/migration.sql': index,
      },
      open: 'prisma/migrations/20260102000000_b/migration.sql',
      at: 0,
    },
    Knex: {
      files: {
        'package.json': '{ "dependencies": { "knex": "3.1.0" } }',
        'migrations/20260101000000_a.ts': [
          "import { Knex } from 'knex';",
          'export async function up(knex: Knex): Promise<void> {',
          "  await knex.schema.alterTable('orders', (table) => table.index(['total'], 'orders_total'));",
          '}',
          'export async function down(knex: Knex): Promise<void> {}',
        ].join('\n'),
      },
      open: 'migrations/20260101000000_a.ts',
      language: 'typescript',
      at: 2,
    },
    Django: {
      files: {
        'shop/migrations/0001_initial.py': [
          'from django.db import migrations, models',
          'class Migration(migrations.Migration):',
          '    operations = [migrations.CreateModel("Order", [("id", models.BigAutoField(primary_key=True)), ("total", models.IntegerField())])]',
        ].join('\n'),
        'shop/migrations/0002_index.py': [
          'from django.db import migrations, models',
          'class Migration(migrations.Migration):',
          '    dependencies = [("shop", "0001_initial")]',
          '    operations = [migrations.AddIndex("order", models.Index(fields=["total"], name="order_total"))]',
        ].join('\n'),
      },
      open: 'shop/migrations/0002_index.py',
      language: 'python',
      at: 3,
    },
  };

describe('the language server in a browser', () => {
  for (const [tool, { files, open, language, at }] of Object.entries(tools))
    it(`reads migrations of ${tool}`, async () => {
      const client = await startWeb(files);
      await client.open(`memfs:/shop/${open}`, language);
      const found = await client.diagnostics(`memfs:/shop/${open}`);
      const wanted = found.find(({ code }) => code === 'require-concurrent-index');
      assert.equal(wanted?.range.start.line, at, JSON.stringify(client.logged));
    });

  it('knows the history, explains on hover, and names its files as the editor does', async () => {
    const folder = 'vscode-vfs://github%2B7b2276223a317d/o/Gr%C3%B6%C3%9Fe%20%26%20Preis';
    const client = await startWeb({ 'db/migrations/0001_a.sql': orders, 'db/migrations/0002_b.sql': index }, folder);
    const uri = `${folder}/db/migrations/0002_b.sql`;
    await client.open(uri);
    assert.deepEqual(await client.found(uri), ['require-concurrent-index']);
    assert.deepEqual(client.reads, [[`${folder}/db/migrations/0001_a.sql`]], 'no file is read that nobody needs');
    assert.match(JSON.stringify(await client.hover(uri, 0, 9)), /SHARE/);
    const [definition] = await client.connection.sendRequest<readonly { readonly uri: string }[]>(
      'textDocument/definition',
      { textDocument: { uri }, position: { line: 0, character: 30 } },
    );
    assert.equal(definition?.uri, `${folder}/db/migrations/0001_a.sql`);
  });

  it('fixes a file with the line ends that it has', async () => {
    const client = await startWeb({ 'db/migrations/0002_b.sql': `-- Größe\r\n${index.trimEnd()}\r\n` });
    const uri = 'memfs:/shop/db/migrations/0002_b.sql';
    await client.open(uri);
    const [fix] = await client.codeActions(uri, line(1));
    assert.equal(fix?.title, 'Add CONCURRENTLY');
    const [change] = fix?.edit?.documentChanges ?? [];
    const document = TextDocument.create(uri, 'sql', 1, String(client.disk.get(uri)));
    const edits = (change && 'edits' in change ? change.edits : []) as TextEdit[];
    assert.equal(
      TextDocument.applyEdits(document, edits),
      '-- Größe\r\nCREATE INDEX CONCURRENTLY orders_total ON orders (total);\r\n',
    );
  });

  it('edits nothing of a repository, for git cannot be asked, until the configuration says what is applied', async () => {
    const files = { '.git/HEAD': 'ref: refs/heads/main\n', 'db/migrations/0002_b.sql': index };
    for (const [folder, own] of [
      ['memfs:/shop', files],
      ['vscode-vfs://github/o/r', { 'db/migrations/0002_b.sql': index }],
    ] as const) {
      const client = await startWeb(own, folder);
      const uri = `${folder}/db/migrations/0002_b.sql`;
      await client.open(uri);
      const [first] = await client.codeActions(uri, line(0));
      assert.equal(first?.title, 'Take the safe form: why not here …');
      assert.match(String(first?.command?.arguments?.[0]), /^A browser cannot ask git, so nobody knows/);
      await client.change({ [`${folder}/airlock.config.json`]: '{ "applied": "none" }' });
      const [now] = await client.codeActions(uri, line(0));
      assert.equal(now?.title, 'Add CONCURRENTLY');
    }
  });

  it('shows mistakes in a configuration, and takes them back', async () => {
    const config = 'memfs:/shop/airlock.config.json';
    const client = await startWeb({ 'airlock.config.json': '{ "postgress": 15 }', 'db/migrations/0001_a.sql': index });
    await client.open('memfs:/shop/db/migrations/0001_a.sql');
    await client.diagnostics('memfs:/shop/db/migrations/0001_a.sql');
    const words = (): readonly string[] | undefined => client.pushed.get(config)?.map(({ message }) => String(message));
    await turn();
    assert.deepEqual(words(), ['There is no setting "postgress". Did you mean "postgres"?']);
    await client.change({ [config]: '{ "postgres": 15 }' });
    await client.diagnostics('memfs:/shop/db/migrations/0001_a.sql');
    await turn();
    assert.deepEqual(words(), []);
  });

  it('follows files that come, change and go', async () => {
    const first = 'memfs:/shop/db/migrations/0001_a.sql';
    const second = 'memfs:/shop/db/migrations/0002_b.sql';
    const client = await startWeb({ 'db/migrations/0002_b.sql': 'ALTER TABLE orders ADD COLUMN total integer;\n' });
    await client.open(second);
    assert.deepEqual(await client.found(second), []);
    // PostgreSQL refuses a column that is there.
    await client.change({ [first]: orders });
    assert.deepEqual(await client.found(second), ['no-failing-statement']);
    await client.change({ [first]: 'CREATE TABLE orders (id bigint PRIMARY KEY);\n' });
    assert.deepEqual(await client.found(second), []);
    await client.change({ [first]: orders });
    assert.deepEqual(await client.found(second), ['no-failing-statement']);
    await client.change({ [first]: undefined });
    assert.deepEqual(await client.found(second), []);
  });

  it('says of a file of the history why it cannot be read, and not before it has tried', async () => {
    const client = await startWeb({
      'db/migrations/0001_a.sql': new Uint8Array([0x2d, 0x2d, 0xff, 0x0a]),
      'db/migrations/0002_b.sql': index,
    });
    const said: string[] = [];
    client.connection.onNotification(
      'textDocument/publishDiagnostics',
      ({ diagnostics }: { diagnostics: readonly Diagnostic[] }) => {
        said.push(...diagnostics.map(({ message }) => String(message)));
      },
    );
    await client.open('memfs:/shop/db/migrations/0002_b.sql');
    await client.diagnostics('memfs:/shop/db/migrations/0002_b.sql');
    await turn();
    assert.equal(said.length, 1);
    assert.match(said[0] ?? '', /^This is not UTF-8: the text breaks off in line 1 \(byte 2\)\./);
  });

  it('serves several folders, and one that comes later', async () => {
    const one = 'memfs:/one/db/migrations/0001_a.sql';
    const two = 'vscode-vfs://github/o/two/db/migrations/0001_a.sql';
    const client = new WebClient(
      new Map([
        [one, orders + index],
        [two, index],
      ]),
    );
    await client.initialize(['memfs:/one']);
    await client.open(one);
    assert.deepEqual(await client.found(one), []);
    await client.connection.sendNotification('workspace/didChangeWorkspaceFolders', {
      event: { added: [{ uri: 'vscode-vfs://github/o/two', name: 'two' }], removed: [] },
    });
    await client.open(two);
    assert.deepEqual(await client.found(two), ['require-concurrent-index']);
    const folders = await client.connection.sendRequest<readonly { readonly uri: string }[]>(
      'airlock/migrationFolders',
      {},
    );
    assert.deepEqual(folders.map(({ uri }) => uri).sort(), [one, two]);
  });

  it('makes a rollback without a proof, and says so', async () => {
    const client = await startWeb({ 'db/migrations/0001_a.sql': orders, 'db/migrations/0002_b.sql': index });
    const uri = 'memfs:/shop/db/migrations/0002_b.sql';
    await client.open(uri);
    const made = await client.connection.sendRequest<{ file: { text: string }; proof?: string; unproven?: string }>(
      'airlock/rollback',
      { uri, prove: true },
    );
    assert.match(made.file.text, /DROP INDEX/);
    assert.equal(made.proof, undefined);
    assert.equal(made.unproven, notInABrowser.proof);
  });

  it('shows the page of a rule from the package', async () => {
    const client = await startWeb({});
    const { markdown } = await client.connection.sendRequest<{ markdown: string }>('airlock/rulePage', {
      rule: 'no-drop-column',
    });
    assert.match(markdown, /^# no-drop-column$/m);
  });

  it('says in a sentence what cannot run there', async () => {
    const client = await startWeb({ 'db/migrations/0001_a.sql': orders });
    const uris = ['memfs:/shop/db/migrations/0001_a.sql'];
    const asked = (method: string, params: object): Promise<unknown> => client.connection.sendRequest(method, params);
    await assert.rejects(asked('airlock/rehearse', { uris }), { message: notInABrowser.rehearse });
    await assert.rejects(asked('airlock/rehearse', { uris, url: 'postgres://localhost/x' }), {
      message: notInABrowser.rehearseOnServer,
    });
    await assert.rejects(asked('airlock/captureStatistics', { uri: 'memfs:/shop/airlock.stats.json' }), {
      message: notInABrowser.sizes,
    });
  });
});

/** Messages that are on their way have arrived. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}
