import assert from 'node:assert/strict';
import type { Target } from '../../server/src/impact/impact.js';
import { impactOf } from '../../server/src/impact/impact-of.js';
import { atLeast } from '../../server/src/impact/locks.js';
import { isPlan, type Phase, type Plan, type PlanOutcome } from '../../server/src/rewrite/plan.js';
import { planFor } from '../../server/src/rewrite/rewrite.js';
import { applyAction } from '../../server/src/schema/apply.js';
import { parseDocument, parseStatement } from '../../server/src/sql/parse.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql } from '../support/analyze-sql.js';
import { catalogSnapshot, snapshotDifference } from '../../server/src/rehearsal/catalog-snapshot.js';
import { type Database, errorOf, rowsOf, runMigration, withDatabase } from '../support/pglite.js';
import { stateAfter, target16 } from '../support/schema-state.js';
import { backText, phaseText, withValue } from '../support/planning.js';
import { attributes, planCases, refusedCases, shop } from './support/plan-cases.js';

const rows = `
  INSERT INTO customers (email) SELECT 'c' || n FROM generate_series(1, 30) AS n;
  INSERT INTO orders SELECT n, n, n, 'note ' || n FROM generate_series(1, 30) AS n;
  INSERT INTO payments (cents, code, at) SELECT n, n, date '2024-01-01' + n FROM generate_series(1, 30) AS n;
  INSERT INTO log SELECT 'line ' || n FROM generate_series(1, 30) AS n;
  INSERT INTO app."Line Items" SELECT n, 1, n FROM generate_series(1, 30) AS n;
`;

/** Rules about what a foreign key does later on, which no split changes. */
const foreignKeyRules = ['no-unasked-cascade', 'require-foreign-key-index'];

/** Before PostgreSQL 18 NOT NULL has no name in the catalog; the embedded one is 18. */
const namesNotNull = /^constraint .* NOT NULL /;

async function outcome(statement: string, target: Target): Promise<PlanOutcome> {
  return planFor({ statement: parseStatement(statement), before: await stateAfter(shop), target });
}

async function plan(statement: string, target: Target): Promise<Plan> {
  const found = await outcome(statement, target);
  assert.ok(isPlan(found), `no plan: ${JSON.stringify(found)}`);
  return found;
}

async function runPhase(db: Database, phase: Phase, value = 'NULL'): Promise<void> {
  const sql = withValue(phaseText(phase), value);
  await runMigration(db, phase.transactional ? `BEGIN; ${sql} COMMIT;` : sql);
}

async function runBack(db: Database, phase: Phase): Promise<void> {
  const sql = backText(phase);
  await runMigration(db, phase.backTransactional ? `BEGIN; ${sql} COMMIT;` : sql);
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
            await runPhase(db, phase, value);
            if (phase.back.length > 0) {
              await runBack(db, phase);
              await runBack(db, phase);
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
        for (const phase of found.phases) {
          for (const { parsed } of parseDocument(phaseText(phase)).statements) {
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

  for (const { statement, value } of planCases) {
    it(`no phase has a finding of our own that counts: ${statement.replace(/\s+/g, ' ')}`, async () => {
      const found = await plan(statement, target16);
      const wanted = new Set(
        analyzeSql(`${statement};`, { history: [shop] })
          .findings.map(({ rule }) => rule)
          .filter((rule) => foreignKeyRules.includes(rule)),
      );
      const history = [shop];
      for (const phase of found.phases) {
        const sql = withValue(phaseText(phase), value ?? "'x'");
        const { findings } = analyzeSql(sql, { history });
        // A plan leaves what the author wants from a foreign key as it is.
        const counting = findings.filter(({ severity, rule }) => severity !== 'info' && !wanted.has(rule));
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
      assert.equal(await outcome(statement, target16), undefined, statement);
    }
  });

  it('gives nothing where it knows no form that does not rewrite', async () => {
    for (const statement of [
      'ALTER TABLE orders ADD COLUMN n serial NOT NULL',
      'ALTER TABLE orders ADD COLUMN n bigint GENERATED ALWAYS AS IDENTITY NOT NULL',
      'ALTER TABLE orders ADD COLUMN n int NOT NULL GENERATED ALWAYS AS (total * 2) STORED',
      'ALTER TABLE orders ADD COLUMN n int NOT NULL UNIQUE DEFERRABLE',
    ]) {
      assert.equal(await outcome(statement, target16), undefined, statement);
    }
  });

  for (const [statement, says] of refusedCases)
    it(`refuses, and says why: ${statement}`, async () => {
      const found = await outcome(statement, target16);
      assert.match(isPlan(found) ? found.title : (found?.refused ?? ''), says);
    });

  it('does not lose what else is set on a column', async () => {
    const before = await stateAfter(shop + attributes);
    for (const [change, what] of [
      ['payments ALTER cents', 'its comment'],
      ['orders ALTER customer_id', 'its privileges'],
      ['orders ALTER total', 'its statistics target'],
    ]) {
      const statement = parseStatement(`ALTER TABLE ${change} TYPE numeric`);
      const found = planFor({ statement, before, target: target16 });
      assert.ok(found && 'refused' in found && found.refused.endsWith(`: ${what}.`), JSON.stringify(found));
    }
  });

  it('keeps a new type equal to the old column for every write of the application, until the swap', async () => {
    const found = await plan('ALTER TABLE payments ALTER COLUMN cents TYPE bigint', target16);
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
      const [expand, backfill] = found.phases;
      assert.ok(expand && backfill);
      await runPhase(db, expand);
      assert.match((await errorOf(db, phaseText(backfill))).message, /Write the value of orders\.status/);
    });
  });
});
