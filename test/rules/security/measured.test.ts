import assert from 'node:assert/strict';
import { type Database, errorOf, runMigration, scalar, withDatabase } from '../../support/pglite.js';

/** What the rules of the category claim of PostgreSQL, run there: who gets at what. */
describe('security: what PostgreSQL does', () => {
  const base = `
    CREATE ROLE guest;
    GRANT USAGE, CREATE ON SCHEMA public TO guest;
    CREATE TABLE accounts (id int PRIMARY KEY, owner text, admin boolean NOT NULL);
    INSERT INTO accounts VALUES (1, 'ann', true), (2, 'guest', false);
  `;
  const withGuest = (use: (db: Database) => Promise<void>): Promise<void> =>
    withDatabase(async (db) => {
      await runMigration(db, base);
      try {
        await use(db);
      } finally {
        await db.exec('RESET ROLE; RESET search_path; DROP OWNED BY guest CASCADE; DROP ROLE guest;');
      }
    });
  const asGuest = async (db: Database, sql: string): Promise<unknown> => {
    await db.exec('SET ROLE guest');
    try {
      const results = await runMigration(db, sql);
      return Object.values(results.at(-1)?.rows[0] ?? {})[0];
    } finally {
      await db.exec('RESET ROLE');
    }
  };
  const isAdmin = (clause: string, table = 'accounts'): string => `
    CREATE OR REPLACE FUNCTION is_admin(who text) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER ${clause}
    AS $$ BEGIN RETURN (SELECT admin FROM ${table} WHERE lower(owner) = who); END $$;`;
  const inFront =
    "CREATE TEMP TABLE accounts AS SELECT 2 AS id, 'guest'::text AS owner, true AS admin; GRANT SELECT ON accounts TO PUBLIC;";

  describe('SECURITY DEFINER', () => {
    it('reads a temporary table of the caller in the place of its own', () =>
      withGuest(async (db) => {
        await runMigration(db, isAdmin(''));
        assert.equal(await asGuest(db, `${inFront} SELECT is_admin('guest')`), true);
        await db.exec('DROP TABLE pg_temp.accounts; DISCARD PLANS');
        assert.equal(await asGuest(db, "SELECT is_admin('guest')"), false);
      }));

    it('does so with a search_path that does not name pg_temp', () =>
      withGuest(async (db) => {
        await runMigration(db, isAdmin('SET search_path = public'));
        assert.equal(await asGuest(db, `${inFront} SELECT is_admin('guest')`), true);
      }));

    it('does not where pg_temp is the last of the search_path', () =>
      withGuest(async (db) => {
        await runMigration(db, isAdmin('SET search_path = pg_catalog, public, pg_temp'));
        assert.equal(await asGuest(db, `${inFront} SELECT is_admin('guest')`), false);
      }));

    it('does not where the table has its schema, with an empty search_path', () =>
      withGuest(async (db) => {
        await runMigration(db, isAdmin("SET search_path = ''", 'public.accounts'));
        assert.equal(await asGuest(db, `${inFront} SELECT is_admin('guest')`), false);
      }));

    it('calls a function of the caller in the place of a built-in one, though all tables have their schema', () =>
      withGuest(async (db) => {
        const own =
          "CREATE FUNCTION public.lower(text) RETURNS text LANGUAGE sql AS $$ SELECT CASE $1 WHEN 'ann' THEN 'guest' END $$; SET search_path = public, pg_catalog;";
        await runMigration(db, isAdmin('', 'public.accounts'));
        assert.equal(await asGuest(db, `${own} SELECT public.is_admin('guest')`), true);
        await db.exec('RESET search_path');
        await runMigration(db, isAdmin("SET search_path = ''", 'public.accounts'));
        assert.equal(await asGuest(db, "SET search_path = public, pg_catalog; SELECT public.is_admin('guest')"), false);
      }));

    it('is not reached so in a body of BEGIN ATOMIC, whose names are looked up once', () =>
      withGuest(async (db) => {
        await runMigration(
          db,
          'CREATE FUNCTION is_admin(who text) RETURNS boolean LANGUAGE sql SECURITY DEFINER BEGIN ATOMIC SELECT admin FROM accounts WHERE owner = who; END;',
        );
        assert.equal(await asGuest(db, `${inFront} SELECT is_admin('guest')`), false);
      }));

    it('loses the search_path of ALTER FUNCTION by CREATE OR REPLACE', () =>
      withGuest(async (db) => {
        await runMigration(db, `${isAdmin('')} ALTER FUNCTION is_admin SET search_path = '';`);
        const path = "SELECT proconfig::text FROM pg_proc WHERE proname = 'is_admin'";
        assert.equal(await scalar(db, path), '{"search_path=\\"\\""}');
        await runMigration(db, isAdmin(''));
        assert.equal(await scalar(db, path), null);
      }));

    it('is everybody’s to run, until EXECUTE is taken from PUBLIC', () =>
      withGuest(async (db) => {
        await runMigration(db, isAdmin("SET search_path = ''", 'public.accounts'));
        assert.equal(await asGuest(db, "SELECT is_admin('guest')"), false);
        await runMigration(db, 'REVOKE EXECUTE ON FUNCTION is_admin FROM PUBLIC;');
        await db.exec('SET ROLE guest');
        assert.equal((await errorOf(db, "SELECT is_admin('guest')")).code, '42501');
      }));
  });

  describe('row level security', () => {
    const guarded = `
      ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;
      CREATE POLICY own_rows ON accounts USING (owner = current_user);
      GRANT SELECT, INSERT, UPDATE, DELETE ON accounts TO PUBLIC;`;
    const seen = 'SELECT count(*)::int FROM accounts';

    it('keeps rows back until it is switched off', () =>
      withGuest(async (db) => {
        await runMigration(db, guarded);
        assert.equal(await asGuest(db, seen), 1);
        await runMigration(db, 'ALTER TABLE accounts DISABLE ROW LEVEL SECURITY;');
        assert.equal(await asGuest(db, seen), 2);
      }));

    it('binds the owner with FORCE alone', () =>
      withGuest(async (db) => {
        await runMigration(
          db,
          `${guarded} ALTER TABLE accounts FORCE ROW LEVEL SECURITY; ALTER TABLE accounts OWNER TO guest;`,
        );
        assert.equal(await asGuest(db, seen), 1);
        await runMigration(db, 'ALTER TABLE accounts NO FORCE ROW LEVEL SECURITY;');
        assert.equal(await asGuest(db, seen), 2);
      }));

    it('is nothing to a role with BYPASSRLS', () =>
      withGuest(async (db) => {
        await runMigration(db, `${guarded} ALTER ROLE guest BYPASSRLS;`);
        assert.equal(await asGuest(db, seen), 2);
      }));

    it('lets everything through where one policy is always true', () =>
      withGuest(async (db) => {
        await runMigration(db, `${guarded} CREATE POLICY service ON accounts FOR ALL USING (true);`);
        assert.equal(
          await asGuest(db, "UPDATE accounts SET owner = 'guest' RETURNING (SELECT count(*)::int FROM accounts)"),
          2,
        );
      }));

    it('is narrowed by a restrictive policy beside it', () =>
      withGuest(async (db) => {
        await runMigration(
          db,
          `${guarded} CREATE POLICY service ON accounts FOR ALL USING (true);
           CREATE POLICY own ON accounts AS RESTRICTIVE USING (owner = current_user);`,
        );
        assert.equal(await asGuest(db, seen), 1);
      }));

    it('is not asked by TRUNCATE', () =>
      withGuest(async (db) => {
        await runMigration(db, `${guarded} GRANT TRUNCATE ON accounts TO guest;`);
        await asGuest(db, 'TRUNCATE accounts');
        assert.equal(await scalar(db, seen), 0);
      }));
  });

  describe('views', () => {
    const guarded = `
      ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;
      CREATE POLICY own_rows ON accounts USING (owner = current_user);
      GRANT SELECT ON accounts TO guest;`;
    const seen = 'SELECT count(*)::int FROM shown';
    const view = (clause: string): string =>
      `CREATE OR REPLACE VIEW shown ${clause} AS SELECT * FROM accounts; GRANT SELECT ON shown TO guest;`;

    it('show all rows, with security_invoker those of the caller', () =>
      withGuest(async (db) => {
        await runMigration(db, `${guarded} ${view('')}`);
        assert.equal(await asGuest(db, seen), 2);
        await runMigration(db, 'ALTER VIEW shown SET (security_invoker = true);');
        assert.equal(await asGuest(db, seen), 1);
      }));

    it('lose security_invoker by CREATE OR REPLACE without it', () =>
      withGuest(async (db) => {
        await runMigration(db, `${guarded} ${view('WITH (security_invoker = true)')}`);
        assert.equal(await asGuest(db, seen), 1);
        await runMigration(db, view(''));
        assert.equal(await asGuest(db, seen), 2);
      }));

    it('show what their owner may see, who is bound by FORCE', () =>
      withGuest(async (db) => {
        await runMigration(
          db,
          `${guarded} CREATE ROLE keeper; GRANT CREATE ON SCHEMA public TO keeper;
           ALTER TABLE accounts OWNER TO keeper; ${view('')} ALTER VIEW shown OWNER TO keeper;`,
        );
        assert.equal(await asGuest(db, seen), 2);
        await runMigration(db, 'ALTER TABLE accounts FORCE ROW LEVEL SECURITY;');
        assert.notEqual(await asGuest(db, seen), 2);
        await db.exec('DROP OWNED BY keeper CASCADE; DROP ROLE keeper;');
      }));

    it('that are materialized keep a copy of all rows', () =>
      withGuest(async (db) => {
        await runMigration(
          db,
          `${guarded} CREATE MATERIALIZED VIEW shown AS SELECT * FROM accounts; GRANT SELECT ON shown TO guest;`,
        );
        assert.equal(await asGuest(db, seen), 2);
        assert.equal((await errorOf(db, 'ALTER TABLE shown ENABLE ROW LEVEL SECURITY;')).code, '42809');
      }));
  });
});
