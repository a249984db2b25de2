import { provesNotNull } from '../schema/constraints.js';
import type { SetNotNull } from '../sql/action.js';
import { fillNullsPhase } from './backfill-phase.js';
import { notNullPhase } from './not-null.js';
import { type PlanOutcome, isRefused, type RewriteContext } from './plan.js';

/**
 * SET NOT NULL in phases: fill the old NULLs, then prove and set it. Nothing refuses a NULL before all rows are filled,
 * as that would refuse every UPDATE of a row that is still NULL. Nothing can be written into a generated column: it is
 * proven alone. Undefined when the catalog already has the proof, because then SET NOT NULL does not scan.
 */
export function setNotNullPlan(action: SetNotNull, { before, statement, inTransaction }: RewriteContext): PlanOutcome {
  const { table, column, only } = action;
  const known = before.table(table);
  if (only || action.ifExists || provesNotNull(known, column)) return undefined;
  if (known?.complete && !known.columns.has(column)) return undefined;
  if (known?.columns.get(column)?.generated) {
    // By itself it has a form in its own file.
    if (statement.actions.length === 1 && !inTransaction) return undefined;
    const title = `Prove that ${table.name}.${column} holds no NULL, outside the transaction`;
    return { title, phases: [notNullPhase(before, table, column)], mends: ['require-check-before-not-null'] };
  }
  const backfill = fillNullsPhase(before, table, column, undefined);
  if (isRefused(backfill)) return backfill;
  return {
    title: 'Split into 2 migrations: backfill → NOT NULL',
    before: `no version of the application that is running writes NULL into ${table.name}.${column}.`,
    phases: [backfill, notNullPhase(before, table, column)],
    mends: ['require-check-before-not-null'],
  };
}
