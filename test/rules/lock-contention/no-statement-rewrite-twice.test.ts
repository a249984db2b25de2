import rule from '../../../rules/lock-contention/no-statement-rewrite-twice.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-statement-rewrite-twice', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE orders (id int PRIMARY KEY, a int, b int, c int); CREATE TABLE carts (id int PRIMARY KEY, a int);',
  ];

  valid('one ALTER TABLE', 'ALTER TABLE orders ALTER a TYPE bigint, ALTER b TYPE bigint;', { history });
  valid('two tables', 'ALTER TABLE orders ALTER a TYPE bigint; ALTER TABLE carts ALTER a TYPE bigint;', { history });
  valid('statements that take no time', 'ALTER TABLE orders ADD x int; ALTER TABLE orders ADD y int DEFAULT 1;', {
    history,
  });
  valid(
    'NOT VALID and VALIDATE',
    'ALTER TABLE orders ADD CONSTRAINT k CHECK (a > 0) NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT k; ALTER TABLE orders ALTER b SET NOT NULL;',
    { history },
  );
  valid(
    'SET NOT NULL, whose proof may be another statement',
    'ALTER TABLE orders ALTER a SET NOT NULL; ALTER TABLE orders ALTER b SET NOT NULL;',
    { history },
  );
  valid(
    'a write in between',
    'ALTER TABLE orders ALTER a TYPE bigint; UPDATE orders SET b = 1; ALTER TABLE orders ALTER b TYPE bigint;',
    { history },
  );
  valid(
    'a new table',
    'CREATE TABLE t (a int, b int); ALTER TABLE t ALTER a TYPE bigint; ALTER TABLE t ALTER b TYPE bigint;',
  );
  valid(
    'foreign keys, each of which is checked by itself',
    'ALTER TABLE orders ADD FOREIGN KEY (a) REFERENCES carts; ALTER TABLE orders ADD FOREIGN KEY (b) REFERENCES carts;',
    { history },
  );

  invalid('two rewrites', {
    sql: 'ALTER TABLE orders ALTER a TYPE bigint; «ALTER TABLE» orders ALTER b TYPE bigint;',
    history,
    message: 'twice',
    severity: 'info',
    output: null,
  });
  invalid('a rewrite and a scan, with a quick one between', {
    sql: 'ALTER TABLE orders ALTER a TYPE bigint; ALTER TABLE orders ADD x int; «alter table» orders add check (b > 0);',
    history,
    message: 'twice',
    output: null,
  });
  invalid('each behind the first', {
    sql: 'ALTER TABLE orders ADD CHECK (a > 0); «ALTER TABLE» orders ADD CHECK (b > 0); «ALTER TABLE» orders ADD CHECK (c > 0);',
    history,
    message: ['twice', 'twice'],
    output: null,
  });
});
