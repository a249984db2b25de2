import assert from 'node:assert/strict';
import type { Target } from '../../server/src/impact/impact.js';
import { impactOf } from '../../server/src/impact/impact-of.js';
import { atLeast } from '../../server/src/impact/locks.js';
import type { Phase, Plan } from '../../server/src/rewrite/plan.js';
import { planFor } from '../../server/src/rewrite/rewrite.js';
import { applyAction } from '../../server/src/schema/apply.js';
import { parseDocument, parseStatement } from '../../server/src/sql/parse.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql } from '../support/analyze-sql.js';
import { catalogSnapshot, snapshotDifference } from '../support/catalog-snapshot.js';
import { type Database, errorOf, rowsOf, runMigration, withDatabase } from '../support/pglite.js';
import { stateAfter, target16 } from '../support/schema-state.js';
import { planCases, shop } from './support/plan-cases.js';

const rows = `
  INSERT INTO customers (email) SELECT 'c' || n FROM generate_series(1, 30) AS n;
  INSERT INTO orders SELECT n, n, n, 'note ' || n FROM generate_series(1, 30) AS n;
  INSERT INTO payments (cents, code, at) SELECT n, n, date '2024-01-01' + n FROM generate_series(1, 30) AS n;
  INSERT INTO log SELECT 'line ' || n FROM generate_series(1, 30) AS n;
  INSERT INTO app."Line Items" SELECT n, 1, n FROM generate_series(1, 30) AS n;
`;

/** Before PostgreSQL 18 NOT NULL has no name in the catalog; the embedded one is 18. */
const namesNotNull = /^constraint .* NOT NULL /;

async function plan(statement: string, target: Target): Promise<Plan | undefined> {
  return planFor({ statement: parseStatement(statement), before: await stateAfter(shop), target });
}

function withValue({ sql }: Phase, value: string | undefined): string {
  return value === undefined ? sql : sql.replace(/= NULL -- the value goes here[^\n]*/, `= ${value}`);
}

async function runPhase(db: Database, phase: Phase, value?: string): Promise<void> {
  const sql = withValue(phase, value);
  await runMigration(db, phase.transactional ? `BEGIN; ${sql} COMMIT;` : sql);
}

/** The old columns of every row, which no phase may change. */
async function oldData(db: Database): Promise<unknown> {
  return {
    orders: await rowsOf(db, '(SELECT id, customer_id, total, note FROM orders)'),
    log: await rowsOf(db, '(SELECT line FROM log)'),
    lines: await rowsOf(db, '(SELECT "Order", no, price FROM app."Line Items")'),
  };
}

