import { quoteIdentifier, quoteLiteral } from '../../../sql/quote.js';
import type { Expression, Text } from '../../code.js';
import { pathOf, resolved, type Scope, textOf } from '../../values.js';
import { pythonText } from '../python-text.js';
import { Arguments, calledName, calledPath, notKnown } from '../python-arguments.js';

/** SQL within a call: sa.text('…'), a function, a literal. Throws NotKnown for what SQLAlchemy puts together. */
export function expressionSql(value: Expression, scope: Scope): string {
  const found = resolved(value, scope);
  switch (found.kind) {
    case 'boolean':
      return found.value ? 'true' : 'false';
    case 'number':
      return found.written;
    case 'null':
      return 'NULL';
    case 'call':
      return callSql(found, scope);
    default:
      return notKnown('an expression in it is put together when it runs');
  }
}

const textual = new Set(['text', 'literal_column', 'TextClause', 'DDL']);

function callSql(found: Expression & { readonly kind: 'call' }, scope: Scope): string {
  const name = calledName(found) ?? '';
  const args = new Arguments(found, scope);
  const [first] = args.positional;
  if (textual.has(name) && first)
    return textOf(first, scope) ?? notKnown('an expression in it is put together when it runs');
  if (name === 'literal' && first) return literalSql(first, scope);
  if (name === 'column' && first) return quoteIdentifier(args.text(0));
  if (name === 'true' || name === 'false' || name === 'null') return name;
  if (name === 'desc' || name === 'asc') {
    const inner = found.callee.kind === 'member' && args.positional.length === 0 ? found.callee.object : first;
    if (inner) return `${orColumn(inner, scope)} ${name.toUpperCase()}`;
  }
  if ((name === 'nulls_last' || name === 'nullslast') && found.callee.kind === 'member')
    return `${orColumn(found.callee.object, scope)} NULLS LAST`;
  if (name === 'is_' && found.callee.kind === 'member' && first)
    return `${orColumn(found.callee.object, scope)} IS ${expressionSql(first, scope)}`;
  if ((name === 'is_not' || name === 'isnot') && found.callee.kind === 'member' && first)
    return `${orColumn(found.callee.object, scope)} IS NOT ${expressionSql(first, scope)}`;
  const path = calledPath(found).split('.');
  if (path.at(-2) === 'func' || path[0] === 'func') return functionSql(name, args);
  return notKnown('an expression in it is put together when it runs');
}

const bare = new Set([
  'current_timestamp',
  'current_date',
  'current_time',
  'localtimestamp',
  'localtime',
  'current_user',
]);

function functionSql(name: string, args: Arguments): string {
  if (bare.has(name) && args.positional.length === 0) return name.toUpperCase();
  return `${name}(${args.positional.map((each) => orLiteral(each, args.scope)).join(', ')})`;
}

/** In a function's arguments a string is a value. */
function orLiteral(value: Expression, scope: Scope): string {
  return resolved(value, scope).kind === 'text' ? literalSql(value, scope) : expressionSql(value, scope);
}

function literalSql(value: Expression, scope: Scope): string {
  const text = textOf(value, scope);
  return text === undefined ? expressionSql(value, scope) : quoteLiteral(text);
}

/** Where a string names a column. */
function orColumn(value: Expression, scope: Scope): string {
  const found = resolved(value, scope);
  if (found.kind === 'text')
    return quoteIdentifier(textOf(found, scope) ?? notKnown('a column is decided when it runs'));
  const path = pathOf(found);
  // table.c.name
  if (path && path.at(-2) === 'c') return quoteIdentifier(path.at(-1) ?? '');
  return expressionSql(found, scope);
}

/** A column of an index: a name, or an expression. */
export function indexPart(
  value: Expression,
  scope: Scope,
): { readonly sql: string; readonly column: string | undefined } {
  const found = resolved(value, scope);
  if (found.kind !== 'text') return { sql: orColumn(found, scope), column: undefined };
  const column = textOf(found, scope) ?? notKnown('its columns are decided when it runs');
  return { sql: quoteIdentifier(column), column };
}

/** A condition: SQLAlchemy takes a string for SQL here. */
export function conditionSql(value: Expression, scope: Scope): string {
  const found = resolved(value, scope);
  if (found.kind === 'text') return textOf(found, scope) ?? notKnown('a condition in it is put together when it runs');
  return expressionSql(found, scope);
}

/** A default: a string is a value here. */
export function defaultSql(value: Expression, scope: Scope): string {
  const found = resolved(value, scope);
  if (found.kind === 'text')
    return quoteLiteral(textOf(found, scope) ?? notKnown('a default in it is decided when it runs'));
  return expressionSql(found, scope);
}

/** SQL as a string that is executed: '…', sa.text('…'), text('…').bindparams(…), …execution_options(…). */
export function executedText(value: Expression | undefined, scope: Scope, source: string): Text | undefined {
  if (!value) return undefined;
  const found = resolved(value, scope);
  const text = pythonText(found, scope, source);
  if (text) return text;
  if (found.kind !== 'call') return undefined;
  const name = calledName(found) ?? '';
  if (textual.has(name)) return executedText(found.args[0]?.value, scope, source);
  const passesOn = name === 'bindparams' || name === 'execution_options' || name === 'columns';
  if (passesOn && found.callee.kind === 'member') return executedText(found.callee.object, scope, source);
  return undefined;
}
