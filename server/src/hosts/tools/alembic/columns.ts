import { quoteIdentifier, quoteLiteral } from '../../../sql/quote.js';
import type { Call, Expression } from '../../code.js';
import { plainOf, resolved, type Scope } from '../../values.js';
import { foreignKeySql, type TableConstraint, tableConstraint } from './constraints.js';
import { defaultSql, expressionSql } from './expressions.js';
import { Arguments, calledName, nameOf, notKnown } from '../python-arguments.js';
import { columnType, type EnumType } from './types.js';

/** A sa.Column, read. */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly serial: string | undefined;
  readonly enumType: EnumType | undefined;
  /** What stands behind the type, DEFAULT and the like. */
  readonly rest: string;
  readonly isIdentity: boolean;
  readonly nullable: boolean | undefined;
  readonly isPrimary: boolean;
  readonly autoincrement: 'auto' | 'ignore_fk' | boolean;
  readonly hasDefault: boolean;
  readonly foreignKeys: readonly TableConstraint[];
  readonly unique: boolean;
  /** The name of an index, or true. */
  readonly index: boolean;
  readonly comment: string | undefined;
  readonly checks: string;
}

/** True for a call of sa.Column. */
export function isColumn(value: Expression, scope: Scope): boolean {
  const found = resolved(value, scope);
  return found.kind === 'call' && calledName(found) === 'Column';
}

/** Reads sa.Column(…). */
export function readColumn(value: Expression, scope: Scope): Column {
  const found = resolved(value, scope);
  if (found.kind !== 'call' || calledName(found) !== 'Column')
    return notKnown('a column in it is put together when it runs');
  const args = new Arguments(found, scope);
  const name = args.text(0, 'name');
  const others = args.option('name') === undefined ? args.positional.slice(1) : args.positional;
  const items = others.map((each) => resolved(each, scope));
  const isItem = (each: Expression): each is Call => each.kind === 'call' && columnItems.has(calledName(each) ?? '');
  const type = items.find((each) => !isItem(each)) ?? args.option('type_');
  const calls = items.filter(isItem);
  const foreignKeys = calls
    .filter((each) => calledName(each) === 'ForeignKey')
    .map((each) => reference(name, each, scope));
  const read = type
    ? columnType(type, scope)
    : foreignKeys.length > 0
      ? notKnown('the type of a column comes from what it refers to')
      : notKnown(`the type of the column ${name} is missing`);
  const isPrimary = args.flag('primary_key') === true;
  const identity = calls.find((each) => calledName(each) === 'Identity');
  const computed = calls.find((each) => calledName(each) === 'Computed');
  const given = args.option('server_default');
  const hasDefault = given !== undefined && resolved(given, scope).kind !== 'null' && !isFetched(given, scope);
  const defaultPart = hasDefault && given ? ` DEFAULT ${serverDefault(given, scope)}` : '';
  const checks = calls
    .filter((each) => calledName(each) === 'CheckConstraint')
    .map((each) => ` ${tableConstraint(each, scope).sql}`)
    .join('');
  return {
    name,
    type: read.sql,
    serial: read.serial,
    enumType: read.enumType,
    rest: defaultPart + (computed ? computedSql(computed, scope) : '') + (identity ? identitySql(identity, scope) : ''),
    isIdentity: identity !== undefined,
    nullable: args.flag('nullable'),
    isPrimary,
    autoincrement: autoincrementOf(args),
    hasDefault: hasDefault || computed !== undefined || calls.some((each) => calledName(each) === 'Sequence'),
    foreignKeys,
    unique: args.flag('unique') === true,
    index: args.flag('index') === true,
    comment: args.optionText('comment'),
    checks,
  };
}

const columnItems = new Set([
  'ForeignKey',
  'Identity',
  'Computed',
  'CheckConstraint',
  'Sequence',
  'FetchedValue',
  'DefaultClause',
]);

function isFetched(value: Expression, scope: Scope): boolean {
  const found = resolved(value, scope);
  return found.kind === 'call' && calledName(found) === 'FetchedValue';
}

