import assert from 'node:assert/strict';
import { backfillBlock, backfillNotes } from '../../server/src/rewrite/backfill.js';
import type { BackfillSpec } from '../../server/src/rewrite/backfill-spec.js';
import { type Database, errorOf, rowsOf, runMigration, scalar, withDatabase } from '../support/pglite.js';
import { withValue } from '../support/planning.js';

const rows = 25_000;

/** The block as a statement, with its comment. */
function backfillSql(spec: BackfillSpec): string {
  const notes = backfillNotes(spec).map((note) => `-- ${note}\n`);
  return `${notes.join('')}${backfillBlock(spec)};\n`;
}

interface Case {
  readonly name: string;
  readonly table: string;
  readonly spec: BackfillSpec;
}

const fill = { set: [{ column: 'total', expression: 'price * 2' }], predicate: 'total IS NULL', pauseMs: 0 };

const cases: readonly Case[] = [
  {
    name: 'a composite key',
    table: `CREATE TABLE item (shop int, name text COLLATE "C", price int, total int, PRIMARY KEY (shop, name));
      INSERT INTO item (shop, name, price) SELECT n % 7, 'é' || n, n FROM generate_series(1, ${rows}) AS n;`,
    spec: {
      table: 'item',
      key: [
        { column: 'shop', type: 'integer' },
        { column: 'name', type: 'text' },
      ],
      ...fill,
    },
  },
  {
    name: 'a uuid key',
    table: `CREATE TABLE item (id uuid PRIMARY KEY, price int, total int);
      INSERT INTO item (id, price) SELECT md5(n::text)::uuid, n FROM generate_series(1, ${rows}) AS n;`,
    spec: { table: 'item', key: [{ column: 'id', type: 'uuid' }], ...fill },
  },
  {
    name: 'no key',
    table: `CREATE TABLE item (price int, total int);
      INSERT INTO item (price) SELECT n FROM generate_series(1, ${rows}) AS n;`,
    spec: { table: 'item', key: [], ...fill },
  },
];

/** The rows that are not filled as they have to be. */
async function wrong(db: Database): Promise<unknown> {
  return scalar(db, 'SELECT count(*)::int FROM item WHERE total IS DISTINCT FROM price * 2');
}

/** The physical versions of the rows: an UPDATE that changes nothing would still change them. */
async function versions(db: Database): Promise<unknown> {
  return scalar(db, "SELECT md5(string_agg(xmin || ' ' || ctid, ',' ORDER BY price)) FROM item");
}

