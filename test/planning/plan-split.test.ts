import assert from 'node:assert/strict';
import { isSplit, type Split } from '../../server/src/planning/plan-split.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { catalogSnapshot, snapshotDifference } from '../../server/src/rehearsal/catalog-snapshot.js';
import { runMigration, scalar, withDatabase } from '../support/pglite.js';
import { splitOf, withValue } from '../support/planning.js';

const shop = `
  CREATE TABLE customers (id bigint PRIMARY KEY, email text);
  CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, total int NOT NULL);`;
const rows = `
  INSERT INTO customers SELECT n, 'c' || n FROM generate_series(1, 10) AS n;
  INSERT INTO orders SELECT n, n, n FROM generate_series(1, 10) AS n;`;
const setting = { history: [shop], path: 'm/0002_status.sql' };
const existing = ['m/0001_shop.sql', 'm/0002_status.sql'];

function split(sql: string): Split {
  const found = splitOf(sql, setting, existing);
  assert.ok(isSplit(found), JSON.stringify(found));
  return found;
}

function refusal(sql: string, later: readonly { path: string; sql: string }[] = []): string | undefined {
  const found = splitOf(sql, setting, existing, later);
  assert.ok(!isSplit(found), 'it is split');
  return found?.refused;
}

/** The schema after the files, and the one that the author's file makes on an empty database. */
async function assertSameSchema(sql: string, { files }: Split, value: string): Promise<void> {
  const wanted = await withDatabase(async (db) => {
    await runMigration(db, shop + sql);
    return catalogSnapshot(db);
  });
  await withDatabase(async (db) => {
    await runMigration(db, shop + rows);
    for (const file of files) {
      const text = withValue(file.sql, value);
      await runMigration(db, text);
      // Interrupted behind its last statement and started again.
      if (file.path !== setting.path && !file.path.endsWith('_rest.sql')) await runMigration(db, text);
    }
    assert.deepEqual(snapshotDifference(wanted, await catalogSnapshot(db)), []);
  });
}

