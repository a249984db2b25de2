import rule from '../../../rules/lock-contention/no-work-after-lock.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-work-after-lock', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ['CREATE TABLE orders (id int PRIMARY KEY, a int); CREATE TABLE carts (id int PRIMARY KEY, a int);'];
  const perFile = { history, config: { transaction: 'per-file' as const } };

  valid('statements outside a transaction', 'ALTER TABLE orders ADD b int; CREATE INDEX i ON carts (a);', { history });
  valid('work behind the COMMIT', 'BEGIN; ALTER TABLE orders ADD b int; COMMIT; CREATE INDEX i ON carts (a);', {
    history,
  });
  valid(
    'followers that take no time',
    'ALTER TABLE orders ADD b int; ALTER TABLE carts ADD b int DEFAULT 1; DROP TABLE carts;',
    perFile,
  );
  valid(
    'work on a new table of a schema with a dot in its name',
    'CREATE TABLE "my.app".carts (a int); ALTER TABLE orders ADD b int; ALTER TABLE "my.app".carts ALTER a TYPE bigint;',
    perFile,
  );
  valid('work on the same table', 'ALTER TABLE orders ADD b int; CREATE INDEX i ON orders (b);', perFile);
  valid(
    'the same table by another spelling',
    'ALTER TABLE public.orders ADD b int; CREATE INDEX i ON orders (b);',
    perFile,
  );
  valid(
    'work on a new table',
    'ALTER TABLE orders ADD b int; CREATE TABLE t (a int); CREATE INDEX i ON t (a); ALTER TABLE t ALTER a TYPE bigint;',
    perFile,
  );
  valid(
    'work on a temporary table',
    'CREATE TEMP TABLE t AS SELECT 1 AS a; ALTER TABLE orders ADD b int; CREATE INDEX i ON t (a);',
    perFile,
  );
  valid(
    'NOT VALID, which scans nothing',
    'ALTER TABLE orders ADD b int; ALTER TABLE carts ADD CHECK (a > 0) NOT VALID;',
    perFile,
  );
  valid(
    'a lock on the other table of the same foreign key',
    'ALTER TABLE orders ADD FOREIGN KEY (a) REFERENCES carts;',
    perFile,
  );

  invalid('an index behind ALTER TABLE', {
    sql: 'BEGIN; ALTER TABLE orders ADD b int; «CREATE INDEX» i ON carts (a); COMMIT;',
    history,
    message: 'held',
    severity: 'warning',
    output: null,
  });
  invalid('a scan', {
    sql: 'ALTER TABLE orders ADD b int; «alter table» carts alter a set not null;',
    ...perFile,
    message: 'held',
    output: null,
  });
  invalid('a rewrite', {
    sql: 'ALTER TABLE orders ADD b int; «ALTER TABLE» carts ALTER a TYPE bigint;',
    ...perFile,
    message: 'held',
    output: null,
  });
  invalid('VALIDATE of another table', {
    sql: 'ALTER TABLE orders ADD b int; «ALTER TABLE» carts VALIDATE CONSTRAINT c;',
    history: [...history, 'ALTER TABLE carts ADD CONSTRAINT c CHECK (a > 0) NOT VALID;'],
    config: { transaction: 'per-file' },
    message: 'held',
    output: null,
  });
  invalid('the first of several', {
    sql: 'ALTER TABLE orders ADD b int; «CREATE INDEX» i ON carts (a); CREATE INDEX j ON carts (id);',
    ...perFile,
    message: 'held',
    output: null,
  });
  invalid('unknown tables', {
    sql: 'BEGIN; DROP INDEX x; ALTER TABLE a ADD b int; «CREATE UNIQUE» INDEX i ON c (d); COMMIT;',
    message: 'held',
    output: null,
  });
  invalid('the parent of a foreign key of a new table', {
    sql: 'CREATE TABLE t (a int REFERENCES orders); «CREATE INDEX» i ON carts (a);',
    ...perFile,
    message: 'held',
    output: null,
  });
  valid(
    'the foreign key of a new table, which has no row to look up',
    'BEGIN; ALTER TABLE a ADD COLUMN x int; CREATE TABLE fresh (b_id int); ALTER TABLE fresh ADD FOREIGN KEY (b_id) REFERENCES b; COMMIT;',
    { history: ['CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY);'] },
  );
});
