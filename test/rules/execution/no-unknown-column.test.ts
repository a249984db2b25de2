import rule from '../../../rules/execution/no-unknown-column.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-unknown-column', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE orders (id int PRIMARY KEY, note text); CREATE TABLE carts (id int PRIMARY KEY, total int);',
  ];

  valid(
    'columns that are there',
    'SELECT id, o.note FROM orders o WHERE "id" > 1; UPDATE orders SET note = id::text; INSERT INTO orders (id) SELECT id FROM carts;',
    { history },
  );
  valid(
    'columns of comments, privileges, triggers and sequences',
    'COMMENT ON COLUMN orders.note IS NULL; GRANT SELECT (id, note) ON orders TO app; CREATE SEQUENCE s OWNED BY orders.id; CREATE TRIGGER g AFTER UPDATE OF note ON orders FOR EACH ROW EXECUTE FUNCTION f();',
    { history },
  );
  valid('columns of views and of types', 'COMMENT ON COLUMN v.x IS NULL; GRANT SELECT (x) ON v TO app;', {
    history: [...history, 'CREATE VIEW v AS SELECT id AS x FROM orders;'],
  });
  valid('a sequence of its own', 'ALTER SEQUENCE orders_id_seq OWNED BY NONE;', { history });
  valid('a table that no migration has made', 'SELECT x FROM things; ALTER TABLE things ALTER y SET NOT NULL;');
  valid('a table of which only a part is known', 'SELECT x FROM copy;', {
    history: ['CREATE TABLE copy AS SELECT 1 AS x;'],
  });
  valid(
    'a column that this file adds',
    'ALTER TABLE orders ADD x int; UPDATE orders SET x = 1; ALTER TABLE orders ADD y int, ADD CHECK (y > 0), ADD UNIQUE (y);',
    { history },
  );
  valid(
    'a column that dynamic SQL may have added',
    "DO $$ BEGIN EXECUTE format('ALTER TABLE %I ADD x int', 'orders'); END $$; SELECT x FROM orders;",
    { history },
  );
  valid('a column that a function may have added', "SELECT add_columns('orders'); SELECT x FROM orders;", { history });
  valid(
    'system columns and the whole row',
    'SELECT ctid, xmin, orders, row_to_json(o) FROM orders o; SELECT orders FROM orders;',
    { history },
  );
  valid('a query in WITH of the same name', 'WITH orders AS (SELECT 1 AS x) SELECT x, orders.x FROM orders;', {
    history,
  });
  valid('a column of another table of the join', 'SELECT total FROM orders JOIN carts USING (id);', { history });
  valid('a column of the query around', 'SELECT 1 FROM carts WHERE EXISTS (SELECT 1 FROM orders WHERE total > 0);', {
    history,
  });
  valid('names of the result', 'SELECT id AS x FROM orders GROUP BY x ORDER BY x;', { history });
  valid(
    'aliases of columns',
    'SELECT x FROM orders AS o (x, y); INSERT INTO orders (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET note = excluded.note;',
    { history },
  );
  valid('a variable of a block', "DO $$ DECLARE x int := 1; BEGIN UPDATE orders SET note = 'a' WHERE id = x; END $$;", {
    history,
  });
  valid('a function that takes the row', 'SELECT o.full_name FROM orders o;', {
    history: [...history, "CREATE FUNCTION full_name(orders) RETURNS text LANGUAGE sql AS $$ SELECT 'a' $$;"],
  });
  valid('a function body', 'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT x FROM orders $$;', { history });
  valid(
    'catalogs',
    "SELECT relname, oid FROM pg_class WHERE relkind = 'r'; SELECT c.column_name FROM information_schema.columns c;",
  );
  valid('a column behind a rename', 'ALTER TABLE orders RENAME note TO remark; SELECT remark FROM orders;', {
    history,
  });

  invalid('a column in a query', {
    sql: 'SELECT id, «nota» FROM orders;',
    history,
    message: 'unknown',
    severity: 'warning',
    output: null,
  });
  invalid('a column of a table of this file', {
    sql: 'CREATE TABLE t (a int); CREATE INDEX i ON t («b»);',
    message: 'unknown',
    severity: 'error',
    output: null,
  });
  invalid('a column like no other', {
    sql: 'SELECT «archived_at» FROM orders;',
    history,
    message: 'unknown',
    severity: 'info',
    output: null,
  });
  invalid('a qualified column in a join', {
    sql: 'SELECT o.id FROM orders o JOIN carts c ON c.«order_id» = o.id WHERE o.«totl» > 1;',
    history,
    message: ['unknown', 'unknown'],
    output: null,
  });
  invalid('SET and WHERE of UPDATE', {
    sql: 'UPDATE orders SET «remark» = note WHERE «state» IS NULL;',
    history,
    message: ['unknown', 'unknown'],
    output: null,
  });
  invalid('the list of INSERT, in a block', {
    sql: 'DO $$ BEGIN INSERT INTO orders (id, «total») VALUES (1, 2); END $$;',
    history,
    message: 'unknown',
    output: null,
  });
  invalid('DELETE', { sql: 'delete from orders where «Total» > 1;', history, message: 'unknown', output: null });
  invalid('an index', {
    sql: 'CREATE INDEX CONCURRENTLY i ON orders (id, lower(«title»));',
    history,
    message: 'unknown',
    output: null,
  });
  invalid('constraints', {
    sql: 'ALTER TABLE orders ADD CHECK («total» > 0) NOT VALID; ALTER TABLE orders ADD FOREIGN KEY («cart») REFERENCES carts (id) NOT VALID;',
    history,
    message: ['unknown', 'unknown'],
    output: null,
  });
  invalid('ALTER COLUMN and RENAME', {
    sql: 'ALTER TABLE orders ALTER «a» SET NOT NULL; ALTER TABLE orders ALTER COLUMN «b» TYPE int USING b::int; ALTER TABLE orders RENAME «c» TO d;',
    history,
    message: ['unknown', 'unknown', 'unknown'],
    output: null,
  });
  invalid('a column that a migration has dropped', {
    sql: 'CREATE VIEW v AS SELECT «note» FROM orders;',
    history: [...history, 'ALTER TABLE orders DROP note;'],
    message: 'unknown',
    output: null,
  });
  invalid('comments, privileges, triggers and sequences', {
    sql: "COMMENT ON COLUMN orders.«a» IS 'x'; GRANT SELECT (id, «b») ON orders TO app; REVOKE UPDATE («c») ON orders FROM app; CREATE SEQUENCE s OWNED BY orders.«d»; ALTER SEQUENCE s OWNED BY orders.«e»; CREATE TRIGGER g AFTER UPDATE OF id, «z» ON orders FOR EACH ROW EXECUTE FUNCTION f();",
    history,
    message: ['unknown', 'unknown', 'unknown', 'unknown', 'unknown', 'unknown'],
    output: null,
  });
  invalid('a comment on a column of a table that this file makes', {
    sql: "CREATE TABLE notes (a int); COMMENT ON COLUMN notes.«b» IS 'x';",
    message: 'unknown',
    severity: 'error',
    output: null,
  });
  invalid('a column that no catalog has', {
    sql: 'SELECT «relnam» FROM pg_class; SELECT c.«columnname» FROM information_schema.columns c;',
    message: ['catalog', 'catalog'],
    output: null,
  });
});
