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

  const linked = [
    'CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint, note text, customer_id bigint REFERENCES customers);',
  ];
  const replica = 'SET session_replication_role = replica;';
  valid(
    'session_replication_role and columns of no foreign key',
    `${replica} UPDATE orders SET note = 'x' WHERE id = 1;`,
    {
      history: linked,
    },
  );
  valid('an INSERT that leaves the foreign key out', `${replica} INSERT INTO orders (id) VALUES (1);`, {
    history: linked,
  });
  valid('a foreign key that is set to NULL', `${replica} UPDATE orders SET customer_id = NULL WHERE id = 1;`, {
    history: linked,
  });
  valid('a table without foreign keys', `${replica} INSERT INTO customers VALUES (1);`, { history: linked });
  valid(
    'a table of the same file with session_replication_role',
    `CREATE TABLE o2 (id bigint REFERENCES customers); ${replica} INSERT INTO o2 VALUES (1);`,
    { history: linked },
  );
  valid(
    'rows behind the reset',
    `${replica} UPDATE orders SET note = 'x' WHERE id = 1; RESET session_replication_role; INSERT INTO orders VALUES (1, 'x', 2);`,
    { history: linked },
  );
  valid(
    'rows behind the transaction of SET LOCAL',
    "BEGIN; SET LOCAL session_replication_role = replica; UPDATE orders SET note = 'x' WHERE id = 1; COMMIT; INSERT INTO orders VALUES (1, 'x', 2);",
    { history: linked },
  );
  valid('another role', "SET session_replication_role = origin; INSERT INTO orders VALUES (1, 'x', 2);", {
    history: linked,
  });
  valid(
    'a foreign key that is made anew behind the rows',
    `ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey; ${replica} INSERT INTO orders VALUES (1, 'x', 2); RESET session_replication_role; ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers;`,
    { history: linked },
  );
  valid('a foreign key that is NOT VALID, which VALIDATE looks at', `${replica} INSERT INTO orders VALUES (1);`, {
    history: [
      'CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (customer_id bigint);',
      'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;',
    ],
  });
  valid('rows behind RESET ALL', `${replica} RESET ALL; INSERT INTO orders VALUES (1, 'x', 2);`, { history: linked });
  invalid('rows whose foreign keys are not checked', {
    sql: "«SET session_replication_role = replica»; INSERT INTO orders VALUES (1, 'x', 2); RESET session_replication_role;",
    history: linked,
    message: 'uncheckedRows',
    severity: 'warning',
    output: null,
  });
  invalid('a foreign key that is updated in one transaction', {
    sql: "BEGIN; «SET LOCAL session_replication_role TO 'replica'»; UPDATE orders SET customer_id = 7 WHERE id = 1; COMMIT;",
    history: linked,
    message: 'uncheckedRows',
    output: null,
  });
});
