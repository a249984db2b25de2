import assert from 'node:assert/strict';
import { ruleSet } from '../../rules/engine/run.js';
import { analyze } from '../../server/src/analysis/analyze.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql, inputOf, type Setting } from '../support/analyze-sql.js';

/** The locks that are held before each statement of the file, as "orders AccessExclusive". */
function heldBefore(sql: string, setting: Setting = {}): string[][] {
  const found: string[][] = [];
  const history = ['CREATE TABLE orders (id int PRIMARY KEY, a int); CREATE TABLE carts (id int PRIMARY KEY);'];
  analyzeSql(sql, { history, ...setting }).walk((step, _before, held) => {
    if (step.origin !== 'function')
      found.push([...held.values()].map(({ lock }) => `${lock.relation.label} ${lock.mode.replace(/Lock$/, '')}`));
  });
  return found;
}

const perFile: Setting = { config: { transaction: 'per-file' } };
const last = (sql: string, setting?: Setting): string[] | undefined => heldBefore(sql, setting).at(-1);

describe('the locks that a transaction holds', () => {
  before(initParser);

  it('add up until COMMIT, ROLLBACK or the end of a prepared transaction', () => {
    assert.deepEqual(heldBefore('BEGIN; ALTER TABLE orders ADD b int; CREATE INDEX ON carts (id); COMMIT; SELECT 1;'), [
      [],
      [],
      ['orders AccessExclusive'],
      ['orders AccessExclusive', 'carts Share'],
      [],
    ]);
    assert.deepEqual(last('BEGIN; ALTER TABLE orders ADD b int; ROLLBACK; SELECT 1;'), []);
    assert.deepEqual(last("BEGIN; ALTER TABLE orders ADD b int; PREPARE TRANSACTION 'x'; SELECT 1;"), []);
  });

  it('are none outside a transaction', () => {
    assert.deepEqual(last('ALTER TABLE orders ADD b int; SELECT 1;'), []);
    assert.deepEqual(last('ALTER TABLE orders ADD b int; SELECT 1;', perFile), ['orders AccessExclusive']);
  });

  it('keep the strongest mode of each table', () => {
    assert.deepEqual(
      last('CREATE INDEX ON orders (a); ALTER TABLE orders ADD b int; CREATE INDEX ON orders (b); SELECT 1;', perFile),
      ['orders AccessExclusive'],
    );
  });

  it('leave out what nobody waits for: weak locks, new, temporary and dropped tables', () => {
    const sql =
      'CREATE TABLE n (a int); ALTER TABLE n ADD b int; CREATE TEMP TABLE t (a int); CREATE INDEX ON t (a); DROP TABLE carts; DROP TABLE other; UPDATE orders SET a = 1; SELECT 1;';
    assert.deepEqual(last(sql, perFile), []);
  });

  it('go back with their savepoint, and stay when it is released', () => {
    assert.deepEqual(
      last('CREATE INDEX ON carts (id); SAVEPOINT s; ALTER TABLE orders ADD b int; ROLLBACK TO s; SELECT 1;', perFile),
      ['carts Share'],
    );
    assert.deepEqual(
      last('SAVEPOINT s; ALTER TABLE orders ADD b int; RELEASE s; SAVEPOINT s; ROLLBACK TO s; SELECT 1;', perFile),
      ['orders AccessExclusive'],
    );
    assert.deepEqual(
      last('SAVEPOINT a; SAVEPOINT b; ALTER TABLE orders ADD b int; ROLLBACK TO a; SELECT 1;', perFile),
      [],
    );
    assert.deepEqual(last('ALTER TABLE orders ADD b int; ROLLBACK TO nothing; SELECT 1;', perFile), [
      'orders AccessExclusive',
    ]);
  });

  it('are held inside a DO block and given back at its COMMIT and its end', () => {
    assert.deepEqual(
      heldBefore('DO $$ BEGIN ALTER TABLE orders ADD b int; SELECT 1; COMMIT; SELECT 2; END $$; SELECT 3;').at(3),
      ['orders AccessExclusive'],
    );
    assert.deepEqual(
      heldBefore('DO $$ BEGIN ALTER TABLE orders ADD b int; SELECT 1; COMMIT; SELECT 2; END $$; SELECT 3;').at(4),
      [],
    );
    assert.deepEqual(last('DO $$ BEGIN ALTER TABLE orders ADD b int; END $$; SELECT 3;'), []);
    assert.deepEqual(last('BEGIN; DO $$ BEGIN ALTER TABLE orders ADD b int; END $$; SELECT 3;'), [
      'orders AccessExclusive',
    ]);
  });

  it('stay on a table that is renamed, under its new name', () => {
    assert.deepEqual(last('ALTER TABLE orders RENAME TO old; SELECT 1;', perFile), ['old AccessExclusive']);
    assert.deepEqual(last('ALTER TABLE orders RENAME TO old; ALTER TABLE old ADD b int; SELECT 1;', perFile), [
      'old AccessExclusive',
    ]);
    assert.deepEqual(
      last(
        'CREATE INDEX ON carts (id); ALTER TABLE public.orders RENAME TO old; CREATE TABLE orders (); SELECT 1;',
        perFile,
      ),
      ['carts Share', 'public.old AccessExclusive'],
    );
  });

  it('do not come from a function body', () => {
    assert.deepEqual(
      last('CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ ALTER TABLE orders ADD b int $$; SELECT 3;', perFile),
      [],
    );
  });

  it('take no time to keep, however many there are', () => {
    const sql = Array.from({ length: 3000 }, (_, index) => `ALTER TABLE t${index} ADD a int;`).join('\n');
    const input = inputOf(sql, perFile);
    const began = performance.now();
    analyze(input, ruleSet([]), () => {});
    assert.ok(performance.now() - began < 3000);
  });
});
