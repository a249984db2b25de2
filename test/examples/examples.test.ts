import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSplit } from '../../server/src/planning/plan-split.js';
import { rollback } from '../../server/src/rollback/rollback.js';
import { analysed } from '../support/analysed.js';
import { catalogSnapshot, snapshotDifference } from '../../server/src/rehearsal/catalog-snapshot.js';
import { splitOf, withValue } from '../support/planning.js';
import { type Database, errorOf, runMigration, scalar, withDatabase } from '../support/pglite.js';

const shop = join(__dirname, '..', '..', '..', 'examples', 'shop');
const config = JSON.parse(readFileSync(join(shop, 'airlock.config.json'), 'utf8')) as { applied: { through: string } };
const files = readdirSync(join(shop, 'migrations')).sort();
const applied = files.filter((file) => file <= config.applied.through);
const pending = files.filter((file) => file > config.applied.through);

const read = (file: string): string => readFileSync(join(shop, 'migrations', file), 'utf8');

/** The pending files that PostgreSQL refuses on a shop with rows, each with its SQLSTATE. */
const refused: Record<string, string> = {
  '0015_order_notes_not_null.sql': '23502',
  '0019_index_payments_provider.sql': '25001',
};

const rows = `
  INSERT INTO customers (email, name) SELECT 'c' || n || '@example.com', 'Customer ' || n FROM generate_series(1, 20) AS n;
  INSERT INTO products (sku, name, price_cents) SELECT 'sku-' || n, 'Product ' || n, n * 100 FROM generate_series(1, 20) AS n;
  INSERT INTO orders (customer_id, status, placed_at)
    SELECT n, (enum_range(NULL::order_status))[n % 6 + 1], now() FROM generate_series(1, 20) AS n;
  INSERT INTO order_items SELECT n, 1, n, 2, n * 100 FROM generate_series(1, 20) AS n;
  INSERT INTO payments (order_id, amount_cents, provider) SELECT n, 500, 'card' FROM generate_series(1, 20) AS n;
  INSERT INTO events (occurred_at, kind) SELECT date '2024-01-02' + n * 30, 'seen' FROM generate_series(0, 30) AS n;`;

async function buildShop(db: Database): Promise<void> {
  for (const file of applied) {
    await runMigration(db, read(file));
  }
  await runMigration(db, rows);
}

describe('examples/shop', () => {
  it('has 14 applied and 5 pending migrations, numbered without a gap', () => {
    assert.deepEqual([applied.length, pending.length], [14, 5]);
    assert.deepEqual(
      files.map((file) => Number(file.slice(0, 4))),
      files.map((_, index) => index + 1),
    );
  });

  it('applies from an empty database, and holds rows', async () => {
    await withDatabase(async (db) => {
      await buildShop(db);
      assert.equal(await scalar(db, 'SELECT order_total_cents(3)::int'), 600);
      assert.equal(await scalar(db, 'SELECT count(*)::int FROM open_orders'), 8);
      assert.equal(await scalar(db, 'SELECT count(*)::int FROM events_2026'), 6);
      assert.equal(
        await scalar(db, 'SELECT bool_and(indisvalid) AND bool_and(convalidated) FROM pg_index, pg_constraint'),
        true,
      );
    });
  });

  for (const file of pending) {
    const code = refused[file];
    it(`${file} ${code ? `is refused with ${code}` : 'runs'}`, async () => {
      await withDatabase(async (db) => {
        await buildShop(db);
        if (code) {
          assert.equal((await errorOf(db, read(file))).code, code);
        } else {
          await runMigration(db, read(file));
        }
      });
    });
  }

  for (const [index, file] of files.entries()) {
    const earlier = files.slice(0, index);
    const code = refused[file];
    it(`${file} is taken back by its rollback`, async () => {
      const { analysis, history } = await analysed(earlier.map(read), read(file));
      const found = rollback(analysis, history);
      await withDatabase(async (db) => {
        for (const each of earlier.filter((name) => refused[name] === undefined)) {
          await runMigration(db, read(each));
        }
        const before = await catalogSnapshot(db);
        if (code !== '25001') {
          await runMigration(db, read(file));
        }
        await runMigration(db, found.files[0]?.sql ?? '');
        const difference = snapshotDifference(before, await catalogSnapshot(db));
        // A value of an enum is the one thing that PostgreSQL cannot take away again.
        assert.deepEqual(
          found.worst === 'impossible' ? difference.filter((line) => !line.includes('order_status')) : difference,
          [],
        );
      });
    });
  }

  it('0015 has a form in three migrations that runs on a shop with rows, once the author has given the value', async () => {
    const file = '0015_order_notes_not_null.sql';
    const split = splitOf(read(file), { history: applied.map(read), path: file }, files);
    const written = isSplit(split) ? split.files : [];
    assert.deepEqual(
      written.map(({ path }) => path),
      [file, '0020_backfill_orders_delivery_notes.sql', '0021_set_orders_delivery_notes_not_null.sql'],
    );
    await withDatabase(async (db) => {
      await buildShop(db);
      const [expand, backfill, contract] = written.map(({ sql }) => sql);
      await runMigration(db, expand ?? '');
      assert.match((await errorOf(db, backfill ?? '')).message, /Write the value of orders\.delivery_notes/);
      await runMigration(db, withValue(backfill ?? '', "'none'"));
      await runMigration(db, contract ?? '');
      assert.equal(await scalar(db, "SELECT count(*)::int FROM orders WHERE delivery_notes = 'none'"), 20);
    });
  });

  it('names every pending file in its README', () => {
    const readme = readFileSync(join(shop, 'README.md'), 'utf8');
    assert.deepEqual(
      pending.filter((file) => !readme.includes(`\`${file}\``)),
      [],
    );
  });
});
