import assert from 'node:assert/strict';
import { rollback } from '../../server/src/rollback/rollback.js';
import type { Grade } from '../../server/src/rollback/undo.js';
import { analysed } from '../support/analysed.js';
import { catalogSnapshot, snapshotDifference } from '../support/catalog-snapshot.js';
import { type Database, rowsOf, runMigration, withDatabase } from '../support/pglite.js';

const shop = `
  CREATE SCHEMA app;
  CREATE TYPE mood AS ENUM ('sad', 'so', 'glad');
  CREATE DOMAIN cents AS int CHECK (VALUE >= 0);
  CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email varchar(100) NOT NULL, name text);
  CREATE TABLE orders (
    id bigserial PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    total int NOT NULL DEFAULT 0 CHECK (total >= 0),
    note varchar(20) COLLATE "C" DEFAULT 'none',
    code text CONSTRAINT orders_one_code UNIQUE,
    placed timestamp,
    price numeric(10, 2),
    CONSTRAINT note_length CHECK (length(note) < 50)
  );
  CREATE INDEX orders_note_idx ON orders USING btree (note, total DESC) WHERE total > 0;
  CREATE UNIQUE INDEX orders_lower ON orders (lower(code));
  CREATE VIEW cheap AS SELECT id, total FROM orders WHERE total < 10;
  CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
  CREATE FUNCTION plus(a int, b int DEFAULT 1) RETURNS int LANGUAGE sql IMMUTABLE RETURN a + b;
  CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
  CREATE TABLE events (at date NOT NULL, what text) PARTITION BY RANGE (at);
  CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
  CREATE TABLE events_2025 (at date NOT NULL, what text);
  CREATE SEQUENCE ticket START 5;
  ALTER TABLE orders ADD CONSTRAINT cheap_only CHECK (total < 1000) NOT VALID;
  COMMENT ON COLUMN orders.note IS 'what the customer says';
  ALTER TABLE orders ALTER COLUMN note SET STATISTICS 50;
  CREATE TABLE app."Odd Name" ("Mixed" int, plain int);
`;

const rows = `
  INSERT INTO customers (email) SELECT 'c' || n FROM generate_series(1, 20) AS n;
  INSERT INTO orders (customer_id, total, note, code, placed, price)
    SELECT n, n, 'note ' || n, 'code' || n, '2024-01-01', n / 3.0 FROM generate_series(1, 20) AS n;
  INSERT INTO events SELECT '2024-05-05', 'x' FROM generate_series(1, 20) AS n;
  INSERT INTO app."Odd Name" SELECT n, n FROM generate_series(1, 20) AS n;
`;

interface Case {
  readonly up: string;
  readonly grades: readonly Grade[];
  /** The rows are not all as they were, although the schema is. */
  readonly losesRows?: true;
  /** What differs afterwards, when the reason says so. */
  readonly leaves?: RegExp;
}

const lossless: Grade[] = ['lossless'];
const lossy: Grade[] = ['lossy'];

