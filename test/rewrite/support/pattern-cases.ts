/** What a pattern is tried with: rows, and writers of the code before and after the change. */
export interface PatternCase {
  /** Fills the tables of the example. */
  readonly fill: string;
  /** Rows that the usual form would refuse, and that the safe form deals with. */
  readonly broken?: string;
  /** Statements of the code that runs before the change. They work until code that knows the new form is deployed everywhere. */
  readonly oldCode?: readonly string[];
  /** What a writer does again and again while `npm run stall` measures how long it waits; else the first of `oldCode`. */
  readonly stallWrite?: string;
  /** Statements of the code behind the change. They work as soon as the first phase has run. */
  readonly newCode?: readonly string[];
  /** A query that counts rows in which both forms differ. */
  readonly outOfStep?: string;
  /** Queries of what must be the same behind the usual form and the safe one. */
  readonly same?: readonly string[];
  /** What the safe form leaves besides, or in another way: lines of the catalog that are not compared. */
  readonly besides?: RegExp;
  /** What has to be done before a way back, as the way back itself demands. */
  readonly beforeBack?: string;
  /** Lines of the catalog that a way back leaves. */
  readonly leftBehind?: RegExp;
  /** PostgreSQL refuses the statement once it has run. */
  readonly onlyOnce?: true;
  /** What an author writes in place of the NULL that only he can replace. */
  readonly value?: string;
}

const numbers = 'FROM generate_series(1, 40) AS n';

