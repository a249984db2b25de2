import { rollback } from '../../../server/src/rollback/rollback.js';
import { runbookPage } from '../../../server/src/runbook/runbook.js';
import type { Page, Query } from '../../../server/src/page/page.js';
import { analyzeSql, type Setting } from '../../support/analyze-sql.js';
import { parseDocument } from '../../../server/src/sql/parse.js';

/** A schema with rows, whose names need quotes here and there. It runs on PostgreSQL 14 to 18. */
export const history = `
  CREATE TABLE customers (id bigint PRIMARY KEY, email text, note text, rank int DEFAULT 3);
  CREATE TYPE mood AS ENUM ('sad', 'ok');
  CREATE TABLE "Odd Orders" (id bigint PRIMARY KEY, customer_id bigint, status text, total int, mood mood);
  CREATE INDEX odd_status_idx ON "Odd Orders" (status);
  CREATE TABLE events (id bigint, at date NOT NULL, body text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
  CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
  CREATE TABLE events_2026 (id bigint NOT NULL, at date NOT NULL, body text, PRIMARY KEY (id, at));
  CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
  CREATE MATERIALIZED VIEW totals AS SELECT customer_id, sum(total) AS total FROM "Odd Orders" GROUP BY 1;
  CREATE SCHEMA "My App";
  CREATE TABLE "My App"."Users" ("Id" int PRIMARY KEY, "E-Mail" varchar(80));
  INSERT INTO customers SELECT n, 'c' || n || '@example.com', NULL, n FROM generate_series(1, 200) n;
  INSERT INTO "Odd Orders" SELECT n, 1 + n % 200, 'open', n, 'ok' FROM generate_series(1, 300) n;
  INSERT INTO events SELECT n, '2025-02-03', 'x' FROM generate_series(1, 50) n;
  INSERT INTO "My App"."Users" VALUES (1, 'a@b.c');
`;

export interface RunbookCase {
  readonly name: string;
  readonly sql: string;
}

/** The kinds of migrations whose runbook is read: each runs on the history. */
export const cases: readonly RunbookCase[] = [
  {
    name: 'a required column, an index and a CHECK',
    sql: `ALTER TABLE customers ADD COLUMN region text NOT NULL DEFAULT 'eu';
ALTER TABLE customers ALTER COLUMN email SET NOT NULL;
CREATE UNIQUE INDEX customers_email_key ON customers (lower(email)) WHERE email <> '';
ALTER TABLE customers ADD CONSTRAINT rank_ok CHECK (rank >= 0);
ALTER TABLE customers ALTER COLUMN rank DROP DEFAULT, ALTER COLUMN note SET DEFAULT '';`,
  },
  {
    name: 'a foreign key in two steps with its indexes',
    sql: `CREATE INDEX CONCURRENTLY odd_customer_idx ON "Odd Orders" (customer_id);
ALTER TABLE "Odd Orders" ADD CONSTRAINT odd_fk FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;
ALTER TABLE "Odd Orders" VALIDATE CONSTRAINT odd_fk;
DROP INDEX CONCURRENTLY odd_status_idx;`,
  },
  {
    name: 'types that rewrite and types that do not',
    sql: `ALTER TABLE "Odd Orders" ALTER COLUMN mood TYPE text, ALTER COLUMN id TYPE numeric;
ALTER TABLE "My App"."Users" ALTER COLUMN "E-Mail" TYPE varchar(60);
ALTER TABLE customers ALTER COLUMN rank TYPE numeric(12,2), ALTER COLUMN email TYPE varchar(200);`,
  },
  {
    name: 'a clean-up between BEGIN and COMMIT',
    sql: `BEGIN;
UPDATE customers SET note = 'none' WHERE note IS NULL;
DELETE FROM "Odd Orders" WHERE status = 'void';
ALTER TABLE customers DROP COLUMN note;
DROP TABLE events_2025;
COMMIT;`,
  },
  {
    name: 'renames, an enum, a trigger, row level security and rights',
    sql: `ALTER TABLE customers RENAME COLUMN email TO "E-Mail";
ALTER TABLE "My App"."Users" RENAME TO people;
CREATE TRIGGER touched BEFORE UPDATE ON "Odd Orders" FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE customers ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON customers USING (rank > 0);
GRANT SELECT ON customers TO CURRENT_USER;
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'happy';
CREATE OR REPLACE FUNCTION add_up(a int, b int DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT a + b';`,
  },
  {
    name: 'partitions, a batched block and REINDEX',
    sql: `ALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
DO $$
BEGIN
  LOOP
    UPDATE events SET body = 'y' WHERE id IN (SELECT id FROM events WHERE body = 'x' LIMIT 10);
    EXIT WHEN NOT FOUND;
    COMMIT;
    PERFORM pg_sleep(0);
  END LOOP;
END $$;
REINDEX INDEX CONCURRENTLY odd_status_idx;
ALTER TABLE events DETACH PARTITION events_2025 CONCURRENTLY;`,
  },
  {
    name: 'new objects of every kind',
    sql: `CREATE SCHEMA audit;
CREATE TABLE audit.log (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz(3) NOT NULL, tags text[], twice int GENERATED ALWAYS AS (2) STORED);
CREATE SEQUENCE audit.numbers;
CREATE VIEW open_orders AS SELECT id FROM "Odd Orders" WHERE status = 'open';
CREATE MATERIALIZED VIEW by_status AS SELECT status, count(*) AS n FROM "Odd Orders" GROUP BY 1 WITH NO DATA;
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TYPE point3 AS (x int, y int, z int);
CREATE STATISTICS odd_stats ON status, total FROM "Odd Orders";
CREATE PUBLICATION all_customers FOR TABLE customers;
CREATE PROCEDURE nothing() LANGUAGE sql AS 'SELECT 1';
REFRESH MATERIALIZED VIEW totals;`,
  },
  {
    name: 'keys: primary, unique, exclusion, and what goes',
    sql: `ALTER TABLE "Odd Orders" ADD CONSTRAINT odd_status_total UNIQUE (status, total);
ALTER TABLE customers ADD UNIQUE (email);
ALTER TABLE "My App"."Users" DROP CONSTRAINT "Users_pkey", ADD PRIMARY KEY ("Id");
ALTER TABLE "My App"."Users" ADD CONSTRAINT "Long" CHECK (char_length("E-Mail") > 2) NOT VALID;
DROP MATERIALIZED VIEW totals;
DROP FUNCTION touch();
ALTER TABLE "Odd Orders" SET UNLOGGED;`,
  },
];

