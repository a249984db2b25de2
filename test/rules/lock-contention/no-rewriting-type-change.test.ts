import rule from '../../../rules/lock-contention/no-rewriting-type-change.js';
import { ruleTester } from '../../support/rule-tester.js';

describe('no-rewriting-type-change', () => {
  const { valid, invalid } = ruleTester(rule);
  const history = [
    'CREATE TABLE orders (id int PRIMARY KEY, code varchar(10), free varchar, note text, price numeric(8,2), placed timestamp, char10 char(10), tags varchar[], address cidr);',
  ];

  valid('a table made in the same file', 'CREATE TABLE t (a int); ALTER TABLE t ALTER a TYPE bigint;');
  valid(
    'a table made and filled in the same file',
    'CREATE TABLE t AS SELECT 1 AS a; ALTER TABLE t ALTER a TYPE bigint;',
  );
  valid('a temporary table', 'CREATE TEMP TABLE t (b int); ALTER TABLE t ALTER b TYPE bigint;');
  valid(
    'values that fit as they stand',
    'ALTER TABLE orders ALTER code TYPE varchar(20), ALTER free TYPE text, ALTER note TYPE varchar, ALTER price TYPE numeric(12,2);',
    { history },
  );
  valid('a limit that goes away', 'ALTER TABLE orders ALTER code SET DATA TYPE text, ALTER price TYPE numeric;', {
    history,
  });
  valid('the same type', 'ALTER TABLE orders ALTER COLUMN id TYPE integer;', { history });
  valid('USING with a CAST to the type', 'ALTER TABLE orders ALTER code TYPE text USING CAST(code AS text);', {
    history,
  });
  valid('USING that is what PostgreSQL does anyway', 'ALTER TABLE orders ALTER code TYPE text USING code::text;', {
    history,
  });
  valid('timestamp to timestamptz where the time zone is UTC', 'ALTER TABLE orders ALTER placed TYPE timestamptz;', {
    history,
  });
  valid(
    'timestamp to timestamptz behind SET TIME ZONE',
    "SET TIME ZONE 'UTC'; ALTER TABLE orders ALTER placed TYPE timestamptz;",
    { history, config: { timeZone: 'Europe/Vienna' } },
  );
  valid('cidr to inet', 'ALTER TABLE orders ALTER address TYPE inet;', { history });

  describe('an enum that is made anew', () => {
    const jobs = ["CREATE TYPE st AS ENUM ('a', 'b'); CREATE TABLE j (id int PRIMARY KEY, s st NOT NULL);"];
    const anew = (values: string): string =>
      `ALTER TABLE j ALTER s TYPE «varchar(255)»; DROP TYPE st; CREATE TYPE st AS ENUM (${values}); ALTER TABLE j ALTER s TYPE «st» USING s::st;`;
    const beside = (values: string): string =>
      `CREATE TYPE st2 AS ENUM (${values}); ALTER TABLE j ALTER s TYPE «st2» USING s::text::st2; DROP TYPE st;`;

    invalid('by way of text, with one value more', {
      sql: anew("'a', 'b', 'c'"),
      history: jobs,
      message: ['enumThere', 'enumBack'],
      output: null,
    });
    invalid('beside the old one, with one value more', {
      sql: beside("'a', 'c', 'b'"),
      history: jobs,
      message: 'enumAnew',
      output: null,
    });
    invalid('by way of text, with one value less', {
      sql: anew("'a', 'c'"),
      history: jobs,
      message: ['rewrites', 'enumBack'],
      output: null,
    });
    invalid('in another order, which ADD VALUE cannot make', {
      sql: beside("'b', 'a', 'c'"),
      history: jobs,
      message: 'rewrites',
      output: null,
    });
    invalid('to text for good', {
      sql: 'ALTER TABLE j ALTER s TYPE «text»; DROP TYPE st;',
      history: jobs,
      message: 'rewrites',
      output: null,
    });
  });

  invalid('int to bigint', {
    sql: 'ALTER TABLE orders ALTER COLUMN id TYPE «bigint»;',
    history,
    message: 'rewrites',
    severity: 'error',
    output: null,
  });
  invalid('a shorter limit, a longer char and another scale', {
    sql: 'ALTER TABLE orders ALTER code TYPE «varchar(5)», ALTER char10 TYPE «char(20)», ALTER price TYPE «numeric(12,4)»;',
    history,
    message: 'rewrites',
    output: null,
  });
  invalid('an array of varchar to one of text', {
    sql: 'ALTER TABLE orders ALTER tags TYPE «text[]»;',
    history,
    message: 'rewrites',
    output: null,
  });
  invalid('timestamp to timestamptz where the time zone is another', {
    sql: 'begin;\r\nalter table orders alter placed type «timestamptz»;\r\ncommit;',
    history,
    config: { timeZone: 'Europe/London' },
    message: 'rewrites',
    output: null,
  });
  invalid('timestamp to timestamptz behind SET LOCAL timezone', {
    sql: "BEGIN; SET LOCAL timezone = 'America/New_York'; ALTER TABLE orders ALTER placed TYPE «timestamptz»; COMMIT;",
    history,
    message: 'rewrites',
    output: null,
  });
  invalid('USING that computes, although the type stays', {
    sql: 'ALTER TABLE orders ALTER note TYPE «text» USING trim(note);',
    history,
    message: 'rewrites',
    output: null,
  });
  invalid('USING that computes on a table that no migration has made', {
    sql: 'ALTER TABLE "Shop".orders ALTER "Note" TYPE text USING «trim("Note")»;',
    message: 'computed',
    output: null,
  });
  invalid('an old type that no migration shows, more mildly', {
    sql: 'ALTER TABLE shop.orders ALTER note TYPE «text»;',
    config: { transaction: 'per-file' },
    message: 'unknown',
    severity: 'warning',
    output: null,
  });
  invalid('a change that keeps the rows and builds an index anew', {
    sql: 'ALTER TABLE orders ALTER placed TYPE «timestamptz»;',
    history: [...history, 'CREATE INDEX placed_i ON orders (placed);'],
    message: 'reindexes',
    output: null,
  });

  const parcels = (checks: string): string[] => [
    `CREATE TABLE parcels (id int PRIMARY KEY, code varchar(20), other varchar(20), gone timestamptz${checks});`,
  ];
  const widened = 'ALTER TABLE parcels ALTER COLUMN code TYPE «varchar(40)»;';
  const plain = widened.replace(/[«»]/g, '');
  valid('a CHECK on another column', plain, { history: parcels(", CHECK (other <> '')") });
  valid('a CHECK that is not validated', plain, {
    history: [...parcels(''), "ALTER TABLE parcels ADD CONSTRAINT c CHECK (code <> '') NOT VALID;"],
  });
  valid('a CHECK that the statement drops', plain.replace('ALTER COLUMN', 'DROP CONSTRAINT c, ALTER COLUMN'), {
    history: parcels(", CONSTRAINT c CHECK (code <> '')"),
  });
  valid('an index with a predicate that has not the column', plain, {
    history: [...parcels(''), 'CREATE INDEX i ON parcels (other) WHERE gone IS NULL;'],
  });
  invalid('a CHECK that is proven once more', {
    sql: widened,
    history: parcels(", CONSTRAINT code_ck CHECK (code ~ '^[A-Z]')"),
    message: 'rechecks',
    output: null,
  });
  invalid('a CHECK over two columns', {
    sql: widened.replace('varchar(40)', 'text'),
    history: parcels(', CHECK (code <> other)'),
    message: 'rechecks',
    output: null,
  });
  invalid('an index that PostgreSQL never keeps: it has a predicate, whatever that reads', {
    sql: widened,
    history: [...parcels(''), 'CREATE UNIQUE INDEX i ON parcels (code) WHERE gone IS NULL;'],
    message: 'reindexes',
    output: null,
  });
  invalid('an index that PostgreSQL never keeps: it has an expression beside the column', {
    sql: widened,
    history: [...parcels(''), 'CREATE INDEX i ON parcels (code, lower(other));'],
    message: 'reindexes',
    output: null,
  });
});
