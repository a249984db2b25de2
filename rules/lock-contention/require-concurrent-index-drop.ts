import { defineRule } from '../engine/define-rule.js';
import { insertAfter } from '../engine/edit.js';
import { nameOf } from '../engine/words.js';

/** DROP INDEX takes ACCESS EXCLUSIVE on the index and on its table: short by itself, but it queues behind every running query. */
export default defineRule({
  meta: {
    id: 'require-concurrent-index-drop',
    aliases: ['require-concurrent-index-deletion'],
    category: 'lock-contention',
    severity: 'warning',
    summary: 'Drop an index of an existing table with CONCURRENTLY.',
    recommended: true,
    fix: 'safe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-dropindex.html'],
    messages: {
      blocksAll:
        'DROP INDEX takes an ACCESS EXCLUSIVE lock on the table of {index}: while it waits for running queries, every read and write on that table waits behind it. Drop it with CONCURRENTLY.',
      splitFirst:
        'DROP INDEX takes an ACCESS EXCLUSIVE lock on the table of {index}: while it waits for running queries, every read and write on that table waits behind it. CONCURRENTLY cannot run in a transaction, so move it to a migration of its own that runs outside one.',
    },
  },

  check: {
    dropIndex(action, { before, statement, transaction }) {
      if (action.concurrently) return;
      const index = before.index(action.index);
      const table = index && before.tableByKey(index.table);
      // PostgreSQL refuses to drop a constraint's index and cannot drop a partitioned one concurrently.
      if (index?.constraint !== undefined || table?.partitionBy) return;
      if (table && before.isUnused({ schema: table.schema, name: table.name, span: undefined })) return;
      const at = action.index.span ?? action.keyword;
      const data = { index: nameOf(action.index) };
      if (transaction.open) return { at, message: 'splitFirst', data };
      // CONCURRENTLY takes one index and no CASCADE.
      const possible = action.among === 1 && !action.cascade;
      return {
        at,
        message: 'blocksAll',
        data,
        fixes: possible
          ? [
              {
                title: 'Add CONCURRENTLY',
                safety: 'safe',
                edits: [insertAfter(statement, action.keyword, 'CONCURRENTLY')],
              },
            ]
          : [],
      };
    },
  },
});
