import assert from 'node:assert/strict';
import type { DocumentSymbol, FoldingRange, Location, SymbolInformation } from 'vscode-languageserver-protocol/node';
import { marked, startWorkspace } from './support/start-workspace.js';
import type { TestClient } from './support/test-client.js';

const shop = {
  '/shop/db/migrations/0001_orders.sql':
    "CREATE TYPE mood AS ENUM ('calm', 'cross');\n" +
    'CREATE TABLE customers (id bigint PRIMARY KEY);\n' +
    'CREATE TABLE orders (\n' +
    '  id bigint PRIMARY KEY,\n' +
    '  customer_id bigint REFERENCES customers (id),\n' +
    '  state mood NOT NULL,\n' +
    '  "Note" text\n' +
    ');\n' +
    'CREATE INDEX ON orders (customer_id);\n',
  '/shop/db/migrations/0002_total.sql':
    'ALTER TABLE orders ADD COLUMN total int;\nCREATE VIEW totals AS SELECT o.total, o.state FROM orders o;\n',
  '/shop/db/migrations/0003_rename.sql':
    'ALTER TABLE orders RENAME COLUMN total TO amount;\nALTER TABLE customers RENAME TO clients;\n',
  '/shop/db/migrations/0004_more.sql':
    'ALTER TABLE public.orders ALTER COLUMN amount SET NOT NULL;\nALTER TABLE clients ADD COLUMN name text;\n',
};

const base = 'file:///shop/db/migrations';

async function opened(text: string, file = '0005_here.sql', files: Readonly<Record<string, string>> = shop) {
  const { client, disk } = await startWorkspace(files);
  const { text: whole, position } = marked(text);
  const uri = `${base}/${file}`;
  await client.open(uri, whole, file.endsWith('.ts') ? 'typescript' : 'sql');
  return { client, disk, uri, position };
}

/** "0001_orders.sql:3:13", with the lines as people count them. */
function shown(places: readonly Location[] | null): string[] {
  return (places ?? []).map(
    ({ uri, range: { start } }) => `${uri.slice(uri.lastIndexOf('/') + 1)}:${start.line + 1}:${start.character + 1}`,
  );
}

async function ask(client: TestClient, method: string, uri: string, position: object): Promise<string[]> {
  const params = { textDocument: { uri }, position, context: { includeDeclaration: true } };
  return shown(await client.connection.sendRequest<Location[] | null>(`textDocument/${method}`, params));
}

async function definition(text: string, file?: string, files?: Readonly<Record<string, string>>): Promise<string[]> {
  const { client, uri, position } = await opened(text, file, files);
  const found = await ask(client, 'definition', uri, position);
  await client.stop();
  return found;
}

async function references(text: string, file?: string, files?: Readonly<Record<string, string>>): Promise<string[]> {
  const { client, uri, position } = await opened(text, file, files);
  const found = await ask(client, 'references', uri, position);
  await client.stop();
  return found;
}