describe('planFor', () => {
  before(initParser);

  for (const postgres of [16, 18]) {
    for (const { statement, phases, value, more = '' } of planCases) {
      it(`on ${postgres}: ${statement.replace(/\s+/g, ' ')}`, async () => {
        const found = await plan(statement, { ...target16, postgres });
        assert.ok(found, 'no plan');
        assert.equal(found.phases.length, phases);
        const wanted = await withDatabase(async (db) => {
          await runMigration(db, `${shop} ${statement}`);
          return catalogSnapshot(db);
        });
        await withDatabase(async (db) => {
          await runMigration(db, shop + rows + more);
          const data = await oldData(db);
          for (const phase of found.phases) {
            const before = await catalogSnapshot(db);
            await runPhase(db, phase, value);
            assert.deepEqual(await oldData(db), data);
            if (phase.verify) {
              await runMigration(db, phase.verify);
            }
            if (phase.back) {
              await runMigration(db, phase.back);
              assert.deepEqual(snapshotDifference(before, await catalogSnapshot(db)), [], `back of ${phase.title}`);
              await runPhase(db, phase, value);
            }
          }
          const named = (lines: readonly string[]) =>
            lines.filter((line) => postgres >= 18 || !namesNotNull.test(line));
          assert.deepEqual(snapshotDifference(named(wanted), named(await catalogSnapshot(db))), []);
        });
      });

      it(`on ${postgres}: nothing scans or rewrites under a lock that blocks: ${statement.replace(/\s+/g, ' ')}`, async () => {
        const target = { ...target16, postgres };
        const found = await plan(statement, target);
        const state = await stateAfter(shop);
        for (const phase of found?.phases ?? []) {
          for (const { parsed } of parseDocument(phase.sql).statements) {
            const { scans, rewrites, indexBuilds, locks } = impactOf(parsed.actions, state, target);
            if (scans.length + rewrites.length + indexBuilds.length > 0) {
              const blocking = locks.filter(({ mode, kind }) => kind === 'table' && atLeast(mode, 'ShareLock'));
              assert.deepEqual(blocking, [], parsed.text);
            }
            for (const action of parsed.actions) {
              applyAction(state, action);
            }
          }
        }
      });
    }
  }

  for (const { statement } of planCases) {
    it(`no phase has a finding of our own that counts: ${statement.replace(/\s+/g, ' ')}`, async () => {
      const found = await plan(statement, target16);
      const history = [shop];
      for (const { sql } of found?.phases ?? []) {
        const { findings } = analyzeSql(sql, { history });
        // A plan leaves what the author wants from a foreign key as it is.
        const counting = findings.filter(
          ({ severity, rule }) => (severity === 'error' || severity === 'warning') && rule !== 'no-unasked-cascade',
        );
        assert.deepEqual(
          counting.map(({ rule, message }) => `${rule}: ${message}`),
          [],
          sql,
        );
        history.push(sql);
      }
    });
  }

  it('gives nothing where nothing has to be split', async () => {
    for (const statement of [
      'ALTER TABLE orders ADD COLUMN a int',
      "ALTER TABLE orders ADD COLUMN a text DEFAULT 'x'",
      'ALTER TABLE orders ALTER id SET NOT NULL',
      'ALTER TABLE orders ADD CHECK (total > 0) NOT VALID',
      'ALTER TABLE orders DROP COLUMN note',
      'ALTER TABLE payments ALTER code TYPE varchar(40)',
      'CREATE TABLE t (a int NOT NULL)',
      'SELECT 1',
      'ALTER TABLE orders ADD COLUMN',
    ]) {
      assert.equal(await plan(statement, target16), undefined, statement);
    }
  });

  it('gives nothing where it knows no form that does not rewrite', async () => {
    for (const statement of [
      'ALTER TABLE orders ADD COLUMN n serial NOT NULL',
      'ALTER TABLE orders ADD COLUMN n bigint GENERATED ALWAYS AS IDENTITY NOT NULL',
      'ALTER TABLE orders ADD COLUMN n int NOT NULL GENERATED ALWAYS AS (total * 2) STORED',
      'ALTER TABLE orders ADD COLUMN n int NOT NULL UNIQUE DEFERRABLE',
      'ALTER TABLE customers ALTER id TYPE int',
      'ALTER TABLE payments ALTER code TYPE int USING length(code)',
      'ALTER TABLE payments ALTER cents TYPE bigint USING "Cents"::bigint',
    ]) {
      assert.equal(await plan(statement, target16), undefined, statement);
    }
  });

  it('keeps a new type equal to the old column for every write of the application, until the swap', async () => {
    const found = await plan('ALTER TABLE payments ALTER COLUMN cents TYPE bigint', target16);
    assert.ok(found);
    await withDatabase(async (db) => {
      await runMigration(db, shop + rows);
      for (const [index, phase] of found.phases.entries()) {
        await runPhase(db, phase);
        const write = `INSERT INTO payments (cents, code) VALUES (${100 + index}, 'new'); UPDATE payments SET cents = cents + 1`;
        await runMigration(db, write);
      }
      await runMigration(db, 'UPDATE payments SET cents = cents + 3000000000');
      const { rows: cents } = await db.query(
        `SELECT cents - 3000000000 AS cents FROM payments WHERE code = 'new' ORDER BY 1`,
      );
      assert.deepEqual(
        cents.map((row) => Number((row as { cents: unknown }).cents)),
        [105, 105, 105, 105, 105],
      );
    });
  });

  it('fails on the first row while the author has not given the value', async () => {
    const found = await plan('ALTER TABLE orders ADD COLUMN status text NOT NULL', target16);
    await withDatabase(async (db) => {
      await runMigration(db, shop + rows);
      const [expand, backfill] = found?.phases ?? [];
      assert.ok(expand && backfill);
      await runPhase(db, expand);
      assert.match((await errorOf(db, backfill.sql)).message, /Write the value of orders\.status/);
    });
  });
});
