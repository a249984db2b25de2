import { defineRule } from '../engine/define-rule.js';
import { validateSeparately } from '../fixes/validate-separately.js';
import { headOf, isThere, nameOf } from '../engine/words.js';

/** ADD CHECK reads the whole table under ACCESS EXCLUSIVE (measured: addcol-check, check-add-violated; VALIDATE takes SHARE UPDATE EXCLUSIVE). */
export default defineRule({
  meta: {
    id: 'require-check-not-valid',
    aliases: ['constraint-missing-not-valid'],
    category: 'constraint-validation',
    severity: 'error',
    summary: 'Add a CHECK constraint NOT VALID and validate it in a later transaction.',
    byRows: true,
    recommended: true,
    fix: 'safe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT'],
    messages: {
      scans:
        'Adding this CHECK reads every row of {table} under an ACCESS EXCLUSIVE lock: all reads and writes wait until it is done.\nAdd it NOT VALID, then VALIDATE it in a later transaction.',
      notNull:
        'Adding this NOT NULL constraint reads every row of {table} under an ACCESS EXCLUSIVE lock: all reads and writes wait until it is done.\nAdd it NOT VALID, then VALIDATE it in a later transaction.',
      withColumn:
        'Every row gets the same value in {column}, and PostgreSQL still checks each row of {table} for this CHECK under an ACCESS EXCLUSIVE lock: all reads and writes wait.\nAdd the column first, then the CHECK NOT VALID, then VALIDATE it in a later transaction.',
    },
  },

  check: {
    addConstraint(action, context) {
      const { constraint } = action;
      if (
        (constraint.kind !== 'check' && constraint.kind !== 'notNull') ||
        constraint.notValid ||
        constraint.notEnforced
      )
        return;
      if (context.before.isUnused(action.table) || context.impact.scans.length === 0) return;
      return {
        at: headOf(constraint.span, context.statement),
        message: constraint.kind === 'check' ? 'scans' : 'notNull',
        data: { table: nameOf(action.table) },
        fixes: [validateSeparately(action, context)],
      };
    },

    addColumn(action, { before, statement }) {
      if (before.isUnused(action.table) || isThere(action, before)) return;
      const check = action.column.constraints.find(
        (constraint) => constraint.kind === 'check' && !constraint.notEnforced,
      );
      return (
        check && {
          at: headOf(check.span, statement),
          message: 'withColumn',
          data: { column: action.column.name, table: nameOf(action.table) },
        }
      );
    },
  },
});
