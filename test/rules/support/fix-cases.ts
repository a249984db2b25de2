import { goose } from '../../../server/src/frameworks/tools/goose.js';
import { projectOf } from '../../support/project.js';
import { granting, onSupabase } from './supabase.js';
import type { Safety } from '../../../rules/engine/define-rule.js';
import type { Setting } from '../../support/analyze-sql.js';

/** Two tables with rows, one partitioned, and an index. */
export const history = `
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL);
INSERT INTO customers SELECT g, 'c' || g FROM generate_series(1, 50) g;
CREATE TABLE orders (id bigint NOT NULL, customer_id bigint, code text, total numeric, "Note" text);
INSERT INTO orders SELECT g, 1 + g % 50, 'o' || g, g, 'n' FROM generate_series(1, 200) g;
CREATE INDEX note_i ON orders ("Note");
CREATE TABLE events (n int, customer_id bigint) PARTITION BY RANGE (n);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (0) TO (1000);
INSERT INTO events SELECT g, 1 FROM generate_series(1, 100) g;
CREATE DOMAIN word AS text;
CREATE TABLE words (w word);
CREATE TABLE visits (id serial PRIMARY KEY, at timestamptz);
CREATE MATERIALIZED VIEW codes AS SELECT id, code FROM orders;
CREATE UNIQUE INDEX codes_id ON codes (id);`;

export interface FixCase {
  readonly rule: string;
  readonly sql: string;
  readonly setting?: Setting;
  readonly safety: Safety;
  /** How the final schema differs from that of the original, for a fix that is not safe. */
  readonly differs?: readonly RegExp[];
}

