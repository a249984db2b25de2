import { defineRule } from '../engine/define-rule.js';
import { nameOf } from '../engine/words.js';

/** GENERATED ALWAYS refuses every INSERT that brings a value, and every UPDATE of the column (measured: 428C9). */
export default defineRule({
  meta: {
    id: 'no-always-identity',
    category: 'application-compatibility',
    severity: 'warning',
    summary: 'Keep BY DEFAULT for a column that running code may fill itself.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/ddl-identity-columns.html'],
    messages: {
      refuses:
        'From here on every INSERT into {table} that brings its own {column} fails, and so does every UPDATE that sets it (error 428C9): imports, fixtures and code that makes ids itself among them.\nLeave it BY DEFAULT, or verify that nothing writes {column}.',
    },
  },

  check: {
    alterTableOther(action, { before, runsLater }) {
      const { subcommand, name, always } = action;
      if (!always || name === undefined || (subcommand !== 'setIdentity' && subcommand !== 'addIdentity')) return;
      if (runsLater || before.isUnused(action.table)) return;
      const column = before.table(action.table)?.columns.get(name);
      // A column of this release is written by nobody yet, and one that is ALWAYS already is written by nobody either.
      if (column?.release === before.release || column?.identity === 'always') return;
      return { at: action.span, message: 'refuses', data: { table: nameOf(action.table), column: name } };
    },
  },
});
