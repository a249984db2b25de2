import { goingAlong } from '../../server/src/schema/dependents/along.js';
import type { Table } from '../../server/src/schema/model.js';
import type { SchemaState } from '../../server/src/schema/state.js';
import { converts } from '../../server/src/impact/casts.js';
import { typeText } from '../../server/src/schema/column-type.js';
import type { Action, DropColumn } from '../../server/src/sql/action.js';
import { quietly } from '../questions/along.js';
import { defineRule } from '../engine/define-rule.js';
import { isSame } from '../questions/in-file.js';
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
        'Dropping {column} from {table} destroys its data, which no rollback brings back, and fails every running query that still names it.{also}\nShip the code that no longer uses {column} first, then drop it.',
      comesBack:
        'Dropping {column} from {table} destroys its data, which no rollback brings back, and {column} comes back {how}.{also}\nAdd the new column under another name, fill it from {column}, move the code over, then drop {column}.',
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
      const data = { column: action.column, table: nameOf(action.table), also };
      const next = context.fromHere.naming(action.table.name).find((other) => bringsBack(other, action));
      if (next?.kind !== 'addColumn') return { at: action.columnSpan, message: 'drops', data };
      const { type } = next.column;
      const isOther = type && column?.type && !converts(column.type, type, before);
      const how = isOther
        ? `empty as ${type.text}: running code that writes it as ${typeText(column.type)} fails (error 42804, or 22P02 where it sends text)`
        : 'empty: running code reads and writes it as if nothing had been there';
      return { at: action.columnSpan, message: 'comesBack', data: { ...data, how } };
    },
  },
});

/** True where the index goes by which subscribers know which row has changed. */
function losesIdentity(table: Table, column: string, before: SchemaState): boolean {
  return goingAlong({ kind: 'column', table, column }, before).some(
    ({ kind, name }) => kind === 'setting' && name === 'REPLICA IDENTITY',
  );
}

function bringsBack(other: Action, { table, column }: DropColumn): boolean {
  return other.kind === 'addColumn' && other.column.name === column && isSame(other.table, table);
}
