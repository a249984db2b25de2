import type { Index } from '../../schema/model.js';
import { doBlock } from '../../schema/safe-statements.js';
import { quoteIdentifier, quoteLiteral } from '../../sql/quote.js';

/**
 * CREATE INDEX CONCURRENTLY of an index as the migrations show it, under another name and, where wanted, of another
 * column. In: the new name as the catalog has it, the table as SQL text. What the schema does not keep (storage
 * parameters, tablespace, NULLS NOT DISTINCT) is not in it: `refuseSettings` looks for those in the database.
 */
export function createIndexSql(
  index: Index,
  name: string,
  table: string,
  renamed: (column: string) => string = (column) => column,
): string {
  const expressions = [...index.expressions];
  const columns = index.columns.map((column, at) => {
    const what = column === undefined ? `(${expressions.shift() ?? ''})` : quoteIdentifier(renamed(column));
    return [what, index.options[at] ?? ''].filter((word) => word !== '').join(' ');
  });
  const include = index.include.map((column) => quoteIdentifier(renamed(column)));
  return [
    `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX CONCURRENTLY IF NOT EXISTS ${quoteIdentifier(name)} ON ${table}`,
    `USING ${index.method} (${columns.join(', ')})`,
    ...(include.length === 0 ? [] : [`INCLUDE (${include.join(', ')})`]),
    ...(index.predicate === undefined ? [] : [`WHERE ${index.predicate}`]),
  ].join(' ');
}

/** Fails where an index has what `createIndexSql` leaves out. In: the index as SQL text. Nothing where it is not there. */
export function refuseSettings(index: string): string {
  const oid = `to_regclass(${quoteLiteral(index)})`;
  return doBlock([
    `IF EXISTS (SELECT FROM pg_class WHERE oid = ${oid} AND (reloptions IS NOT NULL OR reltablespace <> 0 OR pg_get_indexdef(oid) LIKE '%NULLS NOT DISTINCT%')) THEN`,
    `  RAISE EXCEPTION '% has settings that the migrations do not show: storage parameters, a tablespace or NULLS NOT DISTINCT', ${quoteLiteral(index)};`,
    'END IF;',
  ]);
}
