import assert from 'node:assert/strict';
import { differenceText, rowDifference, schemaDifference } from '../../server/src/rehearsal/differences.js';
import { valueFor, type FillColumn } from '../../server/src/rehearsal/fill-values.js';
import { runnable } from '../../server/src/rehearsal/runnable.js';
import { KeptStates } from '../../server/src/rehearsal/states.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { parseDocument, parseStatement } from '../../server/src/sql/parse.js';
import { changesRoles, wayOut } from '../../server/src/sql/ways-out.js';

describe('what reaches beyond a database', () => {
  before(() => initParser());

  const silent = [
    'SELECT 1',
    'COPY t FROM STDIN',
    'COPY t TO STDOUT',
    "INSERT INTO notes VALUES ('COPY t FROM PROGRAM ''ls''')",
    "COMMENT ON TABLE t IS 'pg_read_file()'",
    'CREATE EXTENSION pgcrypto',
    'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
    "DO $$ BEGIN RAISE NOTICE 'copy'; END $$",
    'SELECT program FROM copies',
    'ALTER TABLE files ADD COLUMN lo_import int',
  ];
  for (const sql of silent) it(`is silent: ${sql}`, () => assert.equal(wayOut(parseStatement(sql)), undefined));

  const spoken: readonly (readonly [string, string])[] = [
    ["COPY t FROM PROGRAM 'id'", 'COPY … PROGRAM'],
    ["COPY (SELECT 1) TO '/tmp/x'", 'COPY with a file of the server'],
    ["SELECT pg_read_file('/etc/passwd')", 'pg_read_file()'],
    ["SELECT pg_catalog.lo_import('/etc/passwd')", 'lo_import()'],
    ["DO $$ BEGIN COPY t FROM PROGRAM 'id'; END $$", 'COPY … PROGRAM'],
    ["DO $$ BEGIN EXECUTE 'copy t from program ''id'''; END $$", 'COPY … PROGRAM'],
    ["DO $$ BEGIN PERFORM lo_import('/etc/passwd'); END $$", 'lo_import()'],
    ["CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'x', 'y'", 'LANGUAGE c'],
    ['CREATE EXTENSION dblink', 'CREATE EXTENSION dblink'],
    ["LOAD 'x'", 'LOAD'],
    ['ALTER SYSTEM SET work_mem = 1', 'ALTER SYSTEM'],
    ['CREATE DATABASE other', 'CREATE DATABASE'],
    ["WITH a AS (SELECT pg_ls_dir('/')) SELECT * FROM a", 'pg_ls_dir()'],
  ];
  for (const [sql, what] of spoken) it(`speaks: ${sql}`, () => assert.equal(wayOut(parseStatement(sql)), what));
});

describe('what changes roles of the whole server', () => {
  before(() => initParser());

  const silent = [
    'CREATE TABLE role (id int)',
    'GRANT SELECT ON t TO app',
    'REVOKE ALL ON SCHEMA public FROM PUBLIC',
    'DROP USER MAPPING FOR app SERVER s',
    "COMMENT ON TABLE t IS 'drop role app'",
    "DO $$ BEGIN RAISE NOTICE 'x'; END $$",
    "DO $$ BEGIN EXECUTE format('CREATE TABLE %I (a int)', 't'); END $$",
  ];
  for (const sql of silent) it(`is silent: ${sql}`, () => assert.equal(changesRoles(parseStatement(sql)), false));

  const spoken = [
    'CREATE ROLE app',
    'DROP /* a comment */ ROLE app',
    'DROP -- a comment\nUSER app',
    "ALTER USER app PASSWORD 'x'",
    'ALTER ROLE app SET work_mem = 1',
    'GRANT admin TO app',
    'REVOKE admin FROM app',
    'DROP OWNED BY app',
    'REASSIGN OWNED BY app TO other',
    "COMMENT ON ROLE app IS 'x'",
    'DO $$ BEGIN DROP ROLE app; END $$',
    "DO $$ BEGIN EXECUTE 'drop' || ' role app'; END $$",
    'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP ROLE app; END $$',
  ];
  for (const sql of spoken) it(`speaks: ${sql}`, () => assert.equal(changesRoles(parseStatement(sql)), true));
});

describe('statements in the transactions of a tool', () => {
  before(() => initParser());

  const within = (sql: string, scope: 'none' | 'per-file' | 'one-query'): (number | undefined)[] =>
    runnable(parseDocument(sql), [{ direction: 'up', span: { start: 0, end: sql.length }, scope }]).map(
      (each) => each.within,
    );

  it('runs each by itself where the tool opens none', () =>
    assert.deepEqual(within('SELECT 1; SELECT 2;', 'none'), [undefined, undefined]));
  it('runs a file in one', () => assert.deepEqual(within('SELECT 1; SELECT 2;', 'per-file'), [1, 1]));
  it('opens none for one statement that is one query', () =>
    assert.deepEqual(within('SELECT 1;', 'one-query'), [undefined]));
  it('goes on in the next behind a COMMIT of the file', () =>
    assert.deepEqual(within('SELECT 1; COMMIT; SELECT 2;', 'one-query'), [1, 1, 2]));
  it('does not send what stands in a placeholder, and rows of COPY', () => {
    const left = (sql: string): (string | undefined)[] => runnable(parseDocument(sql), []).map((each) => each.left);
    assert.ok(left('CREATE TABLE ${schema}.t (a int);')[0]?.includes('placeholder'));
    assert.ok(left('COPY t FROM stdin;\n1\n\\.\n')[0]?.includes('COPY FROM STDIN'));
  });
});

