import type { Argument, Expression } from '../../code.js';
import { pathOf, type Scope } from '../../values.js';
import { fragment, isFields, isFragment, isList, readValue, textOfValue, type Value } from '../support/value.js';
import { escapeValue } from './words.js';

// DataTypes.STRING(100), DataTypes.ENUM('a', 'b') and what else Sequelize has beside plain values.

const plain: Readonly<Record<string, string>> = {
  BIGINT: 'BIGINT',
  BLOB: 'BYTEA',
  BOOLEAN: 'BOOLEAN',
  CIDR: 'CIDR',
  CITEXT: 'CITEXT',
  DATE: 'TIMESTAMP WITH TIME ZONE',
  DATEONLY: 'DATE',
  DOUBLE: 'DOUBLE PRECISION',
  HSTORE: 'HSTORE',
  INET: 'INET',
  INTEGER: 'INTEGER',
  JSON: 'JSON',
  JSONB: 'JSONB',
  MACADDR: 'MACADDR',
  MEDIUMINT: 'MEDIUMINT',
  NOW: 'NOW',
  REAL: 'REAL',
  SMALLINT: 'SMALLINT',
  TEXT: 'TEXT',
  TIME: 'TIME',
  TINYINT: 'TINYINT',
  TSVECTOR: 'TSVECTOR',
  UUID: 'UUID',
  UUIDV1: 'UUIDV1',
  UUIDV4: 'UUIDV4',
};

const withArguments = new Set([
  'STRING',
  'CHAR',
  'DECIMAL',
  'NUMERIC',
  'FLOAT',
  'ENUM',
  'ARRAY',
  'RANGE',
  'GEOMETRY',
  'GEOGRAPHY',
]);

const ranges: Readonly<Record<string, string>> = {
  INTEGER: 'int4range',
  DECIMAL: 'numrange',
  'TIMESTAMP WITH TIME ZONE': 'tstzrange',
  DATE: 'daterange',
  BIGINT: 'int8range',
};

/** Words behind a type that PostgreSQL has not: INTEGER.UNSIGNED. */
const ignored = new Set(['UNSIGNED', 'ZEROFILL']);

/** The key of a record that stands for an ENUM: its values. */
export const enumKey = '$enum';
/** Set for an array of an ENUM. */
export const arrayKey = '$array';

/** Types and values that only Sequelize gives a meaning. */
export function specialOf(value: Expression, scope: Scope): Value | undefined {
  if (value.kind === 'call') {
    const path = pathOf(value.callee) ?? [];
    const name = path.at(-1) ?? '';
    const type = typeName(path);
    if (type !== undefined) return typeOf(type, value.args, scope);
    if (name === 'literal' || name === 'asIs') return sqlOf(value.args, scope);
    if (name === 'fn' && path.length > 1) return functionSql(value.args, scope);
    if (name === 'col' && path.length > 1) return fragment(`"${textOfValue(readValue(value.args[0]?.value, scope))}"`);
    if (name === 'cast' && path.length > 1) {
      const [first, second] = value.args.map((each) => readValue(each.value, scope, specialOf));
      return fragment(`CAST(${escapeValue(first)} AS ${textOfValue(second).toUpperCase()})`);
    }
    return undefined;
  }
  const path = pathOf(value);
  if (!path) return undefined;
  if (path.at(-2) === 'Deferrable' || path.at(-3) === 'Deferrable') return deferrableOf(path.at(-1) ?? '');
  const type = typeName(path);
  return type === undefined ? undefined : typeOf(type, [], scope);
}

/** The type that a path ends with: `Sequelize.DataTypes.STRING`, `STRING`, `DataTypes.INTEGER.UNSIGNED`. */
function typeName(path: readonly string[]): string | undefined {
  const names = path.filter((name) => !ignored.has(name));
  const last = names.at(-1) ?? '';
  if (last === 'BINARY' && path.length > 1) return 'BLOB';
  if (last === 'PRECISION' && names.at(-2) === 'DOUBLE') return 'DOUBLE';
  const isType = withArguments.has(last) || plain[last] !== undefined;
  if (!isType) return undefined;
  // A bare name that is written in capitals and no constant of the file: `const { STRING } = Sequelize`.
  return names.length === 1 || /sequelize|datatypes|types|dt|db|^\w{1,2}$/i.test(names[0] ?? '') ? last : undefined;
}

function typeOf(type: string, args: readonly Argument[], scope: Scope): Value {
  const known = plain[type];
  if (known !== undefined) return fragment(known);
  const values = args.map(({ value }) => readValue(value, scope, specialOf));
  const [first, second] = values;
  const option = (key: string): Value => (isFields(first) ? first.get(key) : undefined);
  switch (type) {
    case 'STRING':
    case 'CHAR': {
      const length = isFields(first) ? option('length') : first;
      const word = type === 'STRING' ? 'VARCHAR' : 'CHAR';
      return fragment(`${word}(${length === undefined ? '255' : textOfValue(length)})`);
    }
    case 'DECIMAL':
    case 'NUMERIC': {
      const digits = isFields(first) ? [option('precision'), option('scale')] : [first, second];
      const list = digits.filter((each) => each !== undefined && each !== 0).map(textOfValue);
      return fragment(list.length === 0 ? 'DECIMAL' : `DECIMAL(${list.join(',')})`);
    }
    case 'FLOAT':
      return fragment(
        first === undefined || second !== undefined || isFields(first) ? 'FLOAT' : `FLOAT(${textOfValue(first)})`,
      );
    case 'ENUM': {
      const list = isFields(first) ? option('values') : values.flatMap((each) => (isList(each) ? each : [each]));
      return new Map<string, Value>([[enumKey, list]]);
    }
    case 'ARRAY': {
      const item = isFields(first) && first.has('type') ? first.get('type') : first;
      if (isFields(item)) return new Map<string, Value>([...item, [arrayKey, true]]);
      return fragment(`${textOfValue(item)}[]`);
    }
    case 'RANGE':
      return fragment(ranges[first === undefined ? 'INTEGER' : textOfValue(first)] ?? 'int4range');
    default: {
      if (first === undefined) return fragment(type);
      const detail = second === undefined ? textOfValue(first) : `${textOfValue(first)},${textOfValue(second)}`;
      return fragment(`${type}(${detail})`);
    }
  }
}

function deferrableOf(name: string): Value | undefined {
  if (name === 'INITIALLY_DEFERRED') return fragment('DEFERRABLE INITIALLY DEFERRED');
  if (name === 'INITIALLY_IMMEDIATE') return fragment('DEFERRABLE INITIALLY IMMEDIATE');
  return name === 'NOT' ? fragment('NOT DEFERRABLE') : undefined;
}

function sqlOf(args: readonly Argument[], scope: Scope): Value {
  const text = readValue(args[0]?.value, scope);
  return isFragment(text) ? text : fragment(textOfValue(text));
}

function functionSql(args: readonly Argument[], scope: Scope): Value {
  const [name, ...given] = args.map(({ value }) => readValue(value, scope, specialOf));
  return fragment(`${textOfValue(name)}(${given.map(escapeValue).join(', ')})`);
}
