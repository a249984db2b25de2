import { catalogQuery } from './catalog-snapshot.js';
import type { Rows } from './differences.js';
import type { Engine } from './engine.js';
import { quoteLiteral } from '../sql/quote.js';

/** Schema and rows of a database. */
export interface Sight {
  readonly schema: readonly string[];
  readonly rows: Rows;
  /** Tables with more rows than are compared. */
  readonly uncompared: readonly string[];
}

/** The lines of the schema, sorted. */
export async function schemaOf(engine: Engine): Promise<string[]> {
  // Definitions name every object with its schema when the search path is empty.
  const results = await engine.run(`SET search_path = '';\n${catalogQuery};\nRESET search_path`);
  return (results[1]?.rows ?? [])
    .map(({ line }) => String(line))
    .filter((line) => !columnsOwn.test(line))
    .sort();
}

/** NOT NULL is an object with a name from 18 on, which says no more than the line of its column. */
export const columnsOwn = /^constraint .* on .* NOT NULL (?:"(?:[^"]|"")*"|[^\s"]+) local /;

/** A table with more rows is not compared: of a part of them nobody knows which ones have changed. */
export const maxRows = 5000;

/** The rows of all tables as they stand now, of a table with very many a part. */
export async function allRows(engine: Engine): Promise<Rows> {
  const [tables] = await engine.run(
    `SELECT format('%I.%I', nspname, relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
     WHERE relkind = 'r' AND relpersistence <> 't' AND nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY 1`,
  );
  const names = (tables?.rows ?? []).map(({ name }) => String(name));
  if (names.length === 0) return new Map();
  const [found] = await engine.run(rowsQuery(names));
  return new Map((found?.rows ?? []).map(({ name, rows }) => [String(name), JSON.parse(String(rows)) as string[]]));
}

export function rowCount(rows: Rows): number {
  return [...rows.values()].reduce((sum, each) => sum + each.length, 0);
}

/** "name" and "rows", a JSON of texts, of each of these tables, at least one. In: their names as SQL. */
export function rowsQuery(names: readonly string[]): string {
  return names
    .map(
      (name) =>
        `SELECT ${quoteLiteral(name)} AS name, coalesce(json_agg(row), '[]')::text AS rows FROM (SELECT to_jsonb(airlock_row.*)::text AS row FROM ONLY ${name} AS airlock_row LIMIT ${maxRows + 1}) AS r`,
    )
    .join('\nUNION ALL ');
}
