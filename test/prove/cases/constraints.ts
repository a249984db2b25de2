import { type Case, cases, type Row } from '../engine/case.js';

const orphan = 'INSERT INTO orders (id, qty, customer_id) VALUES (900, 1, 77777)';
const negative = 'INSERT INTO orders (id, qty) VALUES (900, -1)';

const foreignKeys: readonly Row[] = [
  ['ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers;', { bad: orphan }],
  ['ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE;', { bad: orphan }],
  [
    'ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (customer_id) REFERENCES customers ON UPDATE CASCADE ON DELETE SET NULL;',
    { bad: orphan },
  ],
  [
    'ALTER TABLE orders ADD CONSTRAINT "F K" FOREIGN KEY (customer_id) REFERENCES customers MATCH FULL;',
    { bad: orphan },
  ],
  [
    'ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (customer_id) REFERENCES customers DEFERRABLE INITIALLY DEFERRED;',
    { bad: orphan },
  ],
  ['ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;'],
  [
    'ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (customer_id) REFERENCES public.customers; ALTER TABLE orders ADD COLUMN z int;',
    { bad: orphan },
  ],
  ['ALTER TABLE IF EXISTS orders ADD FOREIGN KEY (customer_id) REFERENCES customers;', { bad: orphan }],
  ['ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers, ADD CHECK (qty > 0);', { bad: negative }],
  [
    'ALTER TABLE orders ADD CHECK (qty > 0), ADD FOREIGN KEY (customer_id) REFERENCES customers, ADD CHECK (qty < 100000);',
    { bad: orphan },
  ],
  [
    'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers; ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey;',
  ],
  [
    'ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey, ADD FOREIGN KEY (customer_id) REFERENCES customers ON DELETE CASCADE;',
    {
      history: 'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers;',
      later: 'ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey;',
    },
  ],
  [
    'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers ON DELETE CASCADE, DROP CONSTRAINT orders_customer_id_fkey;',
    {
      history: 'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers;',
      later: 'ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey;',
    },
  ],
  [
    'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers;',
    { history: 'ALTER TABLE orders ADD CONSTRAINT orders_customer_id_fkey CHECK (qty > -9);', bad: orphan },
  ],
  ['BEGIN; ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers; COMMIT;', { bad: orphan }],
  [
    'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers;',
    { config: { transaction: 'per-file' }, bad: orphan },
  ],
  ["SET lock_timeout = '3s'; ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers;", { bad: orphan }],
  [
    'ALTER TABLE tree ADD FOREIGN KEY (parent) REFERENCES tree;',
    { bad: 'INSERT INTO tree (id, parent) VALUES (900, 7777)' },
  ],
  [
    'ALTER TABLE tree ADD CONSTRAINT up FOREIGN KEY (parent) REFERENCES tree (id) ON DELETE CASCADE;',
    { bad: 'INSERT INTO tree (id, parent) VALUES (900, 7777)' },
  ],
  [
    'ALTER TABLE logs ADD FOREIGN KEY (ref) REFERENCES orders;',
    { quiet: true, bad: 'INSERT INTO logs (ref) VALUES (90099)' },
  ],
  [
    'ALTER TABLE app.events ADD FOREIGN KEY (ref) REFERENCES orders;',
    { bad: 'INSERT INTO app.events (ref) VALUES (90099)' },
  ],
  [
    'ALTER TABLE "Order Lines" ADD FOREIGN KEY ("Menge") REFERENCES customers;',
    { bad: 'INSERT INTO "Order Lines" ("Id", "Menge") VALUES (md5(\'900\')::uuid, 77777)' },
  ],
  ['ALTER TABLE parts ADD FOREIGN KEY (n) REFERENCES customers;'],
  ['ALTER TABLE base ADD FOREIGN KEY (n) REFERENCES customers;'],
  [
    'ALTER TABLE refs ADD FOREIGN KEY (o, l) REFERENCES lines;',
    {
      history: 'CREATE TABLE refs (id int PRIMARY KEY, o bigint, l int);',
      rows: 'INSERT INTO refs SELECT i, i / 4, i FROM generate_series(1, 30) i; INSERT INTO refs VALUES (31, 1, NULL);',
      bad: 'INSERT INTO refs VALUES (900, 5000, 5)',
    },
  ],
  [
    'ALTER TABLE refs ADD FOREIGN KEY (o, l) REFERENCES lines MATCH FULL;',
    {
      history: 'CREATE TABLE refs (id int PRIMARY KEY, o bigint, l int);',
      rows: 'INSERT INTO refs SELECT i, i / 4, i FROM generate_series(1, 30) i;',
      bad: 'INSERT INTO refs VALUES (900, 1, NULL)',
    },
  ],
  ['CREATE TABLE fresh (id int PRIMARY KEY, c bigint REFERENCES customers);'],
  ['CREATE TABLE fresh (id int PRIMARY KEY, c bigint); ALTER TABLE fresh ADD FOREIGN KEY (c) REFERENCES customers;'],
];

