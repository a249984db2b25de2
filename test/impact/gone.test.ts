import assert from 'node:assert/strict';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql } from '../support/analyze-sql.js';
import { runMigration, StatementError, withDatabase } from '../support/pglite.js';

const tables = 'CREATE TABLE orders (id bigint PRIMARY KEY, note text); CREATE TABLE lines (id bigint PRIMARY KEY);';
const dropped = `${tables} DROP TABLE orders;`;
const renamed = `${tables} ALTER TABLE orders RENAME TO sales;`;

/** Each runs on PostgreSQL, or may run there: nothing is said. */
const silent: readonly { readonly history: string; readonly sql: string; readonly mayFail?: true }[] = [
  { history: dropped, sql: 'ALTER TABLE IF EXISTS orders ADD COLUMN n int;' },
  { history: dropped, sql: 'DROP TABLE IF EXISTS orders;' },
  { history: dropped, sql: 'DROP TRIGGER IF EXISTS t ON orders;' },
  { history: `${dropped} CREATE TABLE orders (id int);`, sql: 'ALTER TABLE orders ADD COLUMN n int;' },
  { history: `${dropped} CREATE VIEW orders AS SELECT 1 AS id;`, sql: 'SELECT id FROM orders;' },
  { history: `${renamed} ALTER TABLE sales RENAME TO orders;`, sql: 'ALTER TABLE orders ADD COLUMN n int;' },
  { history: `${renamed} CREATE VIEW orders AS TABLE sales;`, sql: 'INSERT INTO orders (id) VALUES (1);' },
  { history: `${tables} BEGIN; DROP TABLE orders; ROLLBACK;`, sql: 'ALTER TABLE orders ADD COLUMN n int;' },
  {
    history: `${dropped} CREATE SCHEMA s; CREATE TABLE s.orders (id int);`,
    sql: 'ALTER TABLE s.orders ADD COLUMN n int;',
  },
  {
    history: `${dropped} CREATE TABLE orders (id int); DO $$ BEGIN IF now() < 'epoch' THEN DROP TABLE orders; END IF; END $$;`,
    sql: 'ALTER TABLE orders ADD COLUMN n int;',
  },
  {
    history: `${tables} DO $$ BEGIN IF now() < 'epoch' THEN DROP TABLE orders; END IF; END $$;`,
    sql: 'ALTER TABLE orders ADD COLUMN n int;',
  },
  {
    history: `${tables} CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN IF false THEN DROP TABLE orders; END IF; END $$; SELECT f();`,
    sql: 'ALTER TABLE orders ADD COLUMN n int;',
  },
  { history: dropped, sql: 'WITH orders AS (SELECT 1 AS id) SELECT id FROM orders;' },
  { history: dropped, sql: 'CREATE TABLE orders (id int PRIMARY KEY, before int REFERENCES orders);' },
  {
    history: dropped,
    sql: `CREATE FUNCTION g() RETURNS void LANGUAGE plpgsql AS 'BEGIN DELETE FROM orders; END';`,
  },
  {
    history: dropped,
    sql: `DO $$ BEGIN IF to_regclass('orders') IS NOT NULL THEN DELETE FROM orders; END IF; END $$;`,
  },
  { history: `${tables} DROP TABLE IF EXISTS others;`, sql: 'ALTER TABLE others ADD COLUMN n int;', mayFail: true },
  // The role may have a search_path of its own: a name with and without a schema may be two tables.
  { history: `${tables} DROP TABLE public.orders;`, sql: 'ALTER TABLE orders ADD COLUMN n int;', mayFail: true },
  { history: dropped, sql: 'SET search_path = s; ALTER TABLE orders ADD COLUMN n int;', mayFail: true },
  { history: `${tables} CREATE TEMP TABLE orders (id int); DROP TABLE orders;`, sql: 'SELECT id FROM orders;' },
];

