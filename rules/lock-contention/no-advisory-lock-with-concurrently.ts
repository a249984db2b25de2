import type { FunctionCall } from '../../server/src/sql/action.js';
import { defineRule, type RuleContext } from '../engine/define-rule.js';
import { leadingWords } from '../engine/words.js';

/**
 * A session that waits in pg_advisory_lock() has a snapshot, for which CREATE INDEX CONCURRENTLY and REINDEX CONCURRENTLY
 * wait (measured on PostgreSQL 15: 40P01, "blocked by … ShareLock on virtual transaction").
 */
export default defineRule({
  meta: {
    id: 'no-advisory-lock-with-concurrently',
    category: 'lock-contention',
    severity: 'warning',
    summary: 'Hold no advisory lock while an index is built with CONCURRENTLY.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: [
      'https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY',
      'https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADVISORY-LOCKS',
    ],
    messages: {
      held: 'This file holds an advisory lock here. A second run that waits for it in {lock}() is what {command} waits for: PostgreSQL ends one of the two with a deadlock (40P01), and the index may stay INVALID.\nTake the lock with {attempt}(), and stop where it gives false; or release it with pg_advisory_unlock() before this statement.',
    },
  },

  checkStatement(context) {
    const { statement, transaction, runsLater } = context;
    // In a transaction it is refused anyway.
    if (runsLater || transaction.open) return;
    const builds = statement.actions.some((action) => action.kind === 'createIndex' && action.concurrently);
    const rebuilds = statement.actions.some((action) => action.kind === 'reindex' && action.concurrently);
    const lock = builds || rebuilds ? lockHeld(context) : undefined;
    if (lock === undefined) return;
    const command = builds ? 'CREATE INDEX CONCURRENTLY' : 'REINDEX CONCURRENTLY';
    return {
      at: leadingWords(statement),
      message: 'held',
      data: { command, lock, attempt: lock.replace('pg_', 'pg_try_') },
    };
  },
});

/** The function that has taken a lock of the session which nothing has released yet. */
function lockHeld({ earlier }: RuleContext): string | undefined {
  let held: string | undefined;
  for (const { calls } of earlier.actions('select')) {
    if (calls.some((call) => isOwn(call, /^pg_advisory_unlock/))) held = undefined;
    held = calls.find((call) => isOwn(call, /^pg_advisory_lock(_shared)?$/))?.function.name ?? held;
  }
  return held;
}

function isOwn({ function: { schema, name } }: FunctionCall, wanted: RegExp): boolean {
  return (schema === undefined || schema === 'pg_catalog') && wanted.test(name);
}
