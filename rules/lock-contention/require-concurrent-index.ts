import { buildsWrongIndexes } from '../../server/src/impact/wrong-builds.js';
import { defineRule } from '../engine/define-rule.js';
import { insertAfter } from '../fixes/edit.js';
import { dropLeftover } from '../fixes/leftover.js';
import { nameOf } from '../engine/words.js';
import { outOfTransaction } from '../questions/outside.js';

/** A plain CREATE INDEX holds a SHARE lock on its table until the build ends: reads go on, every write waits. */
export default defineRule({
  meta: {
    id: 'require-concurrent-index',
    aliases: ['require-concurrent-index-creation'],
    category: 'lock-contention',
    severity: 'error',
    summary: 'Build an index on an existing table with CONCURRENTLY.',
    byRows: true,
    recommended: true,
    fix: 'safe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY'],
    messages: {
      blocksWrites:
        'Building an index holds a SHARE lock on {table}: every INSERT, UPDATE and DELETE on it waits until the build ends.\nBuild it with CONCURRENTLY.',
      splitFirst:
        'Building an index holds a SHARE lock on {table}: every INSERT, UPDATE and DELETE on it waits until the build ends.\nMove the index {where}, and build it there with CONCURRENTLY.',
      upgradeFirst:
        'Building an index holds a SHARE lock on {table}: every INSERT, UPDATE and DELETE on it waits until the build ends. PostgreSQL 14.{minor} may leave rows out of an index that it builds with CONCURRENTLY.\nUpgrade to 14.4 or later first, or build it while nobody writes.',
      blocksRefresh:
        'Building an index holds a SHARE lock on the materialized view {table}: it is read as before, and a REFRESH waits until the build ends.\nBuild it with CONCURRENTLY where it is refreshed often.',
      partitioned:
        'Building an index on the partitioned table {table} holds a SHARE lock on it and on every partition: writes wait until all builds end.\nCreate it ON ONLY {table}, build one on each partition with CONCURRENTLY, then attach them.',
    },
  },

  check: {
    createIndex(action, context) {
      const { before, statement, transaction, target } = context;
      if (action.concurrently || before.isUnused(action.table)) return;
      const table = before.table(action.table);
      const data = { table: nameOf(action.table) };
      if (table?.partitionBy) {
        // ON ONLY builds nothing: the index stays invalid until every partition has one attached.
        return action.only ? undefined : { at: action.keyword, message: 'partitioned', data };
      }
      const view = before.view(action.table);
      // A view has no rows, and PostgreSQL refuses an index on one.
      if (view && (view.release === before.release || view.kind === 'view')) return;
      if (action.ifNotExists && action.index !== undefined && before.index({ ...action.table, name: action.index }))
        return;
      if (view && transaction.open) return;
      if (buildsWrongIndexes(target) && !view)
        return { at: action.keyword, message: 'upgradeFirst', data: { ...data, minor: String(target.minor) } };
      if (transaction.open)
        return { at: action.keyword, message: 'splitFirst', data: { ...data, where: outOfTransaction(context) } };
      return {
        at: action.keyword,
        message: view ? 'blocksRefresh' : 'blocksWrites',
        data,
        ...(view ? { severity: 'info' as const } : {}),
        // A failed concurrent build leaves an invalid index, which IF NOT EXISTS would keep at the next try (measured).
        fixes: [
          {
            title: 'Add CONCURRENTLY',
            safety: action.ifNotExists ? 'unsafe' : 'safe',
            edits: [
              ...(action.ifNotExists ? dropLeftover(action, statement) : []),
              insertAfter(statement, action.keyword, 'CONCURRENTLY'),
            ],
          },
        ],
      };
    },
  },
});
