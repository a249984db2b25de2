import rule from '../../../rules/concurrent-writes/no-repeated-backfill.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-repeated-backfill', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = ['CREATE TABLE orders (id int PRIMARY KEY, a int, b int, note text, tags text[], data jsonb);'];
  const then = '; ALTER TABLE orders ADD c int;';

  valid('the last statement of the file', 'UPDATE orders SET a = a + 1;', { history });
  valid("the tool's transaction", `UPDATE orders SET a = a + 1${then}`, {
    history,
    config: { transaction: 'per-file' },
  });
  valid('a transaction of its own', 'BEGIN; UPDATE orders SET a = a + 1; ALTER TABLE orders ADD c int; COMMIT;', {
    history,
  });
  valid('a condition on the column', `UPDATE orders SET note = note || 'x' WHERE note NOT LIKE '%x'${then}`, {
    history,
  });
  valid('a condition on another column that it assigns', `UPDATE orders SET a = a * 100, b = 2 WHERE b = 1${then}`, {
    history,
  });
  valid('a value that stays the same', `UPDATE orders SET note = lower(trim(note)), a = coalesce(a, 0)${then}`, {
    history,
  });
  valid('another column', `UPDATE orders SET a = b + 1${then}`, { history });
  valid('a column of another table', `UPDATE orders SET a = o.a + 1 FROM carts o WHERE o.id = orders.id${then}`, {
    history,
  });
  valid('JSON that is merged', `UPDATE orders SET data = data || '{"a": 1}'${then}`, { history });
  valid('JSON by the type of its column', `UPDATE orders SET data = data || note${then}`, { history });
  valid(
    'rows that WITH has chosen',
    `WITH d AS (SELECT id FROM orders WHERE note = 'x') UPDATE orders SET note = note || 'y' FROM d WHERE d.id = orders.id${then}`,
    { history },
  );
  valid('a key that is taken out of JSON', `UPDATE orders SET data = data - 'a'${then}`, { history });
  valid(
    'a CASE with a condition of its own',
    `UPDATE orders SET note = CASE WHEN note LIKE 'a%' THEN note ELSE 'a' || note END${then}`,
    { history },
  );
  valid('a new table', `CREATE TABLE t (a int); UPDATE t SET a = a + 1${then}`);
  valid(
    'a function body',
    'CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ UPDATE orders SET a = a + 1 $$; SELECT 1;',
    { history },
  );
  valid(
    'a DO block, which is all or nothing',
    'DO $$ BEGIN UPDATE orders SET a = a - 1; UPDATE orders SET b = 1; END $$;',
    { history },
  );
  valid('nothing but settings behind it', 'UPDATE orders SET a = a + 1; RESET statement_timeout;', { history });

  invalid('a sum', {
    sql: `UPDATE orders SET a = «a + 1»${then}`,
    history,
    message: 'repeats',
    severity: 'warning',
    output: null,
  });
  invalid('a sum by the table, among others', {
    sql: `update orders o set b = 1, a = «coalesce(o.a, 0) * 100» where o.id = 3${then}`,
    history,
    message: 'repeats',
    output: null,
  });
  invalid('text that grows', {
    sql: `UPDATE orders SET "note" = «'x' || note» WHERE id > 3${then}`,
    history,
    message: 'repeats',
    output: null,
  });
  invalid('an array that grows', {
    sql: `UPDATE orders SET tags = «array_append(tags, 'x')»${then}`,
    history,
    message: 'repeats',
    output: null,
  });
  invalid('a switch', { sql: `UPDATE flags SET "on" = «NOT "on"»${then}`, message: 'repeats', output: null });
  invalid('statements behind the COMMIT', {
    sql: 'BEGIN; UPDATE orders SET a = «a - 1»; COMMIT; ALTER TABLE orders ADD c int;',
    history,
    message: 'repeats',
    output: null,
  });
  valid(
    'documents that are merged, in a table that no migration shows',
    'UPDATE projects SET meta = meta || options; ALTER TABLE projects DROP COLUMN options;',
  );

  const copies = {
    history: [
      'CREATE TABLE a (id int PRIMARY KEY, v int); CREATE TABLE b (id int, v int); CREATE TABLE k (id int PRIMARY KEY, v int); CREATE TABLE s (n serial PRIMARY KEY, v int);',
    ],
  };
  valid(
    'rows that a key keeps out the second time',
    'INSERT INTO k SELECT id, v FROM a; INSERT INTO k (id) SELECT id FROM a; SELECT 1;',
    copies,
  );
  valid(
    'rows that are there',
    'INSERT INTO b SELECT id, v FROM a WHERE NOT EXISTS (SELECT FROM b WHERE b.id = a.id); SELECT 1;',
    copies,
  );
  valid('ON CONFLICT', 'INSERT INTO s (n, v) SELECT id, v FROM a ON CONFLICT DO NOTHING; SELECT 1;', copies);
  valid('a table that is emptied first', 'TRUNCATE b; INSERT INTO b SELECT id, v FROM a; SELECT 1;', copies);
  valid(
    'rows that are moved',
    'WITH gone AS (DELETE FROM a RETURNING id, v) INSERT INTO b SELECT id, v FROM gone; SELECT 1;',
    copies,
  );
  valid('the last statement', 'INSERT INTO b SELECT id, v FROM a;', copies);
  valid('one transaction', 'BEGIN; INSERT INTO b SELECT id, v FROM a; DROP TABLE a; COMMIT;', copies);
  valid('a new table that is filled', 'CREATE TABLE c (id int); INSERT INTO c SELECT id FROM a; DROP TABLE a;', copies);
  valid('a table whose keys no migration shows', 'INSERT INTO elsewhere SELECT id FROM a; SELECT 1;', copies);
  valid('rows that are written down', 'INSERT INTO b VALUES (1, 2); SELECT 1;', copies);
  invalid('rows that are copied, with a statement behind them', {
    sql: '«INSERT INTO» b SELECT id, v FROM a; DROP TABLE a;',
    ...copies,
    message: 'doubles',
    severity: 'warning',
    output: null,
  });
  invalid('a key that PostgreSQL numbers anew', {
    sql: '«INSERT INTO» s (v) SELECT v FROM a WHERE v > 1; SELECT 1;',
    ...copies,
    message: 'doubles',
    output: null,
  });
});
