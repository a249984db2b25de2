import { quoteLiteral } from '../sql/quote.js';
import type { ParameterUse } from '../sql/query-parameters.js';
import { quoteIdentifier } from '../sql/quote.js';
import { type Engine, SqlError } from './engine.js';
import type { FillTable } from './fill-catalog.js';
import { valuesToWrite } from './fill.js';
import { type FillColumn, valueFor } from './fill-values.js';

/** The type that PostgreSQL infers for a parameter. */
export interface ParameterType {
  /** Of an array that of its elements, as in pg_type.typname. */
  readonly type: string;
  readonly isArray: boolean;
  /** As in pg_type.typtype. */
  readonly kind: string;
  readonly labels: readonly string[] | null;
}

/** The types of the parameters of a prepared statement, as JSON. In: its name, as SQL writes a literal. */
export function typesQuery(name: string): string {
  return `SELECT coalesce(json_agg(json_build_object('type', e.typname,
      'isArray', t.typcategory = 'A' AND t.typelem <> 0, 'kind', e.typtype,
      'labels', (SELECT json_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = e.oid)) ORDER BY p.n), '[]')::text
    FROM pg_prepared_statements AS s, unnest(s.parameter_types) WITH ORDINALITY AS p (oid, n)
    JOIN pg_type AS b ON b.oid = p.oid
    JOIN pg_type AS t ON t.oid = CASE WHEN b.typtype = 'd' THEN b.typbasetype ELSE b.oid END
    JOIN pg_type AS e ON e.oid = CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem ELSE t.oid END
    WHERE s.name = ${quoteLiteral(name)}`;
}

/** How many different lists of values are tried for a query. */
export const attempts = 3;

/**
 * Values for the parameters of a query, as SQL: those that stand in a row of the table where they are compared with its
 * columns, new ones where they are written, and else any of the type. In: which attempt it is, from 0.
 */
export async function valuesOf(
  engine: Engine,
  uses: readonly ParameterUse[],
  types: readonly ParameterType[],
  tables: readonly FillTable[],
  attempt: number,
): Promise<string[]> {
  const rows = new Map<FillTable, ReadonlyMap<string, string>>();
  const written = new Map<FillTable, ReadonlyMap<string, string>>();
  const found: string[] = [];
  for (const [index, type] of types.entries()) {
    const of = uses.filter(({ number }) => number === index + 1);
    const use = of.find(({ as }) => as === 'read') ?? of[0];
    const table = use && tables.find((each) => isCalled(each.name, use.relation.schema, use.relation.name));
    const column = table?.columns.find(({ name }) => name === use?.column);
    let value: string | undefined;
    // The last attempt looks at types alone.
    if (use && table && column && isAlike(column, type) && attempt < attempts - 1) {
      if (use.as === 'read') {
        const wanted = uses.flatMap((each) =>
          each.as === 'read' && each.relation.name === use.relation.name ? each.column : [],
        );
        const row = rows.get(table) ?? (await rowOf(engine, table, wanted, attempt));
        rows.set(table, row);
        value = row.get(column.name);
      } else {
        const row = written.get(table) ?? (await valuesToWrite(engine, table, 61 + attempt));
        written.set(table, row);
        value = row.get(column.name);
      }
      if (value !== undefined && type.isArray && !column.isArray) value = `ARRAY[${value}]`;
    }
    found.push(value ?? ofType(type, attempt));
  }
  return found;
}

/** In: the name of a table as SQL writes it, and one in a query. */
function isCalled(table: string, schema: string | undefined, name: string): boolean {
  const plain = table.replaceAll('"', '');
  return schema === undefined ? plain.slice(plain.indexOf('.') + 1) === name : plain === `${schema}.${name}`;
}

const families: readonly ReadonlySet<string>[] = [
  new Set(['text', 'varchar', 'bpchar', 'name', 'citext']),
  new Set(['int2', 'int4', 'int8', 'numeric', 'float4', 'float8']),
  new Set(['timestamp', 'timestamptz', 'date']),
  new Set(['json', 'jsonb']),
];

function isAlike({ type: own }: FillColumn, { type }: ParameterType): boolean {
  return own === type || families.some((family) => family.has(own) && family.has(type));
}

/** The values of one row by the names of its columns, as SQL; empty where the table has none with all of them. */
async function rowOf(
  engine: Engine,
  { name, columns }: FillTable,
  wanted: readonly string[],
  at: number,
): Promise<ReadonlyMap<string, string>> {
  const names = [...new Set(wanted)].filter((each) => columns.some((column) => column.name === each));
  if (names.length === 0) return new Map();
  const list = names.map((each, index) => `${quoteIdentifier(each)}::text AS c${index}`).join(', ');
  const where = names.map((each) => `${quoteIdentifier(each)} IS NOT NULL`).join(' AND ');
  try {
    const [result] = await engine.run(`SELECT ${list} FROM ${name} WHERE ${where} LIMIT 1 OFFSET ${at}`);
    const [row] = result?.rows ?? [];
    return new Map(row ? names.map((each, index) => [each, quoteLiteral(String(row[`c${index}`]))]) : []);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return new Map();
  }
}

function ofType({ type, isArray, kind, labels }: ParameterType, attempt: number): string {
  const column = {
    ...{ name: 'value', type, isArray, kind, labels, length: -1, precision: -1, scale: -1, notNull: false },
    ...{ hasDefault: false, identity: '', generated: false, isKey: false, candidates: [] },
  };
  return valueFor(column, 71 + attempt, 'plain') ?? 'NULL';
}
