import rule from '../../../rules/execution/no-transaction-nesting.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-transaction-nesting', () => {
  const { valid, invalid } = ruleTester(rule);
  const config = { transaction: 'per-file' as const };

  valid('one transaction', 'BEGIN; SELECT 1; COMMIT;');
  valid('two transactions', 'BEGIN; SELECT 1; END; START TRANSACTION; SELECT 1; ROLLBACK;');
  valid('savepoints', 'BEGIN; SAVEPOINT a; ROLLBACK TO a; RELEASE a; COMMIT;');
  valid('a prepared transaction', "BEGIN; PREPARE TRANSACTION 'a';");
  valid('a DO block that commits', 'DO $$ BEGIN COMMIT; END $$;');
  valid('a COMMIT in front of everything', 'COMMIT; CREATE INDEX CONCURRENTLY i ON t (a);');
  valid('no transaction words in a wrapped file', 'SELECT 1;', { config });

  invalid('BEGIN in a wrapped file', {
    sql: '«BEGIN»; SELECT 1; COMMIT;',
    config,
    message: 'wrapped',
    severity: 'warning',
    output: null,
  });
  invalid('several transactions in a wrapped file, once', {
    sql: '«BEGIN»; SELECT 1; COMMIT; BEGIN; SELECT 2; COMMIT;',
    config,
    message: 'wrapped',
    output: null,
  });
  invalid('several BEGINs inside one, once', {
    sql: 'BEGIN; SELECT 1; «BEGIN»; SELECT 2; BEGIN; COMMIT;',
    message: 'nested',
    output: null,
  });
  invalid('what an earlier file of the project does as well, as information', {
    sql: '«BEGIN»; SELECT 1; COMMIT;',
    history: ['BEGIN; CREATE TABLE t (a int); COMMIT;'],
    config,
    message: 'wrapped',
    severity: 'info',
    output: null,
  });
  invalid('what no earlier file does', {
    sql: 'SELECT 1; «COMMIT»; SELECT 2;',
    history: ['SAVEPOINT a; RELEASE a; CREATE TABLE t (a int);'],
    config,
    message: 'endsTool',
    severity: 'warning',
    output: null,
  });
  invalid('COMMIT in a wrapped file', {
    sql: 'SELECT 1; «COMMIT»; SELECT 2;',
    config,
    message: 'endsTool',
    output: null,
  });
  invalid('BEGIN inside BEGIN', {
    sql: 'BEGIN; «start transaction»; SELECT 1; COMMIT; COMMIT;',
    message: 'nested',
    output: null,
  });
  invalid('COMMIT without BEGIN', { sql: 'SELECT 1; «COMMIT»;', message: 'unopened', severity: 'info', output: null });
  invalid('a second COMMIT', {
    sql: 'BEGIN; SELECT 1; COMMIT; SELECT 2; «end»;',
    message: 'unopened',
    severity: 'warning',
    output: null,
  });
  invalid('BEGIN without an end', {
    sql: '«BEGIN»; CREATE TABLE t (a int);',
    message: 'unended',
    severity: 'error',
    output: null,
  });
  invalid('a second transaction without an end', {
    sql: 'BEGIN; COMMIT; «begin work»; CREATE TABLE t (a int);',
    message: 'unended',
    output: null,
  });
  invalid('COMMIT in a wrapped file, so that CONCURRENTLY can run', {
    sql: 'SELECT 1; «COMMIT»; CREATE INDEX CONCURRENTLY i ON t (a);',
    config,
    message: 'leavesTool',
    output: null,
  });
});
