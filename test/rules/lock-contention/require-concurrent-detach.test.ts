import rule from '../../../rules/lock-contention/require-concurrent-detach.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('require-concurrent-detach', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE events (n int) PARTITION BY RANGE (n); CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (9);',
  ];
  const withDefault = [...history, 'CREATE TABLE events_rest PARTITION OF events DEFAULT;'];

  valid('CONCURRENTLY', 'ALTER TABLE events DETACH PARTITION events_1 CONCURRENTLY;', { history });
  valid('FINALIZE', 'ALTER TABLE events DETACH PARTITION events_1 FINALIZE;', { history });
  valid('a table of the same file', `${history[0]} ALTER TABLE events DETACH PARTITION events_1;`);
  valid(
    'a function body',
    'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE events DETACH PARTITION events_1; END $$;',
    { history },
  );
  valid(
    'a default partition with a bounded wait',
    "SET lock_timeout = '2s'; ALTER TABLE events DETACH PARTITION events_1;",
    { history: withDefault },
  );

  invalid('a plain detach', {
    sql: 'ALTER TABLE events «DETACH PARTITION events_1»;',
    history,
    message: 'blocksAll',
    severity: 'warning',
    output: 'ALTER TABLE events DETACH PARTITION events_1 CONCURRENTLY;',
  });
  invalid('a table that no migration has made, without an edit that may fail', {
    sql: 'alter table public.visits «detach partition visits_2024»;',
    message: 'blocksAll',
    output: null,
  });
  invalid('a transaction', {
    sql: 'BEGIN; ALTER TABLE events «DETACH PARTITION events_1»; COMMIT;',
    history,
    message: 'splitFirst',
    output: null,
  });
  invalid('a default partition', {
    sql: 'ALTER TABLE events «DETACH PARTITION events_1»;',
    history: withDefault,
    message: 'hasDefault',
    output: null,
  });
});
