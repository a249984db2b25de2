/** A schema with an object of every kind that migrations make. It runs on PostgreSQL 14 to 18. */
export const history = `
CREATE SCHEMA app;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TYPE pair AS (a int, b text);
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE SEQUENCE numbers START 5;
CREATE TABLE customers (id bigserial PRIMARY KEY, email text NOT NULL UNIQUE, rank int DEFAULT 3, name varchar(80), mood mood);
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id bigint REFERENCES customers ON DELETE CASCADE,
  total int CONSTRAINT total_ok CHECK (total >= 0 AND total < 1000), status text, "Odd Name" date, twice int GENERATED ALWAYS AS (total * 2) STORED);
CREATE INDEX orders_customer ON orders (customer_id);
CREATE INDEX orders_status ON orders (lower(status)) WHERE status <> 'done';
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.total := 1; RETURN NEW; END $$;
CREATE TRIGGER touched BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
CREATE VIEW open_orders AS SELECT o.id, c.email FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.status IN ('open', 'new');
CREATE VIEW one AS SELECT orders.id, orders.status FROM orders WHERE orders.total > 3;
CREATE MATERIALIZED VIEW totals AS SELECT customer_id, sum(total) AS total FROM orders GROUP BY 1;
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON orders USING (total > 0);
CREATE POLICY seen ON orders USING (total > 0);
COMMENT ON TABLE orders IS 'what was bought';
COMMENT ON COLUMN orders.total IS 'cents';
CREATE TABLE events (id bigint, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE INDEX ON events (at);
CREATE STATISTICS stats ON status, total FROM orders;
CREATE TABLE app."Things" (id int);
`;

/** What somebody has done by hand, and what is said of it. */
export const changes: readonly { readonly sql: string; readonly found: readonly string[] }[] = [
  {
    sql: 'CREATE INDEX extra_idx ON customers (rank);',
    found: ['index public.extra_idx is only in the database; no migration makes it'],
  },
  {
    sql: 'DROP INDEX orders_customer;',
    found: ['index public.orders_customer is missing in the database; the migrations make it'],
  },
  {
    sql: 'ALTER TABLE customers ALTER rank SET DEFAULT 5;',
    found: ['column public.customers.rank differs: the migrations make "DEFAULT 3", the database has "DEFAULT 5"'],
  },
  {
    sql: 'ALTER TABLE customers ALTER name TYPE varchar(100);',
    found: [
      'column public.customers.name differs: the migrations make "character varying(80)", the database has "character varying(100)"',
    ],
  },
  {
    sql: 'ALTER TABLE customers ALTER email DROP NOT NULL;',
    found: ['column public.customers.email differs: the migrations make "text NOT NULL", the database has "text"'],
  },
  {
    sql: 'ALTER TABLE customers ADD COLUMN hot text;',
    found: ['column public.customers.hot is only in the database; no migration makes it'],
  },
  {
    sql: 'ALTER TABLE app."Things" DROP COLUMN id;',
    found: ['column app."Things".id is missing in the database; the migrations make it'],
  },
  {
    sql: 'ALTER TABLE orders DROP CONSTRAINT total_ok, ADD CONSTRAINT total_ok CHECK (total >= 0) NOT VALID;',
    found: [
      'constraint total_ok on public.orders differs: the migrations make "CHECK (((total >= 0) AND (total < 1000)))", the database has "CHECK ((total >= 0)) NOT VALID"',
    ],
  },
  {
    sql: 'ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey;',
    found: ['foreign key orders_customer_id_fkey on public.orders is missing in the database; the migrations make it'],
  },
  {
    sql: "ALTER TYPE mood ADD VALUE 'happy';",
    found: [`type public.mood differs: the migrations make "('sad', 'ok')", the database has "('sad', 'ok', 'happy')"`],
  },
  {
    sql: 'CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;',
    found: ['function public.touch() differs: the migrations make "BEGIN NEW.total := 1;", the database has "BEGIN"'],
  },
  {
    sql: 'ALTER TABLE orders DISABLE TRIGGER touched;',
    found: [
      'trigger touched on public.orders differs: the migrations make "public.touch()", the database has "public.touch() (disabled)"',
    ],
  },
  { sql: 'DROP VIEW one;', found: ['view public.one is missing in the database; the migrations make it'] },
  {
    sql: `CREATE TABLE handmade (id int PRIMARY KEY, "X y" text); CREATE INDEX ON handmade ("X y");
      COMMENT ON COLUMN handmade.id IS 'by hand';`,
    found: [
      'table public.handmade is only in the database; no migration makes it',
      'comment on column public.handmade.id is only in the database; no migration makes it',
    ],
  },
  {
    sql: "COMMENT ON COLUMN orders.total IS 'euro';",
    found: ['comment on column public.orders.total differs: the migrations make "cents", the database has "euro"'],
  },
  {
    sql: 'DROP POLICY own ON orders;',
    found: ['policy own on public.orders is missing in the database; the migrations make it'],
  },
  {
    sql: 'ALTER TABLE orders DISABLE ROW LEVEL SECURITY;',
    found: ['table public.orders differs: the migrations make "row level security", the database has ""'],
  },
  {
    sql: 'ALTER SEQUENCE numbers INCREMENT 2;',
    found: ['sequence public.numbers differs: the migrations make "INCREMENT 1", the database has "INCREMENT 2"'],
  },
  {
    sql: 'DROP INDEX orders_status; CREATE INDEX orders_status ON orders (status);',
    found: [
      `index public.orders_status differs: the migrations make "btree (lower(status)) WHERE (status <> 'done'::text)", the database has "btree (status)"`,
    ],
  },
  {
    sql: 'ALTER POLICY seen ON orders USING (total > 5);',
    found: ['policy seen on public.orders differs: the migrations make "> 0))", the database has "> 5))"'],
  },
  {
    sql: 'CREATE PUBLICATION extra FOR TABLE customers;',
    found: ['publication extra is only in the database; no migration makes it'],
  },
];