export const patternCases: Readonly<Record<string, PatternCase>> = {
  'add-not-null-column': {
    fill: `INSERT INTO orders SELECT n, n, n, 'note' ${numbers}`,
    value: "'new'",
    oldCode: [
      'INSERT INTO orders (id, total) SELECT max(id) + 1, 7 FROM orders',
      'UPDATE orders SET total = total + 1 WHERE id = 3',
    ],
    newCode: ["INSERT INTO orders (id, total, status) SELECT max(id) + 1, 7, 'new' FROM orders"],
    besides: /status/,
  },
  'add-column-with-volatile-default': {
    fill: `INSERT INTO orders SELECT n, n, n, 'note' ${numbers}`,
    oldCode: ['INSERT INTO orders (id, total) SELECT max(id) + 1, 7 FROM orders'],
  },
  'set-not-null': {
    stallWrite: "UPDATE customers SET name = 'x' WHERE id = 3",
    fill: `INSERT INTO customers SELECT n, CASE WHEN n % 3 > 0 THEN 'c' || n END ${numbers}`,
    value: "'unknown'",
    newCode: ["UPDATE customers SET email = 'known' WHERE id = 3"],
    broken: 'its NULLs are filled',
  },
  'change-type': {
    fill: `INSERT INTO orders SELECT n, n, n, 'note' ${numbers}`,
    oldCode: [
      'INSERT INTO orders (id, total) SELECT max(id) + 1, 7 FROM orders',
      'UPDATE orders SET total = total + 1 WHERE id = 3',
    ],
    same: ['SELECT id, total, note FROM orders WHERE id <= 40 AND id <> 3'],
  },
  'add-foreign-key': {
    fill: `INSERT INTO customers SELECT n ${numbers}; INSERT INTO orders SELECT n, n, n ${numbers}`,
    oldCode: ['INSERT INTO orders (id, customer_id) SELECT max(id) + 1, 5 FROM orders'],
  },
  'add-check': {
    fill: `INSERT INTO orders SELECT n, n, n ${numbers}`,
    oldCode: ['INSERT INTO orders (id, total) SELECT max(id) + 1, 5 FROM orders'],
  },
  'add-foreign-key-to-partitioned-table': {
    fill: `INSERT INTO users SELECT n ${numbers}; INSERT INTO hits SELECT date '2025-12-01' + n::int, n, n ${numbers}`,
    oldCode: ["INSERT INTO hits VALUES ('2026-02-02', 5, 1)"],
  },
  'add-check-to-partitioned-table': {
    fill: `INSERT INTO hits SELECT date '2025-12-01' + n::int, n, n ${numbers}`,
    oldCode: ["INSERT INTO hits VALUES ('2026-02-02', 5, 1)"],
  },
  'add-unique': {
    fill: `INSERT INTO customers SELECT n, 'c' || n ${numbers}`,
    oldCode: ["INSERT INTO customers (id, email) SELECT max(id) + 1, 'c' || max(id) + 1 FROM customers"],
  },
  'add-primary-key': {
    fill: `INSERT INTO events SELECT n, 'body' ${numbers}`,
    oldCode: ['INSERT INTO events (id) SELECT max(id) + 1 FROM events'],
  },
  'add-index': {
    fill: `INSERT INTO orders SELECT n, n, 'note' ${numbers}`,
    oldCode: ['INSERT INTO orders (id) SELECT max(id) + 1 FROM orders'],
  },
  'add-index-to-partitioned-table': {
    fill: `INSERT INTO events SELECT n, 'kind', date '2025-12-01' + n::int ${numbers}`,
    oldCode: ["INSERT INTO events VALUES (1, 'x', '2026-02-02')"],
    // PostgreSQL chooses other names for the indexes of the partitions.
    besides: /events_202\d/,
  },
  'replace-index': {
    fill: `INSERT INTO orders SELECT n, n, '2026-01-01' ${numbers}`,
    oldCode: ['INSERT INTO orders (id) SELECT max(id) + 1 FROM orders'],
  },
  'rebuild-index': {
    fill: `INSERT INTO orders SELECT n, 'note' ${numbers}`,
    oldCode: ['INSERT INTO orders (id) SELECT max(id) + 1 FROM orders'],
  },
  'drop-index': {
    fill: `INSERT INTO orders SELECT n, 'note' ${numbers}`,
    oldCode: ['INSERT INTO orders (id) SELECT max(id) + 1 FROM orders'],
  },
  'change-on-delete': {
    fill: `INSERT INTO customers SELECT n ${numbers}; INSERT INTO orders SELECT n, n ${numbers}`,
    oldCode: ['INSERT INTO orders (id, customer_id) SELECT max(id) + 1, 5 FROM orders'],
  },
  'unique-after-duplicates': {
    stallWrite: "INSERT INTO customers (id, name) SELECT max(id) + 1, 'new' FROM customers",
    leftBehind: /duplicates_aside/,
    fill: `INSERT INTO customers SELECT n, 'c' || n % 25, 'name ' || n ${numbers}; INSERT INTO customers VALUES (100, NULL), (101, NULL)`,
    same: ['SELECT id, email, name FROM customers'],
    besides: /duplicates_aside/,
  },
  'foreign-key-after-orphans': {
    stallWrite: 'INSERT INTO orders (id, customer_id) SELECT max(id) + 1, 5 FROM orders',
    leftBehind: /orphans_aside/,
    fill: `INSERT INTO customers SELECT n FROM generate_series(1, 10) AS n; INSERT INTO orders SELECT n, CASE WHEN n < 39 THEN n END, n ${numbers}`,
    same: ['SELECT id, customer_id, total FROM orders WHERE customer_id IS NOT NULL'],
    besides: /orphans_aside/,
  },
  'rename-column': {
    fill: `INSERT INTO customers SELECT n, 'c' || n, 'name' ${numbers}`,
    oldCode: [
      "INSERT INTO customers (id, mail) SELECT max(id) + 1, 'old' FROM customers",
      'INSERT INTO customers (id) SELECT max(id) + 1 FROM customers',
      "UPDATE customers SET mail = mail || '+' WHERE id = 7",
      "UPDATE customers SET name = 'other' WHERE id = 8",
    ],
    newCode: [
      "INSERT INTO customers (id, email) SELECT max(id) + 1, 'new' FROM customers",
      "UPDATE customers SET email = 'changed' WHERE id = 9",
    ],
    outOfStep: 'SELECT count(*) FROM customers WHERE mail IS DISTINCT FROM email',
    // RENAME COLUMN keeps the name that PostgreSQL 18 has given NOT NULL.
    besides: /_not_null /,
    same: ['SELECT id, email, name FROM customers WHERE id <= 40 AND id NOT IN (7, 8, 9)'],
  },
  'split-column': {
    fill: `INSERT INTO people SELECT n, 'First' || n || ' Last' ${numbers}; INSERT INTO people VALUES (50, NULL), (51, ''), (52, 'Cher'), (53, '  Ann   Lee '), (54, 'Mary Ann Lee')`,
    oldCode: [
      "INSERT INTO people (id, name) SELECT max(id) + 1, 'Old Code' FROM people",
      "UPDATE people SET name = 'Changed Name' WHERE id = 7",
      "UPDATE people SET born = '2000-01-01' WHERE id = 53",
    ],
    newCode: [
      "INSERT INTO people (id, first_name, last_name) SELECT max(id) + 1, 'New', 'Code' FROM people",
      "UPDATE people SET last_name = 'Other' WHERE id = 9",
    ],
    outOfStep:
      "SELECT count(*) FROM people WHERE name IS NOT NULL AND btrim(regexp_replace(name, ' +', ' ', 'g')) IS DISTINCT FROM btrim(regexp_replace(concat_ws(' ', first_name, last_name), ' +', ' ', 'g'))",
    same: ['SELECT id, first_name, last_name, born FROM people WHERE id NOT IN (7, 9, 53) AND id <= 54'],
  },
  'merge-columns': {
    fill: `INSERT INTO people SELECT n, 'First' || n, 'Last' ${numbers}; INSERT INTO people VALUES (50, NULL, NULL), (51, 'Cher', NULL), (52, NULL, 'Lee'), (53, 'Mary Ann', 'Lee')`,
    oldCode: [
      "INSERT INTO people (id, first_name, last_name) SELECT max(id) + 1, 'Old', 'Code' FROM people",
      "UPDATE people SET last_name = 'Changed' WHERE id = 7",
    ],
    newCode: [
      "INSERT INTO people (id, name) SELECT max(id) + 1, 'New Code' FROM people",
      "UPDATE people SET name = 'Some One' WHERE id = 9",
    ],
    outOfStep:
      "SELECT count(*) FROM people WHERE (first_name IS NOT NULL OR last_name IS NOT NULL) AND name IS DISTINCT FROM concat_ws(' ', first_name, last_name)",
    same: ['SELECT id, nullif(name, $$$$) AS name FROM people WHERE id NOT IN (7, 9) AND id <= 53'],
  },
  'float-to-cents': {
    fill: `INSERT INTO invoices SELECT n, n * 1.1 ${numbers}`,
    oldCode: [
      'INSERT INTO invoices (id, total) SELECT max(id) + 1, 12.34 FROM invoices',
      'UPDATE invoices SET total = 99.99 WHERE id = 7',
    ],
    newCode: [
      'INSERT INTO invoices (id, total_cents) SELECT max(id) + 1, 4321 FROM invoices',
      'UPDATE invoices SET total_cents = 5 WHERE id = 9',
    ],
    outOfStep: 'SELECT count(*) FROM invoices WHERE round(total::numeric * 100) IS DISTINCT FROM total_cents',
    // The usual form keeps the name.
    besides: /total/,
  },
  'widen-primary-key': {
    stallWrite: "INSERT INTO customers (name) VALUES ('old')",
    fill: `INSERT INTO customers SELECT n, 'name', CASE WHEN n > 1 THEN n % 40 + 1 END ${numbers}; SELECT setval('customers_id_seq', (SELECT max(id) FROM customers)); INSERT INTO orders SELECT n, n % 40 + 1, n ${numbers}`,
    oldCode: [
      "INSERT INTO customers (name) VALUES ('old')",
      "INSERT INTO customers (name, parent_id) VALUES ('child', 3)",
      'UPDATE customers SET parent_id = parent_id + 1 WHERE id = 7',
      'INSERT INTO orders (id, customer_id) SELECT max(id) + 1, (SELECT max(id) FROM customers) FROM orders',
      'DELETE FROM customers WHERE id = (SELECT max(id) FROM customers)',
    ],
    newCode: [
      "INSERT INTO customers (name) VALUES ('new')",
      'INSERT INTO orders (id, customer_id) SELECT max(id) + 1, (SELECT max(id) FROM customers) FROM orders',
      'DELETE FROM customers WHERE id = (SELECT max(id) FROM customers)',
    ],
    // Planned for 16 and run on 18, which gives NOT NULL a name.
    leftBehind: /constraint \w+_not_null on/,
    same: ['SELECT id, name, parent_id FROM customers', 'SELECT id, customer_id, total FROM orders'],
  },
  'columns-to-jsonb': {
    fill: `INSERT INTO devices SELECT n, 'model ' || n, n, '2026-01-01' ${numbers}; INSERT INTO devices VALUES (50, NULL, NULL, NULL)`,
    oldCode: [
      "INSERT INTO devices (id, model, weight) SELECT max(id) + 1, 'old', 5 FROM devices",
      'UPDATE devices SET weight = 9 WHERE id = 7',
    ],
    newCode: [
      `INSERT INTO devices (id, details) SELECT max(id) + 1, '{"model": "new", "weight": 4}' FROM devices`,
      `UPDATE devices SET details = details || '{"weight": 77}' WHERE id = 9`,
    ],
    outOfStep:
      "SELECT count(*) FROM devices WHERE model IS DISTINCT FROM details ->> 'model' OR weight IS DISTINCT FROM (details ->> 'weight')::int",
    same: ['SELECT id, details, bought FROM devices WHERE id <= 50 AND id NOT IN (7, 9)'],
  },
  'move-columns': {
    fill: `INSERT INTO users SELECT n, 'name', 'street ' || n, CASE WHEN n % 3 > 0 THEN 'city' END ${numbers}`,
    oldCode: [
      "INSERT INTO users (id, name, street) SELECT max(id) + 1, 'old', 'Old Street' FROM users",
      "UPDATE users SET street = street || '+' WHERE id = 7",
      "UPDATE users SET name = 'other' WHERE id = 8",
      'DELETE FROM users WHERE id = (SELECT max(id) FROM users)',
    ],
    newCode: [
      "INSERT INTO users (id, name) SELECT max(id) + 1, 'new' FROM users",
      "INSERT INTO addresses (id, street, city) SELECT max(id), 'New Street', 'Basel' FROM users",
      "UPDATE addresses SET city = 'Chur' WHERE id = 9",
      'DELETE FROM users WHERE id = (SELECT max(id) FROM users)',
    ],
    outOfStep:
      'SELECT count(*) FROM users LEFT JOIN addresses USING (id) WHERE users.street IS DISTINCT FROM addresses.street OR (addresses.id IS NOT NULL AND users.city IS DISTINCT FROM addresses.city)',
    same: [
      'SELECT id, street, city FROM addresses WHERE id <= 40 AND id NOT IN (7, 9)',
      'SELECT id, name FROM users WHERE id <= 40 AND id <> 8',
    ],
  },
  'add-generated-column': {
    fill: `INSERT INTO lines SELECT n, n * 1.5, n ${numbers}; INSERT INTO lines VALUES (50, NULL, 3)`,
    oldCode: [
      'INSERT INTO lines (id, price, amount) SELECT max(id) + 1, 2.5, 4 FROM lines',
      'UPDATE lines SET amount = amount + 1 WHERE id = 7',
    ],
    newCode: ['SELECT total FROM lines'],
    outOfStep: 'SELECT count(*) FROM lines WHERE total IS DISTINCT FROM price * amount',
    same: ['SELECT id, price, amount, total FROM lines WHERE id <= 50 AND id <> 7'],
    // A plain column and a trigger take the place of GENERATED.
    besides: /total/,
  },
  'drop-column': {
    stallWrite: "INSERT INTO orders (id, legacy_code) SELECT max(id) + 1, 'x' FROM orders",
    // The code behind the change has left it out.
    beforeBack:
      "DO $$ BEGIN UPDATE orders SET legacy_code = 'x' WHERE legacy_code IS NULL; EXCEPTION WHEN undefined_column THEN NULL; END $$",
    fill: `INSERT INTO orders SELECT n, 'code', n ${numbers}`,
    newCode: ['INSERT INTO orders (id, total) SELECT max(id) + 1, 5 FROM orders'],
  },
  'rename-table': {
    fill: `INSERT INTO clients SELECT n, 'name' ${numbers}`,
    oldCode: [
      "INSERT INTO clients (id, name) SELECT max(id) + 1, 'old' FROM clients",
      "UPDATE clients SET name = 'changed' WHERE id = 3",
      "INSERT INTO clients (id, name) VALUES (3, 'again') ON CONFLICT (id) DO UPDATE SET name = excluded.name",
    ],
    newCode: ["INSERT INTO customers (id, name) SELECT max(id) + 1, 'new' FROM customers"],
    outOfStep: 'SELECT abs((SELECT count(*) FROM clients) - (SELECT count(*) FROM customers))',
    same: ['SELECT id, name FROM customers WHERE id <= 40 AND id <> 3'],
  },
  'drop-table': { fill: `INSERT INTO old_reports SELECT n, 'body' ${numbers}` },
  'add-enum-value': {
    fill: `INSERT INTO payments SELECT n, 'open' ${numbers}`,
    oldCode: ["INSERT INTO payments (id, status) SELECT max(id) + 1, 'paid' FROM payments"],
    newCode: ["INSERT INTO payments (id, status) SELECT max(id) + 1, 'refunded' FROM payments"],
  },
  'retire-enum-value': {
    stallWrite: "INSERT INTO payments (id, status) SELECT max(id) + 1, 'paid' FROM payments",
    fill: `INSERT INTO payments SELECT n, 'open' ${numbers}`,
    newCode: ["INSERT INTO payments (id, status) SELECT max(id) + 1, 'paid' FROM payments"],
    // The value stays in the type, and a CHECK forbids it.
    besides: /payment_status|payments/,
  },
  'remove-enum-value': {
    stallWrite: "INSERT INTO payments (id, status) SELECT max(id) + 1, 'paid' FROM payments",
    fill: `INSERT INTO payments SELECT n, 'open' ${numbers}`,
    oldCode: [
      "INSERT INTO payments (id, status) SELECT max(id) + 1, 'paid'::payment_status FROM payments",
      "UPDATE payments SET status = 'paid' WHERE id = 7",
      'UPDATE payments SET status = NULL WHERE id = 8',
    ],
    newCode: [
      "INSERT INTO payments (id, status) SELECT max(id) + 1, 'open' FROM payments",
      "INSERT INTO payments SELECT max(id) + 1, 'paid' FROM payments",
    ],
    same: ['SELECT id, status::text FROM payments WHERE id <= 40 AND id NOT IN (7, 8)'],
  },
  'serial-to-identity': {
    fill: "INSERT INTO tickets (title) SELECT 'title' FROM generate_series(1, 40)",
    oldCode: [
      "INSERT INTO tickets (title) VALUES ('old')",
      "INSERT INTO tickets (id, title) SELECT nextval(pg_get_serial_sequence('tickets', 'id')), 'own' ",
    ],
    newCode: ["INSERT INTO tickets (title) VALUES ('new')"],
    // The usual form leaves the old sequence behind, and calls the new one otherwise.
    besides: /seq/,
  },
  'partition-table': {
    fill: `INSERT INTO kinds VALUES (1), (2); INSERT INTO events (at, kind, body) SELECT date '2025-01-01' + n::int, n % 2 + 1, 'body' ${numbers}`,
    oldCode: [
      "INSERT INTO events (at, kind, body) VALUES ('2026-02-02', 1, 'old')",
      "UPDATE events SET body = 'changed' WHERE id = 7",
      'DELETE FROM events WHERE id = (SELECT max(id) FROM events)',
    ],
    newCode: ["INSERT INTO events (at, kind, body) VALUES ('2026-02-02', 2, 'new')"],
    same: ['SELECT id, at, kind, body FROM events WHERE id <= 40 AND id <> 7'],
    // The usual form has other names, and loses the keys, the indexes and the foreign key.
    besides: /events/,
  },
  'attach-partition': {
    fill: `INSERT INTO events_2026 SELECT n, date '2026-01-01' + n::int ${numbers}`,
    oldCode: ["INSERT INTO events_2026 VALUES (1, '2026-02-02')"],
  },
  'detach-partition': {
    stallWrite: "INSERT INTO events_2025 VALUES (1, '2025-03-03')",
    onlyOnce: true,
    fill: `INSERT INTO events SELECT n, date '2025-01-01' + n::int ${numbers}`,
    // CONCURRENTLY leaves a CHECK of the bound, so that it can be attached again without a scan.
    besides: /events_2025_at_check/,
    leftBehind: /events_2025_at_check/,
  },
};
