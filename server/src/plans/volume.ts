import { type Engine, SqlError } from '../rehearsal/engine.js';
import type { FillTable } from '../rehearsal/fill-catalog.js';
import type { FillColumn } from '../rehearsal/fill-values.js';
import { quoteIdentifier, quoteLiteral } from '../sql/quote.js';

/** As many rows make an index worth more than reading the table. */
const ROWS = 20_000;

/** A foreign key has so many different values, so that each stands in a few rows. */
const KEYS = 2000;

/**
 * Fills a table with many rows, made by one statement, so that the planner weighs an index against reading the table.
 * Foreign keys and triggers are not looked at. Out: false where no rows could be made, as where a CHECK refuses them.
 */
export async function addVolume(engine: Engine, table: FillTable, limitMs: number): Promise<boolean> {
  const insert = insertFor(table);
  if (insert === undefined) return false;
  try {
    await engine.run('BEGIN; SET LOCAL session_replication_role = replica');
    await engine.run(insert, limitMs);
    await engine.run('COMMIT');
    await engine.run(`ANALYZE ${table.name}`, limitMs);
    return true;
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    await engine.run('ROLLBACK');
    return false;
  }
}

/** The INSERT of all rows; undefined where a column needs a value that nobody can make. */
function insertFor(table: FillTable): string | undefined {
  const keys = new Set(table.foreignKeys.flatMap(({ columns }) => columns));
  const written: { name: string; value: string }[] = [];
  for (const column of table.columns) {
    if (column.generated || column.identity === 'a') continue;
    const value = expressionFor(column, keys.has(column.name));
    if (value !== undefined) written.push({ name: quoteIdentifier(column.name), value });
    else if (column.notNull && !column.hasDefault && column.identity === '') return undefined;
  }
  if (written.length === 0) return undefined;
  const [names, values] = [written.map(({ name }) => name).join(', '), written.map(({ value }) => value).join(', ')];
  return `INSERT INTO ${table.name} (${names}) SELECT ${values} FROM generate_series(1, ${ROWS}) AS g ON CONFLICT DO NOTHING`;
}

/** An expression over g, another value for each row where the column may be a key; undefined for types without one. */
function expressionFor(column: FillColumn, isForeignKey: boolean): string | undefined {
  const { type, isArray, kind, labels, length, name, candidates } = column;
  if (isArray) return undefined;
  const number = isForeignKey ? `(g % ${KEYS})` : (betweenLimits(candidates) ?? '(g + 100000)');
  if (kind === 'e')
    return labels && labels.length > 0
      ? `(ARRAY[${labels.map(quoteLiteral).join(', ')}])[1 + g % ${labels.length}]::${quoteIdentifier(type)}`
      : undefined;
  switch (type) {
    case 'int2':
      return '(g % 30000)';
    case 'int4':
    case 'int8':
    case 'oid':
      return number;
    case 'numeric':
      return column.precision >= 0 ? `(g % ${10 ** Math.min(6, column.precision - column.scale)})` : number;
    case 'float4':
    case 'float8':
      return `(g * 0.5)`;
    case 'bool':
      return '(g % 2 = 0)';
    case 'text':
    case 'varchar':
    case 'citext':
    case 'name': {
      if (candidates.length > 0 && !column.isKey)
        return `(ARRAY[${candidates.map(quoteLiteral).join(', ')}])[1 + g % ${candidates.length}]`;
      const text = `${quoteLiteral(`${name} `)} || ${isForeignKey ? number : 'g'}`;
      return length >= 0 ? `right(${text}, ${length})` : `(${text})`;
    }
    case 'uuid':
      return isForeignKey ? `md5(${number}::text)::uuid` : 'md5(g::text)::uuid';
    case 'date':
      return "(date '2024-01-01' + g % 700)";
    case 'timestamp':
    case 'timestamptz':
      return "(timestamp '2024-01-01' + g * interval '17 minutes')";
    case 'json':
    case 'jsonb':
      return `format('{"n": %s}', g)::${type}`;
    default:
      return undefined;
  }
}

/** Numbers between those that a CHECK names; undefined where it names none. */
function betweenLimits(candidates: readonly string[]): string | undefined {
  const limits = candidates.map(Number).filter(Number.isFinite);
  if (limits.length === 0) return undefined;
  const low = Math.min(...limits);
  const room = Math.max(...limits) - low - 1;
  return `(${low} + 1 + g % ${room > 0 ? room : 1000})`;
}
