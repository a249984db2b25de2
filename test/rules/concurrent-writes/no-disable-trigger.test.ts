import rule from '../../../rules/concurrent-writes/no-disable-trigger.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-disable-trigger', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ['CREATE TABLE orders (id bigint);'];
  const back = 'UPDATE orders SET id = id; ALTER TABLE orders ENABLE TRIGGER t;';

  valid('a table of the same file', 'CREATE TABLE t (a int); ALTER TABLE t DISABLE TRIGGER ALL;');
  valid(
    'triggers that are back in the same transaction',
    `BEGIN; ALTER TABLE orders DISABLE TRIGGER t; ${back} COMMIT;`,
    { history },
  );
  valid(
    "triggers that are back in the tool's transaction",
    `ALTER TABLE orders DISABLE TRIGGER USER; ${back.replace('TRIGGER t', 'TRIGGER USER')}`,
    { history, config: { transaction: 'per-file' } },
  );
  valid('ENABLE TRIGGER', 'ALTER TABLE orders ENABLE TRIGGER t;', { history });

  invalid('one trigger', {
    sql: 'ALTER TABLE orders «DISABLE TRIGGER t»;',
    history,
    message: 'skipsTrigger',
    severity: 'warning',
    output: null,
  });
  invalid('all triggers', {
    sql: 'alter table public.orders «disable trigger all»;',
    history,
    message: 'skipsChecks',
    output: null,
  });
  invalid('a trigger that is back, without a transaction', {
    sql: `ALTER TABLE orders «DISABLE TRIGGER t»; ${back}`,
    history,
    message: 'skipsTrigger',
    severity: 'info',
    output: null,
  });
  invalid('a trigger that is back behind the COMMIT', {
    sql: `BEGIN; ALTER TABLE orders «DISABLE TRIGGER t»; COMMIT; ${back}`,
    history,
    message: 'skipsTrigger',
    output: null,
  });
});
