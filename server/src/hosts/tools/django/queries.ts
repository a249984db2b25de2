import { quoteLiteral } from '../../../sql/quote.js';
import type { Expression } from '../../code.js';
import { itemsOf, type Plain, plainOf, resolved, type Scope, textOf } from '../../values.js';
import { Arguments, calledName, notKnown } from '../python-arguments.js';

/** The quoted column of a field. */
export type ColumnOf = (name: string) => string;

/** What a condition needs of a model. */
export interface QueryModel {
  readonly column: ColumnOf;
  readonly isNullable: (name: string) => boolean;
  readonly isBoolean: (name: string) => boolean;
}

interface Reading {
  readonly scope: Scope;
  readonly source: string;
  readonly model: QueryModel;
}

const unknownCondition = 'a condition in it is put together when it runs';

/** The SQL of Q(…), of several joined by & and |, of ~Q(…). */
export function conditionSql(value: Expression, scope: Scope, source: string, model: QueryModel): string {
  return read(value, { scope, source, model }, false);
}

function read(value: Expression, reading: Reading, isNegated: boolean): string {
  const found = resolved(value, reading.scope);
  if (found.kind === 'other') {
    const [one, other] = found.parts;
    if (!one) return notKnown(unknownCondition);
    if (!other) {
      if (reading.source[found.span.start] !== '~') return notKnown(unknownCondition);
      return `NOT ${parenthesized(read(one, reading, !isNegated))}`;
    }
    const between = reading.source.slice(one.span.end, other.span.start).replace(/[()\s\\]/g, '');
    const sign = between === '&' ? ' AND ' : between === '|' ? ' OR ' : notKnown(unknownCondition);
    return parenthesized([one, other].map((each) => read(each, reading, isNegated)).join(sign));
  }
  if (found.kind !== 'call') return notKnown(unknownCondition);
  const name = calledName(found);
  if (name !== 'Q') return notKnown(unknownCondition);
  return readQ(found, reading, isNegated);
}

function parenthesized(sql: string): string {
  return sql.startsWith('(') && closesAtEnd(sql) ? sql : `(${sql})`;
}

function closesAtEnd(sql: string): boolean {
  let depth = 0;
  for (let at = 0; at < sql.length; at++) {
    if (sql[at] === '(') depth++;
    if (sql[at] === ')' && --depth === 0) return at === sql.length - 1;
  }
  return false;
}

