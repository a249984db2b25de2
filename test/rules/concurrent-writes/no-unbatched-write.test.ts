import rule from '../../../rules/concurrent-writes/no-unbatched-write.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-unbatched-write', () => {
  const { valid, invalid } = ruleTester(rule);

  valid('a table made in the same file', 'CREATE TABLE t (a int); UPDATE t SET a = 1;');
  valid('a table made and filled in the same file', 'CREATE TABLE t AS SELECT 1 AS a; UPDATE t SET a = 2;');
  valid('a temporary table', 'CREATE TEMP TABLE x (a int); DELETE FROM x;');
  valid('a row by its key', 'UPDATE orders SET state = $1 WHERE id = 42;');
  valid('rows that are listed by their key', "DELETE FROM settings WHERE name IN ('a', 'b');", {
    history: ['CREATE TABLE settings (name text PRIMARY KEY, value text);'],
  });
  valid('rows of a key with several columns', "DELETE FROM settings WHERE app = 1 AND name = 'a';", {
    history: ['CREATE TABLE settings (app int, name text, value text, UNIQUE (app, name));'],
  });
  valid(
    'MERGE of rows that are written down',
    "MERGE INTO settings USING (VALUES (1, 'a')) AS v (id, value) ON settings.id = v.id WHEN MATCHED THEN UPDATE SET value = v.value;",
  );
  valid(
    'MERGE that inserts only',
    'MERGE INTO orders o USING carts c ON c.id = o.id WHEN NOT MATCHED THEN INSERT (id) VALUES (c.id);',
  );
  valid(
    'a write in WITH that takes a batch',
    'WITH gone AS (DELETE FROM orders WHERE id IN (SELECT id FROM orders LIMIT 100) RETURNING *) INSERT INTO archive SELECT * FROM gone;',
  );
  const copies = [
    'CREATE TABLE carts (id bigint PRIMARY KEY, a int); CREATE TABLE orders (id bigint PRIMARY KEY, a int);',
  ];
  for (const [what, sql] of [
    ['rows that are written down', 'INSERT INTO orders (id) VALUES (1), (2);'],
    ['a query without a table', 'INSERT INTO orders (id) SELECT generate_series(1, 100);'],
    ['a batch', 'INSERT INTO orders SELECT * FROM carts ORDER BY id LIMIT 1000;'],
    ['a range of keys', 'INSERT INTO orders SELECT * FROM carts WHERE id BETWEEN 1 AND 5000;'],
    ['one row by its key', 'INSERT INTO orders SELECT * FROM carts WHERE id = 1;'],
    ['a sum', 'INSERT INTO orders (id) SELECT max(id) FROM carts;'],
    ['a new table', 'CREATE TABLE n (id bigint); INSERT INTO n SELECT id FROM carts;'],
    ['the rows of a new table', 'CREATE TABLE n (id bigint); INSERT INTO orders (id) SELECT id FROM n;'],
    ['a catalog', 'INSERT INTO orders (id) SELECT oid FROM pg_catalog.pg_class;'],
    ['a function', "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'INSERT INTO orders SELECT * FROM carts';"],
  ] as const)
    valid(`INSERT of ${what}`, sql, { history: copies });
  invalid('INSERT of a whole table', {
    sql: '«INSERT» INTO orders SELECT * FROM carts;',
    history: copies,
    message: 'copied',
    severity: 'info',
    output: null,
  });
  invalid('INSERT of what matches', {
    sql: '«INSERT» INTO orders SELECT * FROM carts WHERE a IS NULL;',
    history: copies,
    message: 'copied',
    severity: 'info',
    output: null,
  });

  valid('a range of keys', 'UPDATE orders SET total = 0 WHERE id > 10000 AND id <= 20000;');
  valid('BETWEEN', 'UPDATE orders SET total = 0 WHERE id BETWEEN 1 AND 10000;');
  valid(
    'rows chosen by a limited subquery',
    'DELETE FROM orders WHERE id IN (SELECT id FROM orders WHERE paid ORDER BY id LIMIT 1000);',
  );
  valid(
    'rows chosen by a limited query in WITH',
    'WITH batch AS (SELECT id FROM orders WHERE total IS NULL LIMIT 1000 FOR UPDATE SKIP LOCKED) UPDATE orders SET total = 0 FROM batch WHERE orders.id = batch.id;',
  );
  valid(
    'a loop over keys in a DO block',
    'DO $$ DECLARE r record; BEGIN FOR r IN SELECT id FROM orders LOOP UPDATE orders SET total = 0 WHERE id = r.id; END LOOP; END $$;',
  );
  valid(
    'the body of a function, which works on what it is given',
    "CREATE FUNCTION touch() RETURNS void LANGUAGE sql AS 'UPDATE orders SET total = 0';",
  );
  valid('SELECT', 'SELECT * FROM orders;');

  invalid('an UPDATE without WHERE', {
    sql: 'ALTER TABLE orders ADD COLUMN total numeric;\n«UPDATE» orders SET total = 0;',
    message: 'whole',
    severity: 'error',
    output: null,
  });
  invalid('a DELETE without WHERE, in lower case', {
    sql: 'begin;\r\n«delete» from only shop.orders;\r\ncommit;',
    message: 'whole',
    output: null,
  });
  invalid('conditions that are always true', {
    sql: '«UPDATE» a SET b = 1 WHERE true; «UPDATE» a SET b = 1 WHERE (1 = 1);',
    message: ['whole', 'whole'],
    output: null,
  });
  invalid('a condition that many rows may match, more mildly', {
    sql: '«UPDATE» orders SET total = 0 WHERE total IS NULL;',
    message: 'unbatched',
    severity: 'warning',
    output: null,
  });
  invalid('a join, which chooses nothing', {
    sql: '«UPDATE» orders o SET total = i.total FROM invoices i WHERE i.order_id = o.id;',
    message: 'unbatched',
    output: null,
  });
  invalid('a one-sided range and everything but', {
    sql: "«DELETE» FROM orders WHERE placed_at < '2020-01-01'; «DELETE» FROM orders WHERE state <> 'open';",
    message: ['unbatched', 'unbatched'],
    output: null,
  });
  invalid('rows that an unlimited subquery finds', {
    sql: '«DELETE» FROM orders WHERE id IN (SELECT order_id FROM cancelled);',
    message: 'unbatched',
    output: null,
  });
  invalid('a LIMIT that chooses a value and no rows', {
    sql: '«UPDATE» orders SET total = (SELECT total FROM invoices LIMIT 1);',
    message: 'whole',
    output: null,
  });
  invalid('a write in WITH', {
    sql: 'WITH gone AS (DELETE FROM «orders» RETURNING *) INSERT INTO archive SELECT * FROM gone;',
    message: 'whole',
    output: null,
  });
  invalid('an UPDATE inside a DO block', {
    sql: 'DO $$ BEGIN «UPDATE» orders SET total = 0; END $$;',
    message: 'whole',
    output: null,
  });
  valid('a row of a unique column', "UPDATE users SET a = 1 WHERE login = 'x';", {
    history: ['CREATE TABLE users (a int, login text UNIQUE);'],
  });
  invalid('a column that its default has filled', {
    sql: 'ALTER TABLE orders ADD seen timestamptz DEFAULT now(); «UPDATE» orders SET seen = created_at WHERE seen IS NULL;',
    message: 'nothing',
    severity: 'info',
    output: null,
  });
  invalid('a column that is NOT NULL', {
    sql: 'UPDATE orders SET total = 0 WHERE total IS NULL AND paid;'.replace('UPDATE', '«UPDATE»'),
    history: ['CREATE TABLE orders (total int NOT NULL, paid boolean);'],
    message: 'nothing',
    output: null,
  });
  invalid('a column whose default came later than the column', {
    sql: 'ALTER TABLE orders ADD seen int; ALTER TABLE orders ALTER seen SET DEFAULT 1; «UPDATE» orders SET seen = 1 WHERE seen IS NULL;',
    message: 'unbatched',
    severity: 'warning',
    output: null,
  });
  invalid('rows of one kind, as information', {
    sql: "«UPDATE» orders SET total = 0 WHERE state = 'open';",
    message: 'unbatched',
    severity: 'info',
    output: null,
  });
  invalid('rows by a value inside a document', {
    sql: "«UPDATE» orders SET total = 0 WHERE jsonb_typeof(data) = 'object' AND data->>'id' IN ('1', '2');",
    message: 'unbatched',
    severity: 'info',
    output: null,
  });
  invalid('one row for every row of the table', {
    sql: '«UPDATE» orders SET total = 0 WHERE id = (SELECT id FROM orders o WHERE o.customer_id = orders.customer_id ORDER BY id LIMIT 1);',
    message: 'unbatched',
    severity: 'warning',
    output: null,
  });
  invalid('one tenant, a key of another table, and everything but one row', {
    sql: "«UPDATE» orders SET total = 0 WHERE tenant_id = 5; «DELETE» FROM big WHERE reg_id IN (SELECT id FROM reg WHERE name = 'Trivy'); «DELETE» FROM big WHERE NOT (id = 5); «DELETE» FROM big WHERE id = 5 OR note IS NULL; «UPDATE» big SET a = 1 WHERE day BETWEEN '2020-01-01' AND '2021-01-01';",
    message: ['unbatched', 'unbatched', 'unbatched', 'unbatched', 'unbatched'],
    output: null,
  });
  invalid('a value of a column that is not unique', {
    sql: "«DELETE» FROM settings WHERE name = 'a';",
    history: ['CREATE TABLE settings (app int, name text, value text, UNIQUE (app, name));'],
    message: 'unbatched',
    severity: 'info',
    output: null,
  });
  invalid('a table that FROM names a second time, and nothing joins', {
    sql: '«UPDATE» msg SET sent = true FROM msg m, mail WHERE mail.msg_id = m.id;',
    message: 'whole',
    severity: 'error',
    output: null,
  });
  invalid('MERGE from a table', {
    sql: '«MERGE» INTO orders o USING carts c ON c.id = o.id WHEN MATCHED THEN UPDATE SET total = c.total;',
    message: 'unbatched',
    severity: 'warning',
    output: null,
  });
  valid(
    'a catalog, which another rule reports',
    'UPDATE pg_index SET indisvalid = true; DELETE FROM pg_catalog.pg_enum;',
  );
});
