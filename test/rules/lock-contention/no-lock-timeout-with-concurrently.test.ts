import rule from '../../../rules/lock-contention/no-lock-timeout-with-concurrently.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-lock-timeout-with-concurrently', () => {
  const { valid, invalid } = ruleTester(rule);
  const index = 'CREATE INDEX CONCURRENTLY i ON orders (a);';

  valid('no timeout', index);
  valid('a timeout of 0', `SET statement_timeout = 0; SET lock_timeout = 0; ${index}`);
  valid('timeouts that are taken back', `SET statement_timeout = '5s'; SET lock_timeout = '1s'; RESET ALL; ${index}`);
  valid('SET LOCAL, which ends with its transaction', `BEGIN; SET LOCAL statement_timeout = '5s'; COMMIT; ${index}`);
  valid('a lock_timeout that is set elsewhere', index, { config: { timeouts: 'set-elsewhere' } });
  valid('a plain index', "SET statement_timeout = '5s'; CREATE INDEX i ON orders (a);");
  valid('a transaction, in which it is refused anyway', `SET statement_timeout = '5s'; BEGIN; ${index} COMMIT;`);
  valid(
    'REFRESH, which leaves nothing behind',
    "SET statement_timeout = '5s'; REFRESH MATERIALIZED VIEW CONCURRENTLY m;",
  );

  invalid('statement_timeout', {
    sql: "SET statement_timeout = '5s';\n«CREATE INDEX» CONCURRENTLY i ON orders (a);",
    message: 'statementTimeout',
    severity: 'warning',
    output: "SET statement_timeout = '5s';\nSET statement_timeout = 0;\nCREATE INDEX CONCURRENTLY i ON orders (a);",
  });
  invalid('lock_timeout, as information', {
    sql: "SET lock_timeout = '5s'; «CREATE UNIQUE» INDEX CONCURRENTLY i ON orders (a);",
    message: 'lockTimeout',
    severity: 'info',
    output: null,
  });
  invalid('DROP INDEX', {
    sql: "set lock_timeout = '5s'; «drop index» concurrently i;",
    message: 'lockTimeout',
    output: null,
  });
  invalid('REINDEX and DETACH', {
    sql: 'SET lock_timeout = 100; «REINDEX INDEX» CONCURRENTLY i; «ALTER TABLE» p DETACH PARTITION c CONCURRENTLY;',
    message: ['lockTimeout', 'lockTimeout'],
    severity: 'info',
    output: null,
  });
});
