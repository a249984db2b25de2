import { defineRule } from '../engine/define-rule.js';
import { headOf, nameOf } from '../engine/words.js';

/** ADD EXCLUDE builds its index under ACCESS EXCLUSIVE, and knows neither USING INDEX nor NOT VALID (measured: exclude-add). */
export default defineRule({
  meta: {
    id: 'no-exclusion-constraint',
    category: 'lock-contention',
    severity: 'error',
    summary: 'Do not add an exclusion constraint to an existing table.',
    byRows: true,
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-EXCLUDE'],
    messages: {
      builds:
        'Adding this exclusion constraint builds its index, and compares every row of {table} with the others, under an ACCESS EXCLUSIVE lock: all reads and writes wait until that is done. PostgreSQL has no concurrent form of it.\nMake a new table with the constraint, copy the rows in batches and swap the two, or run this while the application is stopped.',
    },
  },

  check: {
    addConstraint(action, { before, statement }) {
      if (action.constraint.kind !== 'exclusion' || before.isUnused(action.table)) return;
      return {
        at: headOf(action.constraint.span, statement),
        message: 'builds',
        data: { table: nameOf(action.table) },
      };
    },
  },
});
