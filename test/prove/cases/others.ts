import { type Case, cases, type Row } from '../engine/case.js';

const taken = { history: 'CREATE INDEX i ON orders (sku);' };

const indexes: readonly Row[] = [
  ['CREATE INDEX ON orders (customer_id);'],
  ['CREATE INDEX orders_sku ON orders (sku);'],
  ['CREATE INDEX orders_sku ON orders (sku) WHERE qty > 5;'],
  ['CREATE INDEX ON orders (lower(sku), qty DESC NULLS LAST) INCLUDE (note);'],
  ['CREATE UNIQUE INDEX ON customers (email);', { bad: "INSERT INTO customers (id, email) VALUES (900, 'c3@x')" }],
  ['CREATE UNIQUE INDEX u ON customers (email);', { bad: "INSERT INTO customers (id, email) VALUES (900, 'c3@x')" }],
  ['CREATE INDEX IF NOT EXISTS orders_sku ON orders (sku);'],
  ['CREATE INDEX IF NOT EXISTS i ON orders (sku);', taken],
  ['CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_sku ON orders (sku);'],
  ['CREATE INDEX CONCURRENTLY orders_sku ON orders (sku);'],
  ['CREATE INDEX ON orders USING gin (tags);'],
  ['CREATE INDEX ON orders USING brin (made);'],
  ['CREATE INDEX ON parts (n);'],
  ['CREATE INDEX ON loose (note);'],
  ['CREATE INDEX ON ONLY parts (n);'],
  ['CREATE INDEX ON app.events (kind);'],
  ['CREATE INDEX "I x" ON "Order Lines" ("Text");'],
  ['CREATE INDEX ON orders (sku); CREATE INDEX ON orders (sku);'],
  ['BEGIN; CREATE INDEX ON orders (sku); COMMIT;'],
  ['CREATE INDEX ON orders (sku);', { config: { transaction: 'per-file' } }],
  ["SET lock_timeout = '5s'; CREATE INDEX orders_sku ON orders (sku);"],
  ["SET lock_timeout = '5s'; CREATE INDEX orders_sku ON orders (sku); ALTER TABLE orders ADD COLUMN z int;"],
  ["SET lock_timeout = '5s'; DROP INDEX i;", taken],
  [
    "SET statement_timeout = '30s'; CREATE INDEX CONCURRENTLY orders_sku ON orders (sku); ALTER TABLE orders ADD COLUMN z int;",
  ],
  ["BEGIN; SET LOCAL lock_timeout = '5s'; ALTER TABLE orders ADD COLUMN z int; COMMIT; CREATE INDEX ON orders (sku);"],
  ['DROP INDEX i;', taken],
  ['DROP INDEX IF EXISTS i;', taken],
  ['DROP INDEX IF EXISTS nothing;'],
  ['DROP INDEX i, j;', { history: 'CREATE INDEX i ON orders (sku); CREATE INDEX j ON orders (note);' }],
  ['DROP INDEX i CASCADE;', taken],
  ['DROP INDEX p;', { history: 'CREATE INDEX p ON parts (n);' }],
  ['DROP INDEX i; CREATE INDEX i ON orders (sku, qty);', taken],
  ['BEGIN; DROP INDEX i; COMMIT;', taken],
  ['REINDEX INDEX i;', taken],
  ['REINDEX TABLE orders;', taken],
  ['REINDEX (VERBOSE) TABLE orders;', taken],
  ['ALTER INDEX i RENAME TO k;', taken],
  ['create index on orders (sku)'],
  ['CREATE INDEX ON orders (sku);\r\nCREATE INDEX ON orders (note);\r\nALTER TABLE orders ADD CHECK (qty > 0);\r\n'],
  ['CREATE INDEX orders_sku -- which is slow\n ON orders (sku) /* ; */;'],
];

const views: readonly Row[] = [
  [
    'REFRESH MATERIALIZED VIEW mv;',
    {
      quiet: true,
      history: 'CREATE MATERIALIZED VIEW mv AS SELECT id, email FROM customers; CREATE UNIQUE INDEX mvu ON mv (id);',
    },
  ],
  [
    'REFRESH MATERIALIZED VIEW mv;',
    { quiet: true, history: 'CREATE MATERIALIZED VIEW mv AS SELECT id, email FROM customers;' },
  ],
  [
    'REFRESH MATERIALIZED VIEW mv WITH NO DATA;',
    { quiet: true, history: 'CREATE MATERIALIZED VIEW mv AS SELECT id, email FROM customers;' },
  ],
  ['CREATE VIEW v AS SELECT id FROM customers;'],
];

