import assert from 'node:assert/strict';
import { rules } from '../../rules/index.js';
import { applyEdits, bulkFix } from '../../server/src/analysis/fix-edits.js';
import { fixedText } from '../support/planning.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql, type Setting } from '../support/analyze-sql.js';
import { catalogSnapshot, snapshotDifference } from '../../server/src/rehearsal/catalog-snapshot.js';
import { type Database, rowsOf, runMigration, withDatabase } from '../support/pglite.js';
import { isLighter, type Stall, stallOf } from '../support/stall.js';
import { fixCases, history } from './support/fix-cases.js';

/** The schema and the rows behind some SQL on a fresh database. */
async function outcome(sql: string): Promise<{ schema: string[]; rows: unknown }> {
  return withDatabase(async (db) => {
    await runMigration(db, history);
    await runMigration(db, sql);
    return { schema: await catalogSnapshot(db), rows: await allRows(db) };
  });
}

/** How long others would wait, in rows, on a fresh database. */
async function stall(sql: string): Promise<Stall> {
  return withDatabase(async (db) => {
    await runMigration(db, history);
    return stallOf(db, sql);
  });
}

async function allRows(db: Database): Promise<Record<string, unknown[]>> {
  const { rows } = await db.query<{ name: string }>(
    `SELECT c.oid::regclass::text AS name FROM pg_class c WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1`,
  );
  const found: Record<string, unknown[]> = {};
  for (const { name } of rows) found[name] = await rowsOf(db, name);
  return found;
}

describe('fixes', () => {
  before(initParser);

  /** How many originals go through rows while others wait. */
  let heavy = 0;

  it('are proven for every rule that has one', () => {
    const fixing = rules.filter(({ meta }) => meta.fix !== 'none').map(({ meta }) => meta.id);
    // UPDATE … LIMIT is no SQL: there is nothing to compare its fix with.
    const compared = [...new Set(fixCases.map(({ rule }) => rule)), 'no-limit-in-update'];
    assert.deepEqual(compared.sort(), fixing.sort());
  });

  for (const { rule, sql, setting, safety, differs } of fixCases) {
    it(`of ${rule}: ${sql}`, async () => {
      const finding = analyzeSql(sql, { ...setting, history: [history] }).findings.find((each) => each.rule === rule);
      const fix = finding?.fixes[0];
      assert.ok(finding && fix, 'no fix is offered');
      assert.equal(fix.safety, safety);
      assert.equal(bulkFix(finding) !== undefined, safety === 'safe');
      const fixed = applyEdits(sql, fix.edits);
      const [original, result] = [await outcome(sql), await outcome(fixed)];
      const difference = snapshotDifference(original.schema, result.schema);
      const [stalls, fixedStalls] = [await stall(sql), await stall(fixed)];
      if (stalls.reads + stalls.writes > 0) heavy++;
      if (stalls.reads + stalls.writes > 0)
        assert.ok(isLighter(fixedStalls, stalls), JSON.stringify({ stalls, fixedStalls }));
      else assert.deepEqual(fixedStalls, stalls);
      if (safety === 'safe') {
        assert.deepEqual(difference, []);
        assert.deepEqual(result.rows, original.rows);
        return;
      }
      assert.equal(difference.length, differs?.length, difference.join('\n'));
      differs?.forEach((pattern, index) => {
        assert.match([...difference].sort().reverse()[index] ?? '', pattern);
      });
    });
  }

  it('take the work on rows out of the locks, where there is any', () => assert.ok(heavy >= 16, `${heavy}`));

  it('of no-limit-in-update: chooses as many rows as LIMIT says', async () => {
    for (const [sql, left] of [
      ['DELETE FROM orders WHERE total > 100 ORDER BY total DESC LIMIT 30;', 170],
      ['DELETE FROM customers LIMIT 10;', 40],
    ] as const) {
      const [finding] = analyzeSql(sql, { history: [history] }).findings;
      const fix = finding?.fixes[0];
      assert.equal(fix?.safety, 'unsafe');
      const { rows } = await outcome(applyEdits(sql, fix.edits));
      const table = sql.includes('orders') ? 'orders' : 'customers';
      assert.equal((rows as Record<string, unknown[]>)[table]?.length, left);
    }
  });
});

describe('fix all', () => {
  before(initParser);

  const files: readonly (readonly [title: string, sql: string, setting?: Setting])[] = [
    [
      'a file with a finding in every statement',
      [
        'ALTER TABLE orders ADD COLUMN state text;',
        'CREATE INDEX state_i ON orders (state);',
        'ALTER TABLE orders ADD CHECK (total > 0);',
        'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers;',
        'ALTER TABLE orders ALTER code SET NOT NULL;',
        'ALTER TABLE orders ADD PRIMARY KEY (id);',
        'ALTER TABLE orders ADD UNIQUE (code);',
        'DROP INDEX note_i;',
        'REINDEX TABLE orders;',
      ].join('\n'),
    ],
    [
      'the same for PostgreSQL 18',
      'ALTER TABLE orders ALTER code SET NOT NULL;\nREINDEX TABLE orders;',
      { config: { postgres: 18 } },
    ],
    ['a file in CRLF', 'alter table orders\r\n  add check (total > 0);\r\ncreate index on orders (total);\r\n'],
    [
      'a transaction',
      'BEGIN;\nALTER TABLE orders ADD a int;\nALTER TABLE orders ADD CHECK (total > 0);\nCOMMIT;\nDROP INDEX note_i;',
    ],
    [
      "the tool's transaction",
      'CREATE INDEX ON orders (id);\nALTER TABLE orders ADD UNIQUE (id);',
      { config: { transaction: 'per-file' } },
    ],
    [
      'two sub-commands',
      'ALTER TABLE orders ADD CHECK (id > 0), ADD CONSTRAINT b CHECK (total > 0), ALTER code SET NOT NULL;',
    ],
    ['comments between the words', 'CREATE /* a */ INDEX /* b */ x ON orders (id); -- c\n'],
  ];

  for (const [title, sql, setting] of files) {
    it(`comes to an end and changes nothing a second time: ${title}`, async () => {
      const inPlace = { ...setting, history: [history] };
      const fixed = await fixedText(sql, inPlace);
      assert.notEqual(fixed, sql);
      assert.equal(await fixedText(fixed, inPlace), fixed);
      const left = analyzeSql(fixed, inPlace).findings.filter((finding) => bulkFix(finding));
      assert.deepEqual(
        left.map(({ message }) => message),
        [],
      );
      assert.equal(/(?<!\r)\n/.test(fixed), /(?<!\r)\n/.test(sql) || !sql.includes('\r\n'), 'line endings are mixed');
      const [original, result] = [await outcome(sql), await outcome(fixed)];
      assert.deepEqual(snapshotDifference(original.schema, result.schema), []);
      assert.deepEqual(result.rows, original.rows);
    });
  }

  it('leaves a file without findings as it is', async () => {
    const sql = "SET lock_timeout = '2s';\nALTER TABLE orders ADD note2 text;\n";
    assert.equal(await fixedText(sql, { history: [history] }), sql);
  });

  it('leaves an applied file as it is', async () => {
    const sql = 'CREATE INDEX ON orders (id);';
    assert.equal(await fixedText(sql, { history: [history], applied: true }), sql);
  });
});
