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
  valid(
    'columns of a view whose query is known in part',
    'SELECT x FROM v; SELECT x FROM w; SELECT x FROM m; SELECT x FROM c; SELECT x FROM n;',
    {
      history: [
        ...history,
        'CREATE VIEW v AS SELECT ${query}; CREATE VIEW w AS SELECT ${columns}, id FROM orders;',
        'CREATE MATERIALIZED VIEW m AS SELECT o.${column} FROM orders o; CREATE TABLE c AS SELECT ${query};',
        'CREATE VIEW n AS SELECT id AS ${name} FROM orders;',
      ],
    },
  );
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
    severity: 'error',
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
    severity: 'error',
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

  describe('in every place', () => {
    const shop = [
      'CREATE TABLE t (id int PRIMARY KEY, name text, n int, "Odd" int); CREATE TABLE u (id int PRIMARY KEY, t_id int, v text); CREATE VIEW w AS SELECT id, name AS label FROM t;',
    ];
    const silent: readonly string[] = [
      'SELECT x.a, label FROM (SELECT id AS a FROM t) x, w;',
      'SELECT column1, x.column2 FROM (VALUES (1, 2)) x; SELECT x.q FROM (VALUES (1, 2)) x (p, q);',
      'SELECT key, value, e.key FROM t, jsonb_each(to_jsonb(t)) e; SELECT i FROM generate_series(1, 3) AS g (i);',
      'SELECT t.id FROM t LEFT JOIN LATERAL (SELECT v FROM u WHERE u.t_id = t.id LIMIT 1) l ON true WHERE l.v IS NULL;',
      'SELECT n, count(*) AS c FROM t GROUP BY n ORDER BY c; SELECT upper(name) FROM t ORDER BY upper;',
      'SELECT id AS z FROM t UNION SELECT t_id FROM u ORDER BY z; SELECT j.id FROM (t JOIN u USING (id)) j;',
      'WITH RECURSIVE r (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 3) SELECT i, r.i FROM r;',
      'WITH a AS (SELECT 1 AS x), b AS (WITH c AS (SELECT x FROM a) SELECT c.x FROM c) SELECT x, b.x FROM b;',
      'WITH d AS (DELETE FROM u RETURNING id, v) SELECT d.v FROM d; WITH d AS (DELETE FROM u RETURNING *) SELECT d.v FROM d;',
      'SELECT id FROM t WHERE EXISTS (SELECT 1 FROM u WHERE t_id = t.id AND name = v); SELECT (SELECT max(n) FROM u) FROM t;',
      'SELECT public.t.id FROM public.t; SELECT "Odd", t."Odd" FROM t; SELECT f.now, f."case" FROM (SELECT now(), CASE WHEN true THEN 1 END) f;',
      'INSERT INTO u AS k (id, v) VALUES (1, NULL) ON CONFLICT (id) DO UPDATE SET v = excluded.v || k.v RETURNING k.id, v, old.v;',
      'UPDATE t SET n = s.c FROM (SELECT t_id, count(*) AS c FROM u GROUP BY t_id) s WHERE s.t_id = t.id RETURNING t.id, s.c;',
      'MERGE INTO t x USING (SELECT id AS k, v FROM u) s ON x.id = s.k WHEN MATCHED THEN UPDATE SET name = s.v WHEN NOT MATCHED THEN INSERT (id) VALUES (s.k);',
      'CREATE POLICY p ON t USING (t.n = 1 AND EXISTS (SELECT 1 FROM u WHERE u.t_id = t.id AND name IS NOT NULL));',
      'CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION f();',
      'CREATE RULE r AS ON UPDATE TO w DO INSTEAD UPDATE t SET name = NEW.label WHERE t.id = OLD.id;',
      'CREATE STATISTICS s ON id, (n % 2) FROM t; CREATE PUBLICATION p FOR TABLE t (id, n) WHERE (n > 1); ANALYZE t (id); COPY t (id) TO STDOUT;',
      'CREATE TABLE z (a int, b int GENERATED ALWAYS AS (a * 2) STORED, c int REFERENCES z (a), CHECK (z.a > b), PRIMARY KEY (a)) PARTITION BY RANGE (a);',
      'CREATE TABLE z (LIKE t, CHECK (n > 0)); CREATE TABLE y (CHECK (n > 0)) INHERITS (t);',
      'ALTER TABLE t ADD q int CHECK (q > n), ADD r int GENERATED ALWAYS AS (n * 2) STORED; ALTER TABLE t ALTER n SET STATISTICS 5;',
      'DO $$ DECLARE r record; k int; BEGIN FOR r IN SELECT id AS x FROM t LOOP UPDATE u SET v = r.x WHERE u.id = k; END LOOP; END $$;',
    ];
    for (const sql of silent) valid(sql, sql, { history: shop });

    for (const sql of [
      'SELECT id FROM t ORDER BY «nam»;',
      'SELECT count(*) FROM t GROUP BY «nam»;',
      'SELECT «nam» FROM t, u;',
      'SELECT t.id FROM t JOIN u USING («n»);',
      'UPDATE t SET n = 1 RETURNING «nam»;',
      'UPDATE t SET n = (SELECT max(«nam») FROM u);',
      'SELECT EXISTS (SELECT 1 FROM u WHERE u.t_id = t.«idd») FROM t;',
      'INSERT INTO u (id) VALUES (1) ON CONFLICT («idd») DO NOTHING;',
      'INSERT INTO u (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET «vv» = 1;',
      'INSERT INTO u (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET v = excluded.«vv»;',
      'MERGE INTO t USING u ON t.id = u.«idd» WHEN MATCHED THEN UPDATE SET «nam» = 1;',
      'MERGE INTO t USING u ON t.id = u.id WHEN NOT MATCHED THEN INSERT (id, «nam») VALUES (1, 2);',
      'COPY t (id, «nam») FROM STDIN;',
      'ANALYZE t («nam»);',
      'CREATE POLICY p ON t USING («nam» = 1);',
      'CREATE STATISTICS s ON id, «nam» FROM t;',
      'CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW WHEN (NEW.«nam» = 1) EXECUTE FUNCTION f();',
      'ALTER TABLE t ADD q int GENERATED ALWAYS AS («nam» * 2) STORED;',
      'ALTER TABLE t ADD FOREIGN KEY (n) REFERENCES u («idd») NOT VALID;',
      'ALTER TABLE t ALTER «nam» SET STORAGE main;',
      'ALTER TABLE t ADD EXCLUDE USING btree («nam» WITH =);',
      'CREATE TABLE z (id int, CHECK («idd» > 0));',
      'CREATE TABLE z (id int, UNIQUE («idd»));',
      'CREATE TABLE z (id int) PARTITION BY RANGE («idd»);',
      'CREATE TABLE z (id int, t_id int REFERENCES t («idd»));',
      'SELECT «nam» FROM w;',
    ])
      invalid(sql, { sql, history: shop, message: 'unknown', severity: 'error', output: null });

    for (const sql of [
      'WITH x AS (SELECT id FROM t) SELECT x.«nam» FROM x;',
      'SELECT s.«v» FROM (SELECT id FROM u) s;',
      'UPDATE t SET n = 1 FROM (SELECT id FROM u) s WHERE s.«t_id» = t.id;',
      'SELECT «v» FROM (SELECT id FROM u) s;',
    ])
      invalid(sql, { sql, history: shop, message: 'output', severity: 'error', output: null });

    for (const sql of [
      'SELECT «t».id FROM u;',
      'UPDATE t x SET n = 1 WHERE «t».id = 1;',
      'DELETE FROM u WHERE «t».id = u.t_id;',
      'SELECT 1 FROM pg_class WHERE «pg_index».indisvalid;',
    ])
      invalid(sql, { sql, history: shop, message: 'notInFrom', severity: 'error', output: null });
  });
});
