import rule from '../../../rules/replication-lag/no-autovacuum-off.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-autovacuum-off', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ['CREATE TABLE orders (id bigint);'];

  valid(
    'another setting',
    'ALTER TABLE orders SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_enabled = true);',
    { history },
  );
  valid('RESET', 'ALTER TABLE orders RESET (autovacuum_enabled);', { history });
  valid(
    'a table for which it is on again behind a load',
    'ALTER TABLE orders SET (autovacuum_enabled = off); INSERT INTO orders SELECT 1; ALTER TABLE orders RESET (autovacuum_enabled);',
    { history },
  );
  valid('a temporary table', 'CREATE TEMP TABLE t (a int) WITH (autovacuum_enabled = false);');
  valid(
    'a function body',
    'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE orders SET (autovacuum_enabled = false); END $$;',
    { history },
  );

  invalid('an existing table', {
    sql: 'ALTER TABLE orders «SET (autovacuum_enabled = false)»;',
    history,
    message: 'switchesOff',
    severity: 'warning',
    output: null,
  });
  invalid('its TOAST table', {
    sql: "alter table parts «set (fillfactor = 70, toast.autovacuum_enabled = 'off')»;",
    message: 'switchesOff',
    output: null,
  });
  invalid('a new table', {
    sql: 'CREATE TABLE «logs» (a int) WITH (autovacuum_enabled=0);',
    message: 'switchesOff',
    output: null,
  });
});
