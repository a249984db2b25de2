import assert from 'node:assert/strict';
import { backfillBlock } from '../../server/src/rewrite/backfill.js';
import { rollback, rollbacksInOrder } from '../../server/src/rollback/rollback.js';
import { analysed } from '../support/analysed.js';
import { catalogSnapshot, snapshotDifference } from '../../server/src/rehearsal/catalog-snapshot.js';
import { type Database, runMigration, withDatabase } from '../support/pglite.js';
import type { RollbackCase } from './support/case.js';
import { guardCases } from './support/cases/guards.js';
import { allCases } from './support/cases/index.js';
import { strangerCases } from './support/cases/strangers.js';
import { prove, proveAgain } from './support/prover.js';
import { shop, shopRows } from './support/shop.js';

const plain = ({ history, hidden, rows, between, config, leaves }: RollbackCase): boolean =>
  [history, hidden, rows, between, config, leaves].every((each) => each === undefined);

/** Cases that leave the shop as it was, so that one database serves them all. */
const exactOnShop = allCases.filter((each) => each.want === 'lossless' && plain(each));
const others = allCases.filter((each) => !exactOnShop.includes(each));

/** What only a server can do, or PostgreSQL 18 does differently: `npm run prove` runs it on PostgreSQL 15. */
const notHere = /TEXT SEARCH|COLLATION|CLUSTER|SET COMPRESSION/;

