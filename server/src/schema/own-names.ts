import type { ObjectName } from '../sql/action.js';
import type { Span } from '../sql/span.js';
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

/** The mark at the NULL in whose place the author of a migration writes the value that only he knows. */
export const valueMark = 'airlock-value';

const hasMark = new RegExp(valueMark, 'i');
const markedNull = new RegExp(`\\bNULL\\s*/\\*\\s*${valueMark}\\b[\\s\\S]*?\\*/`, 'i');

/** Where such a NULL stands in a text, with the comment behind it; from `from` on. Undefined when there is none. */
export function unwrittenValue(text: string, from = 0): Span | undefined {
  if (!hasMark.test(text)) return undefined;
  const found = markedNull.exec(text.slice(from));
  return found ? { start: from + found.index, end: from + found.index + found[0].length } : undefined;
}
