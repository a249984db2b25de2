import { cases } from './refused-names.js';

const mood =
  "CREATE TYPE mood AS ENUM ('ok', 'sad'); CREATE TABLE t (id int PRIMARY KEY, m mood, n int, ms mood[], at date); CREATE TABLE u (id int, v text);";
const glad = '22P02 invalid input value for enum mood: "glad"';

/** Strings that a condition or a cast reads as values of a type. */
export const compared = cases(
  [mood, "DELETE FROM t WHERE m = 'ok';"],
  [mood, "DELETE FROM t WHERE m IN ('ok', 'sad') OR m <> 'sad';"],
  [mood, "DELETE FROM t WHERE m::text = 'glad';"],
  [mood, "DELETE FROM t WHERE m::text IN ('glad', 'ok');"],
  [mood, "DELETE FROM u WHERE v = 'glad';"],
  [mood, "SELECT 1 FROM t, u WHERE t.m = 'ok' AND u.v = 'glad';"],
  [mood, "SELECT 1 FROM t m WHERE m.n = 5 AND m.m = 'sad';"],
  [mood, "WITH t AS (SELECT 'x'::text AS m) SELECT 1 FROM t WHERE t.m = 'glad';"],
  [mood, "SELECT 1 FROM (SELECT v AS m FROM u) s WHERE s.m = 'glad';"],
  [mood, "SELECT 1 FROM t WHERE EXISTS (SELECT 1 FROM u WHERE v = 'glad');"],
  [mood, "SELECT 1 FROM u AS t (m, v) WHERE t.v = 'glad';"],
  [mood, "SELECT 1 FROM t WHERE ms = '{ok,sad}' AND m = ANY ('{ok,sad}') AND n = ANY ('{1,2}');"],
  [mood, "SELECT 'ok'::mood, 'glad'::text, '5'::int, 'today'::date, '{1,2}'::int[];"],
  [mood, "SELECT 1 FROM t WHERE n = '5' AND at > 'yesterday';"],
  [mood, "SELECT 1 FROM t WHERE m::text LIKE 'gl%';"],
  [`${mood} ALTER TYPE mood ADD VALUE 'glad';`, "SELECT 1 FROM t WHERE m = 'glad';"],
  [mood, "DELETE FROM t WHERE m = 'glad';", glad],
  [mood, "DELETE FROM t WHERE 'glad' = m;", glad],
  [mood, "UPDATE t SET n = 1 WHERE t.m IN ('ok', 'glad');", glad],
  [mood, "UPDATE t SET n = 1 FROM u WHERE t.m <> 'glad';", glad],
  [mood, "SELECT 1 FROM t x JOIN u ON x.m = 'glad';", glad],
  [mood, "SELECT 1 FROM t WHERE m BETWEEN 'glad' AND 'ok';", glad],
  [mood, "SELECT 1 FROM t WHERE m = ANY ('{ok,glad}');", glad],
  [mood, "SELECT 1 FROM t WHERE m = ANY (ARRAY['ok', 'glad']::mood[]);", glad],
  [mood, "SELECT 1 FROM t WHERE m IS DISTINCT FROM 'glad';", glad],
  [mood, "SELECT 'glad'::mood;", glad],
  [mood, "UPDATE t SET m = CASE WHEN n > 1 THEN 'ok'::mood ELSE 'glad'::mood END;", glad],
  [mood, "INSERT INTO u SELECT id, m FROM t WHERE m = 'glad';", glad],
  [mood, "CREATE VIEW w AS SELECT id FROM t WHERE m = 'glad';", glad],
  [mood, "CREATE INDEX i ON t (id) WHERE m = 'glad';", glad],
  [mood, "ALTER TABLE t ADD CHECK (m <> 'glad');", glad],
  [mood, "CREATE POLICY p ON t USING (m = 'glad');", glad],
  [mood, "MERGE INTO t USING u ON t.id = u.id WHEN MATCHED AND t.m = 'glad' THEN DELETE;", glad],
  [mood, "DELETE FROM t WHERE n = 'x';", '22P02 invalid input syntax for type integer: "x"'],
  [mood, "SELECT ''::int;", '22P02 invalid input syntax for type integer: ""'],
  [mood, "SELECT 1 FROM t WHERE at = '';", '22007 invalid input syntax for type date: ""'],
);

