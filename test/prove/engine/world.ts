/** A table that cases are about: how a migration makes it, its rows, and what an application writes into it. */
interface WorldTable {
  /** Statements without their last semicolon each. */
  readonly make: readonly string[];
  readonly rows: string;
  /** `:k` is a number of its own for each write, from 9000; `:r` is the number of a row that is there. */
  readonly writes: readonly string[];
  readonly needs?: readonly string[];
  /** What finds the table in the text of a case; the name by default. */
  readonly pattern?: RegExp;
}

const series = 'FROM generate_series(1, 30) AS i';

export const world: Readonly<Record<string, WorldTable>> = {
  customers: {
    make: [
      'CREATE TABLE customers (id bigint PRIMARY KEY, email text, name text, note text, code varchar(20), rank int, joined timestamptz)',
    ],
    rows: `INSERT INTO customers SELECT i, 'c' || i || '@x', 'n' || i, CASE WHEN i % 3 > 0 THEN 'note' END, 'K' || i, i, '2024-01-01 10:00+00' ${series}`,
    writes: [
      "INSERT INTO customers (id, email, name, note, code, rank, joined) VALUES (:k, 'e:k', 'n', 'x', 'K:k', :k, '2024-02-02 00:00+00')",
      'INSERT INTO customers (id, email) VALUES (:k, NULL)',
      "UPDATE customers SET name = 'touched' WHERE id = :r",
      "UPDATE customers SET name = 'touched' WHERE note IS NULL",
      "UPDATE customers SET note = 'mine:k', code = 'C:k' WHERE id = :r",
    ],
  },
  orders: {
    make: [
      "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, qty int NOT NULL, cents int, total int DEFAULT 5, sku text, status text NOT NULL DEFAULT 'new', note text, price real, small smallint NOT NULL DEFAULT 1, made date, at timestamp, data json, tags text[], code varchar(30))",
    ],
    needs: ['customers'],
    rows: `INSERT INTO orders SELECT i, i, i, CASE WHEN i % 4 > 0 THEN i * 10 END, CASE WHEN i % 5 > 0 THEN i END, 's' || i, 'new', CASE WHEN i % 3 > 0 THEN 'n' || i END, CASE WHEN i % 6 > 0 THEN 0.123456 + i END, i, '2024-01-01'::date + i, '2024-01-01'::timestamp, '{}', '{a,b}', 'c' || i ${series}`,
    writes: [
      "INSERT INTO orders (id, customer_id, qty, cents, total, sku, status, note, price, made, code) VALUES (:k, 3, 4, :k, :k, 'w:k', 'paid', 'w', 1.25, '2024-05-05', 'w:k')",
      'INSERT INTO orders (id, qty) VALUES (:k, 3)',
      'UPDATE orders SET qty = qty + 1 WHERE id = :r',
      "UPDATE orders SET tags = '{w}' WHERE cents IS NULL OR note IS NULL OR total IS NULL OR price IS NULL",
      "UPDATE orders SET cents = :k, total = :k, small = 7, price = 2.5, note = 'mine' WHERE id = :r",
      'UPDATE orders SET cents = NULL, note = NULL WHERE id = :r',
      'DELETE FROM orders WHERE id = :r - 15',
    ],
  },
  lines: {
    make: [
      'CREATE TABLE lines (order_id bigint NOT NULL, line_no int NOT NULL, qty int, cents int NOT NULL DEFAULT 5, sku text, note text, PRIMARY KEY (order_id, line_no))',
    ],
    rows: `INSERT INTO lines SELECT i / 4, i, CASE WHEN i % 3 > 0 THEN i END, i * 2, 's' || i, CASE WHEN i % 2 > 0 THEN 'n' END ${series}`,
    writes: [
      "INSERT INTO lines (order_id, line_no, qty, cents, sku, note) VALUES (1, :k, 2, 3, 'w:k', 'n')",
      'INSERT INTO lines (order_id, line_no) VALUES (1, :k)',
      "UPDATE lines SET sku = 'touched' WHERE line_no = :r",
      "UPDATE lines SET sku = 'touched' WHERE qty IS NULL OR note IS NULL",
      'UPDATE lines SET cents = :k, qty = :k WHERE line_no = :r',
    ],
  },
  logs: {
    make: ['CREATE TABLE logs (at timestamptz, msg text, level int, n int, ref bigint)'],
    rows: `INSERT INTO logs SELECT '2024-01-01 00:00+00', 'm' || i, CASE WHEN i % 3 > 0 THEN i END, i, i ${series}`,
    writes: [
      "INSERT INTO logs (at, msg, level, n, ref) VALUES ('2024-02-02 00:00+00', 'w:k', 3, :k, :k)",
      "INSERT INTO logs (msg) VALUES ('w:k')",
      "UPDATE logs SET msg = 'touched' WHERE level IS NULL",
      'UPDATE logs SET n = :k, level = 1 WHERE ref = :r',
    ],
  },
  order_lines: {
    pattern: /"Order Lines"/,
    make: [
      'CREATE TABLE "Order Lines" ("Id" uuid PRIMARY KEY, "Menge" int NOT NULL, "Text" text, "select" int, "It\'s" int)',
    ],
    rows: `INSERT INTO "Order Lines" SELECT md5(i::text)::uuid, i, CASE WHEN i % 3 > 0 THEN 't' || i END, i, CASE WHEN i % 2 > 0 THEN i END ${series}`,
    writes: [
      'INSERT INTO "Order Lines" ("Id", "Menge", "Text", "select") VALUES (md5(\':k\')::uuid, :k, \'w:k\', :k)',
      'UPDATE "Order Lines" SET "Menge" = "Menge" + 1 WHERE "Id" = md5(\':r\')::uuid',
      'UPDATE "Order Lines" SET "select" = 7 WHERE "Text" IS NULL',
    ],
  },
  events: {
    pattern: /\bapp\.events\b|\bevents\b/,
    make: [
      'CREATE SCHEMA app',
      'CREATE TABLE app.events (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kind text, n int, at timestamp, ref bigint)',
    ],
    rows: `INSERT INTO app.events (kind, n, at, ref) SELECT 'k' || i, CASE WHEN i % 4 > 0 THEN i END, '2024-01-01', i ${series}`,
    writes: [
      "INSERT INTO app.events (kind, n, at, ref) VALUES ('w:k', :k, '2024-03-03', :k)",
      'UPDATE app.events SET at = NULL WHERE ref = :r',
      "UPDATE app.events SET kind = 'touched' WHERE n IS NULL",
      'UPDATE app.events SET n = :k WHERE ref = :r',
    ],
  },
  parts: {
    pattern: /\bparts\b/,
    make: [
      'CREATE TABLE parts (id bigint, day date NOT NULL, n int, note text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day)',
      "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2024-01-01') TO ('2024-02-01')",
      'CREATE TABLE parts_rest PARTITION OF parts DEFAULT',
    ],
    rows: `INSERT INTO parts SELECT i, '2024-01-01'::date + i * 2, i, CASE WHEN i % 3 > 0 THEN 'n' END ${series}`,
    writes: [
      "INSERT INTO parts (id, day, n, note) VALUES (:k, '2024-01-03', 4, 'w')",
      'UPDATE parts SET n = 4 WHERE id = :r',
      'UPDATE parts SET n = 4 WHERE note IS NULL',
    ],
  },
  loose: {
    pattern: /\bloose\b/,
    make: [
      'CREATE TABLE loose (day date NOT NULL, n int, note text) PARTITION BY LIST (n)',
      'CREATE TABLE loose_1 PARTITION OF loose FOR VALUES IN (1)',
      'CREATE TABLE loose_rest PARTITION OF loose DEFAULT',
    ],
    rows: `INSERT INTO loose SELECT '2024-01-01', i % 3, CASE WHEN i % 2 > 0 THEN 'n' END ${series}`,
    writes: [
      "INSERT INTO loose (day, n, note) VALUES ('2024-01-03', 4, 'w:k')",
      "UPDATE loose SET day = '2024-06-06' WHERE note IS NULL",
    ],
  },
  base: {
    pattern: /\bbase\b|\bchild\b/,
    make: [
      'CREATE TABLE base (id int PRIMARY KEY, n int, note text)',
      'CREATE TABLE child (extra text) INHERITS (base)',
    ],
    rows: `INSERT INTO base SELECT i, i, CASE WHEN i % 3 > 0 THEN 'n' END ${series}; INSERT INTO child SELECT i + 100, i, CASE WHEN i % 2 > 0 THEN 'n' END, 'e' ${series}`,
    writes: [
      "INSERT INTO base (id, n, note) VALUES (:k, 1, 'w')",
      "INSERT INTO child (id, n, note, extra) VALUES (:k, 1, 'w', 'x')",
      'UPDATE base SET n = 77 WHERE note IS NULL',
    ],
  },
  uq: {
    pattern: /\buq\b/,
    make: ['CREATE TABLE uq (code text NOT NULL, region int NOT NULL, n int, note text, UNIQUE (code, region))'],
    rows: `INSERT INTO uq SELECT 'c' || i, i % 2, i, CASE WHEN i % 3 > 0 THEN 'n' END ${series}`,
    writes: [
      "INSERT INTO uq (code, region, n, note) VALUES ('w:k', 5, :k, 'w')",
      "UPDATE uq SET n = :k WHERE code = 'c:r'",
      'UPDATE uq SET region = region WHERE note IS NULL',
    ],
  },
  tree: {
    pattern: /\btree\b/,
    make: ['CREATE TABLE tree (id int PRIMARY KEY, parent int, label text, depth smallint)'],
    rows: `INSERT INTO tree SELECT i, CASE WHEN i > 1 THEN i / 2 END, CASE WHEN i % 3 > 0 THEN 'l' || i END, i ${series}`,
    writes: [
      "INSERT INTO tree (id, parent, label, depth) VALUES (:k, 1, 'w', 2)",
      'UPDATE tree SET depth = 3 WHERE label IS NULL',
      "UPDATE tree SET label = 'u:k' WHERE id = :r",
    ],
  },
};

/** The tables that a text names, with those that they need, in the order in which they are made. */
export function tablesIn(text: string): string[] {
  const named = Object.entries(world)
    .filter(([name, { pattern }]) => (pattern ?? new RegExp(`\\b${name}\\b`)).test(text))
    .map(([name]) => name);
  const needed = named.flatMap((name) => world[name]?.needs ?? []).filter((name) => text.includes(name));
  return Object.keys(world).filter((name) => named.includes(name) || needed.includes(name));
}

export function madeBy(tables: readonly string[]): string {
  return tables
    .flatMap((name) => world[name]?.make ?? [])
    .map((sql) => `${sql};\n`)
    .join('');
}

export function rowsFor(tables: readonly string[]): string {
  return tables.map((name) => `${world[name]?.rows};\n`).join('');
}

export function writesTo(tables: readonly string[]): string[] {
  return tables.flatMap((name) => world[name]?.writes ?? []);
}
