import assert from 'node:assert/strict';
import { rollback } from '../../server/src/rollback/rollback.js';
import { runbook, runCommand } from '../../server/src/runbook/runbook.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql, type Setting } from '../support/analyze-sql.js';
import { runMigration, withDatabase } from '../support/pglite.js';

const history = `
  CREATE TABLE customers (id bigint PRIMARY KEY, email text);
  CREATE TABLE "Odd Orders" (id bigint PRIMARY KEY, customer_id bigint, status text, total int);
  CREATE INDEX odd_status_idx ON "Odd Orders" (status);
`;

function pageOf(sql: string, setting: Setting = {}): string {
  const analysis = analyzeSql(sql, { history: [history], ...setting });
  return runbook({ analysis, rollback: rollback(analysis, []), command: runCommand(analysis.path) });
}

/** The SQL blocks below a heading of the second level. */
function blocksOf(page: string, heading: string): string[] {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/```sql\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
}

const migrations: Readonly<Record<string, string>> = {
  'an index, concurrently': 'CREATE INDEX CONCURRENTLY odd_customer_idx ON "Odd Orders" (customer_id);',
  'a foreign key in two steps': `
    ALTER TABLE "Odd Orders" ADD CONSTRAINT odd_fk FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;
    ALTER TABLE "Odd Orders" VALIDATE CONSTRAINT odd_fk;`,
  'columns, defaults and renames': `
    ALTER TABLE customers ADD COLUMN note text DEFAULT 'it''s new';
    ALTER TABLE customers ALTER COLUMN note SET NOT NULL, ALTER COLUMN note TYPE varchar(500);
    ALTER TABLE "Odd Orders" RENAME COLUMN total TO "Total";
    ALTER TABLE "Odd Orders" RENAME TO odd_orders;`,
  'a new table, a dropped index and rows': `
    BEGIN;
    CREATE TABLE audit (id bigint PRIMARY KEY, at timestamptz);
    DROP INDEX odd_status_idx;
    UPDATE "Odd Orders" SET status = 'x' WHERE id BETWEEN 1 AND 100;
    COMMIT;`,
};

describe('runbook', () => {
  before(initParser);

  for (const [title, sql] of Object.entries(migrations)) {
    it(`has queries that PostgreSQL runs, before and after: ${title}`, async () => {
      const page = pageOf(sql);
      const checks = ['Preconditions', 'Watch while it runs', 'Verify'].flatMap((heading) => blocksOf(page, heading));
      assert.ok(checks.length >= 4, page);
      await withDatabase(async (db) => {
        await runMigration(db, history);
        for (const query of checks) await db.query(query.trim().replace(/;$/, ''));
        await runMigration(db, sql);
        for (const query of checks) await db.query(query.trim().replace(/;$/, ''));
      });
    });
  }

  it('finds the sizes of tables whose names need quotes', async () => {
    const [sizes = ''] = blocksOf(pageOf(migrations['columns, defaults and renames'] ?? ''), 'Preconditions');
    await withDatabase(async (db) => {
      await runMigration(db, history);
      assert.deepEqual((await db.query<{ table_name: string }>(sizes)).rows.map((row) => row.table_name).sort(), [
        '"Odd Orders"',
        'customers',
      ]);
    });
  });

  it('shows by its own query that the migration has run', async () => {
    const sql = migrations['a foreign key in two steps'] as string;
    const [query = ''] = blocksOf(pageOf(sql), 'Verify');
    await withDatabase(async (db) => {
      await runMigration(db, history);
      assert.equal((await db.query(query)).rows.length, 0);
      await runMigration(db, sql);
      assert.deepEqual(
        (await db.query<{ convalidated: boolean }>(query)).rows.map((row) => row.convalidated),
        [true],
      );
    });
  });

  it('names the lock, who waits and the thresholds of the configuration', () => {
    const page = pageOf('CREATE INDEX odd_total_idx ON "Odd Orders" (total);', {
      config: { contacts: { onCall: 'Ada' }, thresholds: { lockSecondsProduction: 7 } },
    });
    assert.match(page, /^- Lock: SHARE on `Odd Orders`; writes wait\.$/m);
    assert.match(page, /\| On call \| Ada \|/);
    assert.match(page, /\| 5 s \| 7 s \|/);
    assert.match(page, /Verdict: \*\*BLOCK\*\*/);
    assert.match(page, /pg_stat_progress_create_index/);
  });

  it('says from where on there is no way back', () => {
    const page = pageOf('ALTER TABLE customers ADD COLUMN a int;\nALTER TABLE customers DROP COLUMN email;');
    assert.match(page, /Point of no return: line [12] of the migration/);
    assert.match(page, /\| lossy \|/);
  });

  it('gives each step the range of its time with what it rests on, and a place for what staging measured', () => {
    const page = pageOf(`ALTER TABLE customers ADD COLUMN a int;
      CREATE INDEX i ON customers (email);
      ALTER TABLE customers ALTER COLUMN id TYPE numeric;`);
    const [added, built, rewritten] = [...page.matchAll(/^- Duration: (.*?)(?: \(|$)/gm)].map(([, words]) => words);
    assert.equal(added, 'an instant, once its lock is granted.');
    assert.match(built ?? '', /^index build of `customers` (up to )?\d+ s/);
    assert.match(rewritten ?? '', /^rewrite of `customers` \d+ s to \d+ s$/);
    assert.equal(page.match(/Assumes 2,000,000 rows of 100 bytes: no statistics; measured on/g)?.length, 2);
    assert.equal(page.match(/Staging took: /g)?.length, 2);
  });

  it('says what a failed concurrent build leaves, and how to remove it', async () => {
    const page = pageOf(migrations['an index, concurrently'] as string);
    const [drop = ''] = blocksOf(page, 'Clean up');
    assert.match(drop, /^DROP INDEX CONCURRENTLY IF EXISTS odd_customer_idx;/);
    await withDatabase(async (db) => void (await runMigration(db, drop)));
  });

  it('stands for an empty file, a broken one and one that only reads', () => {
    for (const sql of ['', '-- nothing yet\n', 'CREATE TABEL x (a int);', 'SELECT 1;'])
      assert.match(pageOf(sql), /^# Runbook: /);
  });

  it('quotes a path for the shell', () => {
    assert.equal(runCommand('db/0001_x.sql'), 'psql -X -v ON_ERROR_STOP=1 -f db/0001_x.sql');
    assert.equal(runCommand("it's here/1.sql"), "psql -X -v ON_ERROR_STOP=1 -f 'it'\\''s here/1.sql'");
  });
});
