import rule from '../../../rules/lock-contention/no-lock-table.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-lock-table', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ['CREATE TABLE orders (id bigint);'];

  valid('NOWAIT', 'BEGIN; LOCK TABLE orders NOWAIT; COMMIT;', { history });
  valid('a bounded wait', "BEGIN; SET LOCAL lock_timeout = '2s'; LOCK TABLE orders; COMMIT;", { history });
  valid('a mode that stops nobody', 'BEGIN; LOCK TABLE orders IN SHARE UPDATE EXCLUSIVE MODE; COMMIT;', { history });
  valid('a table of the same file', 'BEGIN; CREATE TABLE t (a int); LOCK t; COMMIT;');
  valid('a function body', 'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN LOCK TABLE orders; END $$;', {
    history,
  });

  invalid('the strongest mode', {
    sql: 'BEGIN; LOCK TABLE «orders»; COMMIT;',
    history,
    message: 'waits',
    severity: 'warning',
    output: null,
  });
  invalid('a mode that stops writes, of two tables', {
    sql: 'begin; lock «orders», «public.parts» in share mode; commit;',
    history,
    message: 'waits',
    output: null,
  });
  invalid('a DO block', { sql: 'DO $$ BEGIN LOCK TABLE «orders»; END $$;', history, message: 'waits', output: null });
});
