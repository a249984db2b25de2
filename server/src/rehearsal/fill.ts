import { quoteIdentifier } from '../sql/quote.js';
import { type Engine, EngineLost, SqlError, textOf } from './engine.js';
import { type FillTable, tablesToFill } from './fill-catalog.js';
import { type FillColumn, valueFor, type Variety } from './fill-values.js';

/** What has become of the rows of the tables. */
export interface Filled {
  /** Tables that hold rows made here. */
  readonly tables: readonly string[];
  readonly rows: number;
  /** Tables for which not all rows could be made, with PostgreSQL's reason. */
  readonly missing: readonly { readonly table: string; readonly because: string }[];
}

/** How many rows a table gets. */
const rowsEach = 12;

/**
 * Fills the tables that are empty, parents before children, with the same rows each time: they respect types, keys,
 * CHECK constraints, enums and foreign keys. Triggers fire as they would. Tables with rows of their own stay as they are.
 */
export async function fillTables(engine: Engine, variety: Variety): Promise<Filled> {
  const tables = parentsFirst(await tablesToFill(engine));
  const filled: string[] = [];
  const missing: { table: string; because: string }[] = [];
  let rows = 0;
  for (const table of tables) {
    if (table.rows > 0) continue;
    const { made, because } = await fillTable(engine, table, variety);
    rows += made;
    if (made > 0) filled.push(table.name);
    if (because !== undefined) missing.push({ table: table.name, because });
  }
  return { tables: filled, rows, missing };
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
  const error = await refusedBy(engine, whole.map(({ sql }) => sql).join(';\n'));
  if (!error) return { made: whole.length };
  let made = 0;
  let because: string | undefined;
  for (let at = 0; at < rowsEach; at++) {
    const refused = await insertOne(engine, table, at, variety, parents);
    if (refused === undefined) made += 1;
    else because ??= refused;
  }
  return { made, ...(because === undefined || made > 0 ? {} : { because }) };
}

/** Tries a row, then the same with other values where a CHECK refuses it. Out: why there is none. */
async function insertOne(
  engine: Engine,
  table: FillTable,
  at: number,
  variety: Variety,
  parents: ParentRows,
): Promise<string | undefined> {
  let first: string | undefined;
  for (let attempt = 0; attempt < 8; attempt++) {
    const row = rowFor(table, attempt === 0 ? at : at + 6 + attempt * 17, attempt < 2 ? variety : 'plain', parents);
    if (!row) return 'a value is missing';
    const error = await refusedBy(engine, row.sql);
    if (!error) return undefined;
    first ??= error.message;
  }
  return first;
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
  const found: (readonly (string | null)[])[][] = [];
  for (const { parent, parentColumns } of foreignKeys) {
    const columns = parentColumns.map((name) => `${quoteIdentifier(name)}::text`).join(', ');
    const text = await textOf(
      engine,
      `SELECT json_agg(json_build_array(${columns}))::text FROM (SELECT * FROM ${parent} LIMIT 50) AS t`,
    );
    found.push(JSON.parse(text || '[]') as (string | null)[][]);
  }
  return found;
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
      const results = await engine.run(`${row.sql} RETURNING to_jsonb(airlock_row)::text AS row`, 20_000);
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
