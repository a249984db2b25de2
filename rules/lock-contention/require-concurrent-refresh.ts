import { hasUsableUniqueIndex } from '../../server/src/impact/refusals/views.js';
import { defineRule, type Fix } from '../engine/define-rule.js';
import { insertAfter, keywordSpan } from '../fixes/edit.js';
import { nameOf } from '../engine/words.js';

/** REFRESH holds ACCESS EXCLUSIVE on the view while its query runs (measured: matview-refresh); CONCURRENTLY lets readers go on, also in a transaction. */
export default defineRule({
  meta: {
    id: 'require-concurrent-refresh',
    category: 'lock-contention',
    severity: 'warning',
    summary: 'Refresh a materialized view with CONCURRENTLY.',
    recommended: true,
    fix: 'safe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-refreshmaterializedview.html'],
    messages: {
      blocksReads:
        'REFRESH holds an ACCESS EXCLUSIVE lock on {view} for as long as its query runs: every read of {view} waits.\nRefresh it with CONCURRENTLY, which needs a unique index on plain columns of {view} and no transaction of its own.',
      empties:
        'WITH NO DATA empties {view}: from here on every read of it fails (error 55000) until a plain REFRESH is through.\nLeave it out, and refresh {view} with CONCURRENTLY.',
    },
  },

  check: {
    refreshMaterializedView(action, { before, statement, runsLater }) {
      const view = before.view(action.view);
      if (runsLater || action.concurrently || view?.release === before.release || view?.populated === false) return;
      const at = action.view.span ?? action.span;
      const data = { view: nameOf(action.view) };
      if (!action.withData) return { at, message: 'empties', data };
      const fix: Fix = {
        title: 'Add CONCURRENTLY',
        safety: 'safe',
        edits: [insertAfter(statement, keywordSpan(statement, 'VIEW'), 'CONCURRENTLY')],
      };
      return { at, message: 'blocksReads', data, fixes: view && hasUsableUniqueIndex(view.key, before) ? [fix] : [] };
    },
  },
});
