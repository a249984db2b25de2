import assert from 'node:assert/strict';
import { driftOf, type DriftResult, objectsFrom } from '../../server/src/drift/drift.js';
import { objectsQuery } from '../../server/src/drift/objects.js';
import { driftMarkdown, driftText } from '../../server/src/drift/report.js';
import { endingOf, migrationFor } from '../../server/src/drift/statements.js';
import { EmbeddedEngine } from '../../server/src/rehearsal/pglite/engine.js';
import { KeptStates } from '../../server/src/rehearsal/states.js';
import { runnable } from '../../server/src/rehearsal/runnable.js';
import { parseDocument } from '../../server/src/sql/parse.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { Folder } from '../support/folder.js';
import { type Database, runMigration, withDatabase } from '../support/pglite.js';
import { startPgliteServer } from '../support/pglite-server.js';
import { runCli } from '../cli/support/run-cli.js';
import { changes, history } from './support/changes.js';

const engine = new EmbeddedEngine([]);
const states = new KeptStates();

/** Compares a database with what some files build. */
async function drift(db: Database, files: readonly string[]): Promise<DriftResult> {
  await db.exec("SET search_path = ''");
  const live = objectsFrom((await db.query(objectsQuery)).rows);
  await db.exec('RESET search_path');
  return driftOf(engine, {
    files: files.map((text, index) => ({
      path: `/${index}.sql`,
      name: `${index}.sql`,
      statements: runnable(parseDocument(text), []),
    })),
    extensions: [],
    limitMs: 20_000,
    live,
    states,
  });
}

const texts = ({ drifts }: DriftResult): string[] => drifts.map(driftText);

describe('drift', () => {
  before(() => initParser());
  after(() => engine.close());

  it('finds none where the database is what the migrations build', async () => {
    await withDatabase(async (db) => {
      await runMigration(db, history);
      const result = await drift(db, [history]);
      assert.deepEqual(texts(result), []);
      assert.ok(result.equal >= 30, String(result.equal));
      assert.deepEqual(result.unreplayed, []);
    });
  });

  it('leaves out what tools note for themselves, and what an order of columns is', async () => {
    await withDatabase(async (db) => {
      await runMigration(
        db,
        `${history}
        CREATE TABLE schema_migrations (version text PRIMARY KEY);
        CREATE SCHEMA drizzle; CREATE TABLE drizzle."__drizzle_migrations" (id serial);
        ALTER TABLE customers DROP COLUMN rank; ALTER TABLE customers ADD COLUMN rank int DEFAULT 3;`,
      );
      assert.deepEqual(texts(await drift(db, [history])), []);
    });
  });

  it('finds each of many kinds of change, in both directions, and the SQL that ends it', async () => {
    await withDatabase(async (db) => {
      await runMigration(db, history);
      for (const { sql } of changes) await runMigration(db, sql);
      const result = await drift(db, [history]);
      assert.deepEqual(texts(result).sort(), changes.flatMap(({ found }) => found).sort());
      // Nothing is ever without its index, its policy or its check, and what others hang on is left to a person.
      const sqlFor = (name: string): string =>
        result.drifts.flatMap((each) => (driftText(each).includes(name) ? [endingOf(each, 'database')] : [])).join('');
      assert.match(
        sqlFor('index public.orders_status '),
        /^ALTER INDEX public\.orders_status RENAME TO orders_status_airlock_old;\nCREATE INDEX CONCURRENTLY orders_status [^\n]*\nDROP INDEX CONCURRENTLY public\.orders_status_airlock_old;$/,
      );
      assert.match(sqlFor('policy seen '), /^DO \$do\$ BEGIN\n {2}DROP POLICY [^\n]*\n {2}CREATE POLICY /);
      assert.match(
        sqlFor('constraint total_ok '),
        /DROP CONSTRAINT total_ok, ADD CONSTRAINT total_ok CHECK .* NOT VALID;\nALTER TABLE .* VALIDATE CONSTRAINT total_ok;$/,
      );
      assert.equal(sqlFor('publication extra'), '');
      // What takes it over changes nothing where it stands already, and makes the migrations equal.
      const taken = migrationFor(result.drifts, 'migrations');
      await runMigration(db, taken);
      assert.deepEqual(texts(await drift(db, [history, taken])), []);
      // What brings the database back does so, but for what only a person can decide.
      await runMigration(db, migrationFor(result.drifts, 'database'));
      const left = await drift(db, [history]);
      assert.deepEqual(left.drifts.filter((each) => endingOf(each, 'database') !== '').map(driftText), []);
      assert.match(driftMarkdown(result, 'here', '1.sql'), /^# Drift: here\n[\s\S]*```sql\n/);
    });
  });

  it('says which file could not be built, and which objects are half done', async () => {
    await withDatabase(async (db) => {
      await runMigration(db, 'CREATE TABLE t (id int); ALTER TABLE t ADD CONSTRAINT c CHECK (id > 0) NOT VALID;');
      const result = await drift(db, ['CREATE TABLE t (id int);', 'ALTER TABLE nobody ADD COLUMN a int;']);
      assert.deepEqual(
        result.unreplayed.map(({ file }) => file.name),
        ['1.sql'],
      );
      assert.deepEqual(texts(result), [
        'constraint c on public.t is only in the database, and it is NOT VALID; no migration makes it',
      ]);
      assert.deepEqual(
        result.halfDone.map(({ name }) => name),
        ['c on public.t'],
      );
    });
  });

  it('reads a database by its address, up to the migration that is asked for, and ends with 0, 1 or 2', async () => {
    const server = await startPgliteServer();
    const folder = new Folder({ 'm/1_a.sql': 'CREATE TABLE a (id int);\n', 'm/2_b.sql': 'CREATE TABLE b (id int);\n' });
    try {
      await server.database.exec('CREATE TABLE a (id int);');
      const cli = (...words: string[]) => runCli(['drift', 'm', '--url', server.url, ...words], { cwd: folder.path });
      const equal = await cli('--through', '1');
      assert.deepEqual([equal.code, equal.stdout.split(' ').slice(0, 2).join(' ')], [0, 'NO DRIFT']);
      const missing = await cli('--format', 'json');
      assert.equal(missing.code, 1);
      const [first] = (JSON.parse(missing.stdout) as { differences: { name: string; sql: { database: string } }[] })
        .differences;
      assert.deepEqual(
        [first?.name, first?.sql.database],
        ['public.b', 'CREATE TABLE IF NOT EXISTS public.b (id integer);'],
      );
      const sql = await cli('--sql', 'migrations');
      assert.match(sql.stdout, /^-- Read it.*\n\nDROP TABLE public\.b;\n$/);
    } finally {
      await server.close();
    }
    const none = await runCli(['drift', 'm', '--url', 'postgres://nobody@127.0.0.1:1/x'], { cwd: folder.path });
    assert.equal(none.code, 2);
    assert.equal((await runCli(['drift', 'm'], { cwd: folder.path })).code, 2);
  });
});
