import type { RollbackCase } from '../case.js';
import { columnCases } from './columns.js';
import { constraintCases } from './constraints.js';
import { guardCases } from './guards.js';
import { hiddenCases } from './hidden.js';
import { mixedCases } from './mixed.js';
import { moreCases } from './more.js';
import { objectCases } from './objects.js';
import { strangerCases } from './strangers.js';
import { tableCases } from './tables.js';

export const allCases: readonly RollbackCase[] = [
  ...tableCases,
  ...columnCases,
  ...constraintCases,
  ...objectCases,
  ...hiddenCases,
  ...mixedCases,
  ...moreCases,
  ...guardCases,
  ...strangerCases,
];
