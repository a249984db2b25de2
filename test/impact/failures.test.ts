import assert from 'node:assert/strict';
import type { Failure } from '../../server/src/impact/failure.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql } from '../support/analyze-sql.js';
import { runMigration, StatementError, withDatabase } from '../support/pglite.js';

interface Case {
  readonly history: string;
  readonly sql: string;
  /** "reason code: objects" */
  readonly fails: string;
  /** What the message ends with, and a part of the advice. */
  readonly says?: string;
  readonly advises?: string;
}

const views = 'CREATE TABLE t (a int, b int); CREATE VIEW v AS SELECT a FROM t; CREATE VIEW w AS SELECT a, b FROM t;';
const keys = 'CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (p_id int CONSTRAINT c_p REFERENCES p);';
const partitions = `CREATE TABLE l (d date, n int) PARTITION BY RANGE (d);
  CREATE TABLE l1 PARTITION OF l FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');`;

const cases: readonly Case[] = [
  {
    history: 'CREATE TABLE a (x int);',
    sql: 'ALTER TABLE a INHERIT a;',
    fails: 'circular inheritance 42P07: table a',
    says: 'circular inheritance not allowed',
  },
  {
    history: 'CREATE TABLE a (x int); CREATE TABLE b () INHERITS (a); CREATE TABLE c () INHERITS (b);',
    sql: 'ALTER TABLE a INHERIT c;',
    fails: 'circular inheritance 42P07: table c',
    advises: 'Take c out from below a first',
  },
  {
    history: 'CREATE TABLE a (x int) PARTITION BY LIST (x);',
    sql: 'ALTER TABLE a ATTACH PARTITION a DEFAULT;',
    fails: 'circular inheritance 42P07: table a',
  },
  {
    history: views,
    sql: 'ALTER TABLE t DROP COLUMN a;',
    fails: 'dependent objects 2BP01: view v, view w',
    says: 'because other objects depend on it: the views v and w read it',
    advises: 'CASCADE drops that as well',
  },
  {
    history: views,
    sql: 'ALTER TABLE t ALTER COLUMN b TYPE bigint;',
    fails: 'dependent objects 0A000: view w',
    says: 'used by a view or rule: the view w reads it',
    advises: 'Drop the view w, change the column and make it again',
  },
  {
    history: 'CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) STORED);',
    sql: 'ALTER TABLE t ALTER COLUMN a TYPE bigint;',
    fails: 'dependent objects 0A000: column b of t',
  },
  {
    history: `${views} CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
      CREATE TABLE u (a int); CREATE TRIGGER tr BEFORE UPDATE OF a ON u FOR EACH ROW EXECUTE FUNCTION f();`,
    sql: 'ALTER TABLE u ALTER COLUMN a TYPE bigint;',
    fails: 'dependent objects 0A000: trigger tr of u',
  },
  {
    history: keys,
    sql: 'DROP TABLE p;',
    fails: 'dependent objects 2BP01: table constraint c_p of c',
    says: 'the constraint c_p of c depends on it',
  },
  {
    history: keys,
    sql: 'TRUNCATE p;',
    fails: 'dependent objects 0A000: table constraint c_p of c',
    advises: 'Truncate the table c in the same statement.',
  },
  {
    history: keys,
    sql: 'ALTER TABLE p DROP CONSTRAINT p_pkey;',
    fails: 'dependent objects 2BP01: table constraint c_p of c',
  },
  {
    history: "CREATE TYPE mood AS ENUM ('x'); CREATE TABLE t (a mood);",
    sql: 'DROP TYPE mood;',
    fails: 'dependent objects 2BP01: column a of t',
  },
  {
    history: 'CREATE TABLE t (id serial);',
    sql: 'DROP SEQUENCE t_id_seq;',
    fails: 'dependent objects 2BP01: default value of t.id',
    says: 'the default value of t.id depends on it',
  },
  {
    history:
      'CREATE SCHEMA s; CREATE TABLE s.a (a int); CREATE TABLE s.b (a int); CREATE TABLE s.c (a int); CREATE TABLE s.d (a int); CREATE TABLE s.e (a int);',
    sql: 'DROP SCHEMA s;',
    fails: 'dependent objects 2BP01: table s.a, table s.b, table s.c, table s.d, table s.e',
    says: 'the tables s.a, s.b, s.c and 2 more depend on it',
  },
  {
    history: partitions,
    sql: 'ALTER TABLE l1 ADD COLUMN x int;',
    fails: 'in partition 42809: ',
    advises: 'Add it to the partitioned table',
  },
  { history: partitions, sql: 'ALTER TABLE l1 DROP COLUMN n;', fails: 'inherited 42P16: ' },
  { history: partitions, sql: 'ALTER TABLE ONLY l ADD COLUMN x int;', fails: 'children left out 42P16: ' },
  { history: partitions, sql: 'CREATE UNIQUE INDEX ON l (n);', fails: 'partition key 0A000: column d' },
  { history: partitions, sql: 'ALTER TABLE l ALTER COLUMN d TYPE timestamptz;', fails: 'partition key 42P16: ' },
  { history: keys, sql: 'CREATE TABLE p (a int);', fails: 'already exists 42P07: table p' },
  {
    history: keys,
    sql: 'ALTER TABLE c ADD COLUMN x int, ALTER COLUMN x DROP DEFAULT;',
    fails: 'wrong order 42703: ',
    advises: 'in a second ALTER TABLE',
  },
  {
    history: keys,
    sql: 'ALTER TABLE c ADD COLUMN IF NOT EXISTS x int, ALTER COLUMN x DROP DEFAULT;',
    fails: 'wrong order 42703: ',
  },
  {
    history: keys,
    sql: 'ALTER TABLE c ADD FOREIGN KEY (p_id) REFERENCES p (id, id);',
    fails: 'no matching key 42830: table p',
  },
  {
    history: 'CREATE TABLE t (a text);',
    sql: 'ALTER TABLE t ALTER COLUMN a TYPE int;',
    fails: 'type mismatch 42804: ',
    advises: 'Say with USING',
  },
  {
    history: 'CREATE TABLE t (a int); CREATE INDEX i ON t (a);',
    sql: 'ALTER TABLE t ADD UNIQUE USING INDEX i;',
    fails: 'unusable index 42809: index i',
  },
  {
    history: 'CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY);',
    sql: 'ALTER TABLE t ALTER COLUMN a DROP NOT NULL;',
    fails: 'identity column 42601: ',
    advises: 'DROP IDENTITY first',
  },
  { history: views, sql: 'DROP TABLE v;', fails: 'wrong object kind 42809: ', advises: 'Write DROP VIEW.' },
  {
    history: 'CREATE TABLE part (a int); CREATE TABLE whole (p part);',
    sql: 'ALTER TABLE part ADD COLUMN b int DEFAULT 5;',
    fails: 'row type 0A000: table whole',
  },
  { history: views, sql: 'LOCK TABLE t;', fails: 'not in transaction 25P01: ' },
  {
    history: views,
    sql: 'CREATE OR REPLACE VIEW w AS SELECT a FROM t;',
    fails: 'view columns 42P16: ',
  },
];

