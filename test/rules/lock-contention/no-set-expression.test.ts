import rule from '../../../rules/lock-contention/no-set-expression.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-set-expression', () => {
  const { valid, invalid } = ruleTester(rule);
  const config = { postgres: 17 as const };
  const history = ['CREATE TABLE orders (id bigint, net int, gross int GENERATED ALWAYS AS (net * 2) STORED);'];

  valid(
    'a table of the same file',
    'CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a) STORED); ALTER TABLE t ALTER b SET EXPRESSION AS (a + 1);',
    { config },
  );
  valid(
    'a temporary table',
    'CREATE TEMP TABLE t (a int, b int GENERATED ALWAYS AS (a) STORED); ALTER TABLE t ALTER b SET EXPRESSION AS (a + 1);',
    { config },
  );
  valid('a virtual column', 'ALTER TABLE t ALTER b SET EXPRESSION AS (a + 1);', {
    history: ['CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a) VIRTUAL);'],
    config: { postgres: 18 },
  });
  valid('a version that does not know it', 'ALTER TABLE orders ALTER gross SET EXPRESSION AS (net * 3);', { history });

  invalid('a stored column', {
    sql: 'ALTER TABLE orders «ALTER gross SET EXPRESSION AS (net * 3)»;',
    history,
    config,
    message: 'rewrites',
    severity: 'error',
    output: null,
  });
  invalid('a column that is not known, of either kind', {
    sql: 'alter table parts «alter column weight set expression as (a * 3)»;',
    config: { postgres: 18 },
    message: 'rewrites',
    severity: 'warning',
    output: null,
  });
});