const checks: readonly Row[] = [
  ['ALTER TABLE orders ADD CHECK (qty > 0);', { bad: negative }],
  ['ALTER TABLE orders ADD CONSTRAINT c CHECK (qty > 0);', { bad: negative }],
  [
    'ALTER TABLE orders ADD CONSTRAINT "C heck" CHECK (qty > 0 AND (note IS NULL OR note <> \'%;--\'));',
    { bad: negative },
  ],
  ['ALTER TABLE orders ADD CHECK (qty > 0), ADD CHECK (qty < 100000);', { bad: negative }],
  ['ALTER TABLE orders ADD CHECK (qty > 0 /* positive */) -- end\n;', { bad: negative }],
  ['ALTER TABLE orders ADD CHECK (qty > 0) NO INHERIT;', { bad: negative }],
  ['ALTER TABLE orders ADD CHECK (qty > 0) NOT VALID;'],
  ['ALTER TABLE orders ADD CHECK (qty > 0), ADD COLUMN z int;', { bad: negative }],
  ["ALTER TABLE orders ADD CHECK (qty > 0), ALTER COLUMN note SET DEFAULT 'x';", { bad: negative, quiet: true }],
  [
    'ALTER TABLE orders ADD CHECK (qty > 0); ALTER TABLE orders RENAME CONSTRAINT orders_qty_check TO q;',
    { bad: negative },
  ],
  [
    'ALTER TABLE orders DROP CONSTRAINT c, ADD CONSTRAINT c CHECK (qty > 0);',
    {
      history: 'ALTER TABLE orders ADD CONSTRAINT c CHECK (qty > -5);',
      bad: 'INSERT INTO orders (id, qty) VALUES (900, -2)',
    },
  ],
  [
    'ALTER TABLE orders DROP CONSTRAINT orders_qty_check, ADD CHECK (qty > 0);',
    {
      history: 'ALTER TABLE orders ADD CHECK (qty > -5);',
      later: 'ALTER TABLE orders DROP CONSTRAINT orders_qty_check;',
      bad: 'INSERT INTO orders (id, qty) VALUES (900, -2)',
    },
  ],
  ['ALTER TABLE orders ADD CHECK (qty > 0);', { history: 'ALTER TABLE orders ADD CHECK (qty > -50);', bad: negative }],
  [
    'ALTER TABLE customers ADD CHECK (rank > 0);',
    {
      history: 'CREATE INDEX customers_rank_check ON customers (rank);',
      bad: 'INSERT INTO customers (id, rank) VALUES (900, -1)',
    },
  ],
  ['BEGIN; ALTER TABLE orders ADD CHECK (qty > 0); COMMIT;', { bad: negative }],
  ['ALTER TABLE orders ADD CHECK (qty > 0);', { config: { transaction: 'per-file' }, bad: negative }],
  ['alter table orders add check (qty > 0);', { bad: negative }],
  ['ALTER TABLE IF EXISTS orders ADD CHECK (qty > 0);', { bad: negative }],
  ['ALTER TABLE logs ADD CHECK (n IS NULL OR n > 0);', { bad: 'INSERT INTO logs (n) VALUES (-900)' }],
  [
    'ALTER TABLE "Order Lines" ADD CHECK ("Menge" > 0);',
    { bad: 'INSERT INTO "Order Lines" ("Id", "Menge") VALUES (md5(\'900\')::uuid, -900)' },
  ],
  ['ALTER TABLE app.events ADD CHECK (n > -1);', { bad: 'INSERT INTO app.events (n) VALUES (-900)' }],
  ['ALTER TABLE parts ADD CHECK (n > 0);', { bad: "INSERT INTO parts VALUES (900, '2024-01-01', -1)" }],
  ['ALTER TABLE base ADD CHECK (n > 0);', { bad: 'INSERT INTO child (id, n) VALUES (900, -1)' }],
  ['ALTER TABLE ONLY orders ADD CHECK (qty > 0);', { bad: negative }],
  [
    'ALTER TABLE lines ADD CHECK (cents > 0);',
    { bad: 'INSERT INTO lines (order_id, line_no, cents) VALUES (1, 900, -1)' },
  ],
  [
    "ALTER TABLE orders ADD CHECK (sku LIKE 's%' OR sku LIKE 'w%' OR sku IS NULL);",
    { bad: "INSERT INTO orders (id, qty, sku) VALUES (900, 1, 'x')" },
  ],
  ['DO $$ BEGIN ALTER TABLE orders ADD CHECK (qty > 0); END $$;'],
  [
    'CREATE DOMAIN plus AS int; ALTER TABLE tree ALTER COLUMN depth TYPE plus; ALTER DOMAIN plus ADD CHECK (VALUE > 0);',
  ],
];

