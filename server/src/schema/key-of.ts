import { comparableName } from '../sql/placeholders.js';

/** The key of an object: its schema and its name. */
export function keyOf(schema: string, name: string): string {
  return `${comparableName(schema)}.${comparableName(name)}`;
}
