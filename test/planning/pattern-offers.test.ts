import assert from 'node:assert/strict';
import { isSplit, planPattern, type Split, type SplitOutcome } from '../../server/src/planning/plan-split.js';
import { catalogSnapshot, snapshotDifference } from '../../server/src/rehearsal/catalog-snapshot.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql, type Setting } from '../support/analyze-sql.js';
import { fixedText, splitOf, surroundingsOf } from '../support/planning.js';
import { runMigration, withDatabase } from '../support/pglite.js';

const history = [
  `CREATE TABLE customers (id serial PRIMARY KEY, mail text NOT NULL, code text NOT NULL);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id int REFERENCES customers, total int);
CREATE TABLE old_reports (id bigint PRIMARY KEY, body text);
CREATE VIEW totals AS SELECT total FROM orders;`,
];
const setting: Setting = { path: 'm/0002_change.sql', history };

function offered(sql: string, later: readonly { path: string; sql: string }[] = [], given = setting): SplitOutcome {
  const analysis = analyzeSql(sql, given);
  const around = surroundingsOf(sql, given, ['m/0001_a.sql', 'm/0002_change.sql'], later);
  const outcomes = analysis.findings.map((finding) => planPattern(analysis, finding, around));
  return outcomes.find((each): each is Split => isSplit(each)) ?? outcomes.find((each) => each !== undefined);
}

const refusal = (outcome: SplitOutcome): string =>
  outcome === undefined ? 'nothing' : isSplit(outcome) ? `offered: ${outcome.title}` : outcome.refused;

describe('the pattern that a statement is the usual form of', () => {
  before(initParser);

  describe('is not offered', () => {
    for (const [title, sql] of Object.entries({
      'on a table of the same file': 'CREATE TABLE t (a int, b int);\nALTER TABLE t RENAME COLUMN a TO c;',
      'for a drop with CASCADE': 'ALTER TABLE orders DROP COLUMN total CASCADE;',
      'for one sub-command of several': 'ALTER TABLE customers DROP COLUMN code, ADD COLUMN n int;',
      'in a DO block': 'DO $$ BEGIN ALTER TABLE customers RENAME COLUMN mail TO email; END $$;',
      'for a statement that fails': 'ALTER TABLE customers RENAME COLUMN nope TO email;',
      'for a column that is no key': 'ALTER TABLE orders ALTER COLUMN customer_id TYPE bigint;',
    }))
      it(title, () => assert.equal(refusal(offered(sql)), 'nothing'));

    it('in a file that may have run', () => {
      const sql = 'ALTER TABLE customers RENAME COLUMN mail TO email;';
      assert.equal(refusal(offered(sql, [], { ...setting, applied: true })), 'nothing');
    });

    it('by what writes safe forms without being asked', async () => {
      for (const sql of [
        'ALTER TABLE customers RENAME COLUMN mail TO email;',
        'ALTER TABLE customers DROP COLUMN code;',
      ]) {
        assert.equal(splitOf(sql, setting), undefined);
        assert.match(await fixedText(sql, setting), new RegExp(`^(?:SET lock_timeout = '5s';\\n)?${sql}$`));
      }
    });
  });

  describe('is refused, with the reason,', () => {
    it('where more hangs on the column', () =>
      assert.match(refusal(offered('ALTER TABLE orders RENAME COLUMN total TO amount;')), /the view totals/));
    it('where a file behind uses the column, the table or its new name', () => {
      for (const [sql, behind] of [
        ['ALTER TABLE customers RENAME COLUMN mail TO email;', 'UPDATE customers SET email = lower(email);'],
        ['ALTER TABLE customers RENAME COLUMN mail TO email;', 'ALTER TABLE customers DROP COLUMN email;'],
        ['ALTER TABLE customers DROP COLUMN code;', 'ALTER TABLE customers ADD COLUMN code int;'],
        ['DROP TABLE old_reports;', 'CREATE TABLE old_reports (id int);'],
        ['ALTER TABLE old_reports RENAME TO reports;', 'ALTER TABLE reports DROP COLUMN body;'],
      ] as const)
        assert.match(
          refusal(offered(sql, [{ path: 'm/0003_next.sql', sql: behind }])),
          /^0003_next\.sql runs behind/,
          sql,
        );
    });
  });

  for (const [sql, title, files] of [
    [
      'ALTER TABLE customers RENAME COLUMN mail TO email;',
      /for 2 releases: new column → backfill → drop the old one$/,
      4,
    ],
    ['ALTER TABLE customers DROP COLUMN code;', /no NOT NULL → rename aside → drop$/, 3],
    ['ALTER TABLE old_reports RENAME TO reports;', /rename behind a view → drop the view$/, 2],
    ['DROP TABLE old_reports;', /rename aside → drop$/, 2],
    ['ALTER TABLE customers ALTER COLUMN id TYPE bigint;', /new columns → backfill → .* → swap → drop$/, 7],
  ] as const)
    it(`is offered, and ends in what the statement makes: ${sql}`, async () => {
      const split = offered(`-- Wanted by marketing.\n${sql}\nCREATE TABLE beside (id bigint PRIMARY KEY);\n`);
      assert.ok(isSplit(split), refusal(split));
      assert.match(split.title, title);
      assert.equal(new Set(split.files.map(({ path }) => path)).size, split.files.length);
      assert.ok(split.files.length >= files);
      assert.match(split.files[0]?.sql ?? '', /^-- The change: [\w-]+ table=[\s\S]*CREATE TABLE beside/m);
      assert.ok(split.files.some(({ gate }) => gate !== undefined));
      const look = async (texts: readonly string[]): Promise<string[]> =>
        withDatabase(async (db) => {
          await runMigration(db, `${history.join('')} INSERT INTO customers (mail, code) VALUES ('a', 'b')`);
          for (const text of texts) await runMigration(db, text);
          return catalogSnapshot(db);
        });
      const found = await look(split.files.map((each) => each.sql));
      const whole = sql.includes('bigint')
        ? `${sql} ALTER TABLE orders ALTER customer_id TYPE bigint; ALTER SEQUENCE customers_id_seq AS bigint;`
        : sql;
      const wanted = await look([whole, 'CREATE TABLE beside (id bigint PRIMARY KEY);']);
      // PostgreSQL 18 names NOT NULL, and a name stays with its column.
      assert.deepEqual(
        snapshotDifference(wanted, found).filter((line) => !/_not_null on/.test(line)),
        [],
      );
    });
});
