import rule from '../../../rules/lock-contention/require-attach-check.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('require-attach-check', () => {
  const { valid, invalid } = ruleTester(rule);
  const bound = 'FOR VALUES FROM (10) TO (20)';
  const history = ['CREATE TABLE events (n int NOT NULL) PARTITION BY RANGE (n); CREATE TABLE old (n int NOT NULL);'];
  const check = 'ALTER TABLE old ADD CONSTRAINT b CHECK (n >= 10 AND n < 20) NOT VALID;';

  valid('a validated CHECK', `ALTER TABLE events ATTACH PARTITION old ${bound};`, {
    history: [...history, check, 'ALTER TABLE old VALIDATE CONSTRAINT b;'],
  });
  valid(
    'a table that the same file makes',
    `CREATE TABLE fresh (LIKE events); ALTER TABLE events ATTACH PARTITION fresh ${bound};`,
    { history },
  );
  valid(
    'a table that the same file makes and fills',
    `CREATE TABLE fresh AS SELECT 10 AS n; ALTER TABLE events ATTACH PARTITION fresh ${bound};`,
    { history },
  );
  valid('a CHECK where the key is not known', `ALTER TABLE visits ATTACH PARTITION old ${bound};`, {
    history: ['CREATE TABLE old (n int CHECK (n < 20));'],
  });
  valid('an index', 'ALTER INDEX events_i ATTACH PARTITION old_i;', { history });

  invalid('a table without a CHECK', {
    sql: `ALTER TABLE events «ATTACH PARTITION old ${bound}»;`,
    history,
    message: 'scansPartition',
    severity: 'warning',
    output: null,
  });
  invalid('a CHECK that is not validated', {
    sql: `ALTER TABLE events «ATTACH PARTITION old ${bound}»;`,
    history: [...history, check],
    message: 'scansPartition',
    output: null,
  });
  invalid('a default partition', {
    sql: `CREATE TABLE fresh (n int NOT NULL); ALTER TABLE events «ATTACH PARTITION fresh ${bound}»;`,
    history: [...history, 'CREATE TABLE events_rest PARTITION OF events DEFAULT;'],
    message: 'scansDefault',
    output: null,
  });
});
