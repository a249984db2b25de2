import { qualify, quoteIdentifier, quoteLiteral } from '../../../sql/quote.js';
import type { Expression } from '../../code.js';
import { itemsOf, plainOf, resolved } from '../../values.js';
import { notKnown } from '../not-known.js';
import { namesFrom, type Options } from './arguments.js';
import { indexName, quoteColumns, quoteTable, type RailsVersion } from './names.js';

/** CREATE INDEX of add_index, and the comment behind it. */
export function addIndex(
  table: string,
  columns: Expression | undefined,
  options: Options,
  version: RailsVersion,
): readonly string[] {
  const names = namesFrom(columns, options.scope, 'columns');
  const isList = columns !== undefined && itemsOf(columns, options.scope) !== undefined;
  const expression = !isList && /\W/.test(names[0] ?? '') ? names[0] : undefined;
  const name = options.text('name') ?? indexName(table, names, version);
  const parts = expression ?? names.map((each) => quoteIdentifier(each) + detail(each, options)).join(', ');
  const using = options.text('using') ?? options.text('type');
  const where = options.text('where');
  const include = options.get('include');
  const comment = options.text('comment');
  const sql =
    `CREATE ${options.flag('unique') === true ? 'UNIQUE ' : ''}INDEX ${concurrently(options)}` +
    `${options.flag('if_not_exists') === true ? 'IF NOT EXISTS ' : ''}${quoteIdentifier(name)} ON ${quoteTable(table)}` +
    (using === undefined ? '' : ` USING ${using}`) +
    ` (${parts})` +
    (include ? ` INCLUDE (${quoteColumns(namesFrom(include, options.scope, 'columns'))})` : '') +
    (options.flag('nulls_not_distinct') === true ? ' NULLS NOT DISTINCT' : '') +
    (where === undefined ? '' : ` WHERE ${where}`);
  return comment === undefined
    ? [sql]
    : [sql, `COMMENT ON INDEX ${besideTable(table, name)} IS ${quoteLiteral(comment)}`];
}

/** An index in the schema of its table. */
function besideTable(table: string, name: string): string {
  return qualify(table.includes('.') ? table.split('.')[0] : undefined, name);
}

/** `algorithm: :concurrently`. */
function concurrently(options: Options): string {
  const algorithm = options.plain('algorithm');
  if (algorithm === undefined || algorithm === null) return '';
  return algorithm === 'concurrently' ? 'CONCURRENTLY ' : notKnown('its algorithm is not one of PostgreSQL');
}

/** The operator class and the order of a column: given for each or for all. */
function detail(column: string, options: Options): string {
  const of = (name: string): string => {
    const value = options.get(name);
    const found = value && resolved(value, options.scope);
    if (!found) return '';
    const nested = found.kind === 'record' ? found.entries.find(({ key }) => key === column)?.value : found;
    const plain = nested && plainOf(nested, options.scope);
    if (nested && typeof plain !== 'string') return notKnown(`its ${name} is decided when it runs`);
    return typeof plain === 'string' ? ` ${plain}` : '';
  };
  return of('opclass') + of('order').toUpperCase();
}

/** DROP INDEX of remove_index: by its name, or by the columns that Rails named it after. */
export function removeIndex(
  table: string,
  columns: Expression | undefined,
  options: Options,
  version: RailsVersion,
): readonly string[] {
  const given = columns ?? options.get('column');
  const name =
    options.text('name') ??
    (given ? indexName(table, namesFrom(given, options.scope, 'columns'), version) : notKnown('its name is missing'));
  const exists = options.flag('if_exists') === true ? 'IF EXISTS ' : '';
  return [`DROP INDEX ${concurrently(options)}${exists}${besideTable(table, name)}`];
}
