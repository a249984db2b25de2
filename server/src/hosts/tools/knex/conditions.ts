import type { Argument, Expression } from '../../code.js';
import { plainOf, resolved, type Scope } from '../../values.js';
import { chainOf, type Link } from '../support/chain.js';
import { entriesOf, literal, textWithHoles } from '../support/reading.js';
import { parameterSql } from '../support/raw.js';
import { boundSql, listed, rawSqlOf, wrap } from './names.js';

/** A value as a parameter of a query; a hole where it is not known. */
export function valueSql(value: Expression | undefined, scope: Scope): string {
  const known = parameterSql(value, scope) ?? (value && rawSqlOf(value, scope));
  if (known !== undefined) return known;
  const text = textWithHoles(value, scope);
  return value && resolved(value, scope).kind === 'text' ? literal(text) : text;
}

/** The condition of a query such as `knex.whereNotNull('a').where('b', 1)`; undefined where it has none. */
export function conditionSql(value: Expression, scope: Scope): string | undefined {
  if (value.kind !== 'call') return undefined;
  return whereSql(chainOf(value).links, scope);
}

/** The conditions among the calls of a query; a hole for one that is not known. */
export function whereSql(links: readonly Link[], scope: Scope): string | undefined {
  let result: string | undefined;
  for (const { name, args } of links) {
    const isOr = /^or[A-Z]/.test(name);
    const method = name.replace(/^(and|or)(?=[A-Z])/, '').replace(/^W/, 'w');
    if (!method.startsWith('where')) continue;
    const sql = oneCondition(method, args, scope);
    result = result === undefined ? sql : `${result} ${isOr ? 'or' : 'and'} ${sql}`;
  }
  return result;
}

const comparisons = /^(=|<|>|<=|>=|<>|!=|like|not like|ilike|not ilike|is|is not|~|~\*|@>|<@|&&)$/i;

function oneCondition(method: string, args: readonly Argument[], scope: Scope): string {
  const [first, second, third] = args.map(({ value }) => value);
  const column = (): string => columnSql(first, scope);
  const not = method.includes('Not') ? 'not ' : '';
  switch (method) {
    case 'whereNull':
    case 'whereNotNull':
      return `${column()} is ${not}null`;
    case 'whereRaw':
      return boundSql(args, scope);
    case 'whereIn':
    case 'whereNotIn': {
      const items = second && resolved(second, scope).kind === 'list' ? listed(second, scope) : undefined;
      const list = items?.map((each) => valueSql(each, scope)).join(', ') ?? '${values}';
      return items?.length === 0 ? `1 = ${not === '' ? '0' : '1'}` : `${column()} ${not}in (${list})`;
    }
    case 'whereBetween':
    case 'whereNotBetween': {
      const [low, high] = listed(second, scope) ?? [];
      return `${column()} ${not}between ${valueSql(low, scope)} and ${valueSql(high, scope)}`;
    }
    case 'where':
    case 'whereNot': {
      const record = first && recordSql(first, scope);
      const sql = record ?? (args.length < 2 ? '${condition}' : compared(column(), second, third, args.length, scope));
      return not === '' ? sql : `not ${sql}`;
    }
    default:
      return '${condition}';
  }
}

function columnSql(value: Expression | undefined, scope: Scope): string {
  return (value && rawSqlOf(value, scope)) ?? wrap(textWithHoles(value, scope));
}

function recordSql(value: Expression, scope: Scope): string | undefined {
  const entries = entriesOf(value, scope);
  if (!entries) return rawSqlOf(value, scope);
  return [...entries].map(([key, each]) => compared(wrap(key), each, undefined, 2, scope)).join(' and ');
}

function compared(
  column: string,
  second: Expression | undefined,
  third: Expression | undefined,
  count: number,
  scope: Scope,
): string {
  const value = count > 2 ? third : second;
  const operator = count > 2 ? plainOf(second, scope) : '=';
  if (typeof operator !== 'string' || !comparisons.test(operator)) return '${condition}';
  const isNull = value && resolved(value, scope).kind === 'null';
  if (isNull && /^(=|is)$/i.test(operator)) return `${column} is null`;
  if (isNull && /^(!=|<>|is not)$/i.test(operator)) return `${column} is not null`;
  return `${column} ${operator} ${valueSql(value, scope)}`;
}
