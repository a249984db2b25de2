/** How many of ten migrations create a table: 150 of 500. */
const creating = new Set([0, 3, 6]);

/** Kinds of everyday changes of a table, in the order in which a team might write them. */
const changes: readonly ((table: string, n: number, other: string) => string)[] = [
  (table, n) => `ALTER TABLE ${table} ADD COLUMN note_${n} text;`,
  (table, n) => `CREATE INDEX ${table}_created_${n} ON ${table} (created_at, total);`,
  (table, n, other) =>
    `ALTER TABLE ${table} ADD COLUMN other_${n} bigint REFERENCES ${other} (id) ON DELETE SET NULL;\nCREATE INDEX ${table}_other_${n} ON ${table} (other_${n});`,
  (table, n) => `ALTER TABLE ${table} ADD CONSTRAINT ${table}_total_${n} CHECK (total >= -${n});`,
  (table, n) => `ALTER TABLE ${table} ADD COLUMN seen_${n} timestamptz NOT NULL DEFAULT now();`,
  (table, n) => `CREATE VIEW ${table}_view_${n} AS SELECT id, name FROM ${table} WHERE total > ${n};`,
  (table, n) => `ALTER TABLE ${table} ALTER COLUMN total SET DEFAULT ${n};`,
  (table, n) => `COMMENT ON TABLE ${table} IS 'Changed with ticket ${n}; see the handbook.';`,
  (table, n) =>
    `CREATE TYPE ${table}_state_${n} AS ENUM ('new', 'open', 'done');\nALTER TABLE ${table} ADD COLUMN state_${n} ${table}_state_${n} NOT NULL DEFAULT 'new';`,
  (table, n) => `UPDATE ${table} SET total = total + ${n} WHERE name IS NULL;`,
  (table, n) =>
    `CREATE FUNCTION ${table}_touch_${n}() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  NEW.created_at = now();\n  RETURN NEW;\nEND\n$$;\nCREATE TRIGGER ${table}_touched_${n} BEFORE UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION ${table}_touch_${n}();`,
  (table, n) => `ALTER TABLE ${table} RENAME COLUMN extra TO extra_${n};`,
  (table, n) => `CREATE UNIQUE INDEX ${table}_id_name_${n} ON ${table} (id, name);`,
  (table) => `ALTER TABLE ${table} ALTER COLUMN total TYPE bigint;`,
  (table) => `ALTER TABLE ${table} DROP COLUMN unused;`,
];

function tablesBefore(n: number): number {
  const whole = Math.floor(n / 10) * creating.size;
  return whole + [...creating].filter((digit) => digit < n % 10).length;
}

/**
 * The n-th migration (from 0) of a history that a team might have written: each file one schema change, three of ten a new
 * table. Every one of them runs behind those before it.
 */
export function schemaChange(n: number): string {
  const tables = tablesBefore(n);
  if (creating.has(n % 10)) {
    const parent = tables === 0 ? '' : `  parent_id bigint REFERENCES item_${Math.floor(tables * 0.6)} (id),\n`;
    return (
      `CREATE TABLE item_${tables} (\n  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n  name text NOT NULL,\n` +
      `${parent}  total integer NOT NULL DEFAULT 0,\n  extra jsonb,\n  unused text,\n  created_at timestamptz NOT NULL DEFAULT now()\n);\n`
    );
  }
  const change = Math.floor(n / 10) * 7 + (n % 10) - [...creating].filter((digit) => digit < n % 10).length;
  // A kind comes to a table once: there are more than five new tables for each round of the kinds.
  const [round, place] = [Math.floor(change / changes.length), change % changes.length];
  const table = (round * 5 + (place % 5)) % tables;
  const kind = changes[place] as (table: string, n: number, other: string) => string;
  return `${kind(`item_${table}`, n, `item_${(table * 3 + 1) % tables}`)}\n`;
}
