import type { Span } from '../../../sql/span.js';
import type { Argument, Expression } from '../../code.js';
import { plainOf, resolved, type Scope } from '../../values.js';
import type { Link } from '../support/chain.js';
import { booleanOf, entriesOf, isAbsent, literal, namesOf, quoted, textWithHoles } from '../support/reading.js';
import { rawSqlOf, wrap } from './names.js';

/** What a call such as `table.string('a').notNullable()` says of a column. */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly args: readonly Argument[];
  /** The last call of each modifier counts. */
  readonly modifiers: ReadonlyMap<string, readonly Argument[]>;
  /** Set behind `.alter()`. */
  readonly alters: { readonly nullable: boolean; readonly type: boolean } | undefined;
  readonly scope: Scope;
  /** Where it stands in the file. */
  readonly span: Span;
}

/** The table that a column belongs to. */
export interface Owner {
  readonly schema: string | undefined;
  readonly table: string;
  /** As it is written in SQL. */
  readonly sql: string;
  /** True where `table.primary(…)` says which columns are the key. */
  readonly hasPrimary: boolean;
}

export interface ColumnSql {
  readonly definition: string;
  readonly type: string;
  /** Statements that stand before the table's: CREATE TYPE. */
  readonly before: readonly string[];
  /** Statements behind it: comments. */
  readonly behind: readonly string[];
  readonly defaultSql: string | undefined;
}

const aliases: Readonly<Record<string, string>> = {
  enum: 'enu',
  boolean: 'bool',
  string: 'varchar',
  biginteger: 'bigint',
  datetime: 'timestamp',
};

const plainTypes: Readonly<Record<string, string>> = {
  bigint: 'bigint',
  binary: 'bytea',
  bool: 'boolean',
  date: 'date',
  double: 'double precision',
  float: 'real',
  geography: 'geography',
  geometry: 'geometry',
  integer: 'integer',
  json: 'json',
  jsonb: 'jsonb',
  mediumint: 'integer',
  point: 'point',
  smallint: 'smallint',
  text: 'text',
  time: 'time',
  tinyint: 'smallint',
};

const types = new Set([
  ...Object.keys(plainTypes),
  ...Object.keys(aliases),
  'varchar',
  'enu',
  'timestamp',
  'decimal',
  'bit',
  'increments',
  'bigincrements',
  'uuid',
  'specifictype',
]);

/** True for a method of a table builder that makes a column. */
export function isColumnType(method: string): boolean {
  return types.has(method.toLowerCase());
}

/** The kind of column that a method makes, in Knex's own words. */
export function kindOf(method: string): string {
  const lower = method.toLowerCase();
  return aliases[lower] ?? lower;
}

/** Modifiers that say something of the column itself. */
const modifierNames: Readonly<Record<string, string>> = {
  nullable: 'nullable',
  notNull: 'notNullable',
  notNullable: 'notNullable',
  defaultTo: 'defaultTo',
  defaultsTo: 'defaultTo',
  default: 'defaultTo',
  comment: 'comment',
  checkPositive: 'checkPositive',
  checkNegative: 'checkNegative',
  checkIn: 'checkIn',
  checkNotIn: 'checkNotIn',
  checkBetween: 'checkBetween',
  checkLength: 'checkLength',
  checkRegex: 'checkRegex',
};

/** Calls behind a column that PostgreSQL never sees. */
const ignored = new Set(['unsigned', 'first', 'after', 'collate', 'queryContext', 'charset']);

/** Calls that say something of the table: what they make is read there. */
const ofTable = new Set([
  'index',
  'unique',
  'primary',
  'references',
  'inTable',
  'on',
  'onDelete',
  'onUpdate',
  'deferrable',
  'withKeyName',
  'alter',
]);

/** Reads the calls behind a column; the name of one that nobody knows, where there is one. */
export function columnOf(links: readonly Link[], scope: Scope, span: Span): Column | { readonly unknown: string } {
  const [first, ...rest] = links;
  if (!first) return { unknown: '' };
  const modifiers = new Map<string, readonly Argument[]>();
  let alters: Column['alters'];
  for (const link of rest) {
    const modifier = modifierNames[link.name];
    if (modifier === 'notNullable' || modifier === 'nullable') modifiers.delete('nullable');
    if (modifier === 'notNullable') modifiers.set('nullable', notNull);
    else if (modifier !== undefined) modifiers.set(modifier, link.args);
    else if (link.name === 'alter') {
      const options = entriesOf(link.args[0]?.value, scope);
      if (link.args.length > 0 && !options) return { unknown: link.name };
      alters = {
        nullable: booleanOf(options?.get('alterNullable'), scope) !== false,
        type: booleanOf(options?.get('alterType'), scope) !== false,
      };
    } else if (!ignored.has(link.name) && !ofTable.has(link.name)) return { unknown: link.name };
  }
  const type = kindOf(first.name);
  const isNumbered = type.includes('increments');
  const own = first.args[0]?.value;
  const name = isNumbered && isAbsent(own, scope) ? 'id' : textWithHoles(own, scope);
  return { name, type, args: first.args.slice(1), modifiers, alters, scope, span };
}

