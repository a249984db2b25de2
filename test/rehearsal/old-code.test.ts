import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { rules } from '../../rules/index.js';
import { notesOf } from '../../server/src/rehearsal/notes.js';
import { EmbeddedEngine } from '../../server/src/rehearsal/pglite/engine.js';
import { projectRehearsal } from '../../server/src/rehearsal/project.js';
import { queriesNow } from '../../server/src/rehearsal/queries.js';
import { type Rehearsed, rehearse } from '../../server/src/rehearsal/rehearse.js';
import { type Remark, remarksOf } from '../../server/src/rehearsal/remarks.js';
import { KeptStates } from '../../server/src/rehearsal/states.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { nodeCode } from '../../server/src/workspace/code-files.js';
import { nodeFiles } from '../../server/src/workspace/node-files.js';
import { MemoryFiles } from '../workspace/support/memory-files.js';
import { Workspace } from '../../server/src/workspace/workspace.js';

const engine = new EmbeddedEngine();
const states = new KeptStates();
const folders: string[] = [];

interface Seen {
  readonly done: Rehearsed;
  /** Of each rehearsed file, about its queries. */
  readonly remarks: readonly (readonly Remark[])[];
  readonly all: readonly Remark[];
  readonly notes: readonly string[];
}

/** Rehearses the migrations from `from` on in a project of these files. */
async function seen(files: Readonly<Record<string, string>>, from: string): Promise<Seen> {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'airlock-old-code-')));
  folders.push(root);
  fs.mkdirSync(path.join(root, '.git'));
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), text);
  }
  const workspace = new Workspace(nodeFiles, rules);
  const wanted = Object.keys(files)
    .filter((name) => name.startsWith('migrations/') && !name.includes('.down.') && name >= `migrations/${from}`)
    .map((name) => `${root}/${name}`);
  const [first = ''] = wanted;
  const project = projectRehearsal(workspace, wanted, { wayBack: 'author first' });
  const queries = queriesNow(workspace, first, { files: nodeFiles, code: nodeCode });
  const { seed, extensions } = project;
  const done = await rehearse(engine, { files: project.files, extensions, seed, queries, states, limitMs: 3000 });
  const all = done.files.map((result) => remarksOf(result, () => false));
  return {
    done,
    remarks: all.map((each) => each.filter(({ about }) => about === 'queries')),
    all: all.flat(),
    notes: notesOf(done),
  };
}

const base = `CREATE TYPE mood AS ENUM ('ok', 'bad');
CREATE TABLE customers (id bigserial PRIMARY KEY, email text NOT NULL UNIQUE, note text, m mood, tags text[]);
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers,
  total numeric(10,2) CHECK (total >= 0), placed timestamptz DEFAULT now());`;
const config = (rehearsal: object): string => JSON.stringify({ rehearsal });
const named = { 'airlock.config.json': config({ queries: ['db/queries/*.sql'] }), 'migrations/1_base.up.sql': base };

