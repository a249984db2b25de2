import assert from 'node:assert/strict';
import rule from '../../../rules/security/require-definer-search-path.js';
import type { AnyRule } from '../../../rules/engine/define-rule.js';
import { applyEdits } from '../../../server/src/analysis/fix-edits.js';
import { analyzeSql } from '../../support/analyze-sql.js';
import { runMigration, scalar, withDatabase } from '../../support/pglite.js';
import { ruleTester } from '../../support/rule-tester.js';
import { granting, onSupabase } from '../support/supabase.js';

const made = 'CREATE TABLE orders (id bigint PRIMARY KEY, note text); GRANT SELECT ON orders TO app;';

/** In: options and body of a function that has the rights of its owner. */
function total(options = '', body = 'SELECT count(*) FROM orders'): string {
  return `CREATE FUNCTION total() RETURNS bigint LANGUAGE sql SECURITY DEFINER${options} AS $$ ${body} $$;`;
}

describe('require-definer-search-path', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [made];
  const bound = total(" SET search_path = ''", 'SELECT count(*) FROM public.orders');

  valid('a project that never says who may do what', total(), {
    history: ['CREATE TABLE orders (id bigint PRIMARY KEY);'],
  });
  valid('a function with the rights of its caller', total().replace(' SECURITY DEFINER', ''), { history });
  valid('an empty search_path', bound, { history });
  valid('one with pg_temp at its end', total(' SET search_path = public, pg_temp'), { history });
  valid('one string of several schemas', total(" SET search_path = 'public, pg_temp'"), { history });
  valid('that of the session that makes it', total(' SET search_path FROM CURRENT'), { history });
  valid('ALTER FUNCTION behind it', `${total()} ALTER FUNCTION public.total() SET search_path = public, pg_temp;`, {
    history,
  });
  valid('a function that gets the rights of its caller', `${total()} ALTER FUNCTION total SECURITY INVOKER;`, {
    history,
  });
  valid('a function that goes again', `${total()} DROP FUNCTION total();`, { history });
  valid(
    'names that are looked up once',
    'CREATE FUNCTION total() RETURNS bigint LANGUAGE sql SECURITY DEFINER BEGIN ATOMIC SELECT count(*) FROM orders; END;',
    { history },
  );
  valid('a function in C', "CREATE FUNCTION total() RETURNS bigint LANGUAGE c SECURITY DEFINER AS 'total';", {
    history,
  });
  valid(
    'public alone, where nobody makes temporary tables',
    total(' SET search_path = public'),
    onSupabase(granting, { history }),
  );
  valid(
    'public alone, where all names have their schema',
    total(' SET search_path = public', 'SELECT count(*) FROM public.orders'),
    { history },
  );
  valid('ALTER FUNCTION with both', 'ALTER FUNCTION total SECURITY DEFINER SET search_path = public, pg_temp;', {
    history,
  });
  valid('ALTER FUNCTION of one that has a path', 'ALTER FUNCTION total SECURITY DEFINER;', {
    history: [...history, bound.replace(' SECURITY DEFINER', '')],
  });
  valid('other changes of a function', 'ALTER FUNCTION total COST 10; ALTER FUNCTION total RESET ALL;', { history });
  valid(
    'a procedure that has a path',
    'CREATE PROCEDURE tidy() LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ BEGIN NULL; END $$;',
    { history },
  );

  invalid('a table without its schema', {
    sql: total().replace('SECURITY DEFINER', '«SECURITY DEFINER»'),
    history,
    message: 'tables',
    severity: 'warning',
    output: total(' SET search_path = pg_catalog, public, pg_temp'),
  });
  invalid('a table without its schema on Supabase, whose extensions have one of their own', {
    sql: total().replace('SECURITY DEFINER', '«security definer»').toLowerCase(),
    ...onSupabase(granting, { history }),
    message: 'tables',
    severity: 'warning',
    output: total(' set search_path = pg_catalog, public, extensions, pg_temp').toLowerCase(),
  });
  invalid('a table of which no file shows the schema', {
    sql: total('', 'SELECT count(*) FROM parcels').replace('SECURITY DEFINER', '«SECURITY DEFINER»'),
    history,
    message: 'tables',
    output: null,
  });
  invalid('a body whose names all have their schema', {
    sql: total('', 'SELECT count(*) FROM public.orders').replace('SECURITY DEFINER', '«SECURITY DEFINER»'),
    history,
    message: 'calls',
    severity: 'info',
    output: bound,
  });
  invalid('a function of another schema, which may look for names there', {
    sql: total('', 'SELECT app.counted() FROM public.orders').replace('SECURITY DEFINER', '«SECURITY DEFINER»'),
    history: [
      ...history,
      'CREATE FUNCTION app.counted() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM lists $$;',
    ],
    message: 'calls',
    severity: 'info',
    output: null,
  });
  invalid('SQL that is put together', {
    sql: "CREATE PROCEDURE tidy() LANGUAGE plpgsql «SECURITY DEFINER» AS $$ BEGIN EXECUTE 'DELETE FROM ' || (SELECT 'orders'); END $$;",
    history,
    message: 'names',
    severity: 'warning',
    output: null,
  });
  invalid('a function of triggers, which may not be called', {
    sql: 'CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql «SECURITY DEFINER» AS $$ BEGIN INSERT INTO orders VALUES (NEW.id); RETURN NEW; END $$;',
    history,
    message: 'tables',
    output:
      'CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$ BEGIN INSERT INTO orders VALUES (NEW.id); RETURN NEW; END $$;',
  });
  invalid('a path that CREATE OR REPLACE takes away', {
    sql: total().replace('CREATE', 'CREATE OR REPLACE').replace('SECURITY DEFINER', '«SECURITY DEFINER»'),
    history: [...history, total(), 'ALTER FUNCTION total() SET search_path = public, pg_temp;'],
    message: 'loses',
    severity: 'warning',
    output: total(' SET search_path = pg_catalog, public, pg_temp').replace('CREATE', 'CREATE OR REPLACE'),
  });
  invalid('a path in front of which temporary tables come', {
    sql: total(' SET search_path = public').replace('SECURITY DEFINER', '«SECURITY DEFINER»'),
    history,
    message: 'temporary',
    severity: 'info',
    output: null,
  });
  invalid('ALTER FUNCTION', {
    sql: '«ALTER FUNCTION total() SECURITY DEFINER»;',
    history: [...history, total().replace(' SECURITY DEFINER', '')],
    message: 'alters',
    output: null,
  });
  invalid('a path that goes', {
    sql: '«ALTER FUNCTION total() RESET search_path»;',
    history: [...history, bound],
    message: 'resets',
    output: null,
  });

  it('says who may run it, where that is everybody', () => {
    const messageOf = (sql: string, more = history): string =>
      analyzeSql(sql, { history: more }, [rule as unknown as AnyRule]).findings[0]?.message ?? '';
    const words = 'Everybody may run it (PUBLIC) until EXECUTE is revoked.';
    assert.ok(messageOf(total()).includes(words));
    assert.ok(!messageOf(`${total()} REVOKE EXECUTE ON FUNCTION total() FROM PUBLIC;`).includes(words));
    assert.ok(!messageOf(`${total()} REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;`).includes(words));
    // What is replaced keeps the rights that it had.
    assert.ok(!messageOf(total().replace('CREATE', 'CREATE OR REPLACE'), [...history, total()]).includes(words));
  });

  describe('its fix, on PostgreSQL', () => {
    const logged = `
      CREATE TABLE log (id bigint, what text); CREATE TABLE orders (id bigint PRIMARY KEY, note text);
      CREATE FUNCTION write_log() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log VALUES (NEW.id, 'new'); RETURN NEW; END $$;
      GRANT SELECT ON orders TO PUBLIC;`;
    const trigger = 'CREATE TRIGGER log AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION write_log();';
    const enumeration =
      "CREATE TYPE mood AS ENUM ('good', 'bad'); CREATE TABLE moods (mood mood); INSERT INTO moods VALUES ('good');";
    /** A history, a function add(bigint), and the search_path that the fix sets. */
    const cases: readonly (readonly [title: string, history: string, body: string, path: string])[] = [
      [
        'names with their schema',
        logged,
        "INSERT INTO public.orders VALUES ($1, upper('a')); SELECT count(*) FROM public.orders;",
        "''",
      ],
      [
        'names without a schema',
        logged,
        "INSERT INTO orders VALUES ($1, 'a'); SELECT count(*) FROM orders;",
        'pg_catalog, public, pg_temp',
      ],
      [
        'a trigger that names a table without its schema',
        logged + trigger,
        "INSERT INTO public.orders VALUES ($1, 'a'); SELECT count(*) FROM public.log;",
        'pg_catalog, public, pg_temp',
      ],
      [
        'a function that does',
        `${logged} CREATE FUNCTION logs() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) + 1 FROM log $$;`,
        'SELECT public.logs() FROM (SELECT $1) AS one;',
        'pg_catalog, public, pg_temp',
      ],
      [
        'values of an enum',
        logged + enumeration,
        "SELECT count(*) FROM public.moods WHERE mood = 'good' AND $1 > 0;",
        "''",
      ],
      [
        'a type without its schema',
        logged + enumeration,
        "SELECT count(*) FROM public.moods WHERE mood = 'good'::mood AND $1 > 0;",
        'pg_catalog, public, pg_temp',
      ],
    ];
    for (const [title, before, body, path] of cases)
      it(`does the same with ${title}`, () =>
        withDatabase(async (db) => {
          const sql = `CREATE FUNCTION add(bigint) RETURNS bigint LANGUAGE sql SECURITY DEFINER AS $$ ${body} $$;`;
          const [finding] = analyzeSql(sql, { history: [before] }, [rule as unknown as AnyRule]).findings;
          const fixed = applyEdits(sql, finding?.fixes[0]?.edits ?? []);
          assert.ok(fixed.includes(`SET search_path = ${path} `), fixed);
          await runMigration(db, `${before} ${fixed}`);
          assert.equal(Number(await scalar(db, 'SELECT add(1)')), 1);
          assert.equal(
            Number(
              await scalar(
                db,
                "SELECT count(*) FROM pg_proc WHERE proname = 'add' AND prosecdef AND proconfig IS NOT NULL",
              ),
            ),
            1,
          );
        }));
  });
});
