import assert from 'node:assert/strict';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CompletionItem, CompletionList, TextEdit } from 'vscode-languageserver-protocol/node';
import { marked, startWorkspace } from './support/start-workspace.js';
import type { TestClient } from './support/test-client.js';

const shop = {
  '/shop/db/migrations/0001_orders.sql':
    "CREATE TYPE mood AS ENUM ('calm', 'cross');\n" +
    'CREATE TABLE customers (id bigint PRIMARY KEY, email text);\n' +
    'CREATE TABLE orders (\n' +
    '  id bigint PRIMARY KEY,\n' +
    '  customer_id bigint REFERENCES customers (id),\n' +
    '  state mood NOT NULL,\n' +
    '  "Note" text,\n' +
    '  CONSTRAINT orders_id_positive CHECK (id > 0)\n' +
    ');\n' +
    'CREATE INDEX orders_state_idx ON orders (state);\n' +
    'CREATE VIEW cross_orders AS SELECT id, state FROM orders;\n' +
    'CREATE SCHEMA audit;\nCREATE TABLE audit.log (at timestamptz, what text);\n' +
    'CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;\n' +
    'CREATE FUNCTION total(bigint) RETURNS bigint LANGUAGE sql AS $$ SELECT 1 $$;\n',
  '/shop/db/migrations/0003_later.sql': 'CREATE TABLE later (id int);\n',
};

interface Offered {
  readonly labels: readonly string[];
  /** The text after an item is taken. */
  readonly taken: (label: string) => string;
}

async function askIn(
  client: TestClient,
  uri: string,
  text: string,
  position: object,
  context?: object,
): Promise<Offered> {
  const answer = await client.connection.sendRequest<CompletionItem[] | CompletionList>('textDocument/completion', {
    textDocument: { uri },
    position,
    context: context ?? { triggerKind: 1 },
  });
  const found = Array.isArray(answer) ? answer : answer.items;
  const sorted = [...found].sort((a, b) => ((a.sortText ?? '') < (b.sortText ?? '') ? -1 : 1));
  return {
    labels: sorted.map(({ label }) => label),
    taken(label) {
      const item = found.find((each) => each.label === label);
      assert.ok(item, `${label} is offered`);
      return TextDocument.applyEdits(TextDocument.create(uri, 'sql', 1, text), [item.textEdit as TextEdit]);
    },
  };
}

let client: TestClient;
let count = 0;

async function offered(text: string, context?: object): Promise<Offered> {
  const { text: whole, position } = marked(text);
  const uri = `file:///shop/db/migrations/0002_here${count++}.sql`;
  await client.open(uri, whole);
  const result = await askIn(client, uri, whole, position, context);
  await client.close(uri);
  return result;
}

/** What is offered at each place, without the types that PostgreSQL has by itself. */
async function labels(text: string): Promise<readonly string[]> {
  const builtIn = new Set(
    (
      'bigint bigserial bool boolean bytea char citext date inet int integer interval json jsonb numeric real serial ' +
      'smallint text time timestamp timestamptz uuid varchar void'
    ).split(' '),
  );
  return (await offered(text)).labels.filter((each) => !builtIn.has(each) && each !== 'double precision');
}

