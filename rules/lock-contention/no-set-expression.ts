import { defineRule } from '../engine/define-rule.js';
import { nameOf } from '../engine/words.js';

/** A stored generated column is computed anew in every row (measured: test/impact/set-expression); a virtual one is not. */
export default defineRule({
  meta: {
    id: 'no-set-expression',
    category: 'lock-contention',
    severity: 'error',
    summary: 'Do not change the expression of a stored generated column of an existing table.',
    bySize: true,
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-EXPRESSION'],
    messages: {
      rewrites:
        'SET EXPRESSION computes {column} anew for every row: it rewrites {table} and its indexes under an ACCESS EXCLUSIVE lock, and all reads and writes wait.\nAdd a plain column that a trigger fills, fill the old rows in batches, then switch.',
    },
  },

  check: {
    alterTableOther(action, { before, target, runsLater }) {
      if (action.subcommand !== 'setExpression' || runsLater || target.postgres < 17 || before.isUnused(action.table))
        return;
      const column = action.name === undefined ? undefined : before.table(action.table)?.columns.get(action.name);
      if (column?.generated?.storage === 'virtual') return;
      // Before 18 there is no other kind than the stored one.
      const certain = column?.generated !== undefined || target.postgres < 18;
      return {
        at: action.span,
        message: 'rewrites',
        data: { column: action.name ?? '', table: nameOf(action.table) },
        ...(certain ? {} : { severity: 'warning' as const }),
      };
    },
  },
});
