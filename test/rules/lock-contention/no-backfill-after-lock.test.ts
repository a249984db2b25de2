import rule from '../../../rules/lock-contention/no-backfill-after-lock.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-backfill-after-lock', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ['CREATE TABLE orders (id int PRIMARY KEY, a int); CREATE TABLE carts (id int PRIMARY KEY, a int);'];
  const perFile = { history, config: { transaction: 'per-file' as const } };

  valid('the same statements outside a transaction', 'ALTER TABLE orders ADD b int; UPDATE orders SET b = 1;', {
    history,
  });
  valid('rows behind the COMMIT', 'BEGIN; ALTER TABLE orders ADD b int; COMMIT; UPDATE orders SET b = 1;', { history });
  valid('rows in front of the lock', 'BEGIN; UPDATE orders SET a = 1; ALTER TABLE orders ADD b int; COMMIT;', {
    history,
  });
  valid(
    'a table made in the same transaction',
    'BEGIN; CREATE TABLE t (a int); INSERT INTO t SELECT a FROM orders; ALTER TABLE t ADD b int; UPDATE t SET b = 1; COMMIT;',
    { history },
  );
  valid('a temporary table', 'CREATE TEMP TABLE t (a int); ALTER TABLE t ADD b int; UPDATE t SET b = 1;', perFile);
  valid('rows that are listed', 'ALTER TABLE orders ADD b int; INSERT INTO carts VALUES (1, 2);', perFile);
  valid(
    'INSERT … SELECT that reads no table',
    'ALTER TABLE orders ADD b int; INSERT INTO carts SELECT 1, 2 WHERE NOT EXISTS (SELECT);',
    perFile,
  );
  valid('few rows, chosen by a value', 'ALTER TABLE orders ADD b int; UPDATE orders SET b = 1 WHERE id = 7;', perFile);
  valid(
    'a batch',
    'ALTER TABLE orders ADD b int; UPDATE orders SET b = 1 WHERE id IN (SELECT id FROM orders LIMIT 10);',
    perFile,
  );
  valid(
    'a lock that blocks no writes',
    'ALTER TABLE orders ALTER a SET STATISTICS 9; UPDATE orders SET a = 1;',
    perFile,
  );
  valid(
    'a lock that a savepoint gives back',
    'BEGIN; SAVEPOINT s; ALTER TABLE orders ADD b int; ROLLBACK TO s; UPDATE orders SET a = 1; COMMIT;',
    { history },
  );
  valid('a table that is dropped', 'DROP TABLE carts; UPDATE orders SET a = 1;', perFile);
  valid(
    'a function body',
    'BEGIN; ALTER TABLE orders ADD b int; CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ UPDATE orders SET a = 1 $$; COMMIT;',
    { history },
  );
  valid(
    'two DO blocks outside a transaction',
    'DO $$ BEGIN ALTER TABLE orders ADD b int; END $$; DO $$ BEGIN UPDATE orders SET b = 1; END $$;',
    { history },
  );

  invalid('every row under ACCESS EXCLUSIVE', {
    sql: 'BEGIN; ALTER TABLE orders ADD b int; «UPDATE» orders SET b = 1; COMMIT;',
    history,
    message: 'held',
    severity: 'error',
    output: null,
  });
  invalid('some rows', {
    sql: 'ALTER TABLE orders ADD b int; «UPDATE» orders SET b = 1 WHERE b IS NULL;',
    ...perFile,
    message: 'held',
    severity: 'warning',
    output: null,
  });
  invalid('rows of another table', {
    sql: 'ALTER TABLE orders ADD b int; «DELETE» FROM carts WHERE a IS NULL;',
    ...perFile,
    message: 'held',
    severity: 'warning',
    output: null,
  });
  invalid('INSERT … SELECT of an existing table into a new one', {
    sql: 'CREATE TABLE t (a int); ALTER TABLE orders ADD b int; «INSERT» INTO t SELECT a FROM carts;',
    ...perFile,
    message: 'held',
    output: null,
  });
  invalid('a lock that stops writes only, even without WHERE', {
    sql: 'BEGIN; CREATE INDEX i ON orders (a); «UPDATE» carts SET a = 1; COMMIT;',
    history,
    message: 'held',
    severity: 'warning',
    output: null,
  });
  invalid('the first of several, and what is certain', {
    sql: 'ALTER TABLE orders ADD b int; «DELETE» FROM carts WHERE a IS NULL; DELETE FROM carts WHERE a IS NOT NULL; «UPDATE» orders SET b = 1;',
    ...perFile,
    message: ['held', 'held'],
    output: null,
  });
  invalid('MERGE', {
    sql: 'ALTER TABLE orders ADD b int; «MERGE» INTO orders o USING carts c ON c.id = o.id WHEN MATCHED THEN UPDATE SET b = 1;',
    ...perFile,
    message: 'held',
    output: null,
  });
  invalid('the lock inside a DO block', {
    sql: 'DO $$ BEGIN ALTER TABLE orders ADD b int; «UPDATE» orders SET b = 1; END $$;',
    history,
    message: 'held',
    severity: 'error',
    output: null,
  });
  invalid('a lock that the savepoint does not give back', {
    sql: 'BEGIN; ALTER TABLE orders ADD b int; SAVEPOINT s; DROP TABLE carts; ROLLBACK TO s; «UPDATE» orders SET b = 1; COMMIT;',
    history,
    message: 'held',
    output: null,
  });
  invalid('a lock above a DO block', {
    sql: 'BEGIN; ALTER TABLE orders ADD b int; DO $$ BEGIN NULL; «UPDATE» orders SET b = 1; END $$; COMMIT;',
    history,
    message: 'held',
    output: null,
  });
  valid(
    'an UPDATE that matches no row, as the default has filled the column',
    'BEGIN; ALTER TABLE orders ADD COLUMN tries int DEFAULT 0; UPDATE orders SET tries = 0 WHERE tries IS NULL; COMMIT;',
    { history: ['CREATE TABLE orders (id bigint);'] },
  );
  valid(
    'rows that an index finds',
    "BEGIN; ALTER TABLE carts ADD COLUMN paid boolean; UPDATE carts SET paid = true WHERE state = 'paid'; COMMIT;",
    { history: ['CREATE TABLE carts (id bigint, state text); CREATE INDEX carts_state ON carts (state);'] },
  );
  valid(
    'rows of one kind of another table, which may be small',
    "BEGIN; ALTER TABLE carts ADD COLUMN paid boolean; UPDATE kinds SET label = 'x' WHERE state = 'paid'; COMMIT;",
    { history: ['CREATE TABLE carts (id bigint, state text); CREATE TABLE kinds (state text, label text);'] },
  );
  invalid('rows of one kind, for which the locked table is read', {
    sql: "BEGIN; ALTER TABLE carts ADD COLUMN paid boolean; «UPDATE» carts SET paid = true WHERE state = 'paid'; COMMIT;",
    history: ['CREATE TABLE carts (id bigint, state text);'],
    message: 'held',
    severity: 'warning',
    output: null,
  });
});
