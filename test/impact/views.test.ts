import assert from 'node:assert/strict';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql } from '../support/analyze-sql.js';
import { runMigration, type StatementError, withDatabase } from '../support/pglite.js';

const tables =
  "CREATE TYPE e1 AS ENUM ('a', 'b'); CREATE TYPE e2 AS ENUM ('a', 'b'); CREATE TABLE t (a int, b int, c int, x e1 DEFAULT 'a', y text DEFAULT 'a');";

/** What is predicted of a statement behind some others, and what PostgreSQL answers. */
const cases: readonly (readonly [before: string, sql: string, code: string | undefined])[] = [
  ['CREATE VIEW v AS SELECT a, b FROM t;', 'ALTER TABLE t DROP COLUMN a;', '2BP01'],
  ['CREATE VIEW v AS SELECT a, b FROM t;', 'ALTER TABLE t ALTER b TYPE bigint;', '0A000'],
  ['CREATE VIEW v AS SELECT a FROM t WHERE b > 1;', 'ALTER TABLE t DROP COLUMN b;', '2BP01'],
  ['CREATE VIEW v AS SELECT a FROM t;', 'ALTER TABLE t DROP COLUMN c;', undefined],
  ['CREATE VIEW v AS SELECT a AS c FROM t;', 'ALTER TABLE t DROP COLUMN c;', undefined],
  ['CREATE VIEW v AS SELECT s.c FROM (SELECT a AS c FROM t) s;', 'ALTER TABLE t DROP COLUMN c;', undefined],
  ['CREATE VIEW v AS SELECT sum(a) AS c FROM t GROUP BY b ORDER BY c;', 'ALTER TABLE t DROP COLUMN c;', undefined],
  ['CREATE VIEW v AS SELECT a FROM t; ALTER TABLE t RENAME a TO aa;', 'ALTER TABLE t DROP COLUMN aa;', '2BP01'],
  ['CREATE VIEW v AS SELECT a FROM t; ALTER TABLE t RENAME TO u;', 'ALTER TABLE u DROP COLUMN a;', '2BP01'],
  ['CREATE VIEW v AS SELECT a, b FROM t;', 'CREATE OR REPLACE VIEW v AS SELECT a, b, c FROM t;', undefined],
  ['CREATE VIEW v AS SELECT a, b FROM t;', 'CREATE OR REPLACE VIEW v AS SELECT a FROM t;', '42P16'],
  ['CREATE VIEW v AS SELECT a, b FROM t;', 'CREATE OR REPLACE VIEW v AS SELECT a, b AS bb FROM t;', '42P16'],
  [
    'CREATE VIEW v (one, two) AS SELECT a, b FROM t;',
    'CREATE OR REPLACE VIEW v AS SELECT a AS one, b AS two FROM t;',
    undefined,
  ],
  [
    'CREATE VIEW v AS SELECT a::text, coalesce(a, b), count(*) FROM t GROUP BY a, b;',
    'CREATE OR REPLACE VIEW v AS SELECT b::text AS a, b AS coalesce, count(a) FROM t GROUP BY b;',
    undefined,
  ],
  [
    'CREATE VIEW v AS SELECT a FROM t; ALTER VIEW v RENAME COLUMN a TO z;',
    'CREATE OR REPLACE VIEW v AS SELECT a AS z FROM t;',
    undefined,
  ],
  [
    'CREATE VIEW v AS SELECT a FROM t UNION SELECT b FROM t;',
    'CREATE OR REPLACE VIEW v AS SELECT b AS a FROM t;',
    undefined,
  ],
  ['CREATE MATERIALIZED VIEW m AS SELECT a FROM t;', 'REFRESH MATERIALIZED VIEW CONCURRENTLY m;', '55000'],
  [
    'CREATE MATERIALIZED VIEW m AS SELECT a FROM t; CREATE UNIQUE INDEX ON m ((a + 1));',
    'REFRESH MATERIALIZED VIEW CONCURRENTLY m;',
    '55000',
  ],
  [
    'CREATE MATERIALIZED VIEW m AS SELECT a FROM t; CREATE UNIQUE INDEX ON m (a);',
    'REFRESH MATERIALIZED VIEW CONCURRENTLY m;',
    undefined,
  ],
  [
    'CREATE MATERIALIZED VIEW m AS SELECT a FROM t WITH NO DATA; CREATE UNIQUE INDEX ON m (a);',
    'REFRESH MATERIALIZED VIEW CONCURRENTLY m;',
    '0A000',
  ],
  [
    'CREATE MATERIALIZED VIEW m AS SELECT a FROM t WITH NO DATA; CREATE UNIQUE INDEX ON m (a); REFRESH MATERIALIZED VIEW m;',
    'REFRESH MATERIALIZED VIEW CONCURRENTLY m;',
    undefined,
  ],
  ['', 'ALTER TABLE t ALTER x TYPE e2 USING x::text::e2;', '42804'],
  ['', 'ALTER TABLE t ALTER x DROP DEFAULT, ALTER x TYPE e2 USING x::text::e2;', undefined],
  ['', 'ALTER TABLE t ALTER y TYPE e1 USING y::e1;', '42804'],
  ['', 'ALTER TABLE t ALTER y TYPE e1;', '42804'],
  ["ALTER TABLE t ALTER y SET DEFAULT 'b'::public.e1;", 'ALTER TABLE t ALTER y TYPE e1 USING y::e1;', undefined],
  ["ALTER TABLE t ALTER x SET DEFAULT 'b'::e1;", 'ALTER TABLE t ALTER x TYPE e2 USING x::text::e2;', '42804'],
  ["ALTER TABLE t ALTER y SET DEFAULT 'b'::text;", 'ALTER TABLE t ALTER y TYPE e1 USING y::e1;', '42804'],
  [
    'CREATE VIEW v AS SELECT a, b FROM t; ALTER TABLE t DROP COLUMN a CASCADE;',
    'CREATE OR REPLACE VIEW v AS SELECT b FROM t;',
    undefined,
  ],
  [
    'CREATE VIEW v AS SELECT t.a, u.b FROM t JOIN t u USING (c); ALTER TABLE t DROP COLUMN c CASCADE;',
    'CREATE OR REPLACE VIEW v AS SELECT b FROM t;',
    undefined,
  ],
  [
    'CREATE VIEW v AS SELECT a FROM t; CREATE VIEW w AS SELECT a FROM v; DROP VIEW v CASCADE;',
    'ALTER TABLE t DROP COLUMN a;',
    undefined,
  ],
  ['', 'ALTER TABLE t ALTER x TYPE text;', undefined],
  ['ALTER TYPE e1 RENAME TO e3;', 'ALTER TABLE t ALTER x TYPE e3;', undefined],
];

describe('failures around views and enums', () => {
  before(initParser);

  for (const [earlier, sql, code] of cases) {
    it(`${earlier} | ${sql}`, async () => {
      const { steps } = analyzeSql(sql, { history: [tables, earlier] }, []);
      assert.equal(steps[0]?.impact.fails?.code, code, 'predicted');
      const answer = await withDatabase(async (db) => {
        await runMigration(db, `${tables} ${earlier}`);
        return runMigration(db, sql).then(
          () => undefined,
          (error: unknown) => (error as StatementError).code,
        );
      });
      assert.equal(answer, code, 'answered');
    });
  }
});
