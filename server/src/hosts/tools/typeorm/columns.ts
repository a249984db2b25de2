import { field, isFields, isList, textOfValue, truthy, Unclear, type Value } from '../support/value.js';
import { inSchemaOf, optionOf, quote, tableParts } from './names.js';

export interface ColumnParts {
  readonly name: string;
  readonly definition: string;
  /** CREATE TYPE … AS ENUM, where the column has one. */
  readonly enumSql: string | undefined;
  readonly comment: string | undefined;
  readonly isPrimary: boolean;
  readonly isUnique: boolean;
}

/** A column as TypeORM writes it. */
export function columnParts(table: Value, column: Value): ColumnParts {
  if (!isFields(column)) throw new Unclear('a column is put together when it runs');
  const name = optionOf(column, 'name');
  if (name === undefined) throw new Unclear('the name of a column is not known');
  const isEnum = /^(simple-)?enum$/.test(optionOf(column, 'type') ?? '');
  return {
    name,
    definition: definitionOf(table, name, column),
    enumSql: isEnum ? enumSql(table, name, column) : undefined,
    comment: optionOf(column, 'comment'),
    isPrimary: truthy(field(column, 'isPrimary')),
    isUnique: truthy(field(column, 'isUnique')),
  };
}

function enumName(table: Value, name: string, column: Value): string {
  const given = optionOf(column, 'enumName');
  return inSchemaOf(table, given ?? `${tableParts(table).name}_${name.toLowerCase()}_enum`);
}

function enumSql(table: Value, name: string, column: Value): string {
  const values = field(column, 'enum');
  if (!isList(values)) throw new Unclear('the values of an enum are not known');
  const list = values.map((value) => `'${textOfValue(value).replaceAll("'", "''")}'`);
  return `CREATE TYPE ${enumName(table, name, column)} AS ENUM(${list.join(', ')})`;
}

function definitionOf(table: Value, name: string, column: Value): string {
  const type = optionOf(column, 'type');
  if (type === undefined) throw new Unclear('the type of a column is not known');
  const isGenerated = truthy(field(column, 'isGenerated'));
  const strategy = optionOf(column, 'generationStrategy');
  const words: string[] = [quote(name)];
  if (isGenerated && strategy !== 'uuid') words.push(...generatedWords(type, strategy, column));
  if (/^(simple-)?enum$/.test(type)) {
    words.push(enumName(table, name, column));
    if (truthy(field(column, 'isArray'))) words.push('array');
  } else if (!isGenerated || type === 'uuid') words.push(fullType(column));
  const expression = optionOf(column, 'asExpression');
  if (optionOf(column, 'generatedType') === 'STORED' && expression !== undefined) {
    words.push(`GENERATED ALWAYS AS (${expression}) STORED`);
  }
  const collation = optionOf(column, 'collation');
  if (collation !== undefined) words.push(`COLLATE "${collation}"`);
  const isNullable = field(column, 'isNullable') !== undefined && truthy(field(column, 'isNullable'));
  if (!isNullable) words.push('NOT NULL');
  const initial = defaultOf(column);
  if (initial !== undefined) words.push(`DEFAULT ${initial}`);
  if (isGenerated && strategy === 'uuid' && initial === undefined) words.push('DEFAULT uuid_generate_v4()');
  return words.join(' ');
}

/** The default of a column, which is SQL already. */
export function defaultOf(column: Value): string | undefined {
  const value = field(column, 'default');
  if (value === undefined || value === null) return undefined;
  if (isFields(value)) throw new Unclear('the default of a column is not known');
  return textOfValue(value);
}

function generatedWords(type: string, strategy: string | undefined, column: Value): string[] {
  if (strategy === 'identity') {
    const kind = optionOf(column, 'generatedIdentity') ?? 'BY DEFAULT';
    return [`${type} GENERATED ${kind} AS IDENTITY`];
  }
  if (/^(integer|int|int4)$/.test(type)) return ['SERIAL'];
  if (/^(smallint|int2)$/.test(type)) return ['SMALLSERIAL'];
  return /^(bigint|int8)$/.test(type) ? ['BIGSERIAL'] : [];
}

const zoned: Readonly<Record<string, readonly [string, string]>> = {
  'time without time zone': ['TIME', ''],
  'time with time zone': ['TIME', ' WITH TIME ZONE'],
  'timestamp without time zone': ['TIMESTAMP', ''],
  'timestamp with time zone': ['TIMESTAMP', ' WITH TIME ZONE'],
};

/** The type with its length or its digits. */
export function fullType(column: Value): string {
  const type = optionOf(column, 'type') ?? '';
  const length = optionOf(column, 'length');
  const precision = optionOf(column, 'precision');
  const scale = optionOf(column, 'scale');
  const array = truthy(field(column, 'isArray')) ? ' array' : '';
  const time = zoned[type];
  if (time) return `${time[0]}${precision === undefined ? '' : `(${precision})`}${time[1]}${array}`;
  if (type === 'geometry' || type === 'geography') {
    const feature = optionOf(column, 'spatialFeatureType');
    const srid = optionOf(column, 'srid');
    if (feature === undefined) return type + array;
    return `${type}(${feature}${srid === undefined ? '' : `,${srid}`})${array}`;
  }
  const digits =
    length ?? (precision === undefined ? undefined : scale === undefined ? precision : `${precision},${scale}`);
  return `${type}${digits === undefined ? '' : `(${digits})`}${array}`;
}
