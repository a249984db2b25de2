import { quoteLiteral } from '../sql/quote.js';
import type { Rows } from './differences.js';
import { type Engine, textOf } from './engine.js';
import type { FillColumn } from './fill-values.js';

/** A table as far as rows for it hang on it. */
export interface FillTable {
  /** As SQL: quoted where it has to be, with its schema. */
  readonly name: string;
  readonly columns: readonly FillColumn[];
  readonly foreignKeys: readonly FillKey[];
  readonly checks: readonly {
    readonly name: string;
    readonly columns: readonly string[];
    readonly literals: readonly string[];
  }[];
  readonly rows: number;
}

export interface FillKey {
  readonly columns: readonly string[];
  readonly parent: string;
  readonly parentColumns: readonly string[];
  /** False where only the names say so. */
  readonly isConstraint: boolean;
}

/** Tables that hold rows of their own, so no partitioned parents of nothing; partitions are filled through their parents. */
const queryFor = (only: string): string => `
WITH RECURSIVE base AS (
  SELECT oid, typbasetype AS down, ARRAY[oid] AS domains FROM pg_type WHERE typtype = 'd'
  UNION ALL
  SELECT b.oid, t.typbasetype, b.domains || t.oid FROM base b JOIN pg_type t ON t.oid = b.down WHERE t.typtype = 'd'
), whole AS (SELECT * FROM base WHERE NOT EXISTS (SELECT FROM pg_type d WHERE d.oid = base.down AND d.typtype = 'd')),
tables AS (
  SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name, n.nspname, c.relname
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND c.relpersistence <> 't'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e') ${only}
), lists AS (
  SELECT a.attrelid, json_agg(json_build_object('name', a.attname, 'type', e.typname,
      'isArray', t.typcategory = 'A' AND t.typelem <> 0, 'kind', e.typtype,
      'labels', CASE e.typtype WHEN 'e' THEN (SELECT json_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = e.oid) END,
      'length', CASE WHEN e.typname IN ('varchar', 'bpchar') THEN m.mod - 4 WHEN e.typname IN ('bit', 'varbit') THEN m.mod ELSE -1 END,
      'precision', CASE WHEN e.typname = 'numeric' AND m.mod > 4 THEN ((m.mod - 4) >> 16) & 65535 ELSE -1 END,
      'scale', CASE WHEN e.typname = 'numeric' AND m.mod > 4 THEN (m.mod - 4) & 2047 ELSE -1 END,
      'notNull', a.attnotnull OR (w.oid IS NOT NULL AND (SELECT bool_or(typnotnull) FROM pg_type WHERE oid = ANY (w.domains))),
      'hasDefault', a.atthasdef, 'identity', a.attidentity, 'generated', a.attgenerated <> '',
      'isKey', EXISTS (SELECT FROM pg_index i WHERE i.indrelid = x.oid AND i.indisunique AND a.attnum = ANY (i.indkey::int2[])),
      'domainChecks', CASE WHEN w.oid IS NOT NULL THEN
        (SELECT json_agg(pg_get_constraintdef(o.oid)) FROM pg_constraint o WHERE o.contypid = ANY (w.domains)) END)
      ORDER BY a.attnum) AS columns
  FROM tables x JOIN pg_attribute a ON a.attrelid = x.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN whole w ON w.oid = a.atttypid
  JOIN pg_type t ON t.oid = coalesce(w.down, a.atttypid)
  JOIN pg_type e ON e.oid = CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem ELSE t.oid END
  JOIN LATERAL (SELECT CASE WHEN a.atttypmod >= 0 THEN a.atttypmod WHEN w.oid IS NULL THEN -1
    ELSE coalesce((SELECT max(typtypmod) FROM pg_type WHERE oid = ANY (w.domains)), -1) END AS mod) m ON true
  GROUP BY a.attrelid
)
SELECT json_agg(json_build_object('name', x.name, 'columns', l.columns,
  'foreignKeys', (SELECT json_agg(json_build_object('isConstraint', true, 'columns', (SELECT json_agg(a.attname ORDER BY k.n) FROM unnest(o.conkey) WITH ORDINALITY AS k (num, n)
        JOIN pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = k.num),
      'parent', (SELECT format('%I.%I', pn.nspname, p.relname) FROM pg_class p JOIN pg_namespace pn ON pn.oid = p.relnamespace WHERE p.oid = o.confrelid),
      'parentColumns', (SELECT json_agg(a.attname ORDER BY k.n) FROM unnest(o.confkey) WITH ORDINALITY AS k (num, n)
        JOIN pg_attribute a ON a.attrelid = o.confrelid AND a.attnum = k.num)) ORDER BY o.conname)
    FROM pg_constraint o WHERE o.conrelid = x.oid AND o.contype = 'f'),
  'checks', (SELECT json_agg(json_build_object('name', o.conname, 'definition', pg_get_constraintdef(o.oid), 'columns',
      (SELECT coalesce(json_agg(a.attname), '[]') FROM pg_attribute a WHERE a.attrelid = x.oid AND a.attnum = ANY (o.conkey))) ORDER BY o.conname)
    FROM pg_constraint o WHERE o.conrelid = x.oid AND o.contype = 'c')) ORDER BY x.nspname, x.relname)::text AS tables
FROM tables x LEFT JOIN lists l ON l.attrelid = x.oid`;

