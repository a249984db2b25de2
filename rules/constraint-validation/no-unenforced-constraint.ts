import type { AddColumn, AddConstraint, ConstraintDefinition, CreateTable } from '../../server/src/sql/action.js';
import { defineRule, type RuleContext } from '../engine/define-rule.js';
import { nameOf } from '../engine/words.js';

/** NOT ENFORCED (PostgreSQL 18) is a note to the reader: PostgreSQL checks no row, old or new. */
export default defineRule({
  meta: {
    id: 'no-unenforced-constraint',
    category: 'constraint-validation',
    severity: 'info',
    summary: 'Do not take a constraint that is NOT ENFORCED for a protection.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-PARMS-NOT-ENFORCED'],
    messages: {
      found:
        'PostgreSQL checks this constraint of {table} for no row, neither old nor new: it documents an intention and keeps nothing out.\nUse NOT VALID when new rows are to be checked and the old ones later.',
    },
  },

  check: {
    createTable: (action, context) =>
      action.temporary
        ? []
        : found(action, [...action.columns.flatMap((column) => column.constraints), ...action.constraints], context),
    addColumn: (action, context) => found(action, action.column.constraints, context),
    addConstraint: (action, context) => found(action, [action.constraint], context),
  },
});

function found(
  { table }: CreateTable | AddColumn | AddConstraint,
  constraints: readonly ConstraintDefinition[],
  { before, target, runsLater }: RuleContext,
) {
  // Before 18 it is a syntax error, and another rule reports that.
  if (target.postgres < 18 || runsLater || before.table(table)?.temporary) return [];
  return constraints.flatMap((constraint) =>
    constraint.notEnforced ? [{ at: constraint.span, message: 'found' as const, data: { table: nameOf(table) } }] : [],
  );
}
