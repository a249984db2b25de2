import { exact, lossy, never, type RollbackCase } from '../case.js';

const H = (history: string, rows = ''): Partial<RollbackCase> => ({ history, rows });
const hidden = (database: string): Partial<RollbackCase> => ({ hidden: database });

/** A history that makes some of what the database holds. */
const part = (files: string, rest: string): Partial<RollbackCase> => ({
  history: files,
  hidden: `${files} ${rest}`,
  rows: '',
});

export const moreCases: readonly RollbackCase[] = [
  // the database holds more than the files, with some history
  never(
    'ALTER TABLE legacy ALTER a SET NOT NULL',
    part('CREATE TABLE known (a int);', 'CREATE TABLE legacy (a int NOT NULL);'),
  ),
  never(
    'CREATE TABLE IF NOT EXISTS legacy (a int)',
    part('CREATE TABLE known (a int);', 'CREATE TABLE legacy (a int NOT NULL, b int);'),
  ),
  never('CREATE EXTENSION IF NOT EXISTS plpgsql', part('CREATE TABLE known (a int);', '')),
  never(
    'CREATE OR REPLACE FUNCTION g(x int4) RETURNS int LANGUAGE sql AS $$ SELECT 5 $$',
    part('CREATE TABLE known (a int);', "CREATE FUNCTION g(x int) RETURNS int LANGUAGE sql AS 'SELECT 6';"),
  ),
  never(
    'GRANT SELECT ON legacy TO PUBLIC',
    part('CREATE TABLE known (a int);', 'CREATE TABLE legacy (a int); GRANT SELECT ON legacy TO PUBLIC;'),
  ),
  never(
    'CREATE TABLE IF NOT EXISTS t2 (a int); ALTER TABLE t2 ALTER a SET NOT NULL; CREATE INDEX ON t2 (a)',
    hidden('CREATE TABLE t2 (a int NOT NULL, b text); CREATE INDEX ON t2 (a); INSERT INTO t2 VALUES (1);'),
  ),
  never(
    "ALTER TABLE t2 ADD COLUMN IF NOT EXISTS b text; ALTER TABLE t2 ALTER b SET DEFAULT 'x'",
    hidden("CREATE TABLE t2 (a int, b text DEFAULT 'y');"),
  ),
  never(
    'CREATE OR REPLACE TRIGGER tr BEFORE INSERT ON t2 FOR EACH ROW EXECUTE FUNCTION tf()',
    hidden(
      'CREATE TABLE t2 (a int); CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$; CREATE TRIGGER tr AFTER INSERT ON t2 FOR EACH ROW EXECUTE FUNCTION tf();',
    ),
  ),
  never(
    'CREATE OR REPLACE RULE r AS ON DELETE TO t2 DO INSTEAD NOTHING',
    hidden('CREATE TABLE t2 (a int); CREATE RULE r AS ON DELETE TO t2 DO ALSO NOTHING;'),
  ),
  never(
    'ALTER TABLE t2 DROP CONSTRAINT IF EXISTS c; ALTER TABLE t2 ADD CONSTRAINT c CHECK (a > 0)',
    hidden('CREATE TABLE t2 (a int, CONSTRAINT c CHECK (a > 1));'),
  ),
  never(
    'DROP TRIGGER IF EXISTS tr ON t2',
    hidden(
      'CREATE TABLE t2 (a int); CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$; CREATE TRIGGER tr AFTER INSERT ON t2 FOR EACH ROW EXECUTE FUNCTION tf();',
    ),
  ),
  never(
    'DROP POLICY IF EXISTS po ON t2; CREATE POLICY po ON t2 USING (true)',
    hidden('CREATE TABLE t2 (a int); CREATE POLICY po ON t2 USING (a > 0);'),
  ),
  never(
    'ALTER TABLE t2 ENABLE TRIGGER tr',
    hidden(
      'CREATE TABLE t2 (a int); CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$; CREATE TRIGGER tr AFTER INSERT ON t2 FOR EACH ROW EXECUTE FUNCTION tf();',
    ),
  ),
  never('ALTER TABLE t2 SET LOGGED', hidden('CREATE TABLE t2 (a int);')),
  never(
    'ALTER TABLE t2 VALIDATE CONSTRAINT c',
    hidden('CREATE TABLE t2 (a int); ALTER TABLE t2 ADD CONSTRAINT c CHECK (a > 0) NOT VALID;'),
  ),
  never('ALTER TABLE t2 ALTER a TYPE text, ALTER a SET NOT NULL', hidden('CREATE TABLE t2 (a int);')),
  never("COMMENT ON COLUMN t2.a IS 'x'", hidden("CREATE TABLE t2 (a int); COMMENT ON COLUMN t2.a IS 'y';")),
  never(
    'CREATE ROLE IF_ANY; GRANT app_ro TO app_rw'.replace('CREATE ROLE IF_ANY; ', ''),
    hidden('GRANT app_ro TO app_rw;'),
  ),
  never(
    'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC',
    hidden('ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC;'),
  ),
  never('ALTER PUBLICATION pb ADD TABLE t2', hidden('CREATE TABLE t2 (a int); CREATE PUBLICATION pb;')),
  never('ALTER TABLE t2 ATTACH PARTITION t3 FOR VALUES IN (1)', {
    ...hidden('CREATE TABLE t2 (a int) PARTITION BY LIST (a); CREATE TABLE t3 (a int); CREATE INDEX ON t2 (a);'),
  }),
  never(
    'ALTER TABLE t2 DETACH PARTITION t3',
    hidden('CREATE TABLE t2 (a int) PARTITION BY LIST (a); CREATE TABLE t3 PARTITION OF t2 FOR VALUES IN (1);'),
  ),
  never('ALTER TABLE t2 ADD PRIMARY KEY (a)', hidden('CREATE TABLE t2 (a int);')),
  never('ALTER TABLE t2 ADD CONSTRAINT pk PRIMARY KEY (a)', hidden('CREATE TABLE t2 (a int NOT NULL);')),
  exact(
    'ALTER TABLE t2 ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES t3 NOT VALID',
    hidden('CREATE TABLE t2 (a int NOT NULL); CREATE TABLE t3 (a int PRIMARY KEY);'),
  ),
  exact('ALTER INDEX ii RENAME TO jj', hidden('CREATE TABLE t2 (a int); CREATE INDEX ii ON t2 (a);')),
  exact("ALTER TYPE mood RENAME VALUE 'a' TO 'b'", hidden("CREATE TYPE mood AS ENUM ('a');")),
  exact(
    'CREATE TRIGGER tr AFTER INSERT ON t2 FOR EACH ROW EXECUTE FUNCTION tf()',
    hidden(
      'CREATE TABLE t2 (a int); CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;',
    ),
  ),
  exact('CREATE POLICY po ON t2 USING (a > 0)', hidden('CREATE TABLE t2 (a int);')),
  exact('CREATE STATISTICS st ON a, b FROM t2', hidden('CREATE TABLE t2 (a int, b int);')),
  lossy('CREATE TABLE t4 (LIKE t2 INCLUDING ALL)', hidden('CREATE TABLE t2 (a int, b int);')),
  lossy('CREATE TABLE t4 (b int) INHERITS (t2)', hidden('CREATE TABLE t2 (a int);')),
  lossy('CREATE TABLE t4 PARTITION OF t2 FOR VALUES IN (4)', hidden('CREATE TABLE t2 (a int) PARTITION BY LIST (a);')),
  lossy(
    'ALTER TABLE t2 ADD COLUMN z int REFERENCES t3',
    hidden('CREATE TABLE t2 (a int NOT NULL); CREATE TABLE t3 (a int PRIMARY KEY);'),
  ),
  // IF NOT EXISTS in the history
  never('ALTER TABLE t2 ALTER a DROP NOT NULL', {
    history: 'CREATE TABLE IF NOT EXISTS t2 (a int NOT NULL);',
    rows: '',
    hidden: 'CREATE TABLE t2 (a int, b int); CREATE TABLE IF NOT EXISTS t2 (a int NOT NULL);',
  }),
  // written in between
  exact('ALTER TABLE w ALTER a TYPE bigint', {
    ...H('CREATE TABLE w (a int);', 'INSERT INTO w VALUES (1);'),
    between: 'INSERT INTO w VALUES (5)',
    leaves: /public\.w/,
    rows: '',
  }),
  exact('ALTER TABLE w ALTER a TYPE varchar(20)', {
    ...H('CREATE TABLE w (a varchar(5));', "INSERT INTO w VALUES ('x');"),
    between: "INSERT INTO w VALUES ('abc        ')",
    fails: true,
  }),
  exact('ALTER TABLE w ALTER a TYPE text', {
    ...H("CREATE TYPE e AS ENUM ('x'); CREATE TABLE w (a e);", "INSERT INTO w VALUES ('x');"),
    between: "INSERT INTO w VALUES ('unknown')",
    fails: true,
  }),
  exact('ALTER TABLE w ALTER a TYPE numeric(12, 4)', {
    ...H('CREATE TABLE w (a numeric(10, 2));', 'INSERT INTO w VALUES (1.25);'),
    between: 'INSERT INTO w VALUES (1.2345)',
    fails: true,
  }),
  exact('ALTER TABLE w ALTER a TYPE numeric(12, 2)', {
    ...H('CREATE TABLE w (a numeric(10, 2));', 'INSERT INTO w VALUES (1.25);'),
    between: 'INSERT INTO w VALUES (9999999999.25)',
    fails: true,
  }),
  exact('ALTER TABLE w ALTER a TYPE timestamp', {
    ...H('CREATE TABLE w (a timestamp(0));', "INSERT INTO w VALUES ('2024-01-01 01:02:03');"),
    between: "INSERT INTO w VALUES ('2024-01-01 01:02:03.5')",
    fails: true,
  }),
  exact('ALTER TABLE w ALTER a TYPE timestamp', {
    ...H('CREATE TABLE w (a date);', "INSERT INTO w VALUES ('2024-01-01');"),
    between: "INSERT INTO w VALUES ('2024-01-01 01:02:03')",
    fails: true,
  }),
  exact('ALTER TABLE w ALTER a TYPE dom', {
    ...H('CREATE DOMAIN dom AS bigint; CREATE TABLE w (a int);', 'INSERT INTO w VALUES (1);'),
    between: 'INSERT INTO w VALUES (3000000000)',
    fails: true,
  }),
  exact('ALTER TABLE w ALTER a TYPE int', {
    ...H('CREATE DOMAIN dom AS int CHECK (VALUE > 0); CREATE TABLE w (a dom);', 'INSERT INTO w VALUES (1);'),
    between: 'INSERT INTO w VALUES (-3)',
    fails: true,
  }),
  exact('ALTER TABLE w DROP CONSTRAINT fk', {
    ...H(
      'CREATE TABLE p (a int, b int, PRIMARY KEY (a, b)); CREATE TABLE w (a int, b int, CONSTRAINT fk FOREIGN KEY (a, b) REFERENCES p MATCH FULL);',
    ),
    between: 'INSERT INTO w VALUES (1, NULL)',
    fails: true,
  }),
  exact('ALTER TABLE w DROP CONSTRAINT fk', {
    ...H(
      'CREATE TABLE p (a int PRIMARY KEY); CREATE TABLE w (a int, CONSTRAINT fk FOREIGN KEY (a) REFERENCES p);',
      'INSERT INTO p VALUES (1); INSERT INTO w VALUES (1);',
    ),
    between: 'DELETE FROM p',
    fails: true,
  }),
  exact('ALTER TABLE w DROP CONSTRAINT uq', {
    ...H(
      'CREATE TABLE w (a int, b int, CONSTRAINT uq UNIQUE NULLS NOT DISTINCT (a, b));',
      'INSERT INTO w VALUES (1, NULL);',
    ),
    between: 'INSERT INTO w VALUES (1, NULL)',
    fails: true,
  }),
  exact('ALTER TABLE w DROP CONSTRAINT ex', {
    ...H('CREATE TABLE w (a int, CONSTRAINT ex EXCLUDE (a WITH =));', 'INSERT INTO w VALUES (1);'),
    between: 'INSERT INTO w VALUES (1)',
    fails: true,
  }),
  exact('DROP INDEX u', {
    ...H(
      'CREATE TABLE w (a text, b int); CREATE UNIQUE INDEX u ON w (lower(a) DESC, (b + 1)) WHERE b > 0;',
      "INSERT INTO w VALUES ('A', 1);",
    ),
    between: "INSERT INTO w VALUES ('a', 1)",
    fails: true,
  }),
  exact('ALTER TABLE w ALTER a DROP NOT NULL', {
    ...H(
      'CREATE TABLE w (a int NOT NULL, b int) PARTITION BY LIST (b); CREATE TABLE w1 PARTITION OF w FOR VALUES IN (1);',
      'INSERT INTO w VALUES (1, 1);',
    ),
    between: 'INSERT INTO w VALUES (NULL, 1)',
    fails: true,
  }),
  exact('ALTER DOMAIN d DROP NOT NULL', {
    ...H('CREATE DOMAIN d AS int NOT NULL; CREATE TABLE w (a d);', 'INSERT INTO w VALUES (1);'),
    between: 'INSERT INTO w VALUES (NULL)',
    fails: true,
  }),
  exact('ALTER DOMAIN d DROP CONSTRAINT c', {
    ...H('CREATE DOMAIN d AS int CONSTRAINT c CHECK (VALUE > 0); CREATE TABLE w (a d);', 'INSERT INTO w VALUES (1);'),
    between: 'INSERT INTO w VALUES (-1)',
    fails: true,
  }),
  exact('ALTER TABLE w DETACH PARTITION w1', {
    ...H(
      'CREATE TABLE w (a int, b int) PARTITION BY LIST (b); CREATE TABLE w1 PARTITION OF w FOR VALUES IN (1);',
      'INSERT INTO w VALUES (1, 1);',
    ),
    between: 'INSERT INTO w1 VALUES (1, 2)',
    fails: true,
  }),
  exact('CREATE SCHEMA fresh', {
    ...H('CREATE TABLE w (a int);'),
    between: 'CREATE TABLE fresh.x (a int)',
    fails: true,
  }),
  // per-file
  exact('ALTER TABLE w ALTER a DROP NOT NULL; ALTER TABLE w DROP CONSTRAINT c; DROP INDEX wi', {
    ...H(
      'CREATE TABLE w (a int NOT NULL, CONSTRAINT c CHECK (a > 0)); CREATE INDEX wi ON w (a);',
      'INSERT INTO w VALUES (1);',
    ),
    config: { transaction: 'per-file' },
  }),
  lossy('ALTER TABLE w DROP COLUMN a; CREATE VIEW v AS SELECT b FROM w', {
    ...H('CREATE TABLE w (a int NOT NULL DEFAULT 1, b int, UNIQUE (b));', 'INSERT INTO w VALUES (1, 1);'),
    config: { transaction: 'per-file' },
  }),
  exact('CREATE INDEX ON w (a); ALTER TABLE w ADD UNIQUE (a); ALTER TABLE w ALTER a TYPE bigint', {
    ...H('CREATE TABLE w (a int);', 'INSERT INTO w VALUES (1);'),
    config: { transaction: 'per-file' },
  }),
  // several at once, odd texts
  exact(
    'CREATE VIEW a AS SELECT 1 AS x; CREATE VIEW b AS SELECT x FROM a; CREATE VIEW c AS SELECT x FROM b',
    H('CREATE TABLE t (x int);'),
  ),
  exact(
    'ALTER TABLE t ADD CONSTRAINT é CHECK (x > 0); COMMENT ON CONSTRAINT é ON t IS \'ü;--\'; CREATE INDEX "größe" ON t (x); ALTER INDEX "größe" RENAME TO g',
    H('CREATE TABLE t (x int);'),
  ),
  exact(
    'alter table T alter X set default 3 -- why\n;/* a; */ create index on t(x) -- end',
    H('CREATE TABLE t (x int);'),
  ),
  exact(
    'ALTER TABLE t RENAME TO u; ALTER TABLE u RENAME TO v; ALTER TABLE v RENAME x TO y; ALTER TABLE v SET SCHEMA s; ALTER TABLE s.v ADD CHECK (y > 0)',
    H('CREATE SCHEMA s; CREATE TABLE t (x int);'),
  ),
  exact(
    'DROP VIEW v; ALTER TABLE t ALTER x TYPE bigint; CREATE VIEW v AS SELECT x FROM t',
    H('CREATE TABLE t (x int); CREATE VIEW v AS SELECT x FROM t; GRANT SELECT ON v TO PUBLIC;'),
  ),
  exact(
    'DROP TRIGGER tr ON t; ALTER TABLE t ALTER x TYPE bigint; CREATE TRIGGER tr BEFORE UPDATE OF x ON t FOR EACH ROW EXECUTE FUNCTION tf()',
    H(
      'CREATE TABLE t (x int); CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$; CREATE TRIGGER tr BEFORE UPDATE OF x ON t FOR EACH ROW EXECUTE FUNCTION tf();',
    ),
  ),
  lossy(
    'ALTER TABLE t DROP COLUMN x CASCADE',
    H(
      'CREATE TABLE t (x int, y int GENERATED ALWAYS AS (x * 2) STORED, z int); CREATE VIEW v AS SELECT x, z FROM t; CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$; CREATE TRIGGER tr BEFORE UPDATE OF x ON t FOR EACH ROW EXECUTE FUNCTION tf(); CREATE POLICY p ON t USING (x > 0);',
      'INSERT INTO t VALUES (1, DEFAULT, 2);',
    ),
  ),
  lossy(
    'DROP TABLE t CASCADE',
    H(
      "CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE c (t_id int REFERENCES t, r t); CREATE VIEW v AS SELECT id FROM t; CREATE VIEW w AS SELECT id FROM v; CREATE FUNCTION f(t) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE PUBLICATION pb FOR TABLE t; CREATE RULE ru AS ON INSERT TO c DO ALSO DELETE FROM t WHERE id = new.t_id;",
    ),
  ),
  exact('DROP EXTENSION IF EXISTS nothing_here; SELECT 1', { ...H('CREATE TABLE t (x int);'), want: 'impossible' }),
  exact('CREATE EXTENSION pg_trgm', { ...H('CREATE TABLE t (x int);') }),
  exact(
    'CREATE OPERATOR CLASS oc FOR TYPE int USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(int, int)',
    H('CREATE TABLE t (x int);'),
  ),
  exact('DROP OPERATOR CLASS oc USING btree', {
    ...H(
      'CREATE OPERATOR CLASS oc FOR TYPE int USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(int, int);',
    ),
    leaves: /OPERATOR FAMILY/,
  }),
  exact(
    'CREATE TEXT SEARCH DICTIONARY td (TEMPLATE = simple, STOPWORDS = english); ALTER TEXT SEARCH DICTIONARY td (Accept = false)',
    H('CREATE TABLE t (x int);'),
  ),
  exact(
    'ALTER TEXT SEARCH CONFIGURATION c1 ADD MAPPING FOR email WITH simple',
    H('CREATE TEXT SEARCH CONFIGURATION c1 (PARSER = "default");'),
  ),
  exact('ALTER ROLE zed LOGIN CONNECTION LIMIT 5', H('CREATE ROLE zed;')),
  exact("ALTER TABLE ft OPTIONS (SET a '2', ADD b '3'); ALTER TABLE ft ALTER x OPTIONS (c '1')", {
    ...H(
      "CREATE FOREIGN DATA WRAPPER fw; CREATE SERVER sv FOREIGN DATA WRAPPER fw; CREATE FOREIGN TABLE ft (x int) SERVER sv OPTIONS (a '1');",
    ),
    want: 'impossible',
  }),
  lossy(
    'DROP FOREIGN TABLE ft',
    H(
      "CREATE FOREIGN DATA WRAPPER fw; CREATE SERVER sv FOREIGN DATA WRAPPER fw; CREATE FOREIGN TABLE ft (x int NOT NULL, y text OPTIONS (o 'q')) SERVER sv OPTIONS (a '1'); COMMENT ON FOREIGN TABLE ft IS 'f'; GRANT SELECT ON ft TO PUBLIC;",
    ),
  ),
  exact(
    "ALTER USER MAPPING FOR PUBLIC SERVER sv OPTIONS (SET u 'b'); DROP USER MAPPING FOR CURRENT_USER SERVER sv",
    H(
      "CREATE FOREIGN DATA WRAPPER fw; CREATE SERVER sv FOREIGN DATA WRAPPER fw; CREATE USER MAPPING FOR PUBLIC SERVER sv OPTIONS (u 'a'); CREATE USER MAPPING FOR CURRENT_USER SERVER sv;",
    ),
  ),
  never("ALTER DATABASE postgres SET work_mem = '4MB'", H('CREATE TABLE t (x int);')),
  never('COPY t FROM stdin;\n1\n\\.\n', { ...H('CREATE TABLE t (x int);') }),
  exact(
    'LOCK TABLE t; SELECT pg_sleep(0); SET statement_timeout = 0; EXPLAIN SELECT 1'.replace('LOCK TABLE t; ', ''),
    H('CREATE TABLE t (x int);'),
  ),
];
