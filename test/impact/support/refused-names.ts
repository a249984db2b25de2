/** A statement behind its history, and what PostgreSQL answers: "code message"; "" where it takes it. */
export interface Refusal {
  readonly history: string;
  readonly sql: string;
  readonly answer: string;
}

const f = "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';";
const on = 'FOR EACH ROW EXECUTE FUNCTION f();';
const t = 'CREATE TABLE t (a int);';

export function cases(
  ...rows: readonly (readonly [history: string, sql: string, answer?: string])[]
): readonly Refusal[] {
  return rows.map(([history, sql, answer = '']) => ({ history, sql, answer }));
}

/** Second objects of a name. */
export const duplicates = cases(
  ['CREATE SEQUENCE s;', 'CREATE SEQUENCE IF NOT EXISTS s;'],
  ['CREATE SEQUENCE s;', 'CREATE TEMP SEQUENCE s;'],
  ['CREATE SEQUENCE s; DROP SEQUENCE s;', 'CREATE SEQUENCE s;'],
  ['CREATE SCHEMA m; CREATE SEQUENCE s;', 'CREATE SEQUENCE m.s;'],
  ['CREATE SEQUENCE s; ALTER SEQUENCE s RENAME TO r;', 'CREATE SEQUENCE s;'],
  ['CREATE SCHEMA m;', 'CREATE SCHEMA IF NOT EXISTS m;'],
  ['CREATE SCHEMA m; DROP SCHEMA m;', 'CREATE SCHEMA m;'],
  ['CREATE SCHEMA m; ALTER SCHEMA m RENAME TO n;', 'CREATE SCHEMA m;'],
  ['CREATE VIEW v AS SELECT 1 AS a;', 'CREATE OR REPLACE VIEW v AS SELECT 1 AS a;'],
  ['CREATE VIEW v AS SELECT 1 AS a;', 'CREATE TEMP VIEW v AS SELECT 1 AS a;'],
  ['CREATE VIEW v AS SELECT 1 AS a;', 'CREATE TEMP TABLE x (a int); CREATE VIEW v AS SELECT a FROM x;'],
  ['CREATE MATERIALIZED VIEW v AS SELECT 1 AS a;', 'CREATE MATERIALIZED VIEW IF NOT EXISTS v AS SELECT 1 AS a;'],
  ['CREATE DOMAIN d AS int; DROP DOMAIN d;', 'CREATE DOMAIN d AS text;'],
  ['CREATE SCHEMA m; CREATE DOMAIN m.d AS int; DROP SCHEMA m CASCADE; CREATE SCHEMA m;', 'CREATE DOMAIN m.d AS text;'],
  [
    "CREATE FUNCTION g(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';",
    "CREATE FUNCTION g(a text) RETURNS int LANGUAGE sql AS 'SELECT 1';",
  ],
  [
    "CREATE FUNCTION g(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';",
    "CREATE OR REPLACE FUNCTION g(a int) RETURNS int LANGUAGE sql AS 'SELECT 2';",
  ],
  [
    "CREATE FUNCTION g(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'; DROP FUNCTION g(integer);",
    "CREATE FUNCTION g(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';",
  ],
  [`${t} CREATE POLICY p ON t; CREATE TABLE u (a int);`, 'CREATE POLICY p ON u;'],
  [`${t} CREATE POLICY p ON t; DROP TABLE t; ${t}`, 'CREATE POLICY p ON t;'],
  [`${t} CREATE POLICY p ON t; ALTER POLICY p ON t RENAME TO q;`, 'CREATE POLICY p ON t;'],
  [
    `${t} ${f} CREATE TRIGGER g BEFORE INSERT ON t ${on} ALTER TRIGGER g ON t RENAME TO h;`,
    `CREATE TRIGGER g BEFORE INSERT ON t ${on}`,
  ],
  [`${t} ${f} CREATE TRIGGER g BEFORE INSERT ON t ${on}`, `CREATE OR REPLACE TRIGGER g BEFORE INSERT ON t ${on}`],
  [
    `${t} ${f} CREATE TRIGGER g BEFORE INSERT ON t ${on} DROP FUNCTION f CASCADE; ${f}`,
    `CREATE TRIGGER g BEFORE INSERT ON t ${on}`,
  ],
  [
    'CREATE SCHEMA m; CREATE TABLE m.t (a int); CREATE POLICY p ON m.t; DROP SCHEMA m CASCADE; CREATE SCHEMA m; CREATE TABLE m.t (a int);',
    'CREATE POLICY p ON m.t;',
  ],
  ["CREATE TYPE d AS ENUM ('x'); ALTER TYPE d RENAME TO e;", "CREATE TYPE d AS ENUM ('x');"],
  ['CREATE SEQUENCE s;', 'CREATE DOMAIN s AS int;'],

  ['CREATE SEQUENCE s;', 'CREATE SEQUENCE s;', '42P07 relation "s" already exists'],
  [t, 'CREATE SEQUENCE t;', '42P07 relation "t" already exists'],
  ['CREATE SCHEMA m;', 'CREATE SCHEMA m;', '42P06 schema "m" already exists'],
  ['CREATE VIEW v AS SELECT 1 AS a;', 'CREATE VIEW v AS SELECT 1 AS a;', '42P07 relation "v" already exists'],
  [
    'CREATE MATERIALIZED VIEW v AS SELECT 1 AS a;',
    'CREATE MATERIALIZED VIEW v AS SELECT 1 AS a;',
    '42P07 relation "v" already exists',
  ],
  ['CREATE DOMAIN d AS int;', 'CREATE DOMAIN d AS text;', '42710 type "d" already exists'],
  ['CREATE DOMAIN d AS int;', "CREATE TYPE d AS ENUM ('x');", '42710 type "d" already exists'],
  ['CREATE DOMAIN d AS int;', 'CREATE TABLE d (a int);', '42710 type "d" already exists'],
  ['CREATE TYPE d AS (a int);', 'CREATE TABLE d (a int);', '42P07 relation "d" already exists'],
  [t, "CREATE TYPE t AS ENUM ('x');", '42710 type "t" already exists'],
  ["CREATE TYPE d AS ENUM ('x');", 'CREATE TYPE d AS (a int);', '42710 type "d" already exists'],
  ["CREATE TYPE d AS ENUM ('x');", 'CREATE VIEW d AS SELECT 1 AS a;', '42710 type "d" already exists'],
  [
    "CREATE FUNCTION g(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';",
    "CREATE FUNCTION g(b integer) RETURNS text LANGUAGE sql AS 'SELECT 1';",
    '42723 function "g" already exists with same argument types',
  ],
  [
    "CREATE FUNCTION g(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';",
    "CREATE PROCEDURE g(a int) LANGUAGE sql AS 'SELECT 1';",
    '42723 function "g" already exists with same argument types',
  ],
  [
    `${t} CREATE POLICY p ON t;`,
    'CREATE POLICY p ON public.t USING (true);',
    '42710 policy "p" for table "t" already exists',
  ],
  [
    `${t} ${f} CREATE TRIGGER g BEFORE INSERT ON t ${on}`,
    `CREATE TRIGGER g AFTER UPDATE ON t ${on}`,
    '42710 trigger "g" for relation "t" already exists',
  ],
  ['CREATE PUBLICATION p;', 'CREATE PUBLICATION p;', '42710 publication "p" already exists'],
);

