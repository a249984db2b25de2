import rule from '../../../rules/replication-lag/no-drop-replica-identity.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-drop-replica-identity', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ['CREATE TABLE orders (id bigint PRIMARY KEY, code text NOT NULL CONSTRAINT u UNIQUE);'];
  const byIndex = [...history, 'ALTER TABLE orders REPLICA IDENTITY USING INDEX u;'];

  valid(
    'another key in the same ALTER TABLE',
    'ALTER TABLE orders DROP CONSTRAINT orders_pkey, ADD PRIMARY KEY (code);',
    { history },
  );
  valid(
    'another key in the same file',
    'ALTER TABLE orders DROP CONSTRAINT orders_pkey; ALTER TABLE orders ADD PRIMARY KEY (code);',
    { history },
  );
  valid(
    'another key in the same DO block',
    'DO $$ BEGIN ALTER TABLE orders DROP CONSTRAINT orders_pkey; ALTER TABLE orders ADD PRIMARY KEY (code); END $$;',
    { history },
  );
  valid(
    'an identity that is set first',
    'ALTER TABLE orders REPLICA IDENTITY FULL; ALTER TABLE orders DROP CONSTRAINT orders_pkey;',
    { history },
  );
  valid('a key that is not the identity', 'ALTER TABLE orders DROP CONSTRAINT orders_pkey;', { history: byIndex });
  valid('a constraint that is not the identity', 'ALTER TABLE orders DROP CONSTRAINT u;', { history });
  valid('a table that goes as well', 'ALTER TABLE orders DROP CONSTRAINT orders_pkey; DROP TABLE orders;', { history });
  valid(
    'a table made in the same file',
    'CREATE TABLE t (a int PRIMARY KEY); ALTER TABLE t DROP CONSTRAINT t_pkey, REPLICA IDENTITY NOTHING;',
  );
  valid('an unlogged table, which is not replicated', 'ALTER TABLE u DROP CONSTRAINT u_pkey;', {
    history: ['CREATE UNLOGGED TABLE u (a int PRIMARY KEY);'],
  });

  invalid('the primary key', {
    sql: 'ALTER TABLE orders DROP CONSTRAINT «orders_pkey»;',
    history,
    message: 'primaryKey',
    severity: 'warning',
    output: null,
  });
  invalid('a column of it', {
    sql: 'BEGIN; alter table public.orders drop column «id»; COMMIT;',
    history,
    message: 'primaryKey',
    output: null,
  });
  invalid('the constraint of the identity', {
    sql: 'ALTER TABLE orders DROP CONSTRAINT IF EXISTS «u»;',
    history: byIndex,
    message: 'index',
    output: null,
  });
  invalid('the index of the identity', {
    sql: 'DROP INDEX CONCURRENTLY «"U2"»;',
    history: [
      ...history,
      'CREATE UNIQUE INDEX "U2" ON orders (code); ALTER TABLE orders REPLICA IDENTITY USING INDEX "U2";',
    ],
    message: 'index',
    output: null,
  });
  invalid('an identity of nothing', {
    sql: 'ALTER TABLE visits «REPLICA IDENTITY NOTHING»;',
    message: 'nothing',
    output: null,
  });
});
