import { type Case, cases, type Row } from '../engine/case.js';

/** Widenings that rewrite the table, on columns of every kind of table. */
const widenings = [
  ['orders', 'cents', 'bigint'],
  ['orders', 'total', 'bigint'],
  ['orders', 'total', 'numeric'],
  ['orders', 'qty', 'bigint'],
  ['orders', 'small', 'int'],
  ['orders', 'small', 'bigint'],
  ['orders', 'small', 'numeric'],
  ['orders', 'price', 'double precision'],
  ['lines', 'qty', 'bigint'],
  ['lines', 'cents', 'bigint'],
  ['lines', 'cents', 'numeric'],
  ['logs', 'n', 'bigint'],
  ['logs', 'level', 'numeric'],
  ['"Order Lines"', '"Menge"', 'bigint'],
  ['"Order Lines"', '"select"', 'bigint'],
  ['"Order Lines"', '"It\'s"', 'bigint'],
  ['app.events', 'n', 'bigint'],
  ['uq', 'n', 'bigint'],
  ['tree', 'depth', 'int'],
  ['tree', 'parent', 'bigint'],
  ['parts', 'n', 'bigint'],
  ['base', 'n', 'bigint'],
  ['customers', 'rank', 'bigint'],
] as const;

const large: Readonly<Record<string, string>> = {
  bigint: '3000000000',
  numeric: '1.5',
  int: '100000',
  'double precision': '1.23456789012',
};

const plain = widenings.flatMap(([table, column, type]): Row[] => {
  const change = `ALTER TABLE ${table} ALTER COLUMN ${column} TYPE ${type}`;
  const young = `UPDATE ${table} SET ${column} = ${large[type]}`;
  return [
    [`${change};`, { new: young }],
    [`${change} USING ${column}::${type};`],
    [`${change}; CREATE INDEX zz ON ${table} (${column});`],
  ];
});

const rewriting: readonly Row[] = [
  ['ALTER TABLE customers ALTER COLUMN code TYPE text;'],
  ['ALTER TABLE customers ALTER COLUMN code TYPE varchar(40);'],
  [
    'ALTER TABLE customers ALTER COLUMN note TYPE varchar(5);',
    { bad: "INSERT INTO customers (id, note) VALUES (900, 'much too long')" },
  ],
  ['ALTER TABLE customers ALTER COLUMN name TYPE varchar(50);'],
  ['ALTER TABLE orders ALTER COLUMN cents TYPE text;'],
  [
    'ALTER TABLE orders ALTER COLUMN cents TYPE smallint;',
    { bad: 'INSERT INTO orders (id, qty, cents) VALUES (900, 1, 70000)' },
  ],
  ['ALTER TABLE orders ALTER COLUMN cents TYPE numeric(10,2);'],
  ['ALTER TABLE orders ALTER COLUMN cents TYPE bigint USING cents * 10;', { quiet: true }],
  ['ALTER TABLE orders ALTER COLUMN cents TYPE double precision;'],
  ['ALTER TABLE orders ALTER COLUMN price TYPE numeric;'],
  ['ALTER TABLE orders ALTER COLUMN made TYPE timestamp;'],
  ['ALTER TABLE orders ALTER COLUMN at TYPE timestamptz;'],
  ["ALTER TABLE orders ALTER COLUMN at TYPE timestamptz USING at AT TIME ZONE 'UTC';"],
  ['ALTER TABLE orders ALTER COLUMN data TYPE jsonb;'],
  ['ALTER TABLE orders ALTER COLUMN data TYPE jsonb USING data::jsonb;'],
  ['ALTER TABLE orders ALTER COLUMN tags TYPE varchar[];'],
  [
    'ALTER TABLE orders ALTER COLUMN status TYPE integer USING 1;',
    {
      same: 'ALTER TABLE orders ALTER status DROP DEFAULT; ALTER TABLE orders ALTER COLUMN status TYPE integer USING 1;',
    },
  ],
  ['ALTER TABLE orders ALTER COLUMN qty TYPE bigint, ALTER COLUMN cents TYPE bigint;'],
  ['ALTER TABLE orders ALTER COLUMN qty TYPE bigint, ADD COLUMN x int;'],
  ['ALTER TABLE orders ALTER COLUMN qty TYPE bigint, ALTER COLUMN qty SET DEFAULT 4;'],
  ['ALTER TABLE orders ALTER COLUMN cents TYPE bigint; UPDATE orders SET cents = 3000000000 WHERE id = 1;'],
  [
    'ALTER TABLE orders ALTER COLUMN cents TYPE bigint; CREATE INDEX orders_cents ON orders (cents); ALTER TABLE orders ADD CONSTRAINT cents_pos CHECK (cents > 0);',
  ],
  [
    'ALTER TABLE orders ALTER COLUMN sku TYPE varchar(100); ALTER TABLE orders ALTER COLUMN total TYPE bigint; ALTER TABLE orders ALTER COLUMN total SET DEFAULT 4;',
    { quiet: true },
  ],
  ['ALTER TABLE orders ALTER COLUMN total TYPE bigint; ALTER TABLE orders ALTER COLUMN sku SET NOT NULL;'],
  ["ALTER TABLE orders ALTER COLUMN total TYPE bigint; COMMENT ON COLUMN orders.total IS 'x';"],
  ['ALTER TABLE orders ALTER COLUMN total TYPE bigint; CREATE VIEW v AS SELECT id, total FROM orders;'],
  ['ALTER TABLE orders ALTER COLUMN total TYPE bigint; GRANT SELECT (total) ON orders TO PUBLIC;'],
  ['ALTER TABLE orders ALTER COLUMN total TYPE bigint; ALTER TABLE orders ADD COLUMN y int;'],
  ['ALTER TABLE orders ALTER COLUMN total TYPE bigint;', { later: 'CREATE VIEW v AS SELECT id, total FROM orders;' }],
  [
    'ALTER TABLE orders ALTER COLUMN total TYPE bigint;',
    { later: 'UPDATE orders SET total = 3000000000 WHERE id = 2;', quiet: true },
  ],
  ['ALTER TABLE orders ALTER COLUMN total TYPE bigint;', { later: 'CREATE TABLE other (id int);' }],
  ['BEGIN; ALTER TABLE orders ALTER COLUMN total TYPE bigint; COMMIT;'],
  ['ALTER TABLE orders ALTER COLUMN total TYPE bigint;', { config: { transaction: 'per-file' } }],
  ['SET search_path = app, public; ALTER TABLE events ALTER COLUMN n TYPE bigint;'],
  ["SET lock_timeout = '2s'; ALTER TABLE orders ALTER COLUMN total TYPE bigint;"],
];

