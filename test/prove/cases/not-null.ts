import { type Case, cases, type Row } from '../engine/case.js';

interface Target {
  readonly table: string;
  readonly column: string;
  readonly value: string;
  /** The column holds NULLs. */
  readonly nulls: boolean;
  readonly bad?: string;
}

const targets: readonly Target[] = [
  { table: 'customers', column: 'note', value: "'v'", nulls: true },
  { table: 'customers', column: 'name', value: "'v'", nulls: false, bad: 'INSERT INTO customers (id) VALUES (900)' },
  { table: 'orders', column: 'cents', value: '1', nulls: true },
  { table: 'orders', column: 'sku', value: "'v'", nulls: false, bad: 'INSERT INTO orders (id, qty) VALUES (900, 1)' },
  {
    table: 'orders',
    column: 'made',
    value: "'2024-01-01'",
    nulls: false,
    bad: 'INSERT INTO orders (id, qty) VALUES (900, 1)',
  },
  { table: 'lines', column: 'qty', value: '1', nulls: true },
  {
    table: 'lines',
    column: 'sku',
    value: "'v'",
    nulls: false,
    bad: 'INSERT INTO lines (order_id, line_no) VALUES (1, 900)',
  },
  { table: 'logs', column: 'level', value: '1', nulls: true },
  { table: 'logs', column: 'msg', value: "'v'", nulls: false, bad: 'INSERT INTO logs (n) VALUES (900)' },
  { table: '"Order Lines"', column: '"Text"', value: "'v'", nulls: true },
  { table: '"Order Lines"', column: '"It\'s"', value: '1', nulls: true },
  { table: '"Order Lines"', column: '"select"', value: '1', nulls: false },
  { table: 'app.events', column: 'n', value: '1', nulls: true },
  { table: 'app.events', column: 'kind', value: "'v'", nulls: false, bad: 'INSERT INTO app.events (n) VALUES (900)' },
  { table: 'parts', column: 'note', value: "'v'", nulls: true },
  { table: 'parts', column: 'n', value: '1', nulls: false },
  { table: 'loose', column: 'note', value: "'v'", nulls: true },
  { table: 'base', column: 'note', value: "'v'", nulls: true },
  { table: 'base', column: 'n', value: '1', nulls: false, bad: 'INSERT INTO base (id) VALUES (900)' },
  { table: 'uq', column: 'note', value: "'v'", nulls: true },
  { table: 'uq', column: 'n', value: '1', nulls: false },
  { table: 'tree', column: 'label', value: "'v'", nulls: true },
];

const plain = targets.flatMap(({ table, column, value, nulls, bad }): Row[] => {
  const set = `ALTER TABLE ${table} ALTER COLUMN ${column} SET NOT NULL;`;
  const filled = `UPDATE ${table} SET ${column} = ${value} WHERE ${column} IS NULL; ${set}`;
  return [
    nulls ? [set, { value, same: filled }] : [set, bad === undefined ? {} : { bad }],
    [filled],
    [`ALTER TABLE IF EXISTS ${table} ALTER ${column} SET NOT NULL;`, nulls ? { same: filled } : {}],
  ];
});

const others: readonly Row[] = [
  [
    'ALTER TABLE orders ALTER COLUMN sku SET NOT NULL, ALTER COLUMN made SET NOT NULL;',
    { bad: 'INSERT INTO orders (id, qty) VALUES (900, 1)' },
  ],
  [
    "ALTER TABLE orders ALTER COLUMN sku SET NOT NULL, ALTER COLUMN sku SET DEFAULT 'x';",
    { quiet: true, value: "'v'" },
  ],
  ['ALTER TABLE orders ALTER COLUMN sku SET NOT NULL, ADD COLUMN extra int;'],
  ['ALTER TABLE orders ALTER COLUMN sku SET NOT NULL; CREATE UNIQUE INDEX ON orders (sku);', { quiet: true }],
  ['BEGIN; ALTER TABLE orders ALTER COLUMN sku SET NOT NULL; COMMIT;'],
  ['ALTER TABLE orders ALTER COLUMN sku SET NOT NULL;', { config: { transaction: 'per-file' } }],
  ["SET lock_timeout = '2s'; ALTER TABLE orders ALTER COLUMN sku SET NOT NULL;"],
  [
    "SET lock_timeout = '2s'; SET statement_timeout = '60s'; ALTER TABLE orders ALTER COLUMN sku SET NOT NULL; ALTER TABLE orders ADD COLUMN x int;",
  ],
  [
    'ALTER TABLE customers ALTER COLUMN rank SET NOT NULL;',
    {
      history: 'ALTER TABLE customers ADD CONSTRAINT customers_rank_not_null_check CHECK (rank > -5);',
      bad: 'INSERT INTO customers (id) VALUES (900)',
    },
  ],
  [
    'ALTER TABLE customers ALTER COLUMN rank SET NOT NULL;',
    {
      history: 'ALTER TABLE customers ADD CONSTRAINT customers_rank_airlock_not_null CHECK (rank > -5);',
      bad: 'INSERT INTO customers (id) VALUES (900)',
    },
  ],
  [
    'ALTER TABLE customers ALTER COLUMN rank SET NOT NULL;',
    {
      history:
        'ALTER TABLE customers ADD CONSTRAINT r CHECK (rank IS NOT NULL) NOT VALID; ALTER TABLE customers VALIDATE CONSTRAINT r;',
      quiet: true,
    },
  ],
  ['SET search_path = app, public; ALTER TABLE events ALTER COLUMN kind SET NOT NULL;', { value: '1' }],
  [
    'SET search_path = app, public; ALTER TABLE events ALTER COLUMN n SET NOT NULL;',
    {
      value: '1',
      same: 'UPDATE app.events SET n = 1 WHERE n IS NULL; ALTER TABLE app.events ALTER COLUMN n SET NOT NULL;',
    },
  ],
  ['alter table orders alter sku set not null', { bad: 'INSERT INTO orders (id, qty) VALUES (900, 1)' }],
  ['ALTER TABLE orders ALTER COLUMN sku SET NOT NULL;\r\nALTER TABLE orders ALTER COLUMN made SET NOT NULL;\r\n'],
  ['ALTER TABLE orders ALTER COLUMN sku DROP NOT NULL;'],
  ['ALTER TABLE ONLY base ALTER COLUMN n SET NOT NULL;'],
  ['ALTER TABLE child ALTER COLUMN n SET NOT NULL;'],
];

export const notNullCases: readonly Case[] = [...cases('not null', plain), ...cases('not null, other', others)];
