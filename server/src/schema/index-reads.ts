import { analyseExpression } from '../sql/expressions.js';
import type { Index } from './model.js';

/** True when an index goes with the column: as a key, in INCLUDE, in an expression or in its predicate. */
export function indexNeeds(
  index: Pick<Index, 'columns' | 'include' | 'expressions' | 'predicate'>,
  column: string,
): boolean {
  return index.include.includes(column) || indexReads(index, column);
}

/** True when an index has the column, or reads it in an expression or in its predicate. */
function indexReads(index: Pick<Index, 'columns' | 'expressions' | 'predicate'>, column: string): boolean {
  return index.columns.includes(column) || computesWith(index, column);
}

/** True when an index reads the column in an expression or in its predicate. */
export function computesWith(index: Pick<Index, 'expressions' | 'predicate'>, column: string): boolean {
  const texts = index.predicate === undefined ? index.expressions : [...index.expressions, index.predicate];
  return texts.some((text) => analyseExpression(text)?.columns.includes(column) ?? true);
}
