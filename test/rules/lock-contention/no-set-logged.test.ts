import rule from '../../../rules/lock-contention/no-set-logged.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-set-logged', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ['CREATE TABLE orders (id bigint); CREATE UNLOGGED TABLE cache (id bigint);'];

  valid('a table of the same file', 'CREATE UNLOGGED TABLE t AS SELECT 1 AS a; ALTER TABLE t SET LOGGED;');
  valid('SET LOGGED of a logged table', 'ALTER TABLE orders SET LOGGED;', { history });
  valid('SET UNLOGGED of an unlogged table', 'ALTER TABLE cache SET UNLOGGED;', { history });
  valid('a sequence', 'ALTER SEQUENCE s SET UNLOGGED;');
  valid(
    'a function body',
    'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE cache SET LOGGED; END $$;',
    { history },
  );

  invalid('SET LOGGED', {
    sql: 'ALTER TABLE cache «SET LOGGED»;',
    history,
    message: 'logged',
    severity: 'error',
    output: null,
  });
  invalid('SET UNLOGGED', { sql: 'alter table orders «set unlogged»;', history, message: 'unlogged', output: null });
  invalid('a table that no migration has made', {
    sql: 'ALTER TABLE parts «SET LOGGED»;',
    message: 'logged',
    output: null,
  });
});
