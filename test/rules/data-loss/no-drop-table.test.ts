import rule from '../../../rules/data-loss/no-drop-table.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-drop-table', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint, customer bigint REFERENCES customers);',
  ];

  valid('a table made in the same file', 'CREATE TABLE t (a int); DROP TABLE t;');
  valid('a temporary table', 'CREATE TEMP TABLE t AS SELECT 1 AS a; DROP TABLE t;', { history });
  valid('a name that becomes a temporary table', 'DROP TABLE IF EXISTS ids; CREATE TEMPORARY TABLE ids (id int);', {
    history,
  });
  valid('a view, which PostgreSQL does not drop as a table', 'DROP TABLE v;', {
    history: ['CREATE TABLE a (x int); CREATE VIEW v AS SELECT x FROM a;'],
  });
  invalid('a table whose name becomes a temporary one', {
    sql: 'DROP TABLE IF EXISTS «orders»; CREATE TEMPORARY TABLE orders (id int);',
    history,
    message: 'drops',
    output: null,
  });
  valid('a view, an index, a type', 'DROP VIEW v; DROP INDEX CONCURRENTLY i; DROP TYPE mood;');
  valid('a quoted name that is made in the same file', 'CREATE TABLE "T" (a int); DROP TABLE public."T";');

  invalid('a table, and names the parent that it locks', {
    sql: 'DROP TABLE «orders»;',
    history,
    message: 'drops',
    severity: 'warning',
    output: null,
  });
  invalid('IF EXISTS, in lower case, with a schema', {
    sql: 'begin;\r\ndrop table if exists «shop.orders» cascade;\r\ncommit;',
    message: 'drops',
    output: null,
  });
  describe('IF EXISTS of a table that no migration makes', () => {
    const sql = 'DROP TABLE IF EXISTS «leftovers»;';
    invalid('behind those that make others, as information', {
      sql,
      history,
      message: 'unknown',
      severity: 'info',
      output: null,
    });
    invalid('without a migration before it', { sql, message: 'drops', severity: 'warning', output: null });
    invalid('that one of them alters', {
      sql,
      history: [...history, 'ALTER TABLE leftovers ADD COLUMN note text;'],
      message: 'drops',
      severity: 'warning',
      output: null,
    });
    invalid('where one of them runs SQL that nobody can read', {
      sql,
      history: [...history, 'DO $$ BEGIN EXECUTE current_user; END $$;'],
      message: 'drops',
      severity: 'warning',
      output: null,
    });
    invalid('behind a file that only uses tables', {
      sql,
      history: ['ALTER TABLE orders ADD COLUMN note text;'],
      message: 'drops',
      severity: 'warning',
      output: null,
    });
  });
  invalid('a partition, and names the table that it locks', {
    sql: 'DROP TABLE «events_1»;',
    history: [
      'CREATE TABLE events (n int) PARTITION BY RANGE (n); CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (9);',
    ],
    message: 'drops',
    output: null,
  });
  invalid('each of several tables', {
    sql: 'DROP TABLE «orders», «"Customers"»;',
    message: ['drops', 'drops'],
    output: null,
  });
  invalid('a table that this file has filled', {
    sql: 'CREATE TABLE copy AS SELECT 1 AS a; DROP TABLE «copy»;',
    config: { transaction: 'per-file' },
    message: 'drops',
    output: null,
  });
});
