import { addColumnCases } from './cases/columns.js';
import { constraintCases } from './cases/constraints.js';
import { keptCases } from './cases/kept.js';
import { notNullCases } from './cases/not-null.js';
import { otherCases } from './cases/others.js';
import { typeCases } from './cases/types.js';
import type { Case } from './engine/case.js';

/** All cases; the number of a case is its place. */
export const matrix: readonly Case[] = [
  ...addColumnCases,
  ...notNullCases,
  ...typeCases,
  ...constraintCases,
  ...otherCases,
  ...keptCases,
];

/** The cases of `npm test`: one of every twenty-nine, so that each kind has some. */
export const sample: readonly (readonly [number, Case])[] = [...matrix.entries()].filter(([index]) => index % 29 === 7);
