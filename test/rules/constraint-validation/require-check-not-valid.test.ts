import rule from '../../../rules/constraint-validation/require-check-not-valid.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('require-check-not-valid', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ['CREATE TABLE orders (id bigint PRIMARY KEY, total numeric, due date);'];

  valid('NOT VALID', 'ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID;', { history });
  valid('VALIDATE', 'ALTER TABLE orders VALIDATE CONSTRAINT positive;', { history });
  valid('a table made in the same file', 'CREATE TABLE t (a int); ALTER TABLE t ADD CHECK (a > 0);');
  valid(
    'a table made and filled in the same file',
    'CREATE TABLE t AS SELECT 1 AS a; ALTER TABLE t ADD CHECK (a > 0);',
  );
  valid('a temporary table', 'CREATE TEMP TABLE x (a int); ALTER TABLE x ADD CHECK (a > 0);');
  valid('NOT ENFORCED, on PostgreSQL 18', 'ALTER TABLE orders ADD CHECK (total > 0) NOT ENFORCED;', {
    history,
    config: { postgres: 18 },
  });
  valid(
    'ADD COLUMN IF NOT EXISTS of a column that is there',
    'ALTER TABLE orders ADD COLUMN IF NOT EXISTS total numeric CHECK (total > 0);',
    { history },
  );
  valid('NOT NULL NOT VALID, on PostgreSQL 18', 'ALTER TABLE orders ADD CONSTRAINT n NOT NULL due NOT VALID;', {
    history,
    config: { postgres: 18 },
  });
  valid('NOT NULL on a column that is NOT NULL, on PostgreSQL 18', 'ALTER TABLE orders ADD CONSTRAINT n NOT NULL id;', {
    history,
    config: { postgres: 18 },
  });
  valid('a partitioned table without partitions, which holds no rows', 'ALTER TABLE events ADD CHECK (n > 0);', {
    history: ['CREATE TABLE events (n int) PARTITION BY RANGE (n);'],
  });

  const parted =
    'CREATE TABLE r (id int NOT NULL, n int, d date NOT NULL) PARTITION BY RANGE (d); CREATE TABLE r_25 PARTITION OF r DEFAULT; CREATE TABLE p (id int PRIMARY KEY);';
  valid('a CHECK that every partition has', 'ALTER TABLE r ADD CONSTRAINT n_pos CHECK (n > 0);', {
    history: [parted, 'ALTER TABLE r_25 ADD CONSTRAINT n_pos CHECK (n  > 0);'],
  });

  invalid('a CHECK on an existing table', {
    sql: 'ALTER TABLE orders ADD «CONSTRAINT positive» CHECK (total > 0);',
    history,
    message: 'scans',
    output:
      "DO $$\nBEGIN\n  IF EXISTS (SELECT FROM orders WHERE NOT (total > 0)) THEN\n    RAISE EXCEPTION 'rows of orders break positive: mend them first';\n  END IF;\nEND $$;\nDO $$\nBEGIN\n  IF NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = 'orders'::regclass AND conname = 'positive' AND NOT convalidated) THEN\n    ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID;\n  END IF;\nEND $$;\nALTER TABLE orders VALIDATE CONSTRAINT positive;",
  });
  invalid("a CHECK without a name, which gets PostgreSQL's", {
    sql: 'alter table orders add «check» (total > 0);',
    history,
    message: 'scans',
    output:
      "do $$\nbegin\n  if exists (select from orders where not (total > 0)) then\n    raise exception 'rows of orders break orders_total_check: mend them first';\n  end if;\nend $$;\ndo $$\nbegin\n  if not exists (select from pg_constraint where conrelid = 'orders'::regclass and conname = 'orders_total_check' and not convalidated) then\n    alter table orders add constraint orders_total_check check (total > 0) not valid;\n  end if;\nend $$;\nalter table orders validate constraint orders_total_check;",
  });
  invalid('a CHECK on a table that no migration has made, with quotes and CRLF', {
    sql: 'ALTER TABLE "Shop"."Orders"\r\n  ADD «CONSTRAINT "Positive"» CHECK ("Total" > 0);\r\n',
    message: 'scans',
    output:
      'ALTER TABLE "Shop"."Orders"\r\n  ADD CONSTRAINT "Positive" CHECK ("Total" > 0) NOT VALID;\r\nALTER TABLE "Shop"."Orders" VALIDATE CONSTRAINT "Positive";\r\n',
  });
  invalid('a CHECK in a transaction, where a VALIDATE would gain nothing', {
    sql: 'BEGIN; ALTER TABLE orders ADD «CONSTRAINT positive» CHECK (total > 0); COMMIT;',
    history,
    message: 'scans',
    output: 'BEGIN; ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID; COMMIT;',
  });
  invalid("a CHECK in the tool's transaction", {
    sql: 'ALTER TABLE orders ADD «CHECK» (total > 0);',
    history,
    config: { transaction: 'per-file' },
    message: 'scans',
    output: 'ALTER TABLE orders ADD CHECK (total > 0) NOT VALID;',
  });
  invalid('two in one ALTER TABLE', {
    sql: 'ALTER TABLE orders ADD «CONSTRAINT a» CHECK (total > 0), ADD «CONSTRAINT b» CHECK (total < 9);',
    history,
    message: ['scans', 'scans'],
    output:
      "DO $$\nBEGIN\n  IF EXISTS (SELECT FROM orders WHERE NOT (total > 0)) THEN\n    RAISE EXCEPTION 'rows of orders break a: mend them first';\n  END IF;\nEND $$;\nDO $$\nBEGIN\n  IF NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = 'orders'::regclass AND conname = 'a' AND NOT convalidated) THEN\n    ALTER TABLE orders ADD CONSTRAINT a CHECK (total > 0) NOT VALID;\n  END IF;\nEND $$;\nDO $$\nBEGIN\n  IF EXISTS (SELECT FROM orders WHERE NOT (total < 9)) THEN\n    RAISE EXCEPTION 'rows of orders break b: mend them first';\n  END IF;\nEND $$;\nDO $$\nBEGIN\n  IF NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = 'orders'::regclass AND conname = 'b' AND NOT convalidated) THEN\n    ALTER TABLE orders ADD CONSTRAINT b CHECK (total < 9) NOT VALID;\n  END IF;\nEND $$;\nALTER TABLE orders VALIDATE CONSTRAINT a, VALIDATE CONSTRAINT b;",
  });
  invalid('a CHECK on a new column', {
    sql: 'ALTER TABLE orders ADD COLUMN paid int «CHECK» (paid >= 0);',
    history,
    message: 'withColumn',
    output: null,
  });
  invalid('a NOT NULL constraint on PostgreSQL 18', {
    sql: 'ALTER TABLE orders ADD «CONSTRAINT due_there» NOT NULL due;',
    history,
    config: { postgres: 18 },
    message: 'notNull',
    output:
      "DO $$\nBEGIN\n  IF EXISTS (SELECT FROM orders WHERE due IS NULL) THEN\n    RAISE EXCEPTION 'rows of orders break due_there: mend them first';\n  END IF;\nEND $$;\nDO $$\nBEGIN\n  IF NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = 'orders'::regclass AND conname = 'due_there' AND NOT convalidated) THEN\n    ALTER TABLE orders ADD CONSTRAINT due_there NOT NULL due NOT VALID;\n  END IF;\nEND $$;\nALTER TABLE orders VALIDATE CONSTRAINT due_there;",
  });
});
