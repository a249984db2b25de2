import { defineRule } from '../engine/define-rule.js';
import { leadingWords } from '../engine/words.js';

/** Everything is gone, in one statement that no transaction can take back. */
export default defineRule({
  meta: {
    id: 'no-drop-database',
    aliases: ['ban-drop-database'],
    category: 'data-loss',
    severity: 'error',
    summary: 'Do not drop a database in a migration.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-dropdatabase.html'],
    messages: {
      drops:
        'DROP DATABASE {database} destroys every table in it, and neither a transaction nor a rollback brings anything back.\nDrop a database by hand, after a backup that has been read back.',
    },
  },

  check: {
    other(action, { statement, runsLater }) {
      if (action.statement !== 'drop database' || runsLater) return;
      return { at: leadingWords(statement), message: 'drops', data: { database: action.name?.name ?? '' } };
    },
  },
});