export function pageOf(sql: string, setting: Setting = {}): Page {
  const analysis = analyzeSql(sql, { history: [history], ...setting });
  return runbookPage([{ analysis, rollback: rollback(analysis, [parseDocument(history)]), shown: (path) => path }]);
}

/** The queries below a heading of the second level, in their order. */
export function queriesBelow(page: Page, title: string): Query[] {
  const found: Query[] = [];
  let isBelow = false;
  for (const block of page.blocks) {
    if (block.kind === 'heading' && block.level === 2) isBelow = block.text.join('') === title;
    if (isBelow && block.kind === 'query') found.push(block.query);
  }
  return found;
}

export interface Runner {
  /** Rows of one query that reads. */
  rows(sql: string): Promise<readonly Record<string, unknown>[]>;
  /** Runs SQL statement by statement, as psql does. */
  run(sql: string): Promise<void>;
}

/** Queries that only the migration under way makes sensible, and those that act. */
const acting = /^SELECT pg_cancel_backend/;

/**
 * Runs every query of a page before and behind its migration. Out: what is wrong, a line each: a query that fails, a row
 * in the way that was not one, a check that does not hold behind it, one that held for all before.
 */
export async function faultsOf(each: RunbookCase, runner: Runner): Promise<string[]> {
  const page = pageOf(each.sql);
  const all = page.blocks.flatMap((block) => (block.kind === 'query' ? [block.query] : []));
  const reading = all.filter(({ sql }) => !acting.test(sql));
  const faults: string[] = [];
  await runner.run(history);
  const breaking = queriesBelow(page, 'Preconditions').filter(({ title }) => /^(?:Rows|Values)/.test(title));
  for (const { sql, title } of reading)
    await runner.rows(sql).catch((error: unknown) => faults.push(`before: ${title}: ${error}`));
  for (const { sql, title } of breaking) {
    const rows = await runner.rows(sql);
    const [first] = rows;
    const isClear = first === undefined || Number(first.rows_in_the_way) === 0;
    if (!isClear) faults.push(`in the way: ${title}: ${JSON.stringify(first)}`);
  }
  const [check] = queriesBelow(page, 'Verify');
  const before = check ? await runner.rows(check.sql) : [];
  if (check && before.every(({ ok }) => ok === true)) faults.push('every check holds before the migration');
  await runner.run(each.sql);
  for (const { sql, title } of reading.filter((query) => !breaking.includes(query)))
    await runner.rows(sql).catch((error: unknown) => faults.push(`behind: ${title}: ${error}`));
  for (const { what, ok } of check ? await runner.rows(check.sql) : [])
    if (ok !== true) faults.push(`does not hold: ${String(what)}`);
  return faults;
}
