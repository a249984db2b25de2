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
