import rule from '../../../rules/constraint-validation/require-duplicate-check.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('require-duplicate-check', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ['CREATE TABLE orders (id bigint PRIMARY KEY, code text, shop int, note text NOT NULL);'];

  valid('an index that is not unique', 'CREATE INDEX CONCURRENTLY i ON orders (code);', { history });
  valid(
    'a table made in the same file',
    'CREATE TABLE t (a int); CREATE UNIQUE INDEX i ON t (a); ALTER TABLE t ALTER a SET NOT NULL;',
  );
  valid('a temporary table', 'CREATE TEMP TABLE t (a int); CREATE UNIQUE INDEX i ON t (a);', { history });
  valid(
    'a column that is new',
    'ALTER TABLE orders ADD COLUMN ref text; CREATE UNIQUE INDEX CONCURRENTLY i ON orders (ref);',
    { history },
  );
  valid('columns that the primary key keeps unique', 'CREATE UNIQUE INDEX CONCURRENTLY i ON orders (shop, id);', {
    history,
  });
  valid(
    'a file that cleans up first',
    "DELETE FROM orders WHERE code = ''; CREATE UNIQUE INDEX CONCURRENTLY i ON orders (code);",
    { history },
  );
  valid('a backfill', "UPDATE orders SET code = '' WHERE code IS NULL; ALTER TABLE orders ALTER code SET NOT NULL;", {
    history,
  });
  valid('a column that is NOT NULL already', 'ALTER TABLE orders ALTER note SET NOT NULL;', { history });
  valid('a constraint from an index', 'ALTER TABLE orders ADD UNIQUE USING INDEX i;', { history });

  const parted =
    'CREATE TABLE r (id int NOT NULL, n int, d date NOT NULL) PARTITION BY RANGE (d); CREATE TABLE r_25 PARTITION OF r DEFAULT; CREATE TABLE p (id int PRIMARY KEY);';
  valid('what every partition keeps out', 'ALTER TABLE r ADD UNIQUE (n, d); ALTER TABLE r ALTER n SET NOT NULL;', {
    history: [parted, 'ALTER TABLE r_25 ADD UNIQUE (n, d); ALTER TABLE r_25 ALTER n SET NOT NULL;'],
  });
  valid('a key of ONLY a partitioned table', 'ALTER TABLE ONLY r ADD UNIQUE (n, d);', { history: [parted] });

  const added = "ALTER TABLE orders ADD COLUMN ref text NOT NULL DEFAULT '';";
  for (const [title, sql] of [
    [
      'a value for each row',
      'ALTER TABLE orders ADD ref uuid DEFAULT gen_random_uuid(); CREATE UNIQUE INDEX i ON orders (ref);',
    ],
    ['NULL in every row', 'ALTER TABLE orders ADD ref text DEFAULT NULL UNIQUE;'],
    [
      'rows that are filled',
      `${added} UPDATE orders SET ref = id::text; CREATE UNIQUE INDEX CONCURRENTLY i ON orders (ref);`,
    ],
    ['a column beside it', `${added} CREATE UNIQUE INDEX CONCURRENTLY i ON orders (id, ref);`],
    ['rows that are left out', `${added} CREATE UNIQUE INDEX CONCURRENTLY i ON orders (ref) WHERE ref <> '';`],
    ['a table that is new', 'CREATE TABLE t (a int); ALTER TABLE t ADD b int DEFAULT 1 UNIQUE;'],
    ['a number of its own', 'ALTER TABLE orders ADD ref serial UNIQUE;'],
  ] as const)
    valid(`one value for all: ${title}`, sql, { history });
  for (const sql of [
    `${added} CREATE UNIQUE INDEX CONCURRENTLY i ON «orders» (ref);`,
    `${added} ALTER TABLE orders ADD «CONSTRAINT u UNIQUE (ref)»;`,
    'ALTER TABLE orders ADD ref int NOT NULL DEFAULT 0 «UNIQUE»;',
    'ALTER TABLE orders ADD at timestamptz DEFAULT now(), ADD n int DEFAULT -1, ADD «CONSTRAINT u UNIQUE (n, at)»;',
  ])
    invalid(`one value for all: ${sql}`, { sql, history, message: 'same', severity: 'error', output: null });

  invalid('a unique index', {
    sql: 'CREATE UNIQUE INDEX CONCURRENTLY i ON «orders» (code, shop) WHERE shop > 0;',
    history,
    message: 'duplicates',
    severity: 'info',
    output: null,
  });
  invalid('a constraint of a table that no migration has made', {
    sql: 'alter table "Shop"."V" add «unique ("Page")»;',
    message: 'duplicates',
    output: null,
  });
  invalid('an expression', {
    sql: 'CREATE UNIQUE INDEX i ON «orders» (lower(code));',
    history,
    message: 'duplicates',
    output: null,
  });
  invalid('SET NOT NULL', {
    sql: 'BEGIN; ALTER TABLE orders «ALTER code SET NOT NULL»; COMMIT;',
    history,
    message: 'nulls',
    severity: 'info',
    output: null,
  });
});
