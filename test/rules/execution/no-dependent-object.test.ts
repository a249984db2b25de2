import rule from '../../../rules/execution/no-dependent-object.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-dependent-object', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ['CREATE TABLE orders (id bigint, note text, total int); CREATE TABLE customers (id bigint);'];
  const joined = [...history, 'CREATE VIEW pairs AS SELECT o.id, note FROM orders o JOIN customers c ON c.id = o.id;'];

  valid('a table without views', 'ALTER TABLE orders DROP COLUMN note;', { history });
  valid(
    'a column that no view names',
    'ALTER TABLE orders DROP COLUMN total; ALTER TABLE orders ALTER total TYPE bigint;',
    { history: joined },
  );
  valid('what is certain, which another rule reports', 'ALTER TABLE orders DROP COLUMN note;', {
    history: [...history, 'CREATE VIEW v AS SELECT note FROM orders;'],
  });
  valid('what is certain by the name of its table', 'ALTER TABLE orders DROP COLUMN note;', {
    history: [...history, 'CREATE VIEW v AS SELECT o.note FROM orders o JOIN customers c ON c.id = o.id;'],
  });
  valid('a star, which is certain for older columns', 'ALTER TABLE orders ALTER total TYPE bigint;', {
    history: [...history, 'CREATE VIEW v AS SELECT * FROM orders;'],
  });
  valid('a star of another SELECT', 'ALTER TABLE orders DROP COLUMN total;', {
    history: [
      ...history,
      'CREATE VIEW v AS SELECT *, (SELECT o.note FROM orders o WHERE o.id = c.id), (SELECT count(*) FROM orders) FROM customers c;',
    ],
  });
  valid('a column of the other table', 'ALTER TABLE customers DROP COLUMN note;', {
    history: [
      'CREATE TABLE orders (id bigint, note text); CREATE TABLE customers (id bigint, note text);',
      'CREATE VIEW v AS SELECT o.note FROM orders o JOIN customers c ON c.id = o.id;',
    ],
  });
  valid('a view that goes first', 'DROP VIEW pairs; ALTER TABLE orders DROP COLUMN note;', { history: joined });
  valid('a column that came after the view', 'ALTER TABLE orders DROP COLUMN extra;', {
    history: [...history, 'CREATE VIEW v AS SELECT * FROM orders;', 'ALTER TABLE orders ADD COLUMN extra int;'],
  });
  valid('CASCADE, which another rule reports', 'ALTER TABLE orders DROP COLUMN note CASCADE;', { history: joined });

  invalid('a column that a view of two tables names', {
    sql: 'ALTER TABLE orders DROP COLUMN «note»;',
    history: joined,
    message: 'dropMayFail',
    severity: 'warning',
    output: null,
  });
  invalid('a star over two tables, of which one is not known', {
    sql: 'alter table public.orders alter column «extra» type bigint;',
    history: ['CREATE TABLE orders (id bigint, extra int); CREATE VIEW v AS SELECT o.* FROM orders o, elsewhere e;'],
    message: 'typeMayFail',
    output: null,
  });
  invalid('a column under a materialized view of the new table name', {
    sql: 'ALTER TABLE purchases DROP «note»;',
    history: [
      ...history,
      'CREATE MATERIALIZED VIEW m AS SELECT note FROM orders, customers;',
      'ALTER TABLE orders RENAME TO purchases;',
    ],
    message: 'dropMayFail',
    output: null,
  });
});
