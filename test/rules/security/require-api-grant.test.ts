import rule from '../../../rules/security/require-api-grant.js';
import { ruleTester } from '../../support/rule-tester.js';
import { between, granting, onSupabase, withholding } from '../support/supabase.js';

describe('require-api-grant', () => {
  const { valid, invalid } = ruleTester(rule);
  const made = 'CREATE TABLE parcels (id bigint PRIMARY KEY);';

  valid('a project that is none of Supabase', `CREATE ROLE app; ${made}`);
  valid('tables that came with rights', made, onSupabase(granting));
  valid('tables that may come with rights', made, onSupabase(between));
  valid('rights for a role', `${made} GRANT SELECT ON parcels TO authenticated;`, onSupabase(withholding));
  valid(
    'rights for the service alone',
    `${made} GRANT ALL ON public.parcels TO service_role;`,
    onSupabase(withholding),
  );
  valid(
    'rights on all tables',
    `${made} GRANT ALL ON ALL TABLES IN SCHEMA public TO authenticated;`,
    onSupabase(withholding),
  );
  valid(
    'default rights of the history',
    made,
    onSupabase(withholding, {
      history: ['ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO authenticated;'],
    }),
  );
  valid(
    'default rights of the file',
    `ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO service_role; ${made}`,
    onSupabase(withholding),
  );
  valid('another schema', 'CREATE TABLE app.parcels (id bigint);', onSupabase(withholding));
  valid(
    'a partition',
    'CREATE TABLE parcels_1 PARTITION OF parcels DEFAULT;',
    onSupabase(withholding, { history: ['CREATE TABLE parcels (id bigint) PARTITION BY LIST (id);'] }),
  );
  valid('a table that goes again', `${made} DROP TABLE parcels;`, onSupabase(withholding));
  valid(
    'a loop behind',
    `${made} DO $$ BEGIN EXECUTE format('GRANT ALL ON %I TO authenticated', 'parcels'); END $$;`,
    onSupabase(withholding),
  );

  invalid('tables that nobody is given rights on, once for the file', {
    sql: `CREATE TABLE «parcels» (id bigint PRIMARY KEY); CREATE TABLE labels (id bigint PRIMARY KEY);`,
    ...onSupabase(withholding),
    message: 'unreachable',
    severity: 'info',
    output: null,
  });
});