describe('the old code in a rehearsal', () => {
  before(() => initParser());

  after(async () => {
    await engine.close();
    for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
  });

  it('says nothing of queries that run on, with parameters of every kind, and leaves the rows as they were', async () => {
    const found = await seen(
      {
        ...named,
        'migrations/2_add.up.sql':
          "ALTER TABLE orders ADD COLUMN region text NOT NULL DEFAULT 'x'; ALTER TABLE orders ADD CONSTRAINT low CHECK (total < 500);",
        'migrations/2_add.down.sql': 'ALTER TABLE orders DROP CONSTRAINT low; ALTER TABLE orders DROP COLUMN region;',
        'db/queries/orders.sql': `-- name: Get :one
SELECT * FROM orders WHERE id = $1 AND placed > $2;
INSERT INTO orders (customer_id, total) VALUES ($1, $2) RETURNING id;
UPDATE orders SET total = $1 WHERE id = ANY($2);
DELETE FROM orders o USING customers c WHERE c.id = o.customer_id AND c.m = $1 AND c.tags @> $2;
SELECT count(*) FROM customers WHERE email LIKE :mail LIMIT @many OFFSET sqlc.arg('skip');
INSERT INTO customers (email, m) VALUES ($1, $2) ON CONFLICT (email) DO UPDATE SET note = $3;`,
      },
      '2_',
    );
    assert.deepEqual(
      found.all.filter(({ severity }) => severity !== 'info'),
      [],
    );
    assert.equal(found.done.files[0]?.oldCode?.ran, 6, JSON.stringify(found.done.oldCode.failedBefore));
    assert.deepEqual(found.notes, ['6 queries: 6 run without the migrations, and were run behind each.']);
    assert.deepEqual(found.done.files[0]?.back?.differences, []);
  });

  it('names the query that fails behind a migration, and the statement that did it', async () => {
    const up = `SET lock_timeout = '2s';
ALTER TABLE customers DROP COLUMN note;
ALTER TABLE orders ADD COLUMN region text NOT NULL DEFAULT 'x';
ALTER TABLE orders ALTER COLUMN region DROP DEFAULT;
ALTER TABLE customers RENAME COLUMN email TO mail;`;
    for (const down of [undefined, 'SELECT 1;']) {
      const found = await seen(
        {
          ...named,
          'migrations/2_change.up.sql': up,
          ...(down === undefined ? {} : { 'migrations/2_change.down.sql': down }),
          'db/queries/a.sql':
            '\n\nSELECT id, note FROM customers WHERE email = $1;\nINSERT INTO orders (customer_id, total) VALUES ($1, $2);\nSELECT m FROM customers WHERE email = $1;\nSELECT 1 FROM orders;',
        },
        '2_',
      );
      const [remarks = []] = found.remarks;
      assert.deepEqual(
        remarks.map(({ severity, span }) => [severity, span && up.slice(span.start, span.end)]),
        [
          ['error', 'ALTER TABLE customers DROP COLUMN note'],
          ['error', 'ALTER TABLE orders ALTER COLUMN region DROP DEFAULT'],
          ['error', 'ALTER TABLE customers RENAME COLUMN email TO mail'],
        ],
      );
      assert.match(
        remarks[0]?.message ?? '',
        /^The query at db\/queries\/a\.sql:3 \("SELECT id, note FROM customers WHERE email = \$1"\) runs before the migration and fails behind it: column "note" does not exist \(42703\)\. It fails from "ALTER TABLE customers DROP COLUMN note" on\.$/,
      );
      assert.match(remarks[1]?.message ?? '', /null value in column "region".*\(23502\)/);
    }
  });

  it('blames the file of a release that breaks a query, and no file behind it', async () => {
    const found = await seen(
      {
        ...named,
        'migrations/2_index.up.sql': 'CREATE INDEX orders_placed ON orders (placed);',
        'migrations/3_drop.up.sql': 'ALTER TABLE customers DROP COLUMN note;',
        'migrations/4_more.up.sql': 'ALTER TABLE orders ADD COLUMN a int;',
        'db/queries/a.sql': 'SELECT note FROM customers; SELECT total FROM orders;',
      },
      '2_',
    );
    assert.deepEqual(
      found.remarks.map((each) => each.length),
      [0, 1, 0],
    );
    assert.deepEqual(
      found.done.files.map(({ oldCode }) => oldCode?.ran),
      [2, 2, 1],
    );
  });

  it('runs behind a later migration of the release what an earlier one has made possible', async () => {
    const found = await seen(
      {
        ...named,
        'migrations/2_regions.up.sql': 'CREATE TABLE regions (id int PRIMARY KEY, name text);',
        'migrations/3_index.up.sql': 'CREATE INDEX regions_name ON regions (name);',
        'migrations/4_drop.up.sql': 'ALTER TABLE regions DROP COLUMN name;',
        'db/queries/a.sql': 'SELECT name FROM regions WHERE id = $1;',
      },
      '2_',
    );
    assert.deepEqual(
      found.remarks.map((each) => each.length),
      [0, 0, 1],
    );
    assert.deepEqual(found.done.oldCode.failedBefore, []);
  });

  it('says once what failed already, and blames no migration for it', async () => {
    const found = await seen(
      {
        ...named,
        'migrations/2_drop.up.sql': 'ALTER TABLE customers DROP COLUMN note;',
        'db/queries/a.sql': 'SELECT nothing FROM customers;\nSELEC 1;\nCREATE TABLE x (id int);',
      },
      '2_',
    );
    assert.deepEqual(found.remarks, [[]]);
    assert.deepEqual(found.notes, [
      '1 query: 0 run without the migrations, and were run behind each; 1 fails without them already; 2 statements that are no queries were left out.',
      'db/queries/a.sql:1 fails without the migrations already: column "nothing" does not exist (42703).',
    ]);
  });

  it('takes a value that the application may never write for no fault, and one that it always writes for one', async () => {
    const found = await seen(
      {
        ...named,
        'migrations/2_check.up.sql': "ALTER TABLE customers ADD CONSTRAINT known CHECK (note IN ('a', 'b')) NOT VALID;",
        'db/queries/a.sql':
          "INSERT INTO customers (email, note) VALUES ($1, $2);\nINSERT INTO customers (email, note) VALUES ('a@b.c', 'other');",
      },
      '2_',
    );
    const [remarks = []] = found.remarks;
    assert.deepEqual(
      remarks.map(({ severity, message }) => [severity, /a\.sql:\d/.exec(message)?.[0]]),
      [['error', 'a.sql:2']],
    );
  });

  it('checks constraints that wait for the end of a transaction', async () => {
    const found = await seen(
      {
        ...named,
        'migrations/2_key.up.sql':
          'CREATE TABLE regions (id int PRIMARY KEY); ALTER TABLE orders ADD COLUMN region int NOT NULL DEFAULT 7; ALTER TABLE orders ADD FOREIGN KEY (region) REFERENCES regions DEFERRABLE INITIALLY DEFERRED NOT VALID;',
        'db/queries/a.sql': 'INSERT INTO orders (customer_id, total) SELECT id, 1 FROM customers;',
      },
      '2_',
    );
    assert.match(found.remarks[0]?.[0]?.message ?? '', /violates foreign key constraint/);
  });

  it('finds queries in strings of the code where none are named, and skips those that are put together', async () => {
    const code = `import { pool, sql } from './db';
export const one = (id) => pool.query('SELECT note FROM customers WHERE id = $1', [id]);
export const two = (t) => pool.query(\`SELECT * FROM \${t} WHERE id = 1\`);
export const three = (mail) => sql\`update customers set note = null where email = \${mail}\`;
export const four = pool.query('SELECT 1 FROM customers WHERE ' + condition);
toast('Select a file from the list, please');`;
    const found = await seen(
      {
        'migrations/1_base.up.sql': base,
        'migrations/2_drop.up.sql': 'ALTER TABLE customers DROP COLUMN note;',
        'src/app.ts': code,
        'test/app.test.ts': "pool.query('SELECT email, note FROM customers');",
      },
      '2_',
    );
    assert.deepEqual(
      found.remarks[0]?.map(({ message }) => /src\/app\.ts:\d/.exec(message)?.[0]),
      ['src/app.ts:2', 'src/app.ts:4'],
    );
    assert.deepEqual(found.notes, [
      '3 queries in strings of the code: 2 run without the migrations, and were run behind each; 1 fails without them already; 2 more are put together when the code runs, and were not run.',
    ]);
  });

  it('finds tables in other schemas, as applications do by their search_path', async () => {
    const found = await seen(
      {
        'airlock.config.json': config({ queries: ['q.sql'] }),
        'migrations/1_base.up.sql': 'CREATE SCHEMA shop; CREATE TABLE shop.carts (id int PRIMARY KEY, note text);',
        'migrations/2_drop.up.sql': 'ALTER TABLE shop.carts DROP COLUMN note;',
        'q.sql': 'SELECT note FROM carts WHERE id = $1;',
      },
      '2_',
    );
    assert.match(found.remarks[0]?.[0]?.message ?? '', /column "note" does not exist/);
  });

  it('ends a query that does not end, and goes on', async () => {
    const found = await seen(
      {
        ...named,
        'migrations/2_drop.up.sql': 'ALTER TABLE customers DROP COLUMN note;',
        'db/queries/a.sql': 'SELECT count(*) FROM generate_series(1, 1000000000000) AS n;\nSELECT note FROM customers;',
      },
      '2_',
    );
    assert.match(found.notes.join('\n'), /a\.sql:1 fails without the migrations already: It took longer than 3 s/);
    assert.equal(found.remarks[0]?.length, 1);
  }).timeout(60_000);

  it('puts the rows of the seed behind the history, fills what it leaves empty, and says what of it fails', async () => {
    const found = await seen(
      {
        'airlock.config.json': config({ seed: 'db/seed.sql', queries: ['q.sql'] }),
        'migrations/1_base.up.sql': base,
        'migrations/2_check.up.sql': 'ALTER TABLE customers ALTER note SET NOT NULL;',
        'migrations/2_check.down.sql': 'ALTER TABLE customers ALTER note DROP NOT NULL;',
        'db/seed.sql': `BEGIN;
INSERT INTO customers (email, note) VALUES ('a@b.c', 'n'), ('d@e.f', 'o');
INSERT INTO nowhere VALUES (1);
UPDATE customers SET m = 'bad' WHERE id = 2;
COMMIT;`,
        'q.sql': "SELECT 1 / (SELECT count(*) FROM customers WHERE m = 'bad') FROM orders;",
      },
      '2_',
    );
    assert.deepEqual(found.notes.slice(0, 2), [
      'db/seed.sql:3 of the seed did not run: relation "nowhere" does not exist (42P01).',
      'The rest of the seed ran.',
    ]);
    assert.deepEqual(found.all, []);
    // Two of the seed, and twelve orders.
    assert.equal(found.done.files[0]?.back?.rows, 14);
    assert.equal(found.done.files[0]?.oldCode?.ran, 1);
  });

  it('runs of the seed what names later tables before the migration behind them', async () => {
    const found = await seen(
      {
        'airlock.config.json': config({ seed: 'seed.sql' }),
        'migrations/1_base.up.sql': base,
        'migrations/2_regions.up.sql': 'CREATE TABLE regions (id int PRIMARY KEY, name text);',
        'migrations/3_name.up.sql': 'ALTER TABLE regions ALTER name TYPE varchar(3);',
        'seed.sql': "INSERT INTO regions VALUES (1, 'abc');",
      },
      '1_',
    );
    assert.deepEqual(found.notes, []);
    assert.deepEqual(
      found.all.filter(({ severity }) => severity === 'error'),
      [],
    );
    const [, , last] = found.done.files;
    assert.equal(last?.up.stopped, undefined);
    assert.equal(last?.refusedRows, undefined);
  });

  it('says what is wrong with the settings, at its place', () => {
    const problemsOf = (rehearsal: object): string =>
      new Workspace(
        new MemoryFiles({ '/p/airlock.config.json': config(rehearsal), '/p/db/seed.sql': '', '/p/a.sql': '' }),
        rules,
      )
        .configFor('/p/a.sql')
        .problems.map(({ message }) => message)
        .join();
    assert.equal(problemsOf({ seed: 'db/seed.sql', queries: ['db/*.sql'] }), '');
    assert.match(problemsOf({ seed: '../seed.sql' }), /"seed" names a file below the folder/);
    assert.match(problemsOf({ seed: 'seed.sql' }), /"seed" cannot be used: seed\.sql is no file here/);
    assert.match(problemsOf({ queries: [`{${'a,'.repeat(5000)}b}`] }), /\S/);
    assert.match(problemsOf({ querys: [] }), /There is no setting "rehearsal\.querys"/);
  });

  it('refuses a row of the seed that the migration cannot take', async () => {
    const found = await seen(
      {
        'airlock.config.json': config({ seed: 'seed.sql' }),
        'migrations/1_base.up.sql': base,
        'migrations/2_check.up.sql': 'ALTER TABLE customers ALTER note SET NOT NULL;',
        'seed.sql': "INSERT INTO customers (email) VALUES ('a@b.c');",
      },
      '2_',
    );
    assert.match(
      found.all.map(({ message }) => message).join('\n'),
      /column "note" of relation "customers" contains null/,
    );
    assert.equal(found.done.files[0]?.up.stopped?.code, '23502');
  });
});
