import rule from '../../../rules/application-compatibility/require-policy-with-rls.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('require-policy-with-rls', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ['CREATE TABLE orders (id bigint);'];
  const policy = 'CREATE POLICY p ON orders USING (true);';

  valid('a policy in front of it', `${policy} ALTER TABLE orders ENABLE ROW LEVEL SECURITY;`, { history });
  valid(
    'a policy behind it',
    `ALTER TABLE orders ENABLE ROW LEVEL SECURITY; ${policy.replace('orders', 'public.orders')}`,
    { history },
  );
  valid('a policy of an earlier migration', 'ALTER TABLE orders ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;', {
    history: [...history, policy],
  });
  valid(
    'policies that a loop makes',
    "ALTER TABLE orders ENABLE ROW LEVEL SECURITY; DO $$ BEGIN EXECUTE format('CREATE POLICY p ON %I', 'orders'); END $$;",
    { history },
  );
  valid(
    'DISABLE and NO FORCE',
    'ALTER TABLE orders DISABLE ROW LEVEL SECURITY; ALTER TABLE orders NO FORCE ROW LEVEL SECURITY;',
    { history },
  );

  invalid('a table without a policy', {
    sql: 'ALTER TABLE orders «ENABLE ROW LEVEL SECURITY»;',
    history,
    message: 'hidesAll',
    severity: 'warning',
    output: null,
  });
  invalid('a policy for another table', {
    sql: `alter table parts «enable row level security»; ${policy}`,
    history,
    message: 'hidesAll',
    output: null,
  });
  invalid('a new table', {
    sql: 'CREATE TABLE t (a int); ALTER TABLE t «ENABLE ROW LEVEL SECURITY»;',
    message: 'hidesAll',
    severity: 'info',
    output: null,
  });
  invalid('FORCE', { sql: 'ALTER TABLE orders «FORCE ROW LEVEL SECURITY»;', history, message: 'forced', output: null });
});
