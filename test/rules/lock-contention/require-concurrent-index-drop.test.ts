import rule from '../../../rules/lock-contention/require-concurrent-index-drop.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('require-concurrent-index-drop', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ['CREATE TABLE orders (id bigint PRIMARY KEY, note text); CREATE INDEX note_i ON orders (note);'];

  valid('a concurrent drop', 'DROP INDEX CONCURRENTLY IF EXISTS note_i;', { history });
  valid('an index of a table made in the same file', 'CREATE TABLE t (a int); CREATE INDEX i ON t (a); DROP INDEX i;');
  valid(
    'an index of a table made and filled in the same file',
    'CREATE TABLE t AS SELECT 1 AS a; CREATE INDEX i ON t (a); DROP INDEX i;',
  );
  valid('the index of a constraint, which PostgreSQL refuses anyway', 'DROP INDEX orders_pkey;', { history });
  valid('a partitioned index, which cannot be dropped concurrently', 'DROP INDEX at_i;', {
    history: ['CREATE TABLE events (at date) PARTITION BY RANGE (at); CREATE INDEX at_i ON events (at);'],
  });
  valid('another kind of object', 'DROP TABLE orders; DROP VIEW v;', { history });

  invalid('a plain drop', {
    sql: 'DROP INDEX «note_i»;',
    history,
    message: 'blocksAll',
    severity: 'warning',
    output: 'DROP INDEX CONCURRENTLY note_i;',
  });
  invalid('an index that no migration has made, in lower case, with CRLF', {
    sql: 'drop index\r\n  if exists «"Shop"."Note_i"»;',
    message: 'blocksAll',
    output: 'drop index concurrently\r\n  if exists "Shop"."Note_i";',
  });
  invalid('a drop in a transaction', {
    sql: 'BEGIN; DROP INDEX «note_i»; COMMIT;',
    history,
    message: 'splitFirst',
    output: null,
  });
  invalid("a drop in the tool's transaction", {
    sql: 'DROP INDEX «note_i»;',
    history,
    config: { transaction: 'per-file' },
    message: 'splitFirst',
    output: null,
  });
  const both = [
    'CREATE TABLE orders (id int, note text); CREATE INDEX note_i ON orders (note); CREATE INDEX "Id" ON orders (id);',
  ];
  invalid('several at once, of which CONCURRENTLY takes one', {
    sql: 'DROP «INDEX» note_i, "Id";',
    history: both,
    message: 'severalAtOnce',
    output: 'DROP INDEX CONCURRENTLY IF EXISTS note_i;\nDROP INDEX CONCURRENTLY IF EXISTS "Id";',
  });
  invalid('several at once that nobody has made, with IF EXISTS and in lower case', {
    sql: 'drop «index» if exists shop.note_i, other_i;',
    message: 'severalAtOnce',
    output: 'drop index concurrently if exists shop.note_i;\ndrop index concurrently if exists other_i;',
  });
  for (const [name, sql] of [
    ['with CASCADE, which CONCURRENTLY does not take', 'DROP «INDEX» note_i, "Id" CASCADE;'],
    ['in a transaction', 'BEGIN; DROP «INDEX» note_i, "Id"; COMMIT;'],
    ['one of them of a partitioned table', 'DROP «INDEX» note_i, at_i;'],
  ] as const)
    invalid(`several at once, ${name}`, {
      sql,
      history: [...both, 'CREATE TABLE events (at date) PARTITION BY RANGE (at); CREATE INDEX at_i ON events (at);'],
      message: 'severalAtOnce',
      output: null,
    });
  invalid('CASCADE, which CONCURRENTLY does not take', {
    sql: 'DROP INDEX «note_i» CASCADE;',
    history,
    message: 'blocksAll',
    output: null,
  });
  invalid('IF EXISTS of what the file makes, as information', {
    sql: 'DROP INDEX IF EXISTS «other_i»; CREATE INDEX CONCURRENTLY other_i ON orders (note);',
    history,
    message: 'blocksAll',
    severity: 'info',
    output: 'DROP INDEX CONCURRENTLY IF EXISTS other_i; CREATE INDEX CONCURRENTLY other_i ON orders (note);',
  });

  describe('IF EXISTS of what no migration makes', () => {
    const sql = 'DROP INDEX IF EXISTS «old_i»;';
    const message = 'blocksAll';
    invalid('in a history that makes other things, as information', {
      sql,
      history,
      message,
      severity: 'info',
      output: 'DROP INDEX CONCURRENTLY IF EXISTS old_i;',
    });
    invalid('without a history', {
      sql,
      message,
      severity: 'warning',
      output: 'DROP INDEX CONCURRENTLY IF EXISTS old_i;',
    });
    invalid('without IF EXISTS', {
      sql: sql.replace('IF EXISTS ', ''),
      history,
      message,
      severity: 'warning',
      output: 'DROP INDEX CONCURRENTLY old_i;',
    });
  });
});
