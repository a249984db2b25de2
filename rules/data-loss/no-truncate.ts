import { defineRule } from '../engine/define-rule.js';
import { isSame } from '../questions/in-file.js';
import { nameOf } from '../engine/words.js';

/** TRUNCATE empties the table under ACCESS EXCLUSIVE; CASCADE empties every table that refers to it. */
export default defineRule({
  meta: {
    id: 'no-truncate',
    aliases: ['ban-truncate-cascade', 'ban-truncate'],
    category: 'data-loss',
    severity: 'warning',
    summary: 'Do not truncate an existing table in a migration.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-truncate.html'],
    messages: {
      empties:
        'TRUNCATE deletes every row of {table} under an ACCESS EXCLUSIVE lock, and no rollback brings them back once it is committed.\nDelete in batches what has to go, or keep a copy first.',
      cascades:
        'TRUNCATE … CASCADE deletes every row of {table} and of every table whose foreign keys lead to it, and no rollback brings them back once it is committed.\nName the tables and leave out CASCADE.',
    },
  },

  check: {
    truncate(action, { before, later, statement }) {
      if (before.isNew(action.table)) return;
      const at = action.table.span ?? { start: 0, end: statement.text.length };
      const data = { table: nameOf(action.table) };
      if (action.cascade) return { at, message: 'cascades', data, severity: 'error' };
      // A list that the file writes anew is in the file.
      const isRefilled = later
        .naming(action.table.name)
        .some((each) => each.kind === 'insert' && each.reads.length === 0 && isSame(each.table, action.table));
      return { at, message: 'empties', data, ...(isRefilled ? { severity: 'info' } : {}) };
    },
  },
});