/** CREATE TABLE that contradicts itself. */
export const contradictions = cases(
  ['', 'CREATE TABLE z (a int PRIMARY KEY, b int UNIQUE);'],
  ['CREATE TABLE z (a int);', 'CREATE TABLE IF NOT EXISTS z (a int PRIMARY KEY, b int PRIMARY KEY);'],
  ['', 'CREATE TABLE z (id int, d date, PRIMARY KEY (d, id)) PARTITION BY RANGE (d);'],
  ['', 'CREATE TABLE z (a int, CONSTRAINT c UNIQUE (a), CONSTRAINT c PRIMARY KEY (a));'],
  ['', 'CREATE TABLE z ("A" int, a int);'],

  [
    '',
    'CREATE TABLE z (a int PRIMARY KEY, b int PRIMARY KEY);',
    '42P16 multiple primary keys for table "z" are not allowed',
  ],
  [
    '',
    'CREATE TABLE z (a int PRIMARY KEY, b int, PRIMARY KEY (a, b));',
    '42P16 multiple primary keys for table "z" are not allowed',
  ],
  ['', 'CREATE TABLE z (a int, A text);', '42701 column "a" specified more than once'],
  [
    '',
    'CREATE TABLE z (a int, CONSTRAINT c CHECK (a > 0), CONSTRAINT c CHECK (a > 1));',
    '42710 check constraint "c" already exists',
  ],
  [
    '',
    'CREATE TABLE z (a int, CONSTRAINT c CHECK (a > 0), CONSTRAINT c UNIQUE (a));',
    '42710 constraint "c" for relation "z" already exists',
  ],
  [
    '',
    'CREATE TABLE z (id int PRIMARY KEY, d date) PARTITION BY RANGE (d);',
    '0A000 unique constraint on partitioned table must include all partitioning columns',
  ],
  [
    '',
    'CREATE TABLE z (id int, d date, UNIQUE (id)) PARTITION BY LIST (d);',
    '0A000 unique constraint on partitioned table must include all partitioning columns',
  ],
  ['', 'CREATE TABLE z (id serial DEFAULT 5);', '42601 multiple default values specified for column "id" of table "z"'],
  [
    '',
    'CREATE TABLE z (id int DEFAULT 5 GENERATED ALWAYS AS IDENTITY);',
    '42601 both default and identity specified for column "id" of table "z"',
  ],
  [
    '',
    'CREATE TABLE z (a int, g int DEFAULT 5 GENERATED ALWAYS AS (a) STORED);',
    '42601 both default and generation expression specified for column "g" of table "z"',
  ],
  [
    '',
    'CREATE TABLE z (id text GENERATED ALWAYS AS IDENTITY);',
    '22023 identity column type must be smallint, integer, or bigint',
  ],
);