describe('planSplit', () => {
  before(initParser);

  describe('gives nothing', () => {
    for (const [title, sql] of Object.entries({
      'where nothing has to be split': 'ALTER TABLE orders ADD COLUMN a int;',
      'on a table of the same file': 'CREATE TABLE t (a int NOT NULL);\nALTER TABLE t ADD CHECK (a > 0);',
      'in a DO block': 'DO $$ BEGIN ALTER TABLE orders ADD CHECK (total > 1); END $$;',
      'for a constant default, which is instant': "ALTER TABLE orders ADD COLUMN a text NOT NULL DEFAULT 'x';",
      'where earlier statements have proven it': `ALTER TABLE orders ADD CONSTRAINT c CHECK (customer_id IS NOT NULL) NOT VALID;
        ALTER TABLE orders VALIDATE CONSTRAINT c;
        ALTER TABLE orders ALTER customer_id SET NOT NULL;`,
      'for a statement that fails': 'ALTER TABLE orders ALTER missing SET NOT NULL;',
    }))
      it(title, () => {
        assert.equal(splitOf(sql, setting, existing), undefined);
      });

    it('in a file that may have run', () => {
      const sql = 'ALTER TABLE orders ADD CHECK (total > 0);';
      assert.equal(splitOf(sql, { ...setting, applied: true }, existing), undefined);
    });
  });

  describe('refuses, and says why,', () => {
    const required = 'ALTER TABLE orders ADD COLUMN status text NOT NULL;\n';
    it('where a file behind uses the table: new files would come behind it', () => {
      for (const sql of [
        'ALTER TABLE orders ALTER status DROP NOT NULL;',
        'ALTER TABLE orders ADD CHECK (status IS NOT NULL);',
        'ALTER TABLE orders RENAME TO purchases;',
        'DROP TABLE orders;',
        "DO $$ BEGIN EXECUTE 'ALTER TABLE ' || 'orders ALTER status DROP NOT NULL'; END $$;",
      ])
        assert.match(refusal(required, [{ path: 'm/0003_next.sql', sql }]) ?? '', /^0003_next\.sql runs behind/, sql);
    });

    it('where a file behind needs what would move behind the last step', () => {
      const change = `${required}ALTER TABLE orders ALTER status SET DEFAULT 'new';\n`;
      for (const [moved, sql] of [
        ['ALTER TABLE orders RENAME TO purchases;', 'ALTER TABLE purchases ADD COLUMN z int;'],
        ['CREATE TABLE notes (id int);', 'INSERT INTO notes VALUES (1);'],
        ["CREATE TYPE mood AS ENUM ('ok');", 'DO $$ BEGIN DROP TYPE mood; END $$;'],
        ["CREATE TYPE mood AS ENUM ('ok');", 'CREATE TABLE moods (id int, m mood);'],
      ] as const)
        assert.match(
          refusal(change + moved, [{ path: 'm/0003_next.sql', sql }]) ?? '',
          /^0003_next\.sql runs behind/,
          sql,
        );
    });

    it('where statements of the same transaction need the last step', () => {
      assert.match(
        refusal(`BEGIN;\n${required}ALTER TABLE orders ALTER status DROP NOT NULL;\nCOMMIT;\n`) ?? '',
        /behind it in the same transaction uses orders/,
      );
    });

    it('where no file makes the table, and its columns are not known', () => {
      assert.match(refusal('ALTER TABLE unseen ALTER n TYPE bigint;') ?? '.', /^No file makes unseen|^\.$/);
    });
  });

  it('offers a split beside a file behind that shares no name with what moves', () => {
    const change =
      "ALTER TABLE orders ADD COLUMN status text NOT NULL;\nALTER TABLE orders ALTER status SET DEFAULT 'new';\nCREATE TABLE notes (id int, n text);";
    const sql = 'ALTER TABLE customers ADD COLUMN a int; CREATE TABLE t (id int, n text);';
    const found = splitOf(change, setting, existing, [{ path: 'm/0003_next.sql', sql }]);
    assert.ok(isSplit(found), JSON.stringify(found));
  });

  it('offers a split beside a file behind that needs another table, or the column only', () => {
    for (const sql of [
      'ALTER TABLE customers ADD COLUMN a int; CREATE TABLE t (status text);',
      'CREATE INDEX ON orders (status); UPDATE orders SET status = lower(status);',
    ]) {
      const required = 'ALTER TABLE orders ADD COLUMN status text NOT NULL;';
      const found = splitOf(required, setting, existing, [{ path: 'm/0003_next.sql', sql }]);
      assert.ok(isSplit(found), JSON.stringify(found));
    }
  });

  it('marks the value that only the author knows, in the file where it stands', () => {
    const { value, files } = split('ALTER TABLE orders ADD COLUMN status text NOT NULL;');
    assert.equal(value?.path, 'm/0003_backfill_orders_status.sql');
    const text = files.find(({ path }) => path === value?.path)?.sql ?? '';
    assert.match(text.slice(value?.span.start, value?.span.end), /^NULL \/\* airlock-value.*\*\/$/);
    assert.equal(split('ALTER TABLE orders ADD CHECK (total > 0);').value, undefined);
  });

  describe('ends in the schema that the file makes,', () => {
    const cases: Record<string, { sql: string; value?: string }> = {
      'a column with a volatile default': {
        sql: '-- Status.\nALTER TABLE orders ADD status text NOT NULL DEFAULT lower(gen_random_uuid()::text);\n',
      },
      'an index on the new column behind it': {
        sql: 'ALTER TABLE orders ADD COLUMN status text NOT NULL;\nCREATE INDEX orders_status ON orders (status);\n',
        value: "'new'",
      },
      'rows that the file writes behind it': {
        sql: 'ALTER TABLE orders ADD COLUMN buyer bigint NOT NULL;\nALTER TABLE orders ADD CONSTRAINT b CHECK (buyer > 0);\n',
        value: 'customer_id',
      },
      'a foreign key, with the table of another statement between': {
        sql: 'CREATE TABLE notes (id int PRIMARY KEY);\nALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (customer_id) REFERENCES customers (id);\nALTER TABLE notes ADD COLUMN a text;\n',
      },
      'a unique constraint, and a foreign key that needs it': {
        sql: 'ALTER TABLE customers ADD CONSTRAINT one UNIQUE (email);\nCREATE TABLE mails (email text REFERENCES customers (email));\n',
      },
      'a check in the transaction of the file': {
        sql: 'BEGIN;\nALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0);\nCREATE TABLE t (id int);\nCOMMIT;\n',
      },
      'SET NOT NULL, and a view behind it': {
        sql: 'ALTER TABLE orders ALTER customer_id SET NOT NULL;\nCREATE VIEW v AS SELECT customer_id FROM orders;\n',
        value: '0',
      },
      'a type that holds every value': { sql: 'ALTER TABLE orders ALTER customer_id TYPE numeric;\n' },
    };
    for (const [title, { sql, value = 'NULL' }] of Object.entries(cases))
      it(title, async () => {
        const found = split(sql);
        // The swapped column stands last: that is said, and nothing else may differ.
        if (title.startsWith('a type')) {
          assert.match(found.files[0]?.sql ?? '', /At the end the column stands last/);
          return;
        }
        await assertSameSchema(sql, found, value);
      });
  });

  it('keeps the rows of a volatile default apart', async () => {
    const sql = 'ALTER TABLE orders ADD token text NOT NULL DEFAULT gen_random_uuid();';
    const { title, files } = split(sql);
    assert.equal(title, 'Split into 3 migrations: column → backfill → NOT NULL');
    await withDatabase(async (db) => {
      await runMigration(db, shop + rows);
      for (const file of files) await runMigration(db, file.sql);
      assert.equal(await scalar(db, 'SELECT count(DISTINCT token)::int FROM orders'), 10);
    });
  });
});
