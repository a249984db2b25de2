import { cases } from './refused-names.js';

const f = (signature: string, body = 'SELECT 1'): string =>
  `CREATE OR REPLACE FUNCTION f${signature} LANGUAGE sql AS '${body}';`;
const other = '42P13 cannot change return type of existing function';
const name = '42P13 cannot change name of input parameter "a"';

/** OR REPLACE of functions. */
export const replaced = cases(
  [f('(a int) RETURNS int'), f('(a integer) RETURNS int4')],
  [f('(a varchar(10)) RETURNS text'), f('(a varchar) RETURNS text')],
  [f('(a int) RETURNS int'), f('(b text) RETURNS text')],
  [f('(int) RETURNS int'), f('(b int) RETURNS int')],
  [f('(a int) RETURNS int'), f('(a int DEFAULT 1) RETURNS int')],
  [f('() RETURNS TABLE(a int)'), f('() RETURNS SETOF int')],
  [f('(OUT a int)'), f('(OUT b int)')],
  [
    `CREATE SCHEMA m; ${f('(a int) RETURNS int')}`,
    "CREATE OR REPLACE FUNCTION m.f(b int) RETURNS text LANGUAGE sql AS 'SELECT NULL::text';",
  ],
  [`${f('() RETURNS int')} DROP FUNCTION f();`, f('() RETURNS text', 'SELECT NULL::text')],
  [`CREATE TABLE t (a int); ${f('() RETURNS SETOF t')}`, f('() RETURNS SETOF public.t')],
  [
    "CREATE TYPE mood AS ENUM ('x'); CREATE FUNCTION f() RETURNS mood LANGUAGE sql AS 'SELECT NULL::mood'; ALTER TYPE mood RENAME TO feeling;",
    f('() RETURNS feeling', 'SELECT NULL::feeling'),
  ],
  [f('() RETURNS int'), f('() RETURNS text', 'SELECT NULL::text'), other],
  [f('() RETURNS int'), f('() RETURNS SETOF int'), other],
  [f('() RETURNS TABLE(a int)'), f('() RETURNS TABLE(a int, b int)', 'SELECT 1, 2'), other],
  [f('() RETURNS TABLE(a int, b int)', 'SELECT 1, 2'), f('() RETURNS TABLE(a int, c int)', 'SELECT 1, 2'), other],
  [f('(OUT a int, OUT b int)', 'SELECT 1, 2'), f('(OUT a int, OUT b text)', 'SELECT 1, NULL::text'), other],
  [f('(OUT a int, OUT b int)', 'SELECT 1, 2'), f('() RETURNS TABLE(a int, b int)', 'SELECT 1, 2'), other],
  [f('(a int) RETURNS int'), f('(b int) RETURNS int'), name],
  [f('(a int) RETURNS int'), f('(int) RETURNS int'), name],
  [f('(INOUT a int)'), f('(INOUT b int)'), name],
  [
    f('(a int DEFAULT 1) RETURNS int'),
    f('(a int) RETURNS int'),
    '42P13 cannot remove parameter defaults from existing function',
  ],
  [
    f('(a int) RETURNS int'),
    "CREATE OR REPLACE PROCEDURE f(a int) LANGUAGE sql AS 'SELECT 1';",
    '42809 cannot change routine kind',
  ],
  [
    "CREATE PROCEDURE f(a int) LANGUAGE sql AS 'SELECT 1';",
    "CREATE OR REPLACE PROCEDURE f(INOUT a int) LANGUAGE sql AS 'SELECT 1';",
    '42P13 cannot change whether a procedure has output parameters',
  ],
);

const v = 'CREATE VIEW v AS SELECT 1 AS a;';
const m = 'CREATE MATERIALIZED VIEW v AS SELECT 1 AS a;';
const t = 'CREATE TABLE t (a int);';
const fn = "CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';";

