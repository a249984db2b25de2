import type { ConstraintDefinition } from './action.js';
import { quoteIdentifier } from './quote.js';

const nulls = String.raw`nulls\s+(?:not\s+)?distinct`;
const columns = String.raw`\([^()]*\)`;
const plain = new RegExp(
  String.raw`^(?:constraint\s+(?:"(?:[^"]|"")*"|\S+)\s+)?(?:unique|primary\s+key)\s*(${nulls})?\s*(?:${columns})?\s*(?:include\s*${columns})?\s*$`,
  'i',
);

/**
 * What stands behind the table's name in CREATE UNIQUE INDEX, so that the index can become this UNIQUE or PRIMARY KEY:
 * `("code") INCLUDE (note) NULLS NOT DISTINCT`. Undefined where the constraint says more, such as DEFERRABLE or WITH.
 */
export function indexOfKey({ text, ...definition }: ConstraintDefinition): string | undefined {
  const form = plain.exec(text);
  if (!form || definition.deferrable) return undefined;
  const list = (names: readonly string[]): string => `(${names.map(quoteIdentifier).join(', ')})`;
  return [
    list(definition.columns),
    ...(definition.include.length > 0 ? [`INCLUDE ${list(definition.include)}`] : []),
    ...(form[1] === undefined ? [] : [form[1].toUpperCase().replace(/\s+/g, ' ')]),
  ].join(' ');
}
