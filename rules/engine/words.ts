import type { ObjectName } from '../../server/src/sql/action.js';

/** An object's name as a person reads it: schema.name where the author wrote the schema. */
export function nameOf(name: ObjectName): string {
  return name.schema === undefined ? name.name : `${name.schema}.${name.name}`;
}

/** "a", "a and b", "a, b and c". */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]}`;
}
