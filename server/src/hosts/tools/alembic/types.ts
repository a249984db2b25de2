import { quoteIdentifier, quoteLiteral } from '../../../sql/quote.js';
import type { Call, Expression } from '../../code.js';
import { pathOf, plainOf, resolved, type Scope } from '../../values.js';
import { Arguments, calledName, nameOf, notKnown } from '../python-arguments.js';

/** An enumerated type that a column uses. */
export interface EnumType {
  readonly name: string;
  readonly labels: readonly string[];
  readonly creates: boolean;
}

export interface ColumnType {
  readonly sql: string;
  readonly enumType?: EnumType | undefined;
  /** Numbers itself where it is the primary key: SERIAL, BIGSERIAL, SMALLSERIAL. */
  readonly serial?: string | undefined;
}

const fixed: Readonly<Record<string, string>> = {
  Text: 'TEXT',
  TEXT: 'TEXT',
  UnicodeText: 'TEXT',
  BOOLEAN: 'BOOLEAN',
  Boolean: 'BOOLEAN',
  Date: 'DATE',
  DATE: 'DATE',
  LargeBinary: 'BYTEA',
  BYTEA: 'BYTEA',
  JSON: 'JSON',
  JSONB: 'JSONB',
  UUID: 'UUID',
  Uuid: 'UUID',
  UUIDType: 'UUID',
  GUID: 'UUID',
  Double: 'DOUBLE PRECISION',
  DOUBLE: 'DOUBLE PRECISION',
  DOUBLE_PRECISION: 'DOUBLE PRECISION',
  REAL: 'REAL',
  INET: 'INET',
  CIDR: 'CIDR',
  MACADDR: 'MACADDR',
  MACADDR8: 'MACADDR8',
  TSVECTOR: 'TSVECTOR',
  TSVectorType: 'TSVECTOR',
  TSQUERY: 'TSQUERY',
  HSTORE: 'HSTORE',
  CITEXT: 'CITEXT',
  CIText: 'CITEXT',
  MONEY: 'MONEY',
  OID: 'OID',
  REGCLASS: 'REGCLASS',
  INT4RANGE: 'INT4RANGE',
  INT8RANGE: 'INT8RANGE',
  NUMRANGE: 'NUMRANGE',
  DATERANGE: 'DATERANGE',
  TSRANGE: 'TSRANGE',
  TSTZRANGE: 'TSTZRANGE',
};

const serials: Readonly<Record<string, readonly [sql: string, serial: string]>> = {
  Integer: ['INTEGER', 'SERIAL'],
  INTEGER: ['INTEGER', 'SERIAL'],
  INT: ['INTEGER', 'SERIAL'],
  BigInteger: ['BIGINT', 'BIGSERIAL'],
  BIGINT: ['BIGINT', 'BIGSERIAL'],
  SmallInteger: ['SMALLINT', 'SMALLSERIAL'],
  SMALLINT: ['SMALLINT', 'SMALLSERIAL'],
};

const withLength: Readonly<Record<string, string>> = {
  String: 'VARCHAR',
  VARCHAR: 'VARCHAR',
  Unicode: 'VARCHAR',
  AutoString: 'VARCHAR',
  NVARCHAR: 'VARCHAR',
  CHAR: 'CHAR',
};

/** The type of a column. Throws NotKnown for one that is not SQLAlchemy's. */
export function columnType(value: Expression, scope: Scope): ColumnType {
  const type = resolved(value, scope);
  const name = type.kind === 'call' ? calledName(type) : (pathOf(type)?.at(-1) ?? '');
  const args = type.kind === 'call' ? new Arguments(type, scope) : undefined;
  if (name === undefined || name === '') return notKnown('a type in it is decided when it runs');
  // A variant for another database is none of ours; one for PostgreSQL is.
  if (name === 'with_variant' && type.kind === 'call') return variant(type, scope);
  const plain = fixed[name];
  if (plain !== undefined) return { sql: plain };
  const serial = serials[name];
  if (serial) return { sql: serial[0], serial: serial[1] };
  const lengthened = withLength[name];
  if (lengthened !== undefined) return { sql: lengthened + sizes(args, ['length']) + collation(args) };
  switch (name) {
    case 'Float':
    case 'FLOAT':
      return { sql: `FLOAT${sizes(args, ['precision'])}` };
    case 'Numeric':
    case 'NUMERIC':
    case 'DECIMAL':
      return { sql: `NUMERIC${sizes(args, ['precision', 'scale'])}` };
    case 'DateTime':
    case 'TIMESTAMP':
    case 'Time':
    case 'TIME':
    case 'DATETIME':
      return { sql: time(name, args) };
    case 'TIMESTAMPTZ':
      return { sql: 'TIMESTAMP WITH TIME ZONE' };
    case 'Interval':
    case 'INTERVAL':
      return { sql: name === 'INTERVAL' ? interval(args) : 'INTERVAL' };
    case 'BIT':
      return { sql: bit(args) };
    case 'ARRAY': {
      const item = args?.at(0, 'item_type');
      const inner = item ? columnType(item, scope) : notKnown('its element type is missing');
      const dimensions = plainOf(args?.option('dimensions'), scope);
      const times = typeof dimensions === 'number' ? dimensions : 1;
      return { sql: inner.sql + '[]'.repeat(Math.max(1, Math.min(times, 6))), enumType: inner.enumType };
    }
    case 'Enum':
    case 'ENUM': {
      if (!args) return notKnown('an enumerated type in it has no labels');
      const enumType = enumOf(args);
      const schema = args.optionText('schema');
      const sql = (schema === undefined ? '' : `${quoteIdentifier(schema)}.`) + quoteIdentifier(enumType.name);
      return flagged(args, 'native_enum') === false ? { sql: varcharOf(enumType) } : { sql, enumType };
    }
    case 'Vector':
    case 'VECTOR':
      return { sql: `vector${sizes(args, ['dim'])}` };
    default:
      return notKnown(`the SQL of the type ${name} is not known here`);
  }
}

