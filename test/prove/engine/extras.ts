import type { SqlConnection } from '../../support/reset-database.js';

/** What a database may hold beside what its migrations make. Each is SQL that is tried; what fails is left out. */
export interface Extras {
  readonly name: string;
  readonly sql: readonly string[];
}

interface Named {
  readonly kind: 'constraint' | 'index' | 'relation';
  readonly name: string;
  /** As SQL text. */
  readonly table: string;
}

const namesQuery = `
SELECT 'constraint' AS kind, quote_ident(conname) AS name, conrelid::regclass::text AS "table" FROM pg_constraint
WHERE conrelid >= 16384 AND contype IN ('c', 'f')
UNION ALL
SELECT 'index', quote_ident(c.relname), i.indrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid >= 16384 AND c.relname !~ '^pg_toast'`;

/** The names of constraints and indexes. */
export async function namesOf(db: SqlConnection): Promise<readonly Named[]> {
  return (await db.query<Named>(namesQuery)).rows;
}

export function newNames(before: readonly Named[], after: readonly Named[]): Named[] {
  const known = new Set(before.map(({ name }) => name));
  return after.filter(({ name }) => !known.has(name));
}

/** Objects that have the names which the statement would choose. */
export function collisions(names: readonly Named[]): Extras {
  return {
    name: 'names that are taken',
    sql: names.map(({ kind, name, table }) =>
      kind === 'constraint'
        ? `ALTER TABLE ${table} ADD CONSTRAINT ${name} CHECK (true)`
        : `CREATE INDEX ${name} ON ${table} ((1))`,
    ),
  };
}

const columnsQuery = `
SELECT a.attrelid::regclass::text AS "table", quote_ident(a.attname) AS name, a.attname AS plain FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.attrelid >= 16384`;

/** What may hang on the columns of the tables that a statement names. In: the SQL that Airlock offers. */
export async function hangings(db: SqlConnection, up: string, offered: string): Promise<Extras[]> {
  const { rows } = await db.query<{ table: string; name: string; plain: string }>(columnsQuery);
  const meant = rows.filter(({ table }) => up.includes(table.replace(/^.*\./, '')));
  const named = meant.filter(({ plain }) => up.includes(plain));
  const tables = [...new Set(meant.map(({ table }) => table))];
  const nextTo = meant.flatMap(({ table, plain }) =>
    ['new', 'old']
      .map((word) => `${plain}_${word}`)
      .filter((name) => offered.includes(name))
      .map((name) => `ALTER TABLE ${table} ADD COLUMN "${name}" text DEFAULT 'theirs'`),
  );
  return [
    {
      name: 'an index and a CHECK on each column that it names',
      sql: named.flatMap(({ table, name }, index) => [
        `CREATE INDEX zz_index_${index} ON ${table} (${name})`,
        `ALTER TABLE ${table} ADD CONSTRAINT zz_check_${index} CHECK (${name} IS NULL OR ${name}::text <> 'zz')`,
      ]),
    },
    {
      name: 'a view and a trigger',
      sql: [
        'CREATE FUNCTION zz_touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$',
        ...tables.flatMap((table, index) => [
          `CREATE VIEW zz_view_${index} AS SELECT * FROM ${table}`,
          `CREATE TRIGGER zz_trigger_${index} BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION zz_touch()`,
        ]),
      ],
    },
    ...(nextTo.length > 0 ? [{ name: 'columns with the names of the change', sql: nextTo }] : []),
  ];
}