const g = 'CREATE TABLE t (a int, g int GENERATED ALWAYS AS (a * 2) STORED);';
const i = 'CREATE TABLE t (a int, i int GENERATED ALWAYS AS IDENTITY);';

/** Values that PostgreSQL makes itself. */
export const computed = cases(
  [g, 'UPDATE t SET g = DEFAULT, a = 1;'],
  [g, 'INSERT INTO t (a, g) VALUES (1, DEFAULT), (2, DEFAULT);'],
  [g, 'INSERT INTO t VALUES (1);'],
  [g, 'INSERT INTO t DEFAULT VALUES;'],
  [g, 'INSERT INTO t SELECT 1;'],
  [i, 'INSERT INTO t (a, i) OVERRIDING SYSTEM VALUE VALUES (1, 2);'],
  [i, 'INSERT INTO t (a, i) OVERRIDING USER VALUE SELECT 1, 2;'],
  ['CREATE TABLE t (a int, i int GENERATED BY DEFAULT AS IDENTITY);', 'UPDATE t SET i = 5;'],
  [
    'CREATE TABLE t (i serial PRIMARY KEY);',
    'ALTER TABLE t ALTER i ADD GENERATED ALWAYS AS IDENTITY, ALTER i DROP DEFAULT;',
  ],
  [i, 'ALTER TABLE t ALTER i DROP IDENTITY, ALTER i DROP DEFAULT;'],
  [`${i} ALTER TABLE t ALTER i DROP IDENTITY;`, 'ALTER TABLE t ALTER i DROP DEFAULT;'],
  [`${g} ALTER TABLE t ALTER g DROP EXPRESSION;`, 'UPDATE t SET g = 1;'],

  [g, 'UPDATE t SET g = 5;', '428C9 column "g" can only be updated to DEFAULT'],
  [g, 'INSERT INTO t (a, g) VALUES (1, DEFAULT), (1, 2);', '428C9 cannot insert a non-DEFAULT value into column "g"'],
  [g, 'INSERT INTO t VALUES (1, 2);', '428C9 cannot insert a non-DEFAULT value into column "g"'],
  [
    g,
    'INSERT INTO t (a, g) OVERRIDING SYSTEM VALUE VALUES (1, 2);',
    '428C9 cannot insert a non-DEFAULT value into column "g"',
  ],
  [i, 'INSERT INTO t (a, i) SELECT 1, 2;', '428C9 cannot insert a non-DEFAULT value into column "i"'],
  [i, 'UPDATE t SET i = 5 WHERE a = 1;', '428C9 column "i" can only be updated to DEFAULT'],
  [
    'CREATE TABLE t (i serial PRIMARY KEY);',
    'ALTER TABLE t ALTER i ADD GENERATED ALWAYS AS IDENTITY;',
    '55000 column "i" of relation "t" already has a default value',
  ],
  [
    i,
    'ALTER TABLE t ALTER i ADD GENERATED BY DEFAULT AS IDENTITY;',
    '55000 column "i" of relation "t" is already an identity column',
  ],
  [i, 'ALTER TABLE t ALTER i DROP DEFAULT;', '42601 column "i" of relation "t" is an identity column'],
  [i, 'ALTER TABLE t ALTER i SET DEFAULT 5;', '42601 column "i" of relation "t" is an identity column'],
  [g, 'ALTER TABLE t ALTER g DROP DEFAULT;', '42601 column "g" of relation "t" is a generated column'],
  [
    'CREATE TABLE t (i int NOT NULL);',
    'ALTER TABLE t ALTER i SET GENERATED ALWAYS;',
    '55000 column "i" of relation "t" is not an identity column',
  ],
);

