import { atLeast, lockName, type LockMode, whoWaits } from '../../server/src/impact/locks.js';
import { defineRule } from '../engine/define-rule.js';
import { nameOf } from '../engine/words.js';

/** LOCK TABLE waits without end unless NOWAIT or a lock_timeout ends that, holds its lock until the transaction ends, and invites deadlocks. */
export default defineRule({
  meta: {
    id: 'no-lock-table',
    category: 'lock-contention',
    severity: 'warning',
    summary: 'Bound the wait of LOCK TABLE, with NOWAIT or lock_timeout.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-lock.html'],
    messages: {
      waits:
        'LOCK TABLE takes {article} {lock} lock on {table} and keeps it until the transaction ends: it waits without end for running transactions, and {who} on {table} wait behind it.\nAdd NOWAIT or set a short lock_timeout, and try again when it gives up.',
    },
  },

  check: {
    lockTable(action, { before, lockTimeout, runsLater }) {
      if (runsLater || action.nowait || lockTimeout || before.isUnused(action.table)) return;
      const mode = action.mode as LockMode;
      if (!atLeast(mode, 'ShareLock')) return;
      const lock = lockName(mode);
      const data = { article: /^[AE]/.test(lock) ? 'an' : 'a', lock, table: nameOf(action.table), who: whoWaits(mode) };
      return { at: action.table.span ?? action.span, message: 'waits', data };
    },
  },
});
