import type { ColumnType } from '../schema/model.js';

/** Types of which each holds every value of the ones before it, exactly. */
const wider: readonly (readonly string[])[] = [
  ['int2', 'int4', 'int8', 'numeric'],
  ['float4', 'float8'],
  ['cidr', 'inet'],
  ['varchar', 'text'],
];

/** Types whose text form reads back as the same value. */
const readBackFromText = new Set([
  'int2',
  'int4',
  'int8',
  'bool',
  'uuid',
  'date',
  'varchar',
  'text',
  'inet',
  'cidr',
  'name',
]);

/** True when every value of `from` survives a conversion to `to` and back. Types by PostgreSQL's internal names. */
export function keepsEveryValue(from: ColumnType, to: ColumnType): boolean {
  if (from.arrayDimensions !== to.arrayDimensions || from.schema !== to.schema) {
    return false;
  }
  if (from.name === to.name) {
    return modifiersGrow(from, to);
  }
  const family = wider.find((names) => names.includes(from.name) && names.includes(to.name));
  if (family) {
    const isWider = family.indexOf(to.name) > family.indexOf(from.name);
    return isWider && (to.modifiers.length === 0 || to.name === 'text');
  }
  return isText(to) && to.modifiers.length === 0 && readBackFromText.has(from.name);
}

function isText({ name }: ColumnType): boolean {
  return name === 'text' || name === 'varchar';
}

/** varchar(10) → varchar(20) or varchar; numeric(10,2) → numeric(12,2) or numeric(12,3). */
function modifiersGrow({ name, modifiers: from }: ColumnType, { modifiers: to }: ColumnType): boolean {
  if (to.length === 0) {
    return true;
  }
  if (from.length === 0) {
    return false;
  }
  const [length = 0, scale = 0] = from;
  const [newLength = 0, newScale = 0] = to;
  return name === 'numeric' ? newScale >= scale && newLength - newScale >= length - scale : newLength >= length;
}
