import { hasHistory } from '../../server/src/schema/certainty.js';
import type { SchemaState } from '../../server/src/schema/state.js';

/**
 * True for a drop with IF EXISTS of what a readable history does not have: it clears away what a failed run may have
 * left, and mostly does nothing. `known`: what the history has under the name.
 */
export function isUnheardOf(ifExists: boolean, known: object | undefined, before: SchemaState): boolean {
  return ifExists && known === undefined && before.disturbances === 0 && hasHistory(before);
}
