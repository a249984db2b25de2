import rule from '../../../rules/security/no-disable-row-security.js';
import { ruleTester } from '../../support/rule-tester.js';
import { granting, onSupabase, withholding } from '../support/supabase.js';

describe('no-disable-row-security', () => {
  const { valid, invalid } = ruleTester(rule);
  const made = 'CREATE TABLE orders (id bigint PRIMARY KEY, tenant text);';
  const guarded = `${made} ALTER TABLE orders ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON orders USING (tenant = current_user);`;
  const history = [guarded];
  const off = 'ALTER TABLE orders DISABLE ROW LEVEL SECURITY;';

  valid('a project that never says who may do what', 'ALTER TABLE orders DISABLE ROW LEVEL SECURITY;', {
    history: [made],
  });
  valid('a table that never had it', `GRANT SELECT ON orders TO app; ${off}`, { history: [made] });
  valid('a table that the same file makes', `${guarded} ${off}`);
  valid(
    'a table for which it comes back',
    `${off} UPDATE orders SET tenant = ''; ALTER TABLE orders ENABLE ROW LEVEL SECURITY;`,
    { history },
  );
  valid('a table that goes', `${off} DROP TABLE orders;`, { history });
  valid('NO FORCE where no FORCE was', 'ALTER TABLE orders NO FORCE ROW LEVEL SECURITY;', { history });
  valid('a body that runs later', `CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ ${off} $$;`, { history });
  valid('roles that are bound', 'CREATE ROLE app LOGIN; ALTER ROLE app NOBYPASSRLS; ALTER ROLE app CREATEDB;');

  invalid('a table with policies', {
    sql: `ALTER TABLE orders «DISABLE ROW LEVEL SECURITY»;`,
    history,
    message: 'disables',
    severity: 'warning',
    output: null,
  });
  invalid('a table of which no file shows more', {
    sql: `GRANT SELECT ON orders TO app; ALTER TABLE orders «DISABLE ROW LEVEL SECURITY»;`,
    message: 'disables',
    output: null,
  });
  invalid('a table that everybody may write to', {
    sql: `ALTER TABLE orders «DISABLE ROW LEVEL SECURITY»;`,
    history: [...history, 'GRANT SELECT, UPDATE ON orders TO PUBLIC;'],
    message: 'opens',
    severity: 'error',
    output: null,
  });
  invalid('one that everybody may write to by default rights', {
    sql: `ALTER TABLE orders «DISABLE ROW LEVEL SECURITY»;`,
    history: ['ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO PUBLIC;', ...history],
    message: 'opens',
    severity: 'error',
    output: null,
  });
  invalid('one whose rights are taken back', {
    sql: `ALTER TABLE orders «DISABLE ROW LEVEL SECURITY»; REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC;`,
    history: [...history, 'GRANT ALL ON TABLE public.orders TO PUBLIC;'],
    message: 'disables',
    severity: 'warning',
    output: null,
  });
  invalid('a table of Supabase’s API, which had all rights from its making on', {
    sql: `ALTER TABLE orders «DISABLE ROW LEVEL SECURITY»;`,
    ...onSupabase(withholding, { history, historyPaths: ['supabase/migrations/20240101000000_orders.sql'] }),
    message: 'opens',
    severity: 'error',
    output: null,
  });
  invalid('one that was made since none has rights', {
    sql: `ALTER TABLE orders «DISABLE ROW LEVEL SECURITY»;`,
    ...onSupabase(withholding, { history, historyPaths: ['supabase/migrations/20261031000000_orders.sql'] }),
    message: 'disables',
    severity: 'warning',
    output: null,
  });
  invalid('one of another schema', {
    sql: `ALTER TABLE app.orders «DISABLE ROW LEVEL SECURITY»;`,
    ...onSupabase(granting, {
      history: [guarded.replaceAll('orders', 'app.orders')],
      historyPaths: ['supabase/migrations/20240101000000_orders.sql'],
    }),
    message: 'disables',
    output: null,
  });
  invalid('FORCE that goes', {
    sql: 'ALTER TABLE orders «NO FORCE ROW LEVEL SECURITY»;',
    history: [...history, 'ALTER TABLE orders FORCE ROW LEVEL SECURITY;'],
    message: 'ownerGoesFree',
    output: null,
  });
  invalid('a role that passes by policies from here on', {
    sql: '«ALTER ROLE app BYPASSRLS»; «CREATE ROLE support LOGIN BYPASSRLS»;',
    history,
    message: ['passesBy', 'passesBy'],
    output: null,
  });
});
