import rule from '../../../rules/index-dependency/require-unique-using-index.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('require-unique-using-index', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ['CREATE TABLE orders (id bigint PRIMARY KEY, code text, shop int);'];

  valid(
    'USING INDEX',
    'CREATE UNIQUE INDEX CONCURRENTLY code_u ON orders (code); ALTER TABLE orders ADD CONSTRAINT code_u UNIQUE USING INDEX code_u;',
    { history },
  );
  valid('a table made in the same file', 'CREATE TABLE t (a int); ALTER TABLE t ADD UNIQUE (a);');
  valid('a table made and filled in the same file', 'CREATE TABLE t AS SELECT 1 AS a; ALTER TABLE t ADD UNIQUE (a);');
  valid('a temporary table', 'CREATE TEMP TABLE t (b int); ALTER TABLE t ADD UNIQUE (b);');
  valid(
    'ADD COLUMN IF NOT EXISTS of a column that is there',
    'ALTER TABLE orders ADD COLUMN IF NOT EXISTS code text UNIQUE;',
    {
      history,
    },
  );
  valid('a unique index, which has a rule of its own', 'CREATE UNIQUE INDEX code_u ON orders (code);', { history });

  const parted =
    'CREATE TABLE r (id int NOT NULL, n int, d date NOT NULL) PARTITION BY RANGE (d); CREATE TABLE r_25 PARTITION OF r DEFAULT; CREATE TABLE p (id int PRIMARY KEY);';
  valid('a constraint of ONLY a partitioned table', 'ALTER TABLE ONLY r ADD UNIQUE (d, id);', { history: [parted] });
  valid('a constraint that every partition has', 'ALTER TABLE r ADD UNIQUE (d, id);', {
    history: [parted, 'ALTER TABLE r_25 ADD UNIQUE (d, id);'],
  });
  invalid('a constraint that one partition lacks', {
    sql: 'ALTER TABLE r ADD «UNIQUE» (d, id);',
    history: [
      parted.replace('DEFAULT', 'FOR VALUES IN (1)'),
      'CREATE TABLE r_26 PARTITION OF r DEFAULT; ALTER TABLE r_26 ADD UNIQUE (d, id);',
    ],
    message: 'partitioned',
    output: null,
  });

  invalid('ADD UNIQUE with a name', {
    sql: 'ALTER TABLE orders ADD «CONSTRAINT code_u» UNIQUE (code);',
    history,
    message: 'builds',
    severity: 'error',
    output:
      'DROP INDEX CONCURRENTLY IF EXISTS code_u_airlock_build;\nCREATE UNIQUE INDEX CONCURRENTLY code_u_airlock_build ON orders (code);\nALTER TABLE orders ADD CONSTRAINT code_u UNIQUE USING INDEX code_u_airlock_build;',
  });
  invalid("ADD UNIQUE without a name, which gets PostgreSQL's", {
    sql: 'alter table orders\r\n  add «unique» (shop, code);',
    history,
    message: 'builds',
    output:
      'drop index concurrently if exists orders_shop_code_key_airlock_build;\r\ncreate unique index concurrently orders_shop_code_key_airlock_build on orders (shop, code);\r\nalter table orders add constraint orders_shop_code_key unique using index orders_shop_code_key_airlock_build;',
  });
  invalid('a quoted table with a schema that no migration has made', {
    sql: 'ALTER TABLE "Shop"."Orders" ADD «CONSTRAINT "Code"» UNIQUE ("code");',
    message: 'builds',
    output:
      'DROP INDEX CONCURRENTLY IF EXISTS "Shop"."Code_airlock_build";\nCREATE UNIQUE INDEX CONCURRENTLY "Code_airlock_build" ON "Shop"."Orders" (code);\nALTER TABLE "Shop"."Orders" ADD CONSTRAINT "Code" UNIQUE USING INDEX "Code_airlock_build";',
  });
  invalid('ADD UNIQUE in a transaction, where the index cannot be built concurrently', {
    sql: 'BEGIN; ALTER TABLE orders ADD «UNIQUE» (code); COMMIT;',
    history,
    message: 'builds',
    output: null,
  });
  invalid("ADD UNIQUE in the tool's transaction", {
    sql: 'ALTER TABLE orders ADD «UNIQUE» (code);',
    history,
    config: { transaction: 'per-file' },
    message: 'builds',
    output: null,
  });
  invalid('constraints that say more than their columns', {
    sql: 'ALTER TABLE orders ADD «UNIQUE» (code) DEFERRABLE, ADD «UNIQUE» NULLS NOT DISTINCT (shop), ADD «UNIQUE» (id) INCLUDE (code);',
    history,
    message: ['builds', 'builds', 'builds'],
    output: null,
  });
  invalid('NULLS NOT DISTINCT and INCLUDE, which an index has as well', {
    sql: 'ALTER TABLE orders ADD «CONSTRAINT code_u» UNIQUE NULLS NOT DISTINCT (code, "Shop") INCLUDE (id);',
    history,
    message: 'builds',
    output:
      'DROP INDEX CONCURRENTLY IF EXISTS code_u_airlock_build;\nCREATE UNIQUE INDEX CONCURRENTLY code_u_airlock_build ON orders (code, "Shop") INCLUDE (id) NULLS NOT DISTINCT;\nALTER TABLE orders ADD CONSTRAINT code_u UNIQUE USING INDEX code_u_airlock_build;',
  });
  invalid('storage parameters, which no fix carries over', {
    sql: 'ALTER TABLE orders ADD «CONSTRAINT code_u» UNIQUE (code) WITH (fillfactor = 70);',
    history,
    message: 'builds',
    output: null,
  });
  invalid('a deferrable constraint alone', {
    sql: 'ALTER TABLE orders ADD «UNIQUE» (code) DEFERRABLE INITIALLY DEFERRED;',
    history,
    message: 'builds',
    output: null,
  });
  invalid('a partitioned table, where no index is built concurrently', {
    sql: 'ALTER TABLE events ADD «UNIQUE» (n);',
    history: ['CREATE TABLE events (n int) PARTITION BY RANGE (n);'],
    message: 'partitioned',
    output: null,
  });
  invalid('UNIQUE on a new column', {
    sql: 'ALTER TABLE orders ADD COLUMN slug text «UNIQUE»;',
    history,
    message: 'withColumn',
    output: null,
  });
});
