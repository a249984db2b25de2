import rule from '../../../rules/security/no-open-policy.js';
import { ruleTester } from '../../support/rule-tester.js';
import { granting, onSupabase } from '../support/supabase.js';

describe('no-open-policy', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE orders (id bigint PRIMARY KEY, tenant text); ALTER TABLE orders ENABLE ROW LEVEL SECURITY;',
  ];

  valid('a policy that goes again', 'CREATE POLICY p ON orders USING (true); DROP POLICY p ON orders;', { history });
  valid('a condition', "CREATE POLICY p ON orders USING (tenant = current_setting('app.tenant', true));", { history });
  valid('a policy for reads', 'CREATE POLICY p ON orders FOR SELECT USING (true);', { history });
  valid('a policy for a role of the application', 'CREATE POLICY p ON orders TO app USING (true);', { history });
  valid('a policy for anon where nobody is that', 'CREATE POLICY p ON orders TO anon USING (true);', { history });
  valid(
    'a policy for those with a session',
    'CREATE POLICY p ON orders TO authenticated USING (true);',
    onSupabase(granting, { history }),
  );
  valid('a restrictive policy', 'CREATE POLICY p ON orders AS RESTRICTIVE USING (true);', { history });
  valid(
    'a policy that a restrictive one narrows',
    'CREATE POLICY p ON orders USING (true); CREATE POLICY q ON orders AS RESTRICTIVE USING (tenant = current_user);',
    { history },
  );
  valid('a policy that one of the history narrows', 'CREATE POLICY p ON orders USING (true);', {
    history: [...history, 'CREATE POLICY q ON orders AS RESTRICTIVE USING (tenant = current_user);'],
  });
  valid(
    'updates into what a condition allows',
    'CREATE POLICY p ON orders FOR UPDATE USING (true) WITH CHECK (tenant = current_user);',
    { history },
  );
  valid(
    'a table of which the API has no rights',
    'CREATE POLICY p ON orders USING (true);',
    onSupabase(granting, { history: [...history, 'REVOKE ALL ON orders FROM anon, authenticated;'] }),
  );

  invalid('a policy for everything and everybody', {
    sql: 'CREATE POLICY «p» ON orders USING (true);'
      .replace('«p»', 'p')
      .replace('CREATE POLICY p', '«CREATE POLICY p»'),
    history,
    message: 'changes',
    severity: 'warning',
    output: null,
  });
  invalid('one with the words for a constant', {
    sql: '«CREATE POLICY "all rows"» ON orders FOR DELETE TO PUBLIC USING ((1 = 1));',
    history,
    message: 'changes',
    output: null,
  });
  invalid('updates', {
    sql: '«create policy p» on orders for update using (true);',
    history,
    message: 'changes',
    output: null,
  });
  invalid('inserts', {
    sql: '«CREATE POLICY p» ON orders FOR INSERT WITH CHECK (true);',
    history,
    message: 'inserts',
    severity: 'info',
    output: null,
  });
  invalid('inserts beside a condition for the rest', {
    sql: '«CREATE POLICY p» ON orders USING (tenant = current_user) WITH CHECK (true);',
    history,
    message: 'inserts',
    output: null,
  });
  invalid('a policy for requests without a session', {
    sql: '«CREATE POLICY p» ON orders FOR ALL TO anon, authenticated USING (true) WITH CHECK (true);',
    ...onSupabase(granting, { history }),
    message: 'changes',
    output: null,
  });
});
