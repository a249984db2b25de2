import assert from 'node:assert/strict';
import { applyDocument } from '../../server/src/analysis/replay.js';
import { SchemaState } from '../../server/src/schema/state.js';
import { parseDocument } from '../../server/src/sql/parse.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { stateAfter } from '../support/schema-state.js';
import { linesOf } from './support/schemas.js';

function named(name: string, schema?: string) {
  return { schema, name, span: undefined };
}

/** Runs SQL on a state as a file of its own. */
function run(state: SchemaState, sql: string): void {
  applyDocument(parseDocument(sql), state, []);
}

describe('the schema state', () => {
  before(initParser);

  it('is not changed by what a fork does, whatever it does', async () => {
    const base = await stateAfter(
      `CREATE TABLE a (id serial PRIMARY KEY, b int CHECK (b > 0)); CREATE INDEX i ON a (b);
       CREATE TABLE c (a_id int REFERENCES a); CREATE TYPE e AS ENUM ('x'); CREATE SCHEMA s;
       CREATE TABLE p (n int) PARTITION BY RANGE (n); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9);`,
    );
    const before = linesOf(base);
    for (const sql of [
      'ALTER TABLE a RENAME TO z; ALTER TABLE z RENAME b TO y; ALTER TABLE z DROP COLUMN y;',
      'ALTER TABLE a SET SCHEMA s; ALTER TABLE s.a ADD COLUMN n int; DROP TABLE s.a CASCADE;',
      'ALTER TABLE a RENAME CONSTRAINT a_pkey TO k; ALTER INDEX i RENAME TO j; DROP INDEX j;',
      'ALTER TABLE p ADD COLUMN m int; ALTER TABLE p DETACH PARTITION p1; DROP TABLE p;',
      "ALTER TYPE e ADD VALUE 'y'; DROP TYPE e;",
      'BEGIN; DROP TABLE c; ALTER TABLE a ALTER b SET NOT NULL; COMMIT;',
      'BEGIN; DROP TABLE c; SAVEPOINT s; DROP TABLE a; ROLLBACK TO s; ROLLBACK;',
    ]) {
      run(base.fork(), sql);
      assert.deepEqual(linesOf(base), before, sql);
    }
  });

  it('sees everything below it, however many files there were', () => {
    let state = new SchemaState();
    for (let file = 0; file < 40; file++) {
      state = state.fork();
      run(state, `CREATE TABLE t${file} (a int); ${file % 3 === 2 ? `DROP TABLE t${file - 1};` : ''}`);
      state.release += 1;
    }
    const tables = linesOf(state).filter((line) => line.startsWith('table '));
    assert.equal(tables.length, 40 - 13);
    assert.ok(state.table(named('t0')));
    assert.equal(state.table(named('t1')), undefined);
    assert.ok(state.table(named('t39')));
  });

  it('loses an EXCLUDE with a column that it compares, and keeps it with another', async () => {
    const sql =
      'CREATE TABLE t (id text, at int4range, x int, CONSTRAINT once EXCLUDE USING gist (id WITH =, at WITH &&));';
    const constraints = async (drop: string): Promise<string[]> => {
      const state = await stateAfter(sql);
      run(state, drop);
      return [...(state.table(named('t'))?.constraints.keys() ?? [])];
    };
    assert.deepEqual(await constraints('ALTER TABLE t DROP COLUMN at;'), []);
    assert.deepEqual(await constraints('ALTER TABLE t DROP COLUMN x;'), ['once']);
  });

  it('calls a table new while it is empty and of this release', async () => {
    const state = await stateAfter('CREATE TABLE old (a int);');
    run(
      state,
      `CREATE TABLE made (a int); CREATE TABLE filled AS SELECT 1 AS a; CREATE TABLE loaded (a int); INSERT INTO loaded SELECT 1 FROM old;
       CREATE TABLE one (a int); INSERT INTO one VALUES (1); CREATE TEMP TABLE temporary AS SELECT 1 AS a;`,
    );
    const names = ['old', 'unknown', 'made', 'one', 'filled', 'loaded', 'temporary'];
    assert.deepEqual(
      names.filter((name) => state.isNew(named(name))),
      ['made', 'one', 'temporary'],
    );
    assert.deepEqual(
      names.filter((name) => state.isUnused(named(name))),
      ['made', 'one', 'filled', 'loaded', 'temporary'],
    );
    state.release += 1;
    assert.deepEqual(
      names.filter((name) => state.isUnused(named(name))),
      ['temporary'],
    );
  });

  it('finds a name on the search path, and a temporary table before it', () => {
    const state = new SchemaState();
    run(
      state,
      'CREATE SCHEMA s; CREATE TABLE s.a (b int); CREATE TABLE a (c int); CREATE TEMP TABLE t (d int); CREATE TABLE t (e int);',
    );
    state.searchPath = ['s', 'public'];
    assert.equal(state.table(named('a'))?.schema, 's');
    assert.equal(state.table(named('a', 'public'))?.schema, 'public');
    assert.equal(state.table(named('t'))?.temporary, true);
    assert.equal(state.table(named('b')), undefined);
  });

  it('learns of a table that no migration has made, and knows that it does not know it whole', async () => {
    const state = await stateAfter('ALTER TABLE a ADD COLUMN b int NOT NULL DEFAULT 1; CREATE INDEX i ON a (c);');
    const table = state.table(named('a'));
    assert.equal(table?.complete, false);
    assert.deepEqual([...(table?.columns.keys() ?? [])], ['b']);
    assert.deepEqual([...(table?.indexes ?? [])], ['public.i']);
  });

  it('takes ROLLBACK TO a name that there is not for nothing', () => {
    const state = new SchemaState();
    run(state, 'BEGIN; CREATE TABLE a (b int); SAVEPOINT s; CREATE TABLE c (d int); ROLLBACK TO other; COMMIT;');
    assert.ok(state.table(named('a')) && state.table(named('c')));
  });

  it('keeps types, functions and sequences of a schema with a dot in its name apart from their schema', () => {
    const state = new SchemaState();
    run(
      state,
      `CREATE TYPE "a.b".mood AS ENUM ('x'); CREATE FUNCTION "a.b".f() RETURNS int LANGUAGE sql AS 'SELECT 1';
       ALTER TYPE "a.b".mood RENAME TO feeling; ALTER FUNCTION "a.b".f() RENAME TO g;
       CREATE TABLE "a.b".t (id serial); ALTER TABLE "a.b".t SET SCHEMA "c.d";`,
    );
    assert.equal(state.type(named('feeling', 'a.b'))?.name, 'feeling');
    assert.equal(state.type(named('mood', 'a.b')), undefined);
    assert.equal(state.function(named('g', 'a.b'))?.schema, 'a.b');
    assert.equal(state.relation(named('t_id_seq', 'c.d'))?.name, 't_id_seq');
  });

  it('goes back to the outer of two savepoints of one name only when the inner is released', () => {
    const state = new SchemaState();
    run(
      state,
      'BEGIN; SAVEPOINT s; CREATE TABLE a (x int); SAVEPOINT s; CREATE TABLE b (x int); RELEASE s; CREATE TABLE c (x int); ROLLBACK TO s; COMMIT;',
    );
    assert.deepEqual(linesOf(state), []);
  });
});