const duplicate = "INSERT INTO customers (id, email) VALUES (900, 'c3@x')";
const keys: readonly Row[] = [
  ['ALTER TABLE customers ADD UNIQUE (email);', { bad: duplicate }],
  ['ALTER TABLE customers ADD CONSTRAINT one UNIQUE (email);', { bad: duplicate }],
  ['ALTER TABLE customers ADD CONSTRAINT "O ne" UNIQUE (email, code);'],
  ['ALTER TABLE customers ADD UNIQUE (email) INCLUDE (name);', { bad: duplicate }],
  [
    'ALTER TABLE customers ADD CONSTRAINT u UNIQUE NULLS NOT DISTINCT (code) INCLUDE (name);',
    { quiet: true, bad: 'INSERT INTO customers (id) VALUES (900), (99900)' },
  ],
  [
    'ALTER TABLE customers ADD UNIQUE NULLS NOT DISTINCT (code);',
    { quiet: true, bad: 'INSERT INTO customers (id) VALUES (900), (99900)' },
  ],
  ['ALTER TABLE customers ADD UNIQUE (email) DEFERRABLE;', { bad: duplicate }],
  ['ALTER TABLE customers ADD UNIQUE (email), ADD UNIQUE (rank);', { bad: duplicate }],
  ['ALTER TABLE customers ADD UNIQUE (email), ADD COLUMN z int;', { bad: duplicate }],
  ['ALTER TABLE customers ADD UNIQUE (email); ALTER TABLE customers DROP CONSTRAINT customers_email_key;'],
  [
    'ALTER TABLE customers ADD UNIQUE (email);',
    { history: 'CREATE INDEX customers_email_key ON customers (email, rank);', bad: duplicate },
  ],
  [
    'ALTER TABLE customers ADD UNIQUE (email);',
    { history: 'CREATE TABLE customers_email_key (x int);', bad: duplicate },
  ],
  [
    'CREATE INDEX CONCURRENTLY customers_email_key ON customers (email) WHERE rank > 5; ALTER TABLE customers ADD UNIQUE (email);',
    { bad: duplicate },
  ],
  [
    'ALTER TABLE customers ADD UNIQUE (email);',
    { later: 'ALTER TABLE customers DROP CONSTRAINT customers_email_key;', bad: duplicate },
  ],
  [
    "ALTER TABLE customers ADD UNIQUE (email); INSERT INTO customers (id, email) VALUES (500, 'c3@x') ON CONFLICT (email) DO NOTHING;",
  ],
  [
    'ALTER TABLE customers ADD UNIQUE (code); ALTER TABLE orders ADD FOREIGN KEY (sku) REFERENCES customers (code) NOT VALID;',
    { quiet: true, config: {} },
  ],
  ["SET lock_timeout = '3s'; ALTER TABLE customers ADD UNIQUE (email);", { bad: duplicate }],
  ['BEGIN; ALTER TABLE customers ADD UNIQUE (email); COMMIT;', { bad: duplicate }],
  ['ALTER TABLE customers ADD UNIQUE (email);', { config: { transaction: 'per-file' }, bad: duplicate }],
  ['ALTER TABLE app.events ADD UNIQUE (kind);', { bad: "INSERT INTO app.events (kind) VALUES ('k1')" }],
  ['ALTER TABLE "Order Lines" ADD UNIQUE ("Text");'],
  ['ALTER TABLE "Order Lines" ADD CONSTRAINT "K ey" UNIQUE ("Text", "select");'],
  ['ALTER TABLE parts ADD UNIQUE (id, day);'],
  ['ALTER TABLE logs ADD PRIMARY KEY (n);', { bad: 'INSERT INTO logs (n) VALUES (3)' }],
  [
    'ALTER TABLE pks ADD PRIMARY KEY (a);',
    {
      history: 'CREATE TABLE pks (a int NOT NULL, b int);',
      rows: 'INSERT INTO pks SELECT i, i FROM generate_series(1, 30) i;',
      bad: 'INSERT INTO pks VALUES (3, 900)',
    },
  ],
  [
    'ALTER TABLE pks ADD PRIMARY KEY (a, b);',
    {
      history: 'CREATE TABLE pks (a int NOT NULL, b int);',
      rows: 'INSERT INTO pks SELECT i, i FROM generate_series(1, 30) i;',
      bad: 'INSERT INTO pks VALUES (900, NULL)',
    },
  ],
  [
    'ALTER TABLE pks ADD CONSTRAINT p PRIMARY KEY (b);',
    {
      history: 'CREATE TABLE pks (a int NOT NULL, b int);',
      rows: 'INSERT INTO pks SELECT i, i FROM generate_series(1, 30) i;',
      bad: 'INSERT INTO pks VALUES (900, NULL)',
    },
  ],
  [
    'ALTER TABLE pks ADD PRIMARY KEY (a);',
    {
      history: 'CREATE TABLE pks (a int NOT NULL, b int); CREATE TABLE pks_pkey (x int);',
      rows: 'INSERT INTO pks SELECT i, i FROM generate_series(1, 30) i;',
    },
  ],
  [
    'ALTER TABLE gen DROP CONSTRAINT gen_pkey, ADD PRIMARY KEY (id, a);',
    {
      history: 'CREATE TABLE gen (id int PRIMARY KEY, a int NOT NULL);',
      rows: 'INSERT INTO gen SELECT i, i FROM generate_series(1, 30) i;',
    },
  ],
  [
    'ALTER TABLE gen DROP CONSTRAINT gen_pkey; ALTER TABLE gen ADD PRIMARY KEY (id, a);',
    {
      history: 'CREATE TABLE gen (id int PRIMARY KEY, a int NOT NULL);',
      rows: 'INSERT INTO gen SELECT i, i FROM generate_series(1, 30) i;',
    },
  ],
  [
    'ALTER TABLE m DROP CONSTRAINT m_pkey, ADD COLUMN id SERIAL NOT NULL, ALTER COLUMN b DROP NOT NULL, ADD CONSTRAINT m_pkey PRIMARY KEY (id);',
    {
      history: 'CREATE TABLE m (a int NOT NULL, b int NOT NULL, CONSTRAINT m_pkey PRIMARY KEY (a, b));',
      rows: 'INSERT INTO m SELECT i, i FROM generate_series(1, 30) i;',
      volatile: 'id',
    },
  ],
  [
    'ALTER TABLE gen DROP CONSTRAINT gen_a_key, ADD CONSTRAINT gen_a_key UNIQUE (a, id);',
    {
      history: 'CREATE TABLE gen (id int PRIMARY KEY, a int UNIQUE);',
      rows: 'INSERT INTO gen SELECT i, i FROM generate_series(1, 30) i;',
    },
  ],
  ['ALTER TABLE orders ADD EXCLUDE (id WITH =);'],
  ['ALTER TABLE customers DROP CONSTRAINT customers_pkey;'],
  [
    'ALTER TABLE customers ADD CONSTRAINT u UNIQUE USING INDEX ui;',
    { history: 'CREATE UNIQUE INDEX ui ON customers (email);' },
  ],
];

export const constraintCases: readonly Case[] = [
  ...cases('foreign key', foreignKeys),
  ...cases('check', checks),
  ...cases(
    'key',
    keys.filter(([, more]) => more?.same !== 'SELECT 1/0'),
  ),
];