const partitions: readonly Row[] = [
  ["CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM ('2030-01-01') TO ('2030-02-01');"],
  ['CREATE TABLE loose_9 PARTITION OF loose FOR VALUES IN (9);'],
  [
    'CREATE TABLE ranges_2 PARTITION OF ranges FOR VALUES FROM (100) TO (200);',
    {
      history:
        "CREATE TABLE ranges (id int NOT NULL, note text DEFAULT 'x', big text COMPRESSION pglz, twice int GENERATED ALWAYS AS (id * 2) STORED, CHECK (id > 0)) PARTITION BY RANGE (id); CREATE TABLE ranges_1 PARTITION OF ranges FOR VALUES FROM (1) TO (100); CREATE INDEX ON ranges (note);",
    },
  ],
  [
    'CREATE TABLE ranges_2 PARTITION OF ranges (PRIMARY KEY (id)) FOR VALUES FROM (100) TO (200);',
    {
      history:
        'CREATE TABLE ranges (id int NOT NULL) PARTITION BY RANGE (id); CREATE TABLE ranges_1 PARTITION OF ranges FOR VALUES FROM (1) TO (100);',
    },
  ],
  [
    'CREATE TABLE ranges_2 PARTITION OF ranges FOR VALUES FROM (100) TO (200) PARTITION BY LIST (k);',
    {
      history:
        'CREATE TABLE ranges (id int NOT NULL, k int, PRIMARY KEY (id, k)) PARTITION BY RANGE (id); CREATE TABLE ranges_1 PARTITION OF ranges FOR VALUES FROM (1) TO (100);',
    },
  ],
  [
    'CREATE TABLE ranges_d PARTITION OF ranges DEFAULT;',
    {
      history:
        'CREATE TABLE ranges (id int NOT NULL) PARTITION BY RANGE (id); CREATE TABLE ranges_1 PARTITION OF ranges FOR VALUES FROM (1) TO (100);',
    },
  ],
  ['ALTER TABLE parts DETACH PARTITION parts_1;', { quiet: true }],
  [
    'ALTER TABLE ranges DETACH PARTITION ranges_1;',
    {
      history:
        'CREATE TABLE ranges (id int NOT NULL) PARTITION BY RANGE (id); CREATE TABLE ranges_1 PARTITION OF ranges FOR VALUES FROM (1) TO (100);',
      rows: 'INSERT INTO ranges SELECT i FROM generate_series(1, 20) i;',
    },
  ],
  [
    'ALTER TABLE ranges ATTACH PARTITION extra FOR VALUES FROM (100) TO (200);',
    {
      history: 'CREATE TABLE ranges (id int NOT NULL) PARTITION BY RANGE (id); CREATE TABLE extra (id int NOT NULL);',
      rows: 'INSERT INTO extra SELECT i FROM generate_series(101, 120) i;',
      bad: 'INSERT INTO extra VALUES (900)',
    },
  ],
];

/** Preferences: what is made is meant to be of another type. */
const preferences: readonly Row[] = [
  ['CREATE TABLE p (id int PRIMARY KEY, name varchar(50));'],
  ['CREATE TABLE p (id serial PRIMARY KEY, j json, at timestamp, c char(3), m money);'],
  ['CREATE TABLE p (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "select" varchar(3) DEFAULT \'a\');'],
  ["CREATE TABLE p (b json CHECK (json_typeof(b) = 'object'));"],
  ["CREATE TABLE p (b json DEFAULT '{}', d char(3) NOT NULL DEFAULT 'EUR');"],
  ['ALTER TABLE customers ADD COLUMN at timestamp;'],
  ['ALTER TABLE customers ADD COLUMN j json;'],
  ["ALTER TABLE customers ADD COLUMN v varchar(20) DEFAULT 'a';"],
].map(([up]): Row => [up ?? '', { adds: /^[+-] (column|sequence|comment|constraint)/ }]);

