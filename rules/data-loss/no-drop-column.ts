import { goingAlong } from '../../server/src/schema/dependents/along.js';
import type { Table } from '../../server/src/schema/model.js';
import type { SchemaState } from '../../server/src/schema/state.js';
import { quietly } from '../engine/along.js';
import { defineRule } from '../engine/define-rule.js';
import { nameOf } from '../engine/words.js';

/** The data is gone for good, running code that reads the column fails, and indexes and constraints on it go silently. */
export default defineRule({
  meta: {
    id: 'no-drop-column',
    aliases: ['ban-drop-column'],
    category: 'data-loss',
    severity: 'warning',
    summary: 'Drop a column only after no running code uses it.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-altertable.html'],
    messages: {
      drops:
        'Dropping {column} from {table} destroys its data, which no rollback brings back, and fails every running query that still names it.{also} Ship the code that no longer uses {column} first, then drop it.',
    },
  },

  check: {
    dropColumn(action, context) {
      const { before } = context;
      if (before.isUnused(action.table)) return;
      const table = before.table(action.table);
      const column = table?.columns.get(action.column);
      if (column && column.release === before.release) return;
      if (table?.complete && !column && action.ifColumnExists) return;
      const gone = table ? quietly({ kind: 'column', table, column: action.column }, context) : '';
      const identity = table && losesIdentity(table, action.column, before);
      const also =
        (gone === '' ? '' : ` With it, and without a word, PostgreSQL drops ${gone}.`) +
        (identity
          ? ` ${nameOf(action.table)} loses its replica identity: where it is published, every UPDATE and DELETE fails (error 55000).`
          : '');
      return {
        at: action.columnSpan,
        message: 'drops',
        data: { column: action.column, table: nameOf(action.table), also },
      };
    },
  },
});

/** True where the index goes that tells subscribers which row has changed. */
function losesIdentity(table: Table, column: string, before: SchemaState): boolean {
  return goingAlong({ kind: 'column', table, column }, before).some(
    ({ kind, name }) => kind === 'setting' && name === 'REPLICA IDENTITY',
  );
}
