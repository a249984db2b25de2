import assert from 'node:assert/strict';
import { replaceIndex } from '../../server/src/rewrite/patterns/indexes.js';
import { attachPartition, serialToIdentity } from '../../server/src/rewrite/patterns/others.js';
import type { Pattern } from '../../server/src/rewrite/patterns/pattern.js';
import { isRefused } from '../../server/src/rewrite/plan.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { catalogSnapshot } from '../../server/src/rehearsal/catalog-snapshot.js';
import { withDatabase } from '../support/pglite.js';
import { backText } from '../support/planning.js';
import { stateAfter, target16 } from '../support/schema-state.js';
import { planOf, runPhase, runSql } from './support/pattern-run.js';

const linesOf = (lines: readonly string[]): string[] => lines.filter((line) => /sequence/.test(line));

describe('what a pattern takes along', () => {
  before(initParser);

  it('an identity column goes on with the options and the comment of the sequence, there and back', async () => {
    const schema =
      'CREATE TABLE "T s" ("I\'d" serial PRIMARY KEY, v text); ALTER SEQUENCE "T s_I\'d_seq" INCREMENT 5 CACHE 3 MINVALUE -7 MAXVALUE 900 CYCLE; COMMENT ON SEQUENCE "T s_I\'d_seq" IS \'it\'\'s\';';
    const pattern: Pattern = {
      ...serialToIdentity,
      example: { schema, values: { table: '"T s"', column: '"I\'d"' } },
    };
    const { phases } = await planOf(pattern, 18);
    await withDatabase(async (db) => {
      await runSql(db, schema);
      const before = linesOf(await catalogSnapshot(db));
      await runSql(db, 'INSERT INTO "T s" (v) VALUES (\'a\')');
      for (const phase of phases) await runPhase(db, phase);
      const after = linesOf(await catalogSnapshot(db));
      assert.deepEqual(
        after,
        before.map((line) => line.replace('(a)', '(i)')),
      );
      await runSql(db, 'INSERT INTO "T s" (v) VALUES (\'b\')');
      for (const phase of phases) await runSql(db, backText(phase), phase.backTransactional);
      assert.deepEqual(linesOf(await catalogSnapshot(db)), before);
      const { rows } = await db.query<{ step: number }>('SELECT max("I\'d") - min("I\'d") AS step FROM "T s"');
      // Each session keeps CACHE numbers for itself.
      assert.ok((rows[0]?.step ?? 0) >= 5 && (rows[0]?.step ?? 0) % 5 === 0, String(rows[0]?.step));
    });
  });

  it('the number is read behind the lock, so that none is drawn in between', async () => {
    for (const { statements, back } of (await planOf(serialToIdentity, 16)).phases)
      for (const { sql } of [...statements, ...back])
        assert.ok(sql.indexOf('LOCK TABLE') > 0 && sql.indexOf('LOCK TABLE') < sql.indexOf('last_value'), sql);
  });

  it('a table that PostgreSQL would not attach is refused before anything is proven', async () => {
    const state = await stateAfter(
      'CREATE TABLE ev (id int NOT NULL, d date NOT NULL) PARTITION BY RANGE (d); CREATE TABLE part (id int, d date NOT NULL);',
    );
    const values = { table: 'ev', partition: 'part', bound: "FROM ('2024-01-01') TO ('2025-01-01')" };
    const plan = attachPartition.plan(values, { state, target: target16 });
    assert.ok(isRefused(plan));
    assert.match(plan.refused, /^PostgreSQL would refuse it: column "id" in child table must be marked NOT NULL\. /);
  });

  it('an index that is the replica identity of its table stays', async () => {
    const schema = 'CREATE TABLE t (a int NOT NULL, b int NOT NULL); CREATE UNIQUE INDEX i ON t (a);';
    const pattern: Pattern = { ...replaceIndex, example: { schema, values: { table: 't', index: 'i', on: 'b, a' } } };
    const { phases } = await planOf(pattern, 18);
    const [, swap] = phases;
    assert.match(swap?.notes?.join(' ') ?? '', /unique in the old i is so no more: the new one keeps b, a unique/);
    await withDatabase(async (db) => {
      await runSql(db, `${schema} ALTER TABLE t REPLICA IDENTITY USING INDEX i;`);
      const [build] = phases;
      assert.ok(build && swap);
      await runPhase(db, build);
      await assert.rejects(runPhase(db, swap), /i is the replica identity of t/);
    });
  });
});
