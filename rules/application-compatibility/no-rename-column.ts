import { isRenamedHere } from '../engine/in-file.js';
import { defineRule } from '../engine/define-rule.js';
import { nameOf } from '../engine/words.js';

/** A rename is instant, and from that instant every query of the running application that says the old name fails. */
export default defineRule({
  meta: {
    id: 'no-rename-column',
    aliases: ['renaming-column'],
    category: 'application-compatibility',
    severity: 'error',
    summary: 'Do not rename a column that running code may use.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
    messages: {
      breaks:
        'Renaming {column} to {to} breaks the running application at once: its queries on {table} still say {column} (error 42703). Add {to}, keep both columns in step with a trigger, move the code over, then drop {column}.',
    },
  },

  check: {
    renameColumn(action, { before, earlier }) {
      const table = before.table(action.table);
      if (before.isUnused(action.table)) return;
      // A column that has never shipped has no readers.
      if (table?.columns.get(action.column)?.release === before.release) return;
      if (isRenamedHere(action.table, earlier)) return;
      return {
        at: action.columnSpan,
        message: 'breaks',
        data: { column: action.column, to: action.to, table: nameOf(action.table) },
      };
    },
  },
});
