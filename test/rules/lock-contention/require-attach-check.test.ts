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

  const keyed =
    'CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE r (id int, n int REFERENCES p, d int NOT NULL) PARTITION BY RANGE (d); CREATE TABLE other (d int NOT NULL) PARTITION BY RANGE (d);';
  const part = (key: string): string =>
    `CREATE TABLE r_1 (id int, n int${key}, d int NOT NULL, CHECK (d >= 0 AND d < 10));`;
  const attach = 'ALTER TABLE r ATTACH PARTITION r_1 FOR VALUES FROM (0) TO (10);';
  valid('a partition of the same file, whose key has nothing to verify', `${part('')} ${attach}`, { history: [keyed] });
  valid('a table above without foreign keys', 'ALTER TABLE other ATTACH PARTITION o_1 FOR VALUES FROM (0) TO (10);', {
    history: [keyed, 'CREATE TABLE o_1 (d int NOT NULL, CHECK (d >= 0 AND d < 10));'],
  });
  invalid('a foreign key that the partition has not', {
    sql: `ALTER TABLE r «ATTACH PARTITION r_1 FOR VALUES FROM (0) TO (10)»;`,
    history: [keyed, part('')],
    message: 'verifiesKey',
    severity: 'warning',
    output: null,
  });
  invalid('one that is NOT VALID there', {
    sql: `ALTER TABLE r «ATTACH PARTITION r_1 FOR VALUES FROM (0) TO (10)»; SELECT 1;`,
    history: [keyed, `${part('')} ALTER TABLE r_1 ADD FOREIGN KEY (n) REFERENCES p NOT VALID;`],
    message: 'verifiesKey',
    output: null,
  });
  invalid('one that is taken over, as information', {
    sql: `ALTER TABLE r «ATTACH PARTITION r_1 FOR VALUES FROM (0) TO (10)»;`,
    history: [keyed, part(' REFERENCES p')],
    message: 'takesOverKey',
    severity: 'info',
    output: null,
  });
});
