import { provesNotNull } from '../schema/constraints.js';
import type { SetNotNull } from '../sql/action.js';
import { fillNullsPhase } from './backfill-phase.js';
import { addNotNullUnproven, dropNotNullUnproven, hasNotNullConstraints, proveNotNull } from './not-null.js';
import { lockTimeout, type Plan, type RewriteContext, slugOf } from './plan.js';

/**
 * SET NOT NULL in phases: refuse new NULLs, fill the old ones, prove it, set it. Undefined when the catalog already
 * has the proof, because then SET NOT NULL does not scan.
 */
export function setNotNullPlan(action: SetNotNull, { before, target }: RewriteContext): Plan | undefined {
  const { table, column, only } = action;
  if (only || provesNotNull(before.table(table), column)) {
    return undefined;
  }
  const { postgres } = target;
  const label = `${table.name}.${column}`;
  const backfill = fillNullsPhase(before, table, column, undefined);
  const drop = lockTimeout + dropNotNullUnproven(table, column, postgres, false);
  return {
    title: 'Split into 3 migrations: refuse new NULLs → backfill → NOT NULL',
    before: `No version of the application that is running writes NULL into ${label}.`,
    phases: [
      {
        slug: slugOf('refuse_null', table.name, column),
        title: `Refuse new NULLs in ${label}`,
        why: 'NOT VALID looks at new and changed rows only, so the lock lasts a moment.',
        sql: lockTimeout + addNotNullUnproven(table, column, postgres),
        transactional: true,
        back: drop,
      },
      backfill,
      {
        slug: slugOf('set', table.name, column, 'not_null'),
        title: `Set ${label} NOT NULL`,
        why: hasNotNullConstraints(postgres)
          ? 'VALIDATE proves the old rows while reads and writes go on.'
          : 'The CHECK is proven while reads and writes go on; with the proof SET NOT NULL does not scan.',
        sql: lockTimeout + proveNotNull(table, column, postgres),
        transactional: false,
      },
    ],
  };
}
