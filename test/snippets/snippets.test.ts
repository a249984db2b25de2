import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql } from '../support/analyze-sql.js';
import { type Database, errorOf, runMigration, scalar, withDatabase } from '../support/pglite.js';
import { expandSnippet, type Snippet } from './expand-snippet.js';

const root = join(__dirname, '..', '..', '..');
const file = join(root, 'snippets', 'postgresql.json');
const snippets = Object.values(JSON.parse(readFileSync(file, 'utf8')) as Record<string, Snippet>);

/** A small shop with rows, in which the default text of every snippet runs. */
const shop = `
  CREATE TABLE customers (id bigint PRIMARY KEY, name text, email text);
  CREATE TABLE customer_contacts (customer_id bigint PRIMARY KEY, email text);
  CREATE TABLE customer_tags (id bigint, tag text);
  CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, total integer, note text, legacy_code text NOT NULL DEFAULT 'x');
  CREATE INDEX orders_note_idx ON orders (note);
  CREATE TYPE order_status AS ENUM ('new', 'paid', 'cancelled');
  CREATE TABLE payments (id bigint PRIMARY KEY, status order_status NOT NULL);
  CREATE TABLE old_reports (id bigint);
  CREATE TABLE events (created_at date, kind text) PARTITION BY RANGE (created_at);
  CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
  CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
  INSERT INTO customers SELECT n, 'name ' || n, 'Mail' || n || '@example.com' FROM generate_series(1, 10) AS n;
  INSERT INTO customer_tags SELECT n, 'tag' FROM generate_series(1, 10) AS n;
  INSERT INTO orders (id, customer_id, total, note)
    SELECT n, abs(n) % 10 + 1, n, CASE WHEN n % 3 = 0 THEN 'note ' || n END FROM generate_series(-5, 12000) AS n WHERE n <> 0;
  UPDATE orders SET total = abs(total);
  INSERT INTO payments SELECT n, 'paid' FROM generate_series(1, 10) AS n;
  INSERT INTO events SELECT date '2024-06-01' + n, 'kind' FROM generate_series(1, 300) AS n;`;

interface Case {
  /** What has to run before: earlier steps of the pattern are named by their prefix with a "@". */
  readonly before?: readonly string[];
  /** A query for one value, and the value after the snippet. */
  readonly effects: readonly (readonly [query: string, value: unknown])[];
  /** What the database has to refuse or to accept afterwards. */
  readonly refuses?: string;
  readonly writes?: string;
}

const columnDefault = (table: string, column: string) =>
  `SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
   WHERE adrelid = '${table}'::regclass AND attname = '${column}'`;
const notNull = (table: string, column: string) =>
  `SELECT attnotnull FROM pg_attribute WHERE attrelid = '${table}'::regclass AND attname = '${column}'`;
const validated = (constraint: string) => `SELECT convalidated FROM pg_constraint WHERE conname = '${constraint}'`;
const checks = (table: string) =>
  `SELECT count(*)::int FROM pg_constraint WHERE conrelid = '${table}'::regclass AND contype = 'c'`;
const validIndex = (index: string) => `SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('${index}')`;