describe('rollback', () => {
  it('says the same of migrations one after the other as of each by itself', async () => {
    const files = [
      'CREATE TABLE a (id int PRIMARY KEY, b text); CREATE INDEX i ON a (b);',
      'BEGIN; ALTER TABLE a RENAME TO c; ROLLBACK; DROP INDEX i;',
      'ALTER TABLE a DROP COLUMN b; SET search_path = x;',
      'CREATE TABLE x.d (id int); DROP TABLE a;',
    ];
    const all = await Promise.all(files.map((sql, at) => analysed(files.slice(0, at), sql)));
    const documents = all.map(({ analysis }) => analysis.document);
    const histories = new Map(all.map(({ analysis }, at) => [analysis, documents.slice(0, at)]));
    const inOrder = (order: readonly number[]) => {
      let next: (typeof all)[number] | undefined;
      const back = rollbacksInOrder(() => (next && histories.get(next.analysis)) ?? []);
      return order.map((at) => {
        next = all[at];
        return next && back(next.analysis);
      });
    };
    for (const order of [
      [0, 1, 2, 3],
      [1, 3, 0, 2],
      [2, 2, 3],
    ])
      assert.deepEqual(
        inOrder(order),
        order.map((at) => all[at] && rollback(all[at].analysis, documents.slice(0, at))),
      );
  });

  it('brings back the schema of a shop, whatever a migration did to it', async () => {
    await withDatabase(async (db) => {
      await runMigration(db, shop + shopRows);
      let before = await snapshot(db);
      for (const { up } of exactOnShop) {
        if (notHere.test(up)) continue;
        const { analysis, history } = await analysed([shop], up, { config: { postgres: 18 } });
        const made = rollback(analysis, history);
        assert.equal(made.worst, 'lossless', `${up}\n${made.steps.map(({ reason }) => reason).join('\n')}`);
        await runMigration(db, up);
        const down = made.files[0]?.sql ?? '';
        await runMigration(db, down);
        const after = await snapshot(db);
        assert.deepEqual(snapshotDifference(before, after), [], `${up}\n${down}`);
        before = after;
      }
    });
  });

  const kept: readonly RollbackCase[] = [...guardCases, ...strangerCases];
  for (const each of others.filter((other, index) => index % 6 === 0 || kept.includes(other))) {
    if (notHere.test(each.up)) continue;
    it(each.up.replace(/\s+/g, ' ').slice(0, 100), async () => {
      const { verdict, why, made } = await prove(each);
      assert.equal(verdict, 'right', `${why}\n${made.files[0]?.sql}`);
    });
  }

  it('says of a backfill of ours that its values stay', async () => {
    const up = backfillBlock({
      schema: undefined,
      table: 't',
      key: [{ column: 'id', type: 'int' }],
      set: [{ column: 'a', expression: '1' }],
      predicate: 'a IS NULL',
    });
    const { analysis, history } = await analysed(['CREATE TABLE t (id int PRIMARY KEY, a int);'], `${up};`);
    const { steps } = rollback(analysis, history);
    assert.deepEqual(
      steps.map(({ grade, reason }) => [grade, reason.slice(0, 19)]),
      [['lossy', 'Nothing is run: wha']],
    );
  });

  for (const each of [...strangerCases, ...others.filter((_, index) => index % 29 === 3)]) {
    if (notHere.test(each.up) || each.fails) continue;
    it(`runs again: ${each.up.replace(/\s+/g, ' ').slice(0, 100)}`, async () => {
      assert.deepEqual(await proveAgain(each), []);
    });
  }

  it('takes no time over long names', async () => {
    const name = `a_${'long_'.repeat(12)}`.slice(0, 60);
    const made = `CREATE TABLE ${name} (${name} int, b int); CREATE INDEX ${name}_i ON ${name} (${name});`;
    const up = `ALTER TABLE ${name} ALTER b SET NOT NULL; DROP INDEX ${name}_i; ALTER TABLE ${name} RENAME ${name} TO c;`;
    const { analysis, history } = await analysed([made], up);
    const began = performance.now();
    rollback(analysis, history);
    assert.ok(performance.now() - began < 1000);
  });

  it('gives the place of each action, the last one first', async () => {
    const up = '-- é\nALTER TABLE orders ADD a int, ADD b int;\nDROP VIEW cheap;';
    const { analysis, history } = await analysed([shop], up);
    assert.deepEqual(
      rollback(analysis, history).steps.map(({ span }) => up.slice(span.start, span.end)),
      ['DROP VIEW cheap', 'ADD b int', 'ADD a int'],
    );
  });

  it('changes nothing where one of its steps fails, and can be run again', async () => {
    const up = 'ALTER TABLE t DROP COLUMN a; COMMENT ON TABLE t IS NULL; ALTER TABLE t DROP COLUMN b;';
    const made = "CREATE TABLE t (id int PRIMARY KEY, a int, b int); COMMENT ON TABLE t IS 'it';";
    const { analysis, history } = await analysed([made], up, { config: { postgres: 18 } });
    const down = rollback(analysis, history).files[0]?.sql ?? '';
    assert.match(down, /\nBEGIN;\nSET LOCAL lock_timeout = '5s';\n[\s\S]*\nCOMMIT;\n$/);
    await withDatabase(async (db) => {
      await runMigration(db, made);
      const before = await snapshot(db);
      await runMigration(db, `${up} ALTER TABLE t ADD COLUMN a text;`);
      const inTheWay = await snapshot(db);
      await assert.rejects(runMigration(db, down), /"a"/);
      await db.exec('ROLLBACK');
      assert.deepEqual(snapshotDifference(inTheWay, await snapshot(db)), []);
      await runMigration(db, 'ALTER TABLE t DROP COLUMN a;');
      await runMigration(db, down);
      assert.deepEqual(snapshotDifference(before, await snapshot(db)), []);
    });
  });

  it('says where to go on when it cannot be one transaction', async () => {
    const made = 'CREATE TABLE t (id int, code text); CREATE INDEX t_code ON t (code);';
    const { analysis, history } = await analysed([made], 'DROP INDEX t_code; ALTER TABLE t RENAME code TO sku;');
    const sql = rollback(analysis, history).files[0]?.sql ?? '';
    assert.match(sql, /-- When a step fails, the ones before it stay: run the file again from that step\.\n/);
    assert.doesNotMatch(sql, /BEGIN;[\s\S]*CONCURRENTLY[\s\S]*COMMIT;\n$/);
    const one = await analysed([shop], 'ALTER TABLE orders ADD COLUMN c1 int;');
    assert.doesNotMatch(rollback(one.analysis, one.history).files[0]?.sql ?? '', /BEGIN|When a step fails/);
  });

  it('says where a unique index may refuse values that would be equal again', async () => {
    const made =
      'CREATE EXTENSION citext; CREATE COLLATION ci (provider = icu, locale = \'und-u-ks-level2\', deterministic = false); CREATE TABLE t (a citext UNIQUE, b citext, c text COLLATE ci, d text COLLATE "C"); CREATE UNIQUE INDEX i ON t (lower(b), c); CREATE UNIQUE INDEX j ON t (d);';
    const reasonOf = async (up: string): Promise<string> => {
      const { analysis, history } = await analysed([made], up);
      return rollback(analysis, history).steps[0]?.reason ?? '';
    };
    for (const up of ['ALTER TABLE t ALTER a TYPE text;', 'ALTER TABLE t ALTER c TYPE text COLLATE "C";'])
      assert.match(await reasonOf(up), /would be equal again: correct those first/, up);
    for (const up of ['ALTER TABLE t ALTER a TYPE citext;', 'ALTER TABLE t ALTER d TYPE text COLLATE "POSIX";'])
      assert.doesNotMatch(await reasonOf(up), /equal again/, up);
  });

  it('has nothing to run for a migration that changes nothing', async () => {
    const { analysis, history } = await analysed([shop], "SET lock_timeout = '1s'; SELECT 1; VACUUM orders;");
    const { worst, files, summary } = rollback(analysis, history);
    assert.deepEqual([worst, summary], ['lossless', 'nothing has to be taken back.']);
    assert.match(files[0]?.sql ?? '', /nothing has to be taken back/);
  });

  it('says of a file that takes a migration back itself that there is no rollback of it', async () => {
    const { analysis } = await analysed([], 'DROP TABLE t;', { path: 'migrations/0002_change.down.sql' });
    const { files, summary } = rollback(analysis, []);
    assert.deepEqual(files, []);
    assert.match(summary, /takes a migration back itself/);
  });

  it('keeps the name of a file out of the SQL', async () => {
    const { analysis } = await analysed([], 'CREATE TABLE t (a int);', { path: 'migrations/0002\nDROP TABLE x;.sql' });
    const sql = rollback(analysis, []).files[0]?.sql ?? '';
    assert.match(sql, /^-- Takes 0002 DROP TABLE x;\.sql back/);
  });

  it('writes the lock_timeout of the configuration, and none around what must not be cut short', async () => {
    const { analysis, history } = await analysed([shop], 'ALTER TABLE orders DROP CONSTRAINT orders_one_code', {
      config: { timeouts: '3s' },
    });
    const sql = rollback(analysis, history).files[0]?.sql ?? '';
    assert.match(sql, /SET lock_timeout = '3s';\nDO [^;]*;?[^;]*ALTER TABLE orders ADD CONSTRAINT orders_one_code/);
    assert.doesNotMatch(sql, /'3s';\n(CREATE|DROP) (UNIQUE )?INDEX CONCURRENTLY/);
  });
});

async function snapshot(db: Database): Promise<string[]> {
  await db.exec('RESET ALL');
  return catalogSnapshot(db);
}
