import { cases } from './refused-names.js';

const t =
  'CREATE TABLE t (a int, j json, x text, v varchar(20), n numeric, p point, tags text[], d jsonb, r int4range);';
const lacks = (type: string, method: string): string =>
  `42704 data type ${type} has no default operator class for access method "${method}"`;

/** Index methods and the types that they know by themselves. */
export const operatorClasses = cases(
  [t, 'CREATE INDEX ON t (a DESC NULLS LAST, x COLLATE "C"); CREATE INDEX ON t USING hash (x);'],
  [t, 'CREATE INDEX ON t USING gin (tags); CREATE INDEX ON t USING gin (d); CREATE INDEX ON t USING gist (p);'],
  [t, "CREATE INDEX ON t USING gin (d jsonb_path_ops); CREATE INDEX ON t USING gin (to_tsvector('simple', x));"],
  [t, 'CREATE INDEX ON t USING gist (r); CREATE INDEX ON t USING brin (a); CREATE INDEX ON t USING spgist (x);'],
  [t, "CREATE INDEX ON t ((j ->> 'a')); ALTER TABLE t ADD UNIQUE (d), ADD EXCLUDE USING gist (r WITH &&);"],
  [t, 'ALTER TABLE t ADD EXCLUDE USING gist (p point_ops WITH ~=); ALTER TABLE t ADD EXCLUDE (a WITH =);'],
  ['CREATE DOMAIN json AS text; CREATE TABLE u (j public.json);', 'CREATE INDEX ON u (j);'],
  [
    `${t} CREATE FUNCTION json_hash(json) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT hashtext($1::text)';
     CREATE OPERATOR CLASS json_ops DEFAULT FOR TYPE json USING hash AS FUNCTION 1 json_hash(json);`,
    'CREATE INDEX ON t USING hash (j);',
  ],
  [t, 'CREATE INDEX ON t (j);', lacks('json', 'btree')],
  [t, 'ALTER TABLE t ADD UNIQUE (j);', lacks('json', 'btree')],
  ['', 'CREATE TABLE u (id int PRIMARY KEY, j json UNIQUE);', lacks('json', 'btree')],
  ['', 'CREATE TABLE u (x xml, PRIMARY KEY (x));', lacks('xml', 'btree')],
  [t, 'CREATE INDEX ON t (a, p);', lacks('point', 'btree')],
  [t, 'CREATE INDEX ON t USING gin (j);', lacks('json', 'gin')],
  [t, 'CREATE INDEX ON t USING gist (d);', lacks('jsonb', 'gist')],
  [t, 'CREATE INDEX ON t USING gin (x);', lacks('text', 'gin')],
  [t, 'CREATE INDEX ON t USING gin (v);', lacks('character varying', 'gin')],
  [t, 'CREATE INDEX ON t USING gist (a);', lacks('integer', 'gist')],
  [t, 'ALTER TABLE t ADD EXCLUDE USING gist (a WITH =, r WITH &&);', lacks('integer', 'gist')],
  [t, 'ALTER TABLE t ADD COLUMN k json UNIQUE;', lacks('json', 'btree')],
);

const sum = (where: string): string => `42803 aggregate functions are not allowed in ${where}`;

/** Aggregates where one row is seen. */
export const aggregates = cases(
  [t, 'ALTER TABLE t ADD CHECK (length(x) > 0); CREATE INDEX ON t (a) WHERE greatest(a, 1) > 0;'],
  [
    `CREATE FUNCTION count(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT $1';${t}`,
    'ALTER TABLE t ADD CHECK (count(a) > 0);',
  ],
  [t, 'ALTER TABLE t ADD CHECK (sum(a) < 100);', sum('check constraints')],
  ['', 'CREATE TABLE u (a int CHECK (max(a) > 0));', sum('check constraints')],
  ['', 'CREATE TABLE u (a int, b int DEFAULT max(1));', sum('DEFAULT expressions')],
  [t, 'CREATE INDEX ON t (a) WHERE count(*) > 1;', sum('index predicates')],
  ['', 'CREATE TABLE u (a int, b int GENERATED ALWAYS AS (sum(a)) STORED);', sum('column generation expressions')],
);

const fn = (result: string, body = ''): string =>
  `CREATE FUNCTION f() RETURNS ${result} LANGUAGE plpgsql AS 'BEGIN ${body} END';`;
const trigger = 'CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();';

/** Functions, views, labels and columns that are not what the statement takes them for. */
export const unfit = cases(
  [t + fn('trigger', 'RETURN NEW;'), trigger],
  [`${t + fn('int', 'RETURN 1;')}DROP FUNCTION f();${fn('trigger', 'RETURN NEW;')}`, trigger],
  [t + fn('void'), trigger, '42P17 function f must return type trigger'],
  [t + fn('int', 'RETURN 1;'), trigger, '42P17 function f must return type trigger'],

  [t, 'CREATE VIEW w AS SELECT a, a AS b FROM t; CREATE VIEW w2 (a, b) AS SELECT a, a FROM t;'],
  [t, 'CREATE VIEW w AS SELECT o.a, i.a FROM t o JOIN t i USING (x);', '42701 column "a" specified more than once'],
  [t, 'CREATE MATERIALIZED VIEW w AS SELECT a, x, a FROM t;', '42701 column "a" specified more than once'],

  ["CREATE TYPE l AS ENUM ('a', 'b');", "ALTER TYPE l RENAME VALUE 'a' TO 'c'; ALTER TYPE l RENAME VALUE 'b' TO 'a';"],
  ["CREATE TYPE l AS ENUM ('a', 'b');", "ALTER TYPE l RENAME VALUE 'a' TO 'b';", '42710 enum label "b" already exists'],

  [t, 'ALTER TABLE t ALTER COLUMN a DROP EXPRESSION IF EXISTS;'],
  ['CREATE TABLE u (a int, g int GENERATED ALWAYS AS (a) STORED);', 'ALTER TABLE u ALTER COLUMN g DROP EXPRESSION;'],
  [t, 'ALTER TABLE t ALTER COLUMN a DROP EXPRESSION;', '55000 column "a" of relation "t" is not a generated column'],
);