function serverDefault(value: Expression, scope: Scope): string {
  const found = resolved(value, scope);
  if (found.kind === 'call' && calledName(found) === 'DefaultClause' && found.args[0])
    return defaultSql(found.args[0].value, scope);
  return defaultSql(found, scope);
}

function autoincrementOf(args: Arguments): Column['autoincrement'] {
  const value = plainOf(args.option('autoincrement'), args.scope);
  if (typeof value === 'boolean') return value;
  return value === 'ignore_fk' ? 'ignore_fk' : 'auto';
}

function reference(column: string, call: Call, scope: Scope): TableConstraint {
  const args = new Arguments(call, scope);
  const target = args.text(0, 'column');
  const parts = target.split('.');
  const referred = parts.pop() ?? '';
  if (parts.length === 0) return notKnown('the column that it refers to comes from the table');
  return {
    kind: 'foreign',
    columns: [column],
    sql: foreignKeySql(args, args.optionText('name'), [column], parts.join('.'), [referred]),
  };
}

function computedSql(call: Call, scope: Scope): string {
  const args = new Arguments(call, scope);
  const [first] = args.positional;
  const sql =
    first && resolved(first, scope).kind === 'text' ? nameOf(first, scope) : first && expressionSql(first, scope);
  const persisted = args.flag('persisted') ?? (args.positional[1] && plainOf(args.positional[1], scope));
  return ` GENERATED ALWAYS AS (${sql ?? notKnown('what it computes is missing')})${persisted === false ? '' : ' STORED'}`;
}

function identitySql(call: Call, scope: Scope): string {
  const args = new Arguments(call, scope);
  const options = (
    [
      ['increment', 'INCREMENT BY'],
      ['start', 'START WITH'],
      ['minvalue', 'MINVALUE'],
      ['maxvalue', 'MAXVALUE'],
      ['cache', 'CACHE'],
    ] as const
  ).flatMap(([name, words]) => {
    const value = plainOf(args.option(name), scope);
    return typeof value === 'number' ? [`${words} ${value}`] : [];
  });
  if (args.flag('cycle') !== undefined) options.push(args.flag('cycle') === true ? 'CYCLE' : 'NO CYCLE');
  const always = args.flag('always') ?? (args.positional[0] ? plainOf(args.positional[0], scope) === true : false);
  return ` GENERATED ${always ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY${options.length > 0 ? ` (${options.join(' ')})` : ''}`;
}

/** A column as CREATE TABLE and ADD COLUMN have it. `isSerial`: it is the one number that makes the primary key. */
export function columnSql(column: Column, isSerial: boolean, isKey = column.isPrimary): string {
  const type = isSerial && column.serial !== undefined ? column.serial : column.type;
  const nullable = column.nullable ?? (!isKey && !column.isIdentity);
  // An identity column is NOT NULL by itself.
  const end = nullable === column.isIdentity ? (nullable ? ' NULL' : ' NOT NULL') : '';
  return `${quoteIdentifier(column.name)} ${type}${column.rest}${end}${column.checks}`;
}

/** The column that numbers itself: SQLAlchemy's rule. `keys`: the columns of the primary key. */
export function serialColumn(
  columns: readonly Column[],
  keys: readonly string[],
  constraints: readonly TableConstraint[] = [],
): Column | undefined {
  const refers = ({ name, foreignKeys }: Column): boolean =>
    foreignKeys.length > 0 || constraints.some(({ kind, columns: own }) => kind === 'foreign' && own.includes(name));
  const among = columns.filter(({ name }) => keys.includes(name));
  const wished = among.find(({ autoincrement }) => autoincrement === true);
  const [only] = among;
  const found =
    wished ??
    (among.length === 1 && only && only.autoincrement !== false && (!refers(only) || only.autoincrement === 'ignore_fk')
      ? only
      : undefined);
  return found && found.serial !== undefined && !found.isIdentity && !found.hasDefault ? found : undefined;
}

export function columnComment(table: string, column: string, comment: string | undefined): string {
  return `COMMENT ON COLUMN ${table}.${quoteIdentifier(column)} IS ${comment === undefined ? 'NULL' : quoteLiteral(comment)}`;
}
