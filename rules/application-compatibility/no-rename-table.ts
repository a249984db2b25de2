import { objectSql, quoteIdentifier } from '../../server/src/sql/quote.js';
import { defineRule } from '../engine/define-rule.js';
import { replace } from '../engine/edit.js';
import { nameOf } from '../engine/words.js';
import { renameBehindView } from '../fixes/rename-behind-view.js';

/** The same as renaming a column, for every query on the table; a view of the old name keeps them working. */
export default defineRule({
  meta: {
    id: 'no-rename-table',
    aliases: ['renaming-table'],
    category: 'application-compatibility',
    severity: 'error',
    summary: 'Do not rename a table that running code may use, unless a view keeps the old name.',
    recommended: true,
    fix: 'unsafe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-createview.html#SQL-CREATEVIEW-UPDATABLE-VIEWS'],
    messages: {
      breaks:
        'Renaming {table} to {to} breaks the running application at once: its queries still say {table} (error 42P01). Create a view {table} on {to} in the same transaction, with the same rights, move the code over, then drop the view.',
    },
  },

  check: {
    renameTable(action, { before, earlier, later, statement, target, transaction }) {
      const relation = before.relation(action.table);
      const table = before.table(action.table);
      // ALTER TABLE renames views, indexes and sequences, too.
      if ((relation && !table) || before.isUnused(action.table)) return;
      const keepsName = later
        .naming(action.table.name)
        .some(
          (other) =>
            (other.kind === 'createView' && other.view.name === action.table.name) ||
            (other.kind === 'renameTable' && other.to === action.table.name),
        );
      // A swap puts another table in the place of this one, which had been prepared for it.
      const takesPlace = earlier
        .naming(action.to)
        .some((other) => other.kind === 'renameTable' && other.table.name === action.to);
      if (keepsName || takesPlace) return;
      // PostgreSQL 14 has no view that shows its policies who asks. The fix is a block, and no block holds another.
      const canBeView =
        !table?.partitionBy &&
        !action.ifExists &&
        transaction.by !== 'block' &&
        (target.postgres >= 15 || table?.hasPolicy !== true);
      const from = action.table.span
        ? statement.text.slice(action.table.span.start, action.table.span.end)
        : objectSql(action.table);
      const to = statement.text.slice(action.toSpan.start, action.toSpan.end);
      const { schema } = action.table;
      const renamed = schema === undefined ? to : `${quoteIdentifier(schema)}.${to}`;
      const text = renameBehindView({ rename: statement.text, from, to: renamed });
      return {
        at: action.table.span ?? action.span,
        message: 'breaks',
        data: { table: nameOf(action.table), to: action.to },
        fixes: canBeView
          ? [
              {
                title: 'Keep the old name as a view',
                safety: 'unsafe',
                edits: [replace({ start: 0, end: statement.text.length }, text)],
              },
            ]
          : [],
      };
    },
  },
});
