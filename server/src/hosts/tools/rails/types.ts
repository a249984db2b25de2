import { quoteLiteral } from '../../../sql/quote.js';
import type { Expression } from '../../code.js';
import { type Plain, plainOf, resolved, textOf } from '../../values.js';
import { notKnown } from '../not-known.js';
import type { Options } from './arguments.js';

const simple: Readonly<Record<string, string>> = {
  text: 'text',
  bigint: 'bigint',
  float: 'float',
  date: 'date',
  binary: 'bytea',
  blob: 'bytea',
  boolean: 'boolean',
  json: 'json',
  jsonb: 'jsonb',
  uuid: 'uuid',
  hstore: 'hstore',
  inet: 'inet',
  cidr: 'cidr',
  macaddr: 'macaddr',
  citext: 'citext',
  xml: 'xml',
  money: 'money',
  tsvector: 'tsvector',
  ltree: 'ltree',
  oid: 'oid',
  point: 'point',
  line: 'line',
  lseg: 'lseg',
  box: 'box',
  path: 'path',
  polygon: 'polygon',
  circle: 'circle',
  serial: 'serial',
  bigserial: 'bigserial',
  daterange: 'daterange',
  numrange: 'numrange',
  tsrange: 'tsrange',
  tstzrange: 'tstzrange',
  int4range: 'int4range',
  int8range: 'int8range',
  primary_key: 'bigserial primary key',
};

const timed: Readonly<Record<string, string>> = {
  datetime: 'timestamp',
  timestamp: 'timestamp',
  timestamptz: 'timestamptz',
  time: 'time',
  interval: 'interval',
};

/** The methods of a table's block that make a column of that type. */
export const columnMethods: ReadonlySet<string> = new Set([
  ...Object.keys(simple),
  ...Object.keys(timed),
  'string',
  'integer',
  'decimal',
  'numeric',
  'bit',
  'bit_varying',
  'enum',
  'virtual',
]);

/** The type of a column as Rails writes it. `precision`: of points in time, where none is said. */
export function typeSql(type: string, options: Options, precision: number | undefined): string {
  const base = baseType(type, options, precision);
  return options.flag('array') === true ? `${base}[]` : base;
}

function baseType(type: string, options: Options, precision: number | undefined): string {
  const limit = options.plain('limit');
  const size = typeof limit === 'number' ? `(${limit})` : '';
  const known = simple[type];
  if (known !== undefined) return known;
  const time = timed[type];
  if (time !== undefined) {
    const own = options.has('precision')
      ? options.plain('precision')
      : type === 'time' || type === 'interval'
        ? undefined
        : precision;
    return typeof own === 'number' ? `${time}(${own})` : time;
  }
  switch (type) {
    case 'string':
      return `character varying${size}`;
    case 'integer':
      return integer(typeof limit === 'number' ? limit : undefined);
    case 'decimal':
    case 'numeric': {
      const digits = options.number('precision');
      const scale = options.number('scale');
      if (digits === undefined) return 'decimal';
      return scale === undefined ? `decimal(${digits})` : `decimal(${digits},${scale})`;
    }
    case 'bit':
      return `bit${size}`;
    case 'bit_varying':
      return `bit varying${size}`;
    case 'enum':
      return options.text('enum_type') ?? notKnown('the name of the enumerated type is not said');
    case 'virtual':
      return typeSql(
        options.text('type') ?? notKnown('the type of the column is not said'),
        options.with([['array', undefined]]),
        precision,
      );
    default:
      // Rails hands on what it does not know: "numeric(10,2)", an own type.
      return type;
  }
}

function integer(limit: number | undefined): string {
  if (limit === undefined) return 'integer';
  if (limit <= 2) return 'smallint';
  return limit <= 4 ? 'integer' : 'bigint';
}

/** What a lambda as a default says; undefined for a value that is no lambda. */
function lambdaText(value: Expression, options: Options): string | undefined {
  const found = resolved(value, options.scope);
  const func =
    found.kind === 'call' &&
    found.block &&
    /^(?:lambda|proc)$/.test(found.callee.kind === 'name' ? found.callee.name : '')
      ? found.block
      : found;
  if (func.kind !== 'function') return undefined;
  const [only] = func.body;
  const inner = only?.kind === 'expression' || only?.kind === 'return' ? only.value : undefined;
  return (inner && textOf(inner, options.scope)) ?? notKnown('its default is decided when it runs');
}

/** A default as Rails writes it for a column of that type; undefined for none. */
export function defaultSql(value: Expression, type: string | undefined, options: Options): string | undefined {
  const written = lambdaText(value, options);
  if (written !== undefined) return written;
  const plain = plainOf(value, options.scope);
  if (plain === undefined) return notKnown('its default is decided when it runs');
  if (plain === null) return undefined;
  // Rails takes such a string for an expression on uuid columns.
  if (type === 'uuid' && typeof plain === 'string' && plain.includes('()')) return plain;
  return options.flag('array') === true && Array.isArray(plain) ? quoteLiteral(arrayText(plain)) : literal(plain, type);
}

function arrayText(items: readonly Plain[]): string {
  return `{${items.map(element).join(',')}}`;
}

function element(item: Plain): string {
  if (typeof item !== 'string') return item === null ? 'NULL' : String(item);
  return item === '' || /[{}",\\\s]|^null$/i.test(item) ? `"${item.replace(/["\\]/g, '\\$&')}"` : item;
}

const truths = new Set<Plain>([true, 1, '1', 't', 'T', 'true', 'TRUE', 'on', 'ON']);

/** A value as it is cast for a column of that type. */
export function literal(plain: Plain, type: string | undefined): string {
  if (plain === null) return 'NULL';
  switch (type) {
    case 'boolean':
      return truths.has(plain) ? 'TRUE' : plain === '' ? 'NULL' : 'FALSE';
    case 'integer':
    case 'bigint':
      return number(plain, Math.trunc);
    case 'float':
    case 'decimal':
    case 'numeric':
      return number(plain, (each) => each, true);
    case 'json':
    case 'jsonb':
      return quoteLiteral(JSON.stringify(plain));
    case 'string':
    case 'text':
    case 'citext':
      return quoteLiteral(plain === true ? 't' : plain === false ? 'f' : asText(plain));
    default:
      if (typeof plain === 'boolean') return plain ? 'TRUE' : 'FALSE';
      if (typeof plain === 'number') return String(plain);
      return quoteLiteral(asText(plain));
  }
}

function asText(plain: Plain): string {
  if (Array.isArray(plain)) return arrayText(plain);
  return typeof plain === 'object' ? JSON.stringify(plain) : String(plain);
}

function number(plain: Plain, round: (value: number) => number, isDecimal = false): string {
  if (typeof plain === 'boolean') return plain ? '1' : '0';
  const value = typeof plain === 'number' ? plain : Number(asText(plain));
  if (Number.isNaN(value)) return quoteLiteral(asText(plain));
  return isDecimal && Number.isInteger(value) ? `${value}.0` : String(round(value));
}