/** Every case runs up and down on a filled database; afterwards the schema has to be the one before. */
const cases: readonly Case[] = [
  {
    up: 'CREATE TABLE t (a int PRIMARY KEY, b text); CREATE INDEX ON t (b); INSERT INTO t VALUES (1); ALTER TABLE t ADD c int',
    grades: lossy,
  },
  {
    up: 'CREATE TABLE t (a int REFERENCES orders); CREATE TABLE u (b int) ; COMMENT ON TABLE u IS $$x$$',
    grades: ['lossless', 'lossy', 'lossy'],
  },
  { up: 'CREATE TABLE IF NOT EXISTS orders (id int)', grades: [] },
  { up: 'ALTER TABLE orders ADD COLUMN a int, ADD COLUMN "B c" text DEFAULT 5 NOT NULL', grades: ['lossy', 'lossy'] },
  { up: 'ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text', grades: [] },
  {
    up: 'ALTER TABLE orders ADD COLUMN a int; UPDATE orders SET a = total; ALTER TABLE orders ALTER a SET NOT NULL',
    grades: ['lossless', 'lossy'],
  },
  { up: 'ALTER TABLE orders DROP COLUMN placed', grades: lossy, losesRows: true },
  { up: 'ALTER TABLE app."Odd Name" DROP COLUMN "Mixed"', grades: lossy, losesRows: true },
  {
    up: 'ALTER TABLE orders DROP COLUMN total CASCADE; DROP VIEW IF EXISTS cheap',
    grades: ['impossible', 'lossy'],
    losesRows: true,
    leaves: /view public\.cheap|column public\.cheap|orders_total_check|cheap/,
  },
  { up: 'DROP VIEW cheap; ALTER TABLE orders DROP COLUMN total', grades: ['lossy', 'lossless'], losesRows: true },
  { up: 'ALTER TABLE orders DROP COLUMN code', grades: lossy, losesRows: true },
  { up: 'ALTER TABLE orders ALTER COLUMN note TYPE varchar(40)', grades: lossless, leaves: /statistics/ },
  { up: 'ALTER TABLE customers ALTER name TYPE varchar(200)', grades: lossy },
  { up: 'DROP VIEW cheap; ALTER TABLE orders ALTER total TYPE bigint', grades: ['lossless', 'lossless'] },
  { up: 'ALTER TABLE orders ALTER price TYPE numeric(12, 2)', grades: lossless },
  { up: 'ALTER TABLE orders ALTER price TYPE int', grades: lossy, losesRows: true },
  { up: 'ALTER TABLE orders ALTER placed TYPE date', grades: lossy },
  { up: "ALTER TABLE orders ALTER note SET DEFAULT 'other'", grades: lossless },
  { up: 'ALTER TABLE orders ALTER note DROP DEFAULT, ALTER id DROP DEFAULT', grades: ['lossless', 'lossless'] },
  { up: 'ALTER TABLE orders ALTER note SET NOT NULL', grades: lossless },
  { up: 'ALTER TABLE orders ALTER id SET NOT NULL', grades: [] },
  { up: 'ALTER TABLE customers ALTER email DROP NOT NULL', grades: lossless },
  { up: 'ALTER TABLE orders RENAME COLUMN note TO remark', grades: lossless },
  {
    up: 'ALTER TABLE app."Odd Name" RENAME TO "New Name"; ALTER TABLE app."New Name" RENAME "Mixed" TO plainer',
    grades: ['lossless', 'lossless'],
  },
  { up: 'ALTER TABLE orders RENAME CONSTRAINT note_length TO shorter', grades: lossless },
  {
    up: 'ALTER TABLE orders ADD CONSTRAINT big CHECK (total < 1000) NOT VALID; ALTER TABLE orders VALIDATE CONSTRAINT big',
    grades: lossless,
  },
  { up: 'ALTER TABLE orders ADD UNIQUE (note), ADD CHECK (price > 0)', grades: ['lossless', 'lossless'] },
  { up: 'ALTER TABLE app."Odd Name" ADD PRIMARY KEY ("Mixed")', grades: lossless },
  {
    up: 'CREATE UNIQUE INDEX CONCURRENTLY code_u ON orders (note); ALTER TABLE orders ADD CONSTRAINT code_u UNIQUE USING INDEX code_u',
    grades: ['lossless', 'lossless'],
  },
  { up: 'ALTER TABLE orders VALIDATE CONSTRAINT cheap_only', grades: lossless },
  { up: 'ALTER TABLE orders DROP CONSTRAINT cheap_only', grades: lossless },
  { up: 'ALTER TABLE orders DROP CONSTRAINT note_length', grades: lossless },
  { up: 'ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey', grades: lossless },
  { up: 'ALTER TABLE orders DROP CONSTRAINT orders_one_code', grades: lossless },
  { up: 'ALTER TABLE orders DROP CONSTRAINT orders_pkey', grades: lossless },
  { up: 'ALTER TABLE orders DROP CONSTRAINT orders_total_check', grades: lossless },
  {
    up: 'CREATE INDEX CONCURRENTLY a ON orders (placed); CREATE INDEX ON orders (placed); CREATE INDEX ON orders (placed)',
    grades: ['lossless', 'lossless', 'lossless'],
  },
  { up: 'CREATE INDEX events_what ON events (what)', grades: lossless },
  { up: 'CREATE INDEX IF NOT EXISTS orders_note_idx ON orders (note)', grades: [] },
  { up: 'DROP INDEX CONCURRENTLY orders_note_idx', grades: lossless },
  { up: 'DROP INDEX orders_note_idx, orders_lower', grades: ['lossless', 'lossless'] },
  { up: 'ALTER INDEX orders_note_idx RENAME TO other; DROP INDEX other', grades: ['lossless', 'lossless'] },
  {
    up: 'CREATE VIEW dear AS SELECT * FROM orders; CREATE MATERIALIZED VIEW m AS SELECT 1 AS a',
    grades: ['lossless', 'lossless'],
  },
  { up: 'CREATE OR REPLACE VIEW cheap AS SELECT id, total, note FROM orders', grades: lossless },
  { up: 'DROP VIEW cheap', grades: lossless },
  {
    up: 'CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$',
    grades: lossless,
  },
  {
    up: "CREATE FUNCTION plus(a text, b text DEFAULT ',') RETURNS text LANGUAGE sql AS 'SELECT a || b'",
    grades: lossless,
  },
  {
    up: 'CREATE OR REPLACE FUNCTION plus(a int, b int DEFAULT 2) RETURNS int LANGUAGE sql IMMUTABLE RETURN a + b + 0',
    grades: lossless,
  },
  {
    up: 'CREATE PROCEDURE p(INOUT x int, y numeric(10, 2)) LANGUAGE plpgsql AS $$ BEGIN NULL; END $$',
    grades: lossless,
  },
  { up: 'DROP FUNCTION plus', grades: lossless },
  { up: 'CREATE TRIGGER second AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION touch()', grades: lossless },
  { up: 'DROP TRIGGER touch ON orders; DROP FUNCTION touch()', grades: ['lossless', 'lossless'] },
  { up: "CREATE TYPE size AS ENUM ('s'); CREATE DOMAIN d AS int", grades: ['lossless', 'lossless'] },
  { up: 'DROP TYPE mood', grades: lossless },
  { up: 'DROP DOMAIN cents', grades: lossless },
  {
    up: "ALTER TYPE mood RENAME VALUE 'so' TO 'so-so'; ALTER TYPE mood RENAME TO feeling",
    grades: ['lossless', 'lossless'],
  },
  { up: "ALTER TYPE mood ADD VALUE 'great'", grades: ['impossible'], leaves: /type public\.mood/ },
  { up: 'CREATE SCHEMA more; CREATE SEQUENCE s; CREATE SCHEMA IF NOT EXISTS app', grades: ['lossless', 'lossless'] },
  { up: 'DROP SEQUENCE ticket', grades: lossy },
  { up: 'CREATE TABLE more (a int); ALTER TABLE more SET SCHEMA app', grades: ['lossless', 'lossy'] },
  { up: 'ALTER TABLE orders SET SCHEMA app', grades: lossless },
  {
    up: 'ALTER TABLE events ATTACH PARTITION events_2025 FOR VALUES FROM ($$2025-01-01$$) TO ($$2026-01-01$$)',
    grades: lossless,
  },
  { up: 'ALTER TABLE events DETACH PARTITION events_2024', grades: lossless },
  {
    up: "COMMENT ON COLUMN orders.note IS 'else'; COMMENT ON TABLE orders IS 'all orders'",
    grades: ['lossless', 'lossless'],
  },
  {
    up: 'ALTER TABLE orders ALTER note SET STATISTICS 100, ALTER total SET STATISTICS 7',
    grades: ['lossless', 'lossless'],
  },
  {
    up: 'ALTER TABLE orders ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, DISABLE TRIGGER touch',
    grades: ['lossless', 'lossless', 'lossless'],
  },
  {
    up: 'ALTER TABLE orders REPLICA IDENTITY FULL; ALTER TABLE orders SET (fillfactor = 50, autovacuum_enabled = false)',
    grades: ['lossless', 'lossless'],
  },
  {
    up: 'ALTER TABLE app."Odd Name" ALTER plain SET NOT NULL, ALTER plain ADD GENERATED BY DEFAULT AS IDENTITY',
    grades: ['lossless', 'lossless'],
  },
  { up: 'ALTER TABLE customers ALTER id DROP IDENTITY', grades: lossless },
  { up: 'ALTER TABLE orders SET UNLOGGED', grades: lossless },
  {
    up: 'CREATE POLICY mine ON orders USING (total > 0); CREATE STATISTICS app.st ON total, note FROM orders',
    grades: ['lossless', 'lossless'],
  },
  {
    up: 'CREATE RULE quiet AS ON DELETE TO app."Odd Name" DO INSTEAD NOTHING; CREATE PUBLICATION pub FOR TABLE orders',
    grades: ['lossless', 'lossless'],
  },
  { up: 'GRANT SELECT, UPDATE (note) ON orders TO PUBLIC', grades: lossless },
  { up: 'DROP TABLE orders CASCADE', grades: lossy, losesRows: true, leaves: /cheap|touch|comment|statistics/ },
  { up: 'DROP TABLE app."Odd Name"', grades: lossy, losesRows: true },
  {
    up: "BEGIN; SET LOCAL lock_timeout = '1s'; ALTER TABLE orders ADD z int; COMMIT; SELECT 1; VACUUM orders; ANALYZE",
    grades: lossy,
  },
  { up: 'DELETE FROM orders WHERE id = 3', grades: ['impossible'], losesRows: true },
  {
    up: 'UPDATE orders SET total = 1; INSERT INTO customers (email) VALUES ($$x$$); TRUNCATE events',
    grades: ['impossible', 'impossible', 'impossible'],
    losesRows: true,
  },
  { up: 'DO $$ BEGIN PERFORM 1; END $$', grades: ['impossible'] },
];