const made =
  'CREATE TABLE w (id int GENERATED ALWAYS AS IDENTITY, v text); CREATE TABLE g (id int, d int GENERATED ALWAYS AS (id * 2) STORED); CREATE TABLE u (id int, v text, t_id int);';
const into = (column: string): string => `428C9 cannot insert a non-DEFAULT value into column "${column}"`;
const more = '42601 INSERT has more expressions than target columns';
const fewer = '42601 INSERT has more target columns than expressions';

/** Columns and values of INSERT, UPDATE and MERGE. */
export const written = cases(
  [made, 'INSERT INTO w (v) SELECT v FROM u;'],
  [made, 'INSERT INTO w OVERRIDING SYSTEM VALUE SELECT id, v FROM u;'],
  [made, 'INSERT INTO g SELECT id FROM u;'],
  [made, 'INSERT INTO g (id) TABLE g EXCEPT SELECT 1, 2;', more],
  [made, 'INSERT INTO u SELECT u.* FROM u;'],
  [made, 'INSERT INTO u SELECT id FROM g;'],
  [made, "INSERT INTO u (id, v) VALUES (1, 'a'), (2, 'b');"],
  [made, 'INSERT INTO u SELECT id, v, t_id FROM u UNION ALL SELECT 1, NULL, NULL;'],
  [made, 'MERGE INTO g USING u ON g.id = u.id WHEN MATCHED THEN UPDATE SET d = DEFAULT;'],
  [made, 'MERGE INTO g USING u ON g.id = u.id WHEN NOT MATCHED THEN INSERT VALUES (u.id);'],
  [made, 'MERGE INTO g USING u ON g.id = u.id WHEN NOT MATCHED THEN INSERT (id, d) VALUES (u.id, DEFAULT);'],
  [made, 'MERGE INTO w USING u ON w.id = u.id WHEN NOT MATCHED THEN INSERT (v) VALUES (u.v);'],
  [made, 'UPDATE u SET id = 1, t_id = 1;'],
  ['CREATE TABLE r (a int[]);', 'UPDATE r SET a[1] = 1, a[2] = 2;'],
  [made, 'INSERT INTO w SELECT id, v FROM u;', into('id')],
  [made, 'INSERT INTO w TABLE w;', into('id')],
  [made, 'INSERT INTO w SELECT * FROM w;', into('id')],
  [made, 'INSERT INTO g SELECT id, t_id FROM u;', into('d')],
  [made, 'INSERT INTO g (id, d) SELECT id, t_id FROM u;', into('d')],
  [
    made,
    'MERGE INTO g USING u ON g.id = u.id WHEN MATCHED THEN UPDATE SET d = 1;',
    '428C9 column "d" can only be updated to DEFAULT',
  ],
  [made, 'MERGE INTO g USING u ON g.id = u.id WHEN NOT MATCHED THEN INSERT VALUES (1, 2);', into('d')],
  [made, 'MERGE INTO w USING u ON w.id = u.id WHEN NOT MATCHED THEN INSERT (id) VALUES (u.id);', into('id')],
  [made, 'INSERT INTO u SELECT id, v, t_id, 1 FROM u;', more],
  [made, 'INSERT INTO w (v) SELECT * FROM u;', more],
  [made, 'INSERT INTO u (id) SELECT id, t_id FROM u;', more],
  [made, 'INSERT INTO u (id, v) SELECT id FROM u;', fewer],
  [made, 'INSERT INTO u (id, v) VALUES (1);', fewer],
  [made, 'INSERT INTO u VALUES (1, NULL, 3, 4);', more],
  [made, 'INSERT INTO u (id, v) VALUES (1, NULL), (2);', '42601 VALUES lists must all be the same length'],
  [made, 'INSERT INTO u (id, id) VALUES (1, 1);', '42701 column "id" specified more than once'],
  [made, 'UPDATE u SET id = 1, id = 2;', '42601 multiple assignments to same column "id"'],
);

