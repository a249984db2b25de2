/** What is dropped, what the history has made, and where the models of it differ from PostgreSQL, with the reason. */
export interface DependentsCase {
  readonly history: string;
  /** Without CASCADE. */
  readonly drop: string;
  /** Objects that Airlock's schema does not list, or lists beyond PostgreSQL. */
  readonly schema?: { readonly lines: readonly string[]; readonly why: string };
  /** The same of the catalog that rollbacks are made from. */
  readonly catalog?: { readonly lines: readonly string[]; readonly why: string };
}

const t = 'CREATE TABLE t (a int, b int, c text);';
const two = `CREATE SCHEMA app; CREATE TABLE app.t (a int, b int); ${t}`;
const fn = "CREATE FUNCTION f(x int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT x + 1';";
const trigger = "CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';";
const mood = "CREATE TYPE mood AS ENUM ('sad', 'ok');";
const renamed = `${mood} CREATE DOMAIN d AS mood; CREATE TYPE pair AS (m mood, n int); CREATE FUNCTION g(x mood[]) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION h() RETURNS mood LANGUAGE sql AS $$ SELECT 'ok'::mood $$; CREATE TABLE t (a mood DEFAULT 'ok'::mood, b text, CHECK (b <> 'mood')); CREATE INDEX i ON t (b) WHERE a = 'ok'::mood; CREATE VIEW v AS SELECT 'ok'::mood AS m FROM t; CREATE POLICY p ON t USING (a = CAST('ok' AS mood)); ALTER TYPE mood RENAME TO mood_old; ${mood}`;
const parts = `CREATE TABLE p (a int NOT NULL, b int, c int) PARTITION BY RANGE (a);
  CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);`;
const column = 'ALTER TABLE t DROP COLUMN a;';

