import type { Action, DropTable } from '../../server/src/sql/action.js';
import { type ActionList, defineRule } from '../engine/define-rule.js';
import { isSame } from '../questions/in-file.js';
import { nameOf } from '../engine/words.js';

/** DROP TABLE IF EXISTS before CREATE TABLE makes a file run again and again, and each run empties the table. */
export default defineRule({
  meta: {
    id: 'no-drop-and-create',
    category: 'data-loss',
    severity: 'error',
    summary: 'Do not drop a table in order to create it anew.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-droptable.html'],
    messages: {
      empties:
        'This drops {table} and creates it anew: all rows are gone without an error, and so are the privileges, triggers and foreign keys that are not created with it.\nChange {table} with ALTER TABLE, or copy its rows over.',
      mayEmpty:
        'Where {table} is there already, this drops it with all its rows and creates it empty, without an error.\nLeave the DROP out of a migration that makes {table}: then it stops instead, and nothing is lost.',
    },
  },

  check: {
    dropTable(action, { before, earlier, later, runsLater }) {
      if (runsLater || before.isUnused(action.table)) return;
      const behind = later.naming(action.table.name);
      // Made from a query it has its rows again.
      const anew = behind.find(
        (each) =>
          each.kind === 'createTable' &&
          isSame(each.table, action.table) &&
          !each.temporary &&
          !each.partitionOf &&
          !each.asQuery,
      );
      if (!anew || keepsRows(action, earlier.naming(action.table.name), behind)) return;
      // A schema that the file makes is empty.
      const { schema } = action.table;
      if (schema !== undefined && earlier.naming(schema).some(({ kind }) => kind === 'createSchema')) return;
      const at = action.table.span ?? action.span;
      const data = { table: nameOf(action.table) };
      return before.table(action.table)
        ? { at, message: 'empties', data }
        : { at, message: 'mayEmpty', data, severity: 'warning' };
    },
  },
});

/** The rows have been put aside before, or the table is filled from another one afterwards. */
function keepsRows({ table }: DropTable, earlier: ActionList<Action>, later: ActionList<Action>): boolean {
  const copied = earlier.some(
    (each) => (each.kind === 'insert' || each.kind === 'createTable') && each.reads.some((from) => isSame(from, table)),
  );
  return copied || later.some((each) => each.kind === 'insert' && isSame(each.table, table) && each.reads.length > 0);
}
