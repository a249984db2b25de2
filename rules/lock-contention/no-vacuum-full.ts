import { defineRule } from '../engine/define-rule.js';
import { keywordSpan } from '../fixes/edit.js';
import { listed, nameOf } from '../engine/words.js';

/** VACUUM FULL and CLUSTER write the table and its indexes anew under ACCESS EXCLUSIVE (measured: vacuum-full, cluster). */
export default defineRule({
  meta: {
    id: 'no-vacuum-full',
    aliases: ['prefer-repack'],
    category: 'lock-contention',
    severity: 'error',
    summary: 'Do not run VACUUM FULL or CLUSTER on an existing table.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: [
      'https://www.postgresql.org/docs/current/sql-vacuum.html',
      'https://www.postgresql.org/docs/current/sql-cluster.html',
    ],
    messages: {
      rewrites:
        '{what} rewrites {table} and its indexes under an ACCESS EXCLUSIVE lock: all reads and writes wait until the copy is done.\nUse plain VACUUM, which frees the space for new rows without that lock, or pg_repack, which gives it back to the disk.',
      all: '{what} without a table rewrites every table, one after the other, under an ACCESS EXCLUSIVE lock on each: all reads and writes of it wait.\nUse plain VACUUM, which frees the space for new rows without that lock.',
    },
  },

  check: {
    vacuum(action, { before, statement, runsLater }) {
      if (!action.full || runsLater) return;
      const what = 'VACUUM FULL';
      const at = keywordSpan(statement, 'VACUUM');
      if (action.tables.length === 0) return { at, message: 'all', data: { what } };
      const tables = action.tables.filter((table) => !before.isUnused(table));
      return tables.length === 0
        ? undefined
        : { at, message: 'rewrites', data: { what, table: listed(tables.map(nameOf)) } };
    },
    cluster(action, { before, statement, runsLater }) {
      if (runsLater || (action.table && before.isUnused(action.table))) return;
      const at = keywordSpan(statement, 'CLUSTER');
      if (!action.table) return { at, message: 'all', data: { what: 'CLUSTER' } };
      return { at, message: 'rewrites', data: { what: 'CLUSTER', table: nameOf(action.table) } };
    },
  },
});