describe('go to definition', () => {
  it('leads from a table to the migration that made it', async () => {
    assert.deepEqual(await definition('ALTER TABLE ord|ers ADD COLUMN x int;'), ['0001_orders.sql:3:14']);
  });

  it('leads through the rename of a table, and of a column', async () => {
    assert.deepEqual(await definition('ALTER TABLE |clients ADD COLUMN x int;'), ['0001_orders.sql:2:14']);
    assert.deepEqual(await definition('UPDATE orders SET am|ount = 1;'), ['0002_total.sql:1:31']);
  });

  it('does not know a name that is gone by then', async () => {
    assert.deepEqual(await definition('ALTER TABLE customer|s ADD COLUMN x int;'), []);
    assert.deepEqual(await definition('SELECT tota|l FROM orders;'), []);
  });

  it('reads the name as of the file, not as of the end', async () => {
    const text = 'ALTER TABLE customer|s ADD COLUMN x int;';
    assert.deepEqual(await definition(text, '0002_aaa.sql'), ['0001_orders.sql:2:14']);
  });

  it('leads from a type, a constraint, and an index that PostgreSQL has named', async () => {
    assert.deepEqual(await definition('ALTER TABLE orders ADD COLUMN s mo|od;'), ['0001_orders.sql:1:13']);
    assert.deepEqual(await definition('ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fk|ey;'), [
      '0001_orders.sql:5:22',
    ]);
    assert.deepEqual(await definition('DROP INDEX orders_customer_id_id|x;'), ['0001_orders.sql:9:8']);
  });

  it('leads from a column in a query of several tables to the one that has it', async () => {
    const text = 'SELECT am|ount FROM orders JOIN clients ON clients.id = orders.customer_id;';
    assert.deepEqual(await definition(text), ['0002_total.sql:1:31']);
  });

  it('leads from a column of a view to the view', async () => {
    assert.deepEqual(await definition('SELECT sta|te FROM totals;'), ['0002_total.sql:2:13']);
  });

  it('finds what stands in a DO block, and a quoted name', async () => {
    assert.deepEqual(await definition('DO $$ BEGIN UPDATE orders SET "No|te" = NULL; END $$;'), [
      '0001_orders.sql:7:3',
    ]);
  });

  it('understands an alias, and a statement that is typed just now', async () => {
    assert.deepEqual(await definition('SELECT |o.id FROM orders o;'), ['0001_orders.sql:3:14']);
    assert.deepEqual(await definition('SELECT id FROM ord|ers WHERE'), ['0001_orders.sql:3:14']);
    assert.deepEqual(await definition('ALTER TABLE orders ALTER COLUMN sta|te SET'), ['0001_orders.sql:6:3']);
    assert.deepEqual(await definition('ALTER TABLE orders ALT|ER COLUMN state SET'), []);
    assert.deepEqual(await definition('SELECT x.|id FROM orders o;'), []);
  });

  it('says nothing of keywords, strings, comments and tables that no file makes', async () => {
    for (const text of [
      'ALT|ER TABLE orders ADD COLUMN x int;',
      "UPDATE orders SET amount = 1 WHERE 'ord|ers' = 'x';",
      '-- ord|ers\nSELECT 1;',
      'ALTER TABLE else|where ADD COLUMN x int;',
    ])
      assert.deepEqual(await definition(text), [], text);
  });

  it('says nothing in a file that is no migration', async () => {
    const { client, position } = await opened('ALTER TABLE ord|ers ADD COLUMN x int;');
    const uri = 'file:///shop/queries/report.sql';
    await client.open(uri, 'ALTER TABLE orders ADD COLUMN x int;');
    assert.deepEqual(await ask(client, 'definition', uri, position), []);
    await client.stop();
  });

  it('follows what is typed in another document, and what changes on disk', async () => {
    const { client, disk, uri, position } = await opened('ALTER TABLE ord|ers ADD COLUMN x int;');
    assert.deepEqual(await ask(client, 'definition', uri, position), ['0001_orders.sql:3:14']);
    const first = '/shop/db/migrations/0001_orders.sql';
    await client.open(`file://${first}`, `-- one line more\n${shop[first]}`);
    assert.deepEqual(await ask(client, 'definition', uri, position), ['0001_orders.sql:4:14']);
    await client.close(`file://${first}`);
    disk.set(first, `\n\n${shop[first]}`);
    await client.filesChanged(`file://${first}`);
    assert.deepEqual(await ask(client, 'definition', uri, position), ['0001_orders.sql:5:14']);
    await client.stop();
  });

  it('leads out of SQL in code', async () => {
    const files = {
      '/shop/db/migrations/1700000000000-Orders.ts':
        'import { MigrationInterface, QueryRunner } from "typeorm";\n' +
        'export class Orders1700000000000 implements MigrationInterface {\n' +
        '  async up(q: QueryRunner) { await q.query(`CREATE TABLE orders (id int)`); }\n' +
        '  async down(q: QueryRunner) { await q.query(`DROP TABLE orders`); }\n' +
        '}\n',
    };
    const text =
      'import { MigrationInterface, QueryRunner } from "typeorm";\n' +
      'export class More1700000000001 implements MigrationInterface {\n' +
      '  async up(q: QueryRunner) { await q.query(`ALTER TABLE ord|ers ADD COLUMN x int`); }\n' +
      '  async down(q: QueryRunner) {}\n' +
      '}\n';
    assert.deepEqual(await definition(text, '1700000000001-More.ts', files), ['1700000000000-Orders.ts:3:58']);
  });
});

