import rule from '../../../rules/security/no-view-around-row-security.js';
import { ruleTester } from '../../support/rule-tester.js';
import { granting, onSupabase, withholding } from '../support/supabase.js';

describe('no-view-around-row-security', () => {
  const { valid, invalid } = ruleTester(rule);
  const made = 'CREATE TABLE orders (id bigint PRIMARY KEY, tenant text);';
  const guarded = `${made} ALTER TABLE orders ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON orders USING (tenant = current_user);`;
  const history = [guarded];
  const view = 'CREATE VIEW shown AS SELECT id FROM orders;';

  valid('a view that reads as the caller', view.replace(' AS', ' WITH (security_invoker) AS'), { history });
  valid('a view that does so from the next statement on', `${view} ALTER VIEW shown SET (security_invoker = on);`, {
    history,
  });
  valid('tables without row level security', view, { history: [`${made} GRANT SELECT ON orders TO app;`] });
  valid('a table whose owner is bound as well', view, {
    history: [...history, 'ALTER TABLE orders FORCE ROW LEVEL SECURITY;'],
  });
  valid('a view that gets another owner', `${view} ALTER VIEW shown OWNER TO reader;`, { history });
  valid('a view that goes again', `${view} DROP VIEW shown;`, { history });
  valid('a temporary view', view.replace('VIEW', 'TEMP VIEW'), { history });
  valid('a copy for roles that are given it', 'CREATE MATERIALIZED VIEW shown AS SELECT id FROM orders;', { history });
  valid(
    'a view of another schema',
    'CREATE VIEW app.shown AS SELECT id FROM orders;',
    onSupabase(granting, { history }),
  );
  valid(
    'a view that the API has no rights on',
    `${view} REVOKE ALL ON shown FROM anon, authenticated;`,
    onSupabase(granting, { history }),
  );
  valid('a view that comes without rights', view, onSupabase(withholding, { history }));
  valid('a view that its author has written out so', view.replace(' AS', ' WITH (security_invoker = false) AS'), {
    history,
  });
  valid('a table that a policy shows to everybody', view, {
    history: [...history, 'CREATE POLICY q ON orders FOR SELECT USING (true);'],
  });
  valid(
    'one that policies show to all roles of the API',
    view,
    onSupabase(granting, {
      history: [...history, 'CREATE POLICY q ON orders FOR SELECT TO anon, authenticated USING (true);'],
    }),
  );
  valid('security_invoker off where it was off', 'ALTER VIEW shown SET (security_invoker = off);', {
    history: [...history, view],
  });

  invalid('a view that reads as its owner', {
    sql: 'CREATE VIEW «shown» AS SELECT id FROM orders;',
    history,
    message: 'passesBy',
    severity: 'warning',
    output: 'CREATE VIEW shown WITH (security_invoker = true) AS SELECT id FROM orders;',
  });
  invalid('one with other options and columns', {
    sql: 'create or replace view «public.shown» (no) with (security_barrier) as select id as no from orders;',
    history,
    message: 'passesBy',
    output:
      'create or replace view public.shown (no) with (security_barrier, security_invoker = true) as select id as no from orders;',
  });
  invalid('one that reads as the caller and would no more', {
    sql: 'CREATE OR REPLACE VIEW «shown» AS SELECT id FROM orders;',
    history: [...history, view.replace(' AS', ' WITH (security_invoker = true) AS')],
    message: 'loses',
    output: 'CREATE OR REPLACE VIEW shown WITH (security_invoker = true) AS SELECT id FROM orders;',
  });
  invalid('a table that a policy shows to everybody, and a restrictive one keeps back', {
    sql: 'CREATE VIEW «shown» AS SELECT id FROM orders;',
    history: [
      ...history,
      'CREATE POLICY q ON orders FOR SELECT USING (true);',
      'CREATE POLICY r ON orders AS RESTRICTIVE USING (id > 0);',
    ],
    message: 'passesBy',
    output: 'CREATE VIEW shown WITH (security_invoker = true) AS SELECT id FROM orders;',
  });
  invalid('one that did so before', {
    sql: 'CREATE OR REPLACE VIEW «shown» AS SELECT id FROM orders;',
    history: [...history, view],
    message: 'passesBy',
    severity: 'info',
    output: 'CREATE OR REPLACE VIEW shown WITH (security_invoker = true) AS SELECT id FROM orders;',
  });
  invalid('security_invoker that is switched off', {
    sql: 'ALTER VIEW shown «SET (security_invoker = false)»;',
    history: [...history, view.replace(' AS', ' WITH (security_invoker = true) AS')],
    message: 'resets',
    severity: 'info',
    output: null,
  });
  invalid('security_invoker that goes', {
    sql: 'ALTER VIEW shown «RESET (security_invoker)»;',
    history: [...history, view, 'ALTER VIEW shown SET (security_invoker = true);'],
    message: 'resets',
    output: null,
  });
  invalid('a PostgreSQL that has no security_invoker', {
    sql: 'CREATE VIEW «shown» AS SELECT id FROM orders;',
    history,
    config: { postgres: 14 },
    message: 'passesByBefore15',
    output: null,
  });
  invalid('a view that the API shows', {
    sql: 'CREATE VIEW «shown» AS SELECT id FROM orders;',
    ...onSupabase(granting, { history }),
    message: 'passesBy',
    output: 'CREATE VIEW shown WITH (security_invoker = true) AS SELECT id FROM orders;',
  });
  invalid('a view of the accounts of Supabase', {
    sql: 'CREATE VIEW «people» AS SELECT id, email FROM auth.users; GRANT SELECT ON people TO authenticated;',
    ...onSupabase(withholding),
    message: 'passesBy',
    output:
      'CREATE VIEW people WITH (security_invoker = true) AS SELECT id, email FROM auth.users; GRANT SELECT ON people TO authenticated;',
  });
  invalid('a copy that the API shows', {
    sql: 'CREATE MATERIALIZED VIEW «shown» AS SELECT id FROM orders;',
    ...onSupabase(granting, { history }),
    message: 'copies',
    output: null,
  });
  invalid('a foreign table that the API shows', {
    sql: 'CREATE FOREIGN TABLE «parcels» (id bigint) SERVER elsewhere;',
    ...onSupabase(granting, { history }),
    message: 'foreign',
    output: null,
  });
});
