import assert from 'node:assert/strict';
import type { Safety } from '../../rules/engine/define-rule.js';
import { rules } from '../../rules/index.js';
import { applyEdits, bulkFix, fixText } from '../../server/src/analysis/fix-edits.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql, type Setting } from '../support/analyze-sql.js';
import { catalogSnapshot, snapshotDifference } from '../support/catalog-snapshot.js';
import { type Database, rowsOf, runMigration, withDatabase } from '../support/pglite.js';

/** Two tables with rows, one partitioned, and an index. */
const history = `
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL);
INSERT INTO customers SELECT g, 'c' || g FROM generate_series(1, 50) g;
CREATE TABLE orders (id bigint NOT NULL, customer_id bigint, code text, total numeric, "Note" text);
INSERT INTO orders SELECT g, 1 + g % 50, 'o' || g, g, 'n' FROM generate_series(1, 200) g;
CREATE INDEX note_i ON orders ("Note");
CREATE TABLE events (n int, customer_id bigint) PARTITION BY RANGE (n);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (1000);
INSERT INTO events SELECT g, 1 FROM generate_series(1, 100) g;`;

interface Fixed {
  readonly rule: string;
  readonly sql: string;
  readonly setting?: Setting;
  readonly safety: Safety;
  /** How the final schema differs from that of the original, for a fix that is not safe. */
  readonly differs?: readonly RegExp[];
}

/** Statements with a finding, one for each form of each fix. The embedded PostgreSQL is 18. */
const cases: readonly Fixed[] = [
  { rule: 'require-concurrent-index', sql: 'CREATE UNIQUE INDEX code_u ON orders (code);', safety: 'safe' },
  { rule: 'require-concurrent-index', sql: 'create index on orders (lower("Note")) where total > 5;', safety: 'safe' },
  {
    rule: 'require-concurrent-index',
    sql: 'CREATE INDEX IF NOT EXISTS code_i ON orders (code);',
    safety: 'unsafe',
    // After a failed build the name is there, and the index is not valid.
    differs: [],
  },
  { rule: 'require-concurrent-index-drop', sql: 'DROP INDEX note_i;', safety: 'safe' },
  { rule: 'require-concurrent-index-drop', sql: 'drop index if exists public.note_i;', safety: 'safe' },
  { rule: 'require-concurrent-reindex', sql: 'REINDEX INDEX note_i;', safety: 'safe' },
  { rule: 'require-concurrent-reindex', sql: 'reindex (verbose) table orders;', safety: 'safe' },
  { rule: 'require-lock-timeout', sql: 'ALTER TABLE orders ADD COLUMN state text;', safety: 'safe' },
  { rule: 'require-lock-timeout', sql: 'BEGIN; ALTER TABLE orders ADD COLUMN state text; COMMIT;', safety: 'safe' },
  { rule: 'require-check-not-valid', sql: 'ALTER TABLE orders ADD CHECK (total > 0);', safety: 'safe' },
  { rule: 'require-check-not-valid', sql: 'alter table only orders add check (id > 0 and total > 0);', safety: 'safe' },
  { rule: 'require-check-not-valid', sql: 'ALTER TABLE events ADD CONSTRAINT n_ck CHECK (n > 0);', safety: 'safe' },
  {
    rule: 'require-check-not-valid',
    sql: 'ALTER TABLE orders ADD CONSTRAINT code_there NOT NULL code;',
    setting: { config: { postgres: 18 } },
    safety: 'safe',
  },
  {
    rule: 'require-foreign-key-not-valid',
    sql: 'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers ON DELETE CASCADE;',
    safety: 'safe',
  },
  {
    rule: 'require-foreign-key-not-valid',
    sql: 'ALTER TABLE events ADD FOREIGN KEY (customer_id) REFERENCES customers (id);',
    setting: { config: { postgres: 18 } },
    safety: 'safe',
  },
  { rule: 'require-check-before-not-null', sql: 'ALTER TABLE orders ALTER COLUMN code SET NOT NULL;', safety: 'safe' },
  { rule: 'require-check-before-not-null', sql: 'ALTER TABLE orders ALTER "Note" SET NOT NULL;', safety: 'safe' },
  {
    rule: 'require-check-before-not-null',
    sql: 'alter table orders alter code set not null;',
    setting: { config: { postgres: 18 } },
    safety: 'safe',
  },
  { rule: 'require-unique-using-index', sql: 'ALTER TABLE orders ADD UNIQUE (code, id);', safety: 'safe' },
  {
    rule: 'require-unique-using-index',
    sql: 'ALTER TABLE orders ADD CONSTRAINT "U" UNIQUE ("Note", id);',
    safety: 'safe',
  },
  { rule: 'require-primary-key-using-index', sql: 'ALTER TABLE orders ADD PRIMARY KEY (id);', safety: 'safe' },
  {
    rule: 'require-primary-key-using-index',
    sql: 'ALTER TABLE orders ADD CONSTRAINT k PRIMARY KEY (id);',
    safety: 'safe',
  },
  {
    rule: 'no-volatile-default',
    sql: 'ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid();',
    safety: 'unsafe',
    // The schema is the same; the old rows are NULL until they are filled.
    differs: [],
  },
  {
    rule: 'no-rename-table',
    sql: 'ALTER TABLE orders RENAME TO purchases;',
    safety: 'unsafe',
    differs: [/^\+ view public\.orders /, ...Array<RegExp>(5).fill(/^\+ column public\.orders\./)],
  },
];

/** The schema and the rows behind some SQL on a fresh database. */
async function outcome(sql: string): Promise<{ schema: string[]; rows: unknown }> {
  return withDatabase(async (db) => {
    await runMigration(db, history);
    await runMigration(db, sql);
    return { schema: await catalogSnapshot(db), rows: await allRows(db) };
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

  it('are proven for every rule that has one', () => {
    const fixing = rules.filter(({ meta }) => meta.fix !== 'none').map(({ meta }) => meta.id);
    // UPDATE … LIMIT is no SQL: there is nothing to compare its fix with.
    const compared = [...new Set(cases.map(({ rule }) => rule)), 'no-limit-in-update'];
    assert.deepEqual(compared.sort(), fixing.sort());
  });

  for (const { rule, sql, setting, safety, differs } of cases) {
    it(`of ${rule}: ${sql}`, async () => {
      const finding = analyzeSql(sql, { ...setting, history: [history] }).findings.find((each) => each.rule === rule);
      const fix = finding?.fixes[0];
      assert.ok(finding && fix, 'no fix is offered');
      assert.equal(fix.safety, safety);
      assert.equal(bulkFix(finding) !== undefined, safety === 'safe');
      const fixed = applyEdits(sql, fix.edits);
      const [original, result] = [await outcome(sql), await outcome(fixed)];
      const difference = snapshotDifference(original.schema, result.schema);
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
      const findings = async (text: string) => analyzeSql(text, inPlace).findings;
      const fixed = await fixText(sql, findings);
      assert.notEqual(fixed, sql);
      assert.equal(await fixText(fixed, findings), fixed);
      const left = (await findings(fixed)).filter((finding) => bulkFix(finding));
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
    assert.equal(await fixText(sql, async (text) => analyzeSql(text, { history: [history] }).findings), sql);
  });

  it('leaves an applied file as it is', async () => {
    const sql = 'CREATE INDEX ON orders (id);';
    const applied = async (text: string) => analyzeSql(text, { history: [history], applied: true }).findings;
    assert.equal(await fixText(sql, applied), sql);
  });
});
