import assert from 'node:assert/strict';
import rule from '../../../rules/foreign-key/require-foreign-key-not-valid.js';
import { analyzeSql } from '../../support/analyze-sql.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('require-foreign-key-not-valid', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint);',
  ];
  const partitioned = [`${history[0]} CREATE TABLE events (c bigint, at date) PARTITION BY RANGE (at);`];

  valid('NOT VALID', 'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;', { history });
  valid(
    'a table made in the same file',
    'CREATE TABLE carts (c bigint); ALTER TABLE carts ADD FOREIGN KEY (c) REFERENCES customers;',
    {
      history,
    },
  );
  valid('a key in CREATE TABLE', 'CREATE TABLE carts (c bigint REFERENCES customers);', { history });
  valid(
    'a temporary table',
    'CREATE TEMP TABLE a (id int PRIMARY KEY); ALTER TABLE a ADD FOREIGN KEY (id) REFERENCES a;',
  );
  valid(
    'a new column without a default, which is NULL everywhere',
    'ALTER TABLE orders ADD c bigint REFERENCES customers;',
    {
      history,
    },
  );
  valid('a new column with DEFAULT NULL', 'ALTER TABLE orders ADD c bigint DEFAULT NULL REFERENCES customers;', {
    history,
  });
  valid(
    'NOT ENFORCED, on PostgreSQL 18',
    'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers NOT ENFORCED;',
    {
      history,
      config: { postgres: 18 },
    },
  );
  valid('VALIDATE', 'ALTER TABLE orders VALIDATE CONSTRAINT orders_customer_id_fkey;', { history });

  const parted =
    'CREATE TABLE r (id int NOT NULL, n int, d date NOT NULL) PARTITION BY RANGE (d); CREATE TABLE r_25 PARTITION OF r DEFAULT; CREATE TABLE p (id int PRIMARY KEY);';
  valid('a foreign key that every partition has', 'ALTER TABLE r ADD FOREIGN KEY (n) REFERENCES p;', {
    history: [parted, 'ALTER TABLE r_25 ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES p (id);'],
  });
  invalid('a foreign key that the partitions have with another action', {
    sql: 'ALTER TABLE r ADD «FOREIGN KEY» (n) REFERENCES p;',
    history: [parted, 'ALTER TABLE r_25 ADD FOREIGN KEY (n) REFERENCES p ON DELETE CASCADE;'],
    message: 'partitioned',
    output: null,
  });

  invalid('a key on an existing table', {
    sql: 'ALTER TABLE orders ADD «CONSTRAINT buyer» FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE;',
    history,
    message: 'blocksBoth',
    severity: 'error',
    output:
      "DO $$\nBEGIN\n  IF EXISTS (SELECT FROM orders WHERE orders.customer_id IS NOT NULL AND NOT EXISTS (SELECT FROM customers AS airlock_parent WHERE airlock_parent.id = orders.customer_id)) THEN\n    RAISE EXCEPTION 'rows of orders break buyer: mend them first';\n  END IF;\nEND $$;\nDO $$\nBEGIN\n  IF NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = 'orders'::regclass AND conname = 'buyer' AND NOT convalidated) THEN\n    ALTER TABLE orders ADD CONSTRAINT buyer FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE NOT VALID;\n  END IF;\nEND $$;\nALTER TABLE orders VALIDATE CONSTRAINT buyer;",
  });
  invalid('a key without a name, in lower case, on unknown tables with schemas', {
    sql: 'alter table shop.orders\r\n  add «foreign key» ("buyer") references crm.customers;',
    message: 'blocksBoth',
    output:
      'alter table shop.orders\r\n  add constraint orders_buyer_fkey foreign key ("buyer") references crm.customers not valid;\r\nalter table shop.orders validate constraint orders_buyer_fkey;',
  });
  invalid('a key in a transaction', {
    sql: 'BEGIN; ALTER TABLE orders ADD «FOREIGN KEY» (customer_id) REFERENCES customers; COMMIT;',
    history,
    message: 'blocksBoth',
    output: 'BEGIN; ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers NOT VALID; COMMIT;',
  });
  invalid("a key in the tool's transaction to a table made in the same file", {
    sql: 'CREATE TABLE shops (id bigint PRIMARY KEY); ALTER TABLE orders ADD «FOREIGN KEY» (id) REFERENCES shops;',
    history,
    config: { transaction: 'per-file' },
    message: 'ownRows',
    output:
      'CREATE TABLE shops (id bigint PRIMARY KEY); ALTER TABLE orders ADD FOREIGN KEY (id) REFERENCES shops NOT VALID;',
  });
  invalid('a table that this file has filled: its parent waits for the check', {
    sql: 'CREATE TABLE copy AS SELECT * FROM orders; ALTER TABLE copy ADD «CONSTRAINT f» FOREIGN KEY (customer_id) REFERENCES customers;',
    history,
    message: 'blocksBoth',
    output:
      'CREATE TABLE copy AS SELECT * FROM orders; ALTER TABLE copy ADD CONSTRAINT f FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;\nALTER TABLE copy VALIDATE CONSTRAINT f;',
  });
  invalid('a partitioned table before PostgreSQL 18, which has no NOT VALID there', {
    sql: 'ALTER TABLE events ADD «FOREIGN KEY» (c) REFERENCES customers;',
    history: partitioned,
    message: 'partitioned',
    output: null,
  });
  invalid('a partitioned table on PostgreSQL 18', {
    sql: 'ALTER TABLE events ADD «FOREIGN KEY» (c) REFERENCES customers;',
    history: partitioned,
    config: { postgres: 18 },
    message: 'blocksBoth',
    output:
      "DO $$\nBEGIN\n  IF EXISTS (SELECT FROM events WHERE events.c IS NOT NULL AND NOT EXISTS (SELECT FROM customers AS airlock_parent WHERE airlock_parent.id = events.c)) THEN\n    RAISE EXCEPTION 'rows of events break events_c_fkey: mend them first';\n  END IF;\nEND $$;\nDO $$\nBEGIN\n  IF NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = 'events'::regclass AND conname = 'events_c_fkey' AND NOT convalidated) THEN\n    ALTER TABLE events ADD CONSTRAINT events_c_fkey FOREIGN KEY (c) REFERENCES customers NOT VALID;\n  END IF;\nEND $$;\nALTER TABLE events VALIDATE CONSTRAINT events_c_fkey;",
  });
  invalid('a new column with a default', {
    sql: 'ALTER TABLE orders ADD COLUMN c bigint DEFAULT 1 «REFERENCES customers»;',
    history,
    message: 'columnDefault',
    output: null,
  });
  invalid('two keys in one ALTER TABLE', {
    sql: 'ALTER TABLE orders ADD «CONSTRAINT a» FOREIGN KEY (id) REFERENCES customers, ADD «CONSTRAINT b» FOREIGN KEY (customer_id) REFERENCES customers;',
    history,
    message: ['blocksBoth', 'blocksBoth'],
    output:
      "DO $$\nBEGIN\n  IF EXISTS (SELECT FROM orders WHERE orders.id IS NOT NULL AND NOT EXISTS (SELECT FROM customers AS airlock_parent WHERE airlock_parent.id = orders.id)) THEN\n    RAISE EXCEPTION 'rows of orders break a: mend them first';\n  END IF;\nEND $$;\nDO $$\nBEGIN\n  IF NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = 'orders'::regclass AND conname = 'a' AND NOT convalidated) THEN\n    ALTER TABLE orders ADD CONSTRAINT a FOREIGN KEY (id) REFERENCES customers NOT VALID;\n  END IF;\nEND $$;\nDO $$\nBEGIN\n  IF EXISTS (SELECT FROM orders WHERE orders.customer_id IS NOT NULL AND NOT EXISTS (SELECT FROM customers AS airlock_parent WHERE airlock_parent.id = orders.customer_id)) THEN\n    RAISE EXCEPTION 'rows of orders break b: mend them first';\n  END IF;\nEND $$;\nDO $$\nBEGIN\n  IF NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = 'orders'::regclass AND conname = 'b' AND NOT convalidated) THEN\n    ALTER TABLE orders ADD CONSTRAINT b FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;\n  END IF;\nEND $$;\nALTER TABLE orders VALIDATE CONSTRAINT a, VALIDATE CONSTRAINT b;",
  });
  valid(
    'a table that this file has made and filled, with its parent',
    'CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a SELECT 1; CREATE TABLE b AS SELECT 1 AS a_id; ALTER TABLE b ADD FOREIGN KEY (a_id) REFERENCES a;',
  );
  valid(
    'a new column that fails on every row anyway',
    'ALTER TABLE orders ADD COLUMN c bigint NOT NULL, ADD FOREIGN KEY (c) REFERENCES customers;',
    { history },
  );
  invalid('a key to the rows of the table itself', {
    sql: 'ALTER TABLE orders ADD «CONSTRAINT k» FOREIGN KEY (customer_id) REFERENCES orders;',
    history,
    message: 'ownRows',
    output:
      "DO $$\nBEGIN\n  IF EXISTS (SELECT FROM orders WHERE orders.customer_id IS NOT NULL AND NOT EXISTS (SELECT FROM orders AS airlock_parent WHERE airlock_parent.id = orders.customer_id)) THEN\n    RAISE EXCEPTION 'rows of orders break k: mend them first';\n  END IF;\nEND $$;\nDO $$\nBEGIN\n  IF NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = 'orders'::regclass AND conname = 'k' AND NOT convalidated) THEN\n    ALTER TABLE orders ADD CONSTRAINT k FOREIGN KEY (customer_id) REFERENCES orders NOT VALID;\n  END IF;\nEND $$;\nALTER TABLE orders VALIDATE CONSTRAINT k;",
  });
  it('names the lock that the whole statement takes', () => {
    const sql = 'ALTER TABLE orders ADD COLUMN x int, ADD FOREIGN KEY (customer_id) REFERENCES customers;';
    const found = analyzeSql(sql, { history }).findings.find((each) => each.rule === rule.meta.id);
    assert.match(
      found?.message ?? '',
      /an ACCESS EXCLUSIVE lock on orders and a SHARE ROW EXCLUSIVE on customers: reads and writes on orders and writes to customers wait/,
    );
  });
  invalid('a key to a table of this file, for which nobody waits', {
    sql: 'CREATE TABLE payers (id bigint PRIMARY KEY); ALTER TABLE orders ADD «FOREIGN KEY» (customer_id) REFERENCES payers;',
    history,
    message: 'ownRows',
    output:
      "CREATE TABLE payers (id bigint PRIMARY KEY); DO $$\nBEGIN\n  IF EXISTS (SELECT FROM orders WHERE orders.customer_id IS NOT NULL AND NOT EXISTS (SELECT FROM payers AS airlock_parent WHERE airlock_parent.id = orders.customer_id)) THEN\n    RAISE EXCEPTION 'rows of orders break orders_customer_id_fkey: mend them first';\n  END IF;\nEND $$;\nDO $$\nBEGIN\n  IF NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = 'orders'::regclass AND conname = 'orders_customer_id_fkey' AND NOT convalidated) THEN\n    ALTER TABLE orders ADD CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES payers NOT VALID;\n  END IF;\nEND $$;\nALTER TABLE orders VALIDATE CONSTRAINT orders_customer_id_fkey;",
  });
});
