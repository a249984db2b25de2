import rule from '../../../rules/application-compatibility/no-rename-column.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-rename-column', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ['CREATE TABLE orders (id bigint PRIMARY KEY, note text);'];

  valid('a table made in the same file', 'CREATE TABLE orders (note text); ALTER TABLE orders RENAME note TO remark;');
  valid('a temporary table', 'CREATE TEMP TABLE t (a int); ALTER TABLE t RENAME COLUMN a TO b;', { history });
  valid(
    'a column that comes in the same file',
    'ALTER TABLE orders ADD COLUMN remark text; ALTER TABLE orders RENAME remark TO comment;',
    { history },
  );
  invalid('a column whose name comes back', {
    sql: "ALTER TABLE orders RENAME COLUMN «note» TO remark; ALTER TABLE orders ADD COLUMN note text NOT NULL DEFAULT '';",
    history,
    message: 'comesBack',
    severity: 'warning',
    output: null,
  });
  invalid('a column whose name comes back on another table', {
    sql: 'ALTER TABLE orders RENAME COLUMN «note» TO remark; ALTER TABLE parts ADD COLUMN note text;',
    history,
    message: 'breaks',
    severity: 'error',
    output: null,
  });
  valid('the rename of a constraint', 'ALTER TABLE orders RENAME CONSTRAINT orders_pkey TO orders_key;', { history });
  valid('the column of a view', 'ALTER VIEW recent_orders RENAME COLUMN note TO remark;');
  valid(
    'the attribute of a composite type',
    'CREATE TYPE point3 AS (x int, y int); ALTER TYPE point3 RENAME ATTRIBUTE x TO z;',
  );

  invalid('a column of an existing table', {
    sql: 'ALTER TABLE orders RENAME COLUMN «note» TO remark;',
    history,
    message: 'breaks',
    output: null,
  });
  invalid('a column of a table that no migration has made', {
    sql: 'alter table orders rename «note» to remark;',
    message: 'breaks',
    output: null,
  });
  invalid('a quoted column of a table with its schema, at its own words', {
    sql: 'ALTER TABLE IF EXISTS "Shop"."Orders" RENAME COLUMN «"Note"» TO "Remark";',
    message: 'breaks',
    output: null,
  });
  invalid('a rename in a transaction, which hides nothing', {
    sql: 'BEGIN;\r\nALTER TABLE orders RENAME «note» TO remark;\r\nCOMMIT;',
    history,
    message: 'breaks',
    output: null,
  });
  invalid('two renames', {
    sql: 'ALTER TABLE orders RENAME «id» TO key; ALTER TABLE orders RENAME «note» TO remark;',
    history,
    message: ['breaks', 'breaks'],
    output: null,
  });
  invalid('a rename inside a DO block', {
    sql: 'DO $$ BEGIN ALTER TABLE orders RENAME «note» TO remark; END $$;',
    history,
    message: 'breaks',
    output: null,
  });
  valid(
    'a column of a table that the file renames',
    'ALTER TABLE orders RENAME TO purchases; ALTER TABLE purchases RENAME COLUMN note TO remark;',
    { history: ['CREATE TABLE orders (note text);'] },
  );
});