/** Statements with a finding, one for each form of each fix. The embedded PostgreSQL is 18. */
export const fixCases: readonly FixCase[] = [
  { rule: 'require-concurrent-index', sql: 'CREATE UNIQUE INDEX code_u ON orders (code);', safety: 'safe' },
  { rule: 'require-concurrent-index', sql: 'create index on orders (lower("Note")) where total > 5;', safety: 'safe' },
  {
    rule: 'require-concurrent-index',
    sql: 'CREATE INDEX IF NOT EXISTS code_i ON orders (code);',
    safety: 'unsafe',
    // After a failed build the name is there, and the index is not valid.
    differs: [],
  },
  {
    rule: 'no-frozen-default',
    sql: "ALTER TABLE visits ALTER COLUMN at SET DEFAULT 'now()';",
    safety: 'unsafe',
    differs: [/visits\.at .* default '\d{4}-/, /visits\.at .* default CURRENT_TIMESTAMP/],
  },
  {
    rule: 'require-bigint-sequence',
    sql: 'ALTER TABLE visits ALTER COLUMN id TYPE bigint;',
    safety: 'unsafe',
    differs: [/visits_id_seq as integer/, /visits_id_seq as bigint/],
  },
  {
    rule: 'no-unlogged-table',
    sql: 'CREATE UNLOGGED TABLE states (name text PRIMARY KEY);',
    safety: 'unsafe',
    differs: [/states .* persistence u /, /states .* persistence p /],
  },
  { rule: 'require-concurrent-index-drop', sql: 'DROP INDEX note_i;', safety: 'safe' },
  { rule: 'require-concurrent-index-drop', sql: 'drop index if exists public.note_i;', safety: 'safe' },
  { rule: 'require-concurrent-reindex', sql: 'REINDEX INDEX note_i;', safety: 'safe' },
  { rule: 'require-concurrent-reindex', sql: 'reindex (verbose) table orders;', safety: 'safe' },
  { rule: 'require-lock-timeout', sql: 'ALTER TABLE orders ADD COLUMN state text;', safety: 'safe' },
  { rule: 'require-lock-timeout', sql: 'BEGIN; ALTER TABLE orders ADD COLUMN state text; COMMIT;', safety: 'safe' },
  { rule: 'require-check-not-valid', sql: 'ALTER TABLE orders ADD CHECK (total > 0);', safety: 'safe' },
  { rule: 'require-check-not-valid', sql: 'alter table only orders add check (id > 0 and total > 0);', safety: 'safe' },
  { rule: 'require-check-not-valid', sql: 'ALTER TABLE events ADD CONSTRAINT n_ck CHECK (n > 0);', safety: 'safe' },
  {
    rule: 'require-check-not-valid',
    sql: 'ALTER TABLE orders ADD CONSTRAINT code_there NOT NULL code;',
    setting: { config: { postgres: 18 } },
    safety: 'safe',
  },
  {
    rule: 'require-foreign-key-not-valid',
    sql: 'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers ON DELETE CASCADE;',
    safety: 'safe',
  },
  {
    rule: 'require-foreign-key-not-valid',
    sql: 'ALTER TABLE events ADD FOREIGN KEY (customer_id) REFERENCES customers (id);',
    setting: { config: { postgres: 18 } },
    safety: 'safe',
  },
  { rule: 'require-check-before-not-null', sql: 'ALTER TABLE orders ALTER COLUMN code SET NOT NULL;', safety: 'safe' },
  { rule: 'require-check-before-not-null', sql: 'ALTER TABLE orders ALTER "Note" SET NOT NULL;', safety: 'safe' },
  {
    rule: 'require-check-before-not-null',
    sql: 'alter table orders alter code set not null;',
    setting: { config: { postgres: 18 } },
    safety: 'safe',
  },
  { rule: 'require-unique-using-index', sql: 'ALTER TABLE orders ADD UNIQUE (code, id);', safety: 'safe' },
  {
    rule: 'require-unique-using-index',
    sql: 'ALTER TABLE orders ADD CONSTRAINT "U" UNIQUE ("Note", id);',
    safety: 'safe',
  },
  { rule: 'require-primary-key-using-index', sql: 'ALTER TABLE orders ADD PRIMARY KEY (id);', safety: 'safe' },
  {
    rule: 'require-primary-key-using-index',
    sql: 'ALTER TABLE orders ADD CONSTRAINT k PRIMARY KEY (id);',
    safety: 'safe',
  },
  {
    rule: 'no-volatile-default',
    sql: 'ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid();',
    safety: 'unsafe',
    // The schema is the same; the old rows are NULL until they are filled.
    differs: [],
  },
  { rule: 'require-concurrent-refresh', sql: 'REFRESH MATERIALIZED VIEW codes;', safety: 'safe' },
  {
    rule: 'require-concurrent-refresh',
    sql: 'begin; refresh materialized view public.codes with data; commit;',
    safety: 'safe',
  },
  {
    rule: 'prefer-attach-partition',
    sql: 'CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (1000) TO (2000);',
    safety: 'safe',
  },
  {
    rule: 'prefer-attach-partition',
    sql: 'create table "Events 3" partition of public.events for values from (2000) to (maxvalue);',
    safety: 'safe',
  },
  {
    rule: 'require-concurrent-detach',
    sql: 'ALTER TABLE events DETACH PARTITION events_1;',
    safety: 'unsafe',
    // CONCURRENTLY leaves a CHECK with the old bounds.
    differs: [/^\+ constraint events_1_n_check on public\.events_1 CHECK/],
  },
  {
    rule: 'no-if-not-exists-concurrent-index',
    sql: 'CREATE INDEX CONCURRENTLY IF NOT EXISTS code_i ON orders (code);',
    safety: 'unsafe',
    differs: [],
  },
  {
    rule: 'require-foreign-key-index',
    sql: 'ALTER TABLE orders ADD COLUMN payer bigint REFERENCES customers;',
    safety: 'unsafe',
    differs: [/^\+ index CREATE INDEX orders_payer_idx /],
  },
  {
    rule: 'no-cut-statement',
    sql: '-- +goose Up\nCREATE FUNCTION one() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN 1;\nEND $$;\n',
    setting: { project: projectOf(goose) },
    safety: 'safe',
  },
  {
    rule: 'no-domain-constraint',
    sql: "ALTER DOMAIN word ADD CONSTRAINT given CHECK (VALUE <> '');",
    safety: 'unsafe',
    differs: [/^[-+] .*given/, /^[-+] .*given/],
  },
  {
    rule: 'prefer-bigint-key',
    sql: 'CREATE TABLE parcels (id int PRIMARY KEY);',
    setting: { config: { rules: { 'prefer-bigint-key': 'info' } } },
    safety: 'unsafe',
    differs: [/^- column public\.parcels\./, /^\+ column public\.parcels\./],
  },
  {
    rule: 'prefer-identity',
    sql: 'CREATE TABLE parcels (id bigserial);',
    setting: { config: { rules: { 'prefer-identity': 'info' } } },
    safety: 'unsafe',
    differs: [/^- sequence/, /^- column/, /^\+ sequence/, /^\+ column/],
  },
  {
    rule: 'prefer-text-field',
    sql: 'CREATE TABLE parcels (code varchar(20));',
    setting: { config: { rules: { 'prefer-text-field': 'info' } } },
    safety: 'unsafe',
    differs: [/^- column public\.parcels\./, /^\+ column public\.parcels\./],
  },
  {
    rule: 'prefer-timestamptz',
    sql: 'CREATE TABLE parcels (sent timestamp(3));',
    setting: { config: { rules: { 'prefer-timestamptz': 'info' } } },
    safety: 'unsafe',
    differs: [/^- column public\.parcels\./, /^\+ column public\.parcels\./],
  },
  {
    rule: 'prefer-jsonb',
    sql: 'CREATE TABLE parcels (data json);',
    setting: { config: { rules: { 'prefer-jsonb': 'info' } } },
    safety: 'unsafe',
    differs: [/^- column public\.parcels\./, /^\+ column public\.parcels\./],
  },
  {
    rule: 'no-char-field',
    sql: 'CREATE TABLE parcels (code char(2));',
    setting: { config: { rules: { 'no-char-field': 'info' } } },
    safety: 'unsafe',
    differs: [/^- column public\.parcels\./, /^\+ column public\.parcels\./],
  },
  {
    rule: 'no-money-type',
    sql: 'CREATE TABLE parcels (price money);',
    setting: { config: { rules: { 'no-money-type': 'info' } } },
    safety: 'unsafe',
    differs: [/^- column public\.parcels\./, /^\+ column public\.parcels\./],
  },
  {
    rule: 'require-row-security',
    sql: 'CREATE TABLE parcels (id bigint PRIMARY KEY);',
    setting: onSupabase(granting),
    safety: 'unsafe',
    differs: [/^- table public\.parcels .* rls f/, /^\+ table public\.parcels .* rls t/],
  },
  {
    rule: 'no-view-around-row-security',
    sql: 'ALTER TABLE customers ENABLE ROW LEVEL SECURITY; CREATE VIEW names AS SELECT name FROM customers;',
    safety: 'unsafe',
    differs: [
      /^- view public\.names .* options {2}tablespace/,
      /^\+ view public\.names .* options \{security_invoker=true\}/,
    ],
  },
  {
    rule: 'require-definer-search-path',
    sql: 'GRANT SELECT ON orders TO PUBLIC; CREATE FUNCTION n() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS $$ SELECT count(*) FROM orders $$;',
    safety: 'unsafe',
    differs: [/^- function public\.n\(\) /, /SET search_path TO 'pg_catalog', 'public', 'pg_temp'/],
  },
  {
    rule: 'require-definer-search-path',
    sql: 'grant select on orders to public; create function n() returns bigint security definer language sql as $$ select count(*) from public.orders $$;',
    safety: 'unsafe',
    differs: [/^- function public\.n\(\) /, /^\+ function public\.n\(\) [\s\S]*SET search_path TO ''/],
  },
  {
    rule: 'no-long-identifier',
    sql: 'CREATE INDEX CONCURRENTLY "the_code_of_the_orders_for_the_monthly_report_of_the_warehouse_team" ON orders (code);',
    safety: 'safe',
  },
  {
    rule: 'no-lock-timeout-with-concurrently',
    sql: "SET statement_timeout = '1min'; CREATE INDEX CONCURRENTLY code_i ON orders (code);",
    safety: 'safe',
    differs: [],
  },
  {
    rule: 'require-sequence-reset',
    sql: "CREATE TABLE roles (id serial PRIMARY KEY, name text); INSERT INTO roles VALUES (7, 'a');",
    safety: 'unsafe',
    differs: [],
  },
  {
    rule: 'no-rename-table',
    sql: 'ALTER TABLE orders RENAME TO purchases;',
    safety: 'unsafe',
    differs: [/^\+ view public\.orders /, ...Array<RegExp>(5).fill(/^\+ column public\.orders\./)],
  },
];
