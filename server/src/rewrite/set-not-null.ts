import { provesNotNull } from '../schema/constraints.js';
import type { SetNotNull } from '../sql/action.js';
import { fillNullsPhase } from './backfill-phase.js';
import { notNullPhase } from './not-null.js';
import { type PlanOutcome, isRefused, type RewriteContext } from './plan.js';

/**
 * SET NOT NULL in phases: fill the old NULLs, then prove and set it. Nothing refuses a NULL before all rows are filled,
 * as that would refuse every UPDATE of a row that is still NULL. Undefined when the catalog already has the proof,
 * because then SET NOT NULL does not scan.
 */
export function setNotNullPlan(action: SetNotNull, { before }: RewriteContext): PlanOutcome {
  const { table, column, only } = action;
  const known = before.table(table);
  if (only || action.ifExists || provesNotNull(known, column)) return undefined;
  if (known?.complete && !known.columns.has(column)) return undefined;
  const backfill = fillNullsPhase(before, table, column, undefined);
  if (isRefused(backfill)) return backfill;
  return {
    title: 'Split into 2 migrations: backfill → NOT NULL',
    before: `no version of the application that is running writes NULL into ${table.name}.${column}.`,
    phases: [backfill, notNullPhase(before, table, column)],
    mends: ['require-check-before-not-null'],
  };
}