/** Each fails with 42P01. `says`: how the advice begins. */
const speaking: readonly { readonly history: string; readonly sql: string; readonly says?: string }[] = [
  { history: dropped, sql: 'ALTER TABLE orders ADD COLUMN n int;', says: '0001_earlier.sql:1 has dropped it' },
  {
    history: renamed,
    sql: 'ALTER TABLE orders ADD COLUMN n int;',
    says: '0001_earlier.sql:1 has renamed it to sales: ',
  },
  { history: renamed, sql: 'CREATE INDEX ON orders (note);' },
  { history: dropped, sql: `INSERT INTO orders (id) VALUES (1);` },
  { history: dropped, sql: `UPDATE orders SET note = '' WHERE id = 1;` },
  { history: dropped, sql: 'DELETE FROM lines USING orders WHERE orders.id = lines.id;' },
  { history: dropped, sql: 'INSERT INTO lines SELECT id FROM orders;' },
  { history: dropped, sql: 'CREATE VIEW v AS SELECT id FROM orders;' },
  { history: dropped, sql: 'CREATE TABLE copy AS SELECT id FROM orders;' },
  { history: dropped, sql: 'CREATE TABLE copy (LIKE orders INCLUDING ALL);' },
  { history: dropped, sql: 'CREATE TABLE refunds (order_id bigint REFERENCES orders (id));' },
  { history: dropped, sql: 'ALTER TABLE lines ADD COLUMN order_id bigint REFERENCES orders;' },
  { history: dropped, sql: 'ALTER TABLE lines ADD FOREIGN KEY (id) REFERENCES orders (id) NOT VALID;' },
  { history: dropped, sql: 'TRUNCATE orders;' },
  { history: dropped, sql: 'DROP TABLE orders;' },
  { history: dropped, sql: `COMMENT ON COLUMN orders.note IS 'x';` },
  { history: dropped, sql: 'GRANT SELECT ON orders TO CURRENT_USER;' },
  { history: dropped, sql: 'ALTER TABLE orders ENABLE ROW LEVEL SECURITY;' },
  { history: dropped, sql: 'ALTER TABLE orders RENAME COLUMN note TO notes;' },
  { history: `${tables} BEGIN; DROP TABLE orders; COMMIT;`, sql: 'ALTER TABLE orders RENAME TO sales;' },
  { history: 'CREATE VIEW v AS SELECT 1 AS a; DROP VIEW v;', sql: 'SELECT a FROM v;' },
  {
    history: `CREATE SCHEMA "My"; CREATE TABLE "My"."Orders" (id int); DROP TABLE "My"."Orders";`,
    sql: 'ALTER TABLE "My"."Orders" ADD n int;',
  },
];

const answerTo = (history: string, sql: string): Promise<string | undefined> =>
  withDatabase(async (db) => {
    await runMigration(db, history);
    return runMigration(db, sql).then(
      () => undefined,
      (error: unknown) => (error instanceof StatementError ? error.code : 'unknown'),
    );
  });

const failuresOf = (history: string, sql: string) =>
  analyzeSql(sql, { history: [history] })
    .steps.filter(({ origin }) => origin === 'file')
    .flatMap(({ impact }) => impact.fails ?? []);

describe('a relation that the history has dropped or renamed', () => {
  before(initParser);

  for (const { history, sql, mayFail } of silent) {
    it(`says nothing: ${history.slice(tables.length)} ${sql}`, async () => {
      assert.deepEqual(failuresOf(history, sql), []);
      if (!mayFail) assert.equal(await answerTo(history, sql), undefined, 'measured');
    });
  }

  for (const { history, sql, says } of speaking) {
    it(`fails: ${sql}`, async () => {
      const [fails] = failuresOf(history, sql);
      assert.deepEqual([fails?.code, fails?.reason, fails?.certain], ['42P01', 'does not exist', true]);
      assert.ok(fails?.advice.startsWith(says ?? ''), fails?.advice);
      assert.equal(await answerTo(history, sql), '42P01', 'measured');
    });
  }

  it('is not certain behind what psql runs from elsewhere, and behind tables of another server', () => {
    for (const between of ['\\i other.sql\n', 'IMPORT FOREIGN SCHEMA public FROM SERVER far INTO public;']) {
      const [behind] = failuresOf(`${dropped}\n${between}`, 'ALTER TABLE orders ADD COLUMN n int;');
      assert.equal(behind?.certain, false, between);
      const [within] = failuresOf(tables, `DROP TABLE orders;\n${between}\nALTER TABLE orders ADD COLUMN n int;`);
      assert.equal(within?.certain, false, between);
    }
  });

  it('is not certain where SQL has run since that nobody can read', () => {
    const history = `${dropped} DO $$ BEGIN EXECUTE 'CREATE TABLE ' || 'orders (id int)'; END $$;`;
    const [fails] = failuresOf(history, 'ALTER TABLE orders ADD COLUMN n int;');
    assert.equal(fails?.certain, false);
  });
});
