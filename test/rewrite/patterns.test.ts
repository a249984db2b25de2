import assert from 'node:assert/strict';
import { catalogSnapshot, snapshotDifference } from '../../server/src/rehearsal/catalog-snapshot.js';
import { impactOf } from '../../server/src/impact/impact-of.js';
import { atLeast } from '../../server/src/impact/locks.js';
import { applyAction } from '../../server/src/schema/apply.js';
import { parseDocument } from '../../server/src/sql/parse.js';
import { isRefused } from '../../server/src/rewrite/plan.js';
import { renameColumn } from '../../server/src/rewrite/patterns/replace-columns.js';
import { patterns } from '../../server/src/rewrite/patterns/patterns.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql } from '../support/analyze-sql.js';
import { type Database, rowsOf, runMigration, withDatabase } from '../support/pglite.js';
import { phaseText, withValue } from '../support/planning.js';
import { stateAfter, target16 } from '../support/schema-state.js';
import { patternCases } from './support/pattern-cases.js';
import { contextOf, planOf, provePattern, runPhase } from './support/pattern-run.js';

describe('patterns', () => {
  before(initParser);

  it('have each an example that is tried', () => {
    assert.deepEqual(patterns.map(({ id }) => id).sort(), Object.keys(patternCases).sort());
    assert.ok(patterns.length >= 24);
  });

  // A trigger that fails on a type would stop every write of the application.
  for (const type of [
    'json',
    'point',
    'mood',
    'int[]',
    'xml',
    'polygon',
    'positive',
    'tsvector',
    'int4range',
    'varchar(9)',
    'char(3)',
    'timestamptz',
    'numeric(9,2)',
  ])
    it(`rename-column of a ${type}: both codes write`, async () => {
      const value =
        {
          json: `'{"a": 1}'`,
          point: `'(1,2)'`,
          mood: `'glad'`,
          'int[]': `'{1,2}'`,
          xml: `'<a/>'`,
          polygon: `'((0,0),(1,1))'`,
          positive: '5',
          tsvector: `'a'`,
          int4range: `'[1,3)'`,
          timestamptz: 'now()',
          'numeric(9,2)': '1.5',
        }[type] ?? `'abc'`;
      const schema = `CREATE TYPE mood AS ENUM ('glad'); CREATE DOMAIN positive AS int CHECK (VALUE > 0); CREATE TABLE t (id bigint PRIMARY KEY, v ${type}, note text);`;
      const plan = renameColumn.plan(
        { table: 't', column: 'v', to: 'w' },
        { state: await stateAfter(schema), target: target16 },
      );
      assert.ok(!isRefused(plan));
      await withDatabase(async (db) => {
        await runMigration(db, `${schema} INSERT INTO t VALUES (1, ${value}), (2, NULL);`);
        for (const phase of plan.phases) {
          await runPhase(db, phase);
          if (phase.gate !== undefined) continue;
          const id = `(SELECT max(id) + 1 FROM t)`;
          await runMigration(
            db,
            `INSERT INTO t (id, v) VALUES (${id}, ${value}); INSERT INTO t (id, w) VALUES (${id}, ${value}); UPDATE t SET note = 'x'; UPDATE t SET w = ${value} WHERE id = 2; UPDATE t SET v = NULL WHERE id = 1; UPDATE t SET v = ${value} WHERE id = 1;`,
          );
          const { rows } = await db.query('SELECT FROM t WHERE v::text IS DISTINCT FROM w::text');
          assert.equal(rows.length, 0);
        }
      });
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