function failureOf({ history, sql }: Case): Failure | undefined {
  return analyzeSql(sql, { history: [history] }).steps.find(({ impact }) => impact.fails)?.impact.fails;
}

describe('what PostgreSQL refuses for certain', () => {
  before(initParser);

  for (const each of cases) {
    it(`${each.fails.split(':', 1)}: ${each.sql}`, async () => {
      const fails = failureOf(each);
      assert.ok(fails);
      const objects = fails.objects.map(({ kind, label }) => `${kind} ${label}`);
      assert.equal(`${fails.reason} ${fails.code}: ${objects.join(', ')}`, each.fails);
      if (each.says !== undefined) assert.ok(fails.message.endsWith(each.says), fails.message);
      assert.ok(fails.advice.includes(each.advises ?? ''), fails.advice);
      assert.match(fails.advice, /^[A-Z].*\.$/);
      const answer = await withDatabase(async (db) => {
        await runMigration(db, each.history);
        return runMigration(db, each.sql).then(
          () => undefined,
          (error: unknown) => (error instanceof StatementError ? error.code : undefined),
        );
      });
      assert.equal(answer, fails.code, 'measured');
    });
  }

  it('knows from which version on a statement works, and whether the version is stated', () => {
    const sql = 'MERGE INTO t USING s ON false WHEN NOT MATCHED THEN DO NOTHING;';
    const on = (postgres: 14 | undefined) => analyzeSql(sql, { config: { postgres } }).steps[0]?.impact.fails;
    assert.deepEqual([on(14)?.reason, on(14)?.until, on(14)?.certain], ['too new', 15, true]);
    assert.equal(on(undefined)?.certain, false);
  });
});
