import type { Case } from './engine/case.js';
import { columnCases } from './cases/columns.js';

/** All cases; the number of a case is its place. */
export const matrix: readonly Case[] = [...columnCases];
