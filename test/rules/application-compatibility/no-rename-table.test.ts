import rule from '../../../rules/application-compatibility/no-rename-table.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-rename-table', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE orders (id bigint PRIMARY KEY); CREATE INDEX orders_i ON orders (id); CREATE SEQUENCE s; CREATE VIEW v AS SELECT 1;',
  ];

  valid('a table made in the same file', 'CREATE TABLE a (b int); ALTER TABLE a RENAME TO c;');
  valid('a temporary table', 'CREATE TEMPORARY TABLE a (b int); ALTER TABLE a RENAME TO c;', { history });
  valid(
    'a rename with a view that keeps the name',
    'BEGIN; ALTER TABLE orders RENAME TO purchases; CREATE VIEW orders AS SELECT * FROM purchases; COMMIT;',
    { history },
  );
  valid(
    'a swap that puts another table in its place',
    'BEGIN; ALTER TABLE orders RENAME TO orders_old; ALTER TABLE orders_new RENAME TO orders; COMMIT;',
    { history: [...history, 'CREATE TABLE orders_new (id bigint);'] },
  );
  valid('an index, by ALTER INDEX', 'ALTER INDEX orders_i RENAME TO orders_ix;', { history });
  valid('an index, by ALTER TABLE', 'ALTER TABLE orders_i RENAME TO orders_ix;', { history });
  valid('a sequence and a view, by ALTER TABLE', 'ALTER TABLE s RENAME TO s2; ALTER TABLE v RENAME TO v2;', {
    history,
  });

  invalid('an existing table, and offers the view', {
    sql: 'ALTER TABLE «orders» RENAME TO purchases;',
    history,
    message: 'breaks',
    output: 'BEGIN;\nALTER TABLE orders RENAME TO purchases;\nCREATE VIEW orders AS SELECT * FROM purchases;\nCOMMIT;',
  });
  invalid('a table with a schema and quotes, and keeps both', {
    sql: 'ALTER TABLE «"Shop"."Orders"» RENAME TO "Purchases";',
    message: 'breaks',
    output:
      'BEGIN;\nALTER TABLE "Shop"."Orders" RENAME TO "Purchases";\nCREATE VIEW "Shop"."Orders" AS SELECT * FROM "Shop"."Purchases";\nCOMMIT;',
  });
  invalid('a name with a dot in it', {
    sql: 'ALTER TABLE «"2024.orders"» RENAME TO purchases;',
    message: 'breaks',
    output:
      'BEGIN;\nALTER TABLE "2024.orders" RENAME TO purchases;\nCREATE VIEW "2024.orders" AS SELECT * FROM purchases;\nCOMMIT;',
  });
  invalid('names with dots in a schema with a dot', {
    sql: 'ALTER TABLE «"my.app"."2024.orders"» RENAME TO "old.orders";',
    message: 'breaks',
    output:
      'BEGIN;\nALTER TABLE "my.app"."2024.orders" RENAME TO "old.orders";\nCREATE VIEW "my.app"."2024.orders" AS SELECT * FROM "my.app"."old.orders";\nCOMMIT;',
  });
  invalid('a rename in a transaction, without a second BEGIN', {
    sql: 'begin;\nalter table «orders» rename to purchases;\ncommit;',
    history,
    message: 'breaks',
    output: 'begin;\nalter table orders rename to purchases;\nCREATE VIEW orders AS SELECT * FROM purchases;\ncommit;',
  });
  invalid("a rename in the tool's transaction", {
    sql: 'ALTER TABLE «orders» RENAME TO purchases;',
    history,
    config: { transaction: 'per-file' },
    message: 'breaks',
    output: 'ALTER TABLE orders RENAME TO purchases;\nCREATE VIEW orders AS SELECT * FROM purchases;',
  });
  invalid('a partitioned table, for which a view takes no rows back from its partitions', {
    sql: 'ALTER TABLE «events» RENAME TO log;',
    history: ['CREATE TABLE events (at date) PARTITION BY RANGE (at);'],
    message: 'breaks',
    output: null,
  });
  invalid('a view of another name', {
    sql: 'ALTER TABLE «orders» RENAME TO purchases; CREATE VIEW recent AS SELECT 1;',
    history,
    message: 'breaks',
    output:
      'BEGIN;\nALTER TABLE orders RENAME TO purchases;\nCREATE VIEW orders AS SELECT * FROM purchases;\nCOMMIT; CREATE VIEW recent AS SELECT 1;',
  });
});