function flagged(args: Arguments, name: string): boolean | undefined {
  return args.flag(name);
}

function varcharOf({ labels }: EnumType): string {
  return `VARCHAR(${Math.max(1, ...labels.map((each) => each.length))})`;
}

function enumOf(args: Arguments): EnumType {
  const labels = args.positional.map(
    (each) => nameOf(each, args.scope) ?? notKnown('the labels of an enumerated type are decided when it runs'),
  );
  const name = args.optionText('name') ?? notKnown('the name of an enumerated type is decided when it runs');
  return { name, labels, creates: args.flag('create_type') !== false };
}

/** An enumerated type: `sa.Enum('a', name='b')`, or undefined for another expression. */
export function enumTypeOf(
  value: Expression,
  scope: Scope,
): (EnumType & { readonly schema: string | undefined }) | undefined {
  const type = resolved(value, scope);
  if (type.kind !== 'call' || !/^enum$/i.test(calledName(type) ?? '')) return undefined;
  const args = new Arguments(type, scope);
  return { ...enumOf(args), schema: args.optionText('schema') };
}

export function createTypeSql({ name, labels }: EnumType, schema?: string | undefined): string {
  const prefix = schema === undefined ? '' : `${quoteIdentifier(schema)}.`;
  return `CREATE TYPE ${prefix}${quoteIdentifier(name)} AS ENUM (${labels.map(quoteLiteral).join(', ')})`;
}

/** The numbers behind a type: "(10, 2)". */
function sizes(args: Arguments | undefined, names: readonly string[]): string {
  if (!args) return '';
  const values = names.map((name, index) => args.at(index, name)).map((each) => each && plainOf(each, args.scope));
  const given = names.filter((name, index) => args.at(index, name) !== undefined);
  if (given.some((name) => plainOf(args.at(names.indexOf(name), name), args.scope) === undefined))
    return notKnown('the size of a type is decided when it runs');
  const numbers = values.filter((each) => typeof each === 'number');
  return numbers.length > 0 ? `(${numbers.join(', ')})` : '';
}

function collation(args: Arguments | undefined): string {
  const name = args?.optionText('collation');
  return name === undefined ? '' : ` COLLATE "${name}"`;
}

function time(name: string, args: Arguments | undefined): string {
  const precision = args?.option('precision');
  const digits = precision && args ? plainOf(precision, args.scope) : undefined;
  const first = args?.positional[0];
  const isZoned = args?.flag('timezone') ?? (first && args ? plainOf(first, args.scope) === true : false);
  const type = /^(?:DateTime|DATETIME|TIMESTAMP)$/.test(name) ? 'TIMESTAMP' : 'TIME';
  return `${type}${typeof digits === 'number' ? `(${digits})` : ''} ${isZoned ? 'WITH' : 'WITHOUT'} TIME ZONE`;
}

function interval(args: Arguments | undefined): string {
  const fields = args?.optionText('fields');
  const digits = args && plainOf(args.option('precision'), args.scope);
  return `INTERVAL${fields === undefined ? '' : ` ${fields}`}${typeof digits === 'number' ? ` (${digits})` : ''}`;
}

function bit(args: Arguments | undefined): string {
  const size = sizes(args, ['length']);
  return args?.flag('varying') ? `BIT VARYING${size}` : `BIT${size === '' ? '(1)' : size}`;
}

/** `JSON().with_variant(JSONB(), 'postgresql')`. */
function variant(call: Call, scope: Scope): ColumnType {
  if (call.callee.kind !== 'member') return notKnown('a type in it is decided when it runs');
  const args = new Arguments(call, scope);
  const database = args.positional.slice(1).map((each) => nameOf(each, scope));
  const [first] = args.positional;
  return database.includes('postgresql') && first ? columnType(first, scope) : columnType(call.callee.object, scope);
}