/** Objects of another kind. */
export const kinds = cases(
  [v, 'DROP VIEW v;'],
  [m, 'DROP MATERIALIZED VIEW v;'],
  [m, 'REFRESH MATERIALIZED VIEW v;'],
  [m, 'CREATE INDEX ON v (a);'],
  [`${v} ${fn}`, 'CREATE TRIGGER g INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION tf();'],
  [`${v} ${fn}`, 'CREATE TRIGGER g BEFORE INSERT ON v FOR EACH STATEMENT EXECUTE FUNCTION tf();'],
  [`CREATE SCHEMA m; CREATE VIEW m.t AS SELECT 1 AS a; ${t}`, 'TRUNCATE t;'],
  [`${v} DROP VIEW v; CREATE TABLE v (a int PRIMARY KEY);`, 'CREATE TABLE c (a int REFERENCES v);'],
  [v, 'DROP MATERIALIZED VIEW v;', '42809 "v" is not a materialized view'],
  [t, 'DROP MATERIALIZED VIEW IF EXISTS t;', '42809 "t" is not a materialized view'],
  [t, 'DROP SEQUENCE t;', '42809 "t" is not a sequence'],
  [t, 'DROP INDEX t;', '42809 "t" is not an index'],
  [v, 'REFRESH MATERIALIZED VIEW v;', '42809 "v" is not a table or materialized view'],
  [t, 'REFRESH MATERIALIZED VIEW t;', '0A000 "t" is not a materialized view'],
  [t, 'CREATE OR REPLACE VIEW t AS SELECT 1 AS a;', '42809 "t" is not a view'],
  [v, 'TRUNCATE v;', '42809 "v" is not a table'],
  [v, 'CREATE POLICY p ON v;', '42809 "v" is not a table'],
  [m, 'INSERT INTO v VALUES (1);', '42809 cannot change materialized view "v"'],
  [m, 'DELETE FROM v;', '42809 cannot change materialized view "v"'],
  [v, 'CREATE TABLE c (a int REFERENCES v (a));', '42809 referenced relation "v" is not a table'],
  [`${m} ${t}`, 'ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES v (a);', '42809 referenced relation "v" is not a table'],
  [`${t} ${fn}`, 'CREATE TRIGGER g INSTEAD OF INSERT ON t FOR EACH ROW EXECUTE FUNCTION tf();', '42809 "t" is a table'],
  [`${v} ${fn}`, 'CREATE TRIGGER g BEFORE INSERT ON v FOR EACH ROW EXECUTE FUNCTION tf();', '42809 "v" is a view'],
  [
    `${m} ${fn}`,
    'CREATE TRIGGER g BEFORE INSERT ON v FOR EACH STATEMENT EXECUTE FUNCTION tf();',
    '42809 relation "v" cannot have triggers',
  ],
);

const n = 'CREATE TABLE t (a int, n int);';
const u = `${n} CREATE UNIQUE INDEX u ON t (n);`;
const p = `${n} CREATE UNIQUE INDEX u ON t (n) WHERE a > 1;`;
const d = 'CREATE TABLE t (a int, n int, CONSTRAINT c UNIQUE (n) DEFERRABLE);';
const insert = 'INSERT INTO t (a, n) VALUES (1, 2) ON CONFLICT';
const none = '42P10 there is no unique or exclusion constraint matching the ON CONFLICT specification';
const late = '55000 ON CONFLICT does not support deferrable unique constraints/exclusion constraints as arbiters';