const tags = 'CREATE TABLE tags (a int, b int NOT NULL UNIQUE); INSERT INTO tags VALUES (1, 1);';
const published = `${tags} CREATE PUBLICATION feed FOR TABLE tags;`;
const cannot = (verb: string, changes: string): string =>
  `55000 cannot ${verb} table "tags" because it does not have a replica identity and publishes ${changes}`;

/** Writes to tables of a publication. */
export const publications = cases(
  [tags, 'DELETE FROM tags;'],
  [published, 'INSERT INTO tags VALUES (2, 2);'],
  [`${published} DROP PUBLICATION feed;`, 'DELETE FROM tags;'],
  [`${published} ALTER PUBLICATION feed SET (publish = 'insert');`, 'UPDATE tags SET a = 2;'],
  [`${tags} CREATE PUBLICATION feed FOR TABLE tags WITH (publish = 'insert, update');`, 'DELETE FROM tags;'],
  [`${published} ALTER TABLE tags REPLICA IDENTITY FULL;`, 'DELETE FROM tags;'],
  [`${published} ALTER TABLE tags REPLICA IDENTITY USING INDEX tags_b_key;`, 'DELETE FROM tags;'],
  [`${published} ALTER TABLE tags ADD PRIMARY KEY (b);`, 'DELETE FROM tags;'],
  [`${tags} CREATE TABLE other (a int); CREATE PUBLICATION feed FOR TABLE other;`, 'DELETE FROM tags;'],
  ['CREATE PUBLICATION feed FOR ALL TABLES;', 'CREATE TEMP TABLE x (a int); DELETE FROM x;'],
  [`${tags} CREATE SCHEMA s; CREATE PUBLICATION feed FOR TABLES IN SCHEMA s;`, 'DELETE FROM tags;'],
  [
    `${tags} CREATE PUBLICATION feed FOR TABLES IN SCHEMA public; ALTER PUBLICATION feed DROP TABLES IN SCHEMA public;`,
    'DELETE FROM tags;',
  ],
  [
    `${tags} CREATE SCHEMA s; CREATE PUBLICATION feed FOR TABLES IN SCHEMA public; ALTER PUBLICATION feed SET TABLES IN SCHEMA s;`,
    'UPDATE tags SET a = 2;',
  ],
  [
    `${tags} CREATE PUBLICATION feed FOR TABLES IN SCHEMA public;`,
    'DELETE FROM tags;',
    cannot('delete from', 'deletes'),
  ],
  [
    `${tags} CREATE SCHEMA s; CREATE PUBLICATION feed FOR TABLES IN SCHEMA s; ALTER PUBLICATION feed ADD TABLES IN SCHEMA public;`,
    'UPDATE tags SET a = 2;',
    cannot('update', 'updates'),
  ],
  [published, 'DELETE FROM tags WHERE a = 1;', cannot('delete from', 'deletes')],
  [published, 'DELETE FROM tags WHERE false;', cannot('delete from', 'deletes')],
  [published, 'UPDATE tags SET a = 2 WHERE a = 1;', cannot('update', 'updates')],
  [`${tags} CREATE PUBLICATION feed FOR ALL TABLES;`, 'UPDATE tags SET a = 2;', cannot('update', 'updates')],
  [`${published} ALTER TABLE tags REPLICA IDENTITY NOTHING;`, 'DELETE FROM tags;', cannot('delete from', 'deletes')],
  [
    published,
    'MERGE INTO tags USING (VALUES (1)) AS v (a) ON v.a = tags.a WHEN MATCHED THEN DELETE;',
    cannot('delete from', 'deletes'),
  ],
);

const shown =
  'CREATE TABLE t (id int, name text, n numeric(5, 2), at timestamp, c varchar(20)); CREATE TABLE u (id serial, name text); CREATE VIEW v AS SELECT id, name, n, c FROM t;';