describe('differences of schemas', () => {
  const table = 'table public.t owner postgres';
  it('is silent where lines are the same in another order', () =>
    assert.deepEqual(schemaDifference([table, 'b'], ['b', table]), []));

  const cases: readonly (readonly [string, string | undefined, string | undefined, string])[] = [
    [
      'index',
      'index CREATE INDEX t_a ON public.t USING btree (a) valid t',
      undefined,
      'index t_a on public.t is missing',
    ],
    [
      'trigger',
      'trigger CREATE TRIGGER tr BEFORE UPDATE ON public.t FOR EACH ROW EXECUTE FUNCTION public.f() enabled D',
      'trigger CREATE TRIGGER tr BEFORE UPDATE ON public.t FOR EACH ROW EXECUTE FUNCTION public.f() enabled O',
      'trigger tr differs: it was "enabled D" and is "enabled O"',
    ],
    [
      'column',
      'column public.t.a integer default 1 collation',
      'column public.t.a integer collation',
      'column public.t.a differs: it was "integer default 1" and is "integer"',
    ],
    [
      'constraint',
      'constraint c on public.t CHECK ((a > 0))',
      'constraint c on public.t CHECK ((a > 0)) NOT VALID',
      'constraint c on public.t differs: it was "0))" and is "0)) NOT VALID"',
    ],
    ['policy', 'policy p on public.t r permissive t', undefined, 'policy p on public.t is missing'],
    ['comment', undefined, 'comment on table public.t: x', 'comment on table public.t is left behind'],
  ];
  for (const [name, was, is, text] of cases)
    it(name, () =>
      assert.deepEqual(
        schemaDifference(was === undefined ? [] : [was], is === undefined ? [] : [is]).map(differenceText),
        [text],
      ),
    );
});

describe('differences of rows', () => {
  const rows = (...list: string[]): Map<string, string[]> => new Map([['public.t', list]]);
  it('is silent on the same rows in another order', () =>
    assert.deepEqual(rowDifference(rows('{"a": 1}', '{"a": 2}'), rows('{"a": 2}', '{"a": 1}')), []));
  it('counts rows that are twice there', () =>
    assert.equal(rowDifference(rows('{"a": 1}', '{"a": 1}'), rows('{"a": 1}')).length, 1));
  it('takes rows that were written meanwhile by the columns that both have', () =>
    assert.deepEqual(rowDifference(rows('{"a": 1}'), rows('{"a": 1}', '{"a": 5}'), rows('{"a": 5, "b": 2}')), []));
  it('misses rows that were written meanwhile', () =>
    assert.match(
      rowDifference(rows('{"a": 1}'), rows('{"a": 1}'), rows('{"a": 5}'))[0]?.object ?? '',
      /written to public.t in between/,
    ));
  it('sees a value that has changed', () =>
    assert.equal(rowDifference(rows('{"a": 1}'), rows('{"a": 2}'))[0]?.was, 'a 1'));
});

describe('values for columns', () => {
  const column = (type: string, more: Partial<FillColumn> = {}): FillColumn => ({
    ...{
      name: 'c',
      type,
      isArray: false,
      kind: 'b',
      labels: null,
      length: -1,
      precision: -1,
      scale: -1,
      notNull: false,
    },
    ...{ hasDefault: false, identity: '', generated: false, isKey: false, candidates: [] },
    ...more,
  });
  it('begins with NULL, where it may stand', () => {
    assert.equal(valueFor(column('text'), 0, 'edges'), 'NULL');
    assert.notEqual(valueFor(column('text', { notNull: true }), 0, 'edges'), 'NULL');
  });
  it('has the empty, the longest and Unicode', () =>
    assert.deepEqual(
      [1, 2, 3].map((at) => valueFor(column('varchar', { length: 4 }), at, 'edges')),
      ["''", "'xxxx'", "'Zoë '"],
    ));
  it('keeps to a length and to labels', () => {
    assert.equal(valueFor(column('varchar', { length: 2, name: 'country' }), 5, 'plain'), "'a5'");
    assert.equal(valueFor(column('mood', { kind: 'e', labels: ['sad', 'ok'] }), 3, 'plain'), "'ok'");
  });
  it('has no value of a type that it does not know', () =>
    assert.equal(valueFor(column('strange', { notNull: true }), 3, 'plain'), undefined));
});

describe('kept states', () => {
  it('stay below their bound, the last one longest', () => {
    const states = new KeptStates(10);
    const kept = (size: number): { bytes: Uint8Array<ArrayBuffer> } => ({ bytes: new Uint8Array(size) });
    states.set('a', kept(4));
    states.set('b', kept(4));
    assert.ok(states.get('a'));
    states.set('c', kept(4));
    assert.equal(states.get('b'), undefined);
    assert.ok(states.get('a') && states.get('c'));
    assert.equal(states.size, 8);
  });
});