/** ON CONFLICT. */
export const arbiters = cases(
  [u, `${insert} (n) DO UPDATE SET a = 1;`],
  [u, `${insert} (n, n) DO NOTHING;`],
  [u, `${insert} (n) WHERE a > 1 DO NOTHING;`],
  [n, `${insert} DO NOTHING;`],
  [p, `${insert} (n) WHERE a > 1 DO NOTHING;`],
  ['CREATE TABLE t (a int, n int, UNIQUE (n, a));', `${insert} (a, n) DO NOTHING;`],
  ['CREATE TABLE t (a int, n int CONSTRAINT c UNIQUE NOT DEFERRABLE);', `${insert} ON CONSTRAINT c DO NOTHING;`],
  ['CREATE TABLE t (a int, n int PRIMARY KEY);', `${insert} ON CONSTRAINT t_pkey DO NOTHING;`],
  [d, 'INSERT INTO t (a, n) SELECT 1, 2 WHERE false ON CONFLICT (n) DO NOTHING;'],
  [`${n} CREATE UNIQUE INDEX u ON t ((n + 1));`, `${insert} ((n + 1)) DO NOTHING;`],
  [
    'CREATE TABLE t (a int, n int, UNIQUE (a, n)) PARTITION BY RANGE (a); CREATE TABLE t1 PARTITION OF t DEFAULT;',
    'INSERT INTO t1 VALUES (1, 2) ON CONFLICT (a, n) DO NOTHING;',
  ],
  [u, `${insert} ON CONSTRAINT u DO NOTHING;`, '42704 constraint "u" for table "t" does not exist'],
  [n, `${insert} ON CONSTRAINT c DO NOTHING;`, '42704 constraint "c" for table "t" does not exist'],
  [
    'CREATE TABLE t (a int, n int, CONSTRAINT c CHECK (n > 0));',
    `${insert} ON CONSTRAINT c DO NOTHING;`,
    '42809 constraint in ON CONFLICT clause has no associated index',
  ],
  [n, `${insert} (n) DO NOTHING;`, none],
  [`${u} DROP INDEX u;`, `${insert} (n) DO NOTHING;`, none],
  [`${n} CREATE INDEX i ON t (n);`, `${insert} (n) DO UPDATE SET a = 1;`, none],
  [`${n} CREATE UNIQUE INDEX u ON t ((n + 1));`, `${insert} (n) DO NOTHING;`, none],
  [p, `${insert} (n) DO NOTHING;`, none],
  ['CREATE TABLE t (a int, n int, UNIQUE (a, n));', `${insert} (n) DO NOTHING;`, none],
  [d, `${insert} (n) DO NOTHING;`, late],
  [d, `${insert} ON CONSTRAINT c DO NOTHING;`, late],
  [
    'CREATE TABLE t (a int UNIQUE, n int GENERATED ALWAYS AS (1) STORED);',
    'INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET n = 5;',
    '428C9 column "n" can only be updated to DEFAULT',
  ],
);

const mood = "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE t (m mood);";
const bad = (type: string, value: string): string => `22P02 invalid input syntax for type ${type}: "${value}"`;
const glad = '22P02 invalid input value for enum mood: "glad"';