interface RawTable {
  readonly name: string;
  readonly columns:
    | readonly (Omit<FillColumn, 'candidates'> & { readonly domainChecks: readonly string[] | null })[]
    | null;
  readonly foreignKeys: readonly FillKey[] | null;
  readonly checks:
    | readonly { readonly name: string; readonly definition: string; readonly columns: readonly string[] }[]
    | null;
}

/** The tables of a database in which rows can stand, each with the number of its rows. In: the names, where not all are wanted. */
export async function tablesToFill(engine: Engine, wanted?: readonly string[]): Promise<FillTable[]> {
  return withRows(engine, withLikelyKeys(await bareTables(engine, wanted)), new Map());
}

/** Tables as they were read, and the schema that was there then. */
export interface ReadTables {
  /** As a look gives it. */
  readonly schema: readonly string[];
  readonly tables: readonly FillTable[];
}

const tableLine = /^(?:table|partitioned table) ((?:"(?:[^"]|"")*"|[^\s."]+)\.(?:"(?:[^"]|"")*"|[^\s."]+)) /;

/** The tables without the number of their rows; only those are looked at of which the schema says something else than before. */
export async function tablesOf(
  engine: Engine,
  schema: readonly string[],
  read: ReadTables | undefined,
): Promise<readonly FillTable[]> {
  if (read?.schema === schema) return read.tables;
  if (!read) return withLikelyKeys(await bareTables(engine, undefined));
  const { schema: old, tables } = read;
  const [was, is] = [new Set(old), new Set(schema)];
  const changed = [...old.filter((line) => !is.has(line)), ...schema.filter((line) => !was.has(line))];
  if (changed.length === 0) return tables;
  // What a type allows stands in the tables that use it.
  if (changed.some((line) => /^(?:type |constraint .* on domain )/.test(line)))
    return withLikelyKeys(await bareTables(engine, undefined));
  const names = new Set(changed.flatMap((line) => tableLine.exec(line)?.[1] ?? []));
  for (const { name } of tables) if (changed.some((line) => line.includes(name))) names.add(name);
  const fresh = names.size === 0 ? [] : await bareTables(engine, [...names]);
  const kept = tables
    .filter(({ name }) => !names.has(name))
    .map((table) => ({ ...table, foreignKeys: table.foreignKeys.filter(({ isConstraint }) => isConstraint) }));
  return withLikelyKeys([...kept, ...fresh].sort((a, b) => (a.name < b.name ? -1 : 1)));
}

