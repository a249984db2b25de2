import rule from '../../../rules/lock-contention/no-advisory-lock-with-concurrently.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-advisory-lock-with-concurrently', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ['CREATE TABLE orders (id bigint PRIMARY KEY, state text);'];
  const build = 'CREATE INDEX CONCURRENTLY state_i ON orders (state);';

  valid('no advisory lock', `SELECT 1; ${build}`, { history });
  valid('a lock behind the build', `${build} SELECT pg_advisory_lock(7);`, { history });
  valid('a lock that is released before', `SELECT pg_advisory_lock(7); SELECT pg_advisory_unlock(7); ${build}`, {
    history,
  });
  valid('locks that are all released before', `SELECT pg_advisory_lock(7); SELECT pg_advisory_unlock_all(); ${build}`, {
    history,
  });
  valid('a lock for which nobody waits', `SELECT pg_try_advisory_lock(7); ${build}`, { history });
  valid('a lock of a transaction, which is over', `BEGIN; SELECT pg_advisory_xact_lock(7); COMMIT; ${build}`, {
    history,
  });
  valid('an index that is not built concurrently', 'SELECT pg_advisory_lock(7); CREATE INDEX ON orders (state);', {
    history,
  });
  valid(
    'DROP INDEX CONCURRENTLY, which waits for those on the table alone',
    'SELECT pg_advisory_lock(7); DROP INDEX CONCURRENTLY i;',
  );
  valid('a function of the same name elsewhere', `SELECT app.pg_advisory_lock(7); ${build}`, { history });

  invalid('an index built under a lock of the session', {
    sql: `SELECT pg_advisory_lock(7); «CREATE INDEX» CONCURRENTLY state_i ON orders (state); SELECT pg_advisory_unlock(7);`,
    history,
    message: 'held',
    severity: 'warning',
    output: null,
  });
  invalid('REINDEX under a shared one', {
    sql: `SELECT pg_catalog.pg_advisory_lock_shared(1, 2); «REINDEX INDEX» CONCURRENTLY state_i;`,
    history,
    message: 'held',
    output: null,
  });
  invalid('one that was released and taken anew', {
    sql: `SELECT pg_advisory_lock(7); SELECT pg_advisory_unlock(7); SELECT pg_advisory_lock(8); «CREATE UNIQUE» INDEX CONCURRENTLY u ON orders (state);`,
    history,
    message: 'held',
    output: null,
  });
});
