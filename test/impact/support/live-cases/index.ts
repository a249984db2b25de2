import type { LiveCase } from '../live.js';
import { more } from './more.js';
import { objects } from './objects.js';
import { partitions } from './partitions.js';
import { reasons } from './setups.js';
import { statements } from './statements.js';
import { structure } from './structure.js';
import { tables } from './tables.js';
import { types } from './types.js';

/** Statements that are not among the recorded measurements; those with the same setup stand together. */
export const liveCases: readonly LiveCase[] = [
  ...tables,
  ...types,
  ...structure,
  ...statements,
  ...objects,
  ...more,
  ...partitions,
]
  .sort(([one], [two]) => (one < two ? -1 : one > two ? 1 : 0))
  .map(([setup, statement, reason]) => ({
    name: setup === '' ? statement : `${statement} | ${setup}`,
    setup: setup === '' ? [] : [setup],
    statement,
    notPredicted: reason && reasons[reason],
  }));
