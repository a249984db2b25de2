import assert from 'node:assert/strict';
import { rules } from '../../rules/index.js';
import { type Estimate, estimatesOf } from '../../server/src/sizes/estimate.js';
import { Sizes } from '../../server/src/sizes/sizes.js';
import type { StatisticsFile } from '../../server/src/sizes/statistics.js';
import { statistics, table } from './support/statistics.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { Workspace } from '../../server/src/workspace/workspace.js';
import { MemoryFiles } from '../workspace/support/memory-files.js';

function sizesWith(replicas: StatisticsFile['replicas'] = []): Sizes {
  const index = { name: 'i', bytes: 8192, scans: null };
  const tables = [
    table('big', 5_000_000),
    table('indexed', 5_000_000, { indexes: [index, index, index] }),
    table('small', 1000),
    table('never', null),
    table('events', 3_000_000, { kind: 'partitioned table', parts: 2 }),
    table('events_1', 1_000_000),
    table('events_2', 2_000_000),
  ];
  return new Sizes(statistics(tables, replicas), 'airlock.stats.json');
}

const schema = `CREATE TABLE big (id int, body int); CREATE TABLE indexed (id int, body int);
CREATE TABLE small (id int PRIMARY KEY); CREATE TABLE never (id int); CREATE TABLE nowhere (id int);
CREATE TABLE events (id int, body int) PARTITION BY RANGE (id);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (1) TO (10);
CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (10) TO (20);`;

/** The estimates of a migration on tables that an earlier one has made. */
function estimates(sql: string, sizes: Sizes | undefined = sizesWith()): Estimate[] {
  const files = new MemoryFiles({
    '/p/airlock.config.json': JSON.stringify({ migrations: ['*.sql'] }),
    '/p/0001_a.sql': schema,
    '/p/0002_b.sql': sql,
  });
  const analysis = new Workspace(files, rules, {}).analyze('/p/0002_b.sql');
  assert.ok('walk' in analysis);
  const found: Estimate[] = [];
  analysis.walk((step, before) => found.push(...estimatesOf(step, before, sizes)));
  return found;
}

function only(sql: string, sizes?: Sizes): Estimate {
  const found = estimates(sql, sizes);
  assert.equal(found.length, 1, `${sql}: ${JSON.stringify(found)}`);
  const [one] = found;
  assert.ok(one);
  return one;
}

describe('how long work on a table takes', () => {
  before(() => initParser());

  it('is nothing for new tables, for what is done in an instant and for what PostgreSQL refuses', () => {
    for (const sql of [
      'CREATE TABLE fresh (id int, body int); CREATE INDEX ON fresh (id); ALTER TABLE fresh ALTER body TYPE bigint; UPDATE fresh SET id = 1;',
      'ALTER TABLE big ADD COLUMN note text;',
      'ALTER TABLE big ADD CHECK (id > 0) NOT VALID;',
      'SELECT 1;',
      'CREATE INDEX CONCURRENTLY ON events (id);',
    ])
      assert.deepEqual(estimates(sql), [], sql);
  });

  it('is assumed, and says so, where nobody knows the rows', () => {
    for (const name of ['never', 'nowhere']) {
      const found = only(`CREATE INDEX ON ${name} (id);`);
      assert.equal(found.isAssumed, true);
      assert.equal(found.rows, 2_000_000);
      assert.match(found.basis, /^Assumes 2,000,000 rows of 100 bytes: no statistics;/);
    }
  });

  it('follows the rows of the statistics and names them', () => {
    const big = only('CREATE INDEX ON big (id);');
    assert.deepEqual([big.work, big.table.label, big.rows, big.mode], ['index build', 'big', 5_000_000, 'ShareLock']);
    assert.match(big.basis, /^From 5,000,000 rows in airlock\.stats\.json of 2026-11-01; measured on PostgreSQL 15 /);
    assert.ok(big.low > 300 && big.low < big.high && big.high < 60_000, JSON.stringify(big));
    assert.ok(only('CREATE INDEX ON small (id);').high < 200);
  });

  it('knows a rewrite, a validation and an update, and what indexes add', () => {
    const rewrite = only('ALTER TABLE big ALTER body TYPE bigint;');
    assert.deepEqual([rewrite.work, rewrite.mode], ['rewrite', 'AccessExclusiveLock']);
    assert.ok(only('ALTER TABLE indexed ALTER body TYPE bigint;').high > rewrite.high);
    assert.equal(only('ALTER TABLE big ALTER body SET NOT NULL;').work, 'validation');
    const update = only('UPDATE big SET body = 1;');
    assert.ok(update.low > 0 && update.walBytes > 1e8 && update.diskBytes > 1e8, JSON.stringify(update));
    assert.ok(only('UPDATE indexed SET body = 1;').high > update.high);
    assert.equal(only('UPDATE big SET body = 1 WHERE id < 10;').low, 0);
  });

  it('counts the rows of a partitioned table once', () => {
    for (const sql of [
      'CREATE INDEX ON events (id);',
      'ALTER TABLE events ALTER body TYPE bigint;',
      'ALTER TABLE events ADD CHECK (id > 0);',
      'ALTER TABLE events ALTER id SET NOT NULL;',
      'UPDATE events SET body = 1;',
    ]) {
      const found = estimates(sql);
      const rows = found.reduce((sum, each) => sum + each.rows, 0);
      assert.equal(rows, 3_000_000, `${sql}: ${JSON.stringify(found)}`);
    }
  });

  it('has a lag where replicas are known, which replay while the work goes on', () => {
    assert.equal(only('UPDATE big SET body = 1;').lagMs, undefined);
    const found = only('UPDATE big SET body = 1;', sizesWith([{ synchronous: false, lagSeconds: 0, lagBytes: 0 }]));
    assert.equal(found.lagMs?.low, 0);
    // At 20 MB a second, behind the shortest time that the UPDATE takes.
    assert.equal(found.lagMs?.high, Math.max(0, Math.round(found.walBytes / 20_000 - found.low)));
    assert.ok(found.lagMs.high > 10_000);
  });
});