export const dependentsCases: Readonly<Record<string, DependentsCase>> = {
  // Indexes.
  'column: index key': { history: `${t} CREATE INDEX i ON t (b, a); CREATE INDEX j ON t (b);`, drop: column },
  'column: index INCLUDE': { history: `${t} CREATE INDEX i ON t (b) INCLUDE (a);`, drop: column },
  'column: index expression': {
    history: `${t} CREATE INDEX i ON t ((a + 1)); CREATE INDEX j ON t (lower(c));`,
    drop: column,
  },
  'column: index predicate': { history: `${t} CREATE INDEX i ON t (b) WHERE a IS NULL;`, drop: column },
  'column: quoted names': {
    history:
      'CREATE TABLE "T x" ("A b" int, a int); CREATE INDEX "I" ON "T x" (a) WHERE "A b" > 0; CREATE INDEX j ON "T x" (a);',
    drop: 'ALTER TABLE "T x" DROP COLUMN "A b";',
  },
  'column: a quoted name with a dot and a quote': {
    history:
      'CREATE TABLE "a.b" ("x""y" int, "x.y" int); CREATE INDEX i ON "a.b" ((("x""y") + 1)); CREATE INDEX j ON "a.b" ("x.y");',
    drop: 'ALTER TABLE "a.b" DROP COLUMN "x""y";',
  },
  'column: index on a renamed column': {
    history: `${t} CREATE INDEX i ON t (b) INCLUDE (c) WHERE c > 'x'; CREATE INDEX j ON t (lower(c)); ALTER TABLE t RENAME COLUMN c TO d;`,
    drop: 'ALTER TABLE t DROP COLUMN d;',
  },
  'column: a column renamed away': {
    history: `${t} CREATE INDEX i ON t (a); ALTER TABLE t RENAME COLUMN a TO z; ALTER TABLE t ADD COLUMN a int;`,
    drop: column,
  },
  'column: renamed table': {
    history: `${t} CREATE INDEX i ON t (a); CREATE VIEW v AS SELECT a FROM t; ALTER TABLE t RENAME TO u;`,
    drop: 'ALTER TABLE u DROP COLUMN a;',
  },
  // Constraints.
  'column: primary key and foreign key to it': {
    history: 'CREATE TABLE t (a int PRIMARY KEY, b int); CREATE TABLE u (x int REFERENCES t, y int);',
    drop: column,
  },
  'column: a unique key of two and a foreign key to both': {
    history:
      'CREATE TABLE t (a int, b int, UNIQUE (a, b)); CREATE TABLE u (x int, y int, CONSTRAINT fk FOREIGN KEY (x, y) REFERENCES t (a, b));',
    drop: column,
  },
  'column: foreign key from it': {
    history: 'CREATE TABLE u (id int PRIMARY KEY); CREATE TABLE t (a int REFERENCES u, b int);',
    drop: column,
  },
  'column: a foreign key of the table to itself': {
    history: 'CREATE TABLE t (a int PRIMARY KEY, b int REFERENCES t);',
    drop: column,
  },
  'column: CHECK over two columns': {
    history: 'CREATE TABLE t (a int, b int CHECK (b > 0), CONSTRAINT ordered CHECK (a < b));',
    drop: column,
  },
  'column: CHECK with a renamed column': {
    history: 'CREATE TABLE t (z int, b int, CONSTRAINT ordered CHECK (z < b)); ALTER TABLE t RENAME z TO a;',
    drop: column,
  },
  'column: EXCLUDE': {
    history: 'CREATE TABLE t (a int4range, b int, CONSTRAINT no_overlap EXCLUDE USING gist (a WITH &&));',
    drop: column,
  },
  // Defaults, sequences, generated columns.
  'column: its own default': { history: 'CREATE TABLE t (a int DEFAULT 1, b int DEFAULT 2);', drop: column },
  'column: serial': { history: 'CREATE TABLE t (a serial, b int);', drop: column },
  'column: identity': { history: 'CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY, b int);', drop: column },
  'column: an owned sequence that another default draws from': {
    history: `CREATE TABLE t (a serial, b int); CREATE TABLE u (x int DEFAULT nextval('t_a_seq'));`,
    drop: column,
  },
  'column: a generated column, with an index on it': {
    history: 'CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) STORED); CREATE INDEX i ON t (b);',
    drop: column,
  },
  'column: a generated column from a renamed one': {
    history: 'CREATE TABLE t (z int, b int GENERATED ALWAYS AS (z + 1) STORED); ALTER TABLE t RENAME z TO a;',
    drop: column,
  },
  // Views.
  'column: a view': {
    history: `${t} CREATE VIEW v AS SELECT a FROM t; CREATE VIEW w AS SELECT b FROM t;`,
    drop: column,
  },
  'column: views through views': {
    history: `${t} CREATE VIEW v AS SELECT a, b FROM t; CREATE VIEW w AS SELECT b FROM v; CREATE MATERIALIZED VIEW m AS SELECT b FROM w; CREATE INDEX i ON m (b);`,
    drop: column,
  },
  'column: a view by its condition': { history: `${t} CREATE VIEW v AS SELECT b FROM t WHERE a > 0;`, drop: column },
  'column: a view with a star': {
    history: `${t} CREATE VIEW v AS SELECT * FROM t; ALTER TABLE t ADD d int;`,
    drop: column,
  },
  'column: a view by a sub-query and an alias': {
    history: `${t} CREATE TABLE u (x int); CREATE VIEW v AS SELECT x FROM u WHERE EXISTS (SELECT 1 FROM t AS o WHERE o.a = u.x);`,
    drop: column,
  },
  'column: a view in another schema': {
    history: `${two} CREATE VIEW app.v AS SELECT a FROM public.t; CREATE VIEW w AS SELECT a FROM app.t;`,
    drop: column,
  },
  'column: a materialized view with an index': {
    history: `${t} CREATE MATERIALIZED VIEW m AS SELECT a, b FROM t; CREATE UNIQUE INDEX i ON m (b);`,
    drop: column,
  },
  // Triggers, policies, rules.
  'column: UPDATE OF': {
    history: `${t} ${trigger} CREATE TRIGGER tr BEFORE UPDATE OF a ON t FOR EACH ROW EXECUTE FUNCTION tf(); CREATE TRIGGER un BEFORE UPDATE OF b ON t FOR EACH ROW EXECUTE FUNCTION tf();`,
    drop: column,
  },
  'column: WHEN': {
    history: `${t} ${trigger} CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW WHEN (OLD.a IS DISTINCT FROM NEW.a) EXECUTE FUNCTION tf();`,
    drop: column,
  },
  'column: WHEN over whole rows': {
    history: `${t} ${trigger} CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION tf();`,
    drop: column,
  },
  'column: UPDATE OF a renamed column': {
    history: `${t} ${trigger} CREATE TRIGGER tr BEFORE UPDATE OF c ON t FOR EACH ROW EXECUTE FUNCTION tf(); ALTER TABLE t RENAME c TO d;`,
    drop: 'ALTER TABLE t DROP COLUMN d;',
  },
  'column: a policy': {
    history: `${t} CREATE POLICY po ON t USING (a > 0); CREATE POLICY other ON t USING (b > 0);`,
    drop: column,
  },
  'column: a policy by its WITH CHECK': {
    history: `${t} CREATE POLICY po ON t FOR INSERT WITH CHECK (a > 0);`,
    drop: column,
  },
  'column: a policy of another table': {
    history: `${t} CREATE TABLE u (x int); CREATE POLICY po ON u USING (EXISTS (SELECT 1 FROM t WHERE t.a = u.x));`,
    drop: column,
  },
  'column: a rule': {
    history: `${t} CREATE TABLE log (n int); CREATE RULE r AS ON UPDATE TO t DO ALSO INSERT INTO log VALUES (OLD.a);`,
    drop: column,
  },
  // Statistics, publications, functions.
  'column: statistics': {
    history: `${t} CREATE STATISTICS s (dependencies) ON a, b FROM t; CREATE STATISTICS s2 (ndistinct) ON b, c FROM t;`,
    drop: column,
  },
  'column: statistics on an expression': { history: `${t} CREATE STATISTICS s ON (a + 1) FROM t;`, drop: column },
  'column: the list of a publication': { history: `${t} CREATE PUBLICATION pub FOR TABLE t (a, b);`, drop: column },
  'column: the row filter of a publication': {
    history: `${t} CREATE PUBLICATION pub FOR TABLE t WHERE (a > 0);`,
    drop: column,
  },
  'column: a publication of the whole table': { history: `${t} CREATE PUBLICATION pub FOR TABLE t;`, drop: column },
  'column: a function with a parsed body': {
    history: `${t} CREATE FUNCTION g() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT sum(a) FROM t; END;`,
    drop: column,
  },
  'column: a function with a string for a body': {
    history: `${t} CREATE FUNCTION g() RETURNS bigint LANGUAGE sql AS 'SELECT sum(a) FROM t';`,
    drop: column,
  },
  // Partitions and inheritance.
  'column: of a partitioned table': {
    history: `${parts} CREATE INDEX i ON p (b); CREATE VIEW v AS SELECT b FROM p1;`,
    drop: 'ALTER TABLE p DROP COLUMN b;',
  },
  'column: of a parent table': {
    history: 'CREATE TABLE par (a int, b int); CREATE TABLE kid (x int) INHERITS (par); CREATE INDEX i ON kid (a);',
    drop: 'ALTER TABLE par DROP COLUMN a;',
  },
  'column: nothing': { history: t, drop: column },
  // Tables.
  'table: views, keys, policies and a row type': {
    history: `CREATE TABLE t (a int PRIMARY KEY); CREATE TABLE u (x int REFERENCES t, y t); CREATE VIEW v AS SELECT * FROM t; CREATE VIEW w AS SELECT x FROM u;
      CREATE POLICY po ON u USING (EXISTS (SELECT 1 FROM t WHERE t.a = u.x));`,
    drop: 'DROP TABLE t;',
  },
  'table: its own parts': {
    history: `CREATE TABLE t (a serial PRIMARY KEY, b int UNIQUE CHECK (b > 0) DEFAULT 1); ${trigger} CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tf();
      CREATE POLICY po ON t USING (a > 0); CREATE STATISTICS s ON a, b FROM t; CREATE PUBLICATION pub FOR TABLE t; CREATE INDEX i ON t (b);`,
    drop: 'DROP TABLE t;',
  },
  'table: its sequence in the default of another': {
    history: `CREATE TABLE t (a serial); CREATE TABLE u (x int DEFAULT nextval('public.t_a_seq'::regclass));`,
    drop: 'DROP TABLE t;',
  },
  'table: partitions with views': { history: `${parts} CREATE VIEW v AS SELECT b FROM p1;`, drop: 'DROP TABLE p;' },
  'table: a partition of a table that foreign keys point to': {
    history: `${parts} ALTER TABLE p ADD PRIMARY KEY (a); CREATE TABLE u (x int CONSTRAINT fk REFERENCES p);`,
    drop: 'DROP TABLE p1;',
  },
  'table: a renamed partition and a renamed child': {
    history: `${parts} ALTER TABLE p1 RENAME TO p_one; CREATE VIEW v AS SELECT b FROM p_one;`,
    drop: 'DROP TABLE p;',
  },
  'table: a renamed parent': {
    history:
      'CREATE TABLE par (a int); CREATE TABLE kid (x int) INHERITS (par); ALTER TABLE par RENAME TO par2; ALTER TABLE kid RENAME TO kid2; CREATE VIEW v AS SELECT a FROM kid2;',
    drop: 'ALTER TABLE par2 DROP COLUMN a;',
  },
  'table: functions that give and take its rows': {
    history: `${t} CREATE FUNCTION g(x int) RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t'; CREATE FUNCTION h(r t) RETURNS int LANGUAGE sql AS 'SELECT r.a'; CREATE FUNCTION k() RETURNS int LANGUAGE sql AS 'SELECT a FROM t'; ALTER TABLE t RENAME TO t2;`,
    drop: 'DROP TABLE t2;',
  },
  'view: a function that gives its rows': {
    history: `${t} CREATE VIEW v AS SELECT a FROM t; CREATE FUNCTION g() RETURNS SETOF v LANGUAGE sql AS 'SELECT * FROM v';`,
    drop: 'DROP VIEW v;',
  },
  'schema: functions and types in it': {
    history: `CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('a'); CREATE FUNCTION app.f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TABLE t (a app.mood DEFAULT 'a', b int DEFAULT app.f()); CREATE DOMAIN app.d AS int; CREATE TABLE u (x app.d);`,
    drop: 'DROP SCHEMA app;',
  },
  'table: inheriting tables': {
    history: 'CREATE TABLE par (a int); CREATE TABLE kid (x int) INHERITS (par); CREATE VIEW v AS SELECT x FROM kid;',
    drop: 'DROP TABLE par;',
  },
  'table: the same name in two schemas': {
    history: `${two} CREATE VIEW v AS SELECT a FROM t; CREATE VIEW w AS SELECT a FROM app.t;`,
    drop: 'DROP TABLE app.t;',
  },
  'table: a function with a parsed body, and one that calls it': {
    history: `${t} CREATE FUNCTION g() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM t; END;
      CREATE FUNCTION h() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT g(); END;`,
    drop: 'DROP TABLE t;',
  },
  'table: moved to another schema': {
    history: `CREATE SCHEMA app; ${t} CREATE VIEW v AS SELECT a FROM t; ALTER TABLE t SET SCHEMA app; CREATE TABLE t (a int);`,
    drop: 'DROP TABLE app.t;',
  },
  // Views.
  'view: views and a materialized view on it': {
    history: `${t} CREATE VIEW v AS SELECT a FROM t; CREATE VIEW w AS SELECT a FROM v; CREATE MATERIALIZED VIEW m AS SELECT a FROM w;`,
    drop: 'DROP VIEW v;',
  },
  'view: a policy that reads it': {
    history: `${t} CREATE VIEW v AS SELECT a FROM t; CREATE TABLE u (x int); CREATE POLICY po ON u USING (x IN (SELECT a FROM v));`,
    drop: 'DROP VIEW v;',
  },
  'materialized view: its index and a reader': {
    history: `${t} CREATE MATERIALIZED VIEW m AS SELECT a FROM t; CREATE INDEX i ON m (a); CREATE VIEW v AS SELECT a FROM m;`,
    drop: 'DROP MATERIALIZED VIEW m;',
  },
  'view: renamed': {
    history: `${t} CREATE VIEW v AS SELECT a FROM t; CREATE VIEW w AS SELECT a FROM v; ALTER VIEW v RENAME TO v2;`,
    drop: 'DROP VIEW v2;',
  },
  // Sequences.
  'sequence: defaults of two tables': {
    history: `CREATE SEQUENCE s; CREATE TABLE t (a int NOT NULL DEFAULT nextval('s'), b int); CREATE TABLE u (x int DEFAULT nextval('public.s'::regclass));`,
    drop: 'DROP SEQUENCE s;',
  },
  'sequence: of a serial column': { history: 'CREATE TABLE t (a serial, b int);', drop: 'DROP SEQUENCE t_a_seq;' },
  'sequence: two of one name': {
    history: `CREATE SCHEMA app; CREATE SEQUENCE s; CREATE SEQUENCE app.s; CREATE TABLE t (a int DEFAULT nextval('app.s'), b int DEFAULT nextval('s'));`,
    drop: 'DROP SEQUENCE app.s;',
  },
  'sequence: a quoted name': {
    history: `CREATE SEQUENCE "My Seq"; CREATE TABLE t (a int DEFAULT nextval('"My Seq"'), b int);`,
    drop: 'DROP SEQUENCE "My Seq";',
  },
  'sequence: renamed': {
    history: `CREATE SEQUENCE s; CREATE TABLE t (a int DEFAULT nextval('s')); ALTER SEQUENCE s RENAME TO s2;`,
    drop: 'DROP SEQUENCE s2;',
  },
  // Functions.
  'function: default, CHECK, index, generated column': {
    history: `${fn} CREATE TABLE t (a int DEFAULT f(1), b int CHECK (f(b) > 0), g int GENERATED ALWAYS AS (f(b)) STORED, h int);
      CREATE INDEX i ON t (f(h)); CREATE INDEX j ON t (h) WHERE f(h) > 0; CREATE INDEX k ON t (h); CREATE VIEW v AS SELECT g FROM t;`,
    drop: 'DROP FUNCTION f(int);',
  },
  'function: trigger': {
    history: `${t} ${trigger} CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tf(); CREATE TABLE u (x int); CREATE TRIGGER tr BEFORE UPDATE ON u FOR EACH ROW EXECUTE FUNCTION tf();`,
    drop: 'DROP FUNCTION tf();',
  },
  'function: trigger of a renamed table': {
    history: `${t} ${trigger} CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tf(); ALTER TABLE t RENAME TO t2;`,
    drop: 'DROP FUNCTION tf();',
  },
  'function: WHEN of a trigger': {
    history: `${t} ${trigger} CREATE FUNCTION is_big(x int) RETURNS bool LANGUAGE sql AS 'SELECT x > 9'; CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW WHEN (is_big(NEW.a)) EXECUTE FUNCTION tf();`,
    drop: 'DROP FUNCTION is_big(int);',
  },
  'function: policy and view': {
    history: `${fn} ${t} CREATE POLICY po ON t USING (f(a) > 0); CREATE VIEW v AS SELECT f(a) AS x FROM t; CREATE VIEW w AS SELECT x FROM v;`,
    drop: 'DROP FUNCTION f(int);',
  },
  'function: a domain and a function with a parsed body': {
    history: `${fn} CREATE DOMAIN d AS int CHECK (f(VALUE) > 0); CREATE FUNCTION g(x int) RETURNS int LANGUAGE sql RETURN f(x);`,
    drop: 'DROP FUNCTION f(int);',
  },
  'function: an aggregate': {
    history: `CREATE FUNCTION add2(a int, b int) RETURNS int LANGUAGE sql AS 'SELECT a + b'; CREATE AGGREGATE total(int) (SFUNC = add2, STYPE = int, INITCOND = '0');`,
    drop: 'DROP FUNCTION add2(int, int);',
  },
  'function: a view on its aggregate': {
    history: `CREATE FUNCTION add2(a int, b int) RETURNS int LANGUAGE sql AS 'SELECT a + b'; CREATE AGGREGATE total(int) (SFUNC = add2, STYPE = int, INITCOND = '0'); ${t} CREATE VIEW v AS SELECT total(a) FROM t;`,
    drop: 'DROP FUNCTION add2(int, int);',
  },
  'function: in another schema, quoted': {
    history: `CREATE SCHEMA "App"; CREATE FUNCTION "App"."Slug"(x text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower(x)'; CREATE TABLE t (a text DEFAULT "App"."Slug"('x')); CREATE INDEX i ON t ("App"."Slug"(a));`,
    drop: 'DROP FUNCTION "App"."Slug"(text);',
  },
  'function: renamed': {
    history: `${fn} CREATE TABLE t (a int DEFAULT f(1), b int CHECK (f(b) > 0)); CREATE VIEW v AS SELECT f(a) AS x FROM t; ALTER FUNCTION f(int) RENAME TO f2;`,
    drop: 'DROP FUNCTION f2(int);',
  },
  'function: of partitions': {
    history: `${fn} ${parts} ALTER TABLE p ALTER b SET DEFAULT f(1), ADD CONSTRAINT big CHECK (f(c) > 0);`,
    drop: 'DROP FUNCTION f(int);',
  },
  'function: nothing': { history: `${fn} ${t}`, drop: 'DROP FUNCTION f(int);' },
  // Types.
  'type: columns and what hangs on them': {
    history: `${mood} CREATE TABLE t (a mood DEFAULT 'sad', b mood[], c int); CREATE INDEX i ON t (a, c); CREATE VIEW v AS SELECT a FROM t; CREATE VIEW w AS SELECT c FROM t;`,
    drop: 'DROP TYPE mood;',
  },
  'type: a domain, a composite type, functions': {
    history: `${mood} CREATE DOMAIN d AS mood; CREATE TABLE t (a d); CREATE TYPE pair AS (m mood, n int); CREATE FUNCTION g(x mood) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION h() RETURNS mood LANGUAGE sql AS $$ SELECT 'ok'::mood $$;`,
    drop: 'DROP TYPE mood;',
  },
  'type: a view that casts to it': {
    history: `${mood} ${t} CREATE VIEW v AS SELECT c::mood AS m FROM t; CREATE POLICY po ON t USING (c::mood = 'ok');`,
    drop: 'DROP TYPE mood;',
  },
  'type: a typed table': {
    history: 'CREATE TYPE row_of AS (a int, b text); CREATE TABLE t OF row_of; CREATE VIEW v AS SELECT a FROM t;',
    drop: 'DROP TYPE row_of;',
  },
  'type: renamed, and what names it': { history: renamed, drop: 'DROP TYPE mood_old;' },
  'type: of the name that a renamed one had': { history: renamed, drop: 'DROP TYPE mood;' },
  'type: renamed, in another schema': {
    history: `CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('a'); ${mood} CREATE TABLE t (a app.mood, b mood); ALTER TYPE app.mood RENAME TO feeling;`,
    drop: 'DROP TYPE app.feeling;',
  },
  'type: a default that the change of its column has left': {
    history: `${mood} CREATE TABLE t (a mood NOT NULL DEFAULT 'ok'); ALTER TABLE t ALTER a TYPE text;`,
    drop: 'DROP TYPE mood;',
    catalog: {
      lines: ['- default value a of public.t'],
      why: 'the rollback keeps the text of a default as it was written; PostgreSQL converts it from the old type',
    },
  },
  'type: CHECK, index and default that cast to it': {
    history: `${mood} CREATE TABLE t (a text DEFAULT ('ok'::mood)::text, b text CHECK (b::mood <> 'sad')); CREATE INDEX i ON t ((CAST(NULLIF(b, '') IS NULL AS text))) WHERE 'ok'::mood <> 'sad';`,
    drop: 'DROP TYPE mood;',
  },
  'domain: columns': {
    history: 'CREATE DOMAIN d AS int CHECK (VALUE > 0); CREATE TABLE t (a d, b int, CHECK (a < b));',
    drop: 'DROP DOMAIN d;',
  },
  'domain: on a domain': {
    history: 'CREATE DOMAIN d AS int; CREATE DOMAIN e AS d; CREATE TABLE t (a e);',
    drop: 'DROP DOMAIN d;',
  },
  // Indexes and constraints.
  'index: nothing': { history: `${t} CREATE INDEX i ON t (a);`, drop: 'DROP INDEX i;' },
  'index: of a constraint': { history: 'CREATE TABLE t (a int PRIMARY KEY);', drop: 'DROP INDEX t_pkey;' },
  'index: of partitions': { history: `${parts} CREATE INDEX i ON p (b);`, drop: 'DROP INDEX i;' },
  'index: the part in a partition': { history: `${parts} CREATE INDEX i ON p (b);`, drop: 'DROP INDEX p1_b_idx;' },
  'index: a foreign key that leans on it': {
    history: 'CREATE TABLE t (a int); CREATE UNIQUE INDEX i ON t (a); CREATE TABLE u (x int REFERENCES t (a));',
    drop: 'DROP INDEX i;',
  },
  'constraint: a key with foreign keys': {
    history:
      'CREATE TABLE t (a int PRIMARY KEY, b int UNIQUE); CREATE TABLE u (x int REFERENCES t, y int REFERENCES t (b));',
    drop: 'ALTER TABLE t DROP CONSTRAINT t_pkey;',
  },
  'constraint: the key that a foreign key of its own table needs': {
    history: 'CREATE TABLE t (a int PRIMARY KEY, up int REFERENCES t);',
    drop: 'ALTER TABLE t DROP CONSTRAINT t_pkey;',
  },
  'constraint: a CHECK that partitions have': {
    history: `${parts} ALTER TABLE p ADD CONSTRAINT pos CHECK (b > 0);`,
    drop: 'ALTER TABLE p DROP CONSTRAINT pos;',
  },
  'constraint: a key of partitions': {
    history: `${parts} ALTER TABLE p ADD CONSTRAINT pk PRIMARY KEY (a);`,
    drop: 'ALTER TABLE p DROP CONSTRAINT pk;',
  },
  'schema: what is in it': {
    history: `${two} CREATE VIEW v AS SELECT a FROM app.t; CREATE SEQUENCE app.s; CREATE TABLE u (x int DEFAULT nextval('app.s'));`,
    drop: 'DROP SCHEMA app;',
  },
};
