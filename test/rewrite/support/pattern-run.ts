import assert from 'node:assert/strict';
import { catalogSnapshot, snapshotDifference } from '../../../server/src/rehearsal/catalog-snapshot.js';
import type { SqlConnection } from '../../../server/src/rehearsal/connection.js';
import { isRefused, type Phase, type Plan } from '../../../server/src/rewrite/plan.js';
import type { Pattern, PatternContext } from '../../../server/src/rewrite/patterns/pattern.js';
import { backText, phaseText, withValue } from '../../support/planning.js';
import { stateAfter, target16 } from '../../support/schema-state.js';
import { splitSql } from '../../support/split-sql.js';
import type { PatternCase } from './pattern-cases.js';

/** What the example of a pattern is planned on. */
export async function contextOf(
  { example }: Pattern,
  postgres: PatternContext['target']['postgres'],
): Promise<PatternContext> {
  return { state: await stateAfter(example.schema), target: { ...target16, postgres } };
}

/** The plan of the example. */
export async function planOf(pattern: Pattern, postgres: PatternContext['target']['postgres']): Promise<Plan> {
  const plan = pattern.plan(pattern.example.values, await contextOf(pattern, postgres));
  assert.ok(!isRefused(plan), isRefused(plan) ? plan.refused : '');
  return plan;
}

/** Runs SQL statement by statement, in one transaction where it must be. */
export async function runSql(db: SqlConnection, sql: string, transactional = false): Promise<void> {
  for (const statement of await splitSql(transactional ? `BEGIN; ${sql} COMMIT;` : sql)) await db.exec(statement);
}

/** Runs a phase, with the value that only an author knows. */
export async function runPhase(db: SqlConnection, phase: Phase, value = 'NULL'): Promise<void> {
  await runSql(db, withValue(phaseText(phase), value), phase.transactional);
}

async function first(db: SqlConnection, query: string): Promise<unknown> {
  const { rows } = await db.query<Record<string, unknown>>(query);
  return rows[0] && Object.values(rows[0])[0];
}

/** True from the first phase on that ships when the old code is gone. */
function isPastGate(phases: readonly Phase[], phase: Phase): boolean {
  return phases.slice(0, phases.indexOf(phase) + 1).some(({ gate }) => gate !== undefined);
}

/**
 * Runs the phases of a pattern on an empty database: each is verified, run again, taken back twice and run once more,
 * while code from before the change and code from behind it write. Throws where one of them fails, where the two forms
 * of a value are out of step, or where a way back leaves another catalog than there was.
 */
export async function provePattern(
  db: SqlConnection,
  pattern: Pattern,
  given: PatternCase,
  postgres: PatternContext['target']['postgres'],
): Promise<void> {
  const { phases } = await planOf(pattern, postgres);
  await runSql(db, `${pattern.example.schema}; ${given.fill}`);
  const write = async (phase: Phase): Promise<void> => {
    const old = isPastGate(phases, phase) ? [] : (given.oldCode ?? []);
    for (const sql of [...old, ...(given.newCode ?? [])]) await runSql(db, sql);
    if (given.outOfStep !== undefined && !isPastGate(phases, phase) && phase !== phases[0])
      assert.equal(Number(await first(db, given.outOfStep)), 0, `out of step behind ${phase.title}`);
  };
  for (const phase of phases) {
    const before = await catalogSnapshot(db);
    await runPhase(db, phase, given.value);
    if (phase.verify !== undefined) {
      const [query = '', expected] = phase.verify.split('; -- ');
      const answer = await first(db, query);
      if (expected !== undefined) assert.equal(String(answer), expected, phase.verify);
    }
    await write(phase);
    if (given.onlyOnce !== true) await runPhase(db, phase, given.value);
    if (phase.back.length > 0) {
      if (given.beforeBack !== undefined) await runSql(db, given.beforeBack);
      await runSql(db, backText(phase), phase.backTransactional);
      if (given.onlyOnce !== true) await runSql(db, backText(phase), phase.backTransactional);
      const left: string[] = snapshotDifference(before, await catalogSnapshot(db)).filter(
        (line) => given.leftBehind?.test(line) !== true,
      );
      assert.deepEqual(left, [], `the way back of ${phase.title}`);
      await runPhase(db, phase, given.value);
    }
    await write(phase);
  }
}