/** Without the number of their rows, and the keys that only names suggest. */
async function bareTables(engine: Engine, wanted: readonly string[] | undefined): Promise<FillTable[]> {
  const only =
    wanted === undefined
      ? ''
      : `AND c.oid IN (${wanted.map((name) => `to_regclass(${quoteLiteral(name)})::oid`).join(', ')})`;
  const raw = JSON.parse((await textOf(engine, queryFor(only))) || '[]') as readonly RawTable[];
  return raw.map(({ name, columns, foreignKeys, checks }) => {
    const known = (checks ?? []).map((check) => ({ ...check, literals: literalsOf(check.definition) }));
    return {
      name,
      columns: (columns ?? []).map(({ domainChecks, ...column }) => ({
        ...column,
        candidates: [
          ...(domainChecks ?? []).flatMap(literalsOf),
          ...known.filter((check) => check.columns.includes(column.name)).flatMap(({ literals }) => literals),
        ].filter((each) => fits(each, column.type)),
      })),
      foreignKeys: foreignKeys ?? [],
      checks: known,
      rows: 0,
    };
  });
}

/** The tables with the number of their rows. In: the rows that are known; those of partitioned tables are not. */
export async function withRows(engine: Engine, tables: readonly FillTable[], known: Rows): Promise<FillTable[]> {
  const asked = tables.filter(({ name }) => !known.has(name)).map(({ name }) => name);
  const counts =
    asked.length === 0
      ? []
      : (JSON.parse(
          await textOf(
            engine,
            `SELECT json_build_array(${asked.map((name) => `(SELECT count(*) FROM (SELECT FROM ${name} LIMIT 1000) AS t)`).join(', ')})::text`,
          ).catch(() => '[]'),
        ) as readonly number[]);
  const counted = new Map(asked.map((name, index) => [name, counts[index] ?? 0]));
  return tables.map((table) => ({ ...table, rows: known.get(table.name)?.length ?? counted.get(table.name) ?? 0 }));
}

function withLikelyKeys(tables: readonly FillTable[]): FillTable[] {
  const byName = new Map(tables.map((table) => [table.name, table]));
  return tables.map((table) => ({ ...table, foreignKeys: [...table.foreignKeys, ...likelyKeys(table, byName)] }));
}

/**
 * Columns that hold keys of other tables although no constraint says so yet: customer_id, where there is a table customers
 * with a column id of the same type. Applications keep to it, and the constraint may come with the next migration.
 */
function likelyKeys(
  { name: own, columns, foreignKeys: known }: FillTable,
  tables: ReadonlyMap<string, FillTable>,
): FillKey[] {
  const schema = own.slice(0, own.lastIndexOf('.'));
  return columns.flatMap(({ name, type, isKey }) => {
    const [, stem] = /^(.+)_id$/.exec(name) ?? [];
    if (stem === undefined || isKey || known.some((key) => key.columns.includes(name))) return [];
    const names = [stem, `${stem}s`, `${stem}es`, stem.replace(/y$/, 'ies')].map((each) => `${schema}.${each}`);
    const parent = names.flatMap((each) => (each === own ? [] : (tables.get(each) ?? [])))[0];
    const key = parent?.columns.find((column) => column.name === 'id' && column.type === type && column.isKey);
    return parent && key ? [{ columns: [name], parent: parent.name, parentColumns: ['id'], isConstraint: false }] : [];
  });
}

/** The constants of a CHECK, as pg_get_constraintdef writes them; of numbers also those next to them. */
function literalsOf(definition: string): string[] {
  const strings = [...definition.matchAll(/'((?:[^']|'')*)'/g)].map(([, text = '']) => text.replaceAll("''", "'"));
  const numbers = [...definition.replaceAll(/'(?:[^']|'')*'/g, ' ').matchAll(/(?<![\w.])-?\d+(?:\.\d+)?/g)].flatMap(
    ([text]) => {
      const number = Number(text);
      return [number + 1, number, number - 1].map(String);
    },
  );
  return [...strings, ...numbers].slice(0, 20);
}

const isNumber = /^(?:int[248]|numeric|float[48]|money)$/;

function fits(literal: string, type: string): boolean {
  return !isNumber.test(type) || /^-?\d+(?:\.\d+)?$/.test(literal);
}
