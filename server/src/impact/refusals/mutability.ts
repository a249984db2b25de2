import type { ColumnType } from '../../schema/model.js';
import type { SchemaState } from '../../schema/state.js';
import { analyseExpression } from '../../sql/expressions.js';
import { type Operand, typedParts } from '../../sql/typed-parts.js';
import { stableFunctions, volatileFunctions } from '../builtin-functions.js';

/** Columns by their names. */
export type TypedColumns = Pick<ReadonlyMap<string, { readonly type: ColumnType | undefined }>, 'get'>;

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

/** Strings are read by the settings of the session for these types; a literal is read once and kept. */
for (const text of ['text', 'varchar', 'bpchar'])
  for (const type of ['date', 'timestamp', 'timestamptz', 'time', 'timetz', 'interval', 'regclass'])
    mutableCasts.add(`${text}>${type}`);

/** Functions that are immutable for some types of their arguments alone (pg_proc of PostgreSQL 15 and 18). */
const mutableCalls: Readonly<Record<string, (types: readonly (string | undefined)[]) => boolean>> = {
  // A date is taken for a timestamptz. With a zone it is immutable since PostgreSQL 16.
  date_trunc: ([, type, zone]) => zone === undefined && (type === 'timestamptz' || type === 'date'),
  date_part: ([, type]) => type === 'timestamptz',
  extract: ([, type]) => type === 'timestamptz',
  date: ([type]) => type === 'timestamptz',
  to_tsvector: (types) => types.length === 1 && (types[0] === 'text' || types[0] === 'varchar'),
};

/** Something in the text that only its types decide. */
const TYPED = /::|\bcast\b|\b(?:date_trunc|date_part|extract|date|to_tsvector)\s*\(/i;

function typeOf(operand: Operand, columns: Types): string | undefined {
  switch (operand.kind) {
    case 'column':
      return columns(operand.name);
    case 'type':
      return operand.name;
    case 'zoned': {
      const of = typeOf(operand.of, columns);
      return of === 'timestamptz' ? 'timestamp' : of === 'timestamp' ? 'timestamptz' : undefined;
    }
    default:
      return undefined;
  }
}

/** The internal name of a column's built-in type. */
type Types = (column: string) => string | undefined;

function isMutableByTypes(expression: string, columns: Types): boolean {
  if (!TYPED.test(expression)) return false;
  const { calls, casts } = typedParts(expression);
  const isMutable = (from: string | undefined, to: string): boolean =>
    from !== undefined && mutableCasts.has(`${from}>${to}`);
  return (
    casts.some(({ of, to }) => of.kind !== 'constant' && isMutable(typeOf(of, columns), to)) ||
    calls.some(({ name, given }) => mutableCalls[name]?.(given.map((each) => typeOf(each, columns))) === true)
  );
}

/**
 * True when an expression over the columns of a table is certainly not immutable, so that no index and no generated
 * column may have it (42P17). A function that is immutable for some arguments only is not counted.
 */
export function mutableIn(expression: string, columns: TypedColumns, before: SchemaState): boolean {
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
    // Known dictionaries may change: unaccent() is STABLE (pg_proc of PostgreSQL 15 and 18).
    if (name === 'unaccent' && before.made('extension unaccent')) return true;
  }
  return isMutableByTypes(expression, (column) => {
    const type = columns.get(column)?.type;
    const isPlain = type && type.schema === undefined && type.arrayDimensions === 0 && !before.type(type);
    return isPlain ? type.name : undefined;
  });
}