describe('find references', () => {
  it('finds a table in every migration, under each of its names', async () => {
    assert.deepEqual(await references('ALTER TABLE cl|ients ADD COLUMN x int;'), [
      '0001_orders.sql:2:14',
      '0001_orders.sql:5:33',
      '0003_rename.sql:2:13',
      '0003_rename.sql:2:33',
      '0004_more.sql:2:13',
      '0005_here.sql:1:13',
    ]);
  });

  it('finds a column through its rename, and not one of another table', async () => {
    assert.deepEqual(await references('UPDATE orders SET amo|unt = 1;'), [
      '0002_total.sql:1:31',
      '0002_total.sql:2:32',
      '0003_rename.sql:1:34',
      '0003_rename.sql:1:43',
      '0004_more.sql:1:40',
      '0005_here.sql:1:19',
    ]);
    assert.deepEqual(await references('UPDATE clients SET i|d = 1;'), [
      '0001_orders.sql:2:25',
      '0001_orders.sql:5:44',
      '0005_here.sql:1:20',
    ]);
  });

  it('keeps apart two tables of one name, one after the other and in two schemas', async () => {
    assert.deepEqual(
      await references('CREATE TABLE t (a int);\nDROP TABLE t;\nCREATE TABLE |t (b int);\nSELECT b FROM t;'),
      ['0005_here.sql:3:14', '0005_here.sql:4:15'],
    );
    assert.deepEqual(
      await references('CREATE TABLE a.t (x int);\nCREATE TABLE b.|t (x int);\nSELECT 1 FROM a.t, b.t;'),
      ['0005_here.sql:2:16', '0005_here.sql:3:22'],
    );
  });
});

describe('find references in ways back of files of their own', () => {
  const folder = '/shop/db/migrations';
  const migrate = {
    [`${folder}/000001_shop.up.sql`]: 'CREATE TABLE orders (id int);\nCREATE TABLE notes (total int);\n',
    [`${folder}/000001_shop.down.sql`]: 'DROP TABLE notes;\nDROP TABLE orders;\n',
    [`${folder}/000002_total.up.sql`]: 'ALTER TABLE orders ADD COLUMN total int;\n',
    [`${folder}/000002_total.down.sql`]: 'ALTER TABLE orders DROP COLUMN total;\n',
    [`${folder}/000003_amount.up.sql`]: 'ALTER TABLE orders RENAME COLUMN total TO amount;\n',
    [`${folder}/000003_amount.down.sql`]: 'ALTER TABLE orders RENAME COLUMN amount TO total;\n',
    [`${folder}/000004_gone.up.sql`]: 'ALTER TABLE orders DROP COLUMN amount;\n',
    [`${folder}/000004_gone.down.sql`]:
      'ALTER TABLE orders ADD COLUMN amount int;\nALTER TABLE notes ADD COLUMN amount int;\n',
  };

  it('finds a table in each of them', async () => {
    assert.deepEqual(await references('ALTER TABLE not|es ADD COLUMN x int;', '000005_here.up.sql', migrate), [
      '000001_shop.up.sql:2:14',
      '000005_here.up.sql:1:13',
      '000001_shop.down.sql:1:12',
      '000004_gone.down.sql:2:13',
    ]);
  });

  it('finds a column under the name that it has behind and before its migration, and none of another table', async () => {
    const text = migrate[`${folder}/000003_amount.up.sql`] ?? '';
    assert.deepEqual(await references(text.replace('total', 'tot|al').trim(), '000003_amount.up.sql', migrate), [
      '000002_total.up.sql:1:31',
      '000003_amount.up.sql:1:34',
      '000003_amount.up.sql:1:43',
      '000004_gone.up.sql:1:32',
      '000002_total.down.sql:1:32',
      '000003_amount.down.sql:1:34',
      '000003_amount.down.sql:1:44',
      '000004_gone.down.sql:1:31',
    ]);
  });

  it('finds the others from one of them', async () => {
    const found = await references('ALTER TABLE or|ders DROP COLUMN total;', '000002_total.down.sql', migrate);
    assert.deepEqual(found.filter((place) => /down/.test(place)).sort(), [
      '000001_shop.down.sql:2:12',
      '000002_total.down.sql:1:13',
      '000003_amount.down.sql:1:13',
      '000004_gone.down.sql:1:13',
    ]);
  });
});

