import { defineRule, type RuleContext } from '../engine/define-rule.js';
import { keywordSpan } from '../fixes/edit.js';
import { outOfTransaction } from '../questions/outside.js';

/** PostgreSQL refuses every CONCURRENTLY but REFRESH's inside a transaction block (SQLSTATE 25001). */
export default defineRule({
  meta: {
    id: 'no-concurrently-in-transaction',
    aliases: ['ban-concurrent-index-creation-in-transaction'],
    category: 'execution',
    severity: 'error',
    summary: 'Do not run CONCURRENTLY inside a transaction.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY'],
    messages: {
      begin:
        '{what} cannot run inside a transaction: PostgreSQL answers with error 25001 and the migration stops.\nMove it behind the COMMIT, or to a migration of its own.',
      framework:
        '{what} cannot run inside a transaction, and {wrapping}: PostgreSQL answers with error 25001.\nMove it {where}{orElse}.',
      block:
        '{what} cannot run inside a DO block or a function: PostgreSQL answers with error 25001.\nMake it a statement of its own.',
    },
  },

  check: {
    createIndex: (action, context) => (action.concurrently ? report('CREATE INDEX CONCURRENTLY', context) : undefined),
    dropIndex: (action, context) => (action.concurrently ? report('DROP INDEX CONCURRENTLY', context) : undefined),
    reindex: (action, context) => (action.concurrently ? report('REINDEX CONCURRENTLY', context) : undefined),
    detachPartition: (action, context) =>
      action.concurrently ? report('DETACH PARTITION … CONCURRENTLY', context) : undefined,
  },
});

function report(what: string, context: RuleContext) {
  const { transaction, statement, wrapping } = context;
  if (!transaction.open || !transaction.by) return;
  const data = { what, wrapping: wrapping.says, orElse: wrapping.orElse, where: outOfTransaction(context) };
  const related = transaction.begin ? [{ span: transaction.begin, message: 'The transaction begins here.' }] : [];
  return { at: keywordSpan(statement, 'CONCURRENTLY'), message: transaction.by, data, related };
}
