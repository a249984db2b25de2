import rule from '../../../rules/lock-contention/no-vacuum-full.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-vacuum-full', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ['CREATE TABLE orders (id bigint PRIMARY KEY);'];

  valid('a plain VACUUM', 'VACUUM orders; VACUUM (ANALYZE) orders; ANALYZE;', { history });
  valid('VACUUM (FULL false)', 'VACUUM (FULL false) orders;', { history });
  valid('a table of the same file', 'CREATE TABLE t AS SELECT 1 AS a; VACUUM FULL t;');
  valid('CLUSTER of a table of the same file', 'CREATE TABLE t (a int PRIMARY KEY); CLUSTER t USING t_pkey;');
  valid('CLUSTER ON, which only notes the order', 'ALTER TABLE orders CLUSTER ON orders_pkey;', { history });

  invalid('VACUUM FULL', {
    sql: '«VACUUM» FULL orders;',
    history,
    message: 'rewrites',
    severity: 'error',
    output: null,
  });
  invalid('VACUUM (FULL) in brackets', {
    sql: '«vacuum» (verbose, full) orders, parts;',
    message: 'rewrites',
    output: null,
  });
  invalid('VACUUM FULL of everything', { sql: '«VACUUM» FULL;', message: 'all', output: null });
  invalid('CLUSTER', { sql: '«CLUSTER» orders USING orders_pkey;', history, message: 'rewrites', output: null });
});
