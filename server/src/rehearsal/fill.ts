import { quoteIdentifier, quoteLiteral } from '../sql/quote.js';
import { type Engine, EngineLost, SqlError, textOf } from './engine.js';
import { type FillTable, tablesToFill } from './fill-catalog.js';
import { type FillColumn, valueFor, type Variety } from './fill-values.js';

/** What has become of the rows of the tables. */
export interface Filled {
  /** Tables that hold rows made here. */
  readonly tables: readonly string[];
  readonly rows: number;
  /** All tables, as they were before. */
  readonly present: readonly FillTable[];
  /** Tables for which not all rows could be made, with PostgreSQL's reason. */
  readonly missing: readonly { readonly table: string; readonly because: string }[];
  /** False where no table was empty. */
  readonly tried: boolean;
}

/** How many rows a table gets. */
const rowsEach = 12;

/**
 * Fills the tables that are empty, parents before children, with the same rows each time: they respect types, keys,
 * CHECK constraints, enums and foreign keys. Triggers fire as they would. Tables with rows of their own stay as they are. In: the tables, where they are known.
 */
export async function fillTables(engine: Engine, variety: Variety, known?: readonly FillTable[]): Promise<Filled> {
  const present = known ?? (await tablesToFill(engine));
  const tables = parentsFirst(present);
  const filled: string[] = [];
  const missing: { table: string; because: string }[] = [];
  let rows = 0;
  const empty = tables.filter((table) => table.rows === 0);
  for (const table of empty) {
    const { made, because } = await fillTable(engine, table, variety);
    rows += made;
    if (made > 0) filled.push(table.name);
    if (because !== undefined) missing.push({ table: table.name, because });
  }
  return { tables: filled, rows, missing, present, tried: empty.length > 0 };
}

function parentsFirst(tables: readonly FillTable[]): FillTable[] {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const [done, open] = [new Set<FillTable>(), new Set<FillTable>()];
  const visit = (table: FillTable): void => {
    if (done.has(table) || open.has(table)) return;
    open.add(table);
    for (const { parent } of table.foreignKeys) {
      const found = byName.get(parent);
      if (found) visit(found);
    }
    open.delete(table);
    done.add(table);
  };
  for (const table of tables) visit(table);
  return [...done];
}

async function fillTable(
  engine: Engine,
  table: FillTable,
  variety: Variety,
): Promise<{ readonly made: number; readonly because?: string }> {
  const parents = await parentRows(engine, table);
  const list = Array.from({ length: rowsEach }, (_, at) => rowFor(table, at, variety, parents));
  const whole = list.flatMap((row) => row ?? []);
  const unknown = table.columns.find(
    (column) => isWritten(column) && column.notNull && valueFor(column, 5, variety) === undefined,
  );
  if (whole.length === 0)
    return {
      made: 0,
      because: unknown ? `Airlock makes no values of the type ${unknown.type}` : 'a table that it refers to is empty',
    };
  if (!(await refusedBy(engine, whole.map(({ sql }) => sql).join(';\n')))) return { made: whole.length };
  // Row by row: of each the first that PostgreSQL takes, with other values where a CHECK refuses one.
  const tries = Array.from({ length: rowsEach }, (_, at) => triesFor(table, at, variety, parents));
  const found = (await insertedAtOnce(engine, tries)) ?? (await insertedOneByOne(engine, tries));
  return found.made > 0 ? { made: found.made } : found;
}

/** How often a row is tried with other values. */
const mostTries = 8;

function triesFor(table: FillTable, at: number, variety: Variety, parents: ParentRows): string[] {
  // A constant of a CHECK is often the value that it allows, and now and then the one that it refuses.
  const bare = { ...table, columns: table.columns.map((column) => ({ ...column, candidates: [] })) };
  return Array.from({ length: mostTries }, (_, attempt) =>
    rowFor(
      attempt % 3 === 2 ? bare : table,
      attempt === 0 ? at : at + 6 + attempt * 17,
      attempt < 2 ? variety : 'plain',
      parents,
    ),
  ).flatMap((row) => (row ? [row.sql] : []));
}

interface Inserted {
  readonly made: number;
  /** The first refusal. */
  readonly because: string;
}

/** All rows in one statement of a procedure; undefined where that cannot be, as with constraints that wait for its end. */
async function insertedAtOnce(engine: Engine, tries: readonly (readonly string[])[]): Promise<Inserted | undefined> {
  // The lists are cut at the first row that PostgreSQL takes; "rest" is how many of the others belong to it.
  const all = tries.flatMap((each) => each.map((sql, index) => ({ sql, rest: each.length - 1 - index })));
  const sqls = all.map(({ sql }) => quoteLiteral(sql)).join(',\n');
  const rests = all.map(({ rest }) => rest).join(', ');
  const sql = `DO $airlock$
DECLARE
  sqls text[] := ARRAY[${sqls}];
  rests int[] := ARRAY[${rests}];
  i int := 1;
  made int := 0;
  because text;
BEGIN
  WHILE i <= array_length(sqls, 1) LOOP
    BEGIN
      EXECUTE sqls[i];
      made := made + 1;
      i := i + rests[i] + 1;
    EXCEPTION WHEN OTHERS THEN
      because := coalesce(because, SQLERRM);
      i := i + 1;
    END;
  END LOOP;
  PERFORM set_config('airlock.made', made::text, true), set_config('airlock.because', coalesce(because, ''), true);
END $airlock$;
SELECT json_build_array(current_setting('airlock.made')::int, current_setting('airlock.because'))::text`;
  try {
    const [made, because] = JSON.parse(await textOf(engine, sql)) as [number, string];
    return { made, because };
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return undefined;
  }
}

