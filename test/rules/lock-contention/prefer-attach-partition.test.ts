import rule from '../../../rules/lock-contention/prefer-attach-partition.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('prefer-attach-partition', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ['CREATE TABLE events (n int) PARTITION BY RANGE (n);'];
  const bound = 'FOR VALUES FROM (10) TO (20)';
  const withDefault = [...history, 'CREATE TABLE events_rest PARTITION OF events DEFAULT;'];

  valid(
    'a parent of the same file',
    `CREATE TABLE t (n int) PARTITION BY RANGE (n); CREATE TABLE t1 PARTITION OF t ${bound};`,
  );
  valid('a table that is attached', `CREATE TABLE e1 (LIKE events); ALTER TABLE events ATTACH PARTITION e1 ${bound};`, {
    history,
  });
  valid('IF NOT EXISTS of a partition that is there', `CREATE TABLE IF NOT EXISTS e1 PARTITION OF events ${bound};`, {
    history: [...history, `CREATE TABLE e1 PARTITION OF events ${bound};`],
  });
  valid('a bounded wait', `SET lock_timeout = '2s'; CREATE TABLE e1 PARTITION OF events ${bound};`, { history });
  valid('an inheriting table', 'CREATE TABLE e1 () INHERITS (old_events);');

  invalid('a partition of an existing table', {
    sql: `CREATE TABLE e1 PARTITION OF «events» ${bound};`,
    history,
    message: 'locksParent',
    severity: 'info',
    output:
      'BEGIN;\nCREATE TABLE e1 (LIKE events INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED INCLUDING STORAGE INCLUDING COMPRESSION);\nALTER TABLE events ATTACH PARTITION e1 FOR VALUES FROM (10) TO (20);\nCOMMIT;',
  });
  invalid('a default partition that has to be read', {
    sql: `create table e1 partition of «public.events» ${bound};`,
    history: withDefault,
    message: 'scansDefault',
    severity: 'warning',
    output: null,
  });
  invalid('a default partition that has to be read, with a bounded wait', {
    sql: `SET lock_timeout = '2s'; CREATE TABLE e1 PARTITION OF «events» ${bound};`,
    history: withDefault,
    message: 'scansDefault',
    output: null,
  });
  invalid('the default partition itself', {
    sql: 'CREATE TABLE rest PARTITION OF «events» DEFAULT;',
    history,
    message: 'locksParent',
    output: null,
  });
  invalid('a partition with a column of its own, which no fix repeats', {
    sql: `CREATE TABLE e1 PARTITION OF «events» (id DEFAULT 1) ${bound};`,
    history,
    message: 'locksParent',
    output: null,
  });
});
