import { catalogQuery } from './catalog-snapshot.js';
import type { Rows } from './differences.js';
import { type Engine, textOf } from './engine.js';
import { quoteLiteral } from '../sql/quote.js';

/** Schema and rows of a database. */
export interface Sight {
  readonly schema: readonly string[];
  readonly rows: Rows;
  /** Tables with more rows than are compared. */
  readonly uncompared: readonly string[];
}

/** Everything that is compared, sorted. In: the schema, where it is known. */
export async function sightOf(engine: Engine, schema?: readonly string[]): Promise<Sight> {
  const all = await allRows(engine);
  const rows = new Map([...all].filter(([, each]) => each.length <= maxRows));
  const uncompared = [...all.keys()].filter((name) => !rows.has(name));
  return { schema: schema ?? (await schemaOf(engine)), rows, uncompared };
}

export async function schemaOf(engine: Engine): Promise<string[]> {
  // Definitions name every object with its schema when the search path is empty.
  const results = await engine.run(`SET search_path = '';\n${catalogQuery};\nRESET search_path`);
  return (results[1]?.rows ?? [])
    .map(({ line }) => String(line))
    .filter((line) => !columnsOwn.test(line))
    .sort();
}

/** NOT NULL is an object with a name from 18 on, which says no more than the line of its column. */
const columnsOwn = /^constraint .* on .* NOT NULL (?:"(?:[^"]|"")*"|[^\s"]+) local /;

/** A table with more rows is not compared: of a part of them nobody knows which ones have changed. */
const maxRows = 5000;

/** The rows of all tables as they stand now, of a table with very many a part. */
export async function allRows(engine: Engine): Promise<Rows> {
  const [tables] = await engine.run(
    `SELECT format('%I.%I', nspname, relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
     WHERE relkind = 'r' AND relpersistence <> 't' AND nspname !~ '^pg_' AND nspname <> 'information_schema' ORDER BY 1`,
  );
  const names = (tables?.rows ?? []).map(({ name }) => String(name));
  if (names.length === 0) return new Map();
  const [found] = await engine.run(
    names
      .map(
        (name) =>
          `SELECT ${quoteLiteral(name)} AS name, coalesce(json_agg(row), '[]')::text AS rows FROM (SELECT to_jsonb(airlock_row.*)::text AS row FROM ONLY ${name} AS airlock_row LIMIT ${maxRows + 1}) AS r`,
      )
      .join('\nUNION ALL '),
  );
  return new Map((found?.rows ?? []).map(({ name, rows }) => [String(name), JSON.parse(String(rows)) as string[]]));
}

export function rowCount(rows: Rows): number {
  return [...rows.values()].reduce((sum, each) => sum + each.length, 0);
}

/** Makes two schemas known apart by the names of their objects, quickly; equal names may still be of different objects. */
export function schemaMark(engine: Engine): Promise<string> {
  return textOf(
    engine,
    `SELECT md5(string_agg(line, ',' ORDER BY line COLLATE "C")) FROM (
      SELECT format('%s.%s %s', relnamespace, relname, relkind) AS line FROM pg_class WHERE oid >= 16384 AND relkind <> 't'
        AND relnamespace <> 'pg_toast'::regnamespace
      UNION ALL SELECT format('%s %s %s', conname, contype, convalidated) FROM pg_constraint WHERE oid >= 16384
      UNION ALL SELECT format('%s %s %s %s', c.relname, attname, atttypid::regtype, attnotnull) FROM pg_attribute
        JOIN pg_class AS c ON c.oid = attrelid
        WHERE attrelid >= 16384 AND attnum > 0 AND NOT attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'c')
      UNION ALL SELECT format('%s %s', proname, proargtypes) FROM pg_proc WHERE oid >= 16384
      UNION ALL SELECT tgname FROM pg_trigger WHERE NOT tgisinternal
      UNION ALL SELECT polname FROM pg_policy
      UNION ALL SELECT typname FROM pg_type WHERE oid >= 16384 AND typtype IN ('e', 'd', 'r')) AS all_lines`,
  );
}
