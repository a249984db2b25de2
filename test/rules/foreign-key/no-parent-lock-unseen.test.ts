import rule from '../../../rules/foreign-key/no-parent-lock-unseen.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-parent-lock-unseen', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE customers (id bigint PRIMARY KEY, up bigint REFERENCES customers); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint CONSTRAINT k REFERENCES customers, n int CHECK (n > 0));',
  ];

  valid('a lock_timeout', "SET lock_timeout = '2s'; ALTER TABLE orders DROP CONSTRAINT k;", { history });
  valid('a constraint that is no foreign key', 'ALTER TABLE orders DROP CONSTRAINT orders_n_check;', { history });
  valid('a key to the table itself', 'ALTER TABLE customers DROP CONSTRAINT customers_up_fkey;', { history });
  valid('a parent that goes as well', 'DROP TABLE orders; DROP TABLE customers;', { history });
  valid(
    'tables made in the same file',
    'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a_id int REFERENCES a); ALTER TABLE b DROP COLUMN a_id;',
  );
  valid('a temporary table', 'CREATE TEMP TABLE t (id int); DROP TABLE t;', { history });
  valid('a constraint that no migration shows', 'ALTER TABLE visits DROP CONSTRAINT k;', { history });

  invalid('the drop of a foreign key', {
    sql: 'ALTER TABLE orders DROP CONSTRAINT «k»;',
    history,
    message: 'drops',
    severity: 'info',
    output: null,
  });
  invalid('the drop of its column', {
    sql: 'alter table public.orders drop column «customer_id»;',
    history,
    message: 'drops',
    output: null,
  });
  invalid('the drop of its table', {
    sql: 'BEGIN; DROP TABLE IF EXISTS «orders»; COMMIT;',
    history,
    message: 'drops',
    output: null,
  });
  invalid('a new table that refers to it, once and as a hint', {
    sql: 'CREATE TABLE a (c bigint REFERENCES «customers»); CREATE TABLE b (c bigint REFERENCES customers);',
    history,
    message: 'adds',
    severity: 'hint',
    output: null,
  });
  invalid('a new column, of tables that no migration has made', {
    sql: 'ALTER TABLE visits ADD COLUMN c bigint REFERENCES «"P"»;',
    message: 'adds',
    severity: 'hint',
    output: null,
  });
});
