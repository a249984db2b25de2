import rule from '../../../rules/lock-contention/require-concurrent-refresh.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('require-concurrent-refresh', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ['CREATE TABLE orders (id bigint); CREATE MATERIALIZED VIEW totals AS SELECT id FROM orders;'];
  const indexed = [...history, 'CREATE UNIQUE INDEX totals_id ON totals (id);'];

  valid('CONCURRENTLY', 'REFRESH MATERIALIZED VIEW CONCURRENTLY totals;', { history: indexed });
  valid('a view of the same file', 'CREATE MATERIALIZED VIEW m AS SELECT 1 AS a; REFRESH MATERIALIZED VIEW m;');
  valid('a view that has no rows yet', 'REFRESH MATERIALIZED VIEW m;', {
    history: ['CREATE MATERIALIZED VIEW m AS SELECT 1 AS a WITH NO DATA;'],
  });
  valid('a function body', 'CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ REFRESH MATERIALIZED VIEW totals $$;', {
    history,
  });

  invalid('a view with a unique index', {
    sql: 'REFRESH MATERIALIZED VIEW «totals»;',
    history: indexed,
    message: 'blocksReads',
    severity: 'warning',
    output: 'REFRESH MATERIALIZED VIEW CONCURRENTLY totals;',
  });
  invalid('the same in a transaction, in lower case', {
    sql: 'begin; refresh materialized view «public.totals» with data; commit;',
    history: indexed,
    message: 'blocksReads',
    output: 'begin; refresh materialized view concurrently public.totals with data; commit;',
  });
  invalid('a view without a unique index', {
    sql: 'REFRESH MATERIALIZED VIEW «totals»;',
    history,
    message: 'blocksReads',
    output: null,
  });
  invalid('a view with a partial unique index', {
    sql: 'REFRESH MATERIALIZED VIEW «totals»;',
    history: [...history, 'CREATE UNIQUE INDEX i ON totals (id) WHERE id > 0;'],
    message: 'blocksReads',
    output: null,
  });
  invalid('a view that was dropped and made anew without its index', {
    sql: 'REFRESH MATERIALIZED VIEW «totals»;',
    history: [...indexed, 'DROP MATERIALIZED VIEW totals; CREATE MATERIALIZED VIEW totals AS SELECT id FROM orders;'],
    message: 'blocksReads',
    output: null,
  });
  invalid('a view with another name since', {
    sql: 'REFRESH MATERIALIZED VIEW «sums»;',
    history: [...indexed, 'ALTER MATERIALIZED VIEW totals RENAME TO sums;'],
    message: 'blocksReads',
    output: 'REFRESH MATERIALIZED VIEW CONCURRENTLY sums;',
  });
  invalid('WITH NO DATA', {
    sql: 'REFRESH MATERIALIZED VIEW «totals» WITH NO DATA;',
    history,
    message: 'empties',
    output: null,
  });
});