/** Q(a=1, b__gt=2), and what makemigrations writes: Q(('a', 1), ('b__gt', 2), _connector='OR', _negated=True). */
function readQ(call: Expression & { readonly kind: 'call' }, reading: Reading, isOuter: boolean): string {
  const args = new Arguments(call, reading.scope);
  const connector = args.optionText('_connector') ?? 'AND';
  const isTurned = args.flag('_negated') === true;
  const isNegated = isTurned ? !isOuter : isOuter;
  const parts = args.positional.map((each) => {
    const items = itemsOf(each, reading.scope);
    if (!items) return read(each, reading, isNegated);
    const [key, value] = items;
    const name = key && textOf(key, reading.scope);
    return name === undefined || !value ? notKnown(unknownCondition) : lookup(name, value, reading, isNegated);
  });
  const named = args.named.filter(({ name }) => name !== undefined && !name.startsWith('_'));
  parts.push(...named.map(({ name, value }) => lookup(name ?? '', value, reading, isNegated)));
  if (parts.length === 0) return notKnown('a condition in it is empty');
  const joined = parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(` ${connector} `)})`;
  return isTurned ? `NOT ${parenthesized(joined)}` : joined;
}

const signs: Readonly<Record<string, string>> = { gt: '>', gte: '>=', lt: '<', lte: '<=', exact: '=' };

function lookup(key: string, value: Expression, reading: Reading, isNegated: boolean): string {
  const [field = '', operator = 'exact', ...more] = key.split('__');
  if (more.length > 0) return notKnown('a condition in it follows other models');
  const { model, scope } = reading;
  const column = model.column(field);
  const plain = plainOf(value, scope);
  if (operator === 'isnull') return `${column} IS ${plain === false ? 'NOT NULL' : 'NULL'}`;
  const test = comparison(field, column, operator, value, plain, reading);
  return isNegated && model.isNullable(field) && plain !== null ? `(${test} AND ${column} IS NOT NULL)` : test;
}

function comparison(
  field: string,
  column: string,
  operator: string,
  value: Expression,
  plain: Plain | undefined,
  { model, scope }: Reading,
): string {
  if (operator === 'exact' && plain === null) return `${column} IS NULL`;
  if (operator === 'exact' && typeof plain === 'boolean' && model.isBoolean(field))
    return plain ? column : `NOT ${column}`;
  const sign = signs[operator];
  if (sign !== undefined)
    return `${column} ${sign} ${plain === undefined ? expressionSql(value, scope, model.column) : literal(plain)}`;
  if (operator === 'in') {
    const items = itemsOf(value, scope) ?? notKnown(unknownCondition);
    const values = items.map((each) => plainOf(each, scope));
    return `${column} IN (${values.map((each) => literal(each ?? notKnown(unknownCondition))).join(', ')})`;
  }
  if (operator === 'range') {
    const [from, to] = itemsOf(value, scope) ?? [];
    if (!from || !to) return notKnown(unknownCondition);
    return `${column} BETWEEN ${operand(from, scope, model.column)} AND ${operand(to, scope, model.column)}`;
  }
  if (typeof plain === 'string' && /^(?:startswith|endswith|contains)$/.test(operator)) {
    const text = plain.replace(/[\\%_]/g, '\\$&');
    const pattern = operator === 'startswith' ? `${text}%` : operator === 'endswith' ? `%${text}` : `%${text}%`;
    return `${column}::text LIKE ${quoteLiteral(pattern)}`;
  }
  if (typeof plain === 'string' && (operator === 'regex' || operator === 'iregex'))
    return `${column}::text ${operator === 'regex' ? '~' : '~*'} ${quoteLiteral(plain)}`;
  return notKnown(`a condition with __${operator} is not known here`);
}

function operand(value: Expression, scope: Scope, column: ColumnOf): string {
  const plain = plainOf(value, scope);
  return plain === undefined ? expressionSql(value, scope, column) : literal(plain);
}

function literal(plain: Plain): string {
  if (plain === null) return 'NULL';
  if (typeof plain === 'string') return quoteLiteral(plain);
  return typeof plain === 'object' ? notKnown(unknownCondition) : String(plain);
}

const functions: Readonly<Record<string, string>> = {
  Lower: 'LOWER',
  Upper: 'UPPER',
  Length: 'LENGTH',
  Abs: 'ABS',
  Trim: 'BTRIM',
  Coalesce: 'COALESCE',
  MD5: 'MD5',
  Reverse: 'REVERSE',
};

/** An expression of an index, a default, a constraint. */
export function expressionSql(value: Expression, scope: Scope, column: ColumnOf): string {
  const found = resolved(value, scope);
  const text = textOf(found, scope);
  if (text !== undefined) return column(text);
  if (found.kind !== 'call') return notKnown('an expression in it is put together when it runs');
  const name = calledName(found) ?? '';
  const args = new Arguments(found, scope);
  const [first] = args.positional;
  if (name === 'F' && first) return expressionSql(first, scope, column);
  if (name === 'Value' && first)
    return literal(plainOf(first, scope) ?? notKnown('a value in it is decided when it runs'));
  if (name === 'Now') return 'STATEMENT_TIMESTAMP()';
  if (name === 'RandomUUID') return 'GEN_RANDOM_UUID()';
  if ((name === 'desc' || name === 'asc') && found.callee.kind === 'member')
    return `${expressionSql(found.callee.object, scope, column)} ${name.toUpperCase()}${nulls(args)}`;
  if (name === 'OrderBy' && first)
    return `${expressionSql(first, scope, column)} ${args.flag('descending') === true ? 'DESC' : 'ASC'}${nulls(args)}`;
  const called = functions[name];
  if (called === undefined) return notKnown(`the SQL of ${name} is not known here`);
  return `${called}(${args.positional.map((each) => expressionSql(each, scope, column)).join(', ')})`;
}

function nulls(args: Arguments): string {
  if (args.flag('nulls_first') === true) return ' NULLS FIRST';
  return args.flag('nulls_last') === true ? ' NULLS LAST' : '';
}
