import { buildsWrongIndexes } from '../../server/src/impact/wrong-builds.js';
import { defineRule } from '../engine/define-rule.js';
import { nameOf } from '../engine/words.js';

/** PostgreSQL 14.0 to 14.3 forget rows that are updated while an index is built with CONCURRENTLY (release notes of 14.4). */
export default defineRule({
  meta: {
    id: 'no-corrupt-index-build',
    category: 'index-dependency',
    severity: 'error',
    summary: 'Do not build an index with CONCURRENTLY on PostgreSQL 14.0 to 14.3.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY'],
    messages: {
      build:
        'PostgreSQL 14.{minor} may leave rows out of {index} that are updated while it is built: queries on {table} then miss them, and a unique index lets doubles in, without any error.\nUpgrade to 14.4 or later first, or build it without CONCURRENTLY while nobody writes to {table}.',
      rebuild:
        'PostgreSQL 14.{minor} may leave rows out of {index} that are updated while it is rebuilt: queries then miss them, and a unique index lets doubles in, without any error.\nUpgrade to 14.4 or later first, or rebuild without CONCURRENTLY while nobody writes.',
    },
  },

  check: {
    createIndex(action, { before, target }) {
      if (!buildsWrongIndexes(target) || !action.concurrently || before.isUnused(action.table)) return;
      const data = { minor: String(target.minor), index: action.index ?? 'the index', table: nameOf(action.table) };
      return { at: action.keyword, message: 'build', data };
    },

    reindex(action, { before, target }) {
      if (!buildsWrongIndexes(target) || !action.concurrently) return;
      const index = action.target === 'index' && action.object ? before.index(action.object) : undefined;
      const table = index ? before.tableByKey(index.table) : action.object && before.table(action.object);
      if (table && before.isUnused(table)) return;
      const named = action.object ? nameOf(action.object) : 'the database';
      const what = action.target === 'index' ? named : `the indexes of ${named}`;
      return { at: action.keyword, message: 'rebuild', data: { minor: String(target.minor), index: what } };
    },
  },
});
