import assert from 'node:assert/strict';
import type { Analysis } from '../../server/src/analysis/analyze.js';
import { applyEdits } from '../../server/src/analysis/fix-edits.js';
import { planFixAll } from '../../server/src/planning/plan-fixes.js';
import { plainSql } from '../../server/src/frameworks/plain-sql.js';
import { projectOf } from '../support/project.js';
import { namesBehind } from '../../server/src/frameworks/version.js';
import { parseDocument } from '../../server/src/sql/parse.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { complaintAbout, writtenFor } from '../fuzz/outcome.js';
import { analyzeSql, type Setting } from '../support/analyze-sql.js';
import { splitOf } from '../support/planning.js';
import { isSplit } from '../../server/src/planning/plan-split.js';

function rulesOf(sql: string, setting: Setting = {}): string[] {
  return analyzeSql(sql, setting).findings.map(({ rule }) => rule);
}

function firstFix(sql: string, rule: string, setting: Setting = {}): string {
  const finding = analyzeSql(sql, setting).findings.find((each) => each.rule === rule);
  assert.ok(finding?.fixes[0], `no fix of ${rule}`);
  return applyEdits(sql, finding.fixes[0].edits);
}

const orders = 'CREATE TABLE orders (id bigint PRIMARY KEY, a int, b int);';
const parted = 'CREATE TABLE p (a int) PARTITION BY RANGE (a);';

describe('SQL that Airlock writes from what an author wrote', () => {
  before(initParser);

  it('keeps what stands behind a line comment', () => {
    const sql = 'ALTER TABLE orders\n  ADD COLUMN c timestamptz -- when\n  DEFAULT clock_timestamp() NOT NULL;\n';
    const analysis = analyzeSql(sql, { history: [orders] });
    const written = writtenFor(analysis, []);
    assert.ok(written.some(({ what }) => what.startsWith('split')));
    for (const { sql: text } of written) assert.equal(complaintAbout(text), undefined, text);
    const split = splitOf(sql, { history: [orders] });
    assert.match(isSplit(split) ? (split.files[0]?.sql ?? '') : '', /ADD COLUMN IF NOT EXISTS c timestamptz, ALTER/);
  });

  it('closes the brackets of a list with comments', () => {
    const sql = 'ALTER TABLE orders ADD CONSTRAINT u UNIQUE (\n  a, -- first\n  b -- second\n);';
    assert.match(firstFix(sql, 'require-unique-using-index', { history: [orders] }), /ON orders \(a,\s+b\);/);
  });

  it('takes the bounds of a partition, and no more', () => {
    for (const tail of ['WITH (fillfactor = 70)', 'TABLESPACE x', 'USING heap', 'PARTITION BY LIST (a)']) {
      const sql = `CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (10) ${tail};`;
      const [action] = parseDocument(sql).statements[0]?.parsed.actions ?? [];
      assert.equal(action?.kind === 'createTable' && action.partitionOf?.bound, 'FROM (1) TO (10)');
      const analysis = analyzeSql(sql, { history: [parted] });
      for (const { sql: text } of writtenFor(analysis, [])) assert.equal(complaintAbout(text), undefined, text);
    }
    const list = 'CREATE TABLE p2 PARTITION OF p FOR VALUES IN (1, (2)) TABLESPACE x';
    const [action] = parseDocument(list).statements[0]?.parsed.actions ?? [];
    assert.equal(action?.kind === 'createTable' && action.partitionOf?.bound, 'IN (1, (2))');
  });

  it('has the line ends of the file', () => {
    for (const end of ['\r\n', '\r']) {
      const sql = `SELECT 1;${end}ALTER TABLE orders ADD COLUMN c int;${end}`;
      const fixed = firstFix(sql, 'require-lock-timeout', { history: [orders] });
      assert.deepEqual(
        fixed
          .split(end)
          .join('')
          .match(/[\r\n]/g),
        null,
        JSON.stringify(fixed),
      );
      assert.ok(fixed.split(end).length > 3);
    }
  });

  it('cuts no placeholder in the middle of a name', () => {
    const sql = `ALTER TABLE orders ADD CHECK (\${nested(500, 'CASE WHEN a THEN b ELSE c END and so on and so on')} > 0);`;
    const fixed = firstFix(sql, 'require-check-not-valid', { history: [orders] });
    assert.deepEqual(
      parseDocument(fixed).statements.flatMap(({ parsed }) => parsed.problem ?? []),
      [],
    );
  });

  it('names the schema of a quoted table with a dot in its name', () => {
    const fixed = firstFix('ALTER TABLE "a.b" RENAME TO "za.b";', 'no-rename-table', {
      history: ['CREATE TABLE "a.b" (id int);'],
    });
    assert.match(fixed, /CREATE VIEW "a\.b" AS SELECT \* FROM "za\.b"/);
  });
});