async function data(db: Database): Promise<unknown> {
  return Promise.all(['customers', 'orders', 'events', 'app."Odd Name"'].map((table) => rowsOf(db, table)));
}

describe('rollback', () => {
  for (const { up, grades, losesRows, leaves } of cases) {
    it(up.replace(/\s+/g, ' '), async () => {
      const { analysis, history } = await analysed([shop], up);
      const found = rollback(analysis, history);
      const [file] = found.files;
      assert.ok(file);
      assert.equal(file.path, 'migrations/0002_change.down.sql');
      assert.deepEqual(
        found.steps.map(({ grade }) => grade),
        grades,
        file.sql,
      );
      await withDatabase(async (db) => {
        await runMigration(db, shop + rows);
        const [before, dataBefore] = [await catalogSnapshot(db), await data(db)];
        await runMigration(db, up);
        await runMigration(db, file.transactional ? `BEGIN; ${file.sql}; COMMIT` : file.sql);
        const difference = snapshotDifference(before, await catalogSnapshot(db));
        assert.deepEqual(
          difference.filter((line) => !leaves?.test(line)),
          [],
          file.sql,
        );
        if (!losesRows) {
          assert.deepEqual(await data(db), dataBefore, file.sql);
        }
      });
    });
  }

  it('names what the history does not tell, and writes no SQL for it', async () => {
    for (const up of [
      'ALTER TABLE elsewhere DROP COLUMN a',
      'ALTER TABLE elsewhere ALTER a TYPE bigint',
      'ALTER TABLE elsewhere DROP CONSTRAINT c',
      'DROP INDEX elsewhere_idx',
      'DROP TABLE elsewhere',
      'DROP FUNCTION elsewhere()',
      'ALTER TABLE elsewhere OWNER TO somebody',
    ]) {
      const { analysis, history } = await analysed([shop], up);
      const { steps, worst, summary } = rollback(analysis, history);
      assert.deepEqual([worst, summary, steps[0]?.sql], ['impossible', '1 step, 1 impossible.', ''], up);
      assert.match(steps[0]?.reason ?? '', /history does not tell/);
    }
  });

  it('drops an extension that the migration may have added, without CASCADE', async () => {
    const { analysis, history } = await analysed([shop], 'CREATE EXTENSION IF NOT EXISTS pg_trgm');
    assert.equal(rollback(analysis, history).steps[0]?.sql, 'DROP EXTENSION pg_trgm;\n');
  });

  it('gives the place of each action, the last one first', async () => {
    const up = '-- é\nALTER TABLE orders ADD a int, ADD b int;\nDROP VIEW cheap;';
    const { analysis, history } = await analysed([shop], up);
    assert.deepEqual(
      rollback(analysis, history).steps.map(({ span }) => up.slice(span.start, span.end)),
      ['DROP VIEW cheap', 'ADD b int', 'ADD a int'],
    );
  });

  it('stays inside the transaction where the migration tool opens one', async () => {
    const up =
      'CREATE INDEX a ON orders (placed); DROP INDEX orders_note_idx; ALTER TABLE orders DROP CONSTRAINT orders_pkey';
    const { analysis, history } = await analysed([shop], up, { config: { transaction: 'per-file' } });
    const [file] = rollback(analysis, history).files;
    assert.equal(file?.transactional, true);
    await withDatabase(async (db) => {
      await runMigration(db, shop + rows);
      const before = await catalogSnapshot(db);
      await runMigration(db, `${up}; BEGIN; ${file?.sql} COMMIT`);
      assert.deepEqual(snapshotDifference(before, await catalogSnapshot(db)), []);
    });
  });

  it('has nothing to run for a migration that changes nothing', async () => {
    const { analysis, history } = await analysed([shop], "SET lock_timeout = '1s'; SELECT 1; VACUUM orders;");
    const { files, worst } = rollback(analysis, history);
    assert.equal(files[0]?.sql, '-- Takes 0002_change.sql back: nothing has to be taken back.\n');
    assert.equal(worst, 'lossless');
  });
});
