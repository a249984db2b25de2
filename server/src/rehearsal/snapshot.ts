import { catalogSnapshot } from './catalog-snapshot.js';
import type { SqlConnection } from './connection.js';

type Row = Readonly<Record<string, unknown>>;

/** Schema and rows of a database. */
export interface Snapshot {
  /** One line for each fact about each object, sorted. */
  readonly schema: readonly string[];
  /** Of each table and filled materialized view, by its name with its schema. */
  readonly rows: ReadonlyMap<string, readonly Row[]>;
}

/** What a comparison of rows leaves out. */
export interface RowOptions {
  /** Columns of which only NULL or not NULL counts, such as those that a volatile default fills. */
  readonly volatile?: readonly string[] | undefined;
  /** Columns in which a value may stand where NULL was. */
  readonly filled?: readonly string[] | undefined;
}

export async function snapshotOf(db: SqlConnection): Promise<Snapshot> {
  await db.exec('RESET ALL');
  const schema = await catalogSnapshot(db);
  const tables = await db.query<{ name: string }>(
    `SELECT format('%I.%I', nspname, relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
     WHERE relkind IN ('r', 'm') AND relispopulated AND nspname !~ '^pg_' AND nspname <> 'information_schema'
     ORDER BY 1`,
  );
  const rows = new Map<string, readonly Row[]>();
  for (const { name } of tables.rows) {
    const found = await db.query<{ row: Row }>(`SELECT to_jsonb(each_row) AS row FROM ONLY ${name} AS each_row`);
    rows.set(
      name,
      found.rows.map(({ row }) => row),
    );
  }
  return { schema, rows };
}

/** What `after` has and `before` has not ("+ …"), and what it lacks ("- …"), in schema and rows. */
export function differences(before: Snapshot, after: Snapshot, options: RowOptions = {}): string[] {
  return [...schemaDifferences(before.schema, after.schema), ...rowDifferences(before, after, options)];
}

export function schemaDifferences(before: readonly string[], after: readonly string[]): string[] {
  const [was, is] = [new Set(before), new Set(after)];
  return [
    ...before.filter((line) => !is.has(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !was.has(line)).map((line) => `+ ${line}`),
  ];
}

function rowDifferences(before: Snapshot, after: Snapshot, options: RowOptions): string[] {
  const found: string[] = [];
  for (const [table, rows] of before.rows) {
    const others = after.rows.get(table);
    if (!others) continue;
    const lines = (list: readonly Row[]): string[] =>
      list.map((row) => JSON.stringify(comparable(row, options))).sort();
    const [was, is] = [lines(rows), lines(others)];
    const changed = was.filter((line, index) => line !== is[index]);
    if (was.length !== is.length) found.push(`rows of ${table}: ${was.length} became ${is.length}`);
    const at = was.findIndex((line, index) => line !== is[index]);
    if (changed.length > 0)
      found.push(`rows of ${table}: ${changed.length} differ, such as ${was[at]} and ${is[at] ?? 'none'}`);
  }
  return found;
}

function comparable(row: Row, { volatile = [], filled = [] }: RowOptions): Row {
  const sorted: Record<string, unknown> = {};
  for (const name of Object.keys(row).sort()) {
    if (filled.includes(name)) continue;
    sorted[name] = volatile.includes(name) ? row[name] !== null : row[name];
  }
  return sorted;
}
