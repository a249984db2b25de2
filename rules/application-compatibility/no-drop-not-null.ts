import { defineRule } from '../engine/define-rule.js';
import { isSame } from '../questions/in-file.js';
import { nameOf } from '../engine/words.js';

/** Instant, and often wanted; but code that reads the column may meet a NULL, and the way back scans and can fail. */
export default defineRule({
  meta: {
    id: 'no-drop-not-null',
    aliases: ['ban-drop-not-null'],
    category: 'application-compatibility',
    severity: 'info',
    summary: 'Before a column loses its NOT NULL, check that all code that reads it takes NULL.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL'],
    messages: {
      meetsNull:
        'From here on {column} of {table} may be NULL. Running code that reads it and counts on a value breaks at the first NULL, and SET NOT NULL later fails until every NULL is gone.\nVerify all readers before any code writes NULL.',
    },
  },

  check: {
    dropNotNull(action, { before, impact, fromHere, runsLater }) {
      if (runsLater || impact.fails || before.isUnused(action.table)) return;
      const table = before.table(action.table);
      const column = table?.columns.get(action.column);
      if (column?.notNull === false || (column && column.release === before.release)) return;
      // It goes altogether, or it gets its NOT NULL back.
      const settled = fromHere
        .naming(action.table.name)
        .some(
          (other) =>
            ((other.kind === 'dropColumn' || other.kind === 'setNotNull') &&
              other.column === action.column &&
              isSame(other.table, action.table)) ||
            (other.kind === 'dropTable' && isSame(other.table, action.table)),
        );
      if (settled) return;
      return { at: action.span, message: 'meetsNull', data: { column: action.column, table: nameOf(action.table) } };
    },
  },
});
