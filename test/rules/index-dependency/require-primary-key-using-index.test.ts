import rule from '../../../rules/index-dependency/require-primary-key-using-index.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('require-primary-key-using-index', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ['CREATE TABLE orders (id bigint NOT NULL, shop int, code text);'];
  const indexed = [
    ...history,
    'CREATE UNIQUE INDEX CONCURRENTLY k ON orders (id); CREATE UNIQUE INDEX CONCURRENTLY n ON orders (shop, id);',
  ];

  valid(
    'USING INDEX on a column that is NOT NULL',
    'ALTER TABLE orders ADD CONSTRAINT orders_pkey PRIMARY KEY USING INDEX k;',
    {
      history: indexed,
    },
  );
  valid(
    'USING INDEX on a column that a valid CHECK proves NOT NULL',
    'ALTER TABLE orders ADD PRIMARY KEY USING INDEX n;',
    {
      history: [...indexed, 'ALTER TABLE orders ADD CHECK (shop IS NOT NULL);'],
    },
  );
  valid('USING INDEX of an index that no migration has made', 'ALTER TABLE orders ADD PRIMARY KEY USING INDEX other;', {
    history,
  });
  valid('a table made in the same file', 'CREATE TABLE t (a int); ALTER TABLE t ADD PRIMARY KEY (a);');
  valid(
    'a table made and filled in the same file',
    'CREATE TABLE t AS SELECT 1 AS a; ALTER TABLE t ADD PRIMARY KEY (a);',
  );
  valid('a temporary table', 'CREATE TEMP TABLE t (b int); ALTER TABLE t ADD PRIMARY KEY (b);');
  valid('a key in CREATE TABLE', 'CREATE TABLE t (a int, b int, PRIMARY KEY (a, b));');

  const parted =
    'CREATE TABLE r (id int NOT NULL, n int, d date NOT NULL) PARTITION BY RANGE (d); CREATE TABLE r_25 PARTITION OF r DEFAULT; CREATE TABLE p (id int PRIMARY KEY);';
  valid('a key of ONLY a partitioned table', 'ALTER TABLE ONLY r ADD CONSTRAINT pk PRIMARY KEY (d, id);', {
    history: [parted],
  });
  valid('a key that every partition has', 'ALTER TABLE r ADD PRIMARY KEY (d, id);', {
    history: [parted, 'ALTER TABLE r_25 ADD PRIMARY KEY (d, id);'],
  });
  invalid('a key that the partitions have in another order', {
    sql: 'ALTER TABLE r ADD «PRIMARY KEY» (d, id);',
    history: [parted, 'ALTER TABLE r_25 ADD PRIMARY KEY (id, d);'],
    message: 'partitioned',
    output: null,
  });

  invalid('a key on a NOT NULL column, and builds its index first', {
    sql: 'ALTER TABLE orders ADD «PRIMARY KEY» (id);',
    history,
    message: 'builds',
    severity: 'error',
    output:
      'DROP INDEX CONCURRENTLY IF EXISTS orders_pkey_airlock_build;\nCREATE UNIQUE INDEX CONCURRENTLY orders_pkey_airlock_build ON orders (id);\nALTER TABLE orders ADD CONSTRAINT orders_pkey PRIMARY KEY USING INDEX orders_pkey_airlock_build;',
  });
  invalid('a key with a name, in lower case and CRLF', {
    sql: 'alter table orders\r\n  add «constraint "Key"» primary key ( id );',
    history,
    message: 'builds',
    output:
      'drop index concurrently if exists "Key_airlock_build";\r\ncreate unique index concurrently "Key_airlock_build" on orders (id);\r\nalter table orders add constraint "Key" primary key using index "Key_airlock_build";',
  });
  invalid('a key on a column that may hold NULL: proving it comes first', {
    sql: 'ALTER TABLE orders ADD «PRIMARY KEY» (shop, id);',
    history,
    message: 'builds',
    output: null,
  });
  invalid('a key on a table that no migration has made', {
    sql: 'ALTER TABLE shop.orders ADD «PRIMARY KEY» (id);',
    message: 'builds',
    output: null,
  });
  invalid('a key in a transaction', {
    sql: 'BEGIN; ALTER TABLE orders ADD «PRIMARY KEY» (id); COMMIT;',
    history,
    message: 'builds',
    output: null,
  });
  invalid("a key in the tool's transaction", {
    sql: 'ALTER TABLE orders ADD «PRIMARY KEY» (id);',
    history,
    config: { transaction: 'per-file' },
    message: 'builds',
    output: null,
  });
  invalid('a partitioned table, whose partitions get theirs first', {
    sql: 'ALTER TABLE events ADD «PRIMARY KEY» (n);',
    history: ['CREATE TABLE events (n int NOT NULL) PARTITION BY RANGE (n);'],
    message: 'partitioned',
    output: null,
  });
  invalid('USING INDEX on a column that may hold NULL', {
    sql: 'ALTER TABLE orders ADD «CONSTRAINT pk» PRIMARY KEY USING INDEX n;',
    history: indexed,
    message: 'nullable',
    severity: 'warning',
    output: null,
  });
  invalid('PRIMARY KEY on a new column', {
    sql: 'ALTER TABLE orders ADD COLUMN key bigserial «PRIMARY KEY», ADD note text;',
    history,
    message: 'withColumn',
    output: null,
  });
});