/** What hangs on the column in the history. */
const hanging = [
  'CREATE POLICY p ON orders USING (cents > 0);',
  'ALTER TABLE orders ADD COLUMN g int GENERATED ALWAYS AS (cents * 2) STORED;',
  'CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; CREATE TRIGGER t BEFORE UPDATE OF cents ON orders FOR EACH ROW EXECUTE FUNCTION f();',
  'CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; CREATE TRIGGER t AFTER UPDATE ON orders FOR EACH ROW WHEN (NEW.cents > 5) EXECUTE FUNCTION f();',
  'CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.sku := NEW.cents::text; RETURN NEW; END $$; CREATE TRIGGER "zzz last" BEFORE INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION f();',
  'CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; CREATE TRIGGER t BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION f();',
  'CREATE PUBLICATION pub FOR TABLE orders (id, cents);',
  'CREATE STATISTICS st (dependencies) ON cents, qty FROM orders;',
  "COMMENT ON COLUMN orders.cents IS 'money';",
  'GRANT SELECT (cents) ON orders TO PUBLIC;',
  'ALTER TABLE orders ALTER COLUMN cents SET STATISTICS 500;',
  'ALTER TABLE orders ALTER COLUMN cents SET (n_distinct = 5);',
  'CREATE INDEX i ON orders (cents);',
  'CREATE INDEX i ON orders (qty) WHERE cents > 5;',
  'CREATE INDEX i ON orders (qty) INCLUDE (cents);',
  'CREATE INDEX i ON orders ((cents + 1));',
  'ALTER TABLE orders ADD CONSTRAINT k CHECK (cents > 0);',
  'ALTER TABLE orders ADD CONSTRAINT k UNIQUE (cents);',
  'ALTER TABLE orders ADD CONSTRAINT k EXCLUDE (cents WITH =);',
  'CREATE VIEW v AS SELECT id, cents FROM orders;',
  'CREATE VIEW v AS SELECT id FROM orders WHERE cents > 5;',
  'CREATE MATERIALIZED VIEW v AS SELECT id, cents FROM orders;',
  'CREATE RULE r AS ON DELETE TO orders WHERE old.cents > 5 DO INSTEAD NOTHING;',
  'CREATE FUNCTION fn() RETURNS bigint BEGIN ATOMIC SELECT sum(cents) FROM orders; END;',
  'CREATE FUNCTION fn() RETURNS bigint LANGUAGE sql AS $$ SELECT sum(cents) FROM orders $$;',
  'CREATE SEQUENCE os OWNED BY orders.cents;',
  "CREATE SEQUENCE os; ALTER TABLE orders ALTER COLUMN cents SET DEFAULT nextval('os');",
  'ALTER TABLE orders ADD COLUMN cents_new int, ADD COLUMN cents_old text;',
  'CREATE TABLE pays (id int PRIMARY KEY, o orders);',
  'CREATE TABLE more () INHERITS (orders);',
  'CREATE TABLE pays (id int PRIMARY KEY, c int); ALTER TABLE orders ADD UNIQUE (cents); ALTER TABLE pays ADD FOREIGN KEY (c) REFERENCES orders (cents);',
] as const;

const withHanging = hanging.map((history): Row => ['ALTER TABLE orders ALTER COLUMN cents TYPE bigint;', { history }]);

export const typeCases: readonly Case[] = [
  ...cases('type, widening', plain),
  ...cases('type, other', rewriting),
  ...cases('type, hanging', withHanging),
];
