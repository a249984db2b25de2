import assert from 'node:assert/strict';
import { catalogSnapshot, snapshotDifference } from '../../server/src/rehearsal/catalog-snapshot.js';
import { impactOf } from '../../server/src/impact/impact-of.js';
import { atLeast } from '../../server/src/impact/locks.js';
import { applyAction } from '../../server/src/schema/apply.js';
import { parseDocument } from '../../server/src/sql/parse.js';
import { isRefused, type Phase, type Plan } from '../../server/src/rewrite/plan.js';
import type { Pattern, PatternContext } from '../../server/src/rewrite/patterns/pattern.js';
import { patterns } from '../../server/src/rewrite/patterns/patterns.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql } from '../support/analyze-sql.js';
import { type Database, rowsOf, runMigration, scalar, withDatabase } from '../support/pglite.js';
import { backText, phaseText, withValue } from '../support/planning.js';
import { stateAfter, target16 } from '../support/schema-state.js';
import { patternCases } from './support/pattern-cases.js';

async function contextOf({ example }: Pattern, postgres = 16): Promise<PatternContext> {
  return { state: await stateAfter(example.schema), target: { ...target16, postgres } };
}

async function planOf(pattern: Pattern, postgres = 16): Promise<Plan> {
  const plan = pattern.plan(pattern.example.values, await contextOf(pattern, postgres));
  assert.ok(!isRefused(plan), isRefused(plan) ? plan.refused : '');
  return plan;
}

async function run(db: Database, text: string, transactional: boolean, value = 'NULL'): Promise<void> {
  const sql = withValue(text, value);
  await runMigration(db, transactional ? `BEGIN; ${sql} COMMIT;` : sql);
}

/** True from the first phase on that ships when the old code is gone. */
function isPastGate(phases: readonly Phase[], phase: Phase): boolean {
  return phases.slice(0, phases.indexOf(phase) + 1).some(({ gate }) => gate !== undefined);
}

describe('patterns', () => {
  before(initParser);

  it('have each an example that is tried', () => {
    assert.deepEqual(patterns.map(({ id }) => id).sort(), Object.keys(patternCases).sort());
    assert.ok(patterns.length >= 24);
  });

  for (const pattern of patterns) {
    const given = patternCases[pattern.id];
    if (!given) continue;
    for (const postgres of [16, 18]) {
      it(`${pattern.id} on ${postgres}: every phase can be run again and taken back, and both codes write beside it`, async () => {
        const { phases } = await planOf(pattern, postgres);
        await withDatabase(async (db) => {
          await runMigration(db, `${pattern.example.schema}; ${given.fill}`);
          const write = async (phase: Phase): Promise<void> => {
            const old = isPastGate(phases, phase) ? [] : (given.oldCode ?? []);
            for (const sql of [...old, ...(given.newCode ?? [])]) await runMigration(db, sql);
            if (given.outOfStep !== undefined && !isPastGate(phases, phase) && phase !== phases[0])
              assert.equal(Number(await scalar(db, given.outOfStep)), 0, `out of step behind ${phase.title}`);
          };
          for (const phase of phases) {
            const before = await catalogSnapshot(db);
            await run(db, phaseText(phase), phase.transactional, given.value);
            if (phase.verify !== undefined) {
              const [query = '', expected] = phase.verify.split('; -- ');
              const answer = await scalar(db, query);
              if (expected !== undefined) assert.equal(String(answer), expected, phase.verify);
            }
            await write(phase);
            if (given.onlyOnce !== true) await run(db, phaseText(phase), phase.transactional, given.value);
            if (phase.back.length > 0) {
              if (given.beforeBack !== undefined) await runMigration(db, given.beforeBack);
              await run(db, backText(phase), phase.backTransactional);
              if (given.onlyOnce !== true) await run(db, backText(phase), phase.backTransactional);
              const left: string[] = snapshotDifference(before, await catalogSnapshot(db)).filter(
                (line) => given.leftBehind?.test(line) !== true,
              );
              assert.deepEqual(left, [], `the way back of ${phase.title}`);
              await run(db, phaseText(phase), phase.transactional, given.value);
            }
            await write(phase);
          }
        });
      });
    }

    it(`${pattern.id}: ends as the usual form would, with its rows`, async () => {
      const { phases } = await planOf(pattern, 18);
      const context = await contextOf(pattern, 18);
      const look = async (db: Database) => ({
        catalog: (await catalogSnapshot(db)).filter((line) => given.besides?.test(line) !== true),
        rows: await Promise.all((given.same ?? []).map((query) => rowsOf(db, `(${query})`))),
      });
      const wanted = await withDatabase(async (db) => {
        const isRefusedOnRows = given.broken !== undefined || given.value !== undefined;
        await runMigration(db, `${pattern.example.schema}; ${isRefusedOnRows ? '' : given.fill}`);
        await runMigration(db, pattern.usual(pattern.example.values, context));
        return look(db);
      });
      const found = await withDatabase(async (db) => {
        await runMigration(db, `${pattern.example.schema}; ${given.fill}`);
        for (const phase of phases) await run(db, phaseText(phase), phase.transactional, given.value);
        return look(db);
      });
      assert.deepEqual(snapshotDifference(wanted.catalog, found.catalog), []);
      assert.deepEqual(found.rows, wanted.rows);
    });

    it(`${pattern.id}: nothing scans or rewrites under a lock that blocks`, async () => {
      const { target } = await contextOf(pattern);
      const { phases } = await planOf(pattern);
      const state = await stateAfter(pattern.example.schema);
      for (const phase of phases) {
        for (const { parsed } of parseDocument(phaseText(phase)).statements) {
          const { scans, rewrites, indexBuilds, locks } = impactOf(parsed.actions, state, target);
          if (scans.length + rewrites.length + indexBuilds.length > 0) {
            const blocking = locks.filter(({ mode, kind }) => kind === 'table' && atLeast(mode, 'ShareLock'));
            assert.deepEqual(blocking, [], parsed.text);
          }
          for (const action of parsed.actions) applyAction(state, action);
        }
      }
    });

    it(`${pattern.id}: no phase has a finding of our own that counts`, async () => {
      const { phases } = await planOf(pattern);
      const history = [pattern.example.schema];
      for (const phase of phases) {
        const sql = withValue(phaseText(phase), given.value ?? "'x'");
        const { findings } = analyzeSql(sql, { history });
        const counting = findings.filter(
          ({ severity, rule }) =>
            (severity === 'error' || severity === 'warning') && rule !== 'require-foreign-key-index',
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
});