const cases: Record<string, Case> = {
  'pg-lock-timeout': { effects: [['SHOW lock_timeout', '2s']] },
  'pg-not-null': { effects: [['SELECT 1', 1]] },
  'pg-not-null-1-column': {
    effects: [
      [columnDefault('orders', 'status'), "'new'::text"],
      ['SELECT count(status)::int FROM orders', 0],
    ],
  },
  'pg-not-null-2-backfill': {
    before: ['@pg-not-null-1-column', "UPDATE orders SET status = 'kept' WHERE id = 7"],
    effects: [
      ['SELECT count(*)::int FROM orders WHERE status IS NULL', 0],
      ['SELECT status FROM orders WHERE id = 7', 'kept'],
      ['SELECT count(DISTINCT xmin::text) > 2 FROM orders', true],
    ],
  },
  'pg-not-null-3-constraint': {
    before: ['@pg-not-null-1-column', '@pg-not-null-2-backfill'],
    effects: [
      [notNull('orders', 'status'), true],
      [checks('orders'), 0],
    ],
  },
  'pg-set-not-null': {
    effects: [
      [notNull('customers', 'email'), true],
      [checks('customers'), 0],
    ],
  },
  'pg-set-not-null-18': {
    effects: [
      [notNull('customers', 'email'), true],
      [validated('customers_email_not_null'), true],
    ],
  },
  'pg-volatile-default': {
    before: ["CREATE TABLE node AS SELECT pg_relation_filenode('orders') AS before"],
    effects: [
      [columnDefault('orders', 'token'), 'gen_random_uuid()'],
      ["SELECT before = pg_relation_filenode('orders') FROM node", true],
    ],
  },
  'pg-index': { effects: [[validIndex('orders_customer_id_idx'), true]] },
  'pg-unique': {
    effects: [["SELECT contype::text FROM pg_constraint WHERE conname = 'customers_email_key'", 'u']],
    refuses: "INSERT INTO customers VALUES (99, 'x', 'Mail1@example.com')",
  },
  'pg-primary-key': {
    effects: [
      ["SELECT contype::text FROM pg_constraint WHERE conname = 'customer_tags_pkey'", 'p'],
      [checks('customer_tags'), 0],
    ],
    refuses: 'INSERT INTO customer_tags VALUES (NULL)',
  },
  'pg-drop-index': { effects: [["SELECT to_regclass('orders_note_idx')", null]] },
  'pg-reindex': {
    before: ["CREATE TABLE node AS SELECT pg_relation_filenode('orders_note_idx') AS before"],
    effects: [
      [validIndex('orders_note_idx'), true],
      ["SELECT before = pg_relation_filenode('orders_note_idx') FROM node", false],
    ],
  },
  'pg-foreign-key-1-add': {
    effects: [[validated('orders_customer_id_fkey'), false]],
    refuses: 'INSERT INTO orders (id, customer_id) VALUES (-100, 99)',
  },
  'pg-foreign-key-2-validate': {
    before: ['@pg-foreign-key-1-add'],
    effects: [[validated('orders_customer_id_fkey'), true]],
  },
  'pg-check-1-add': {
    effects: [[validated('orders_total_positive'), false]],
    refuses: 'INSERT INTO orders (id, total) VALUES (-100, -1)',
  },
  'pg-check-2-validate': { before: ['@pg-check-1-add'], effects: [[validated('orders_total_positive'), true]] },
  'pg-backfill': {
    effects: [
      ['SELECT count(*)::int FROM orders WHERE note IS NULL', 0],
      ['SELECT note FROM orders WHERE id = 3', 'note 3'],
      ['SELECT count(DISTINCT xmin::text) > 2 FROM orders', true],
      ['SELECT count(*)::int FROM backfill_progress', 0],
      ["SELECT count(*)::int FROM pg_proc WHERE proname LIKE 'backfill%'", 0],
    ],
  },
  'pg-sync-trigger': {
    writes: `INSERT INTO customers VALUES (20, 'new', 'a'); INSERT INTO customers VALUES (21, 'new', 'b');
      UPDATE customer_contacts SET email = 'c' WHERE customer_id = 20; UPDATE customers SET email = 'd' WHERE id = 21;`,
    effects: [
      ["SELECT string_agg(email, ' ' ORDER BY id) FROM customers WHERE id >= 20", 'c d'],
      ["SELECT string_agg(email, ' ' ORDER BY customer_id) FROM customer_contacts", 'c d'],
    ],
  },
  'pg-rename-column-1-expand': {
    writes: `INSERT INTO orders (id, note) VALUES (-20, 'old'); INSERT INTO orders (id, comment) VALUES (-21, 'new');
      UPDATE orders SET note = 'old 1' WHERE id = 1; UPDATE orders SET comment = 'new 2' WHERE id = 2;
      UPDATE orders SET note = NULL WHERE id = 1; UPDATE orders SET total = 5 WHERE id = 3;`,
    effects: [
      [
        "SELECT string_agg(concat_ws('=', note, comment), ' ' ORDER BY id) FROM orders WHERE id IN (-21, -20, 1, 2, 3)",
        'new=new old=old  new 2=new 2 note 3=note 3',
      ],
    ],
  },
  'pg-rename-column-2-contract': {
    before: ['@pg-rename-column-1-expand', 'UPDATE orders SET comment = note'],
    effects: [
      ['SELECT comment FROM orders WHERE id = 3', 'note 3'],
      ["SELECT count(*)::int FROM pg_trigger WHERE tgrelid = 'orders'::regclass", 0],
    ],
    refuses: 'SELECT note FROM orders',
  },
  'pg-rename-table': {
    writes: "INSERT INTO customers VALUES (77, 'old code', 'x'); UPDATE clients SET name = 'new code' WHERE id = 1",
    effects: [
      ['SELECT name FROM clients WHERE id = 77', 'old code'],
      ['SELECT name FROM customers WHERE id = 1', 'new code'],
    ],
  },
  'pg-enum-add-value': {
    effects: [["SELECT 'refunded' = ANY (enum_range(NULL::order_status)::text[])", true]],
  },
  'pg-enum-remove-value': {
    effects: [[validated('payments_status_not_cancelled'), true]],
    refuses: "INSERT INTO payments VALUES (99, 'cancelled')",
  },
  'pg-change-type-1-expand': {
    writes: 'INSERT INTO orders (id, total) VALUES (-20, 7); UPDATE orders SET total = 8 WHERE id = 1',
    effects: [['SELECT sum(total_new)::int FROM orders', 15]],
  },
  'pg-change-type-2-swap': {
    before: ['@pg-change-type-1-expand', 'UPDATE orders SET total_new = total'],
    effects: [
      ['SELECT pg_typeof(total)::text FROM orders LIMIT 1', 'bigint'],
      ['SELECT total::int FROM orders WHERE id = 1234', 1234],
    ],
    writes: 'UPDATE orders SET total = 3000000000 WHERE id = 1',
  },
  'pg-generated-column': {
    writes: "UPDATE customers SET email = 'NEW' WHERE id = 1",
    effects: [['SELECT email_lower FROM customers WHERE id = 1', 'new']],
  },
  'pg-drop-column-1-retire': {
    writes: 'INSERT INTO orders (id, legacy_code) VALUES (-20, NULL)',
    effects: [[notNull('orders', 'legacy_code'), false]],
  },
  'pg-drop-column-2-drop': {
    effects: [['SELECT count(*)::int FROM orders', 12005]],
    refuses: 'SELECT legacy_code FROM orders',
  },
  'pg-drop-table-1-rename': {
    effects: [['SELECT count(*)::int FROM old_reports_unused', 0]],
    refuses: 'SELECT * FROM old_reports',
  },
  'pg-drop-table-2-drop': {
    before: ['@pg-drop-table-1-rename'],
    effects: [["SELECT to_regclass('old_reports_unused')", null]],
  },
  'pg-partition-add': {
    writes: "INSERT INTO events VALUES ('2026-05-05', 'x')",
    effects: [
      ['SELECT count(*)::int FROM events_2026', 1],
      [checks('events_2026'), 0],
    ],
  },
  'pg-partition-detach': {
    effects: [["SELECT count(*)::int FROM pg_inherits WHERE inhrelid = 'events_2024'::regclass", 0]],
  },
  'pg-partition-index': {
    before: ['DROP TABLE events_2024'],
    effects: [[validIndex('events_kind_idx'), true]],
  },
};

