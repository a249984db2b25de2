import assert from 'node:assert/strict';
import rule from '../../../rules/execution/no-ignored-definition.js';
import { ruleSet } from '../../../rules/engine/run.js';
import { analyze } from '../../../server/src/analysis/analyze.js';
import { initParser } from '../../../server/src/sql/postgres-parser.js';
import { inputOf } from '../../support/analyze-sql.js';
import { withDatabase } from '../../support/pglite.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-ignored-definition', () => {
  it('is silent where the EXCEPTION branch of a block makes again what has failed above', async () => {
    await initParser();
    const block =
      'DO $$ BEGIN CREATE INDEX IF NOT EXISTS i ON t USING hash (a); EXCEPTION WHEN others THEN CREATE INDEX IF NOT EXISTS i ON t (a); END $$;';
    const rulesIn = (sql: string): string[] =>
      analyze({ ...inputOf(sql), shownPath: '0009_test.sql' }, ruleSet([rule]), () => {}).findings.map(
        (each) => each.rule,
      );
    assert.deepEqual(rulesIn(block), []);
    assert.deepEqual(rulesIn(`CREATE INDEX i ON t (a, b);\n${block}`), [
      'no-ignored-definition',
      'no-ignored-definition',
    ]);
  });

  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE orders (id bigserial PRIMARY KEY, state text, note varchar, n int NOT NULL DEFAULT 0, made timestamptz NOT NULL DEFAULT now(), size varchar(20), code text); CREATE INDEX orders_state ON orders (state); CREATE UNIQUE INDEX orders_code ON orders (code) WHERE code IS NOT NULL; CREATE SEQUENCE s AS int; CREATE SEQUENCE big; CREATE MATERIALIZED VIEW m AS SELECT id FROM orders; CREATE VIEW v AS SELECT 1 AS a;',
  ];

  valid('a column that is not there', 'ALTER TABLE orders ADD COLUMN IF NOT EXISTS kind text;', { history });
  valid('the same column', 'ALTER TABLE orders ADD COLUMN IF NOT EXISTS state TEXT;', { history });
  valid(
    'the same defaults in other words',
    "ALTER TABLE orders ADD COLUMN IF NOT EXISTS n integer NOT NULL DEFAULT '0'::int, ADD COLUMN IF NOT EXISTS made timestamp with time zone NOT NULL DEFAULT CURRENT_TIMESTAMP;",
    { history },
  );
  valid(
    'text that is written as varchar',
    'ALTER TABLE orders ADD COLUMN IF NOT EXISTS state varchar, ADD COLUMN IF NOT EXISTS note text;',
    { history },
  );
  valid('a column that has got a default since', 'ALTER TABLE orders ADD COLUMN IF NOT EXISTS n int;', { history });
  valid('without IF NOT EXISTS, which fails', 'ALTER TABLE orders ADD COLUMN state bigint;', { history });
  valid('a table that nobody knows', 'ALTER TABLE parts ADD COLUMN IF NOT EXISTS n int NOT NULL DEFAULT 0;');
  valid(
    'a column of which only the name is known',
    'ALTER TABLE parts ADD COLUMN IF NOT EXISTS n int NOT NULL DEFAULT 0;',
    { history: ['ALTER TABLE parts ALTER n SET STATISTICS 100; CREATE INDEX ON parts (n);'] },
  );
  valid(
    'a column that the file brings to it',
    "ALTER TABLE orders ADD COLUMN IF NOT EXISTS state text NOT NULL DEFAULT 'new'; UPDATE orders SET state = 'new' WHERE state IS NULL; ALTER TABLE orders ALTER state SET DEFAULT 'new', ALTER state SET NOT NULL;",
    { history },
  );
  valid(
    'the same table',
    'CREATE TABLE IF NOT EXISTS orders (id bigserial PRIMARY KEY, state text, size varchar(20));',
    { history },
  );
  valid('a table that lacks what has come since', 'CREATE TABLE IF NOT EXISTS orders (id bigserial PRIMARY KEY);', {
    history,
  });
  valid(
    'a table whose columns the file adds',
    'CREATE TABLE IF NOT EXISTS orders (id bigserial PRIMARY KEY, owner text); ALTER TABLE orders ADD COLUMN IF NOT EXISTS owner text;',
    { history },
  );
  valid('a temporary table of the name', 'CREATE TEMP TABLE IF NOT EXISTS orders (a int);', { history });
  valid('a table of another schema', 'CREATE TABLE IF NOT EXISTS app.orders (a int);', { history });
  valid('the same index', 'CREATE INDEX IF NOT EXISTS orders_state ON public.orders USING btree (state);', { history });
  valid(
    'the same partial index',
    'CREATE UNIQUE INDEX IF NOT EXISTS orders_code ON orders (code) WHERE code is not null;',
    { history },
  );
  valid('an index that is not there', 'CREATE INDEX IF NOT EXISTS orders_n ON orders (n);', { history });
  valid('the same sequence', 'CREATE SEQUENCE IF NOT EXISTS s AS integer; CREATE SEQUENCE IF NOT EXISTS big;', {
    history,
  });
  valid('a sequence that is altered behind it', 'CREATE SEQUENCE IF NOT EXISTS s; ALTER SEQUENCE s AS bigint;', {
    history,
  });
  valid(
    'the same materialized view',
    'CREATE MATERIALIZED VIEW IF NOT EXISTS m AS\n  select id from orders WITH NO DATA;',
    { history },
  );
  valid(
    'a function body',
    'CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ ALTER TABLE orders ADD COLUMN IF NOT EXISTS state bigint $$;',
    { history },
  );

  invalid('a column of another type', {
    sql: 'ALTER TABLE orders ADD COLUMN IF NOT EXISTS «state bigint»;',
    history,
    message: 'column',
    severity: 'warning',
    output: null,
  });
  invalid('a column that is nullable and has no default', {
    sql: "ALTER TABLE orders ADD COLUMN IF NOT EXISTS «state text NOT NULL DEFAULT 'new'»;",
    history,
    message: 'column',
    output: null,
  });
  invalid('a column with another length', {
    sql: 'ALTER TABLE orders ADD COLUMN IF NOT EXISTS «size varchar(40)»;',
    history,
    message: 'column',
    output: null,
  });
  invalid('a column with another default', {
    sql: 'ALTER TABLE orders ADD COLUMN IF NOT EXISTS «n int NOT NULL DEFAULT 1»;',
    history,
    message: 'column',
    output: null,
  });
  invalid('a column without its foreign key', {
    sql: 'CREATE TABLE p (id bigint PRIMARY KEY); ALTER TABLE orders ADD COLUMN IF NOT EXISTS «state text REFERENCES p»;',
    history,
    message: 'column',
    output: null,
  });
  invalid('a column that the same file has made', {
    sql: 'ALTER TABLE orders ADD COLUMN x int; ALTER TABLE orders ADD COLUMN IF NOT EXISTS «x text»;',
    history,
    message: 'column',
    output: null,
  });
  invalid('a table without a column', {
    sql: 'CREATE TABLE IF NOT EXISTS «orders» (id bigserial PRIMARY KEY, state text NOT NULL, owner text);',
    history,
    message: 'object',
    output: null,
  });
  invalid('a view in the place of a table', {
    sql: 'CREATE TABLE IF NOT EXISTS «v» (a int);',
    history,
    message: 'object',
    output: null,
  });
  invalid('a table that is no partition', {
    sql: 'CREATE TABLE log (id bigint) PARTITION BY RANGE (id); CREATE TABLE IF NOT EXISTS «orders» PARTITION OF log FOR VALUES FROM (1) TO (9);',
    history,
    message: 'object',
    output: null,
  });
  invalid('a query that does not run', {
    sql: 'CREATE TABLE IF NOT EXISTS «orders» AS SELECT 1 AS id;',
    history,
    message: 'object',
    output: null,
  });
  invalid('an index on another column', {
    sql: 'CREATE «INDEX IF NOT EXISTS orders_state ON orders» (note);',
    history,
    message: 'object',
    output: null,
  });
  invalid('an index that is not unique', {
    sql: 'CREATE UNIQUE «INDEX IF NOT EXISTS orders_state ON orders» (state);',
    history,
    message: 'object',
    output: null,
  });
  invalid('a partial index', {
    sql: 'CREATE UNIQUE «INDEX IF NOT EXISTS orders_code ON orders» (code);',
    history,
    message: 'object',
    output: null,
  });
  invalid('a table of the name of an index', {
    sql: 'CREATE «INDEX IF NOT EXISTS orders ON orders» (code);',
    history,
    message: 'object',
    output: null,
  });
  invalid('a sequence that ends earlier', {
    sql: 'CREATE SEQUENCE IF NOT EXISTS «s» AS bigint;',
    history,
    message: 'object',
    output: null,
  });
  invalid('another materialized view', {
    sql: 'CREATE MATERIALIZED VIEW IF NOT EXISTS «m» AS SELECT id, state FROM orders;',
    history,
    message: 'object',
    output: null,
  });

  it('is right that nothing happens', async () => {
    await withDatabase(async (db) => {
      await db.exec(
        'CREATE TABLE t (a text); ALTER TABLE t ADD COLUMN IF NOT EXISTS a bigint NOT NULL DEFAULT 1; CREATE TABLE IF NOT EXISTS t (b int); CREATE SEQUENCE s AS int; CREATE SEQUENCE IF NOT EXISTS s AS bigint;',
      );
      const { rows } = await db.query(
        "SELECT column_name, data_type, is_nullable, column_default FROM information_schema.columns WHERE table_name = 't'",
      );
      assert.deepEqual(rows, [{ column_name: 'a', data_type: 'text', is_nullable: 'YES', column_default: null }]);
      const sequences = await db.query("SELECT data_type::text FROM pg_sequences WHERE sequencename = 's'");
      assert.deepEqual(sequences.rows, [{ data_type: 'integer' }]);
    });
  });
});