const data: readonly Row[] = [
  [
    "UPDATE orders SET note = 'x' WHERE qty > 3 LIMIT 5;",
    {
      quiet: true,
      same: "UPDATE orders SET note = 'x' WHERE id IN (SELECT id FROM orders WHERE qty > 3 ORDER BY id LIMIT 5);",
    },
  ],
  [
    "UPDATE orders AS o SET note = 'x' WHERE o.qty > 3 LIMIT 5;",
    {
      quiet: true,
      same: "UPDATE orders SET note = 'x' WHERE id IN (SELECT id FROM orders WHERE qty > 3 ORDER BY id LIMIT 5);",
    },
  ],
  [
    'UPDATE orders SET note = c.name FROM customers c WHERE c.id = orders.customer_id LIMIT 5;',
    {
      quiet: true,
      same: 'UPDATE orders SET note = c.name FROM customers c WHERE c.id = orders.customer_id AND orders.id <= 5;',
    },
  ],
  [
    'DELETE FROM orders WHERE qty > 3 LIMIT 5;',
    { quiet: true, same: 'DELETE FROM orders WHERE id IN (SELECT id FROM orders WHERE qty > 3 ORDER BY id LIMIT 5);' },
  ],
  ["CREATE TABLE e1 (id serial PRIMARY KEY, n text); INSERT INTO e1 (id, n) VALUES (5, 'x');"],
  [
    "INSERT INTO serials (id, n) VALUES (5, 'x');",
    { history: 'CREATE TABLE serials (id serial PRIMARY KEY, n text);' },
  ],
  [
    'INSERT INTO serials (id, n) SELECT id, name FROM customers;',
    { history: 'CREATE TABLE serials (id serial PRIMARY KEY, n text);', quiet: true },
  ],
  ["UPDATE orders SET status = 'x';", { quiet: true }],
  ['UPDATE orders SET qty = 1 WHERE id = 3;', { quiet: true }],
];

const whole: readonly Row[] = [
  ['ALTER TABLE orders RENAME TO sales;', { quiet: true, adds: /\bview public\.orders\b|column public\.orders\./ }],
  ['ALTER TABLE orders RENAME COLUMN note TO remark;', { quiet: true }],
  ['ALTER TABLE orders DROP COLUMN note;', { quiet: true }],
  ['DROP TABLE logs;', { quiet: true }],
  ['ALTER TABLE orders ALTER COLUMN total SET DEFAULT 6;', { quiet: true }],
  ['ALTER TABLE orders ADD COLUMN z int; ALTER TABLE customers ADD COLUMN z int;'],
  [
    "SET lock_timeout = '1s'; ALTER TABLE orders ADD COLUMN z int; RESET lock_timeout; ALTER TABLE customers ADD COLUMN z int;",
  ],
  ['BEGIN; ALTER TABLE orders ADD COLUMN z int; ALTER TABLE customers ADD COLUMN z int; COMMIT;'],
  ['BEGIN; SAVEPOINT s; ALTER TABLE orders ADD COLUMN z int; ROLLBACK TO s; COMMIT;'],
  ['SET LOCAL lock_timeout = 0; ALTER TABLE orders ADD COLUMN z int;'],
  ['ALTER TABLE orders ADD COLUMN z int;', { config: { timeouts: '2s' } }],
  ['ALTER TABLE orders ADD COLUMN z int; CREATE INDEX ON orders (z);', { config: { timeouts: 'set-elsewhere' } }],
  [
    'ALTER TABLE orders ADD CHECK (qty > 0); ALTER TABLE orders ALTER COLUMN total TYPE bigint;',
    { config: { timeouts: 'set-elsewhere' } },
  ],
  ['CREATE TABLE a_table_with_a_name_that_is_much_longer_than_sixty_three_bytes_so_it_is_cut (id int);'],
  [
    'ALTER DOMAIN plus ADD CHECK (VALUE > 0);',
    {
      history: 'CREATE DOMAIN plus AS int; CREATE TABLE d (id int PRIMARY KEY, p plus);',
      rows: 'INSERT INTO d SELECT i, i FROM generate_series(1, 20) i;',
      bad: 'INSERT INTO d VALUES (900, -1)',
    },
  ],
  ["ALTER TYPE st ADD VALUE 'c';", { history: "CREATE TYPE st AS ENUM ('a', 'b');" }],
  ['LOCK TABLE orders IN SHARE MODE;', { same: 'BEGIN; LOCK TABLE orders IN SHARE MODE; COMMIT;' }],
  ['CLUSTER orders USING orders_pkey;'],
  ['VACUUM FULL orders;'],
  ['TRUNCATE logs;', { quiet: true }],
  ['ALTER TABLE orders SET (fillfactor = 70);'],
  ['ALTER TABLE orders ENABLE ROW LEVEL SECURITY;'],
  ['ALTER TABLE orders DISABLE TRIGGER ALL;'],
];

export const otherCases: readonly Case[] = [
  ...cases('index', indexes),
  ...cases('view', views),
  ...cases('partition', partitions),
  ...cases('preference', preferences),
  ...cases('data', data),
  ...cases('whole file', whole),
];
