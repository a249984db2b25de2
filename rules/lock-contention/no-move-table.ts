import { defineRule } from '../engine/define-rule.js';
import { nameOf } from '../engine/words.js';

/** Another tablespace or access method means another file: every row is copied (measured: set-tablespace, set-access-method-other). */
export default defineRule({
  meta: {
    id: 'no-move-table',
    category: 'lock-contention',
    severity: 'error',
    summary: 'Do not move an existing table to another tablespace or access method.',
    bySize: true,
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-TABLESPACE'],
    messages: {
      tablespace:
        'SET TABLESPACE copies {table} to other files under an ACCESS EXCLUSIVE lock: all reads and writes wait until the last block is there.\nMove it with pg_repack, or while the application is stopped.',
      accessMethod:
        'SET ACCESS METHOD rewrites {table} and its indexes under an ACCESS EXCLUSIVE lock: all reads and writes wait.\nMake a new table with that access method, copy the rows in batches, then exchange the names.',
      index:
        'SET TABLESPACE copies the index {table} under an ACCESS EXCLUSIVE lock: every query that may use it waits, reads of its table included.\nUse REINDEX INDEX CONCURRENTLY with TABLESPACE.',
      all: 'This moves every table of tablespace {table} under an ACCESS EXCLUSIVE lock on each, one after the other in one transaction: all reads and writes of them wait.\nMove them one by one with pg_repack.',
    },
  },

  check: {
    alterTableOther(action, { before, runsLater }) {
      const isSpace = action.subcommand === 'setTablespace';
      if ((!isSpace && action.subcommand !== 'setAccessMethod') || runsLater) return;
      const data = { table: nameOf(action.table) };
      if (action.objectKind === 'index') {
        const index = before.index(action.table);
        const table = index && before.tableByKey(index.table);
        if (table && before.isUnused(table)) return;
        return { at: action.span, message: 'index', data };
      }
      // A partitioned table has no rows of its own; only partitions that come later follow it.
      if (before.isUnused(action.table) || before.table(action.table)?.partitionBy) return;
      return { at: action.span, message: isSpace ? 'tablespace' : 'accessMethod', data };
    },
    other(action, { runsLater }) {
      if (action.statement !== 'move all in tablespace' || runsLater) return;
      return { at: action.span, message: 'all', data: { table: action.name?.name ?? '' } };
    },
  },
});
