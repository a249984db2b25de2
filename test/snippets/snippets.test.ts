import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { analyzeSql } from '../support/analyze-sql.js';
import { type Database, errorOf, runMigration, scalar, withDatabase } from '../support/pglite.js';
import { splitSql } from '../support/split-sql.js';
import { renameBehindView } from '../../rules/fixes/rename-behind-view.js';
import { backfillBlock } from '../../server/src/rewrite/backfill.js';
import { expandSnippet, type Snippet } from '../../server/src/agent/expand-snippet.js';

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
  'pg-lock-timeout': { effects: [['SHOW lock_timeout', '5s']] },
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
      ["SELECT to_regclass('airlock_backfill')", null],
    ],
  },
  'pg-sync-trigger': {
    writes: `INSERT INTO customers VALUES (20, 'new', 'a'); INSERT INTO customers VALUES (21, 'new', 'b');
      UPDATE customer_contacts SET email = 'c' WHERE customer_id = 20; UPDATE customers SET email = 'd' WHERE id = 21;
      INSERT INTO customer_contacts VALUES (19, 'alone'); UPDATE customers SET email = email WHERE id <= 3;
      DELETE FROM customers WHERE id = 1; DELETE FROM customer_contacts WHERE customer_id = 2;
      UPDATE customers SET id = 13 WHERE id = 3;`,
    effects: [
      ["SELECT string_agg(email, ' ' ORDER BY id) FROM customers WHERE id >= 20", 'c d'],
      ["SELECT string_agg(email, ' ' ORDER BY customer_id) FROM customer_contacts WHERE customer_id >= 20", 'c d'],
      // A row that one of the two has not, one that goes, and one that changes its key.
      ['SELECT email FROM customers WHERE id = 19', 'alone'],
      ['SELECT count(*)::int FROM customer_contacts WHERE customer_id IN (1, 3)', 0],
      ['SELECT email FROM customer_contacts WHERE customer_id = 13', 'Mail3@example.com'],
      ['SELECT email FROM customers WHERE id = 2', null],
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

function snippetOf(prefix: string): Snippet {
  const found = snippets.find((snippet) => snippet.prefix === prefix);
  assert.ok(found, prefix);
  return found;
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

  it('pg-index leaves a good index alone', async () => {
    await withDatabase(async (db) => {
      await runMigration(db, shop);
      await insert(db, '@pg-index');
      const before = await scalar(db, "SELECT 'orders_customer_id_idx'::regclass::oid::text");
      await insert(db, '@pg-index');
      assert.equal(await scalar(db, "SELECT 'orders_customer_id_idx'::regclass::oid::text"), before);
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
      assert.match((await errorOf(db, sqlOf('@pg-backfill'))).message, /stopped/);
      assert.equal(await scalar(db, 'SELECT next_key::text FROM airlock_backfill'), '{4996}');
      await runMigration(db, 'DROP TRIGGER stop ON orders');
      await insert(db, '@pg-backfill');
      assert.equal(await scalar(db, 'SELECT count(*)::int FROM orders WHERE note IS NULL'), 0);
    });
  });

  it('the backfills are the one that a split writes', () => {
    for (const [prefix, column, value] of [
      ['pg-backfill', 'note', "'none'"],
      ['pg-not-null-2-backfill', 'status', "'new'"],
    ] as const) {
      const block = backfillBlock({
        table: 'orders',
        key: [{ column: 'id', type: 'bigint' }],
        set: [{ column, expression: value }],
        predicate: `${column} IS NULL`,
      }).replaceAll('$backfill$', '$$$$');
      assert.ok(sqlOf(`@${prefix}`).includes(block), `${prefix}:\n${block}`);
    }
  });

  it('pg-rename-table is the fix of no-rename-table', () => {
    const rename = 'ALTER TABLE customers RENAME TO clients';
    const block = renameBehindView({ rename, from: 'customers', to: 'clients' });
    assert.ok(sqlOf('@pg-rename-table').includes(block), block);
  });

  for (const [type, key] of [
    ['bigint', 'n'],
    ['uuid', 'md5(n::text)::uuid'],
    ['text', "'key ' || n"],
    ['numeric(10,2)', 'n / 7.0'],
  ] as const) {
    for (const prefix of ['pg-backfill', 'pg-not-null-2-backfill']) {
      it(`${prefix} walks a key of type ${type}`, async () => {
        await withDatabase(async (db) => {
          await runMigration(
            db,
            `CREATE TABLE orders (id ${type} PRIMARY KEY, note text, status text);
             INSERT INTO orders SELECT ${key} FROM generate_series(1, 6000) AS n;`,
          );
          await runMigration(db, expandSnippet(snippetOf(prefix), { 3: type }));
          const column = prefix === 'pg-backfill' ? 'note' : 'status';
          assert.equal(await scalar(db, `SELECT count(*)::int FROM orders WHERE ${column} IS NULL`), 0);
        });
      });
    }
  }

  it('pg-change-type-2-swap keeps NOT NULL and the default, and lets go of the old column', async () => {
    await withDatabase(async (db) => {
      await runMigration(
        db,
        `CREATE TABLE orders (id bigint PRIMARY KEY, total integer NOT NULL DEFAULT 5);
         INSERT INTO orders SELECT n FROM generate_series(1, 10) AS n;`,
      );
      await insert(db, '@pg-change-type-1-expand');
      await runMigration(db, 'UPDATE orders SET total_new = total');
      const swap = expandSnippet(snippetOf('pg-change-type-2-swap'), { 3: '5' });
      assert.match((await errorOf(db, swap)).message, /total is NOT NULL and total_new is not/);
      await runMigration(db, 'ALTER TABLE orders ALTER COLUMN total_new SET NOT NULL');
      await runMigration(db, swap);
      await runMigration(db, 'INSERT INTO orders (id) VALUES (11); INSERT INTO orders (id, total) VALUES (12, 7)');
      assert.equal(
        await scalar(db, "SELECT string_agg(total::text, ' ' ORDER BY id) FROM orders WHERE id > 9"),
        '5 5 7',
      );
      assert.equal(await scalar(db, notNull('orders', 'total')), true);
    });
  });

  it('pg-rename-column keeps both equal where the old one has a default and is NOT NULL', async () => {
    await withDatabase(async (db) => {
      await runMigration(db, "CREATE TABLE orders (id bigint PRIMARY KEY, note text NOT NULL DEFAULT 'none')");
      await insert(db, '@pg-rename-column-1-expand');
      await runMigration(
        db,
        `INSERT INTO orders (id) VALUES (1); INSERT INTO orders (id, note) VALUES (2, 'old');
         INSERT INTO orders (id, comment) VALUES (3, 'new'); UPDATE orders SET comment = 'later' WHERE id = 1;`,
      );
      assert.equal(
        await scalar(db, "SELECT string_agg(concat_ws('=', note, comment), ' ' ORDER BY id) FROM orders"),
        'later=later old=old new=new',
      );
      const contract = expandSnippet(snippetOf('pg-rename-column-2-contract'), { 5: "'none'" });
      assert.match((await errorOf(db, contract)).message, /note is NOT NULL and comment is not/);
      await runMigration(db, 'ALTER TABLE orders ALTER COLUMN comment SET NOT NULL');
      await runMigration(db, contract);
      await runMigration(db, 'INSERT INTO orders (id) VALUES (4)');
      assert.equal(await scalar(db, 'SELECT comment FROM orders WHERE id = 4'), 'none');
    });
  });

  const rights = `CREATE ROLE app_reader; CREATE ROLE app_writer; GRANT SELECT ON customers TO app_reader;
    GRANT SELECT (id), UPDATE (name) ON customers TO app_writer;`;
  const security = `ALTER TABLE customers ENABLE ROW LEVEL SECURITY; CREATE POLICY few ON customers USING (id <= 3);`;

  it('pg-rename-table takes the rights on the table and on its columns along', async () => {
    await withDatabase(async (db) => {
      await runMigration(db, shop + rights);
      try {
        await insert(db, '@pg-rename-table');
        await runMigration(db, 'SET ROLE app_reader');
        assert.equal(await scalar(db, 'SELECT count(*)::int FROM customers'), 10);
        await errorOf(db, "UPDATE customers SET name = 'x' WHERE id = 1");
        await runMigration(db, 'SET ROLE app_writer');
        await runMigration(db, "UPDATE customers SET name = 'x' WHERE id = 1");
        await errorOf(db, 'SELECT email FROM customers');
      } finally {
        await runMigration(db, 'RESET ROLE');
        await runMigration(db, 'DROP OWNED BY app_reader, app_writer; DROP ROLE app_reader, app_writer');
      }
    });
  });

  it('pg-rename-table keeps row-level security, or changes nothing', async () => {
    await withDatabase(async (db) => {
      await runMigration(db, shop + rights + security);
      try {
        assert.match((await errorOf(db, sqlOf('@pg-rename-table'))).message, /rights on single columns/);
        assert.equal(await scalar(db, "SELECT relkind::text FROM pg_class WHERE relname = 'customers'"), 'r');
        await runMigration(db, 'REVOKE ALL (id, name) ON customers FROM app_writer');
        await insert(db, '@pg-rename-table');
        await runMigration(db, 'SET ROLE app_reader');
        assert.equal(await scalar(db, 'SELECT count(*)::int FROM customers'), 3);
      } finally {
        await runMigration(db, 'RESET ROLE');
        await runMigration(db, 'DROP OWNED BY app_reader, app_writer; DROP ROLE app_reader, app_writer');
      }
    });
  });

  it('pg-partition-add takes a generated column along', async () => {
    await withDatabase(async (db) => {
      await runMigration(
        db,
        `CREATE TABLE events (created_at date, kind text, loud text GENERATED ALWAYS AS (upper(kind)) STORED)
         PARTITION BY RANGE (created_at)`,
      );
      await insert(db, '@pg-partition-add');
      await runMigration(db, "INSERT INTO events VALUES ('2026-05-05', 'x')");
      assert.equal(await scalar(db, 'SELECT loud FROM events_2026'), 'X');
    });
  });

  for (const [prefix, { before: earlier = [], writes, effects }] of Object.entries(cases)) {
    // Nothing can ask for a partition that is gone: PostgreSQL takes DETACH … CONCURRENTLY outside of a block only.
    it(`${prefix} can be run again after each of its statements`, async () => {
      const statements = await splitSql(sqlOf(`@${prefix}`));
      const cuts = prefix === 'pg-partition-detach' ? statements.length - 1 : statements.length;
      for (let cut = 1; cut <= cuts; cut++) {
        await withDatabase(async (db) => {
          await runMigration(db, shop);
          for (const step of earlier) await insert(db, step);
          for (const statement of statements.slice(0, cut)) await runMigration(db, statement);
          await insert(db, `@${prefix}`);
          if (writes) await runMigration(db, writes);
          for (const [query, value] of effects)
            assert.deepEqual(await scalar(db, query), value, `cut behind statement ${cut}: ${query}`);
        });
      }
    });
  }
});
