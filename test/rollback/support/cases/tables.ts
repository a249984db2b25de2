import { exact, lossy, never, type RollbackCase } from '../case.js';

export const tableCases: readonly RollbackCase[] = [
  lossy(
    'CREATE TABLE t (a int PRIMARY KEY, b text); CREATE INDEX ON t (b); INSERT INTO t VALUES (1); ALTER TABLE t ADD c int',
  ),
  lossy('CREATE TABLE t (a bigint REFERENCES orders); CREATE TABLE u (b int); COMMENT ON TABLE u IS $$x$$'),
  exact('CREATE TABLE IF NOT EXISTS orders (id int)'),
  lossy('CREATE TABLE copy AS SELECT * FROM orders'),
  lossy('SELECT * INTO copy2 FROM orders'),
  lossy('CREATE TABLE like_orders (LIKE orders INCLUDING ALL)'),
  lossy('CREATE UNLOGGED TABLE fast (id serial, v text)'),
  exact('CREATE TEMP TABLE scratch (a int)'),
  lossy('DROP TABLE app."Odd Name"'),
  lossy('DROP TABLE kids'),
  lossy('DROP TABLE kids, parents'),
  lossy('DROP TABLE parents, kids'),
  lossy('DROP TABLE parents CASCADE', { leaves: /kids_parent/ }),
  lossy('DROP TABLE ranged'),
  lossy('DROP TABLE events'),
  lossy('DROP TABLE events_2024'),
  lossy('DROP TABLE logs'),
  lossy('DROP TABLE logs_b'),
  lossy('DROP TABLE derived'),
  lossy('DROP TABLE base CASCADE'),
  lossy('DROP VIEW cheap; DROP MATERIALIZED VIEW totals; DROP TABLE orders CASCADE'),
  lossy('DROP TABLE orders CASCADE'),
  lossy('DROP TABLE customers CASCADE', { leaves: /orders_customer_id_fkey/ }),
  exact('CREATE TABLE once (a int); DROP TABLE once'),
  exact('ALTER TABLE kids RENAME TO children'),
  exact('ALTER TABLE app."Odd Name" RENAME TO "New Name"; ALTER TABLE app."New Name" RENAME "Mixed" TO plainer'),
  exact('ALTER TABLE orders RENAME TO sales; ALTER TABLE sales RENAME COLUMN total TO amount'),
  exact('ALTER TABLE orders SET SCHEMA app'),
  exact('ALTER TABLE orders SET SCHEMA app; ALTER TABLE app.orders RENAME TO buys'),
  lossy('CREATE TABLE more (a int); ALTER TABLE more SET SCHEMA app'),
  exact('ALTER TABLE kids SET UNLOGGED'),
  exact('ALTER TABLE kids SET LOGGED'),
  exact('ALTER TABLE orders OWNER TO app_rw'),
  exact('ALTER TABLE orders ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, DISABLE TRIGGER touch'),
  exact('ALTER TABLE customers ENABLE ROW LEVEL SECURITY'),
  exact('ALTER TABLE customers DISABLE ROW LEVEL SECURITY'),
  exact(
    'ALTER TABLE orders REPLICA IDENTITY FULL; ALTER TABLE orders SET (fillfactor = 50, autovacuum_enabled = false)',
  ),
  exact('ALTER TABLE customers REPLICA IDENTITY DEFAULT'),
  exact('ALTER TABLE orders SET (toast.autovacuum_enabled = false)'),
  exact('ALTER TABLE orders RESET (fillfactor)'),
  exact('ALTER TABLE customers SET WITHOUT CLUSTER'),
  exact('CLUSTER orders USING orders_pkey'),
  exact('ALTER TABLE events ATTACH PARTITION events_2025 FOR VALUES FROM ($$2025-01-01$$) TO ($$2026-01-01$$)'),
  exact('ALTER TABLE events DETACH PARTITION events_2024'),
  exact('ALTER TABLE events DETACH PARTITION events_2024 CONCURRENTLY'),
  exact('ALTER TABLE logs DETACH PARTITION logs_a'),
  exact('ALTER TABLE logs DETACH PARTITION logs_a CONCURRENTLY'),
  exact(
    'CREATE TABLE logs_c (id int NOT NULL, day date NOT NULL, what text); ALTER TABLE logs ATTACH PARTITION logs_c FOR VALUES FROM ($$2025-01-01$$) TO ($$2025-07-01$$)',
    { want: 'lossy' },
  ),
  exact('ALTER TABLE logs ATTACH PARTITION logs_c FOR VALUES FROM ($$2025-01-01$$) TO ($$2025-07-01$$)', {
    history:
      'CREATE TABLE logs (id int, day date NOT NULL, what text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day); CREATE INDEX logs_what ON logs (what); CREATE TABLE logs_c (id int NOT NULL, day date NOT NULL, what text);',
  }),
  lossy('CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ($$2026-01-01$$) TO ($$2027-01-01$$)'),
  lossy('CREATE TABLE events_rest PARTITION OF events DEFAULT'),
  lossy('ALTER TABLE derived NO INHERIT base', { leaves: /derived/ }),
  exact('ALTER TABLE twig INHERIT base2', {
    history:
      'CREATE TABLE base2 (id int, CONSTRAINT pos CHECK (id > 0)); CREATE TABLE twig (id int, CONSTRAINT pos CHECK (id > 0));',
  }),
  lossy('DROP TABLE h', {
    history:
      'CREATE TABLE h (id int, t text) PARTITION BY HASH (id); CREATE TABLE h0 PARTITION OF h FOR VALUES WITH (MODULUS 2, REMAINDER 0); CREATE TABLE h1 PARTITION OF h FOR VALUES WITH (MODULUS 2, REMAINDER 1);',
  }),
  lossy('DROP TABLE l', {
    history:
      "CREATE TABLE l (id int, t text NOT NULL, UNIQUE (id, t)) PARTITION BY LIST (t); CREATE TABLE l_a PARTITION OF l FOR VALUES IN ('a', 'b'); CREATE TABLE l_d PARTITION OF l DEFAULT; COMMENT ON TABLE l_a IS 'ab'; GRANT SELECT ON l_a TO PUBLIC;",
  }),
  lossy('DROP TABLE typed', {
    history:
      'CREATE TYPE pair AS (a int, b text); CREATE TABLE typed OF pair (a WITH OPTIONS NOT NULL, PRIMARY KEY (a));',
  }),
  exact('ALTER TABLE typed NOT OF', { history: 'CREATE TYPE pair AS (a int, b text); CREATE TABLE typed OF pair;' }),
  exact('ALTER TABLE loose OF pair', {
    history: 'CREATE TYPE pair AS (a int, b text); CREATE TABLE loose (a int, b text);',
  }),
  lossy('DROP TABLE x', {
    history:
      "CREATE TABLE x (id serial PRIMARY KEY, v int GENERATED BY DEFAULT AS IDENTITY (START WITH 7 INCREMENT BY 2), g int GENERATED ALWAYS AS (1 + 2) STORED, t text COLLATE \"C\" DEFAULT 'a;b', CONSTRAINT c CHECK (v > 0) NO INHERIT, UNIQUE NULLS NOT DISTINCT (t), UNIQUE (v) INCLUDE (g)) WITH (fillfactor = 80); CREATE INDEX x_e ON x ((lower(t)) text_pattern_ops DESC) INCLUDE (g) WITH (fillfactor = 70) WHERE t IS NOT NULL; ALTER TABLE x ALTER t SET STATISTICS 9, ALTER t SET STORAGE MAIN; COMMENT ON CONSTRAINT c ON x IS 'cc'; ALTER TABLE x CLUSTER ON x_pkey; ALTER TABLE x REPLICA IDENTITY FULL;",
  }),
  never('DELETE FROM orders WHERE id = 3'),
  never('UPDATE orders SET total = 1'),
  never('TRUNCATE events'),
  never('INSERT INTO customers (email) VALUES ($$x$$)'),
  lossy('INSERT INTO parents VALUES (100), (101)'),
  lossy('INSERT INTO parents (id) VALUES (200)'),
  never('INSERT INTO parents VALUES (100) ON CONFLICT DO NOTHING'),
  never("SELECT setval('ticket', 900)"),
  exact('DO $$ BEGIN PERFORM 1; END $$'),
  exact(
    "BEGIN; SET LOCAL lock_timeout = '1s'; ALTER TABLE orders ADD z int; COMMIT; SELECT 1; VACUUM orders; ANALYZE",
    { want: 'lossy' },
  ),
  exact('BEGIN; DROP TABLE kids; ROLLBACK'),
];
