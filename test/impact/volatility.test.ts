import assert from 'node:assert/strict';
import { steadyFunctions, volatileFunctions } from '../../server/src/impact/builtin-functions.js';
import { volatilityOf } from '../../server/src/impact/volatility.js';
import { withDatabase } from '../support/pglite.js';
import { stateAfter } from '../support/schema-state.js';

describe('volatility', () => {
  it('of PostgreSQL’s own functions is what pg_proc says', async () => {
    const rows = await withDatabase(
      async (db) =>
        (
          await db.query<{ name: string; volatile: boolean }>(
            `SELECT proname AS name, bool_or(provolatile = 'v') AS volatile FROM pg_proc
             WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind = 'f' GROUP BY 1`,
          )
        ).rows,
    );
    const real = new Map(rows.map(({ name, volatile }) => [name, volatile]));
    assert.ok(real.size > 2000 && volatileFunctions.size > 100 && steadyFunctions.size > 500);
    const wronglySteady = [...steadyFunctions].filter((name) => real.get(name) === true);
    assert.deepEqual(wronglySteady, []);
    // Functions of modules that the embedded PostgreSQL lacks are not in its catalog.
    const wronglyVolatile = [...volatileFunctions].filter((name) => real.get(name) === false);
    assert.deepEqual(wronglyVolatile, []);
  });

  it('decides over every default as PostgreSQL does', async () => {
    const setup = `
      CREATE FUNCTION steady() RETURNS int STABLE LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
      CREATE FUNCTION fixed() RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
      CREATE FUNCTION loose() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
      CREATE SEQUENCE s; CREATE TABLE t (a int);`;
    const state = await stateAfter(setup);
    const defaults: Readonly<Record<string, string>> = {
      '1': 'int',
      "'x'": 'text',
      "'{}'": 'jsonb',
      '-1 + 2 * 3': 'int',
      NULL: 'int',
      'ARRAY[1, 2]': 'int[]',
      '(true AND false)': 'bool',
      "'2024-01-01'::date + 1": 'date',
      "INTERVAL '1 day'": 'interval',
      'now()': 'timestamptz',
      current_timestamp: 'timestamptz',
      CURRENT_DATE: 'date',
      'localtimestamp(0)': 'timestamp',
      "now() AT TIME ZONE 'utc'": 'timestamp',
      "now() + interval '1 day'": 'timestamptz',
      current_user: 'text',
      'transaction_timestamp()': 'timestamptz',
      'statement_timestamp()': 'timestamptz',
      'txid_current()': 'bigint',
      'clock_timestamp()': 'timestamptz',
      'timeofday()': 'text',
      'random()': 'float8',
      'gen_random_uuid()': 'uuid',
      'uuidv7()': 'uuid',
      "nextval('s')": 'bigint',
      'pg_catalog.random()': 'float8',
      'round(random())::int': 'int',
      "upper('a') || lower('B')": 'text',
      "coalesce(NULL, 'a')": 'text',
      'CASE WHEN random() < 2 THEN 1 ELSE 2 END': 'int',
      'greatest(1, 2)': 'int',
      'extract(year FROM now())': 'numeric',
      "md5('a')": 'text',
      "to_char(now(), 'YYYY')": 'text',
      'steady()': 'int',
      'fixed()': 'int',
      'loose()': 'int',
      'public.loose() + 1': 'int',
      "date_trunc('day', now())": 'timestamptz',
      "current_setting('TimeZone')": 'text',
      "set_config('a.b', 'c', true)": 'text',
      'pg_backend_pid()': 'int',
    };
    const wrong: string[] = [];
    await withDatabase(async (db) => {
      await db.exec(setup);
      for (const [expression, type] of Object.entries(defaults)) {
        const node = `SELECT relfilenode AS node FROM pg_class WHERE relname = 't'`;
        const { rows: before } = await db.query(node);
        await db.exec(`ALTER TABLE t ADD COLUMN c ${type} DEFAULT (${expression})`);
        const { rows: after } = await db.query(node);
        await db.exec('ALTER TABLE t DROP COLUMN c');
        const rewritten = JSON.stringify(before) !== JSON.stringify(after);
        const said = volatilityOf(expression, state).kind === 'volatile';
        if (said !== rewritten) wrong.push(`${expression} ${rewritten ? 'rewrites' : 'does not rewrite'}`);
      }
    });
    assert.deepEqual(wrong, []);
  });
});