describe('completion', () => {
  before(async () => {
    ({ client } = await startWorkspace(shop));
  });
  after(() => client.stop());

  const tables = ['customers', 'orders', 'audit.log'];
  const columns = ['Note', 'customer_id', 'id', 'state'];

  it('offers nothing where a person writes what is new, words or values', async () => {
    for (const text of [
      '|',
      'AL|',
      'ALTER |',
      'CREATE TABLE |',
      'CREATE TABLE IF NOT EXISTS or|',
      'CREATE TABLE x (|',
      'CREATE TABLE x (a int, |',
      'ALTER TABLE orders |',
      'ALTER TABLE orders ADD COLUMN |',
      'ALTER TABLE orders ADD COLUMN IF NOT EXISTS |',
      'ALTER TABLE orders ADD CONSTRAINT |',
      'ALTER TABLE orders RENAME TO |',
      'ALTER TABLE orders ADD COLUMN x int CONSTRAINT |',
      'DROP TABLE IF |',
      'SELECT id FROM orders WHERE id IS |',
      'ALTER TABLE orders RENAME COLUMN id TO |',
      'CREATE INDEX |',
      'CREATE INDEX CONCURRENTLY IF NOT EXISTS |',
      'CREATE INDEX i ON orders USING |',
      "UPDATE orders SET state = 'ca|",
      "UPDATE orders SET state = 'ca|lm';",
      '-- orders |',
      '/* orders | */',
      'SELECT 1 |',
      'SELECT 12|',
      'SELECT id FROM orders |',
      'INSERT INTO orders (id) VALUES (|',
      "SET lock_timeout = '2s|",
      'CREATE TYPE x AS ENUM (|',
      'CREATE FUNCTION f() RETURNS text LANGUAGE plpython3u AS $$ select |$$;',
    ])
      assert.deepEqual(await labels(text), [], text);
  });

  it('offers tables where one stands, and no table of a later file', async () => {
    for (const text of [
      'ALTER TABLE |',
      'ALTER TABLE IF EXISTS ONLY |',
      'ALTER TABLE cu|',
      'DROP TABLE IF EXISTS |;',
      'TRUNCATE |',
      'LOCK TABLE |',
      'CREATE INDEX i ON |',
      'ALTER TABLE orders ADD CONSTRAINT c FOREIGN KEY (id) REFERENCES |',
      'CREATE TABLE x (a int REFERENCES |',
      'INSERT INTO |',
      'COMMENT ON TABLE |',
      'UPDATE |\nSET id = 1;',
    ])
      assert.deepEqual(await labels(text), tables, text);
    assert.deepEqual(
      await labels('SELECT * FROM |'),
      ['customers', 'orders', 'audit.log', 'cross_orders'].sort(rankOfTest),
    );
    assert.deepEqual(await labels('DROP TABLE orders, |'), tables);
    assert.deepEqual(await labels('TRUNCATE orders, |'), tables);
    const readables = [...tables, 'cross_orders'].sort(rankOfTest);
    assert.deepEqual(await labels('SELECT 1 FROM (|'), readables);
    assert.deepEqual(await labels('SELECT 1 FROM ((|'), readables);
    assert.deepEqual(await labels('CREATE TRIGGER t BEFORE UPDATE ON |'), readables);
    assert.deepEqual(await labels('DROP VIEW a, |'), ['cross_orders']);
    assert.deepEqual(await labels('DROP VIEW |'), ['cross_orders']);
    assert.deepEqual(await labels('DROP INDEX CONCURRENTLY |'), ['orders_state_idx', 'customers_pkey', 'orders_pkey']);
  });

  it('offers columns of the table of the statement', async () => {
    for (const text of [
      'ALTER TABLE orders DROP COLUMN |',
      'ALTER TABLE orders DROP COLUMN IF EXISTS |',
      'ALTER TABLE public.orders ALTER |',
      'ALTER TABLE orders ALTER COLUMN st| SET NOT NULL;',
      'ALTER TABLE orders ADD COLUMN x int, ALTER COLUMN |',
      'ALTER TABLE orders RENAME COLUMN |',
      'ALTER TABLE orders ADD CONSTRAINT c UNIQUE (|)',
      'ALTER TABLE orders ADD FOREIGN KEY (id, |',
      'INSERT INTO orders (id, |',
      'UPDATE orders SET |',
      'UPDATE orders SET id = 1, | WHERE true',
      'INSERT INTO orders (id) VALUES (1) ON CONFLICT (|',
      'COMMENT ON COLUMN orders.|',
    ])
      assert.deepEqual(await labels(text), columns, text);
    const names = [...columns, 'total'];
    for (const text of [
      'CREATE INDEX i ON orders (|',
      'CREATE INDEX i ON orders USING btree (id, |)',
      'CREATE INDEX i ON orders (id) WHERE |',
      'ALTER TABLE orders ADD CONSTRAINT c CHECK (|',
      'ALTER TABLE orders ADD CONSTRAINT c CHECK (id > 0 AND |)',
      'ALTER TABLE orders ADD CONSTRAINT c CHECK ((id > 0) OR (|',
      'SELECT | FROM orders',
      'SELECT id FROM orders WHERE id = 1 AND |',
      'DELETE FROM orders WHERE |;',
      'CREATE VIEW v AS SELECT | FROM orders;',
      'CREATE POLICY p ON orders USING (|',
    ])
      assert.deepEqual(await labels(text), names, text);
    assert.deepEqual(await labels('ALTER TABLE orders ADD CONSTRAINT c FOREIGN KEY (id) REFERENCES customers (|'), [
      'email',
      'id',
    ]);
    assert.deepEqual(await labels('CREATE TABLE x (a int, b text, PRIMARY KEY (|'), ['a', 'b']);
  });

  it('knows aliases, and what stands behind a dot', async () => {
    assert.deepEqual(await labels('SELECT o.| FROM orders o JOIN customers c ON true'), columns);
    assert.deepEqual(await labels('SELECT * FROM orders o JOIN customers AS c ON c.|'), ['email', 'id']);
    assert.deepEqual(await labels('SELECT * FROM audit.|'), ['log']);
    assert.deepEqual(await labels('SELECT x.| FROM audit.log x'), ['at', 'what']);
    assert.deepEqual(await labels('SELECT z.| FROM orders o'), []);
    const trigger = 'CREATE TRIGGER t BEFORE UPDATE ON orders FOR EACH ROW WHEN (';
    assert.deepEqual(await labels(`${trigger}NEW.|`), columns);
    assert.deepEqual(await labels(`${trigger}|`), ['new', 'old']);
    assert.deepEqual(await labels('SELECT c.| FROM cross_orders c'), ['id', 'state']);
  });

  it('offers constraints, indexes, types and functions', async () => {
    const constraints = ['orders_customer_id_fkey', 'orders_id_positive', 'orders_pkey'];
    assert.deepEqual(await labels('ALTER TABLE orders DROP CONSTRAINT |'), constraints);
    assert.deepEqual(await labels('ALTER TABLE orders VALIDATE CONSTRAINT |'), constraints);
    assert.deepEqual(await labels('INSERT INTO orders (id) VALUES (1) ON CONFLICT ON CONSTRAINT |'), constraints);
    assert.deepEqual(await labels('ALTER TABLE orders ADD PRIMARY KEY USING INDEX |'), [
      'orders_state_idx',
      'orders_pkey',
    ]);
    for (const text of [
      'ALTER TABLE orders ADD COLUMN x |',
      'ALTER TABLE orders ADD COLUMN IF NOT EXISTS x |',
      'ALTER TABLE orders ALTER COLUMN id TYPE |',
      'CREATE TABLE x (a |',
      'ALTER TYPE |',
      'DROP TYPE |',
      "SELECT 'calm'::|",
      "INSERT INTO orders (state) (SELECT 'calm'::|",
    ])
      assert.deepEqual(await labels(text), ['mood'], text);
    assert.deepEqual(await labels('CREATE TRIGGER t BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION |'), [
      'touch',
    ]);
    assert.deepEqual(await labels('ALTER TABLE orders ADD COLUMN x bigint DEFAULT |'), ['total']);
  });

  it('sees what this file has made above, and not what it makes below', async () => {
    const text = 'CREATE TABLE fresh (a int);\nALTER TABLE fr|\nCREATE TABLE below (b int);\n';
    assert.deepEqual(await labels(text), ['customers', 'fresh', 'orders', 'audit.log']);
  });

  it('works within blocks and functions', async () => {
    assert.deepEqual(await labels('DO $$ BEGIN UPDATE orders SET |; END $$;'), columns);
    assert.deepEqual(
      await labels('DO $$\nDECLARE x int;\nBEGIN\n  SELECT 1;\n  DELETE FROM |'),
      [...tables, 'cross_orders'].sort(rankOfTest),
    );
    assert.deepEqual(
      await labels('CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ UPDATE orders SET | $$;'),
      columns,
    );
  });

  it('writes what is needed in quotes, over what is typed', async () => {
    assert.equal(
      (await offered('ALTER TABLE orders DROP COLUMN No|')).taken('Note'),
      'ALTER TABLE orders DROP COLUMN "Note"',
    );
    assert.equal(
      (await offered('ALTER TABLE orders DROP COLUMN "N|";')).taken('Note'),
      'ALTER TABLE orders DROP COLUMN "Note";',
    );
    assert.equal(
      (await offered('ALTER TABLE orders DROP COLUMN "s|')).taken('state'),
      'ALTER TABLE orders DROP COLUMN "state"',
    );
    assert.equal((await offered('ALTER TABLE or|ders;')).taken('customers'), 'ALTER TABLE customers;');
    assert.equal((await offered('DROP TABLE l|')).taken('audit.log'), 'DROP TABLE audit.log');
  });

  it('offers rules in a suppression, those that report below it first', async () => {
    const text = '-- airlock-ignore req|: small\nCREATE INDEX i ON orders (id);\n';
    const { labels: found, taken } = await offered(text);
    assert.equal(found[0], 'require-lock-timeout');
    assert.ok(found.slice(0, 3).includes('require-concurrent-index'));
    assert.ok(found.length > 80);
    assert.equal(taken('require-concurrent-index'), text.replace('req|', 'require-concurrent-index'));
    assert.ok((await offered('-- airlock-ignore |', { triggerKind: 2, triggerCharacter: ' ' })).labels.length > 80);
    assert.ok((await offered('-- airlock-ignore-file no-a, |')).labels.length > 80);
    assert.deepEqual((await offered('-- airlock-ignore no-drop-column: because |')).labels, []);
  });

  it('does not open at a blank that is typed', async () => {
    const context = { triggerKind: 2, triggerCharacter: ' ' };
    assert.deepEqual((await offered('ALTER TABLE |', context)).labels, []);
  });

  it('gives of very many tables those that may be meant, and is asked again', async () => {
    const names = Array.from({ length: 700 }, (_, index) => `t${index}_${index % 2 ? 'odd' : 'even'}`);
    const head = names.map((name) => `CREATE TABLE ${name} (a int);`).join('\n');
    const { text, position } = marked(`${head}\nALTER TABLE t699|`);
    const uri = 'file:///shop/db/migrations/0002_many.sql';
    await client.open(uri, text);
    const answer = await client.connection.sendRequest<CompletionList>('textDocument/completion', {
      textDocument: { uri },
      position,
    });
    await client.close(uri);
    assert.equal(answer.isIncomplete, true);
    assert.deepEqual(
      answer.items.map(({ label }) => label),
      ['t699_odd'],
    );
  });

  it('says nothing in a file that is no migration', async () => {
    const uri = 'file:///shop/queries/report.sql';
    await client.open(uri, 'SELECT * FROM ');
    const { labels: found } = await askIn(client, uri, 'SELECT * FROM ', { line: 0, character: 14 });
    assert.deepEqual(found, []);
    await client.close(uri);
  });

  it('works in SQL in code, and writes as the string has to be written', async () => {
    const code = (sql: string): string =>
      `import { MigrationInterface, QueryRunner } from "typeorm";\nexport class More1700000000001 implements MigrationInterface {\n  async up(q: QueryRunner) {\n    await q.query("CREATE TABLE t (\\"Big\\" int, small int)");\n    await q.query(${sql});\n  }\n  async down(q: QueryRunner) {}\n}\n`;
    const uri = 'file:///shop/src/migrations/1700000000001-More.ts';
    for (const [sql, expected] of [
      ['"ALTER TABLE t DROP COLUMN B|"', '"ALTER TABLE t DROP COLUMN \\"Big\\""'],
      ['`ALTER TABLE t DROP COLUMN |`', '`ALTER TABLE t DROP COLUMN "Big"`'],
    ] as const) {
      const { text, position } = marked(code(sql));
      await client.open(uri, text, 'typescript');
      const { labels: found, taken } = await askIn(client, uri, text, position);
      assert.deepEqual(found, ['Big', 'small'], sql);
      assert.equal(taken('Big'), code(expected));
      await client.close(uri);
    }
    const { text, position } = marked(code('"SELECT 1"').replace('async down', 'async do|wn'));
    await client.open(uri, text, 'typescript');
    assert.deepEqual((await askIn(client, uri, text, position)).labels, []);
    await client.close(uri);
  });
});

/** Tables of another schema and views stand behind the tables of this one. */
function rankOfTest(one: string, other: string): number {
  const rank = (label: string): string => `${label === 'audit.log' || label === 'cross_orders' ? 1 : 0}${label}`;
  return rank(one) < rank(other) ? -1 : 1;
}
