import type { Action } from '../../server/src/sql/action.js';
import { defineRule } from '../engine/define-rule.js';
import { dropLeftover } from '../fixes/leftover.js';
import { nameOf } from '../engine/words.js';

/** A failed concurrent build leaves an INVALID index; IF NOT EXISTS finds it and leaves it so (measured: cic-if-not-exists-invalid-present). */
export default defineRule({
  meta: {
    id: 'no-if-not-exists-concurrent-index',
    category: 'index-dependency',
    severity: 'warning',
    summary: 'Do not rely on IF NOT EXISTS to repeat a concurrent index build.',
    recommended: true,
    fix: 'unsafe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY'],
    messages: {
      keepsInvalid:
        'When this concurrent build is interrupted, it leaves {index} behind INVALID. The next run finds that name, skips the build and reports success: no query on {table} ever uses {index}, while every write pays for it.{unique}\nDrop {index} with DROP INDEX CONCURRENTLY IF EXISTS first, and build it without IF NOT EXISTS.',
    },
  },

  check: {
    createIndex(action, context) {
      const { index } = action;
      const { before, statement, transaction, runsLater, earlier } = context;
      if (!action.concurrently || !action.ifNotExists || index === undefined || transaction.open || runsLater) return;
      if (before.isUnused(action.table)) return;
      // An earlier migration has built it, so nothing is to be done here.
      if (before.index({ ...action.table, name: index })) return;
      const isCleared = (each: Action): boolean => each.kind === 'dropIndex' && each.index.name === index;
      if (earlier.naming(index).some(isCleared)) return;
      const words = /\bif\s+not\s+exists\b/i.exec(statement.text);
      const at = words ? { start: words.index, end: words.index + words[0].length } : action.keyword;
      const fixes = [
        {
          title: 'Drop what an interrupted build has left first',
          safety: 'unsafe' as const,
          edits: dropLeftover(action, statement),
        },
      ];
      const unique = action.unique ? ' A unique one that failed on duplicates keeps nothing unique.' : '';
      return { at, message: 'keepsInvalid', data: { index, table: nameOf(action.table), unique }, fixes };
    },
  },
});