const changed = (column: string, from: string, to: string): string =>
  `42P16 cannot change data type of view column "${column}" from ${from} to ${to}`;

/** OR REPLACE of views whose columns get other types. */
export const viewTypes = cases(
  [shown, 'CREATE OR REPLACE VIEW v AS SELECT id, name, n, c, at FROM t;'],
  [shown, 'CREATE OR REPLACE VIEW v AS SELECT t.id, upper(name) AS name, n, c FROM t WHERE id > 1;'],
  [
    shown,
    "CREATE OR REPLACE VIEW v AS SELECT u.id, 'x' AS name, 1::numeric(5, 2) AS n, NULL::varchar(20) AS c FROM u;",
  ],
  [shown, 'CREATE OR REPLACE VIEW v AS SELECT u.id, t.name, t.n, t.c FROM t LEFT JOIN u ON u.id = t.id;'],
  [
    shown,
    'CREATE OR REPLACE VIEW v AS WITH t AS (SELECT 1 AS id) SELECT t.id, name, n, c FROM t, (SELECT name, n, c FROM public.t) s;',
  ],
  [shown, 'CREATE OR REPLACE VIEW v AS SELECT * FROM (SELECT id, name, n, c FROM t) s;'],
  [shown, 'CREATE OR REPLACE VIEW v AS SELECT id, NULL AS name, n, c FROM t;'],
  [`${shown} DROP VIEW v; ALTER TABLE t ALTER id TYPE bigint;`, 'CREATE OR REPLACE VIEW v AS SELECT id, name FROM t;'],
  [
    shown,
    'CREATE OR REPLACE VIEW v AS SELECT id::bigint AS id, name, n, c FROM t;',
    changed('id', 'integer', 'bigint'),
  ],
  [
    shown,
    'CREATE OR REPLACE VIEW v AS SELECT count(*) AS id, NULL AS name, NULL::numeric(5, 2) AS n, NULL::varchar(20) AS c FROM t;',
    changed('id', 'integer', 'bigint'),
  ],
  [
    shown,
    'CREATE OR REPLACE VIEW v AS SELECT id, c AS name, n, c FROM t;',
    changed('name', 'text', 'character varying(20)'),
  ],
  [shown, 'CREATE OR REPLACE VIEW v AS SELECT id, 1 AS name, n, c FROM t;', changed('name', 'text', 'integer')],
  [
    shown,
    'CREATE OR REPLACE VIEW v AS SELECT id, name, n::numeric(7, 2) AS n, c FROM t;',
    changed('n', 'numeric(5,2)', 'numeric(7,2)'),
  ],
  [
    shown,
    'CREATE OR REPLACE VIEW v AS SELECT id, name, n, c::text AS c FROM t;',
    changed('c', 'character varying(20)', 'text'),
  ],
  [
    `${shown} CREATE VIEW w AS SELECT v.id AS a FROM v;`,
    'CREATE OR REPLACE VIEW w AS SELECT name AS a FROM v;',
    changed('a', 'integer', 'text'),
  ],
  [
    'CREATE TABLE t (id bigserial); CREATE VIEW v AS SELECT id FROM t;',
    'CREATE OR REPLACE VIEW v AS SELECT id::int AS id FROM t;',
    changed('id', 'bigint', 'integer'),
  ],
);

