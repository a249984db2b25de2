import type { ColumnDefinition, ConstraintDefinition } from '../sql/action.js';
import type { Impact, Target } from './impact.js';

type Failure = NonNullable<Impact['fails']>;

/** Syntax that a later version brought is a syntax error to the earlier ones. */
export function since(version: number, what: string, { postgres }: Target): Failure | undefined {
  return postgres >= version
    ? undefined
    : { code: '42601', message: `syntax error: ${what} came with PostgreSQL ${version}` };
}

export function tooNewForColumn(column: ColumnDefinition, target: Target): Failure | undefined {
  if (column.generated?.storage === 'virtual') return since(18, 'a virtual generated column', target);
  return column.constraints
    .map((constraint) => tooNewForConstraint(constraint, target))
    .find((each) => each !== undefined);
}

export function tooNewForConstraint(constraint: ConstraintDefinition, target: Target): Failure | undefined {
  if (constraint.notEnforced) return since(18, 'NOT ENFORCED', target);
  return /\bnulls\s+not\s+distinct\b/i.test(constraint.text) ? since(15, 'NULLS NOT DISTINCT', target) : undefined;
}
