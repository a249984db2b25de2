import rule from '../../../rules/data-loss/no-drop-and-create.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-drop-and-create', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ['CREATE TABLE orders (id bigint);'];
  const anew = 'CREATE TABLE orders (id bigint, note text);';

  valid('a drop alone', 'DROP TABLE orders;', { history });
  valid('a table of the same file', `${anew} DROP TABLE orders; ${anew.replace('note', 'remark')}`);
  valid(
    'rows that are put aside',
    `CREATE TEMP TABLE aside AS SELECT * FROM orders; DROP TABLE orders; ${anew} INSERT INTO orders (id) SELECT id FROM aside;`,
    { history },
  );
  valid('another table in its place', 'DROP TABLE orders; ALTER TABLE orders_new RENAME TO orders;', { history });
  valid(
    'a table of that name in another schema',
    'DROP TABLE public.orders; CREATE TABLE archive.orders (id bigint);',
    { history },
  );
  valid('a table that a query fills again', 'DROP TABLE orders; CREATE TABLE orders AS SELECT 1 AS id;', { history });
  valid('a temporary table', 'DROP TABLE IF EXISTS numbers; CREATE TEMP TABLE numbers (n int);');

  invalid('a table that is there', {
    sql: `DROP TABLE IF EXISTS «orders»; ${anew}`,
    history,
    message: 'empties',
    severity: 'error',
    output: null,
  });
  invalid('a table that may be there', {
    sql: `drop table if exists «public."Orders"»; create table "Orders" (id int);`,
    message: 'mayEmpty',
    severity: 'warning',
    output: null,
  });
  valid(
    'a schema that the file makes',
    'CREATE SCHEMA IF NOT EXISTS jobs; DROP TABLE IF EXISTS jobs.queue; CREATE TABLE jobs.queue (id bigint PRIMARY KEY);',
  );
});
