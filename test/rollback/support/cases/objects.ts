import { exact, lossy, never, type RollbackCase } from '../case.js';

export const objectCases: readonly RollbackCase[] = [
  exact('CREATE VIEW dear AS SELECT * FROM orders; CREATE MATERIALIZED VIEW m AS SELECT 1 AS a'),
  exact('CREATE OR REPLACE VIEW cheap AS SELECT id, total, note FROM orders'),
  exact('CREATE OR REPLACE VIEW cheap AS SELECT id, total FROM orders WHERE total < 3'),
  exact('DROP VIEW cheap'),
  exact('DROP MATERIALIZED VIEW totals'),
  exact('ALTER VIEW cheap RENAME TO cheaper; DROP VIEW cheaper'),
  exact('ALTER VIEW cheap RENAME COLUMN total TO amount'),
  exact('ALTER VIEW cheap SET SCHEMA app'),
  exact('ALTER VIEW cheap SET (security_barrier = true)'),
  exact('ALTER VIEW cheap ALTER COLUMN total SET DEFAULT 5'),
  exact('ALTER VIEW cheap OWNER TO app_rw'),
  exact('CREATE OR REPLACE VIEW v1 AS SELECT a, b FROM t', {
    history:
      'CREATE TABLE t (a int, b int); CREATE VIEW v1 AS SELECT a FROM t; CREATE VIEW v2 AS SELECT a FROM v1; GRANT SELECT ON v2 TO PUBLIC; COMMENT ON VIEW v1 IS $$one$$;',
  }),
  exact('DROP VIEW v1 CASCADE', {
    history:
      'CREATE TABLE t (a int, b int); CREATE VIEW v1 AS SELECT * FROM t; CREATE VIEW v2 AS SELECT v1.* FROM v1; ALTER TABLE t ADD c int;',
  }),
  exact('DROP VIEW v1', {
    history:
      'CREATE TABLE t (a int, b int); CREATE VIEW v1 (x, y) WITH (security_barrier) AS SELECT a, b FROM t WHERE a > 0 WITH LOCAL CHECK OPTION; ALTER TABLE t RENAME a TO aa; ALTER TABLE t RENAME TO tt;',
  }),
  exact('DROP VIEW v1', {
    history:
      'CREATE TABLE t (a int, b int); CREATE VIEW v1 AS SELECT a, sum(b) AS s FROM t GROUP BY a ORDER BY a; ALTER TABLE t RENAME a TO aa;',
  }),
  exact('DROP MATERIALIZED VIEW mv', {
    history:
      'CREATE TABLE t (a int, b int); CREATE MATERIALIZED VIEW mv WITH (fillfactor = 70) AS SELECT a, b FROM t WITH NO DATA; CREATE INDEX ON mv (a);',
    // Whether it was filled since is in no file, and one that is not fails its readers.
    leaves: /public\.mv|populated/,
  }),
  exact('REFRESH MATERIALIZED VIEW totals'),
  exact('CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$'),
  exact("CREATE FUNCTION plus(a text, b text DEFAULT ',') RETURNS text LANGUAGE sql AS 'SELECT a || b'"),
  exact(
    'CREATE OR REPLACE FUNCTION plus(a integer, b int4 DEFAULT 2) RETURNS int LANGUAGE sql IMMUTABLE RETURN a + b + 0',
  ),
  exact('CREATE PROCEDURE p(INOUT x int, y numeric(10, 2)) LANGUAGE plpgsql AS $$ BEGIN NULL; END $$'),
  exact('DROP FUNCTION plus'),
  exact('DROP FUNCTION plus(int, int)'),
  exact('DROP FUNCTION shown()'),
  exact('DROP FUNCTION add_up(numeric, numeric)', {
    history:
      "CREATE FUNCTION add_up(a int, b int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION add_up(a numeric, b numeric) RETURNS numeric LANGUAGE sql AS 'SELECT 1.0';",
  }),
  exact('ALTER FUNCTION shown() VOLATILE SECURITY INVOKER RESET search_path'),
  exact('ALTER FUNCTION plus(int, int) RENAME TO add2'),
  exact('ALTER FUNCTION plus(int, int) SET SCHEMA app'),
  exact('ALTER FUNCTION plus(int, int) OWNER TO app_rw'),
  exact('DROP TRIGGER touch ON orders; DROP FUNCTION touch() CASCADE'),
  exact('DROP FUNCTION f(int) CASCADE', {
    history:
      "CREATE FUNCTION f(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1'; CREATE TABLE t (a int DEFAULT f(1), b int, CONSTRAINT c CHECK (f(b) > 0)); CREATE INDEX ti ON t (f(b)); CREATE VIEW v AS SELECT f(a) AS x FROM t;",
  }),
  exact(
    'CREATE FUNCTION a2t(address) RETURNS text LANGUAGE sql AS $$ SELECT $1.street $$; CREATE CAST (address AS text) WITH FUNCTION a2t(address)',
  ),
  exact('DROP CAST (mood AS int)'),
  exact('DROP AGGREGATE total_of(int)'),
  exact('CREATE AGGREGATE t2 (int) (SFUNC = int4pl, STYPE = int)'),
  exact('DROP OPERATOR === (int, int)'),
  exact('CREATE OPERATOR ==== (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq)'),
  exact('CREATE TRIGGER second AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION touch()'),
  exact('DROP TRIGGER quiet ON customers'),
  exact('ALTER TRIGGER touch ON orders RENAME TO ot'),
  exact('ALTER TABLE customers ENABLE TRIGGER quiet'),
  exact('ALTER TABLE orders ENABLE TRIGGER touch'),
  exact('ALTER TABLE orders ENABLE ALWAYS TRIGGER touch'),
  exact('ALTER TABLE orders DISABLE TRIGGER ALL'),
  exact(
    'CREATE OR REPLACE TRIGGER touch BEFORE UPDATE OF total ON orders FOR EACH ROW WHEN (new.total > 5) EXECUTE FUNCTION touch()',
  ),
  exact("CREATE TYPE size AS ENUM ('s'); CREATE DOMAIN d AS int"),
  exact('DROP CAST (mood AS int); DROP FUNCTION mood_code(mood); DROP TYPE mood'),
  exact('DROP TYPE mood CASCADE'),
  exact('DROP TYPE address'),
  exact('DROP TYPE span'),
  exact('DROP DOMAIN cents'),
  exact('DROP DOMAIN mail'),
  exact("ALTER TYPE mood RENAME VALUE 'so' TO 'so-so'; ALTER TYPE mood RENAME TO feeling"),
  never("ALTER TYPE mood ADD VALUE 'great'"),
  exact('DROP TYPE e', {
    history:
      "CREATE TYPE e AS ENUM ('a', 'c'); ALTER TYPE e ADD VALUE 'b' BEFORE 'c'; ALTER TYPE e ADD VALUE 'aa' AFTER 'a';",
  }),
  exact(
    "ALTER TYPE st RENAME TO st_old; CREATE TYPE st AS ENUM ('a', 'b'); ALTER TABLE t ALTER s DROP DEFAULT, ALTER s TYPE st USING s::text::st, ALTER s SET DEFAULT 'a'; DROP TYPE st_old",
    {
      history: "CREATE TYPE st AS ENUM ('a', 'b', 'c'); CREATE TABLE t (id int, s st DEFAULT 'b');",
      rows: "INSERT INTO t VALUES (1, 'a'), (2, 'b');",
    },
  ),
  lossy('ALTER TYPE address ADD ATTRIBUTE zip text'),
  lossy('ALTER TYPE address DROP ATTRIBUTE town'),
  exact('ALTER TYPE address RENAME ATTRIBUTE town TO city'),
  exact('ALTER TYPE address ALTER ATTRIBUTE town TYPE varchar(30)'),
  exact('ALTER DOMAIN mail DROP CONSTRAINT has_at'),
  exact('ALTER DOMAIN mail ADD CONSTRAINT short CHECK (length(VALUE) < 99)'),
  exact('ALTER DOMAIN cents ADD CHECK (VALUE < 1000000)'),
  exact('ALTER DOMAIN mail DROP DEFAULT, DROP NOT NULL'.replace(', DROP NOT NULL', '')),
  exact('ALTER DOMAIN mail DROP NOT NULL'),
  exact('ALTER DOMAIN mail RENAME CONSTRAINT has_at TO at'),
  exact('CREATE SCHEMA more; CREATE SEQUENCE s; CREATE SCHEMA IF NOT EXISTS app'),
  lossy('CREATE SCHEMA sd CREATE TABLE x (a int) CREATE VIEW vx AS SELECT a FROM x'),
  lossy('DROP SCHEMA app CASCADE'),
  exact('ALTER SCHEMA app RENAME TO app2'),
  lossy('DROP SEQUENCE ticket'),
  lossy('DROP SEQUENCE invoice'),
  lossy('DROP SEQUENCE orders_id_seq CASCADE'),
  exact('ALTER SEQUENCE invoice INCREMENT BY 7 NO CYCLE MAXVALUE 5000'),
  exact('ALTER SEQUENCE ticket INCREMENT BY 2 CACHE 9 CYCLE AS int'.replace(' AS int', '')),
  never('ALTER SEQUENCE ticket RESTART WITH 50'),
  exact('ALTER SEQUENCE ticket OWNED BY orders.total'),
  exact('ALTER SEQUENCE ticket RENAME TO tickets'),
  exact(
    "COMMENT ON COLUMN orders.note IS 'else'; COMMENT ON TABLE orders IS 'all orders'; COMMENT ON INDEX orders_note_idx IS NULL",
  ),
  exact(
    "COMMENT ON FUNCTION plus(int, int) IS 'new'; COMMENT ON POLICY own ON customers IS 'new'; COMMENT ON TYPE mood IS 'm'; COMMENT ON SCHEMA app IS 's'; COMMENT ON CONSTRAINT note_length ON orders IS 'n'; COMMENT ON TRIGGER touch ON orders IS 't'; COMMENT ON DOMAIN mail IS 'd'; COMMENT ON SEQUENCE ticket IS 'q'",
  ),
  exact('CREATE POLICY mine ON orders USING (total > 0); CREATE STATISTICS app.st ON total, note FROM orders'),
  exact('DROP POLICY own ON customers'),
  exact('ALTER POLICY own ON customers USING (id > 0)'),
  exact('ALTER POLICY own ON customers TO PUBLIC'),
  exact('ALTER POLICY own ON customers RENAME TO theirs'),
  exact('DROP STATISTICS orders_st'),
  exact('ALTER STATISTICS orders_st SET STATISTICS 5'),
  exact('ALTER STATISTICS orders_st RENAME TO ost'),
  exact(
    'CREATE RULE quiet AS ON UPDATE TO app."Odd Name" DO INSTEAD NOTHING; CREATE PUBLICATION pub FOR TABLE parents',
  ),
  exact('DROP RULE no_delete ON app."Odd Name"'),
  exact('CREATE OR REPLACE RULE no_delete AS ON DELETE TO app."Odd Name" DO ALSO NOTHING'),
  exact('DROP PUBLICATION feed'),
  exact('ALTER PUBLICATION feed ADD TABLE parents'),
  exact('ALTER PUBLICATION feed DROP TABLE customers'),
  exact('ALTER PUBLICATION feed SET TABLE parents'),
  exact("ALTER PUBLICATION feed SET (publish = 'insert')"),
  exact('ALTER PUBLICATION feed RENAME TO feed2'),
  exact('GRANT SELECT, UPDATE (note) ON orders TO PUBLIC'),
  exact('GRANT SELECT, INSERT ON orders TO app_ro'),
  exact('GRANT SELECT ON orders TO app_ro WITH GRANT OPTION'),
  exact('GRANT ALL ON orders TO app_ro'),
  exact('REVOKE SELECT ON orders FROM app_ro'),
  exact('REVOKE ALL ON customers FROM app_rw'),
  exact('REVOKE GRANT OPTION FOR SELECT ON customers FROM app_rw'),
  exact('GRANT EXECUTE ON FUNCTION plus(int, int) TO PUBLIC'),
  exact('REVOKE EXECUTE ON FUNCTION touch() FROM PUBLIC'),
  exact('GRANT SELECT ON ALL TABLES IN SCHEMA public TO app_rw'),
  exact('GRANT USAGE ON SCHEMA app TO app_ro'),
  exact('GRANT USAGE ON SEQUENCE ticket TO app_ro; GRANT USAGE ON TYPE mood TO app_ro'),
  exact('ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO app_ro'),
  exact('ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT ON TABLES FROM app_ro', {
    history:
      'CREATE ROLE app_ro; CREATE TABLE t0 (a int); ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT ON TABLES TO app_ro;',
  }),
  lossy('DROP TABLE t1', {
    history:
      'CREATE ROLE app_ro; CREATE TABLE t0 (a int); ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO app_ro; CREATE TABLE t1 (a int);',
  }),
  lossy('DROP TABLE t0', {
    history:
      'CREATE ROLE app_ro; CREATE TABLE t0 (a int); ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO app_ro;',
  }),
  exact('GRANT app_ro TO app_rw'),
  exact('CREATE ROLE third'),
  exact('DROP COLLATION plain_c'),
  exact('CREATE EVENT TRIGGER et ON ddl_command_end EXECUTE FUNCTION on_ddl()'),
  exact('ALTER EVENT TRIGGER et DISABLE', {
    history:
      'CREATE FUNCTION on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN NULL; END $$; CREATE EVENT TRIGGER et ON ddl_command_end EXECUTE FUNCTION on_ddl();',
  }),
  exact('DROP EVENT TRIGGER et', {
    history:
      'CREATE FUNCTION on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN NULL; END $$; CREATE EVENT TRIGGER et ON ddl_command_end EXECUTE FUNCTION on_ddl(); ALTER EVENT TRIGGER et ENABLE ALWAYS;',
  }),
  exact('DROP TEXT SEARCH CONFIGURATION tidy'),
  exact('CREATE TEXT SEARCH CONFIGURATION t3 (COPY = simple)'),
  exact('ALTER TEXT SEARCH CONFIGURATION tidy DROP MAPPING FOR url'),
  exact(
    "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'a'); CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (u 'x'); CREATE FOREIGN TABLE ft (a int) SERVER s",
    { want: 'lossy' },
  ),
  exact("ALTER SERVER s OPTIONS (SET host 'b', ADD port '1')", {
    history: "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'a');",
  }),
  exact('DROP SERVER s CASCADE', {
    history:
      "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'a'); CREATE USER MAPPING FOR PUBLIC SERVER s;",
  }),
  exact('SET search_path = app; CREATE VIEW vv AS SELECT 1 AS a; ALTER TABLE "Odd Name" ALTER plain SET DEFAULT 5'),
  exact('SET search_path = app; CREATE INDEX oi ON "Odd Name" (plain); RESET search_path; DROP INDEX app.oi'),
];
