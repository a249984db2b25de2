import { defineRule } from '../engine/define-rule.js';
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
        'TRUNCATE deletes every row of {table} under an ACCESS EXCLUSIVE lock, and no rollback brings them back once it is committed. Delete in batches what has to go, or keep a copy first.',
      cascades:
        'TRUNCATE … CASCADE deletes every row of {table} and of every table whose foreign keys lead to it, and no rollback brings them back once it is committed. Name the tables and leave out CASCADE.',
    },
  },

  check: {
    truncate(action, { before, statement }) {
      if (before.isNew(action.table)) return;
      const at = action.table.span ?? { start: 0, end: statement.text.length };
      const data = { table: nameOf(action.table) };
      return action.cascade ? { at, message: 'cascades', data, severity: 'error' } : { at, message: 'empties', data };
    },
  },
});