describe('backfillSql', () => {
  for (const { name, table, spec } of cases) {
    it(`fills every row by ${name}, and changes nothing when it runs again`, async () => {
      await withDatabase(async (db) => {
        await runMigration(db, table);
        const [{ notices } = { notices: [] }] = await runMigration(db, backfillSql(spec));
        assert.equal(await wrong(db), 0);
        assert.match(notices.at(-1) ?? '', new RegExp(`done, ${rows} rows changed`));
        const before = await versions(db);
        await runMigration(db, backfillSql(spec));
        assert.equal(await versions(db), before);
      });
    });

    it(`goes on by ${name} where it was killed`, async () => {
      await withDatabase(async (db) => {
        await runMigration(db, table + killer);
        const error = await errorOf(db, backfillSql({ ...spec, batchSize: 1000 }));
        assert.match(error.message, /killed/);
        const [progress] = (await rowsOf(db, 'airlock_backfill')) as { next_key: string[]; changed_rows: number }[];
        const left = Number(await wrong(db));
        assert.equal(left, rows - (progress?.changed_rows ?? 0));
        assert.ok(left > 0 && left < rows, `${left} rows left`);
        await runMigration(db, 'DROP TRIGGER killer ON item');
        const before = await scalar(db, 'SELECT array_agg(ctid ORDER BY price) FROM item WHERE total IS NOT NULL');
        const [{ notices } = { notices: [] }] = await runMigration(db, backfillSql({ ...spec, batchSize: 1000 }));
        assert.equal(await wrong(db), 0);
        assert.match(notices.at(-1) ?? '', new RegExp(`done, ${rows} rows changed`));
        const after = await scalar(db, 'SELECT array_agg(ctid ORDER BY price) FROM item');
        assert.ok(
          (before as string[]).every((ctid) => (after as string[]).includes(ctid)),
          'a filled row was touched',
        );
      });
    });
  }

  it('quotes what needs quotes, and keeps comments of the author apart', async () => {
    await withDatabase(async (db) => {
      await runMigration(
        db,
        `CREATE SCHEMA "My Shop";
        CREATE TABLE "My Shop"."or""der" ("user" bigint PRIMARY KEY, price int, "to%tal" int);
        INSERT INTO "My Shop"."or""der" ("user", price) SELECT n, n FROM generate_series(1, 50) AS n;
        CREATE VIEW item AS SELECT price, "to%tal" AS total FROM "My Shop"."or""der";`,
      );
      const sql = backfillSql({
        schema: 'My Shop',
        table: 'or"der',
        key: [{ column: 'user', type: 'bigint' }],
        set: [{ column: 'to%tal', expression: "price * 2 + length('$backfill$') - 10 -- double" }],
        predicate: '"to%tal" IS NULL -- not yet',
        pauseMs: 0,
        batchSize: 20,
        progressTable: 'Progress',
      });
      await runMigration(db, `SET statement_timeout = '1h'; ${sql}`);
      assert.equal(await wrong(db), 0);
      assert.equal(await scalar(db, `SELECT to_regclass('"My Shop"."Progress"')`), null);
    });
  });

  it('says how fast it is and how long it has to go on, and that nobody knows where nobody does', async () => {
    for (const { name, table, spec } of cases) {
      await withDatabase(async (db) => {
        const said = async (sql: string): Promise<string> => {
          const [{ notices } = { notices: [] }] = await runMigration(db, sql);
          return notices.join('\n');
        };
        const small = backfillSql({ ...spec, batchSize: 1000 });
        // The number of blocks is always known, the number of rows only where the table has statistics.
        await runMigration(db, table);
        const left = spec.key.length === 0 ? '\\d\\d:\\d\\d:\\d\\d' : 'unknown';
        assert.match(
          await said(small),
          new RegExp(`^item: total: \\d+ rows changed, \\d+ a second, time left ${left}, `),
          name,
        );
        await runMigration(db, 'UPDATE item SET total = NULL; ANALYZE item');
        assert.match(
          await said(small),
          /^item: total: \d+ rows changed, \d+ a second, time left \d\d:\d\d:\d\d, /,
          name,
        );
      });
    }
  });

  it('waits for a replica that is behind, and goes on where nobody knows or where it stays behind', async () => {
    await withDatabase(async (db) => {
      await runMigration(
        db,
        `CREATE TABLE item (id int PRIMARY KEY, price int, total int); INSERT INTO item SELECT n, n FROM generate_series(1, 30) n;
        CREATE SEQUENCE asked; CREATE SCHEMA fake; CREATE TABLE fake.now (state text, lag interval, lsn pg_lsn);
        INSERT INTO fake.now VALUES ('streaming', NULL, NULL);
        CREATE VIEW fake.pg_stat_replication AS SELECT state, replay_lsn,
          CASE WHEN nextval('asked') < 4 THEN replay_lag END AS replay_lag
          FROM (SELECT state, lag AS replay_lag, lsn AS replay_lsn FROM fake.now) AS now;
        SET search_path = fake, pg_catalog, public;`,
      );
      const sql = backfillSql({ table: 'item', key: [{ column: 'id', type: 'int' }], ...fill, batchSize: 10 });
      const said = async (): Promise<string> => {
        const [{ notices } = { notices: [] }] = await runMigration(db, sql);
        await runMigration(db, "UPDATE item SET total = NULL; SELECT setval('asked', 1)");
        return notices.join('\n');
      };
      assert.equal((await said()).match(/is unknown to this role/g)?.length, 1);
      await runMigration(db, 'UPDATE fake.now SET lsn = pg_current_wal_lsn(), lag = NULL');
      assert.doesNotMatch(await said(), /replica/);
      await runMigration(db, "UPDATE fake.now SET lag = '11 s'");
      assert.match(await said(), /^item: total: waits for a replica that is behind\n[\s\S]*done, 30 rows changed$/);
      await runMigration(db, 'UPDATE fake.now SET lag = NULL, lsn = pg_current_wal_lsn() - 10000000::numeric');
      assert.doesNotMatch(await said(), /replica/);
      // A view that fails, as functions of WAL do on some hosted servers.
      await runMigration(db, 'UPDATE item SET total = NULL; ALTER TABLE fake.now DROP COLUMN lsn CASCADE');
      await runMigration(
        db,
        'CREATE VIEW fake.pg_stat_replication AS SELECT 1 / 0 AS replay_lag, NULL::pg_lsn AS replay_lsn, state FROM fake.now',
      );
      assert.match(await said(), /is unknown to this role/);
      await runMigration(db, 'DROP SCHEMA fake CASCADE; RESET search_path');
    });
  });

  it('commits each batch on its own', async () => {
    await withDatabase(async (db) => {
      await runMigration(
        db,
        `${cases[1]?.table} CREATE TABLE batch (id bigint, n int);
        CREATE FUNCTION log() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          INSERT INTO batch SELECT txid_current(), count(*) FROM changed; RETURN NULL; END $$;
        CREATE TRIGGER log AFTER UPDATE ON item REFERENCING NEW TABLE AS changed
          FOR EACH STATEMENT EXECUTE FUNCTION log();`,
      );
      await runMigration(db, backfillSql({ ...(cases[1] as Case).spec, batchSize: 7000 }));
      const { rows: batches } = await db.query(
        'SELECT count(DISTINCT id)::int AS ids, array_agg(n ORDER BY n) AS n FROM batch',
      );
      assert.deepEqual(batches, [{ ids: 4, n: [4000, 7000, 7000, 7000] }]);
    });
  });

  it('never changes more rows by blocks than a batch may hold', async () => {
    await withDatabase(async (db) => {
      await runMigration(
        db,
        `CREATE TABLE item (a "char");
        INSERT INTO item SELECT NULL FROM generate_series(1, ${rows}); CREATE TABLE batch (n int);
        CREATE FUNCTION log() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          INSERT INTO batch SELECT count(*) FROM changed; RETURN NULL; END $$;
        CREATE TRIGGER log AFTER UPDATE ON item REFERENCING NEW TABLE AS changed
          FOR EACH STATEMENT EXECUTE FUNCTION log();`,
      );
      const set = [{ column: 'a', expression: "'x'" }];
      await runMigration(
        db,
        backfillSql({ table: 'item', key: [], set, predicate: 'a IS NULL', batchSize: 2000, pauseMs: 0 }),
      );
      assert.ok(Number(await scalar(db, 'SELECT max(n) FROM batch')) <= 2000);
      assert.equal(await scalar(db, 'SELECT count(*)::int FROM item WHERE a IS NULL'), 0);
    });
  });

  it('ends when a value stays NULL, instead of walking the blocks for ever', async () => {
    await withDatabase(async (db) => {
      await runMigration(db, 'CREATE TABLE item (price int, total int); INSERT INTO item VALUES (1), (NULL), (3)');
      await runMigration(db, backfillSql({ table: 'item', key: [], ...fill }));
      assert.equal(await scalar(db, 'SELECT sum(total)::int FROM item'), 8);
    });
  });

  it('does nothing to an empty table', async () => {
    for (const spec of [(cases[1] as Case).spec, (cases[2] as Case).spec]) {
      await withDatabase(async (db) => {
        await runMigration(db, 'CREATE TABLE item (id uuid PRIMARY KEY, price int, total int)');
        const [{ notices } = { notices: [] }] = await runMigration(db, backfillSql(spec));
        assert.deepEqual(notices, ['item: total: done, 0 rows changed']);
      });
    }
  });

  it('starts with the next run from the first key when rows were added behind it', async () => {
    await withDatabase(async (db) => {
      const spec: BackfillSpec = { table: 'item', key: [{ column: 'id', type: 'int' }], ...fill };
      await runMigration(
        db,
        'CREATE TABLE item (id int PRIMARY KEY, price int, total int); INSERT INTO item VALUES (5, 1)',
      );
      await runMigration(db, backfillSql(spec));
      await runMigration(db, 'INSERT INTO item VALUES (1, 3)');
      await runMigration(db, backfillSql(spec));
      assert.equal(await wrong(db), 0);
    });
  });

  for (const key of [[{ column: 'id', type: 'int' }], []]) {
    it(`fails before any change ${key.length > 0 ? 'by key' : 'by block'} while the author has not given the value`, async () => {
      await withDatabase(async (db) => {
        const set = [{ column: 'total', expression: undefined }];
        const sql = backfillSql({ table: 'item', key, set, predicate: 'total IS NULL' });
        await runMigration(db, 'CREATE TABLE item (id int PRIMARY KEY, price int, total int)');
        await runMigration(db, sql);
        await runMigration(db, 'INSERT INTO item VALUES (5, 1), (6, 7)');
        const before = await versions(db);
        assert.match((await errorOf(db, sql)).message, /Write the value of item\.total into the UPDATE of this file/);
        assert.equal(await versions(db), before);
        const given = (value: string) => withValue(sql, value);
        assert.match((await errorOf(db, given('CASE WHEN price < 5 THEN 2 END'))).message, /Write the value/);
        await runMigration(db, given('price * 2'));
        assert.equal(await wrong(db), 0);
      });
    });
  }

  it('refuses a partitioned table without a key, whose own blocks are none', async () => {
    await withDatabase(async (db) => {
      await runMigration(db, 'CREATE TABLE item (price int, total int) PARTITION BY LIST (price)');
      assert.match(
        (await errorOf(db, backfillSql({ table: 'item', key: [], ...fill }))).message,
        /item is partitioned/,
      );
    });
  });

  it('cannot run inside a transaction, and changes nothing when it is tried', async () => {
    await withDatabase(async (db) => {
      await runMigration(db, 'CREATE TABLE item (price int, total int); INSERT INTO item VALUES (1)');
      const error = await errorOf(db, `BEGIN; ${backfillSql({ table: 'item', key: [], ...fill })}`);
      assert.equal(error.code, '2D000');
      assert.equal(await wrong(db), 1);
    });
  });

  it('refuses a batch or a pause that is out of range', () => {
    for (const bad of [
      { batchSize: 0 },
      { batchSize: 10_001 },
      { batchSize: 1.5 },
      { pauseMs: -1 },
      { pauseMs: Number.NaN },
    ]) {
      assert.throws(() => backfillSql({ table: 'item', key: [], ...fill, ...bad }), RangeError);
    }
  });
});

/** Fails on the row in the middle of the table, as a kill at that moment would. */
const killer = `
  CREATE FUNCTION killer() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'killed'; END $$;
  CREATE TRIGGER killer BEFORE UPDATE ON item FOR EACH ROW WHEN (old.price = ${rows / 2}) EXECUTE FUNCTION killer();`;
