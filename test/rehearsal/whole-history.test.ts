import assert from 'node:assert/strict';
import { differenceText } from '../../server/src/rehearsal/differences.js';
import { EmbeddedEngine } from '../../server/src/rehearsal/pglite/engine.js';
import { type FileResult, type RehearsedFile, rehearse } from '../../server/src/rehearsal/rehearse.js';
import { runnable } from '../../server/src/rehearsal/runnable.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { parseDocument } from '../../server/src/sql/parse.js';

/** Files with their ways back, one after the other. */
type Files = readonly (readonly [up: string, down?: string])[];

let opened = 0;

/** Counts how often a database is brought back by opening it anew. */
class Counting extends EmbeddedEngine {
  override open(state?: Parameters<EmbeddedEngine['open']>[0]): Promise<void> {
    opened += 1;
    return super.open(state);
  }
}

const engine = new Counting();
const statements = (sql: string) => runnable(parseDocument(sql), []);

async function rehearsed(files: Files): Promise<readonly FileResult[]> {
  const given = files.map(
    ([up, down], index): RehearsedFile => ({
      path: `/${index}`,
      name: String(index),
      statements: statements(up),
      rehearse: true,
      wayBack: () =>
        down === undefined ? undefined : { by: 'author', isPartial: false, statements: statements(down) },
    }),
  );
  return (await rehearse(engine, { files: given, extensions: [], limitMs: 5000 })).files;
}

const said = ({ back }: FileResult): string[] => [
  ...(back?.stopped ? [back.stopped.message] : []),
  ...(back?.differences ?? []).map(differenceText),
  ...(back?.losses ?? []).map((loss) => `lost: ${differenceText(loss)}`),
];

