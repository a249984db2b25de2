import assert from 'node:assert/strict';
import { namesIn } from '../../server/src/sql/names/names-in.js';
import { parseDocument } from '../../server/src/sql/parse.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';

/** "make relation t", "use column t.a", in the order of the text; of what PostgreSQL names itself "(make …)". */
function names(sql: string): string[] {
  const [statement] = parseDocument(sql).statements;
  assert.equal(statement?.parsed.problem, undefined, sql);
  return [...namesIn(statement?.parsed ?? assert.fail(sql))]
    .sort((a, b) => a.span.start - b.span.start)
    .map(({ kind, role, name, schema, of, span, isImplied }) => {
      const text = sql.slice(span.start, span.end).replaceAll('"', '').toLowerCase();
      if (!isImplied) assert.equal(text, name.toLowerCase(), sql);
      const owner = of ? `${of.name}.` : schema === undefined ? '' : `${schema}.`;
      const shown = `${role} ${kind} ${owner}${name}`;
      return isImplied ? `(${shown})` : shown;
    });
}

const cases: readonly (readonly [sql: string, expected: readonly string[]])[] = [
  [
    'CREATE TABLE app.t (a int, b mood, CHECK (a > 0))',
    [
      'make relation app.t',
      'make column t.a',
      'make column t.b',
      'use type mood',
      '(make constraint t.t_a_check)',
      'use column t.a',
    ],
  ],
  [
    'CREATE TABLE t (id serial REFERENCES u (id))',
    [
      'make relation t',
      'make column t.id',
      '(make relation t_id_seq)',
      '(make constraint t.t_id_fkey)',
      'use relation u',
      'use column u.id',
    ],
  ],
  ['ALTER TABLE "T" ADD COLUMN "B" int', ['change relation T', 'make column T.B']],
  ['ALTER TABLE t RENAME COLUMN a TO b', ['change relation t', 'rename column t.a', 'named column t.b']],
  ['ALTER TABLE t RENAME CONSTRAINT a TO b', ['change relation t', 'rename constraint t.a', 'named constraint t.b']],
  ['ALTER TABLE t RENAME TO u', ['rename relation t', 'named relation u']],
  ['ALTER INDEX i RENAME TO j', ['rename relation i', 'named relation j']],
  ['ALTER TABLE t SET SCHEMA app', ['rename relation t', 'named relation app.t']],
  ['ALTER TABLE t VALIDATE CONSTRAINT c', ['change relation t', 'change constraint t.c']],
  ['ALTER TABLE t REPLICA IDENTITY USING INDEX i', ['change relation t', 'use relation i']],
  ['ALTER TABLE t ATTACH PARTITION p DEFAULT', ['change relation t', 'change relation p']],
  ["ALTER TYPE mood ADD VALUE 'x'", ['change type mood']],
  [
    'CREATE INDEX ON t (a) WHERE b IS NULL',
    ['(make relation t_a_idx)', 'change relation t', 'use column t.a', 'use column t.b'],
  ],
  [
    'CREATE UNIQUE INDEX i ON s.t (lower(a))',
    ['make relation s.i', 'change relation s.t', 'use function lower', 'use column t.a'],
  ],
  ['DROP INDEX CONCURRENTLY s.i, j', ['drop relation s.i', 'drop relation j']],
  ['DROP TRIGGER g ON t', ['drop trigger t.g', 'change relation t']],
  [
    'CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()',
    ['make trigger t.g', 'change relation t', 'use function f'],
  ],
  ['CREATE POLICY p ON t USING (a = 1)', ['make policy t.p', 'change relation t', 'use column t.a']],
  ["COMMENT ON COLUMN t.a IS 'x'", ['use relation t', 'use column t.a']],
  ['UPDATE t SET a = b WHERE c = 1', ['use relation t', 'use column t.a', 'use column t.b', 'use column t.c']],
  [
    'SELECT o.a, b FROM t o JOIN u ON u.id = o.uid',
    ['use column t.a', 'use column u.b', 'use relation t', 'use relation u', 'use column u.id', 'use column t.uid'],
  ],
  ['INSERT INTO t (a) VALUES (f(1))', ['use relation t', 'use column t.a', 'use function f']],
  ['DO $$ BEGIN DELETE FROM t WHERE a = 1; END $$', ['use relation t', 'use column t.a']],
  ['CREATE OR REPLACE VIEW v AS SELECT a FROM t', ['replace relation v', 'use column t.a', 'use relation t']],
  ["SELECT 'x'::mood, 'y'::text, f(1)::numeric(2)", ['use type mood', 'use function f']],
  ["SELECT 'update t set a = 1' -- from t", []],
  ['SET lock_timeout = 0', []],
];

describe('the names in a statement', () => {
  before(() => initParser());
  for (const [sql, expected] of cases) it(sql, () => assert.deepEqual(names(sql), expected));
});
