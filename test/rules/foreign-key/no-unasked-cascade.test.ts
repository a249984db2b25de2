import rule from '../../../rules/foreign-key/no-unasked-cascade.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-unasked-cascade', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);',
  ];

  valid(
    'another action',
    'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers ON DELETE SET NULL NOT VALID;',
    { history },
  );
  valid(
    'ON UPDATE CASCADE',
    'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers ON UPDATE CASCADE NOT VALID;',
    { history },
  );
  valid('a temporary table', 'CREATE TEMP TABLE t (id bigint REFERENCES t ON DELETE CASCADE);');
  valid(
    'a key that cascades already',
    'ALTER TABLE orders ADD CONSTRAINT k FOREIGN KEY (customer_id) REFERENCES customers ON DELETE CASCADE NOT VALID;',
    {
      history: [...history, 'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers ON DELETE CASCADE;'],
    },
  );
  valid(
    'a key that this file drops and makes again',
    'ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey; ALTER TABLE orders ADD CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers ON DELETE CASCADE;',
    { history },
  );

  invalid('a table that has rows already', {
    sql: 'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers «ON DELETE CASCADE» NOT VALID;',
    history,
    message: 'cascades',
    severity: 'warning',
    output: null,
  });
  describe('a key to what other tables go with', () => {
    const sql = 'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers «ON DELETE CASCADE» NOT VALID;';
    const along = (name: string): string =>
      `CREATE TABLE ${name} (customer_id bigint REFERENCES customers ON DELETE CASCADE);`;

    invalid('two of them, as information', {
      sql,
      history: [...history, along('carts'), along('marks')],
      message: 'cascades',
      severity: 'info',
      output: null,
    });
    invalid('one of them', {
      sql,
      history: [...history, along('carts'), 'CREATE TABLE marks (customer_id bigint REFERENCES customers);'],
      message: 'cascades',
      severity: 'warning',
      output: null,
    });
  });
  invalid('a new table, as a hint', {
    sql: 'create table marks (customer_id bigint references customers «on delete cascade»);',
    history,
    message: 'cascades',
    severity: 'hint',
    output: null,
  });
  invalid('a new column, as a hint', {
    sql: 'ALTER TABLE orders ADD COLUMN payer bigint REFERENCES customers «ON DELETE CASCADE»;',
    history,
    message: 'cascades',
    severity: 'hint',
    output: null,
  });
  invalid('a table that no migration has made', {
    sql: 'ALTER TABLE "V" ADD CONSTRAINT "K" FOREIGN KEY ("C") REFERENCES customers «ON DELETE\n  CASCADE» NOT VALID;',
    message: 'cascades',
    severity: 'warning',
    output: null,
  });
  const cascading = [
    'CREATE TABLE parents (id int PRIMARY KEY, p int, UNIQUE (id, p)); CREATE TABLE others (id int PRIMARY KEY); CREATE TABLE kids (p_id int, p int, CONSTRAINT k FOREIGN KEY (p_id) REFERENCES parents (id) ON DELETE CASCADE);',
  ];
  valid(
    'a key with one more column in place of one that cascades',
    'ALTER TABLE kids DROP CONSTRAINT k; ALTER TABLE kids ADD CONSTRAINT wide FOREIGN KEY (p_id, p) REFERENCES parents (id, p) ON DELETE CASCADE NOT VALID;',
    { history: cascading },
  );
  invalid('a key to another parent, as information', {
    sql: 'ALTER TABLE kids DROP CONSTRAINT k; ALTER TABLE kids ADD CONSTRAINT other FOREIGN KEY (p_id) REFERENCES others «ON DELETE CASCADE» NOT VALID;',
    history: cascading,
    message: 'cascades',
    severity: 'info',
    output: null,
  });
});