const row = (when: string, event = 'BEFORE UPDATE', each = 'ROW'): string =>
  `CREATE TRIGGER w ${event} ON t FOR EACH ${each} WHEN (${when}) EXECUTE FUNCTION f();`;

/** Expressions that may not stand there. */
export const expressions = cases(
  ['', "CREATE TABLE z (a text DEFAULT 'b', b timestamptz DEFAULT CURRENT_TIMESTAMP, c name DEFAULT current_user);"],
  ['', "CREATE TABLE z (a int DEFAULT 1 + 2, b text DEFAULT lower('X'), c date DEFAULT (now() AT TIME ZONE 'utc'));"],
  ['', "CREATE TABLE z (a int CHECK (a IN (1, 2)), b text[] DEFAULT ARRAY['x']::text[]);"],
  [`${g} ${f}`, row('OLD.g = 1')],
  [`${g} ${f}`, row('OLD IS DISTINCT FROM NEW', 'AFTER UPDATE')],
  [`${g} ${f}`, row('OLD.a IS DISTINCT FROM NEW.a')],
  [`${t} ${f}`, row('OLD IS DISTINCT FROM NEW')],

  ['', 'CREATE TABLE z (n int, m int DEFAULT n);', '0A000 cannot use column reference in DEFAULT expression'],
  ['', 'CREATE TABLE z (n text DEFAULT "abc");', '0A000 cannot use column reference in DEFAULT expression'],
  ['', 'CREATE TABLE z (n int DEFAULT (SELECT 1));', '0A000 cannot use subquery in DEFAULT expression'],
  [t, 'ALTER TABLE t ALTER a SET DEFAULT (SELECT 1);', '0A000 cannot use subquery in DEFAULT expression'],
  [t, 'ALTER TABLE t ADD COLUMN b int DEFAULT a;', '0A000 cannot use column reference in DEFAULT expression'],
  ['', 'CREATE TABLE z (n int CHECK (n IN (SELECT 1)));', '0A000 cannot use subquery in check constraint'],
  [t, 'ALTER TABLE t ADD CHECK (EXISTS (SELECT 1));', '0A000 cannot use subquery in check constraint'],
  [t, 'CREATE INDEX ON t (a) WHERE a = (SELECT 1);', '0A000 cannot use subquery in index predicate'],
  [
    '',
    'CREATE TABLE z (n int, g int GENERATED ALWAYS AS ((SELECT 1)) STORED);',
    '0A000 cannot use subquery in column generation expression',
  ],
  [
    '',
    'CREATE TABLE z (n int, g int GENERATED ALWAYS AS (n) STORED, h int GENERATED ALWAYS AS (g) STORED);',
    '42P17 cannot use generated column "g" in column generation expression',
  ],
  [
    `${g} ${f}`,
    row('OLD IS DISTINCT FROM NEW'),
    "42P17 BEFORE trigger's WHEN condition cannot reference NEW generated columns",
  ],
  [
    `${g} ${f}`,
    row('OLD.* IS DISTINCT FROM NEW.*'),
    "42P17 BEFORE trigger's WHEN condition cannot reference NEW generated columns",
  ],
  [`${g} ${f}`, row('NEW.g = 1'), "42P17 BEFORE trigger's WHEN condition cannot reference NEW generated columns"],
  [
    `${t} ${f}`,
    row('OLD.a = 1', 'BEFORE INSERT OR UPDATE'),
    "42P17 INSERT trigger's WHEN condition cannot reference OLD values",
  ],
  [`${t} ${f}`, row('NEW.a = 1', 'BEFORE DELETE'), "42P17 DELETE trigger's WHEN condition cannot reference NEW values"],
  [
    `${t} ${f}`,
    row('NEW.a = 1', 'BEFORE UPDATE', 'STATEMENT'),
    "42P17 statement trigger's WHEN condition cannot reference column values",
  ],
  [`${t} ${f}`, row('EXISTS (SELECT 1)'), '0A000 cannot use subquery in trigger WHEN condition'],
);

const by = (how: string, column = 'd date'): string => `CREATE TABLE l (${column}, n int) PARTITION BY ${how};`;
const part = (name: string, bound: string): string => `CREATE TABLE ${name} PARTITION OF l ${bound};`;
const range = (from: string, to: string): string => `FOR VALUES FROM (${from}) TO (${to})`;
const days = `${by('RANGE (d)')} ${part('l1', range("'2021-01-01'", "'2021-02-01'"))}`;
const overlap = '42P17 partition "l2" would overlap partition "l1"';

