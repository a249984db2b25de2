/** The tables that the statements below are about. */
export const shop = `
  CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text);
  CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, total int, note text DEFAULT 'none');
  CREATE TABLE log (line text);
  CREATE TABLE payments (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), cents int NOT NULL DEFAULT 0, code varchar(20), at date);
  CREATE SCHEMA app;
  CREATE TABLE app."Line Items" ("Order" int, no int, price int, PRIMARY KEY ("Order", no));
`;

/** What a person has set on columns besides their type. */
export const attributes = `
  COMMENT ON COLUMN payments.cents IS 'In cents.';
  GRANT SELECT (customer_id) ON orders TO PUBLIC;
  ALTER TABLE orders ALTER COLUMN total SET STATISTICS 500;
`;

export interface PlanCase {
  readonly statement: string;
  readonly phases: number;
  /** What an author writes in place of the NULL that only he can replace. */
  readonly value?: string;
  readonly more?: string;
}

/** Statements that are split; every phase of each is run, verified, taken back and run again on PostgreSQL. */
export const planCases: readonly PlanCase[] = [
  { statement: 'ALTER TABLE orders ADD COLUMN status text NOT NULL', phases: 3, value: "'new'" },
  { statement: 'ALTER TABLE orders ADD token uuid DEFAULT gen_random_uuid() NOT NULL', phases: 3 },
  { statement: 'ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid()', phases: 2 },
  { statement: 'ALTER TABLE log ADD COLUMN at timestamptz NOT NULL DEFAULT clock_timestamp()', phases: 3 },
  {
    statement: 'alter table app."Line Items" add column "Tax" numeric(10, 2) not null',
    phases: 3,
    value: 'price * 0.2',
  },
  {
    statement: 'ALTER TABLE orders ADD COLUMN rating int CHECK (rating BETWEEN 1 AND 5)',
    phases: 3,
  },
  {
    statement: 'ALTER TABLE orders ADD COLUMN buyer bigint NOT NULL REFERENCES customers (id) ON DELETE CASCADE',
    phases: 3,
    value: 'customer_id',
  },
  { statement: 'ALTER TABLE orders ADD COLUMN number int UNIQUE', phases: 3 },
  {
    statement: 'ALTER TABLE customers ALTER COLUMN email SET NOT NULL',
    phases: 2,
    more: 'UPDATE customers SET email = NULL WHERE id < 5',
    value: "'unknown'",
  },
  { statement: 'ALTER TABLE log ALTER line SET NOT NULL', phases: 2 },
  {
    statement: 'ALTER TABLE orders ADD CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers',
    phases: 2,
  },
  {
    statement: 'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE SET NULL',
    phases: 2,
  },
  { statement: 'ALTER TABLE orders ADD CHECK (total > 0)', phases: 2 },
  { statement: 'ALTER TABLE customers ADD CONSTRAINT one_email UNIQUE (email)', phases: 2 },
  { statement: 'ALTER TABLE customers ADD UNIQUE NULLS NOT DISTINCT (email)', phases: 2 },
  { statement: 'ALTER TABLE log ADD PRIMARY KEY (line)', phases: 3 },
  { statement: 'ALTER TABLE payments ALTER COLUMN cents TYPE bigint', phases: 5 },
  { statement: 'ALTER TABLE payments ALTER COLUMN cents TYPE numeric(12, 2) USING cents::numeric(12, 2)', phases: 5 },
  { statement: 'ALTER TABLE app."Line Items" ALTER price TYPE bigint', phases: 4 },
  {
    statement: `ALTER TABLE orders ADD COLUMN plain int, ADD COLUMN status text NOT NULL DEFAULT 'new', ALTER note DROP DEFAULT,
      ALTER COLUMN customer_id SET NOT NULL`,
    phases: 3,
  },
];

/** Statements that have a safe form elsewhere, each with what the sentence that refuses it here says. */
export const refusedCases: readonly (readonly [statement: string, says: RegExp])[] = [
  ['ALTER TABLE customers ALTER id TYPE int', /bigint can change or fail as int/],
  ['ALTER TABLE payments ALTER at TYPE timestamptz', /date can change or fail as timestamptz/],
  ['ALTER TABLE payments ALTER cents TYPE numeric(8, 2)', /can change or fail as numeric\(8, 2\)/],
  ['ALTER TABLE payments ALTER code TYPE int USING length(code)', /payments\.code gets values other than a plain cast/],
  ['ALTER TABLE payments ALTER cents TYPE bigint USING cents * 100', /payments\.cents gets values other than/],
  ['ALTER TABLE customers ALTER id TYPE numeric', /More hangs on customers\.id than a new column takes along/],
  [
    'ALTER TABLE payments ADD UNIQUE (code) DEFERRABLE',
    /payments_code_key is DEFERRABLE, and its index would check each row at once/,
  ],
];
