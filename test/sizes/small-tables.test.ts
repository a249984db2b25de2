import assert from 'node:assert/strict';
import { rules } from '../../rules/index.js';
import { statisticsText } from '../../server/src/sizes/statistics.js';
import { statistics, table } from './support/statistics.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { Workspace } from '../../server/src/workspace/workspace.js';
import { MemoryFiles } from '../workspace/support/memory-files.js';

const tables = [
  table('big', 1_000_000),
  table('mid', 10_000),
  table('small', 10),
  table('Order "Lines"', 10),
  table('never', null),
  table('wide', 10, { toastBytes: 1e9 }),
  table('growing', 10, { insertedPerDay: 5000 }),
  table('small', 200_000, { schema: 'archive' }),
  table('events', 1_000_000, { kind: 'partitioned table', parts: 12 }),
];

/** Severity and message of each finding of a rule on a statement. */
function found(
  sql: string,
  rule: string,
  config: object = { stats: 'airlock.stats.json' },
  today = '2026-11-20',
): string[] {
  const files = new MemoryFiles({
    '/p/airlock.config.json': JSON.stringify(config),
    '/p/airlock.stats.json': statisticsText(statistics(tables)),
    '/p/0001_a.sql': sql,
  });
  const result = new Workspace(files, rules, { today: () => today }).analyze('/p/0001_a.sql');
  assert.ok('findings' in result);
  return result.findings.filter((each) => each.rule === rule).map(({ severity, message }) => `${severity} ${message}`);
}

const index = (name: string): string => `CREATE INDEX i ON ${name} (id);`;

describe('table statistics and findings', () => {
  before(() => initParser());

  it('keep nothing quiet that is unknown, large, wide, growing or another table', () => {
    for (const name of [
      'public.big',
      'public.never',
      'public.wide',
      'public.nowhere',
      'archive.small',
      'small',
      'public.events',
      'public."SMALL"',
    ])
      assert.deepEqual(
        found(index(name), 'require-concurrent-index'),
        found(index(name), 'require-concurrent-index', {}),
        name,
      );
    assert.match(
      found(index('public.growing'), 'require-concurrent-index')[0] ?? '',
      /^error .*about 95,010 rows now\.$/,
    );
  });

  it('keep nothing quiet when they are old, and say so', () => {
    const [old = ''] = found(
      index('public.small'),
      'require-concurrent-index',
      { stats: 'airlock.stats.json' },
      '2027-03-01',
    );
    assert.match(old, /^error .* of 2026-11-01, which is older than 90 days and keeps nothing quiet\.$/);
    const config = { stats: 'airlock.stats.json', thresholds: { statisticsDays: 365 } };
    assert.match(found(index('public.small'), 'require-concurrent-index', config, '2027-03-01')[0] ?? '', /^info /);
  });

  it('say nothing of what loses data, fails, or hangs on the rows of another table', () => {
    const statements: readonly (readonly [string, string])[] = [
      ['ALTER TABLE public.small DROP COLUMN v;', 'no-drop-column'],
      ['DROP TABLE public.small;', 'no-drop-table'],
      ['DELETE FROM public.small;', 'no-unbatched-write'],
      ['INSERT INTO public.small SELECT id FROM public.big;', 'no-unbatched-write'],
      ['ALTER TABLE public.small RENAME COLUMN a TO b;', 'no-rename-column'],
    ];
    for (const [sql, rule] of statements) assert.deepEqual(found(sql, rule), found(sql, rule, {}), sql);
  });

  it('make information of what takes long on a large table only', () => {
    const statements: readonly (readonly [string, string])[] = [
      [index('public.small'), 'require-concurrent-index'],
      [index('public.mid'), 'require-concurrent-index'],
      [index('public."Order ""Lines"""'), 'require-concurrent-index'],
      ['ALTER TABLE public.small ADD CONSTRAINT c CHECK (id > 0);', 'require-check-not-valid'],
      ['ALTER TABLE public.small ALTER COLUMN a TYPE bigint;', 'no-rewriting-type-change'],
      ['UPDATE public.small SET a = 1;', 'no-unbatched-write'],
    ];
    for (const [sql, rule] of statements)
      for (const each of found(sql, rule)) assert.match(each, /^info .* of 2026-11-01, so this takes an instant/, sql);
    assert.equal(statements.flatMap(([sql, rule]) => found(sql, rule)).length, 6);
    const config = { stats: 'airlock.stats.json', thresholds: { smallTableRows: 0 } };
    assert.deepEqual(
      found(index('public.small'), 'require-concurrent-index', config),
      found(index('public.small'), 'require-concurrent-index', {}),
    );
  });

  it('name the version of the server where the configuration does not', () => {
    const versionOf = (config: object, text = statisticsText(statistics(tables))): string => {
      const files = new MemoryFiles({
        '/p/airlock.config.json': JSON.stringify(config),
        '/p/s.json': text,
        '/p/a.sql': '',
      });
      const { config: loaded, problems } = new Workspace(files, rules).configFor('/p/a.sql');
      return `${loaded.postgres}.${loaded.postgresMinor} ${problems.map(({ message }) => message).join()}`.trim();
    };
    assert.equal(versionOf({ stats: 's.json' }), '16.4');
    assert.equal(versionOf({ stats: 's.json', postgres: 14 }), '14.undefined');
    assert.equal(
      versionOf({ stats: 's.json' }, statisticsText({ ...statistics([]), postgres: '13.9' })),
      '14.undefined',
    );
    assert.match(versionOf({ stats: 's.json' }, '{'), /"stats" cannot be used: s\.json:1: It is no JSON/);
    assert.match(versionOf({ stats: 'no.json' }), /"stats" cannot be used: There is no such file/);
    assert.match(versionOf({ stats: '/etc/x' }), /"stats" names a file below the folder/);
  });
});