describe('what goes along with CASCADE', () => {
  const view = 'CREATE VIEW totals AS SELECT customer_id FROM orders;\n';

  it('is gone behind it: a view, what stands on it, an index', async () => {
    for (const text of [
      `${view}DROP TABLE orders CASCADE;\nSELECT 1 FROM tot|als;`,
      `${view}CREATE VIEW upper AS SELECT 1 FROM totals;\nDROP TABLE orders CASCADE;\nSELECT 1 FROM upp|er;`,
      `${view}CREATE VIEW upper AS SELECT 1 FROM totals;\nDROP VIEW totals CASCADE;\nSELECT 1 FROM upp|er;`,
      `${view}ALTER TABLE orders DROP COLUMN customer_id CASCADE;\nSELECT 1 FROM tot|als;`,
      `${view}ALTER TABLE orders RENAME TO sales;\nDROP TABLE sales CASCADE;\nSELECT 1 FROM tot|als;`,
      `CREATE VIEW app.v AS SELECT 1;\nDROP SCHEMA app CASCADE;\nSELECT 1 FROM app.|v;`,
      'CREATE INDEX own ON orders (state);\nDROP TABLE orders;\nDROP INDEX o|wn;',
      'ALTER TABLE orders ADD CONSTRAINT own FOREIGN KEY (customer_id) REFERENCES clients;\nDROP TABLE clients CASCADE;\nALTER TABLE orders DROP CONSTRAINT o|wn;',
    ])
      assert.deepEqual(await definition(text), [], text);
  });

  it('stays where nothing takes it along', async () => {
    for (const [text, expected] of [
      [`${view}DROP TABLE clients CASCADE;\nSELECT 1 FROM tot|als;`, ['0005_here.sql:1:13']],
      [`${view}ALTER TABLE orders DROP COLUMN state CASCADE;\nSELECT 1 FROM tot|als;`, ['0005_here.sql:1:13']],
      [
        `DROP TABLE orders CASCADE;\nCREATE VIEW orders AS SELECT 1;\n${view}SELECT 1 FROM tot|als;`,
        ['0005_here.sql:3:13'],
      ],
      [
        `${view}DROP TABLE orders CASCADE;\nCREATE VIEW totals AS SELECT 1;\nSELECT 1 FROM tot|als;`,
        ['0005_here.sql:3:13'],
      ],
    ] as const)
      assert.deepEqual(await definition(text), expected, text);
  });

  it('ends what is found of it', async () => {
    assert.deepEqual(
      await references(`${view}DROP TABLE orders CASCADE;\nCREATE VIEW tot|als AS SELECT 1;\nSELECT 1 FROM totals;`),
      ['0005_here.sql:3:13', '0005_here.sql:4:15'],
    );
    assert.deepEqual(
      await references(
        `CREATE VIEW tot|als2 AS SELECT 1 FROM orders;\nSELECT 1 FROM totals2;\nDROP TABLE orders CASCADE;\nCREATE TABLE totals2 (a int);`,
      ),
      ['0005_here.sql:1:13', '0005_here.sql:2:15'],
    );
  });
});

