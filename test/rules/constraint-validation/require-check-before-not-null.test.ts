import rule from '../../../rules/constraint-validation/require-check-before-not-null.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('require-check-before-not-null', () => {
  const { valid, invalid } = ruleTester(rule);
  const table = 'CREATE TABLE orders (id bigint PRIMARY KEY, a int, b int, c int NOT NULL);';
  const proven = `${table} ALTER TABLE orders ADD CONSTRAINT a_there CHECK (a IS NOT NULL) NOT VALID;`;

  valid('a table made in the same file', 'CREATE TABLE t (a int); ALTER TABLE t ALTER a SET NOT NULL;');
  valid(
    'a table made and filled in the same file',
    'CREATE TABLE t AS SELECT 1 AS a; ALTER TABLE t ALTER a SET NOT NULL;',
  );
  valid('a temporary table', 'CREATE TEMP TABLE t (b int); ALTER TABLE t ALTER b SET NOT NULL;');
  valid('a column with a valid CHECK from an earlier file', 'ALTER TABLE orders ALTER COLUMN a SET NOT NULL;', {
    history: [proven, 'ALTER TABLE orders VALIDATE CONSTRAINT a_there;'],
  });
  valid(
    'a CHECK validated in this file',
    'ALTER TABLE orders VALIDATE CONSTRAINT a_there; ALTER TABLE orders ALTER COLUMN a SET NOT NULL; ALTER TABLE orders DROP CONSTRAINT a_there;',
    { history: [proven] },
  );
  valid('a CHECK that proves it among other things', 'ALTER TABLE orders ALTER a SET NOT NULL;', {
    history: [table, 'ALTER TABLE orders ADD CHECK ((a IS NOT NULL) AND a > 0);'],
  });
  valid('a column that is NOT NULL already', 'ALTER TABLE orders ALTER c SET NOT NULL, ALTER id SET NOT NULL;', {
    history: [table],
  });
  valid('the same proof by quoted names', 'ALTER TABLE "Orders" ALTER "Due" SET NOT NULL;', {
    history: ['CREATE TABLE "Orders" ("Due" date CHECK ("Due" IS NOT NULL));'],
  });
  valid('a proof whose column was renamed to a reserved word', 'ALTER TABLE t ALTER "user" SET NOT NULL;', {
    history: ["CREATE TABLE t (a text CHECK (a IS NOT NULL AND a <> 'a'));", 'ALTER TABLE t RENAME a TO "user";'],
  });
  valid(
    'an unrelated CHECK dropped at the same time',
    'ALTER TABLE orders ALTER a SET NOT NULL, DROP CONSTRAINT small;',
    {
      history: [`${table} ALTER TABLE orders ADD CHECK (a IS NOT NULL), ADD CONSTRAINT small CHECK (b < 10);`],
    },
  );
  valid('a NOT NULL constraint that is validated, on PostgreSQL 18', 'ALTER TABLE orders ALTER a SET NOT NULL;', {
    history: [
      table,
      'ALTER TABLE orders ADD CONSTRAINT n NOT NULL a NOT VALID;',
      'ALTER TABLE orders VALIDATE CONSTRAINT n;',
    ],
    config: { postgres: 18 },
  });

  const parted =
    'CREATE TABLE r (id int NOT NULL, n int, d date NOT NULL) PARTITION BY RANGE (d); CREATE TABLE r_25 PARTITION OF r DEFAULT; CREATE TABLE p (id int PRIMARY KEY);';
  valid('a column that is proven in every partition', 'ALTER TABLE r ALTER n SET NOT NULL;', {
    history: [parted, 'ALTER TABLE r_25 ALTER n SET NOT NULL;'],
  });
  valid('a column of which every partition has a CHECK', 'ALTER TABLE r ALTER n SET NOT NULL;', {
    history: [parted, 'ALTER TABLE r_25 ADD CHECK (n IS NOT NULL);'],
  });

  invalid('a column of which nothing is known, and offers the proof', {
    sql: 'ALTER TABLE orders «ALTER COLUMN a SET NOT NULL»;',
    history: [table],
    message: 'scans',
    output:
      "ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_a_airlock_not_null;\nDO $$\nBEGIN\n  IF EXISTS (SELECT FROM orders WHERE a IS NULL) THEN\n    RAISE EXCEPTION 'orders.a holds NULLs: fill them first';\n  END IF;\nEND $$;\nALTER TABLE orders ADD CONSTRAINT orders_a_airlock_not_null CHECK (a IS NOT NULL) NOT VALID;\nALTER TABLE orders VALIDATE CONSTRAINT orders_a_airlock_not_null;\nALTER TABLE orders ALTER COLUMN a SET NOT NULL;\nALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_a_airlock_not_null;",
  });
  invalid('the same on PostgreSQL 18, which has NOT NULL … NOT VALID', {
    sql: 'ALTER TABLE orders «ALTER COLUMN a SET NOT NULL»;',
    history: [table],
    config: { postgres: 18 },
    message: 'scans',
    output:
      "ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_a_airlock_not_null;\nDO $$\nBEGIN\n  IF EXISTS (SELECT FROM orders WHERE a IS NULL) THEN\n    RAISE EXCEPTION 'orders.a holds NULLs: fill them first';\n  END IF;\nEND $$;\nALTER TABLE orders ADD CONSTRAINT orders_a_airlock_not_null CHECK (a IS NOT NULL) NOT VALID;\nALTER TABLE orders VALIDATE CONSTRAINT orders_a_airlock_not_null;\nALTER TABLE orders ALTER COLUMN a SET NOT NULL;\nALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_a_airlock_not_null;",
  });
  invalid('an unknown table in lower case, with quotes, schema and CRLF', {
    sql: 'set lock_timeout = 1;\r\nalter table "Shop".orders\r\n  «alter "Due" set not null»;',
    message: 'scans',
    output:
      'set lock_timeout = 1;\r\nalter table "Shop".orders drop constraint if exists "orders_Due_airlock_not_null";\r\ndo $$\r\nbegin\r\n  if exists (select from "Shop".orders where "Due" is null) then\r\n    raise exception \'"Shop".orders."Due" holds NULLs: fill them first\';\r\n  end if;\r\nend $$;\r\nalter table "Shop".orders add constraint "orders_Due_airlock_not_null" check ("Due" is not null) not valid;\r\nalter table "Shop".orders validate constraint "orders_Due_airlock_not_null";\r\nalter table "Shop".orders alter column "Due" set not null;\r\nalter table "Shop".orders drop constraint if exists "orders_Due_airlock_not_null";',
  });
  invalid('IF EXISTS and ONLY, which hold for every statement', {
    sql: 'ALTER TABLE IF EXISTS ONLY orders «ALTER a SET NOT NULL»;',
    config: { postgres: 18 },
    message: 'scans',
    output: null,
  });
  invalid('a CHECK that is not validated yet and says more than NOT NULL', {
    sql: 'ALTER TABLE orders «ALTER a SET NOT NULL»;',
    history: [table, 'ALTER TABLE orders ADD CHECK (a IS NOT NULL AND a > 0) NOT VALID;'],
    message: 'notValid',
    output: null,
  });
  invalid('a CHECK on a column whose name differs in case only', {
    sql: 'ALTER TABLE orders «ALTER a SET NOT NULL»;',
    history: [`${table} ALTER TABLE orders ADD COLUMN "A" int, ADD CHECK ("A" IS NOT NULL) NOT VALID;`],
    config: { transaction: 'per-file' },
    message: 'scans',
    output: null,
  });
  invalid('a CHECK that is NOT ENFORCED, which nobody can validate', {
    sql: 'ALTER TABLE orders «ALTER a SET NOT NULL»;',
    history: [table, 'ALTER TABLE orders ADD CHECK (a IS NOT NULL) NOT ENFORCED;'],
    config: { postgres: 18, transaction: 'per-file' },
    message: 'scans',
    output: null,
  });
  invalid('a column with a CHECK that proves nothing', {
    sql: 'ALTER TABLE orders «ALTER a SET NOT NULL»;',
    history: [table, 'ALTER TABLE orders ADD CHECK (a > 0);'],
    config: { transaction: 'per-file' },
    message: 'scans',
    output: null,
  });
  invalid('a CHECK that another constraint has been validated for', {
    sql: 'ALTER TABLE orders «ALTER a SET NOT NULL»;',
    history: [
      proven,
      'ALTER TABLE orders ADD CONSTRAINT other CHECK (b > 0) NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT other;',
    ],
    message: 'notValid',
    output: null,
  });
  invalid('a CHECK that is NOT VALID', {
    sql: 'BEGIN; ALTER TABLE orders «ALTER a SET NOT NULL»; COMMIT;',
    history: [proven],
    message: 'notValid',
    output: null,
  });
  invalid('a proof that is dropped in the same ALTER TABLE', {
    sql: 'ALTER TABLE orders «ALTER a SET NOT NULL», DROP CONSTRAINT a_there;',
    history: [proven, 'ALTER TABLE orders VALIDATE CONSTRAINT a_there;'],
    message: 'droppedTogether',
    output: null,
  });
  invalid('one of two columns, when the other is proven', {
    sql: 'ALTER TABLE orders ALTER a SET NOT NULL, «ALTER b SET NOT NULL»;',
    history: [proven, 'ALTER TABLE orders VALIDATE CONSTRAINT a_there;'],
    message: 'scans',
    output: null,
  });
  invalid('a column whose proof a later file has dropped', {
    sql: 'ALTER TABLE orders «ALTER a SET NOT NULL»;',
    history: [proven, 'ALTER TABLE orders VALIDATE CONSTRAINT a_there;', 'ALTER TABLE orders DROP CONSTRAINT a_there;'],
    config: { transaction: 'per-file' },
    message: 'scans',
    output: null,
  });
});