/** Stands for the argument of `nullable(false)`. */
const notNull: readonly Argument[] = [
  {
    name: undefined,
    value: { kind: 'boolean', span: { start: 0, end: 0 }, value: false },
    span: { start: 0, end: 0 },
    isSpread: false,
  },
];

/** A column as Knex writes it; the reason where its type is not known. */
export function columnSql(column: Column, owner: Owner): ColumnSql | { readonly reason: string } {
  const typed = typeOf(column, owner);
  if ('reason' in typed) return typed;
  const { modifiers, scope } = column;
  const words: string[] = [];
  const behind: string[] = [];
  const isNumbered = column.type.includes('increments');
  const nullable = modifiers.get('nullable');
  const defaultSql = defaultOf(column);
  if (!isNumbered) {
    if (nullable) words.push(booleanOf(nullable[0]?.value, scope) === false ? 'not null' : 'null');
    if (defaultSql !== undefined) words.push(`default ${defaultSql}`);
  }
  const comment = modifiers.get('comment');
  if (comment) {
    const text = isAbsent(comment[0]?.value, scope) ? '' : textWithHoles(comment[0]?.value, scope);
    behind.push(`comment on column ${owner.sql}.${wrap(column.name)} is ${text === '' ? 'NULL' : literal(text)}`);
  }
  if (!isNumbered) {
    for (const check of checksOf(column)) {
      if (column.alters) behind.push(`alter table ${owner.sql} add ${check}`);
      else words.push(check);
    }
  }
  const definition = [wrap(column.name), typed.sql, ...words].join(' ');
  return { definition, type: typed.sql, before: typed.before, behind, defaultSql };
}

type TypeSql = { readonly sql: string; readonly before: readonly string[] } | { readonly reason: string };

function typeOf({ type, args, name, scope }: Column, owner: Owner): TypeSql {
  const first = args[0]?.value;
  const just = (sql: string): TypeSql => ({ sql, before: [] });
  const plain = plainTypes[type];
  if (plain !== undefined) return just(plain);
  switch (type) {
    case 'varchar':
      return just(`varchar(${numberOr(first, scope, '255')})`);
    case 'decimal': {
      if (first && resolved(first, scope).kind === 'null') return just('decimal');
      return just(`decimal(${numberOr(first, scope, '8')}, ${numberOr(args[1]?.value, scope, '2')})`);
    }
    case 'bit':
      return just(isAbsent(first, scope) ? 'bit' : `bit(${textWithHoles(first, scope)})`);
    case 'timestamp':
      return timestampOf(args, scope);
    case 'increments':
    case 'bigincrements': {
      const isKey = booleanOf(entriesOf(first, scope)?.get('primaryKey'), scope) !== false && !owner.hasPrimary;
      return just(`${type === 'increments' ? 'serial' : 'bigserial'}${isKey ? ' primary key' : ''}`);
    }
    case 'uuid': {
      const isKey = booleanOf(entriesOf(first, scope)?.get('primaryKey'), scope) === true && !owner.hasPrimary;
      return just(isKey ? 'uuid primary key' : 'uuid');
    }
    case 'specifictype':
      return just(rawSqlOf(first, scope) ?? textWithHoles(first, scope));
    case 'enu':
      return enumOf(first, args[1]?.value, name, owner, scope);
    default:
      return { reason: `the type of the column ${name} is not known` };
  }
}

/** Knex reads the number with which a value begins, and takes its own where none does: `string('a', 'varchar(255)')`. */
function numberOr(value: Expression | undefined, scope: Scope, absent: string): string {
  if (isAbsent(value, scope)) return absent;
  const plain = plainOf(value, scope);
  if (typeof plain === 'string') return /^\s*(\d+)/.exec(plain)?.[1] ?? absent;
  return textWithHoles(value, scope);
}