describe('the outline', () => {
  async function symbols(text: string): Promise<readonly DocumentSymbol[]> {
    const { client, uri } = await opened(`${text}|`);
    const found = await client.connection.sendRequest<DocumentSymbol[]>('textDocument/documentSymbol', {
      textDocument: { uri },
    });
    await client.stop();
    return found;
  }

  it('has a badge for what each statement locks', async () => {
    const found = await symbols(
      'ALTER TABLE orders ALTER COLUMN id TYPE text;\nCREATE INDEX i ON orders (state);\nCREATE TABLE x (a int, b text);\nSELECT 1;',
    );
    assert.deepEqual(
      found.map(({ name, detail }) => [name, detail]),
      [
        ['orders · ALTER COLUMN id TYPE te…', 'ACCESS EXCLUSIVE · rewrites'],
        ['i', 'SHARE on orders · builds an index'],
        ['x', 'table'],
        ['SELECT 1', ''],
      ],
    );
    assert.deepEqual(
      found[2]?.children?.map(({ name, detail }) => `${name} ${detail}`),
      ['a int', 'b text'],
    );
  });

  it('is there while a statement is half typed', async () => {
    const found = await symbols('CREATE TABLE x (a int);\nALTER TABLE ord');
    assert.deepEqual(
      found.map(({ name, detail }) => `${name}, ${detail}`),
      ['x, table', 'ALTER TABLE ord, syntax error'],
    );
  });
});

describe('folding', () => {
  it('folds statements, comments and blocks', async () => {
    const text =
      '-- one\n-- two\n\nCREATE TABLE x (\n  a int\n);\n-- alone\nDO $$\nBEGIN\n  UPDATE orders\n  SET amount = 1;\nEND\n$$;\nSELECT 1;\n|';
    const { client, uri } = await opened(text);
    const found = await client.connection.sendRequest<FoldingRange[]>('textDocument/foldingRange', {
      textDocument: { uri },
    });
    await client.stop();
    assert.deepEqual(
      found.map(({ startLine, endLine, kind }) => [startLine, endLine, kind ?? '']),
      [
        [3, 5, ''],
        [7, 12, ''],
        [9, 10, ''],
        [0, 1, 'comment'],
      ],
    );
  });
});

describe('symbols of the workspace', () => {
  it('finds tables, columns and types by a part of their names', async () => {
    const { client } = await opened('SELECT 1;|');
    const query = async (text: string): Promise<string[]> =>
      (await client.connection.sendRequest<SymbolInformation[]>('workspace/symbol', { query: text })).map(
        ({ name, location }) => `${name} ${shown([location])[0]}`,
      );
    assert.deepEqual(await query('moo'), ['mood 0001_orders.sql:1:13']);
    assert.deepEqual(await query('amount'), ['orders.amount 0003_rename.sql:1:43']);
    assert.deepEqual(await query('nothing like this'), []);
    await client.stop();
  });
});