/** A step as SQL: the default text of a snippet for "@prefix". */
function sqlOf(step: string): string {
  const snippet = snippets.find(({ prefix }) => `@${prefix}` === step);
  return snippet ? expandSnippet(snippet) : step;
}

async function insert(db: Database, step: string): Promise<void> {
  await runMigration(db, sqlOf(step));
}

describe('snippets', () => {
  before(initParser);

  it('are at least 18, each with a prefix of its own that starts with pg-', () => {
    const prefixes = snippets.map(({ prefix }) => prefix);
    assert.ok(prefixes.length >= 18);
    assert.equal(new Set(prefixes).size, prefixes.length);
    assert.deepEqual(
      prefixes.filter((prefix) => !/^pg-[a-z0-9-]+$/.test(prefix)),
      [],
    );
  });

  it('have a case here, each of them, and nothing else has', () => {
    assert.deepEqual(Object.keys(cases).sort(), snippets.map(({ prefix }) => prefix).sort());
  });

  it('have lines of at most 120 characters, and a description', () => {
    for (const snippet of snippets) {
      assert.ok(snippet.description.length > 20, snippet.prefix);
      for (const line of expandSnippet(snippet).split('\n')) {
        assert.ok(line.length <= 120, `${snippet.prefix}: ${line}`);
      }
    }
  });

  for (const [prefix, { before: earlier = [] }] of Object.entries(cases)) {
    it(`${prefix} has no finding of our own that counts`, () => {
      const history = [shop, ...earlier.map(sqlOf)];
      const config = { postgres: prefix.endsWith('-18') ? 18 : 14 } as const;
      const { findings, verdict } = analyzeSql(sqlOf(`@${prefix}`), { history, config });
      assert.deepEqual(
        findings.filter(({ severity }) => severity === 'error' || severity === 'warning').map(({ message }) => message),
        [],
      );
      assert.equal(verdict, 'SAFE TO SHIP');
    });
  }

  for (const [prefix, { before: earlier = [], writes, refuses, effects }] of Object.entries(cases)) {
    it(`${prefix} does what it says`, async () => {
      await withDatabase(async (db) => {
        await runMigration(db, shop);
        for (const step of earlier) {
          await insert(db, step);
        }
        await insert(db, `@${prefix}`);
        if (writes) {
          await runMigration(db, writes);
        }
        for (const [query, value] of effects) {
          assert.deepEqual(await scalar(db, query), value, query);
        }
        if (refuses) {
          await errorOf(db, refuses);
        }
      });
    });
  }

  it('pg-index cleans up what an interrupted build left', async () => {
    await withDatabase(async (db) => {
      await runMigration(db, shop);
      await runMigration(db, "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'orders_note_idx'::regclass");
      await runMigration(db, 'ALTER INDEX orders_note_idx RENAME TO orders_customer_id_idx');
      await insert(db, '@pg-index');
      assert.equal(await scalar(db, validIndex('orders_customer_id_idx')), true);
    });
  });

  it('pg-backfill goes on where it was stopped', async () => {
    await withDatabase(async (db) => {
      await runMigration(db, shop);
      await runMigration(
        db,
        `CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'stopped'; END $$;
         CREATE TRIGGER stop BEFORE UPDATE ON orders FOR EACH ROW WHEN (old.id = 7000) EXECUTE FUNCTION stop();`,
      );
      const backfill = snippets.find(({ prefix }) => prefix === 'pg-backfill');
      assert.ok(backfill);
      assert.match((await errorOf(db, expandSnippet(backfill))).message, /stopped/);
      assert.equal(await scalar(db, 'SELECT last_key FROM backfill_progress'), '4995');
      await runMigration(db, 'DROP TRIGGER stop ON orders');
      await insert(db, '@pg-backfill');
      assert.equal(await scalar(db, 'SELECT count(*)::int FROM orders WHERE note IS NULL'), 0);
    });
  });
});
