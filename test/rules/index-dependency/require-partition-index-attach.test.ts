import rule from '../../../rules/index-dependency/require-partition-index-attach.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('require-partition-index-attach', () => {
  const { valid, invalid } = ruleTester(rule);
  const table = 'CREATE TABLE visits (day date, page text) PARTITION BY RANGE (day);';
  const partition = (year: number) =>
    `CREATE TABLE visits_${year} PARTITION OF visits FOR VALUES FROM ('${year}-01-01') TO ('${year + 1}-01-01');`;
  const history = [`${table} ${partition(2025)} ${partition(2026)}`] as const;
  const build = (year: number) =>
    `CREATE INDEX CONCURRENTLY i${year} ON visits_${year} (page); ALTER INDEX i ATTACH PARTITION i${year};`;

  valid('an index attached for each partition', `CREATE INDEX i ON ONLY visits (page); ${build(2025)} ${build(2026)}`, {
    history,
  });
  valid('a table without partitions', 'CREATE INDEX i ON ONLY visits (page);', { history: [table] });
  valid('a build on all partitions', 'CREATE INDEX i ON visits (page);', { history });
  valid('ONLY a plain table', 'CREATE INDEX i ON ONLY orders (id);', { history: ['CREATE TABLE orders (id int);'] });
  valid(
    'a loop that Airlock cannot read',
    "CREATE INDEX i ON ONLY visits (page); DO $$ DECLARE p text; BEGIN FOR p IN SELECT 'x' LOOP EXECUTE format('ALTER INDEX i ATTACH PARTITION %I', p); END LOOP; END $$;",
    { history },
  );

  invalid('an index of which nothing is attached', {
    sql: 'CREATE INDEX i ON ONLY «visits» (page);',
    history,
    message: 'none',
    severity: 'info',
    output: null,
  });
  invalid('a partition that is forgotten', {
    sql: `CREATE INDEX i ON ONLY «visits» (page); ${build(2025)}`,
    history,
    message: 'missing',
    severity: 'warning',
    output: null,
  });
  const key = (year: number) =>
    `CREATE UNIQUE INDEX CONCURRENTLY i${year} ON visits_${year} (day); ALTER TABLE visits_${year} ADD CONSTRAINT k${year} UNIQUE USING INDEX i${year}; ALTER INDEX u ATTACH PARTITION k${year};`;
  valid(
    'a key attached for each partition',
    `ALTER TABLE ONLY visits ADD CONSTRAINT u UNIQUE (day); ${key(2025)} ${key(2026)}`,
    { history },
  );
  valid('a key of all partitions', 'ALTER TABLE visits ADD CONSTRAINT u UNIQUE (day);', { history });
  invalid('a key of which nothing is attached', {
    sql: 'ALTER TABLE ONLY visits ADD «PRIMARY KEY» (day);',
    history: [history[0].replace('day date', 'day date NOT NULL')],
    message: 'keyNone',
    severity: 'info',
    output: null,
  });
  invalid('a partition without its key', {
    sql: `ALTER TABLE ONLY visits ADD «CONSTRAINT u» UNIQUE (day); ${key(2025)}`,
    history,
    message: 'keyMissing',
    severity: 'warning',
    output: null,
  });
  invalid('an attachment to another index', {
    sql: `CREATE INDEX j ON ONLY «visits» (day, page); ${build(2025)} ${build(2026)}`,
    history: [...history, 'CREATE INDEX i ON ONLY visits (page);'],
    message: 'none',
    output: null,
  });
});
