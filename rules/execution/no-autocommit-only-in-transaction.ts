import { withoutComments } from '../../server/src/sql/lexer.js';
import type { ActionKind } from '../../server/src/sql/action.js';
import { defineRule } from '../engine/define-rule.js';

const byConcurrentlyRule: ReadonlySet<ActionKind> = new Set(['createIndex', 'dropIndex', 'detachPartition']);

/** VACUUM, CREATE DATABASE, ALTER SYSTEM and a DO block with COMMIT end PostgreSQL's own transaction and are refused inside another. */
export default defineRule({
  meta: {
    id: 'no-autocommit-only-in-transaction',
    category: 'execution',
    severity: 'error',
    summary: 'Do not run VACUUM and other autocommit-only statements inside a transaction.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-vacuum.html'],
    messages: {
      commits:
        'This DO block commits, which it cannot do inside a transaction: PostgreSQL answers with error 2D000 and the migration stops.\nMove it outside the transaction, or to a migration of its own.',
      forbidden:
        '{what} cannot run inside a transaction: PostgreSQL answers with error 25001 and the migration stops.\nMove it outside the transaction, or to a migration of its own.',
    },
  },

  checkStatement({ impact, statement, transaction }) {
    if (!transaction.open || impact.transaction === 'allowed') return;
    const covered = statement.actions.some(
      (action) => byConcurrentlyRule.has(action.kind) || (action.kind === 'reindex' && action.concurrently),
    );
    if (covered) return;
    const related = transaction.begin ? [{ span: transaction.begin, message: 'The transaction begins here.' }] : [];
    const commit = statement.embedded.find(
      ({ origin, parsed }) => origin === 'do' && parsed.actions.some(({ kind }) => kind === 'transaction'),
    );
    if (commit)
      return {
        at: { start: commit.start, end: commit.start + commit.parsed.text.length },
        message: 'commits',
        related,
      };
    const words = withoutComments(statement.tokens());
    // "VACUUM t", but "CREATE DATABASE", "ALTER SYSTEM", "REINDEX SCHEMA".
    const first = words[0];
    const count = first?.text.toUpperCase() === 'VACUUM' || first?.text.toUpperCase() === 'CLUSTER' ? 1 : 2;
    const last = words[count - 1] ?? first;
    const what = words
      .slice(0, count)
      .map((word) => word.text.toUpperCase())
      .join(' ');
    return {
      at: { start: first?.start ?? 0, end: last?.end ?? statement.text.length },
      message: 'forbidden',
      data: { what },
      related,
    };
  },
});
