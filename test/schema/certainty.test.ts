import assert from 'node:assert/strict';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql } from '../support/analyze-sql.js';

/** "error no-failing-statement 42830" for each finding of the last file that says what PostgreSQL refuses. */
function refusals(...files: string[]): string[] {
  return analyzeSql(files.at(-1) ?? '', { history: files.slice(0, -1) }).findings.flatMap(
    ({ rule, severity, message }) =>
      rule === 'no-failing-statement' || rule === 'no-unknown-column'
        ? `${severity} ${rule} ${/error (\w{5})/.exec(message)?.[1]}`
        : [],
  );
}

describe('what is certain', () => {
  before(initParser);

  describe('of a table that is written with and without its schema', () => {
    const items = 'CREATE TABLE items (id int PRIMARY KEY); CREATE TABLE lines (id int PRIMARY KEY, a int, b int);';

    it('it is one table, whichever way it was made', () => {
      const change = (schema: string): string =>
        `ALTER TABLE ${schema}items ADD COLUMN version int NOT NULL DEFAULT 1; ALTER TABLE ${schema}items DROP CONSTRAINT items_pkey;
         ALTER TABLE ${schema}items ADD PRIMARY KEY (id, version);`;
      const key = (one: string, other: string): string =>
        `ALTER TABLE ${one}lines ADD FOREIGN KEY (a, b) REFERENCES ${other}items (id, version);`;
      assert.deepEqual(refusals(items, change('app.'), key('app.', '')), []);
      const there = items.replaceAll('TABLE ', 'TABLE app.');
      assert.deepEqual(refusals(there, change(''), key('', 'app.')), []);
      assert.deepEqual(refusals(items, 'ALTER TABLE app.items ADD COLUMN version int;', key('', '')), [
        'error no-failing-statement 42830',
      ]);
    });

    it('it is two where the history shows two, or says which one it means', () => {
      const both = `${items} CREATE TABLE app.items (id int, version int, UNIQUE (id, version));`;
      const key = (table: string): string =>
        `ALTER TABLE lines ADD FOREIGN KEY (a, b) REFERENCES ${table} (id, version);`;
      assert.deepEqual(refusals(both, key('app.items')), []);
      assert.deepEqual(refusals(both, key('items')), ['error no-unknown-column 42703']);
      assert.deepEqual(refusals(`SET search_path = shop; ${items}`, 'ALTER TABLE app.items DROP COLUMN gone;'), []);
      assert.deepEqual(refusals('CREATE TABLE public.items (id int);', 'ALTER TABLE app.items DROP COLUMN gone;'), []);
    });
  });

  describe('of functions that the migration calls', () => {
    const shop = `CREATE TABLE e (id int PRIMARY KEY);
      CREATE FUNCTION log_e() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
      CREATE TRIGGER e_log AFTER INSERT ON e FOR EACH ROW EXECUTE PROCEDURE log_e();`;
    const dropping = (body: string): string =>
      `CREATE FUNCTION drop_e() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ${body} END $$;`;
    const last = 'DROP FUNCTION log_e();';

    it('what a known one does has happened', () => {
      for (const call of ['SELECT drop_e();', 'DO $$ BEGIN PERFORM drop_e(); END $$;'])
        assert.deepEqual(refusals(shop, `${dropping('DROP TABLE IF EXISTS e;')} ${call}`, last), [], call);
      const nested = 'CREATE FUNCTION outer_e() RETURNS void LANGUAGE sql AS $$ SELECT drop_e() $$; SELECT outer_e();';
      assert.deepEqual(refusals(shop, `${dropping('DROP TABLE e;')} ${nested}`, last), []);
    });

    it('one that is not called has done nothing', () => {
      assert.deepEqual(refusals(shop, dropping('DROP TABLE IF EXISTS e;'), last), ['error no-failing-statement 2BP01']);
      assert.deepEqual(refusals(shop, "SELECT lower('x'), now();", last), ['error no-failing-statement 2BP01']);
    });

    it('after one that nobody can read, no refusal is certain', () => {
      for (const unread of [
        'SELECT prepare_release();',
        `${dropping("EXECUTE 'DROP TABLE ' || 'e';")} SELECT drop_e();`,
        "DO $$ BEGIN EXECUTE 'DROP TABLE ' || 'e'; END $$;",
        'CALL tidy_up();',
      ])
        assert.deepEqual(refusals(shop, unread, last), ['warning no-failing-statement 2BP01'], unread);
    });

    it('a function that calls itself ends', () => {
      const loop = 'CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ SELECT f() $$; SELECT f();';
      assert.deepEqual(refusals(shop, loop, last), ['warning no-failing-statement 2BP01']);
    });
  });

  it('is less of a table that may have been there before', () => {
    const change = 'ALTER TABLE t DROP COLUMN gone;';
    assert.deepEqual(refusals(`CREATE TABLE t (id int); ${change}`), ['error no-failing-statement 42703']);
    assert.deepEqual(refusals(`CREATE TABLE IF NOT EXISTS t (id int); ${change}`), [
      'warning no-failing-statement 42703',
    ]);
    assert.deepEqual(
      refusals('CREATE TABLE IF NOT EXISTS t (id int); ALTER TABLE t ADD COLUMN a uuid DEFAULT uuidv7();'),
      ['error no-failing-statement 42883'],
    );
  });
});
