import { quoteIdentifier, quoteLiteral } from '../../../sql/quote.js';
import type { Expression } from '../../code.js';
import { plainOf, resolved } from '../../values.js';
import { notKnown } from '../not-known.js';
import { type Options, textExpression } from './arguments.js';
import { quoteTable, type RailsVersion } from './names.js';
import { defaultSql, typeSql } from './types.js';

/** The digits of points in time that Rails takes where none are said. */
export function timePrecision({ migration }: RailsVersion): number | undefined {
  return migration >= 7 ? 6 : undefined;
}

/** A column as CREATE TABLE and ADD COLUMN have it. */
export function columnSql(name: string, type: string, options: Options, version: RailsVersion): string {
  const written = typeSql(type, options, timePrecision(version));
  return `${quoteIdentifier(name)} ${written}${columnOptions(type, options)}`;
}

/** The type of the values in a column: a virtual column says it apart. */
function valueType(type: string, options: Options): string {
  return type === 'virtual' ? (options.text('type') ?? type) : type;
}

function columnOptions(type: string, options: Options): string {
  const collation = options.text('collation');
  const computed = options.text('as');
  const isRequired = options.plain('null') === false;
  const given = options.get('default');
  const value = given && defaultSql(given, valueType(type, options), options);
  const isNil = given !== undefined && value === undefined;
  const written = value === undefined ? (isNil && !isRequired ? ' DEFAULT NULL' : '') : ` DEFAULT ${value}`;
  return (
    (collation === undefined ? '' : ` COLLATE "${collation}"`) +
    (computed === undefined
      ? ''
      : ` GENERATED ALWAYS AS (${computed})${options.flag('stored') === false ? '' : ' STORED'}`) +
    written +
    (isRequired ? ' NOT NULL' : '') +
    (options.flag('primary_key') === true ? ' PRIMARY KEY' : '')
  );
}

/** The primary key of create_table: `id: :uuid`, `id: { type: :uuid }`. */
export function keySql(name: string, id: Expression | undefined, table: Options, version: RailsVersion): string {
  const found = id && resolved(id, table.scope);
  if (found?.kind === 'record') {
    const nested = table.nested('id');
    const type = nested?.text('type') ?? 'primary_key';
    return keyOf(name, type, nested ?? table, version);
  }
  const plain = found ? plainOf(found, table.scope) : 'primary_key';
  if (typeof plain !== 'string' && plain !== true)
    return notKnown('the type of its primary key is decided when it runs');
  return keyOf(
    name,
    plain === true ? 'primary_key' : plain,
    table.only('default', 'limit', 'comment', 'precision'),
    version,
  );
}

function keyOf(name: string, type: string, options: Options, version: RailsVersion): string {
  const isOld = version.migration < 5.1;
  const numbers = { primary_key: isOld ? 'serial' : 'bigserial', integer: 'serial', bigint: 'bigserial' };
  if (type === 'primary_key')
    return `${quoteIdentifier(name)} ${numbers.primary_key}${isOld ? ' NOT NULL' : ''} PRIMARY KEY`;
  if ((type === 'integer' || type === 'bigint') && !options.has('default') && !isOld)
    return `${quoteIdentifier(name)} ${numbers[type]} NOT NULL PRIMARY KEY`;
  const made = isOld ? 'uuid_generate_v4()' : 'gen_random_uuid()';
  const value = type === 'uuid' && !options.has('default') ? textExpression(made) : options.get('default');
  const known = options.with([
    ['default', value],
    ['null', { kind: 'boolean', span: { start: 0, end: 0 }, value: false }],
    ['primary_key', { kind: 'boolean', span: { start: 0, end: 0 }, value: true }],
  ]);
  return columnSql(name, type, known, version);
}

export function columnComment(table: string, column: string, comment: string | null): string {
  const written = comment === null || comment === '' ? 'NULL' : quoteLiteral(comment);
  return `COMMENT ON COLUMN ${quoteTable(table)}.${quoteIdentifier(column)} IS ${written}`;
}

export function tableComment(table: string, comment: string | null): string {
  const written = comment === null || comment === '' ? 'NULL' : quoteLiteral(comment);
  return `COMMENT ON TABLE ${quoteTable(table)} IS ${written}`;
}
