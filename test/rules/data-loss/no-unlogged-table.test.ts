import rule from '../../../rules/data-loss/no-unlogged-table.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-unlogged-table', () => {
  const { valid, invalid } = ruleTester(rule);

  valid('a logged table', 'CREATE TABLE t (a int); INSERT INTO t VALUES (1);');
  valid('a temporary table', 'CREATE TEMP TABLE t (a int); INSERT INTO t VALUES (1);');
  valid(
    'a table that the file logs when it is filled',
    'CREATE UNLOGGED TABLE t AS SELECT 1 AS a; ALTER TABLE t SET LOGGED;',
  );
  valid(
    'a table that the file drops again',
    'CREATE UNLOGGED TABLE t (a int); INSERT INTO t VALUES (1); DROP TABLE t;',
  );
  valid('a column that is called so', 'CREATE TABLE t (unlogged int);');
  valid(
    'a function body',
    'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CREATE UNLOGGED TABLE t (a int); END $$;',
  );

  invalid('an empty one, as information', {
    sql: 'CREATE «UNLOGGED» TABLE sessions (id bigint PRIMARY KEY);',
    message: 'empties',
    severity: 'info',
    output: 'CREATE TABLE sessions (id bigint PRIMARY KEY);',
  });
  invalid('one whose namesake is logged', {
    sql: 'CREATE «UNLOGGED» TABLE a.t (id bigint PRIMARY KEY); ALTER TABLE b.t SET LOGGED;',
    message: 'empties',
    output: 'CREATE TABLE a.t (id bigint PRIMARY KEY); ALTER TABLE b.t SET LOGGED;',
  });
  invalid('one that the file fills, in lower case', {
    sql: 'create «unlogged»  table states (name text primary key);\nINSERT INTO states VALUES (1);',
    message: 'filled',
    severity: 'warning',
    output: 'create table states (name text primary key);\nINSERT INTO states VALUES (1);',
  });
  invalid('one that a query fills', {
    sql: 'CREATE «UNLOGGED» TABLE copy AS SELECT 1 AS id;',
    message: 'filled',
    output: 'CREATE TABLE copy AS SELECT 1 AS id;',
  });
  invalid('one WITH NO DATA, as information', {
    sql: 'CREATE «UNLOGGED» TABLE copy AS SELECT 1 AS id WITH NO DATA;',
    message: 'empties',
    severity: 'info',
    output: 'CREATE TABLE copy AS SELECT 1 AS id WITH NO DATA;',
  });
});
