const subjects = ['users', 'orders', 'order_items', 'payments', 'invoices', 'products', 'events', 'sessions'];

/** A schema grows with its history: one table for so many statements, each changed a few dozen times. */
const statementsPerTable = 40;

function tableName(index: number): string {
  return `${subjects[index % subjects.length]}${index < subjects.length ? '' : `_${index}`}`;
}

function tableCount(statements: number): number {
  return Math.max(subjects.length, Math.ceil(statements / statementsPerTable));
}

/** The first migration of a history of so many `statements`: creates the tables that the others change. */
export function createTables(statements: number): string {
  return Array.from({ length: tableCount(statements) }, (_, index) => tableName(index))
    .map(
      (table) =>
        `CREATE TABLE ${table} (\n  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n  name text NOT NULL,\n` +
        `  total integer NOT NULL DEFAULT 0,\n  created_at timestamptz NOT NULL DEFAULT now()\n);\n`,
    )
    .join('\n');
}

/** The kinds of statements, with findings and without, in the proportion of everyday migrations. */
const kinds: readonly ((table: string, n: number) => string)[] = [
  (table, n) => `ALTER TABLE ${table} ADD COLUMN note_${n} text;`,
  (table, n) => `CREATE INDEX ${table}_created_${n} ON ${table} (created_at, total);`,
  (table, n) =>
    `CREATE TABLE ${table}_log_${n} (\n  id bigint PRIMARY KEY,\n  ${table}_id bigint NOT NULL,\n` +
    `  payload jsonb NOT NULL DEFAULT '{}',\n  happened_at timestamptz NOT NULL DEFAULT now()\n);`,
  (table, n) => `UPDATE ${table} SET total = total + ${n} WHERE id BETWEEN ${n * 1000} AND ${n * 1000 + 999};`,
  (table, n) => `CREATE INDEX CONCURRENTLY ${table}_name_${n} ON ${table} (lower(name)) WHERE total > ${n};`,
  (table, n) => `ALTER TABLE ${table} ADD CONSTRAINT ${table}_total_${n} CHECK (total >= ${n}) NOT VALID;`,
  (table, n) =>
    `-- Ticket ${n}: defaults to the time of the migration.\nALTER TABLE ${table} ADD COLUMN seen_${n} timestamptz NOT NULL DEFAULT now();`,
  (table, n) => `INSERT INTO ${table} (name, total) VALUES ('row ${n}', ${n}), ('row ${n}b', ${n + 1});`,
  (table, n) => `COMMENT ON TABLE ${table} IS 'Changed ${n} times; see the handbook.';`,
  (table, n) => `ALTER TABLE ${table} ALTER COLUMN total SET DEFAULT ${n};`,
  (table, n) => `UPDATE ${table} SET total = ${n} WHERE total IS NULL;`,
  (table, n) => `ALTER TABLE ${table} ALTER COLUMN name TYPE varchar(${100 + (n % 50)});`,
];

/**
 * A migration of so many `statements`, one below the other; the same for the same numbers. `first` counts on from
 * earlier migrations, `all` is how many statements the whole history has.
 */
export function migration(statements: number, first = 0, all = statements): string {
  const parts: string[] = ["SET lock_timeout = '2s';"];
  const tables = tableCount(all);
  for (let index = 1; index < statements; index++) {
    const n = first + index;
    const kind = kinds[n % kinds.length] as (table: string, n: number) => string;
    parts.push(kind(tableName((n * 7) % tables), n));
  }
  return `${parts.join('\n\n')}\n`;
}

/** Name of the n-th migration. */
export function migrationName(n: number): string {
  return `${String(n).padStart(5, '0')}_change.sql`;
}
