import { dependentsOf } from '../../server/src/schema/note-dependents.js';
import { defineRule } from '../engine/define-rule.js';
import { isThere, nameOf } from '../engine/words.js';

/** CREATE TRIGGER refuses what ALTER TABLE leaves alone (measured on PostgreSQL 15 and 18: 42P17). */
export default defineRule({
  meta: {
    id: 'no-unrestorable-trigger',
    category: 'execution',
    severity: 'warning',
    summary: 'Add no generated column to a table whose trigger compares whole rows.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-createtrigger.html'],
    messages: {
      refused:
        'The trigger {trigger} compares the whole new row of {table}, which CREATE TRIGGER refuses beside a generated column (42P17): with {column} a dump of this database can no longer be restored, and pg_upgrade stops there.\nMake {trigger} anew first with a WHEN that names its columns, or without WHEN and with the comparison in its function.',
    },
  },

  check: {
    addColumn(action, { before, runsLater }) {
      const { generated, name } = action.column;
      const table = before.table(action.table);
      if (!generated || !table || runsLater || isThere(action, before)) return;
      const trigger = dependentsOf(before, table).find(({ comparesNewRow }) => comparesNewRow);
      if (!trigger) return;
      return {
        at: generated.clause,
        message: 'refused',
        data: { trigger: trigger.name, table: nameOf(action.table), column: name },
      };
    },
  },
});
