import assert from 'node:assert/strict';
import type { Finding } from '../../server/src/analysis/finding.js';
import { shownMessage } from '../../server/src/analysis/finding-message.js';
import { foldFindings } from '../../server/src/analysis/fold.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql, type Setting } from '../support/analyze-sql.js';

const history = [
  `CREATE TABLE orders (id bigint PRIMARY KEY, a int, b int, c varchar(20), note text);
   CREATE TABLE users (id bigint PRIMARY KEY, a int);
   CREATE INDEX orders_a ON orders (a); CREATE INDEX orders_b ON orders (b);`,
];

/** The findings of warning and above as "rule line". */
function loud(sql: string, setting: Setting = {}): string[] {
  const { findings } = analyzeSql(sql, { history, ...setting });
  return findings
    .filter(({ severity }) => severity === 'error' || severity === 'warning')
    .map(({ rule, span }) => `${rule} ${sql.slice(0, span.start).split('\n').length}`);
}

describe('one finding for one decision', () => {
  before(initParser);

  it('several indexes of one table are one, with all fixes and all their weight', () => {
    const sql = 'CREATE INDEX i ON orders (note);\nCREATE INDEX j ON orders (c);\nCREATE INDEX k ON users (a);';
    assert.deepEqual(loud(sql), ['require-concurrent-index 1', 'require-concurrent-index 3']);
    const { findings, categories } = analyzeSql(sql, { history });
    const own = findings.filter(({ rule }) => rule === 'require-concurrent-index');
    assert.deepEqual(
      own.map(({ severity, status, fixes }) => [severity, status, fixes.length]),
      [
        ['error', 'BLOCK', 1],
        ['hint', 'BLOCK', 1],
        ['error', 'BLOCK', 1],
      ],
    );
    assert.equal(categories['lock-contention'], 'BLOCK');
    assert.match(
      own[0] ? shownMessage(own[0]) : '',
      / The same is true in another place of this file\.\nBuild it with CONCURRENTLY\.$/,
    );
    assert.doesNotMatch(own[2] ? shownMessage(own[2]) : '', /The same is true/);
  });

  it('columns that are dropped together are one', () => {
    const sql =
      "SET lock_timeout = '1s';\nALTER TABLE orders DROP COLUMN note, DROP COLUMN c;\nALTER TABLE users DROP a;";
    assert.deepEqual(
      loud(sql).filter((each) => each.startsWith('no-drop-column')),
      ['no-drop-column 2', 'no-drop-column 3'],
    );
  });

  it('what goes away with the fix of another is a hint', () => {
    const sql = 'CREATE INDEX i ON orders (c);';
    const earlier = [...history, "SET lock_timeout = '1s'; ALTER TABLE orders ADD d int;"];
    assert.deepEqual(loud(sql, { history: earlier }), ['require-concurrent-index 1']);
  });

  it('a transaction that is too long is one', () => {
    const sql = `BEGIN;
SET LOCAL lock_timeout = '1s';
ALTER TABLE orders ADD COLUMN d int;
UPDATE orders SET d = 1;
ALTER TABLE users ADD COLUMN d int;
COMMIT;`;
    const views = ['no-work-after-lock', 'no-backfill-after-lock', 'no-wide-lock-window'];
    const said = loud(sql).filter((each) => views.some((rule) => each.startsWith(rule)));
    assert.ok(said.length <= 1, said.join(', '));
    const all = analyzeSql(sql, { history }).findings.filter(({ rule }) => views.includes(rule));
    assert.ok(all.length > 1);
  });

  it('a suppressed finding speaks for nobody', () => {
    const sql = `-- airlock-ignore require-concurrent-index: small table
CREATE INDEX i ON orders (c);
CREATE INDEX j ON orders (note);`;
    assert.deepEqual(loud(sql), ['require-concurrent-index 3']);
  });

  it('different tables, and different decisions, stay apart', () => {
    const sql = "SET lock_timeout = '1s';\nDROP INDEX orders_a;\nALTER TABLE orders ALTER COLUMN a SET NOT NULL;";
    const rules = loud(sql).map((each) => each.split(' ')[0]);
    assert.ok(rules.includes('require-concurrent-index-drop'));
    assert.ok(rules.includes('require-check-before-not-null'));
  });
});

describe('folding of pairs', () => {
  it('lets nothing go without a finding that speaks for it', () => {
    const step = (start: number) => ({ span: { start, end: start + 1 } }) as Finding['step'];
    const made = (rule: string, severity: Finding['severity']): Finding =>
      ({ rule, severity, status: 'FLAG', message: '', applied: false, step: step(0) }) as Finding;
    const found = [
      made('no-drop-index-before-replacement', 'error'),
      made('require-concurrent-index-drop', 'warning'),
      made('require-lock-timeout', 'warning'),
    ];
    const folded = foldFindings(found.map((finding) => ({ finding, table: undefined })));
    assert.deepEqual(
      folded.map(({ severity }) => severity),
      ['error', 'hint', 'warning'],
    );
  });
});

describe('an application that is stopped', () => {
  before(initParser);

  it('waits for nobody: locks and renames are information, losses and failures are not', () => {
    const config = { application: 'stopped' } as const;
    const sql = 'CREATE INDEX i ON orders (c);\nALTER TABLE orders RENAME a TO z;\nDROP TABLE users;\nDROP TABLE nope;';
    const rules = loud(sql, { config }).map((each) => each.split(' ')[0]);
    assert.ok(rules.includes('no-drop-table'));
    assert.ok(!rules.includes('require-concurrent-index'));
    assert.ok(!rules.includes('no-rename-column'));
    assert.ok(loud(sql).some((each) => each.startsWith('no-rename-column')));
  });
});
