import { exact, lossy, never, type RollbackCase } from '../case.js';

const H = (history: string, rows = ''): Partial<RollbackCase> => ({ history, rows });

const touch =
  "CREATE TABLE member (id int PRIMARY KEY, mail text); CREATE FUNCTION on_join() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$ BEGIN RETURN new; END $$; CREATE TRIGGER joined AFTER INSERT ON member FOR EACH ROW EXECUTE FUNCTION on_join();";
const stage =
  "CREATE TYPE stage AS ENUM ('draft', 'live', 'gone'); CREATE TABLE page (id int, s stage DEFAULT 'live', t text, CONSTRAINT seen CHECK (s <> 'live' OR id > 0)); CREATE INDEX page_live ON page (id) WHERE s = 'live'; CREATE VIEW shown AS SELECT id FROM page WHERE s = 'live'; CREATE POLICY p ON page USING (s = 'live'); CREATE INDEX page_both ON page (id) WHERE s = 'live' AND t = 'live'; ALTER TYPE stage RENAME VALUE 'live' TO 'published';";
const hung = `${touch} CREATE VIEW v AS SELECT id, mail FROM member; CREATE VIEW w AS SELECT mail FROM v; CREATE TRIGGER v_up INSTEAD OF UPDATE ON v FOR EACH ROW EXECUTE FUNCTION on_join(); COMMENT ON TRIGGER v_up ON v IS 'up'; CREATE TRIGGER w_del INSTEAD OF DELETE ON w FOR EACH ROW EXECUTE FUNCTION on_join(); CREATE RULE quiet AS ON DELETE TO v DO INSTEAD NOTHING;`;
const computed = H(
  "CREATE TABLE over (id int, n int CHECK (n > 5 OR n IN (1, 2)), c varchar(20) CHECK (c IN ('a', 'b') OR c ~ '^x'), CONSTRAINT pair CHECK (n > id OR c <> ''), CONSTRAINT small CHECK (n < 900) NO INHERIT); ALTER TABLE over ADD CONSTRAINT late CHECK (n <> 77) NOT VALID; COMMENT ON CONSTRAINT small ON over IS 's'; CREATE INDEX over_some ON over (id) WHERE n > 5; CREATE UNIQUE INDEX over_sum ON over ((n + 1), lower(c) DESC); COMMENT ON INDEX over_sum IS 'sum'; CREATE INDEX over_n ON over (n); ALTER TABLE over CLUSTER ON over_n;",
  "INSERT INTO over VALUES (1, 6, 'a'), (2, 7, 'xy');",
);
const unseen =
  'CREATE TABLE orders (id int PRIMARY KEY, qty int DEFAULT 3); CREATE VIEW v AS SELECT id FROM orders; CREATE TABLE whole (n int, CONSTRAINT small CHECK (n < 99)) PARTITION BY LIST (n); CREATE TABLE part (n int); CREATE TYPE pair AS (a int, b int); CREATE TABLE typed OF pair;';
const twice = 'CREATE SCHEMA app; CREATE TABLE app.t (a int); CREATE TABLE t (a int);';