/** Strings that are no values of their type. */
export const literals = cases(
  ['', "CREATE TABLE z (a int DEFAULT ' 5 ', b numeric DEFAULT 'NaN', c bool DEFAULT ' Yes', d text DEFAULT '');"],
  [
    '',
    "CREATE TABLE z (a uuid DEFAULT '{a0eebc999c0b4ef8bb6d6bb9bd380a11}', b text[] DEFAULT '{}', c int[] DEFAULT '[1:1]={1}');",
  ],
  [
    '',
    "CREATE TABLE z (a jsonb DEFAULT 'null', b json DEFAULT ' {\"a\": [1]} ', c timestamptz DEFAULT 'now()', d date DEFAULT 'today');",
  ],
  [
    '',
    "CREATE TABLE z (a float8 DEFAULT '-Infinity', b date DEFAULT 'epoch', c interval DEFAULT '1 day', d varchar(2) DEFAULT 'abc');",
  ],
  [mood, "UPDATE t SET m = 'ok';"],
  [`${mood} ALTER TYPE mood ADD VALUE 'glad';`, "INSERT INTO t VALUES ('glad');"],
  [`${mood} ALTER TYPE mood RENAME VALUE 'sad' TO 'glad';`, "ALTER TABLE t ALTER m SET DEFAULT 'glad';"],
  [
    '',
    "CREATE TABLE z (a varchar(2) DEFAULT 'abc', b numeric(3, 2) DEFAULT 12.5, c smallint DEFAULT 40000, d date DEFAULT '2024-02-29', e smallint DEFAULT '-32768', f int DEFAULT ' 2147483647 ', g date DEFAULT '2000-02-29');",
  ],
  [
    t,
    "ALTER TABLE t ADD b varchar(3) DEFAULT 'abc  ', ADD c numeric(3, 2) DEFAULT 9.99, ADD d smallint DEFAULT 32767, ADD e numeric DEFAULT 1e50, ADD f char(2) DEFAULT 'ab', ADD g varchar DEFAULT 'abcdef', ADD h bigint DEFAULT 40000, ADD i numeric(5) DEFAULT -99999;",
  ],
  [`${t} CREATE DOMAIN short AS varchar(2);`, "ALTER TABLE t ALTER a SET DEFAULT 5, ADD b int[] DEFAULT '{99999}';"],
  [t, "ALTER TABLE t ADD b varchar(3) DEFAULT 'abcd';", '22001 value too long for type character varying(3)'],
  [t, "ALTER TABLE t ADD b char(2) NOT NULL DEFAULT 'abc';", '22001 value too long for type character(2)'],
  [t, 'ALTER TABLE t ADD b numeric(3, 2) NOT NULL DEFAULT 12.5;', '22003 numeric field overflow'],
  [t, "ALTER TABLE t ADD b numeric(2) DEFAULT '-100';", '22003 numeric field overflow'],
  [t, 'ALTER TABLE t ADD b smallint DEFAULT 40000;', '22003 smallint out of range'],
  ['', "CREATE TABLE z (a smallint DEFAULT '32768');", '22003 value "32768" is out of range for type smallint'],
  [t, "UPDATE t SET a = '3000000000';", '22003 value "3000000000" is out of range for type integer'],
  ['', "CREATE TABLE z (a date DEFAULT '2023-02-29');", '22008 date/time field value out of range: "2023-02-29"'],
  [
    '',
    "CREATE TABLE z (a timestamptz DEFAULT '2024-13-01 10:00');",
    '22008 date/time field value out of range: "2024-13-01 10:00"',
  ],
  [t, "ALTER TABLE t ADD COLUMN d int DEFAULT 'abc';", bad('integer', 'abc')],
  [t, "ALTER TABLE t ALTER a SET DEFAULT '';", bad('integer', '')],
  ['', "CREATE TABLE z (a int DEFAULT '5.5');", bad('integer', '5.5')],
  ['', "CREATE TABLE z (a numeric(5, 2) DEFAULT 'x');", bad('numeric', 'x')],
  ['', "CREATE TABLE z (a float8 DEFAULT 'x');", bad('double precision', 'x')],
  ['', "CREATE TABLE z (a bool DEFAULT 'o');", bad('boolean', 'o')],
  ['', "CREATE TABLE z (a uuid DEFAULT 'gen_random_uuid()');", bad('uuid', 'gen_random_uuid()')],
  ['', "CREATE TABLE z (a jsonb DEFAULT '');", '22P02 invalid input syntax for type json'],
  ['', "CREATE TABLE z (a json DEFAULT '{a:1}');", '22P02 invalid input syntax for type json'],
  ['', "CREATE TABLE z (a text[] DEFAULT '[]');", '22P02 malformed array literal: "[]"'],
  ['', "CREATE TABLE z (a text[] DEFAULT '');", '22P02 malformed array literal: ""'],
  [
    '',
    "CREATE TABLE z (a timestamp DEFAULT 'CURRENT_TIMESTAMP');",
    '22007 invalid input syntax for type timestamp: "CURRENT_TIMESTAMP"',
  ],
  ['', "CREATE TABLE z (a date DEFAULT '0000-00-00');", '22008 date/time field value out of range: "0000-00-00"'],
  [
    '',
    "CREATE TABLE z (a timestamptz DEFAULT '0000-00-00 00:00:00');",
    '22008 date/time field value out of range: "0000-00-00 00:00:00"',
  ],
  ['', "CREATE TABLE z (a interval DEFAULT '');", '22007 invalid input syntax for type interval: ""'],
  ['', "CREATE TABLE z (a inet DEFAULT '');", bad('inet', '')],
  ["CREATE TYPE mood AS ENUM ('sad');", "CREATE TABLE z (m mood DEFAULT 'glad');", glad],
  [mood, "UPDATE t SET m = 'glad';", glad],
  [mood, "INSERT INTO t VALUES ('ok'), ('glad');", glad],
  [mood, "INSERT INTO t (m) VALUES ('OK');", '22P02 invalid input value for enum mood: "OK"'],
  [t, "INSERT INTO t VALUES (1), ('x');", bad('integer', 'x')],
  [t, "UPDATE t SET a = 'x';", bad('integer', 'x')],
);

