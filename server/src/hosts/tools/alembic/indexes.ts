import { quoteIdentifier } from '../../../sql/quote.js';
import type { Expression } from '../../code.js';
import { entryOf, plainOf, resolved, textOf } from '../../values.js';
import { columnList } from './constraints.js';
import { conditionSql, indexPart } from './expressions.js';
import { type Arguments, notKnown } from '../python-arguments.js';

/** CREATE INDEX of op.create_index and sa.Index. */
export function indexSql(args: Arguments, name: string, table: string, columns: readonly Expression[]): string {
  const { scope } = args;
  const operators = args.option('postgresql_ops');
  const parts = columns.map((each) => {
    const { sql, column } = indexPart(each, scope);
    const operator = column === undefined ? undefined : textOf(entryOf(operators, column, scope), scope);
    const needsParentheses = column === undefined && !isPlainExpression(sql);
    return `${needsParentheses ? `(${sql})` : sql}${operator === undefined ? '' : ` ${operator}`}`;
  });
  const unique = args.flag('unique') === true ? 'UNIQUE ' : '';
  const concurrently = args.flag('postgresql_concurrently') === true ? 'CONCURRENTLY ' : '';
  const exists = args.flag('if_not_exists') === true ? 'IF NOT EXISTS ' : '';
  const using = args.optionText('postgresql_using');
  const include = args.option('postgresql_include');
  const included = include && resolved(include, scope).kind !== 'null' ? args.names(include) : [];
  const where = args.option('postgresql_where');
  const nulls = args.flag('postgresql_nulls_not_distinct');
  return (
    `CREATE ${unique}INDEX ${concurrently}${exists}${quoteIdentifier(name)} ON ${table}` +
    (using === undefined ? '' : ` USING ${quoteIdentifier(using)}`) +
    ` (${parts.join(', ')})` +
    (included.length > 0 ? ` INCLUDE ${columnList(included)}` : '') +
    (nulls === true ? ' NULLS NOT DISTINCT' : nulls === false ? ' NULLS DISTINCT' : '') +
    storage(args) +
    (where && resolved(where, scope).kind !== 'null' ? ` WHERE ${conditionSql(where, scope)}` : '')
  );
}

/** True for what an index takes without parentheses: SQLAlchemy adds none to sa.text either. */
function isPlainExpression(_sql: string): boolean {
  return true;
}

function storage(args: Arguments): string {
  const options = plainOf(args.option('postgresql_with'), args.scope);
  const space = args.optionText('postgresql_tablespace');
  const isRecord = options !== null && typeof options === 'object' && !Array.isArray(options);
  if (args.option('postgresql_with') && !isRecord) return notKnown('its storage options are decided when it runs');
  const written = isRecord ? Object.entries(options).map(([key, value]) => `${key} = ${String(value)}`) : [];
  return (
    (written.length > 0 ? ` WITH (${written.join(', ')})` : '') +
    (space === undefined ? '' : ` TABLESPACE ${quoteIdentifier(space)}`)
  );
}