/** What other people's migrations do, and the tool was not made for. */
export const strangerCases: readonly RollbackCase[] = [
  // The schema "public" is there, whatever the files say.
  never('REVOKE CREATE ON SCHEMA public FROM PUBLIC', H('CREATE TABLE known (a int);')),
  exact('REVOKE USAGE ON SCHEMA public FROM PUBLIC', H('CREATE TABLE known (a int);')),
  exact('GRANT USAGE ON SCHEMA public TO app_ro', H('CREATE ROLE app_ro; CREATE TABLE known (a int);')),
  exact(
    'GRANT USAGE ON SCHEMA public TO app_ro',
    H('CREATE ROLE app_ro; CREATE TABLE known (a int); REVOKE ALL ON SCHEMA public FROM PUBLIC;'),
  ),
  // What has just been dropped was not there before its CREATE OR REPLACE.
  exact(
    "DROP FUNCTION IF EXISTS on_join() CASCADE; CREATE OR REPLACE FUNCTION on_join() RETURNS trigger LANGUAGE plpgsql SET search_path = 'public' AS $$ BEGIN RETURN new; END $$; CREATE TRIGGER joined AFTER INSERT ON member FOR EACH ROW EXECUTE FUNCTION on_join()",
    H(touch),
  ),
  lossy(
    'DROP TABLE member CASCADE; CREATE TABLE IF NOT EXISTS member (id int PRIMARY KEY); CREATE INDEX IF NOT EXISTS member_id ON member (id)',
    H(touch),
  ),
  exact(
    'DROP VIEW v; CREATE OR REPLACE VIEW v AS SELECT mail, id FROM member',
    H(`${touch} CREATE VIEW v AS SELECT id, mail FROM member;`),
  ),
  never('DROP VIEW IF EXISTS v; CREATE OR REPLACE VIEW v AS SELECT 1 AS a', H('CREATE TABLE known (a int);')),
  // RENAME VALUE changes every expression that names the value.
  exact('DROP INDEX page_live', H(stage)),
  exact('ALTER TABLE page DROP CONSTRAINT seen', H(stage)),
  exact('DROP VIEW shown', H(stage)),
  exact('DROP POLICY p ON page', H(stage)),
  exact('ALTER TABLE page ALTER s DROP DEFAULT', H(stage)),
  never('DROP INDEX page_both', H(stage)),
  // A new name for a schema changes nothing in what names its objects.
  exact(
    'ALTER SCHEMA a RENAME TO a2; ALTER TABLE a2.t DROP CONSTRAINT t_x_key',
    H('CREATE SCHEMA a; CREATE TABLE a.t (id int, x int UNIQUE); CREATE VIEW a.v AS SELECT id, x FROM a.t;'),
  ),
  // A view that groups by the primary key needs it.
  never(
    'ALTER TABLE t DROP CONSTRAINT t_pkey CASCADE',
    H('CREATE TABLE t (id int PRIMARY KEY, b text); CREATE VIEW g AS SELECT id, b, count(*) AS n FROM t GROUP BY id;'),
  ),
  exact(
    'ALTER TABLE t DROP CONSTRAINT t_pkey CASCADE',
    H('CREATE TABLE t (id int PRIMARY KEY, b text); CREATE VIEW g AS SELECT id, b FROM t;'),
  ),
  // In CREATE TABLE, NOT VALID means nothing.
  exact(
    'ALTER TABLE t VALIDATE CONSTRAINT c; ALTER TABLE t RENAME CONSTRAINT c TO positive',
    H('CREATE TABLE t (n int, CONSTRAINT c CHECK (n > 0) NOT VALID);'),
  ),
  // What was made for the earlier type waits for it, and the rest runs.
  never(
    'DROP INDEX t_even; ALTER TABLE t ALTER at DROP DEFAULT, ALTER at TYPE timestamptz USING to_timestamp(at), ALTER at SET DEFAULT now(); COMMENT ON TABLE t IS $$x$$',
    H('CREATE TABLE t (at bigint NOT NULL DEFAULT 0); CREATE INDEX t_even ON t (at) WHERE at % 2 = 0;'),
  ),
  // Run again wherever it stopped: several steps, and a name that means two things on the way.
  lossy(
    'ALTER TABLE t RENAME code TO code_old; ALTER TABLE t ADD COLUMN code bigint; CREATE INDEX t_code ON t (code); ALTER TABLE t ADD CONSTRAINT pos CHECK (code > 0)',
    H('CREATE TABLE t (id int PRIMARY KEY, code text);', "INSERT INTO t VALUES (1, 'x');"),
  ),
  exact(
    'ALTER TABLE t DROP CONSTRAINT t_code_key; ALTER TABLE t RENAME TO u; CREATE VIEW t AS SELECT * FROM u',
    H('CREATE TABLE t (id int PRIMARY KEY, code text UNIQUE);', "INSERT INTO t VALUES (1, 'x');"),
  ),
  lossy('ALTER TABLE t DROP COLUMN code; ALTER TABLE t ADD COLUMN kind text; CREATE INDEX t_kind ON t (kind)', {
    ...H(
      'CREATE TABLE t (id int, code text NOT NULL); CREATE INDEX t_code ON t (code);',
      "INSERT INTO t VALUES (1, 'x');",
    ),
    leaves: /code/,
  }),
  exact(
    'ALTER TABLE c DROP CONSTRAINT c_p_fkey; DROP INDEX c_p; DROP VIEW v; ALTER TABLE c ALTER p DROP NOT NULL',
    H(
      'CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (p int NOT NULL REFERENCES p); CREATE INDEX c_p ON c (p); CREATE VIEW v AS SELECT p FROM c;',
      'INSERT INTO p VALUES (1); INSERT INTO c VALUES (1);',
    ),
  ),
  // SET LOCAL holds to the end of the transaction, and outside of one not at all.
  exact('SET LOCAL search_path = app; ALTER TABLE t ALTER a SET NOT NULL', H(twice)),
  exact('SET LOCAL search_path = app; ALTER TABLE t ALTER a SET NOT NULL', {
    ...H(twice),
    config: { transaction: 'per-file' },
  }),
  exact(
    'BEGIN; SET LOCAL search_path = app; ALTER TABLE t ALTER a SET NOT NULL; COMMIT; ALTER TABLE t ALTER a SET DEFAULT 1',
    H(twice),
  ),
  exact(
    'BEGIN; SET search_path = app; ALTER TABLE t ALTER a SET DEFAULT 1; ROLLBACK; ALTER TABLE t ALTER a SET NOT NULL',
    H(twice),
  ),
  exact(
    "SELECT pg_catalog.set_config('search_path', 'app', false); ALTER TABLE t ALTER a SET NOT NULL; RESET ALL; ALTER TABLE t ALTER a SET DEFAULT 1",
    H(twice),
  ),
  exact(
    'DO $$ BEGIN SET LOCAL search_path = app; END $$; ALTER TABLE t ALTER a SET NOT NULL; SET search_path = app; DISCARD ALL; ALTER TABLE t ALTER a SET DEFAULT 1',
    H(twice),
  ),
  lossy('SET search_path = app, public; ALTER TABLE t ADD COLUMN b int', {
    hidden: `${twice} ALTER TABLE t ADD COLUMN b text;`,
  }),
  lossy('SET search_path = app; ALTER TABLE t ADD COLUMN b int; CREATE TABLE u (a int)', { hidden: twice }),
  // What hangs on a view that has to be made anew, and on the views that read it.
  exact('CREATE OR REPLACE VIEW v AS SELECT id, mail, 1 AS one FROM member', H(hung)),
  exact('CREATE OR REPLACE VIEW v AS SELECT id, mail, 1 AS one FROM member; DROP VIEW w', H(hung)),
  exact(
    'ALTER VIEW v RENAME COLUMN mail TO post; DROP VIEW v',
    H(`${touch} CREATE VIEW v (id, mail) AS SELECT id, mail FROM member;`),
  ),
  // A function takes the enum that makes way for a new one.
  exact(
    "ALTER TYPE stage RENAME TO stage_old; CREATE TYPE stage AS ENUM ('draft', 'seen', 'live'); DROP FUNCTION f(stage_old); ALTER TABLE page ALTER s TYPE stage USING s::text::stage; DROP TYPE stage_old",
    H(
      "CREATE TYPE stage AS ENUM ('draft', 'live'); CREATE TABLE page (id int, s stage); CREATE FUNCTION f(s stage) RETURNS text LANGUAGE sql AS 'SELECT s::text';",
    ),
  ),
  // What is stored keeps what the newer function gave, until it is computed again.
  lossy("CREATE OR REPLACE FUNCTION tax(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n * 3'", {
    ...H(
      "CREATE FUNCTION tax(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n * 2'; CREATE TABLE bill (n int, t int GENERATED ALWAYS AS (tax(n)) STORED);",
    ),
    between: 'INSERT INTO bill VALUES (1);',
  }),
  exact(
    "CREATE OR REPLACE FUNCTION tax(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n * 3'",
    H(
      "CREATE FUNCTION tax(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n * 2'; CREATE TABLE bill (n int, t int DEFAULT tax(1)); CREATE VIEW taxed AS SELECT tax(n) AS t FROM bill;",
    ),
  ),
  // A partition is retired: detached without a lock, and dropped.
  lossy(
    'ALTER TABLE ev DETACH PARTITION ev_1 CONCURRENTLY; DROP TABLE ev_1',
    H(
      "CREATE TABLE ev (d date, v text) PARTITION BY RANGE (d); CREATE TABLE ev_1 PARTITION OF ev FOR VALUES FROM ('2024-01-01') TO ('2025-01-01'); CREATE INDEX ev_v ON ev (v); COMMENT ON TABLE ev_1 IS 'old';",
    ),
  ),
  // Of what no file makes: what cannot be brought back whole is left alone, and nothing fails behind it.
  never(
    'ALTER TABLE orders ALTER qty DROP DEFAULT; ALTER TABLE orders ALTER qty TYPE bigint; ALTER TABLE orders ALTER qty SET DEFAULT 3',
    { hidden: unseen },
  ),
  never(
    'ALTER TABLE orders RENAME TO orders_old; CREATE TABLE orders (LIKE orders_old); DROP VIEW v; CREATE VIEW v AS SELECT id FROM orders',
    { hidden: unseen },
  ),
  never(
    'ALTER TABLE part ADD CONSTRAINT small CHECK (n < 99); ALTER TABLE whole ATTACH PARTITION part FOR VALUES IN (1)',
    { hidden: unseen },
  ),
  lossy('ALTER TYPE pair ADD ATTRIBUTE c int CASCADE', { hidden: unseen }),
  never(
    'DROP MATERIALIZED VIEW m; CREATE MATERIALIZED VIEW m AS SELECT id FROM orders; CREATE UNIQUE INDEX m_id ON m (id); GRANT SELECT ON m TO PUBLIC',
    {
      hidden: `${unseen} CREATE MATERIALIZED VIEW m AS SELECT id, qty FROM orders; CREATE UNIQUE INDEX m_id ON m (id); GRANT SELECT ON m TO PUBLIC;`,
    },
  ),
  // PostgreSQL writes casts into what is computed of a column whose type changes, and leaves them there.
  exact('ALTER TABLE over ALTER n TYPE numeric', computed),
  exact('ALTER TABLE over ALTER n TYPE float8 USING n, ALTER c TYPE varchar(40)', computed),
  exact('ALTER TABLE over ALTER n TYPE bigint; ALTER TABLE over DROP CONSTRAINT small; DROP INDEX over_some', computed),
  exact('ALTER TABLE over ALTER n TYPE numeric; ALTER TABLE over ALTER c TYPE text', {
    ...computed,
    config: { transaction: 'per-file' },
  }),
  // What is temporary is gone with its session.
  lossy(
    'CREATE TEMP TABLE x AS SELECT * FROM member; CREATE TEMP VIEW y AS SELECT 1 AS a; CREATE TEMP SEQUENCE z; ALTER TABLE member ADD COLUMN n int; DROP SEQUENCE z',
    H(touch),
  ),
  // A column that is both copied and inherited is one.
  lossy('ALTER TABLE a DROP COLUMN n; DROP TABLE c', {
    ...H('CREATE TABLE a (id int, n int); CREATE TABLE b (LIKE a) INHERITS (a); CREATE TABLE c () INHERITS (b);'),
  }),
  exact(
    'BEGIN; SET LOCAL search_path = app; ROLLBACK AND CHAIN; SET LOCAL search_path = app; ALTER TABLE t ALTER a SET NOT NULL; COMMIT AND CHAIN; ALTER TABLE t ALTER a SET DEFAULT 1; ROLLBACK',
    H(twice),
  ),
  // What a savepoint takes back has not been done.
  lossy(
    'BEGIN; ALTER TABLE t ADD b int; SAVEPOINT s; ALTER TABLE t ADD c int; ROLLBACK TO s; ALTER TABLE t ALTER a SET NOT NULL; COMMIT; BEGIN; DROP TABLE t; ROLLBACK',
    H('CREATE TABLE t (a int);', 'INSERT INTO t VALUES (1);'),
  ),
  never(
    "ALTER TABLE t ALTER a TYPE text[] USING string_to_array(a, ',')",
    H('CREATE TABLE t (a text);', "INSERT INTO t VALUES ('a,b');"),
  ),
  exact(
    'DROP INDEX ev_d',
    H(
      "CREATE TABLE ev (d date) PARTITION BY RANGE (d); CREATE TABLE ev_1 PARTITION OF ev FOR VALUES FROM ('2024-01-01') TO ('2025-01-01'); CREATE INDEX ev_d ON ev (d);",
    ),
  ),
  // From public histories: a generated column over one that comes back empty, and names that stay taken.
  lossy('ALTER TABLE d DROP COLUMN tsv; ALTER TABLE d DROP COLUMN s', {
    history:
      "CREATE TABLE d (id int, s text NOT NULL, tsv tsvector GENERATED ALWAYS AS (to_tsvector('simple'::regconfig, s)) STORED NOT NULL);",
    rows: "INSERT INTO d VALUES (1, 'x');",
    leaves: /column public\.d\.(?:s|tsv) |d_(?:s|tsv)_not_null/,
  }),
  never(
    'ALTER TABLE a RENAME TO _bkp_a; CREATE TABLE IF NOT EXISTS a (id serial PRIMARY KEY, x text); CREATE TABLE IF NOT EXISTS c (a_id int REFERENCES a ON DELETE CASCADE); DROP TABLE _bkp_a;',
    { history: 'CREATE TABLE IF NOT EXISTS a (id serial PRIMARY KEY);', rows: 'INSERT INTO a DEFAULT VALUES;' },
  ),
  exact('CREATE AGGREGATE last_of (BASETYPE = anyelement, SFUNC = keep_last, STYPE = anyelement)', {
    history:
      "CREATE FUNCTION keep_last(anyelement, anyelement) RETURNS anyelement LANGUAGE sql IMMUTABLE AS 'SELECT $2';",
  }),
];