function timestampOf(args: readonly Argument[], scope: Scope): TypeSql {
  const first = args[0]?.value;
  const options = entriesOf(first, scope);
  const precision = options ? options.get('precision') : args[1]?.value;
  const plain = plainOf(options ? options.get('useTz') : first, scope);
  const isKnown = plain !== undefined || isAbsent(options ? options.get('useTz') : first, scope);
  if (!isKnown) return { reason: 'whether the column has a time zone is not known' };
  const hasZone = options ? plain !== false : !plain;
  const digits = isAbsent(precision, scope) ? '' : `(${textWithHoles(precision, scope)})`;
  return { sql: `${hasZone ? 'timestamptz' : 'timestamp'}${digits}`, before: [] };
}

function enumOf(
  list: Expression | undefined,
  options: Expression | undefined,
  column: string,
  owner: Owner,
  scope: Scope,
): TypeSql {
  const record = entriesOf(options, scope);
  if (!isAbsent(options, scope) && !record) return { reason: `the type of the column ${column} is not known` };
  const names = namesOf(list, scope);
  const values = (names ?? ['${value}']).map((each) => literal(each)).join(', ');
  if (booleanOf(record?.get('useNative'), scope) !== true) {
    return { sql: `text check (${wrap(column)} in (${values}))`, before: [] };
  }
  const given = record?.get('schemaName');
  const schema = isAbsent(given, scope) ? owner.schema : textWithHoles(given, scope);
  const own = quoted(textWithHoles(record?.get('enumName'), scope));
  const name = schema === undefined ? own : `${quoted(schema)}.${own}`;
  const isThere = booleanOf(record?.get('existingType'), scope) === true;
  return { sql: name, before: isThere ? [] : [`create type ${name} as enum (${values})`] };
}

function defaultOf({ modifiers, type, scope }: Column): string | undefined {
  const args = modifiers.get('defaultTo');
  const value = args?.[0]?.value;
  if (!args || !value) return undefined;
  const raw = rawSqlOf(value, scope);
  if (raw !== undefined) return raw;
  const known = resolved(value, scope);
  if (known.kind === 'null') return 'null';
  const plain = plainOf(value, scope);
  if (plain === undefined)
    return known.kind === 'text' ? literal(textWithHoles(value, scope)) : textWithHoles(value, scope);
  if (type === 'bool') return plain === 'false' || !plain ? "'0'" : "'1'";
  if ((type === 'json' || type === 'jsonb') && typeof plain === 'object') return literal(JSON.stringify(plain));
  return literal(Array.isArray(plain) ? plain.join(',') : String(plain));
}

function checksOf({ modifiers, name, scope }: Column): string[] {
  const column = wrap(name);
  const found: string[] = [];
  const add = (predicate: string, constraint: Expression | undefined): void => {
    const named = isAbsent(constraint, scope) ? '' : `constraint ${textWithHoles(constraint, scope)} `;
    found.push(`${named}check (${predicate})`);
  };
  for (const [modifier, args] of modifiers) {
    const [first, second, third] = args.map(({ value }) => value);
    const list = (): string => (namesOf(first, scope) ?? ['${value}']).map(literal).join(',');
    if (modifier === 'checkPositive') add(`${column} > 0`, first);
    if (modifier === 'checkNegative') add(`${column} < 0`, first);
    if (modifier === 'checkIn') add(`${column} in (${list()})`, second);
    if (modifier === 'checkNotIn') add(`${column} not in (${list()})`, second);
    if (modifier === 'checkBetween') add(betweenSql(column, first, scope), second);
    if (modifier === 'checkLength')
      add(`length(${column}) ${textWithHoles(first, scope)} ${textWithHoles(second, scope)}`, third);
    if (modifier === 'checkRegex') add(`${column} ~ ${literal(textWithHoles(first, scope))}`, second);
  }
  return found;
}

function betweenSql(column: string, value: Expression | undefined, scope: Scope): string {
  const items = value && resolved(value, scope);
  const pairs = items?.kind === 'list' ? items.items : [];
  const isNested = pairs.some((each) => resolved(each, scope).kind === 'list');
  const one = (each: Expression): string => {
    const [low = '${value}', high = '${value}'] = namesOf(each, scope) ?? [];
    const sql = (text: string): string => (/^-?[\d.]+$/.test(text) ? text : literal(text));
    return `${column} between ${sql(low)} and ${sql(high)}`;
  };
  return isNested ? pairs.map(one).join(' or ') : value ? one(value) : column;
}
