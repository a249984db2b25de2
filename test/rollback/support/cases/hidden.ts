import { exact, lossy, never, type RollbackCase } from '../case.js';

const hidden = `
  CREATE TABLE items (id int PRIMARY KEY, note text);
  INSERT INTO items VALUES (1, 'n');
  CREATE SCHEMA extra;
  CREATE ROLE app_ro;
  CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
  CREATE VIEW v AS SELECT id FROM items;
  CREATE TABLE orders (id int PRIMARY KEY, qty int NOT NULL DEFAULT 3 CHECK (qty > 0), customer_id int) WITH (fillfactor = 70);
  CREATE INDEX ON orders (customer_id);
  GRANT SELECT ON orders TO app_ro;
  ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
  ALTER TABLE orders REPLICA IDENTITY FULL;
  CREATE SEQUENCE sq;
  CREATE TYPE mood AS ENUM ('a');
  COMMENT ON TABLE orders IS 'old';
`;
const h = (up: string, make = never): RollbackCase => make(up, { hidden });

/** The database holds more than the files: only the migration is in the folder. */
export const hiddenCases: readonly RollbackCase[] = [
  h('CREATE TABLE IF NOT EXISTS items (id int)'),
  h('ALTER TABLE items ADD COLUMN IF NOT EXISTS note text'),
  h('CREATE SCHEMA IF NOT EXISTS extra'),
  h('CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 2 $$'),
  h('CREATE OR REPLACE VIEW v AS SELECT id FROM items WHERE id > 0'),
  h('ALTER TABLE orders ADD CHECK (qty < 1000)'),
  h('CREATE INDEX ON orders (customer_id)'),
  h('ALTER TABLE orders ALTER qty SET NOT NULL'),
  h('ALTER TABLE orders ALTER qty DROP NOT NULL'),
  h('GRANT SELECT ON orders TO app_ro'),
  h('GRANT ALL ON ALL TABLES IN SCHEMA public TO app_ro'),
  h('ALTER TABLE orders SET (fillfactor = 50)'),
  h('ALTER TABLE orders RESET (fillfactor)'),
  h('ALTER TABLE orders REPLICA IDENTITY DEFAULT'),
  h('ALTER TABLE orders ENABLE ROW LEVEL SECURITY'),
  h('ALTER TABLE orders ALTER qty SET DEFAULT 9'),
  h('ALTER TABLE orders ALTER qty TYPE bigint'),
  h('ALTER TABLE orders DROP COLUMN qty'),
  h('ALTER TABLE orders DROP COLUMN IF EXISTS qty'),
  h('ALTER TABLE orders DROP CONSTRAINT orders_qty_check'),
  h('DROP INDEX orders_customer_id_idx'),
  h('DROP VIEW IF EXISTS v; CREATE VIEW v AS SELECT id FROM items'),
  h('DROP TABLE items CASCADE'),
  h('CREATE SEQUENCE IF NOT EXISTS sq'),
  h('ALTER SEQUENCE sq INCREMENT BY 4'),
  h("ALTER TYPE mood ADD VALUE 'b'"),
  h("COMMENT ON TABLE orders IS 'new'"),
  h('ALTER TABLE orders OWNER TO app_ro'),
  h('REVOKE SELECT ON orders FROM app_ro'),
  h('CREATE INDEX IF NOT EXISTS orders_customer_id_idx ON orders (customer_id)'),
  h("DO $$ BEGIN CREATE TYPE mood AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN NULL; END $$"),
  h('ALTER TABLE orders ADD COLUMN extra int', lossy),
  h('ALTER TABLE orders ADD CONSTRAINT big CHECK (qty < 99)', exact),
  h('CREATE INDEX named ON orders (qty)', exact),
  h('CREATE TABLE fresh (a int)', lossy),
  h('ALTER TABLE orders RENAME TO sales', exact),
  h('ALTER TABLE orders RENAME COLUMN qty TO amount', exact),
  h('CREATE VIEW w AS SELECT id FROM orders', exact),
  h('ALTER TABLE orders ALTER qty SET STATISTICS 5'),
  h('ALTER TABLE orders DISABLE TRIGGER ALL'),
  h('ALTER FUNCTION f() STABLE'),
  h('DROP FUNCTION f()'),
];