async function insertedOneByOne(engine: Engine, tries: readonly (readonly string[])[]): Promise<Inserted> {
  let made = 0;
  let because: string | undefined;
  for (const each of tries)
    for (const sql of each) {
      const error = await refusedBy(engine, sql);
      because ??= error?.message;
      if (error) continue;
      made += 1;
      break;
    }
  return { made, because: because ?? 'a value is missing' };
}

/** Runs it as one transaction. Out: the refusal. */
async function refusedBy(engine: Engine, sql: string): Promise<SqlError | undefined> {
  try {
    await engine.run(sql, 20_000);
    return undefined;
  } catch (error) {
    if (error instanceof EngineLost || !(error instanceof SqlError)) throw error;
    return error;
  }
}

type ParentRows = readonly (readonly (readonly (string | null)[])[])[];

/** For each foreign key the keys that its parent has. */
async function parentRows(engine: Engine, { foreignKeys }: FillTable): Promise<ParentRows> {
  if (foreignKeys.length === 0) return [];
  const lists = foreignKeys.map(({ parent, parentColumns }) => {
    const columns = parentColumns.map((name) => `${quoteIdentifier(name)}::text`).join(', ');
    return `(SELECT json_agg(json_build_array(${columns})) FROM (SELECT * FROM ${parent} LIMIT 50) AS t)`;
  });
  const text = await textOf(engine, `SELECT json_build_array(${lists.join(', ')})::text`);
  return (JSON.parse(text) as (ParentRows[number] | null)[]).map((each) => each ?? []);
}

function isWritten({ generated, identity }: FillColumn): boolean {
  return !generated && identity !== 'a';
}

interface MadeRow {
  readonly sql: string;
}

/** The values of one row by their columns, as SQL; undefined where one that has to be there cannot be made. */
function valuesFor(
  table: FillTable,
  at: number,
  variety: Variety,
  parents: ParentRows,
): ReadonlyMap<string, string> | undefined {
  const values = new Map<string, string>();
  for (const column of table.columns.filter(isWritten)) {
    const value = valueFor(column, at, variety);
    if (value === undefined && !column.hasDefault) return undefined;
    if (value !== undefined) values.set(column.name, value);
  }
  for (const [index, { columns, parent, isConstraint }] of table.foreignKeys.entries()) {
    const rows = parents[index] ?? [];
    const row = rows.length === 0 ? undefined : rows[at % rows.length];
    for (const [place, name] of columns.entries()) {
      const column = table.columns.find((each) => each.name === name);
      if (!column || !isWritten(column)) continue;
      const isNull = values.get(name) === 'NULL' && !column.notNull;
      const key = row?.[place];
      if (isNull) continue;
      if (key !== undefined && key !== null) values.set(name, `'${key.replaceAll("'", "''")}'`);
      else if (!column.notNull) values.set(name, 'NULL');
      // The first row of a table that refers to itself refers to itself.
      else if (parent !== table.name && isConstraint) return undefined;
    }
  }
  return values;
}

/** The INSERT of one row; undefined where a value that has to be there cannot be made. */
function rowFor(table: FillTable, at: number, variety: Variety, parents: ParentRows): MadeRow | undefined {
  const values = valuesFor(table, at, variety, parents);
  if (!values) return undefined;
  const names = [...values.keys()].map(quoteIdentifier).join(', ');
  const sql =
    values.size === 0
      ? `INSERT INTO ${table.name} AS airlock_row DEFAULT VALUES`
      : `INSERT INTO ${table.name} AS airlock_row (${names}) VALUES (${[...values.values()].join(', ')})`;
  return { sql };
}

/** What an application would write into a new row of a table, by column, as SQL; empty where nobody knows. */
export async function valuesToWrite(
  engine: Engine,
  table: FillTable,
  at: number,
): Promise<ReadonlyMap<string, string>> {
  return valuesFor(table, at, 'plain', await parentRows(engine, table)) ?? new Map();
}

/**
 * Writes a row into each of these tables as an application does that knows these columns. Out: the rows as they stand
 * then, by table; a table that refuses it is left out.
 */
export async function writeRows(
  engine: Engine,
  known: readonly FillTable[],
  at: number,
): Promise<Map<string, readonly string[]>> {
  const written = new Map<string, readonly string[]>();
  for (const table of known) {
    const row = rowFor(table, at, 'plain', await parentRows(engine, table).catch(() => []));
    if (!row) continue;
    try {
      const results = await engine.run(`${row.sql} RETURNING to_jsonb(airlock_row.*)::text AS row`, 20_000);
      written.set(
        table.name,
        (results.at(-1)?.rows ?? []).map((each) => String(each.row)),
      );
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
    }
  }
  return written;
}
