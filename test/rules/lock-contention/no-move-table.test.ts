import rule from '../../../rules/lock-contention/no-move-table.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-move-table', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE orders (id bigint); CREATE INDEX orders_i ON orders (id); CREATE TABLE events (n int) PARTITION BY RANGE (n);',
  ];

  valid('a table of the same file', 'CREATE TABLE t AS SELECT 1 AS a; ALTER TABLE t SET TABLESPACE fast;');
  valid('a temporary table', 'CREATE TEMP TABLE t (a int); ALTER TABLE t SET TABLESPACE fast;');
  valid(
    'an index of a table of the same file',
    'CREATE TABLE t (a int); CREATE INDEX t_i ON t (a); ALTER INDEX t_i SET TABLESPACE fast;',
  );
  valid('a partitioned table, which has no rows', 'ALTER TABLE events SET TABLESPACE fast;', { history });

  invalid('another tablespace', {
    sql: 'ALTER TABLE orders «SET TABLESPACE fast»;',
    history,
    message: 'tablespace',
    severity: 'error',
    output: null,
  });
  invalid('another access method', {
    sql: 'alter table parts «set access method columnar»;',
    message: 'accessMethod',
    output: null,
  });
  invalid('an index', { sql: 'ALTER INDEX orders_i «SET TABLESPACE fast»;', history, message: 'index', output: null });
  invalid('everything in a tablespace', {
    sql: '«ALTER TABLE ALL IN TABLESPACE slow SET TABLESPACE fast»;',
    message: 'all',
    output: null,
  });
});
