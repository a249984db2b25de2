import type { Action, RenameColumn } from '../../server/src/sql/action.js';
import { commits, isRenamedHere, isSame } from '../questions/in-file.js';
import { defineRule, type FileSide, type RuleContext } from '../engine/define-rule.js';
import { nameOf } from '../engine/words.js';

/** True where another column takes the old name, or gave the new one away, before anybody can see the table without it. */
function isSwap({ table, column, to }: RenameColumn, context: RuleContext): boolean {
  const { transaction, later, earlier, earlierInTransaction } = context;
  if (!transaction.open) return false;
  const renames = (side: FileSide, test: (other: RenameColumn) => boolean): boolean =>
    side.naming(table.name).some((other) => other.kind === 'renameColumn' && isSame(other.table, table) && test(other));
  return (
    renames(later.until(commits), (other) => other.to === column) ||
    renames(transaction.by === 'block' ? earlier : earlierInTransaction, (other) => other.column === to)
  );
}

function takesName(other: Action, { table, column }: RenameColumn): boolean {
  return other.kind === 'addColumn' && other.column.name === column && isSame(other.table, table);
}

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
        'Renaming {column} to {to} breaks the running application at once: its queries on {table} still say {column} (error 42703).\nAdd {to}, keep both columns in step with a trigger, move the code over, then drop {column}.',
      comesBack:
        '{column} of {table} is another column from here on: the running application goes on to read and write {column}, finds {value} in the rows that are there, and what it has written before stands in {to}.\nAdd a column of its own for what is new instead, or move the code over before {column} changes its meaning.',
    },
  },

  check: {
    renameColumn(action, context) {
      const { before, earlier } = context;
      const table = before.table(action.table);
      if (before.isUnused(action.table)) return;
      // A column that has never shipped has no readers.
      if (table?.columns.get(action.column)?.release === before.release) return;
      if (isRenamedHere(action.table, earlier) || isSwap(action, context)) return;
      const data = { column: action.column, to: action.to, table: nameOf(action.table) };
      const next = context.fromHere.naming(action.table.name).find((other) => takesName(other, action));
      // No query fails: each of them reads what the new column holds.
      if (next?.kind === 'addColumn') {
        const value = next.column.generated ? 'computed values' : (next.column.default?.expression.text ?? 'NULL');
        return { at: action.columnSpan, message: 'comesBack', data: { ...data, value }, severity: 'warning' };
      }
      return { at: action.columnSpan, message: 'breaks', data };
    },
  },
});