/** Options of sequences. */
export const sequences = cases(
  ['', 'CREATE SEQUENCE s AS smallint INCREMENT BY -1 MINVALUE -5 START -1;'],
  ['', 'CREATE SEQUENCE s MINVALUE 5 MAXVALUE 9 START 9 CACHE 1;'],
  ['', 'CREATE SEQUENCE s NO MINVALUE NO MAXVALUE;'],
  ['', 'CREATE SEQUENCE s MAXVALUE 9223372036854775807 START 9223372036854775806;'],
  ['CREATE SEQUENCE s;', 'ALTER SEQUENCE s RESTART WITH 5; ALTER SEQUENCE s MINVALUE 0 RESTART WITH 0;'],
  ['CREATE SEQUENCE s;', 'CREATE SEQUENCE IF NOT EXISTS s INCREMENT BY 0;'],
  ['CREATE TABLE t (id serial);', 'ALTER SEQUENCE t_id_seq OWNED BY NONE;'],
  ['CREATE SEQUENCE s AS int;', 'ALTER SEQUENCE s AS bigint RESTART WITH 3000000000;'],
  ['', 'CREATE SEQUENCE s INCREMENT BY 0;', '22023 INCREMENT must not be zero'],
  ['CREATE SEQUENCE s;', 'ALTER SEQUENCE s INCREMENT BY 0;', '22023 INCREMENT must not be zero'],
  ['', 'CREATE SEQUENCE s MINVALUE 10 MAXVALUE 5;', '22023 MINVALUE (10) must be less than MAXVALUE (5)'],
  ['', 'CREATE SEQUENCE s MAXVALUE 1;', '22023 MINVALUE (1) must be less than MAXVALUE (1)'],
  ['', 'CREATE SEQUENCE s START 0;', '22023 START value (0) cannot be less than MINVALUE (1)'],
  ['', 'CREATE SEQUENCE s MAXVALUE 5 START 6;', '22023 START value (6) cannot be greater than MAXVALUE (5)'],
  ['', 'CREATE SEQUENCE s INCREMENT BY -1 START 1;', '22023 START value (1) cannot be greater than MAXVALUE (-1)'],
  [
    '',
    'CREATE SEQUENCE s AS smallint MAXVALUE 40000;',
    '22023 MAXVALUE (40000) is out of range for sequence data type smallint',
  ],
  ['', 'CREATE SEQUENCE s AS text;', '22023 sequence type must be smallint, integer, or bigint'],
  ['', 'CREATE SEQUENCE s CACHE 0;', '22023 CACHE (0) must be greater than zero'],
  [
    'CREATE SEQUENCE s AS int;',
    'ALTER SEQUENCE s RESTART WITH 3000000000;',
    '22023 RESTART value (3000000000) cannot be greater than MAXVALUE (2147483647)',
  ],
  [
    'CREATE TABLE t (id serial);',
    'ALTER SEQUENCE t_id_seq RESTART WITH 3000000000;',
    '22023 RESTART value (3000000000) cannot be greater than MAXVALUE (2147483647)',
  ],
  [
    'CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY);',
    'ALTER SEQUENCE t_id_seq OWNED BY NONE;',
    '0A000 cannot change ownership of identity sequence',
  ],
);

const enums =
  "CREATE TYPE a AS ENUM ('x'); CREATE TYPE b AS ENUM ('x', 'y'); CREATE TABLE t (one a DEFAULT 'x', many a[] DEFAULT '{x}', bare a[]);";

/** Types of columns that hold enums, alone and in arrays. */
export const enumTypes = cases(
  [enums, 'ALTER TABLE t ALTER many TYPE text[];'],
  [
    "CREATE TYPE level AS ENUM ('low'); CREATE FUNCTION f(l level, VARIADIC m level[]) RETURNS level LANGUAGE sql AS 'SELECT l';",
    "ALTER TYPE level RENAME TO level_old; CREATE TYPE level AS ENUM ('low', 'high'); DROP FUNCTION f(level_old, level_old[]); DROP TYPE level_old; DROP TYPE level;",
  ],
  [enums, 'ALTER TABLE t ALTER bare TYPE b[] USING bare::text[]::b[];'],
  [enums, 'ALTER TABLE t ALTER many DROP DEFAULT, ALTER many TYPE b[] USING many::text[]::b[];'],
  [
    enums,
    'ALTER TABLE t ALTER many DROP DEFAULT; ALTER TABLE t ALTER many TYPE text[]; ALTER TABLE t DROP bare, DROP one; DROP TYPE a;',
  ],
  [
    enums,
    'ALTER TABLE t ALTER one TYPE b USING one::text::b;',
    '42804 default for column "one" cannot be cast automatically to type b',
  ],
  [
    enums,
    'ALTER TABLE t ALTER many TYPE b[] USING many::text[]::b[];',
    '42804 default for column "many" cannot be cast automatically to type b[]',
  ],
  [enums, 'ALTER TABLE t ALTER bare TYPE b[];', '42804 column "bare" cannot be cast automatically to type b[]'],
);

