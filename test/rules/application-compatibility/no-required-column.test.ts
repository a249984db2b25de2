import rule from '../../../rules/application-compatibility/no-required-column.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-required-column', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ["CREATE TABLE orders (id bigint PRIMARY KEY, note text); CREATE DOMAIN sku AS text DEFAULT '?';"];

  valid('a nullable column', 'ALTER TABLE orders ADD COLUMN state text;', { history });
  valid('NOT NULL with a default', "ALTER TABLE orders ADD COLUMN state text NOT NULL DEFAULT 'new';", { history });
  valid(
    'a table made in the same file',
    'CREATE TABLE carts (id bigint); ALTER TABLE carts ADD COLUMN owner bigint NOT NULL;',
  );
  valid('a temporary table', 'CREATE TEMP TABLE x (a int); ALTER TABLE x ADD b int NOT NULL;', { history });
  valid(
    'columns that fill themselves',
    'ALTER TABLE a ADD b bigserial NOT NULL; ALTER TABLE a ADD c int NOT NULL GENERATED ALWAYS AS IDENTITY; ALTER TABLE a ADD d int NOT NULL GENERATED ALWAYS AS (1) STORED;',
  );
  valid(
    'a column that comes back in an empty table, which is said at its drop',
    'DELETE FROM orders; ALTER TABLE orders DROP COLUMN note; ALTER TABLE orders ADD COLUMN note jsonb NOT NULL;',
    { history },
  );
  invalid('a column that comes back, over rows', {
    sql: 'ALTER TABLE orders DROP COLUMN note, ADD COLUMN note jsonb «NOT NULL»;',
    history,
    message: 'failsAgain',
    severity: 'error',
    output: null,
  });
  valid('a domain, which may bring a default', 'ALTER TABLE orders ADD COLUMN code sku NOT NULL;', { history });
  valid('IF NOT EXISTS of a column that is there', 'ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text NOT NULL;', {
    history,
  });

  invalid('NOT NULL without a default', {
    sql: 'ALTER TABLE orders ADD COLUMN state text «NOT NULL»;',
    history,
    message: 'fails',
    output: null,
  });
  invalid('NOT NULL without a default on a table that no migration has made', {
    sql: 'alter table "Orders" add "State" text «not null»;',
    message: 'fails',
    output: null,
  });
  invalid('DEFAULT NULL, which is none', {
    sql: 'ALTER TABLE orders ADD COLUMN state text DEFAULT NULL «NOT NULL»;',
    history,
    message: 'fails',
    output: null,
  });
  invalid('IF NOT EXISTS of a column that is not there', {
    sql: 'ALTER TABLE orders ADD COLUMN IF NOT EXISTS state text «NOT NULL»;',
    history,
    message: 'fails',
    output: null,
  });
  invalid('each of several columns, in a transaction', {
    sql: 'BEGIN;\r\nALTER TABLE shop.orders\r\n  ADD COLUMN a int «NOT NULL»,\r\n  ADD COLUMN b int,\r\n  ADD COLUMN c int «NOT NULL»;\r\nCOMMIT;',
    message: ['fails', 'fails'],
    output: null,
  });
  invalid('a table that this file has made and filled', {
    sql: 'CREATE TABLE copy AS SELECT 1 AS a; ALTER TABLE copy ADD COLUMN b int «NOT NULL»;',
    message: 'fails',
    output: null,
  });
  invalid('a table that the file has emptied, for which the INSERTs of running code are left', {
    sql: 'DELETE FROM orders; ALTER TABLE orders ADD COLUMN state text «NOT NULL»;',
    history,
    message: 'onEmpty',
    output: null,
  });
  invalid('a table that is filled again', {
    sql: 'TRUNCATE orders; INSERT INTO orders VALUES (1); ALTER TABLE orders ADD COLUMN state text «NOT NULL»;',
    history,
    message: 'fails',
    output: null,
  });
});
