import type { Table } from '../schema/model.js';
import type { SchemaState } from '../schema/state.js';
import { analyseExpression } from '../sql/expressions.js';
import { stableFunctions, volatileFunctions } from './builtin-functions.js';

/** Casts that look at the TimeZone, the DateStyle or the locale of the session (pg_cast and the types' output functions). */
const mutableCasts = new Set([
  'timestamptz>date',
  'timestamptz>time',
  'timestamptz>timetz',
  'timestamptz>timestamp',
  'timestamp>timestamptz',
  'date>timestamptz',
  'time>timetz',
  ...['timestamptz', 'timestamp', 'date', 'interval', 'money'].flatMap((type) => [`${type}>text`, `${type}>varchar`]),
]);

const aliases: Readonly<Record<string, string>> = {
  'timestamp with time zone': 'timestamptz',
  'timestamp without time zone': 'timestamp',
  'time without time zone': 'time',
  'time with time zone': 'timetz',
  'character varying': 'varchar',
};

/**
 * True when an expression over the columns of a table is certainly not immutable, so that no index and no generated
 * column may have it (42P17). A function that is immutable for some arguments only is not counted.
 */
export function mutableIn(expression: string, table: Table, before: SchemaState): boolean {
  const facts = analyseExpression(expression);
  if (!facts) return false;
  for (const { schema, name } of facts.functions) {
    if (schema !== undefined && schema !== 'pg_catalog') continue;
    const user = before.function({ schema, name });
    // A function in SQL may be put in the place of its call, and then its words decide.
    if (user) {
      if (user.volatility !== 'immutable' && user.language !== 'sql') return true;
      continue;
    }
    if (volatileFunctions.has(name) || stableFunctions.has(name)) return true;
  }
  const cast = /(?<![\w.")])(?:\w+\.)?("?\w+"?)\s*::\s*([a-z ]+)/gi;
  for (const [, column = '', target = ''] of expression.matchAll(cast)) {
    const type = table.columns.get(column.replace(/^"(.*)"$/, '$1'))?.type;
    if (!type || type.schema !== undefined || type.arrayDimensions > 0 || before.type(type)) continue;
    const to = target.trim().toLowerCase();
    if (mutableCasts.has(`${type.name}>${aliases[to] ?? to}`)) return true;
  }
  return false;
}
