import rule from '../../../rules/application-compatibility/no-drop-not-null.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-drop-not-null', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ['CREATE TABLE orders (id bigint PRIMARY KEY, state text NOT NULL, note text);'];

  valid('a table of the same file', 'CREATE TABLE t (a int NOT NULL); ALTER TABLE t ALTER a DROP NOT NULL;');
  valid('a temporary table', 'CREATE TEMP TABLE t (a int NOT NULL); ALTER TABLE t ALTER a DROP NOT NULL;');
  valid('a column that takes NULL already', 'ALTER TABLE orders ALTER COLUMN note DROP NOT NULL;', { history });
  valid(
    'a column of the same release',
    "ALTER TABLE orders ADD kind text NOT NULL DEFAULT ''; ALTER TABLE orders ALTER kind DROP NOT NULL;",
    { history },
  );
  valid(
    'a column that is dropped afterwards',
    'ALTER TABLE orders ALTER state DROP NOT NULL; ALTER TABLE orders DROP COLUMN state;',
    { history },
  );
  valid('a key, where PostgreSQL refuses', 'ALTER TABLE orders ALTER id DROP NOT NULL;', { history });

  invalid('a NOT NULL column', {
    sql: 'ALTER TABLE orders «ALTER COLUMN state DROP NOT NULL»;',
    history,
    message: 'meetsNull',
    severity: 'info',
    output: null,
  });
  invalid('a column that no migration shows', {
    sql: 'alter table "Shop"."Orders" «alter "State" drop not null»;',
    message: 'meetsNull',
    output: null,
  });
  invalid('one of two sub-commands', {
    sql: "ALTER TABLE orders ALTER state SET DEFAULT '', «ALTER state DROP NOT NULL»;",
    history,
    message: 'meetsNull',
    output: null,
  });
});