/** Bounds of partitions. */
export const bounds = cases(
  [days, part('l2', range("'2021-02-01'", "'2021-03-01'"))],
  [days, part('l2', range('MINVALUE', "'2021-01-01'"))],
  [days, part('l2', 'DEFAULT')],
  [`${days} ALTER TABLE l DETACH PARTITION l1;`, part('l2', range("'2021-01-15'", "'2021-03-01'"))],
  [`${days} DROP TABLE l1;`, part('l2', range("'2021-01-15'", "'2021-03-01'"))],
  [by('RANGE (d)', 'd text'), part('l1', range("'10'", "'9'"))],
  [`${by('RANGE (n)')} ${part('l1', range('9', '10'))}`, part('l2', range("'10'", "'11'"))],
  [
    `${by('RANGE (n, d)')} ${part('l1', range('1, MINVALUE', '2, MINVALUE'))}`,
    part('l2', range('2, MINVALUE', '3, MINVALUE')),
  ],
  [
    `${by('LIST (d)', 'd text')} ${part('l1', "FOR VALUES IN ('a', 'b')")}`,
    part('l2', "FOR VALUES IN ('A', 'c', NULL)"),
  ],
  [
    `${by('HASH (n)')} ${part('l1', 'FOR VALUES WITH (MODULUS 4, REMAINDER 0)')}`,
    part('l2', 'FOR VALUES WITH (MODULUS 8, REMAINDER 5)'),
  ],
  [
    `${by('RANGE (d)', 'd timestamptz')} ${part('l1', range("'2021-01-01 00:00:00+00'", "'2021-02-01 00:00:00+00'"))}`,
    part('l2', range("'2021-02-01 00:00+00'", "'2021-03-01 00:00:00+00'")),
  ],

  [
    by('RANGE (d)'),
    part('l1', range("'2021-01-01'", "'2021-01-01'")),
    '42P17 empty range bound specified for partition "l1"',
  ],
  [by('RANGE (n)'), part('l1', range('10', '9')), '42P17 empty range bound specified for partition "l1"'],
  [days, part('l2', range("'2021-01-31'", "'2021-03-01'")), overlap],
  [
    `${days} CREATE TABLE l2 (d date, n int);`,
    `ALTER TABLE l ATTACH PARTITION l2 ${range("'2021-01-31'", "'2021-03-01'")};`,
    overlap,
  ],
  [days, part('l2', range('MINVALUE', 'MAXVALUE')), overlap],
  [
    `${by('RANGE (d)', 'd timestamp')} ${part('l1', range("'2021-01-01'", "'2021-02-01'"))}`,
    part('l2', range("'2021-01-31 12:00'", "'2021-03-01'")),
    overlap,
  ],
  [
    `${by('RANGE (n, d)')} ${part('l1', range('1, MINVALUE', '2, MAXVALUE'))}`,
    part('l2', range("2, '2021-01-01'", '3, MINVALUE')),
    overlap,
  ],
  [
    `${by('LIST (d)', 'd text')} ${part('l1', "FOR VALUES IN ('a', 'b')")}`,
    part('l2', "FOR VALUES IN ('b', 'c')"),
    overlap,
  ],
  [`${by('LIST (n)')} ${part('l1', 'FOR VALUES IN (1, NULL)')}`, part('l2', 'FOR VALUES IN (null)'), overlap],
  [
    `${by('HASH (n)')} ${part('l1', 'FOR VALUES WITH (MODULUS 4, REMAINDER 0)')}`,
    part('l2', 'FOR VALUES WITH (MODULUS 8, REMAINDER 4)'),
    overlap,
  ],
  [
    by('HASH (n)'),
    part('l1', 'FOR VALUES WITH (MODULUS 4, REMAINDER 4)'),
    '42P16 remainder for hash partition must be less than modulus',
  ],
  [by('LIST (n)'), part('l1', range('1', '2')), '42P16 invalid bound specification for a list partition'],
  [
    `${by('RANGE (d)')} ${part('l1', 'DEFAULT')}`,
    part('l2', 'DEFAULT'),
    '42P17 partition "l2" conflicts with existing default partition "l1"',
  ],
  [
    'CREATE TABLE l (d date, n int);',
    part('l1', range("'2021-01-01'", "'2021-02-01'")),
    '42P17 "l" is not partitioned',
  ],
);