describe('hover on a name', () => {
  async function hover(text: string, file?: string): Promise<string | undefined> {
    const { client, uri, position } = await opened(text, file);
    const found = await client.hover(uri, position.line, position.character);
    await client.stop();
    return found;
  }

  it('shows the table as of the statement, and who made and changed it', async () => {
    const text = await hover('ALTER TABLE orders ADD COLUMN x int;\nALTER TABLE ord|ers ADD COLUMN y int;');
    assert.match(text ?? '', /CREATE TABLE orders \(\n {2}id bigint NOT NULL,/);
    assert.match(text ?? '', /amount int NOT NULL,/);
    assert.match(text ?? '', /CONSTRAINT orders_pkey PRIMARY KEY \(id\),?\n/);
    assert.match(text ?? '', / {2}x int,/);
    assert.doesNotMatch(text ?? '', / {2}y int/);
    assert.match(text ?? '', /CREATE INDEX orders_customer_id_idx ON orders \(customer_id\);/);
    assert.match(text ?? '', /Made in \[`db\/migrations\/0001_orders.sql:3`|Made in \[`0001_orders.sql:3`/);
    assert.match(text ?? '', /changed 6 times, last in \[`\S*0005_here.sql:2`\]\(file:\/\/\/shop\/\S+#L2,13\)/);
  });

  it('shows a column with its constraints and indexes, and nothing of a later file', async () => {
    const text = await hover('SELECT customer_i|d FROM orders;', '0001_z.sql');
    assert.match(
      text ?? '',
      /orders\.customer_id bigint\nCONSTRAINT orders_customer_id_fkey FOREIGN KEY \(customer_id\) REFERENCES customers\(id\)/,
    );
    assert.match(text ?? '', /Made in \[`\S*0001_orders.sql:5`\]/);
    assert.doesNotMatch(text ?? '', /changed/);
  });

  it('keeps what a keyword and a finding say', async () => {
    assert.match((await hover('ALTER TAB|LE orders ALTER COLUMN id TYPE text;')) ?? '', /^\*\*ACCESS EXCLUSIVE\*\*/);
    const both = await hover('UPDATE ord|ers SET amount = 1;');
    assert.match(both ?? '', /CREATE TABLE orders/);
  });

  it('has nothing on a name that is not known', async () => {
    assert.equal(await hover('ALTER TABLE else|where VALIDATE CONSTRAINT x;'), undefined);
  });
});

describe('the schema in files of other kinds', () => {
  const knex = {
    '/shop/knexfile.js': 'module.exports = { client: "pg" };\n',
    '/shop/migrations/20240101000000_shop.js':
      "exports.up = (knex) =>\n  knex.schema.createTable('orders', (table) => {\n    table.increments('id');\n    table.string('status');\n  });\nexports.down = (knex) => knex.schema.dropTable('orders');\n",
  };
  const here = 'file:///shop/migrations/20240201000000_more.js';

  it('knows tables and columns in the calls of a tool', async () => {
    const { client } = await startWorkspace(knex);
    for (const [text, expected] of [
      [
        "exports.up = (knex) => knex.schema.alterTable('ord|ers', (table) => {\n  table.dropColumn('status');\n});\nexports.down = () => {};\n",
        ['20240101000000_shop.js:2:3'],
      ],
      [
        "exports.up = (knex) => knex.schema.alterTable('orders', (table) => {\n  table.dropColumn('sta|tus');\n});\nexports.down = () => {};\n",
        ['20240101000000_shop.js:4:5'],
      ],
      [
        "exports.up = (knex) => knex.raw('DROP TABLE ord|ers');\nexports.down = () => {};\n",
        ['20240101000000_shop.js:2:3'],
      ],
      ["exports.up = (kn|ex) => knex.raw('DROP TABLE orders');\nexports.down = () => {};\n", []],
    ] as const) {
      const { text: whole, position } = marked(text);
      await client.open(here, whole, 'javascript');
      assert.deepEqual(await ask(client, 'definition', here, position), expected, text);
      await client.close(here);
    }
    await client.stop();
  });

  const goose = {
    '/shop/db/migrations/0001_orders.sql':
      '-- +goose Up\nCREATE TABLE orders (id int);\n\n-- +goose Down\nDROP TABLE orders;\n',
  };

  it('understands a way back as of the end of its migration', async () => {
    const text =
      '-- +goose Up\nALTER TABLE orders RENAME TO purchases;\n\n-- +goose Down\nALTER TABLE purch|ases RENAME TO orders;\n';
    assert.deepEqual(await definition(text, '0002_rename.sql', goose), ['0001_orders.sql:2:14']);
  });

  it('shows both ways in the outline', async () => {
    const { client, uri } = await opened(`${goose['/shop/db/migrations/0001_orders.sql']}|`, '0001_orders.sql', goose);
    const found = await client.connection.sendRequest<DocumentSymbol[]>('textDocument/documentSymbol', {
      textDocument: { uri },
    });
    await client.stop();
    assert.deepEqual(
      found.map(({ name, children }) => [name, children?.map((each) => each.name)]),
      [
        ['Up', ['orders']],
        ['Down', ['DROP TABLE orders']],
      ],
    );
  });
});
