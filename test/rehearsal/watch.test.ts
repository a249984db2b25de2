import assert from 'node:assert/strict';
import type { Rows } from '../../server/src/rehearsal/differences.js';
import { SqlError } from '../../server/src/rehearsal/engine.js';
import { allRows, schemaOf } from '../../server/src/rehearsal/look-at.js';
import { EmbeddedEngine } from '../../server/src/rehearsal/pglite/engine.js';
import { Watch } from '../../server/src/rehearsal/watch.js';
import { labMore } from '../rollback/support/cases/lab-more.js';
import { labUps } from '../rollback/support/cases/lab-ups.js';
import { makeLab } from '../rollback/support/lab-prover.js';

/** One of so many migrations of the lab is looked at: all of them with AIRLOCK_WATCH_EVERY=1, in some minutes. */
const every = Number(process.env.AIRLOCK_WATCH_EVERY ?? 40);

/** What only shows where objects name other objects that change. */
const chains: readonly string[] = [
  'ALTER TABLE person RENAME COLUMN name TO called',
  "ALTER TYPE rainbow RENAME VALUE 'blue' TO 'azure'",
  'ALTER TYPE rainbow RENAME TO spectrum',
  'ALTER SCHEMA aux RENAME TO auxiliary',
  'ALTER ROLE bob RENAME TO robert',
  'ALTER FUNCTION touch() RENAME TO touched_by',
  'ALTER SEQUENCE person_id_seq RENAME TO people_ids',
  'ALTER SEQUENCE "Back Office"."Order_Id_seq" OWNED BY NONE',
  'ALTER DOMAIN positive RENAME TO above_zero',
  'ALTER TYPE complex RENAME ATTRIBUTE r TO re CASCADE',
  'ALTER TABLE city RENAME COLUMN pop TO people',
  'ALTER EXTENSION btree_gist ADD TABLE loose',
  'DROP INDEX person_colour',
  'DROP TRIGGER touched ON person',
  'UPDATE heavy SET c = 8 WHERE id = 3',
  'TRUNCATE loose',
  'BEGIN; DELETE FROM city; ROLLBACK',
  'ALTER OPERATOR @+@ (int, int) SET SCHEMA aux',
];

const sorted = (rows: Rows): [string, readonly string[]][] =>
  [...rows].map(([name, list]): [string, string[]] => [name, [...list].sort()]).sort(([a], [b]) => (a < b ? -1 : 1));

describe('looking only at what has changed', () => {
  it('sees what a look at everything sees, behind every kind of statement', async () => {
    const engine = new EmbeddedEngine(['btree_gist', 'citext']);
    try {
      await engine.open();
      await makeLab(engine);
      const lab = await engine.keep();
      const watch = new Watch(engine);
      const ups = [...chains, ...[...labUps, ...labMore].filter((_, index) => index % every === 0)];
      let ran = 0;
      for (const up of ups) {
        await engine.open(lab);
        watch.forget();
        await watch.sight();
        try {
          await engine.run(up);
          ran += 1;
        } catch (error) {
          if (!(error instanceof SqlError)) throw error;
          await engine.run('ROLLBACK');
        }
        const { schema, rows } = await watch.sight();
        assert.deepEqual(schema, await schemaOf(engine), up);
        assert.deepEqual(sorted(rows), sorted(await allRows(engine)), up);
      }
      assert.ok(ran > 0.8 * ups.length, `${ran} of ${ups.length}`);
    } finally {
      await engine.close();
    }
  }).timeout(600_000);

  it('sees rows alone where only rows were written, and a table that a trigger made for them', async () => {
    const engine = new EmbeddedEngine();
    try {
      await engine.open();
      await engine.run(`CREATE TABLE t (id int PRIMARY KEY);
        CREATE FUNCTION parts() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN EXECUTE format('CREATE TABLE IF NOT EXISTS part_%s (id int)', NEW.id); RETURN NEW; END $$;
        INSERT INTO t VALUES (1)`);
      const watch = new Watch(engine);
      const first = await watch.sight();
      await engine.run('INSERT INTO t VALUES (2)');
      const second = await watch.sight(true);
      assert.equal(second.schema, first.schema);
      assert.deepEqual(second.rows.get('public.t'), ['{"id": 1}', '{"id": 2}']);
      await engine.run('CREATE TRIGGER parts BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION parts()');
      await watch.sight();
      await engine.run('INSERT INTO t VALUES (3)');
      const third = await watch.sight(true);
      assert.deepEqual(third.schema, await schemaOf(engine));
      assert.ok(third.rows.has('public.part_3'));
    } finally {
      await engine.close();
    }
  }).timeout(120_000);
});