const typed =
  "CREATE TYPE mood AS ENUM ('ok', 'sad'); CREATE DOMAIN words AS text; CREATE TABLE t (id int PRIMARY KEY, m mood, n int, s text, v varchar(20), b boolean, d date, j jsonb, w words, ms mood[], r real); CREATE TABLE o (id serial, s text, n bigint);";
const isOf = (column: string, type: string, other: string): string =>
  `42804 column "${column}" is of type ${type} but expression is of type ${other}`;

/** Values of one type in columns of another. */
export const assigned = cases(
  [typed, "UPDATE t SET m = 'ok', n = '5', d = '2020-01-01', j = '{}', ms = '{ok}';"],
  [typed, "UPDATE t SET m = (CASE WHEN n > 1 THEN 'ok' ELSE 'sad' END)::mood;"],
  [typed, "UPDATE t SET m = CASE WHEN n > 1 THEN 'ok'::mood ELSE 'sad' END;"],
  [
    typed,
    "UPDATE t SET m = CASE WHEN n > 1 THEN 'ok' ELSE m END, s = CASE WHEN b THEN 'x' END, v = COALESCE('x', 'y');",
  ],
  [typed, 'UPDATE t SET s = n, v = d, r = n, n = r, w = m, s = j;', '42601 multiple assignments to same column "s"'],
  [typed, 'UPDATE t SET s = n, v = d, r = n, n = r, w = m;'],
  [typed, 'UPDATE t SET n = o.n, s = o.id FROM o WHERE o.id = t.id;'],
  [typed, 'UPDATE t SET ms[1] = m, n = (SELECT count(*) FROM o);'],
  [typed, "INSERT INTO t (id, m, d) SELECT id, 'ok', '2020-01-01' FROM o;"],
  [typed, 'INSERT INTO t (id, s) SELECT o.id, o.n FROM o;'],
  [typed, 'WITH t2 AS (SELECT 1 AS s2) UPDATE t SET n = t2.s2 FROM t2;'],
  [`${typed} CREATE CAST (text AS mood) WITH INOUT AS ASSIGNMENT;`, 'UPDATE t SET m = s;'],
  [typed, "UPDATE t SET m = CASE WHEN n > 1 THEN 'ok' ELSE 'sad' END;", isOf('m', 'mood', 'text')],
  [typed, "UPDATE t SET b = CASE n WHEN 1 THEN 'true' WHEN 2 THEN NULL END;", isOf('b', 'boolean', 'text')],
  [typed, "UPDATE t SET ms = COALESCE('{ok}', NULL);", isOf('ms', 'mood[]', 'text')],
  [typed, 'UPDATE t SET m = s;', isOf('m', 'mood', 'text')],
  [typed, 'UPDATE t SET n = v;', isOf('n', 'integer', 'character varying')],
  [typed, 'UPDATE t SET n = b;', isOf('n', 'integer', 'boolean')],
  [typed, 'UPDATE t SET d = o.s FROM o WHERE o.id = t.id;', isOf('d', 'date', 'text')],
  [typed, 'UPDATE t SET j = s::text;', isOf('j', 'jsonb', 'text')],
  [typed, 'INSERT INTO t (id, j) SELECT id, s FROM o;', isOf('j', 'jsonb', 'text')],
  [typed, 'INSERT INTO t SELECT id, s FROM o;', isOf('m', 'mood', 'text')],
  [typed, "INSERT INTO t (id, m) VALUES (1, CASE WHEN true THEN 'ok' ELSE 'sad' END);", isOf('m', 'mood', 'text')],
);

/** Functions that a domain has called. */
export const domains = cases([
  "CREATE FUNCTION f(a text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true'; CREATE DOMAIN d AS text CONSTRAINT c CHECK (f(VALUE));",
  'ALTER DOMAIN d DROP CONSTRAINT c; DROP FUNCTION f(text);',
]);
