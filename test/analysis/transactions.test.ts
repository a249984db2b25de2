import assert from 'node:assert/strict';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql, type Setting } from '../support/analyze-sql.js';

const rule = 'require-lock-timeout';
const change = 'ALTER TABLE orders ADD a int';

/** True when the last statement is not asked for a lock_timeout. */
function isBounded(statements: string, setting: Setting = {}): boolean {
  const { findings, document } = analyzeSql(`${statements}; ${change};`, setting);
  const last = document.statements.at(-1)?.span.start ?? 0;
  return !findings.some((finding) => finding.rule === rule && finding.span.start >= last);
}

/** Why a transaction is open at each statement of the file. */
function openBy(sql: string, setting: Setting = {}): (string | undefined)[] {
  const { steps } = analyzeSql(sql, setting);
  return steps.filter(({ origin }) => origin === 'file').map(({ transaction }) => transaction.by);
}

const perFile: Setting = { config: { transaction: 'per-file' } };

describe('lock_timeout', () => {
  before(initParser);

  const bounded: readonly (readonly [string, string, Setting?])[] = [
    ['SET', "SET lock_timeout = '2s'"],
    ['SET SESSION, in milliseconds, in lower case', 'set session lock_timeout to 500'],
    ['SET with a quoted name', 'SET "lock_timeout" = \'2s\''],
    ['set_config', "SELECT set_config('lock_timeout', '2s', false)"],
    ['pg_catalog.set_config', "SELECT pg_catalog.set_config('lock_timeout', '2s', false)"],
    ['SET LOCAL behind BEGIN', "BEGIN; SET LOCAL lock_timeout = '2s'"],
    ['set_config for the transaction', "BEGIN; SELECT set_config('lock_timeout', '2s', true)"],
    ["SET LOCAL in the tool's transaction", "SET LOCAL lock_timeout = '2s'", perFile],
    ['SET before BEGIN', "SET lock_timeout = '2s'; BEGIN"],
    ['SET that is committed', "BEGIN; SET lock_timeout = '2s'; COMMIT"],
    [
      'SET behind SET LOCAL, behind the COMMIT',
      "BEGIN; SET LOCAL lock_timeout = '1s'; SET lock_timeout = '2s'; COMMIT",
    ],
    ['SET of another variable to nothing', "SET lock_timeout = '2s'; SET statement_timeout = 0"],
  ];
  for (const [title, sql, setting] of bounded) {
    it(`is in effect after ${title}`, () => {
      assert.equal(isBounded(sql, setting), true);
    });
  }

  const unbounded: readonly (readonly [string, string, Setting?])[] = [
    ['nothing at all', 'SELECT 1'],
    ['SET to 0', "SET lock_timeout = '2s'; SET lock_timeout = 0"],
    ["SET to '0'", "SET lock_timeout = '0'"],
    ["SET to '0ms'", "SET lock_timeout = '0ms'"],
    ['SET to DEFAULT', "SET lock_timeout = '2s'; SET lock_timeout TO DEFAULT"],
    ['RESET', "SET lock_timeout = '2s'; RESET lock_timeout"],
    ['RESET ALL', "SET lock_timeout = '2s'; RESET ALL"],
    ['SET LOCAL outside a transaction, which PostgreSQL only warns of', "SET LOCAL lock_timeout = '2s'"],
    ['SET LOCAL behind the COMMIT', "BEGIN; SET LOCAL lock_timeout = '2s'; COMMIT"],
    ['SET LOCAL behind the ROLLBACK', "BEGIN; SET LOCAL lock_timeout = '2s'; ROLLBACK"],
    ['SET LOCAL to 0 over a SET', "SET lock_timeout = '2s'; BEGIN; SET LOCAL lock_timeout = 0"],
    ['SET that is rolled back', "BEGIN; SET lock_timeout = '2s'; ROLLBACK"],
    ['statement_timeout alone', "SET statement_timeout = '2s'"],
    ['a SET in a function body', "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ SET lock_timeout = '2s' $$"],
    ['a timeout of a function alone', "CREATE FUNCTION f() RETURNS void SET lock_timeout = '2s' LANGUAGE sql AS ''"],
    ['ALTER ROLE, which holds for the next session', "ALTER ROLE app SET lock_timeout = '2s'"],
  ];
  for (const [title, sql, setting] of unbounded) {
    it(`is not in effect after ${title}`, () => {
      assert.equal(isBounded(sql, setting), false);
    });
  }

  it('counts as set elsewhere when the configuration says so', () => {
    assert.equal(isBounded('SELECT 1', { config: { timeouts: 'set-elsewhere' } }), true);
  });
});

