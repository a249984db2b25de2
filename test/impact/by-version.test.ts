import assert from 'node:assert/strict';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { withDatabase } from '../support/pglite.js';
import { formSetup, newerForms, olderForms } from './support/newer-forms.js';
import { refusedOn } from './support/refused-on.js';

const versions = [14, 15, 16, 17, 18];

describe('what a version of PostgreSQL does not have', () => {
  before(initParser);

  for (const form of olderForms) {
    it(`is not in: ${form}`, () => {
      assert.deepEqual(
        versions.flatMap((version) => refusedOn(form, version)?.message ?? []),
        [],
      );
    });
  }

  for (const [since, forms] of Object.entries(newerForms)) {
    for (const form of forms) {
      it(`came with ${since}: ${form}`, () => {
        const sql = form.replace(/^!/, '');
        const taken = versions.filter((version) => refusedOn(sql, version) === undefined);
        assert.equal(taken[0], Number(since));
        const before = refusedOn(sql, Number(since) - 1);
        assert.ok(before?.certain && before.message.includes(`PostgreSQL ${since}`), before?.message);
      });
    }
  }

  it('is what the embedded PostgreSQL 18 has', async () => {
    const wrong: string[] = [];
    for (const form of [...Object.values(newerForms).flat(), ...olderForms].filter((each) => !each.startsWith('!'))) {
      await withDatabase(async (db) => {
        await db.exec(formSetup);
        await db.exec(form).catch((error: Error) => wrong.push(`${form}: ${error.message}`));
      });
    }
    assert.deepEqual(wrong, []);
  });

  it('may be in an extension that Airlock does not know', () => {
    const said = (extension: string) => refusedOn('SELECT any_value(a) FROM t', 15, [`CREATE EXTENSION ${extension}`]);
    assert.equal(said('pg_trgm')?.certain, true);
    assert.equal(said('vector')?.certain, true);
    assert.equal(said('timescaledb')?.certain, false);
    assert.equal(said('timescaledb')?.doubt, 'the extension timescaledb brings');
    assert.equal(
      refusedOn('SELECT pg_catalog.any_value(a) FROM t', 15, ['CREATE EXTENSION timescaledb'])?.certain,
      true,
    );
    assert.equal(refusedOn('SELECT * FROM (SELECT 1)', 15, ['CREATE EXTENSION timescaledb'])?.certain, true);
  });

  it('may have been made by SQL that nobody can read', () => {
    const unread = ["DO $$ BEGIN EXECUTE 'CREATE FUNCTION ' || 'any_value(int) RETURNS int …'; END $$"];
    assert.equal(refusedOn('SELECT any_value(a) FROM t', 15, unread)?.certain, false);
  });

  it('is not certain where nobody has said the version', () => {
    const failure = refusedOn('SELECT any_value(a) FROM t', 14, [], true);
    assert.equal(failure?.certain, false);
    assert.equal(failure?.doubt, undefined);
  });

  it('is gone in later ones', () => {
    for (const [sql, last] of [
      ["SELECT pg_start_backup('x')", 14],
      ['SELECT pg_is_in_backup()', 14],
      ['SET force_parallel_mode = off', 15],
      ['ALTER SYSTEM SET old_snapshot_threshold = 1', 16],
    ] as const) {
      assert.deepEqual(
        versions.filter((version) => refusedOn(sql, version) === undefined),
        versions.filter((version) => version <= last),
        sql,
      );
    }
  });

  it('says where it stands', () => {
    const at = (sql: string) => {
      const span = refusedOn(sql, 14)?.at;
      return span && sql.slice(span.start, span.end);
    };
    assert.equal(at('SELECT 1, any_value(a) FROM t'), 'any_value');
    assert.equal(at('ALTER TABLE t ADD COLUMN z int DEFAULT 1_000'), '1_000');
    assert.equal(at('CREATE TABLE g (id int, a text STORAGE main)'), 'STORAGE');
    assert.equal(at('COPY t TO STDOUT WITH (FORMAT csv, LOG_VERBOSITY verbose)'), 'LOG_VERBOSITY');
    assert.equal(at('CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT any_value(a) FROM t $$'), 'any_value');
  });
});
