import type { ColumnType } from '../schema/model.js';
import type { SchemaState } from '../schema/state.js';

const strings = new Set(['text', 'varchar', 'bpchar', 'name']);

function isString(type: Pick<ColumnType, 'schema' | 'name'>): boolean {
  return type.schema === undefined && strings.has(type.name);
}

/** Built-in types that no string becomes unless the author says so: their casts from text are explicit. */
export const notFromStrings = new Set([
  'bool',
  'int2',
  'int4',
  'int8',
  'float4',
  'float8',
  'numeric',
  'money',
  'uuid',
  'json',
  'jsonb',
  'bytea',
  'date',
  'time',
  'timetz',
  'timestamp',
  'timestamptz',
  'interval',
  'inet',
  'cidr',
  'macaddr',
  'macaddr8',
  'bit',
  'varbit',
  'point',
  'int4range',
  'int8range',
  'numrange',
  'tsrange',
  'tstzrange',
  'daterange',
]);

/** Pairs of other built-in types whose only cast is explicit (pg_cast.castcontext = 'e'), or that have none. */
const explicitOnly = new Set([
  'int4>bool',
  'bool>int4',
  'int2>bool',
  'int8>bool',
  'bool>int2',
  'bool>int8',
  'numeric>bool',
  'bool>numeric',
  'uuid>int4',
  'uuid>int8',
  'int4>uuid',
  'int8>uuid',
  'int4>timestamp',
  'int4>timestamptz',
  'int8>timestamp',
  'int8>timestamptz',
  'int4>date',
  'int8>date',
  'bytea>jsonb',
  'bytea>json',
  'int4>jsonb',
  'int8>jsonb',
  'bool>jsonb',
  'uuid>jsonb',
  'jsonb>int4',
  'jsonb>int8',
  'jsonb>bool',
  'jsonb>numeric',
]);

/**
 * False when PostgreSQL refuses to convert a column of one type to another without USING (42804). True where it
 * converts, and where nothing is known of the pair: an extension or the user may have made a cast.
 */
export function castsByAssignment(from: ColumnType, to: ColumnType): boolean {
  if (from.schema !== undefined || to.schema !== undefined) return true;
  // Nothing but text becomes of an array by itself, and no array of anything else.
  if (from.arrayDimensions > 0 !== to.arrayDimensions > 0) return to.arrayDimensions === 0 && strings.has(to.name);
  if (from.arrayDimensions > 0) return true;
  if (strings.has(from.name)) return !notFromStrings.has(to.name);
  return !explicitOnly.has(`${from.name}>${to.name}`);
}

/** Nothing becomes an enum without USING; an enum becomes text by assignment (measured). */
export function converts(from: ColumnType, to: ColumnType, before: SchemaState): boolean {
  const [old, next] = [before.type(from), before.type(to)];
  // Arrays are converted by what they hold.
  if (next?.kind === 'enum' && from.arrayDimensions > 0 === to.arrayDimensions > 0) {
    // A domain over the same enum, or a cast that somebody has made, may convert.
    return old?.kind === 'domain' || old?.key === next.key || !(old?.kind === 'enum' || isString(from));
  }
  return castsByAssignment(from, to);
}