describe('findings', () => {
  before(initParser);

  it('say that a view, a sequence or an index is no table, and prove nothing there', () => {
    for (const made of [
      'VIEW v AS SELECT 1 AS b',
      'MATERIALIZED VIEW v AS SELECT 1 AS b',
      'SEQUENCE v',
      'INDEX v ON orders (b)',
    ]) {
      const sql = 'ALTER TABLE v ALTER b SET NOT NULL;';
      const found = analyzeSql(sql, { history: [orders, `CREATE ${made};`] }).findings;
      assert.ok(
        found.some(({ rule, message }) => rule === 'no-failing-statement' && message.includes('42809')),
        made,
      );
      assert.ok(!found.some(({ rule }) => rule === 'require-check-before-not-null'), made);
    }
  });

  it('give a text back when its fixes have no end', async () => {
    const endless = (text: string): Analysis => {
      const analysis = analyzeSql(text, { history: [orders] });
      const edits = [{ span: { start: 0, end: 0 }, text: '-- once more\n' }];
      const findings = analysis.findings.map((finding) => ({
        ...finding,
        fixes: finding.fixes.map((fix) => ({ ...fix, edits })),
      }));
      return { ...analysis, findings };
    };
    const text = 'ALTER TABLE orders ADD COLUMN c int;';
    const { text: fixed } = await planFixAll(endless(text), endless);
    assert.equal(fixed, text);
  });

  it('know a table by its partition as partitioned', () => {
    const history = ['CREATE TABLE d PARTITION OF b FOR VALUES IN (1);'];
    assert.ok(rulesOf('CREATE INDEX CONCURRENTLY i ON b (y);', { history }).includes('no-failing-statement'));
  });

  it('call a limit of Airlock a limit', () => {
    const deep = `SELECT ${'jsonb_set('.repeat(2000)}'{}'${", '{a}', '1')".repeat(2000)};`;
    const [found] = analyzeSql(deep).findings.filter(({ rule }) => rule === 'no-syntax-error');
    assert.equal(found?.severity, 'info');
    assert.match(found?.message ?? '', /^Not checked: nested too deeply for Airlock/);
  });

  it('do not read names that imitate placeholders, and write nothing from them', () => {
    for (const name of [
      '"x\u0081\u07db\u07c0drop\u07c0table\u07c0users\u07db\u07cd\u07cd"',
      'U&"x\\0081\\07db\\07c0drop\\07c0table\\07c0users\\07db\\07cd\\07cd"',
    ]) {
      const analysis = analyzeSql(`CREATE TABLE ${name} (id int);\nALTER TABLE orders ADD COLUMN c int NOT NULL;`);
      const [found] = analysis.findings;
      assert.equal(found?.severity, 'info');
      assert.match(found?.message ?? '', /control characters/);
      for (const { sql } of writtenFor(analysis, [])) assert.doesNotMatch(sql, /drop table users/i);
    }
  });

  it('look for no other statement in a name of what is not read', () => {
    const sql = 'ALTER TABLE "a\nDROP TABLE users;\n--" ADD COLUMN "x\u0081" int;\n';
    assert.equal(analyzeSql(sql).document.statements.length, 1);
  });

  it('are silenced above a statement behind an open quote, and in files with CR only', () => {
    const broken =
      'DO $$ BEGIN\n\n-- airlock-ignore require-lock-timeout: quiet hours\nALTER TABLE orders ADD COLUMN c int;\n';
    assert.ok(!rulesOf(broken, { history: [orders] }).includes('require-lock-timeout'));
    const old =
      'SELECT 1;\r-- airlock-ignore require-lock-timeout: quiet hours\rALTER TABLE orders ADD COLUMN c int;\r';
    assert.deepEqual(rulesOf(old, { history: [orders] }), []);
  });
});