const clock = 'CREATE TABLE t (created timestamptz, ts timestamp, d date, tx text, vc varchar(9), doc jsonb, tm time);';
const index = (expression: string): string => `CREATE INDEX ON t ((${expression}));`;
const mutable = '42P17 functions in index expression must be marked IMMUTABLE';
const generation = '42P17 generation expression is not immutable';

/** Expressions that are kept, and whose value hangs on the session. */
export const immutability = cases(
  [clock, index("date_trunc('hour', ts)")],
  [clock, index("date_trunc('hour', created AT TIME ZONE 'UTC')")],
  [clock, index("(created AT TIME ZONE 'UTC')::date")],
  [clock, index('extract(year FROM d)')],
  [clock, index("date_part('year', ts)")],
  [clock, index('age(ts, ts)')],
  [clock, index('tx::int')],
  [clock, index("(doc ->> 'at')::int")],
  [clock, index("to_tsvector('english', tx)")],
  [clock, index("coalesce(created, 'epoch'::timestamptz)")],
  [clock, index("ts AT TIME ZONE 'UTC'")],
  [clock, "CREATE INDEX ON t (tx) WHERE created > '2020-01-01'::timestamptz;"],
  [
    `${clock} CREATE FUNCTION date_trunc(text, text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT $1';`,
    index("date_trunc('hour', tx)"),
  ],

  [clock, index("date_trunc('hour', created)"), mutable],
  [clock, index("date_trunc('hour', d)"), mutable],
  [clock, index('extract(epoch FROM created)'), mutable],
  [clock, index("date_part('year', created)"), mutable],
  [clock, index('date(created)'), mutable],
  [clock, index('tx::timestamptz'), mutable],
  [clock, index('vc::date'), mutable],
  [clock, index("(doc ->> 'at')::timestamptz"), mutable],
  [clock, index("CAST(doc #>> '{a,b}' AS date)"), mutable],
  [clock, index("(ts AT TIME ZONE 'UTC')::date"), mutable],
  [clock, 'CREATE INDEX ON t USING gin (to_tsvector(tx));', mutable],
  [
    clock,
    "CREATE INDEX ON t (tx) WHERE date_trunc('day', created) > '2020-01-01';",
    '42P17 functions in index predicate must be marked IMMUTABLE',
  ],
  [
    clock,
    'CREATE INDEX ON t (tx) WHERE created > now();',
    '42P17 functions in index predicate must be marked IMMUTABLE',
  ],
  [clock, 'ALTER TABLE t ADD COLUMN g date GENERATED ALWAYS AS (created::date) STORED;', generation],
  [
    clock,
    "ALTER TABLE t ADD COLUMN g timestamptz GENERATED ALWAYS AS (date_trunc('day', created)) STORED;",
    generation,
  ],
  ['', 'CREATE TABLE z (tx text, g tsvector GENERATED ALWAYS AS (to_tsvector(tx)) STORED);', generation],
  ['', "CREATE TABLE z (c timestamptz, g timestamptz GENERATED ALWAYS AS (date_trunc('day', c)) STORED);", generation],
);
