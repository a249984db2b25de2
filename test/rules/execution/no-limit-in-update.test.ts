import assert from 'node:assert/strict';
import rule from '../../../rules/execution/no-limit-in-update.js';
import { analyzeSql } from '../../support/analyze-sql.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-limit-in-update', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ['CREATE TABLE orders (id bigint PRIMARY KEY, a int, total numeric);'];
  const pair = ['CREATE TABLE items (order_id bigint, line int, PRIMARY KEY (order_id, line));'];

  valid('a subquery with LIMIT', 'UPDATE orders SET a = 1 WHERE id IN (SELECT id FROM orders ORDER BY id LIMIT 10);', {
    history,
  });
  valid('a column called "limit"', 'UPDATE orders SET "limit" = 1; DELETE FROM orders WHERE "limit" = 1;');
  valid('SELECT with LIMIT', 'SELECT * FROM orders ORDER BY id LIMIT 10;');
  valid('INSERT from a query with LIMIT', 'INSERT INTO archive SELECT * FROM orders LIMIT 10;');

  it('leaves every other syntax error to no-syntax-error', () => {
    const { findings } = analyzeSql('UPDATE orders SET a = ; DELETE orders;');
    assert.deepEqual(
      findings.map((finding) => finding.rule),
      ['no-syntax-error', 'no-syntax-error'],
    );
  });

  invalid('UPDATE … LIMIT, and chooses the rows by their key', {
    sql: 'UPDATE orders SET a = 1 WHERE total IS NULL «LIMIT» 1000;',
    history,
    message: 'rejected',
    output: 'UPDATE orders SET a = 1 WHERE id IN (SELECT id FROM orders WHERE total IS NULL ORDER BY id LIMIT 1000);',
  });
  invalid('DELETE … ORDER BY … LIMIT', {
    sql: 'delete from orders where total < 0 «order» by total limit 50;',
    history,
    message: 'rejected',
    output: 'delete from orders where id in (select id from orders where total < 0 order by total limit 50);',
  });
  invalid('a table of unknown key, by the place of its rows', {
    sql: 'DELETE FROM "Shop"."Orders" «LIMIT» 10;',
    message: 'rejected',
    output: 'DELETE FROM "Shop"."Orders" WHERE ctid IN (SELECT ctid FROM "Shop"."Orders" ORDER BY ctid LIMIT 10);',
  });
  invalid('a key of two columns, in a transaction', {
    sql: 'BEGIN;\r\nDELETE FROM items WHERE line > 9 «LIMIT» 10;\r\nCOMMIT;',
    history: pair,
    message: 'rejected',
    output:
      'BEGIN;\r\nDELETE FROM items WHERE (order_id, line) IN (SELECT order_id, line FROM items WHERE line > 9 ORDER BY order_id, line LIMIT 10);\r\nCOMMIT;',
  });
  invalid('RETURNING behind LIMIT', {
    sql: 'DELETE FROM orders WHERE a = 1 «LIMIT» 10 RETURNING id;',
    history,
    message: 'rejected',
    output: 'DELETE FROM orders WHERE id IN (SELECT id FROM orders WHERE a = 1 ORDER BY id LIMIT 10) RETURNING id;',
  });
});
