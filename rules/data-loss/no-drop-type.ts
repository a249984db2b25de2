import { goingAlong } from '../../server/src/schema/dependents/along.js';
import { defineRule } from '../engine/define-rule.js';
import { isSame } from '../questions/in-file.js';
import { isUnheardOf } from '../questions/unheard-of.js';
import { leadingWords, listed, nameOf } from '../engine/words.js';

/** DROP TYPE fails while a column has the type (2BP01); with CASCADE it drops those columns and their values instead. */
export default defineRule({
  meta: {
    id: 'no-drop-type',
    category: 'data-loss',
    severity: 'error',
    summary: 'Drop a type only when no column has it, and without CASCADE.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-droptype.html'],
    messages: {
      dropsColumns:
        'DROP {what} {type} CASCADE drops {columns} with all values, which no rollback brings back, and fails every running query that names them.\nChange the columns to another type first, then drop {type} without CASCADE.',
      fails:
        'PostgreSQL refuses to drop {type} (error 2BP01), as {columns} still {has} it: the migration stops here.\nChange the columns to another type first.',
      unseen:
        'CASCADE drops every column of the type {type} with all its values, and no migration shows which those are in production.\nLeave CASCADE out: then PostgreSQL lists them and drops nothing.',
    },
  },

  check: {
    dropObject(action, { before, earlier, statement, runsLater }) {
      if (runsLater || (action.objectKind !== 'type' && action.objectKind !== 'domain')) return;
      const type = before.type(action.object);
      const gone = statement.actions.length > 1;
      const users = type
        ? goingAlong({ kind: 'type', type }, before).flatMap(({ kind, on, name, onDrop }) => {
            const table =
              kind === 'column' && onDrop === 'refuses' && on !== undefined ? before.tableByKey(on) : undefined;
            return table ? { table, column: name } : [];
          })
        : [];
      const at = action.object.span ?? leadingWords(statement);
      const columns = listed(users.map(({ table, column }) => `${table.name}.${column}`));
      const what = action.objectKind.toUpperCase();
      const data = { what, type: nameOf(action.object), columns, has: users.length === 1 ? 'has' : 'have' };
      if (users.length > 0 && !gone) {
        const isFresh = users.every(({ table }) => before.isNew(table));
        if (!action.cascade) return { at, message: 'fails', data };
        return isFresh ? undefined : { at, message: 'dropsColumns', data };
      }
      const made =
        (type?.kind === 'enum' && type.release === before.release) ||
        earlier
          .naming(action.object.name)
          .some((each) => each.kind === 'createDomain' && isSame(each.domain, action.object));
      // A history that has the type has its columns, too.
      if (!action.cascade || made || type) return;
      const severity = isUnheardOf(action.ifExists, type, before) ? 'info' : 'warning';
      return { at, message: 'unseen', data, severity };
    },
  },
});
