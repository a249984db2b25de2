import assert from 'node:assert/strict';
import rule from '../../../rules/application-compatibility/no-rename-table.js';
import { renameBehindView } from '../../../rules/fixes/rename-behind-view.js';
import { runMigration, scalar, withDatabase } from '../../support/pglite.js';
import { ruleTester } from '../../support/rule-tester.js';

const behind = (rename: string, from: string, to: string): string => renameBehindView({ rename, from, to });

describe('no-rename-table', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE orders (id bigint PRIMARY KEY); CREATE INDEX orders_i ON orders (id); CREATE SEQUENCE s; CREATE VIEW v AS SELECT 1;',
  ];

  valid('a table made in the same file', 'CREATE TABLE a (b int); ALTER TABLE a RENAME TO c;');
  valid('a temporary table', 'CREATE TEMPORARY TABLE a (b int); ALTER TABLE a RENAME TO c;', { history });
  valid(
    'a rename with a view that keeps the name',
    'BEGIN; ALTER TABLE orders RENAME TO purchases; CREATE VIEW orders AS SELECT * FROM purchases; COMMIT;',
    { history },
  );
  valid(
    'a swap that puts another table in its place',
    'BEGIN; ALTER TABLE orders RENAME TO orders_old; ALTER TABLE orders_new RENAME TO orders; COMMIT;',
    { history: [...history, 'CREATE TABLE orders_new (id bigint);'] },
  );
  valid(
    'a new table of the old name that gets the rows in the same transaction',
    'BEGIN; ALTER TABLE orders RENAME TO orders_old; CREATE TABLE orders (id bigint PRIMARY KEY); INSERT INTO orders SELECT * FROM orders_old; COMMIT;',
    { history },
  );
  invalid('a new, empty table of the old name', {
    sql: 'BEGIN; ALTER TABLE «orders» RENAME TO orders_old; CREATE TABLE orders (id bigint PRIMARY KEY); COMMIT;',
    history,
    message: 'replaced',
    severity: 'warning',
    output: null,
  });
  invalid('a view that comes in a transaction of its own', {
    sql: 'ALTER TABLE «orders» RENAME TO purchases; CREATE VIEW orders AS SELECT * FROM purchases;',
    history,
    message: 'gap',
    severity: 'info',
    output: null,
  });
  const lines = [
    "CREATE TABLE lines (id int PRIMARY KEY, b text NOT NULL DEFAULT 'x', c int); CREATE INDEX ON lines (b);",
  ];
  const swap = (more: string): string =>
    `CREATE TABLE lines_new AS SELECT * FROM lines; ${more} BEGIN; ALTER TABLE lines RENAME TO lines_old; ALTER TABLE «lines_new» RENAME TO lines; COMMIT;`;
  invalid('a copy by CREATE TABLE AS that takes the name', {
    sql: swap(''),
    history: lines,
    message: 'loses',
    severity: 'warning',
    output: null,
  });
  valid(
    'a copy that got all of it back',
    swap(
      "ALTER TABLE lines_new ADD PRIMARY KEY (id), ALTER b SET NOT NULL, ALTER b SET DEFAULT 'x'; CREATE INDEX ON lines_new (b);",
    ).replace(/[«»]/g, ''),
    { history: lines },
  );
  valid('an index, by ALTER INDEX', 'ALTER INDEX orders_i RENAME TO orders_ix;', { history });
  valid('an index, by ALTER TABLE', 'ALTER TABLE orders_i RENAME TO orders_ix;', { history });
  valid('a sequence and a view, by ALTER TABLE', 'ALTER TABLE s RENAME TO s2; ALTER TABLE v RENAME TO v2;', {
    history,
  });

  invalid('an existing table, and offers the view', {
    sql: 'ALTER TABLE «orders» RENAME TO purchases;',
    history,
    message: 'breaks',
    output: `${behind('ALTER TABLE orders RENAME TO purchases', 'orders', 'purchases')};`,
  });
  invalid('a table with a schema and quotes, and keeps both', {
    sql: 'ALTER TABLE «"Shop"."Orders"» RENAME TO "Purchases";',
    message: 'breaks',
    output: `${behind('ALTER TABLE "Shop"."Orders" RENAME TO "Purchases"', '"Shop"."Orders"', '"Shop"."Purchases"')};`,
  });
  invalid('a name with a dot in it', {
    sql: 'ALTER TABLE «"2024.orders"» RENAME TO purchases;',
    message: 'breaks',
    output: `${behind('ALTER TABLE "2024.orders" RENAME TO purchases', '"2024.orders"', 'purchases')};`,
  });
  invalid('names with dots in a schema with a dot', {
    sql: 'ALTER TABLE «"my.app"."2024.orders"» RENAME TO "old.orders";',
    message: 'breaks',
    output: `${behind(
      'ALTER TABLE "my.app"."2024.orders" RENAME TO "old.orders"',
      '"my.app"."2024.orders"',
      '"my.app"."old.orders"',
    )};`,
  });
  invalid('a rename in a transaction, without a second BEGIN', {
    sql: 'begin;\nalter table «orders» rename to purchases;\ncommit;',
    history,
    message: 'breaks',
    output: `begin;\n${behind('alter table orders rename to purchases', 'orders', 'purchases')};\ncommit;`,
  });
  invalid("a rename in the tool's transaction", {
    sql: 'ALTER TABLE «orders» RENAME TO purchases;',
    history,
    config: { transaction: 'per-file' },
    message: 'breaks',
    output: `${behind('ALTER TABLE orders RENAME TO purchases', 'orders', 'purchases')};`,
  });
  invalid('a partitioned table, for which a view takes no rows back from its partitions', {
    sql: 'ALTER TABLE «events» RENAME TO log;',
    history: ['CREATE TABLE events (at date) PARTITION BY RANGE (at);'],
    message: 'breaks',
    output: null,
  });
  invalid('a view of another name', {
    sql: 'ALTER TABLE «orders» RENAME TO purchases; CREATE VIEW recent AS SELECT 1;',
    history,
    message: 'breaks',
    output: `${behind('ALTER TABLE orders RENAME TO purchases', 'orders', 'purchases')}; CREATE VIEW recent AS SELECT 1;`,
  });
  const secured = [
    ...history,
    'ALTER TABLE orders ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON orders USING (id > 0);',
  ];
  invalid('a table with policies before PostgreSQL 15, which has no view that asks them', {
    sql: 'ALTER TABLE «orders» RENAME TO purchases;',
    history: secured,
    config: { postgres: 14 },
    message: 'breaks',
    output: null,
  });
  invalid('a table with policies from PostgreSQL 15 on', {
    sql: 'ALTER TABLE «orders» RENAME TO purchases;',
    history: secured,
    message: 'breaks',
    output: `${behind('ALTER TABLE orders RENAME TO purchases', 'orders', 'purchases')};`,
  });
  invalid('a rename in a block, which cannot hold another', {
    sql: 'DO $$ BEGIN ALTER TABLE «orders» RENAME TO purchases; END $$;',
    history,
    message: 'breaks',
    output: null,
  });
  invalid('a rename that may find no table', {
    sql: 'ALTER TABLE IF EXISTS «orders» RENAME TO purchases;',
    history,
    message: 'breaks',
    output: null,
  });

  it('keeps names with dots, quotes and percent signs, twice', async () => {
    const [from, to] = ['"my.app"."20%.or\'ders"', '"my.app"."old.""x"""'];
    const rename = `ALTER TABLE ${from} RENAME TO "old.""x"""`;
    await withDatabase(async (db) => {
      await runMigration(db, `CREATE SCHEMA "my.app"; CREATE TABLE ${from} (id int); INSERT INTO ${from} VALUES (1);`);
      for (let run = 0; run < 2; run++) await runMigration(db, `${behind(rename, from, to)};`);
      await runMigration(db, `INSERT INTO ${from} VALUES (2)`);
      assert.equal(await scalar(db, `SELECT count(*)::int FROM ${to}`), 2);
    });
  });

  const used = [
    'CREATE TABLE accounts (id bigint PRIMARY KEY, boss bigint REFERENCES accounts); CREATE TABLE logins (id bigint PRIMARY KEY, account bigint CONSTRAINT login_fk REFERENCES accounts); CREATE VIEW names AS SELECT id FROM accounts; CREATE TABLE accounts_new (id bigint PRIMARY KEY);',
  ];
  const exchange = (more: string, before = ''): string =>
    `${before} BEGIN; ALTER TABLE accounts RENAME TO accounts_old; ALTER TABLE accounts_new RENAME TO accounts; ${more} COMMIT;`;
  const anew = 'ALTER TABLE logins DROP CONSTRAINT login_fk;';
  valid(
    'a swap that makes views and keys anew',
    exchange(`${anew} CREATE OR REPLACE VIEW names AS SELECT id FROM accounts;`),
    {
      history: used,
    },
  );
  valid('a swap behind drops', exchange('', `${anew} DROP VIEW names;`), { history: used });
  valid('a swap whose child goes as well', exchange('DROP TABLE logins; DROP VIEW names;'), { history: used });
  valid(
    'names that go in a circle',
    'BEGIN; ALTER TABLE accounts RENAME TO x; ALTER TABLE accounts_new RENAME TO accounts; ALTER TABLE x RENAME TO accounts_new; COMMIT;',
    { history: used },
  );
  invalid('a swap that leaves a view and a key behind', {
    sql: exchange('').replace('TABLE accounts_new', 'TABLE «accounts_new»'),
    history: used,
    message: 'stays',
    severity: 'warning',
    output: null,
  });
  invalid('a swap that leaves a key behind', {
    sql: exchange('DROP VIEW names;').replace('TABLE accounts_new', 'TABLE «accounts_new»'),
    history: used,
    message: 'stays',
    output: null,
  });
});
