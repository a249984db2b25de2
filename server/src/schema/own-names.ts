import type { ObjectName } from '../sql/action.js';
import { freeConstraintName, freeRelationName } from './names.js';
import type { SchemaState } from './state.js';

/**
 * Names of what Airlock itself makes for the time of a change. They hold the word "airlock", so that no object of
 * another author is taken for a leftover: what has such a name may be dropped.
 */

/** The CHECK that proves NOT NULL. */
export function notNullProofName(state: SchemaState, table: ObjectName, column: string): string {
  const { schema, name } = state.named(table);
  return freeConstraintName(state, schema, [name, column], 'airlock_not_null');
}

/** The index that becomes the index of a constraint, which gives it its own name. */
export function buildName(state: SchemaState, schema: string, constraint: string): string {
  return freeRelationName(state, schema, [constraint], 'airlock_build');
}