describe('transactions', () => {
  before(initParser);

  it('begin with BEGIN and end with COMMIT, ROLLBACK, END and ABORT', () => {
    for (const end of ['COMMIT', 'ROLLBACK', 'END', 'ABORT']) {
      const sql = `SELECT 1; START TRANSACTION; SELECT 2; ${end}; SELECT 3;`;
      assert.deepEqual(openBy(sql), [undefined, undefined, 'begin', 'begin', undefined], end);
    }
  });

  it('are not ended by savepoints', () => {
    const sql = 'BEGIN; SAVEPOINT a; SELECT 1; ROLLBACK TO a; RELEASE a; SELECT 2; COMMIT;';
    assert.deepEqual(openBy(sql).slice(1), Array<string>(6).fill('begin'));
  });

  it('are those of the tool until the file ends them', () => {
    assert.deepEqual(openBy('SELECT 1; COMMIT; SELECT 2; BEGIN; SELECT 3;', perFile), [
      'framework',
      'framework',
      undefined,
      undefined,
      'begin',
    ]);
  });

  it('stay the tool’s when the file says BEGIN inside, which is only a warning', () => {
    assert.deepEqual(openBy('BEGIN; SELECT 1;', perFile), ['framework', 'framework']);
  });

  it('are open inside every DO block', () => {
    const { steps } = analyzeSql('DO $$ BEGIN UPDATE a SET b = 1 WHERE c = 2; END $$;');
    assert.deepEqual(
      steps.map(({ origin, transaction }) => [origin, transaction.by]),
      [
        ['file', undefined],
        ['do', 'block'],
      ],
    );
  });

  it('forget what they made when they are rolled back', () => {
    const { after } = analyzeSql('BEGIN; CREATE TABLE a (b int); ROLLBACK; CREATE TABLE c (d int);');
    assert.equal(after.table({ schema: undefined, name: 'a' }), undefined);
    assert.ok(after.table({ schema: undefined, name: 'c' }));
  });

  it('forget what came behind a savepoint, and keep what came before', () => {
    const { after } = analyzeSql(
      'BEGIN; CREATE TABLE a (b int); SAVEPOINT s; ALTER TABLE a ADD c int; CREATE TABLE d (e int); ROLLBACK TO s; ALTER TABLE a ADD f int; COMMIT;',
    );
    const table = after.table({ schema: undefined, name: 'a' });
    assert.deepEqual([...(table?.columns.keys() ?? [])], ['b', 'f']);
    assert.equal(after.table({ schema: undefined, name: 'd' }), undefined);
  });

  it('leave the state before the file as it is', () => {
    const analysis = analyzeSql('ALTER TABLE a ADD c int; ALTER TABLE a RENAME TO z;', {
      history: ['CREATE TABLE a (b int);'],
    });
    const seen: (string[] | undefined)[] = [];
    for (let round = 0; round < 2; round++) {
      analysis.walk((_step, before) => {
        const table = before.table({ schema: undefined, name: 'a' });
        seen.push(table && [...table.columns.keys()]);
      });
    }
    assert.deepEqual(seen, [['b'], ['b', 'c'], ['b'], ['b', 'c']]);
  });
});

describe('SQL inside other SQL', () => {
  before(initParser);

  it('runs now in a DO block: what it makes is there afterwards', () => {
    const { findings } = analyzeSql('DO $$ BEGIN CREATE TABLE a (b int); END $$; CREATE INDEX ON a (b);');
    assert.deepEqual(findings, []);
  });

  it('does not run in the body of a function: what it makes is not there', () => {
    const { after } = analyzeSql(
      'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CREATE TABLE a (b int); END $$;',
    );
    assert.equal(after.table({ schema: undefined, name: 'a' }), undefined);
  });

  it('weighs nothing in the body of a function', () => {
    const { findings, verdict } = analyzeSql(
      'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP TABLE a; END $$;',
    );
    assert.deepEqual(
      findings.map(({ rule: id, severity }) => [id, severity]),
      [['no-drop-table', 'info']],
    );
    assert.equal(verdict, 'SAFE TO SHIP');
    assert.match(findings[0]?.message ?? '', /function body/);
  });

  it('weighs in full in a DO block, and is never edited there', () => {
    const { findings, verdict } = analyzeSql(
      "SET lock_timeout = '1s'; DO $$ BEGIN ALTER TABLE a ADD CHECK (b > 0); END $$;",
    );
    assert.deepEqual(
      findings.map(({ rule: id, severity, fixes }) => [id, severity, fixes.length]),
      [['require-check-not-valid', 'error', 0]],
    );
    assert.equal(verdict, 'BLOCK');
  });
});
