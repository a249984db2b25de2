import assert from 'node:assert/strict';
import { catalogSnapshot, snapshotDifference } from '../../server/src/rehearsal/catalog-snapshot.js';
import { impactOf } from '../../server/src/impact/impact-of.js';
import { atLeast } from '../../server/src/impact/locks.js';
import { applyAction } from '../../server/src/schema/apply.js';
import { parseDocument } from '../../server/src/sql/parse.js';
import { patterns } from '../../server/src/rewrite/patterns/patterns.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql } from '../support/analyze-sql.js';
import { type Database, rowsOf, runMigration, withDatabase } from '../support/pglite.js';
import { phaseText, withValue } from '../support/planning.js';
import { stateAfter } from '../support/schema-state.js';
import { patternCases } from './support/pattern-cases.js';
import { contextOf, planOf, provePattern, runPhase } from './support/pattern-run.js';

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
        await withDatabase((db) => provePattern(db, pattern, given, postgres));
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
        for (const phase of phases) await runPhase(db, phase, given.value);
        return look(db);
      });
      assert.deepEqual(snapshotDifference(wanted.catalog, found.catalog), []);
      assert.deepEqual(found.rows, wanted.rows);
    });

    it(`${pattern.id}: nothing scans or rewrites under a lock that blocks`, async () => {
      const { target } = await contextOf(pattern, 16);
      const { phases } = await planOf(pattern, 16);
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
      const { phases } = await planOf(pattern, 16);
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
