import assert from 'node:assert/strict';
import { byteLength } from '../../server/src/sql/quote.js';
import { rebuildIndex } from '../../server/src/rewrite/patterns/rebuild-index.js';
import { isRefused } from '../../server/src/rewrite/plan.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { withDatabase } from '../support/pglite.js';
import { stateAfter, target16 } from '../support/schema-state.js';

const long = `orders_${'n'.repeat(56)}`;
const schema = `CREATE SCHEMA "My Shop"; CREATE TABLE "My Shop".orders (id bigint PRIMARY KEY, note text, at int4range, EXCLUDE USING gist (at WITH &&)); CREATE INDEX ${long} ON "My Shop".orders (note); CREATE TABLE parts (d date) PARTITION BY RANGE (d); CREATE INDEX parts_d ON parts (d);`;

async function statements(index: string): Promise<string[] | string> {
  const plan = rebuildIndex.plan({ index }, { state: await stateAfter(schema), target: target16 });
  return isRefused(plan) ? plan.refused : (plan?.phases[0]?.statements.map(({ sql }) => sql) ?? []);
}

describe('rebuild-index', () => {
  before(initParser);

  it('refuses what PostgreSQL does not rebuild beside writers', async () => {
    for (const [index, reason] of [
      ['parts_d', /of a partitioned table/],
      ['"My Shop".orders_at_excl', /exclusion constraint/],
      ['nothing', /No migration makes an index nothing/],
    ] as const)
      assert.match(String(await statements(index)), reason);
  });

  it('clears away what an attempt has left, and never the index itself, whose name has no room', async () => {
    assert.equal(byteLength(long), 63);
    const sql = await statements(`"My Shop".${long}`);
    assert.ok(Array.isArray(sql));
    await withDatabase(async (db) => {
      await db.exec(`${schema} CREATE INDEX orders_spare ON "My Shop".orders (note);`);
      const names = async (): Promise<unknown> =>
        (
          await db.query(
            `SELECT indexrelid::regclass::text AS name FROM pg_index WHERE indrelid = '"My Shop".orders'::regclass ORDER BY 1`,
          )
        ).rows;
      const before = await names();
      const left = `${long.slice(0, 57)}_ccnew`;
      await db.exec(`CREATE INDEX "${left}" ON "My Shop".orders (note)`);
      await db.exec(`UPDATE pg_index SET indisvalid = false WHERE indexrelid = '"My Shop".${left}'::regclass`);
      for (const each of sql) await db.exec(each);
      assert.deepEqual(await names(), before);
      // What only looks like a leftover serves queries: it stays.
      await db.exec(`CREATE INDEX "${left}" ON "My Shop".orders (note)`);
      for (const each of sql) await db.exec(each);
      assert.deepEqual(((await names()) as unknown[]).length, (before as unknown[]).length + 1);
    });
  });
});