describe('rehearsing a whole history', () => {
  before(() => initParser());
  after(() => engine.close());

  it('takes what a migration raises by itself for a matter of the rows that were made', async () => {
    const [, checks] = await rehearsed([
      ['CREATE TABLE sent (id int PRIMARY KEY, sent_at timestamptz)'],
      [
        `DO $$ BEGIN IF EXISTS (SELECT FROM sent) THEN RAISE EXCEPTION 'found messages in flight'; END IF; END $$;
         ALTER TABLE sent ALTER sent_at SET NOT NULL`,
        'ALTER TABLE sent ALTER sent_at DROP NOT NULL',
      ],
    ]);
    assert.equal(checks?.up.stopped, undefined);
    assert.equal(checks?.refusedRows, 'found messages in flight');
    assert.deepEqual(checks && said(checks), []);
  });

  it('goes on behind a file that is refused with what PostgreSQL takes of it', async () => {
    const [, refused, next] = await rehearsed([
      ['CREATE TABLE a (id int PRIMARY KEY)'],
      ['CREATE TABLE b (id int PRIMARY KEY); ALTER TABLE missing ADD x int; CREATE TABLE c (id int)'],
      ['ALTER TABLE b ADD note text; ALTER TABLE c ADD note text', 'ALTER TABLE c DROP note; ALTER TABLE b DROP note'],
    ]);
    assert.equal(refused?.up.stopped?.code, '42P01');
    assert.equal(next?.up.stopped, undefined);
    assert.deepEqual(next && said(next), []);
  });

  it('runs LOCK TABLE outside of a transaction as the tool does, which PostgreSQL refuses', async () => {
    const [, locked] = await rehearsed([['CREATE TABLE a (id int PRIMARY KEY)'], ['LOCK TABLE a']]);
    assert.equal(locked?.up.stopped?.code, '25P01');
  });

  it('does not take for a difference what triggers did with rows that were written in between', async () => {
    const log = `CREATE TABLE orders (id int PRIMARY KEY, total int); CREATE TABLE log (what text);
      CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO log VALUES (NEW.total); DELETE FROM log WHERE what = '1'; RETURN NULL; END $$;
      CREATE TRIGGER noted AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION noted();`;
    const [, good, bad] = await rehearsed([
      [log],
      ['ALTER TABLE orders ADD note text', 'ALTER TABLE orders DROP note'],
      ['ALTER TABLE orders ADD more text', 'ALTER TABLE orders DROP more; DELETE FROM log'],
    ]);
    assert.deepEqual(good && said(good), []);
    assert.match(bad ? said(bad).join() : '', /rows of public\.log differ/);
  });

  it('knows a dropped column whose type stands in a schema', async () => {
    const [, dropped] = await rehearsed([
      [`CREATE TYPE carrier AS ENUM ('a', 'b'); CREATE TABLE phones (id int PRIMARY KEY, carrier carrier)`],
      ['ALTER TABLE phones DROP carrier', 'ALTER TABLE phones ADD carrier carrier'],
    ]);
    assert.deepEqual(dropped?.back?.differences, []);
    assert.match(dropped ? said(dropped).join() : '', /^lost: \d+ of \d+ rows of public\.phones/);
  });

  it('does not expect the rows of a table that the migration itself drops and makes again', async () => {
    const [, again, other, column] = await rehearsed([
      ['CREATE TABLE nonce (id int PRIMARY KEY, at timestamptz)'],
      [
        'DROP TABLE nonce; CREATE TABLE nonce (id text PRIMARY KEY, at timestamptz)',
        'DROP TABLE nonce; CREATE TABLE nonce (id int PRIMARY KEY, at timestamptz)',
      ],
      ['ALTER TABLE nonce ADD note text', 'ALTER TABLE nonce DROP note; DELETE FROM nonce'],
      [
        'ALTER TABLE nonce DROP at; ALTER TABLE nonce ADD at uuid',
        'ALTER TABLE nonce DROP at; ALTER TABLE nonce ADD at timestamptz',
      ],
    ]);
    assert.deepEqual(again?.back?.differences, []);
    assert.match(again ? said(again).join() : '', /^lost: 12 of 12 rows of public\.nonce/);
    assert.match(other ? said(other).join() : '', /^12 of 12 rows of public\.nonce differ/);
    assert.deepEqual(column?.back?.differences, []);
    assert.match(column ? said(column).join() : '', /^lost: \d+ of 12 rows of public\.nonce/);
  });

  it('does not take for a difference what a trigger made for rows before and not behind', async () => {
    const [, wider, narrowed] = await rehearsed([
      [
        `CREATE TABLE teams (id serial PRIMARY KEY, kind text); CREATE SEQUENCE parts;
         CREATE FUNCTION parts() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN EXECUTE format('CREATE TABLE events_%s (id int)', nextval('parts')); RETURN NULL; END $$;
         CREATE TRIGGER parts AFTER INSERT ON teams FOR EACH ROW EXECUTE FUNCTION parts()`,
      ],
      ['ALTER TABLE teams ADD wide text', 'ALTER TABLE teams DROP wide'],
      [
        'ALTER TABLE teams ADD note text',
        `DO $$ BEGIN IF (SELECT count(*) > 12 FROM teams) THEN RAISE EXCEPTION 'more'; END IF; END $$; ALTER TABLE teams DROP note`,
      ],
    ]);
    assert.deepEqual(wider && said(wider), []);
    assert.equal(narrowed?.back?.refusedByWrites, 'more');
    assert.deepEqual(narrowed && said(narrowed), []);
  });

  it('sees rows that change while PostgreSQL counts nothing', async () => {
    const [, silent] = await rehearsed([
      ['CREATE TABLE t (id int PRIMARY KEY, n int)'],
      ['CREATE INDEX i ON t (n)', 'DROP INDEX i; SET track_counts = off; UPDATE t SET n = 5'],
    ]);
    assert.match(silent ? said(silent).join() : '', /rows of public\.t differ/);
  });

  it('brings rows back without opening the database anew', async () => {
    const before = opened;
    const files = await rehearsed([
      [
        `CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n numeric(10, 2), at timestamptz, b bytea, j jsonb,
           twice numeric GENERATED ALWAYS AS (n * 2) STORED, a int[]);
         CREATE TABLE u (id int PRIMARY KEY, t int REFERENCES t);
         INSERT INTO t (n, at, b, j, a) VALUES (1.50, 'infinity', '\\x00ff', '{"a": null}', '{1,NULL}')`,
      ],
      ['UPDATE t SET n = 0, a = NULL', 'UPDATE t SET n = 7'],
      ['DELETE FROM u; DELETE FROM t', 'SELECT 1'],
      ['ALTER TABLE t ADD note text', 'ALTER TABLE t DROP note'],
    ]);
    assert.equal(opened - before, 1);
    assert.match(files[2] ? said(files[2]).join() : '', /lost: \d+ of \d+ rows of public\.t differ/);
    assert.deepEqual(files[3] && said(files[3]), []);
    assert.ok((files[3]?.rows ?? 0) >= 1);
  });
});
