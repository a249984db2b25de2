import rule from '../../../rules/lock-contention/no-volatile-default.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-volatile-default', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    "CREATE TABLE orders (id bigint, key uuid); CREATE FUNCTION shop_now() RETURNS timestamptz STABLE LANGUAGE sql AS 'SELECT now()'; CREATE FUNCTION ticket() RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN random(); END';",
  ];

  valid(
    'a constant',
    "ALTER TABLE orders ADD state text DEFAULT 'new', ADD n int DEFAULT (1 + 2), ADD j jsonb DEFAULT '{}';",
    {
      history,
    },
  );
  valid(
    'now() and its like, which are the same for all rows',
    "ALTER TABLE orders ADD a timestamptz DEFAULT now(), ADD b date DEFAULT CURRENT_DATE, ADD c timestamp DEFAULT (now() AT TIME ZONE 'UTC');",
    {
      history,
    },
  );
  valid('a STABLE function', 'ALTER TABLE orders ADD a timestamptz DEFAULT shop_now();', { history });
  valid('a table made in the same file', 'CREATE TABLE t (a int); ALTER TABLE t ADD k uuid DEFAULT gen_random_uuid();');
  valid(
    'a table made and filled in the same file',
    'CREATE TABLE t AS SELECT 1 AS a; ALTER TABLE t ADD r float DEFAULT random();',
  );
  valid('a temporary table', 'CREATE TEMP TABLE t (b int); ALTER TABLE t ADD k uuid DEFAULT gen_random_uuid();');
  valid('SET DEFAULT, which changes no row', 'ALTER TABLE orders ALTER key SET DEFAULT gen_random_uuid();', {
    history,
  });
  valid(
    'IF NOT EXISTS of a column that is there',
    'ALTER TABLE orders ADD COLUMN IF NOT EXISTS key uuid DEFAULT gen_random_uuid();',
    {
      history,
    },
  );
  valid('a column that is called like a function', 'ALTER TABLE orders ADD random int DEFAULT 1;', { history });

  valid(
    'functions of extensions that give the same for the same',
    "ALTER TABLE orders ADD a uuid DEFAULT uuid_generate_v5(uuid_ns_url(), 'x'), ADD b text DEFAULT unaccent('é');",
    { history },
  );

  invalid('functions of extensions that do not', {
    sql: "ALTER TABLE orders ADD COLUMN a uuid DEFAULT «uuid_generate_v4()», ADD b text DEFAULT «encode(gen_random_bytes(4), 'hex')»;",
    history,
    message: 'rewrites',
    severity: 'error',
    output: null,
  });
  invalid('currval(), which gives every row the same', {
    sql: "ALTER TABLE orders ADD COLUMN a text NOT NULL DEFAULT «'chain' || currval('orders_seq')»;",
    history,
    message: 'sameEach',
    severity: 'error',
    output: null,
  });
  invalid('gen_random_uuid()', {
    sql: 'ALTER TABLE orders ADD COLUMN token uuid DEFAULT «gen_random_uuid()»;',
    history,
    message: 'rewrites',
    severity: 'error',
    output:
      'ALTER TABLE orders ADD COLUMN token uuid;\nALTER TABLE orders ALTER COLUMN token SET DEFAULT gen_random_uuid();',
  });
  invalid('clock_timestamp(), in lower case, with quotes and CRLF', {
    sql: 'alter table "Shop".orders\r\n  add "At" timestamptz default «clock_timestamp()»;',
    message: 'rewrites',
    output:
      'alter table "Shop".orders\r\n  add "At" timestamptz;\r\nalter table "Shop".orders alter column "At" set default clock_timestamp();',
  });
  invalid('nextval() in a transaction', {
    sql: "BEGIN; ALTER TABLE orders ADD n bigint DEFAULT «nextval('numbers')»; COMMIT;",
    history,
    message: 'rewrites',
    output:
      "BEGIN; ALTER TABLE orders ADD n bigint;\nALTER TABLE orders ALTER COLUMN n SET DEFAULT nextval('numbers'); COMMIT;",
  });
  invalid('a volatile function inside an expression', {
    sql: 'ALTER TABLE orders ADD n int DEFAULT «floor(random() * 10)::int»;',
    history,
    config: { transaction: 'per-file' },
    message: 'rewrites',
    output: 'ALTER TABLE orders ADD n int;\nALTER TABLE orders ALTER COLUMN n SET DEFAULT floor(random() * 10)::int;',
  });
  invalid('a function of the history that is VOLATILE, as a function is by itself', {
    sql: 'ALTER TABLE orders ADD COLUMN ticket text DEFAULT «ticket()»;',
    history,
    message: 'rewrites',
    output: 'ALTER TABLE orders ADD COLUMN ticket text;\nALTER TABLE orders ALTER COLUMN ticket SET DEFAULT ticket();',
  });
  invalid('a function that nobody knows, more mildly', {
    sql: 'ALTER TABLE orders ADD COLUMN slug text DEFAULT «shop.make_slug()»;',
    history,
    message: 'mayRewrite',
    severity: 'warning',
    output:
      'ALTER TABLE orders ADD COLUMN slug text;\nALTER TABLE orders ALTER COLUMN slug SET DEFAULT shop.make_slug();',
  });
  invalid('a NOT NULL column and two columns at once, without an edit', {
    sql: 'ALTER TABLE orders ADD a uuid NOT NULL DEFAULT «gen_random_uuid()», ADD b uuid DEFAULT «gen_random_uuid()»;',
    history,
    message: ['rewrites', 'rewrites'],
    output: null,
  });
});