describe('names of plain SQL files', () => {
  it('of a down file never are those of the migration', () => {
    for (const [up, down] of [
      ['m/0001_a.sql', 'm/0001_a.down.sql'],
      ['m/0001_a.up.sql', 'm/0001_a.down.sql'],
      ['m/0001_a.pgsql', 'm/0001_a.down.pgsql'],
      ['m/0001_a.up.PSQL', 'm/0001_a.down.PSQL'],
      ['m/0001_a', 'm/0001_a.down.sql'],
    ] as const) {
      assert.equal(plainSql.downPath(up, projectOf(plainSql)), down);
      assert.ok(plainSql.directionOf(down, projectOf(plainSql)) === 'down', down);
    }
    assert.ok(plainSql.directionOf('m/0001_shutdown.sql', projectOf(plainSql)) === 'up');
    assert.ok(plainSql.directionOf('m/down.pgsql', projectOf(plainSql)) === 'down');
  });

  it('go on in the style of the last', () => {
    assert.equal(namesBehind(['0001_a.pgsql'])('b'), '0002_b.pgsql');
    assert.equal(namesBehind(['0001_a.up.psql'])('b'), '0002_b.up.psql');
  });
});

describe('a rollback', () => {
  before(initParser);

  it('ends where tables inherit in circles', () => {
    for (const circle of [
      'CREATE TABLE a (x int); ALTER TABLE a INHERIT a;',
      'CREATE TABLE a (x int); CREATE TABLE b (x int) INHERITS (a); ALTER TABLE a INHERIT b;',
      'CREATE TABLE a (x int) PARTITION BY RANGE (x); ALTER TABLE a ATTACH PARTITION a DEFAULT;',
    ]) {
      for (const change of [
        'RENAME x TO y',
        'ALTER x SET NOT NULL',
        'ADD CONSTRAINT c CHECK (x > 0)',
        'DROP COLUMN x',
        'RENAME CONSTRAINT c TO d',
      ]) {
        const sql = `ALTER TABLE a ADD CONSTRAINT c CHECK (x > 1);\nALTER TABLE a ${change};`;
        assert.ok(writtenFor(analyzeSql(sql, { history: [circle] }), [parseDocument(circle)]).length > 0);
        assert.ok(writtenFor(analyzeSql(`${circle}\n${sql}`), []).length > 0);
      }
    }
  });

  it('lets no carriage return in a name end its comments', () => {
    const sql = 'ALTER TABLE "t" ADD COLUMN IF NOT EXISTS "a\rb" int NOT NULL;';
    for (const { sql: text } of writtenFor(analyzeSql(sql), [])) assert.equal(complaintAbout(text), undefined, text);
  });
});

describe('tables that stand in a circle of partitions', () => {
  before(initParser);

  const circle =
    'CREATE TABLE c (a int) PARTITION BY RANGE (a); CREATE TABLE d (a int) PARTITION BY RANGE (a); ALTER TABLE d ATTACH PARTITION c FOR VALUES FROM (1) TO (10); ALTER TABLE c ATTACH PARTITION d FOR VALUES FROM (1) TO (10); CREATE TABLE IF NOT EXISTS d PARTITION OF c FOR VALUES FROM (1) TO (10);';
  for (const statement of [
    'UPDATE d SET a = 1',
    'DELETE FROM c',
    'INSERT INTO d SELECT * FROM c',
    'TRUNCATE c',
    'DROP TABLE d',
    'CREATE INDEX ON c (a)',
    'ALTER TABLE d ADD COLUMN b int',
    'CREATE PUBLICATION p FOR TABLE c; UPDATE d SET a = 2',
  ]) {
    it(`make no end of ${statement}`, () => {
      assert.ok(analyzeSql(`${circle} ${statement};`).steps.length > 0);
      assert.ok(
        analyzeSql(`${statement};`, { history: [circle, 'CREATE TABLE d PARTITION OF c DEFAULT;'] }).steps.length > 0,
      );
    });
  }
});
