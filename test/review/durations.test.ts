import assert from 'node:assert/strict';
import {
  byteWords,
  type Duration,
  durationsOf,
  lagsOf,
  longest,
  rangeWords,
} from '../../server/src/review/durations.js';
import { releaseFiles } from '../../server/src/review/release.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql } from '../support/analyze-sql.js';

const history = ['CREATE TABLE orders (id bigint PRIMARY KEY, total int);'];

function durations(sql: string): Duration[] {
  return releaseFiles([analyzeSql(sql, { history, path: 'm/1.sql' })]).flatMap(durationsOf);
}

/** The same on a table that the statistics know. */
function known(sql: string, lagMs: Duration['estimate']['lagMs']): Duration[] {
  return durations(sql).map(({ place, estimate }) => ({
    place,
    estimate: { ...estimate, isAssumed: false, rows: 5000, basis: 'From 5,000 rows in airlock.stats.json.', lagMs },
  }));
}

describe('how long a release takes', () => {
  before(initParser);

  it('is nothing for new tables and for what takes an instant', () => {
    const found = durations(
      'CREATE TABLE t (a int); UPDATE t SET a = 1; CREATE INDEX ON t (a); ALTER TABLE orders ADD COLUMN b int;',
    );
    assert.deepEqual(found, []);
    const few = `UPDATE orders SET total = 0 WHERE id = 5; UPDATE orders SET total = 0 WHERE id BETWEEN 1 AND 1000;
      DO $$ DECLARE n int; BEGIN LOOP UPDATE orders SET total = 0 WHERE id IN (SELECT id FROM orders WHERE total IS NULL LIMIT 1000);
        GET DIAGNOSTICS n = ROW_COUNT; EXIT WHEN n = 0; COMMIT; END LOOP; END $$;`;
    assert.deepEqual(durations(few), []);
    assert.deepEqual(longest([]), [{ text: 'Nothing works through a table that was there before.' }]);
  });

  it('names the longest first, and says what is assumed', () => {
    const lines = longest(durations('CREATE INDEX ON orders (total);\nUPDATE orders SET total = 0;'));
    assert.deepEqual(
      lines.map(({ place }) => place?.line),
      [2, 1],
    );
    assert.match(lines[0]?.text ?? '', /^the update of orders takes .* under ROW EXCLUSIVE, if it has 2,000,000 rows/);
  });

  it('asks nothing about replicas of a build, nor of a table that is known and quick', () => {
    assert.deepEqual(lagsOf(durations('CREATE INDEX ON orders (total);'), 60), []);
    assert.deepEqual(lagsOf(durations('UPDATE orders SET total = 0 WHERE total IS NULL;'), 60), []);
    assert.deepEqual(lagsOf(known('UPDATE orders SET total = 0;', undefined), 60), []);
    assert.deepEqual(lagsOf(known('UPDATE orders SET total = 0;', { low: 100, high: 59_000 }), 60), []);
  });

  it('asks how far replicas fall behind where nobody knows the size, and flags what is over the threshold', () => {
    const [asked] = lagsOf(durations('ALTER TABLE orders ALTER COLUMN total TYPE bigint;'), 60);
    assert.match(asked?.text ?? '', /Its size is not known; 2,000,000 rows and about \d+ MB of WAL/);
    const [late] = lagsOf(known('UPDATE orders SET total = 0;', { low: 30_000, high: 90_000 }), 60);
    assert.deepEqual(late?.categories, ['replication-lag']);
    assert.match(
      late?.text ?? '',
      /30 s to 90 s behind .* and 60 s are allowed\. From 5,000 rows in airlock\.stats\.json$/,
    );
  });

  it('says times and sizes as people do', () => {
    assert.deepEqual(
      [rangeWords(0, 900), rangeWords(200, 3000), rangeWords(60_000, 600_000), rangeWords(3_600_000, 9_000_000)],
      ['under 1 s', 'up to 3 s', '60 s to 10 min', '60 min to 2.5 h'],
    );
    assert.deepEqual([byteWords(10), byteWords(325e6), byteWords(1.14e9)], ['1 kB', '325 MB', '1.1 GB']);
  });
});
