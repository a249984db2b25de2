import rule from '../../../rules/security/require-row-security.js';
import { ruleTester } from '../../support/rule-tester.js';
import { between, granting, onSupabase, withholding } from '../support/supabase.js';

describe('require-row-security', () => {
  const { valid, invalid } = ruleTester(rule);
  const made = 'CREATE TABLE parcels (id bigint PRIMARY KEY);';

  valid('a project that is none of Supabase', `CREATE ROLE anon; ${made} GRANT ALL ON parcels TO PUBLIC;`);
  valid(
    'a table with row level security',
    `${made} ALTER TABLE public.parcels ENABLE ROW LEVEL SECURITY;`,
    onSupabase(granting),
  );
  valid('another schema', 'CREATE SCHEMA app; CREATE TABLE app.parcels (id bigint);', onSupabase(granting));
  valid(
    'a schema of the search_path',
    'SET search_path = app; CREATE TABLE parcels (id bigint);',
    onSupabase(granting),
  );
  valid('a temporary table', 'CREATE TEMP TABLE parcels (id bigint);', onSupabase(granting));
  valid('a table that goes again', `${made} DROP TABLE parcels;`, onSupabase(granting));
  valid('a table that moves to another schema', `${made} ALTER TABLE parcels SET SCHEMA app;`, onSupabase(granting));
  valid(
    'a table that is there already',
    'CREATE TABLE IF NOT EXISTS parcels (id bigint);',
    onSupabase(granting, { history: [made] }),
  );
  valid(
    'a table whose rights are taken away',
    `${made} REVOKE ALL ON parcels FROM anon, authenticated;`,
    onSupabase(granting),
  );
  valid(
    'the same where the project may give none',
    `${made} REVOKE ALL ON TABLE public.parcels FROM authenticated, anon;`,
    onSupabase(between),
  );
  valid('tables that come without rights', made, onSupabase(withholding));
  valid(
    'tables that come without rights by the history',
    made,
    onSupabase(between, {
      history: ['ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM anon, authenticated;'],
    }),
  );
  valid(
    'a loop behind that switches it on',
    `${made} DO $$ BEGIN EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', 'parcels'); END $$;`,
    onSupabase(granting),
  );
  valid('a function behind that switches it on', `${made} SELECT app.secure('parcels');`, onSupabase(granting));
  valid(
    'an event trigger that switches it on',
    made,
    onSupabase(granting, {
      history: [
        "CREATE FUNCTION secure() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', 'x'); END $$; CREATE EVENT TRIGGER secure ON ddl_command_end EXECUTE FUNCTION secure();",
      ],
    }),
  );
  valid(
    'a body that runs later',
    `CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ ${made} $$;`,
    onSupabase(granting),
  );

  invalid('a table that all callers of the API have', {
    sql: 'CREATE TABLE «public.parcels» (id bigint PRIMARY KEY);',
    ...onSupabase(granting),
    message: 'open',
    severity: 'error',
    output:
      'CREATE TABLE public.parcels (id bigint PRIMARY KEY);\nALTER TABLE public.parcels ENABLE ROW LEVEL SECURITY;',
  });
  invalid('one without its semicolon, in lower case', {
    sql: 'create table «"Parcels"» as select 1 as id',
    ...onSupabase(granting),
    message: 'open',
    output: 'create table "Parcels" as select 1 as id;\nalter table "Parcels" enable row level security',
  });
  invalid('a table whose rights for some are taken away', {
    sql: 'CREATE TABLE «parcels» (id bigint PRIMARY KEY); REVOKE ALL ON parcels FROM anon;',
    ...onSupabase(granting),
    message: 'open',
    severity: 'error',
    output:
      'CREATE TABLE parcels (id bigint PRIMARY KEY);\nALTER TABLE parcels ENABLE ROW LEVEL SECURITY; REVOKE ALL ON parcels FROM anon;',
  });
  invalid('a partition, for which no policy of its parent is asked', {
    sql: 'CREATE TABLE «parcels_1» PARTITION OF parcels DEFAULT;',
    ...onSupabase(granting, {
      history: [
        'CREATE TABLE parcels (id bigint) PARTITION BY LIST (id); ALTER TABLE parcels ENABLE ROW LEVEL SECURITY;',
      ],
    }),
    message: 'open',
    output: 'CREATE TABLE parcels_1 PARTITION OF parcels DEFAULT;\nALTER TABLE parcels_1 ENABLE ROW LEVEL SECURITY;',
  });
  invalid('a table that may be the API’s', {
    sql: 'CREATE TABLE «parcels» (id bigint PRIMARY KEY);',
    ...onSupabase(between),
    message: 'mayBeOpen',
    severity: 'warning',
    output: 'CREATE TABLE parcels (id bigint PRIMARY KEY);\nALTER TABLE parcels ENABLE ROW LEVEL SECURITY;',
  });
  invalid('a table that the file gives to those with a session', {
    sql: 'CREATE TABLE «parcels» (id bigint PRIMARY KEY); GRANT SELECT ON parcels TO authenticated;',
    ...onSupabase(withholding),
    message: 'open',
    severity: 'error',
    output:
      'CREATE TABLE parcels (id bigint PRIMARY KEY);\nALTER TABLE parcels ENABLE ROW LEVEL SECURITY; GRANT SELECT ON parcels TO authenticated;',
  });
  invalid('a table of another schema that the history gives to the API', {
    sql: 'CREATE TABLE «app.parcels» (id bigint PRIMARY KEY);',
    ...onSupabase(withholding, {
      history: [
        'CREATE SCHEMA app; ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT ALL ON TABLES TO anon, authenticated;',
      ],
    }),
    message: 'granted',
    severity: 'warning',
    output: 'CREATE TABLE app.parcels (id bigint PRIMARY KEY);\nALTER TABLE app.parcels ENABLE ROW LEVEL SECURITY;',
  });
  invalid('a table of another schema that the API may only read', {
    sql: 'CREATE TABLE «app.parcels» (id bigint PRIMARY KEY);',
    ...onSupabase(withholding, {
      history: ['ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO anon, authenticated;'],
    }),
    message: 'granted',
    severity: 'info',
    output: 'CREATE TABLE app.parcels (id bigint PRIMARY KEY);\nALTER TABLE app.parcels ENABLE ROW LEVEL SECURITY;',
  });
  invalid('a table that comes with rights by the history', {
    sql: 'CREATE TABLE «parcels» (id bigint PRIMARY KEY);',
    ...onSupabase(withholding, {
      history: ['ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO anon, authenticated, service_role;'],
    }),
    message: 'open',
    severity: 'error',
    output: 'CREATE TABLE parcels (id bigint PRIMARY KEY);\nALTER TABLE parcels ENABLE ROW LEVEL SECURITY;',
  });
});
