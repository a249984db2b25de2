import assert from 'node:assert/strict';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql } from '../support/analyze-sql.js';

const table = 'CREATE TABLE t (id int PRIMARY KEY, a int);';
const body = (name: string, inside: string): string =>
  `CREATE FUNCTION ${name}() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ${inside} END $$;`;

/** The findings of warning and above, as "rule line". */
function loud(sql: string, history: readonly string[]): string[] {
  return analyzeSql(sql, { history })
    .findings.filter(({ severity }) => severity === 'error' || severity === 'warning')
    .map(({ rule, span }) => `${rule} ${sql.slice(0, span.start).split('\n').length}`);
}

describe('a function that a migration calls', () => {
  before(initParser);

  const silent: readonly (readonly [string, string, readonly string[]])[] = [
    ['is only made', body('fill', 'UPDATE t SET a = 1;'), [table]],
    ['reads', 'SELECT f();', [table, body('f', 'PERFORM count(*) FROM t;')]],
    ['works on a table of this release', `${table}\n${body('f', 'CREATE INDEX i ON t (a);')}\nSELECT f();`, []],
    ['is PostgreSQL’s own', "SELECT pg_notify('a', 'b');", [table]],
  ];
  for (const [what, sql, history] of silent) {
    it(`says nothing when it ${what}`, () => assert.deepEqual(loud(sql, history), []));
  }

  for (const [how, call] of [
    ['SELECT', 'SELECT f();'],
    ['PERFORM', 'DO $$ BEGIN PERFORM f(); END $$;'],
    ['a function in between', `${body('g', 'PERFORM f();')} SELECT g();`],
  ] as const) {
    it(`is judged at the call, by ${how}`, () => {
      const sql = `SELECT 1;\n${call}`;
      assert.deepEqual(loud(sql, [table, body('f', 'DELETE FROM t;')]), ['no-unbatched-write 2']);
    });
  }

  it('is judged at CALL, with its DDL', () => {
    const procedure = 'CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN CREATE INDEX i ON t (a); END $$;';
    const [finding] = analyzeSql('CALL p();', { history: [table, procedure] }).findings.filter(
      ({ rule }) => rule === 'require-concurrent-index',
    );
    assert.equal(finding?.severity, 'error');
    assert.match(finding?.message ?? '', /It runs now: it stands in the function p, which is called here\.$/);
    assert.deepEqual(finding?.fixes, []);
    assert.deepEqual(finding?.span, { start: 0, end: 8 });
  });

  it('is followed once, however often it calls itself and others', () => {
    const calls = Array.from({ length: 40 }, (_, index) => `PERFORM ${index % 2 === 0 ? 'f' : 'g'}();`).join(' ');
    const history = [table, body('f', `${calls} DELETE FROM t;`), body('g', calls)];
    const start = Date.now();
    assert.deepEqual(loud('SELECT f();', history), ['no-unbatched-write 1']);
    assert.ok(Date.now() - start < 1000);
  });
});
