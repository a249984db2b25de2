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
    output:
      "SET statement_timeout = '5s';\nSET statement_timeout = 0;\nCREATE INDEX CONCURRENTLY i ON orders (a);\nSET statement_timeout = '5s';",
  });
  invalid('lock_timeout, which its wait for old transactions runs into', {
    sql: "SET lock_timeout = '5s'; «CREATE UNIQUE» INDEX CONCURRENTLY i ON orders (a);",
    message: 'lockTimeout',
    severity: 'warning',
    output:
      "SET lock_timeout = '5s'; SET lock_timeout = 0;\nCREATE UNIQUE INDEX CONCURRENTLY i ON orders (a);\nSET lock_timeout = '5s';",
  });
  invalid('both, in the letter case of the file', {
    sql: "set lock_timeout = '5s'; set statement_timeout = 60000; «drop index» concurrently i;",
    message: 'statementTimeout',
    output:
      "set lock_timeout = '5s'; set statement_timeout = 60000; set statement_timeout = 0;\nset lock_timeout = 0;\ndrop index concurrently i;\nset statement_timeout = '60000';\nset lock_timeout = '5s';",
  });
  invalid('REINDEX', {
    sql: 'SET lock_timeout = 100; «REINDEX INDEX» CONCURRENTLY i;',
    message: 'lockTimeout',
    output: "SET lock_timeout = 100; SET lock_timeout = 0;\nREINDEX INDEX CONCURRENTLY i;\nSET lock_timeout = '100';",
  });
  invalid('DETACH PARTITION', {
    sql: "SET lock_timeout = '1s'; «ALTER TABLE» p DETACH PARTITION c CONCURRENTLY;",
    message: 'lockTimeout',
    output:
      "SET lock_timeout = '1s'; SET lock_timeout = 0;\nALTER TABLE p DETACH PARTITION c CONCURRENTLY;\nSET lock_timeout = '1s';",
  });
});
