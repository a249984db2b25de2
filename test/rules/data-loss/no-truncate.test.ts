import rule from '../../../rules/data-loss/no-truncate.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-truncate', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ['CREATE TABLE orders (id bigint);'];

  valid('a table made in the same file', 'CREATE TABLE t (a int); TRUNCATE t;');
  valid('a temporary table', 'CREATE TEMP TABLE t (a int); TRUNCATE TABLE t RESTART IDENTITY;');
  valid('a trigger on TRUNCATE', 'CREATE TRIGGER keep BEFORE TRUNCATE ON orders EXECUTE FUNCTION refuse();', {
    history,
  });
  valid('the words in a string', "SELECT 'TRUNCATE orders';", { history });

  invalid('an existing table', {
    sql: 'TRUNCATE «orders»;',
    history,
    message: 'empties',
    severity: 'warning',
    output: null,
  });
  invalid('CASCADE, more severely', {
    sql: 'truncate table only «"Shop".orders» cascade;',
    message: 'cascades',
    severity: 'error',
    output: null,
  });
  invalid('each of several tables, in a transaction', {
    sql: 'BEGIN;\r\nTRUNCATE «orders», «items»;\r\nCOMMIT;',
    history,
    message: ['empties', 'empties'],
    output: null,
  });
  invalid('a table that this file has filled', {
    sql: 'CREATE TABLE copy AS SELECT 1 AS a; TRUNCATE «copy»;',
    config: { transaction: 'per-file' },
    message: 'empties',
    output: null,
  });
  invalid('the body of a function, as information', {
    sql: 'CREATE FUNCTION wipe() RETURNS void LANGUAGE plpgsql AS $$ BEGIN TRUNCATE «orders»; END $$;',
    history,
    message: 'empties',
    severity: 'info',
    output: null,
  });
  invalid('a list that the file writes anew, as information', {
    sql: "TRUNCATE «roles»; INSERT INTO roles VALUES (1, 'a'), (2, 'b');",
    message: 'empties',
    severity: 'info',
    output: null,
  });
});
