import type { ColumnDefinition, ConstraintDefinition } from '../sql/action.js';
import { type Failure, tooNew } from './failure.js';
import type { Target } from './impact.js';

/** Syntax of a column that a later version brought. */
export function tooNewForColumn(column: ColumnDefinition, target: Target): Failure | undefined {
  if (column.generated?.storage === 'virtual') return tooNew(18, 'a virtual generated column', target);
  return column.constraints
    .map((constraint) => tooNewForConstraint(constraint, target))
    .find((each) => each !== undefined);
}

/** Syntax of a constraint that a later version brought. */
export function tooNewForConstraint(constraint: ConstraintDefinition, target: Target): Failure | undefined {
  if (constraint.notEnforced) return tooNew(18, 'NOT ENFORCED', target);
  return /\bnulls\s+not\s+distinct\b/i.test(constraint.text) ? tooNew(15, 'NULLS NOT DISTINCT', target) : undefined;
}
