import { isKeyword } from '../../server/src/sql/lexer.js';
import { buildsWrongIndexes } from '../../server/src/impact/wrong-builds.js';
import type { Reindex } from '../../server/src/sql/action.js';
import { defineRule } from '../engine/define-rule.js';
import { insertAfter, keywordSpan } from '../fixes/edit.js';
import { nameOf } from '../engine/words.js';
import { outOfTransaction } from '../questions/outside.js';

/** REINDEX locks the table's writes (SHARE) and the index itself (ACCESS EXCLUSIVE), which stops every query that plans on the table. */
export default defineRule({
  meta: {
    id: 'require-concurrent-reindex',
    category: 'lock-contention',
    severity: 'error',
    summary: 'Rebuild an index with REINDEX … CONCURRENTLY.',
    byRows: true,
    recommended: true,
    fix: 'safe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-reindex.html'],
    messages: {
      blocks:
        'REINDEX holds a SHARE lock on the table and an ACCESS EXCLUSIVE lock on {object}: writes wait until the build ends, and so does every query on the table, because planning looks at its indexes.\nUse REINDEX … CONCURRENTLY.',
      exclusion:
        'REINDEX holds a SHARE lock on the table and an ACCESS EXCLUSIVE lock on {object}: writes wait until the build ends, and so does every query on the table, because planning looks at its indexes. PostgreSQL cannot rebuild the index of an exclusion constraint concurrently.\nRun this while the table is idle.',
      upgradeFirst:
        'REINDEX holds a SHARE lock on the table and an ACCESS EXCLUSIVE lock on {object}: writes wait until the build ends, and so does every query on the table, because planning looks at its indexes. PostgreSQL 14.{minor} may leave rows out of an index that it builds with CONCURRENTLY.\nUpgrade to 14.4 or later first, or rebuild it while nobody writes.',
      splitFirst:
        'REINDEX holds a SHARE lock on the table and an ACCESS EXCLUSIVE lock on {object}: writes wait until the build ends, and so does every query on the table, because planning looks at its indexes.\nMove it {where}, and write REINDEX … CONCURRENTLY there.',
    },
  },

  check: {
    reindex(action, context) {
      const { before, statement, transaction, target } = context;
      if (action.concurrently || action.target === 'system') return;
      const index = action.target === 'index' && action.object ? before.index(action.object) : undefined;
      const table = index ? before.tableByKey(index.table) : action.object && before.table(action.object);
      if (table && before.isUnused(table)) return;
      const data = { object: objectOf(action) };
      const owner = index?.constraint === undefined ? undefined : table?.constraints.get(index.constraint);
      // PostgreSQL cannot rebuild the index of an exclusion constraint concurrently (0A000, measured).
      if (owner?.kind === 'exclusion') return { at: action.keyword, message: 'exclusion', data };
      if (buildsWrongIndexes(target))
        return { at: action.keyword, message: 'upgradeFirst', data: { ...data, minor: String(target.minor) } };
      if (transaction.open)
        return { at: action.keyword, message: 'splitFirst', data: { ...data, where: outOfTransaction(context) } };
      // (CONCURRENTLY false): somebody has decided.
      if (statement.tokens().some((token) => isKeyword(token, 'CONCURRENTLY')))
        return { at: action.keyword, message: 'blocks', data };
      const kind = keywordSpan(statement, action.target.toUpperCase());
      return {
        at: action.keyword,
        message: 'blocks',
        data,
        fixes: [{ title: 'Add CONCURRENTLY', safety: 'safe', edits: [insertAfter(statement, kind, 'CONCURRENTLY')] }],
      };
    },
  },
});

/** "i", "the indexes of t", "the indexes of every table in the schema s". */
function objectOf({ target, object }: Reindex): string {
  if (target === 'database') return 'the indexes of each table of the database, one after the other';
  if (!object) return 'its indexes';
  if (target === 'schema') return `the indexes of each table in the schema ${nameOf(object)}, one after the other`;
  return target === 'index' ? nameOf(object) : `the indexes of ${nameOf(object)}`;
}
