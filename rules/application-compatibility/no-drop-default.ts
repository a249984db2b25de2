import type { Action, DropDefault } from '../../server/src/sql/action.js';
import { defineRule } from '../engine/define-rule.js';
import { isRenamedHere, isSame } from '../questions/in-file.js';
import { nameOf } from '../engine/words.js';

/** Without its default a NOT NULL column has to be named by every INSERT, and the running code does not name it. */
export default defineRule({
  meta: {
    id: 'no-drop-default',
    category: 'application-compatibility',
    severity: 'warning',
    summary: 'Keep the default of a NOT NULL column as long as running code may leave the column out.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-DEFAULT'],
    messages: {
      neverKnown:
        'This release adds {column} NOT NULL and drops its default again. The running application does not know {column}, so from here on every INSERT into {table} that it makes fails (error 23502).\nKeep the default until all code writes {column}.',
      mayRely:
        'Without its default, every INSERT into {table} that leaves out {column} fails (error 23502), as the column is NOT NULL.\nDrop the default only when all running code writes {column}.',
      mayBeNotNull:
        'From here on an INSERT into {table} that leaves out {column} stores NULL, or fails if the column is NOT NULL, which the history does not show.\nVerify that all running code writes {column}.',
    },
  },

  check: {
    dropDefault(action, { before, earlier, file, fromHere, runsLater }) {
      if (runsLater || before.isUnused(action.table) || isRenamedHere(action.table, earlier)) return;
      const table = before.table(action.table);
      const column = table?.columns.get(action.column);
      const behind = fromHere.naming(action.table.name);
      if (behind.some((other) => makesUpFor(other, action))) return;
      if (column?.notNull === false && !behind.some((other) => isOn(other, action, 'setNotNull'))) return;
      // There is no default to drop.
      const hasDefault = column?.default !== undefined || column?.sequence !== undefined;
      if ((table?.complete && !hasDefault) || /^null\b/i.test(column?.default ?? '')) return;
      const data = { column: action.column, table: nameOf(action.table) };
      if (column?.notNull === undefined) return { at: action.span, message: 'mayBeNotNull', data, severity: 'info' };
      const isNew = column.release === before.release;
      // A trigger of the same release may fill the column.
      const filled = file
        .naming(action.table.name)
        .some((other) => other.kind === 'createTrigger' && isSame(other.table, action.table));
      if (isNew) return filled ? undefined : { at: action.span, message: 'neverKnown', data, severity: 'error' };
      return { at: action.span, message: 'mayRely', data, ...(filled ? { severity: 'info' as const } : {}) };
    },
  },
});

function isOn(
  other: Action,
  { table, column }: DropDefault,
  kind: 'setNotNull' | 'setDefault' | 'dropNotNull' | 'dropColumn',
): boolean {
  return other.kind === kind && other.column === column && isSame(other.table, table);
}

/** A new default, an identity or the loss of the column or of its NOT NULL, at once. */
function makesUpFor(other: Action, action: DropDefault): boolean {
  if (isOn(other, action, 'setDefault') || isOn(other, action, 'dropNotNull') || isOn(other, action, 'dropColumn'))
    return true;
  if (other.kind === 'dropTable') return isSame(other.table, action.table);
  return (
    other.kind === 'alterTableOther' &&
    other.subcommand === 'addIdentity' &&
    other.name === action.column &&
    isSame(other.table, action.table)
  );
}
