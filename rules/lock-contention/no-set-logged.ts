import { defineRule } from '../engine/define-rule.js';
import { nameOf } from '../engine/words.js';

/** SET LOGGED and SET UNLOGGED write the table and every index anew (measured: set-unlogged, set-logged). */
export default defineRule({
  meta: {
    id: 'no-set-logged',
    category: 'lock-contention',
    severity: 'error',
    summary: 'Do not switch an existing table between LOGGED and UNLOGGED.',
    bySize: true,
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-LOGGED-UNLOGGED'],
    messages: {
      logged:
        'SET LOGGED rewrites {table} and its indexes under an ACCESS EXCLUSIVE lock and sends all of it to the replicas: all reads and writes wait.\nMake a new logged table, copy the rows in batches, then exchange the names.',
      unlogged:
        'SET UNLOGGED rewrites {table} and its indexes under an ACCESS EXCLUSIVE lock: all reads and writes wait. Afterwards a crash empties {table}, and replicas have no rows of it.\nMake a new unlogged table for what may be lost.',
    },
  },

  check: {
    alterTableOther(action, { before, impact, runsLater }) {
      const isLogged = action.subcommand === 'setLogged';
      if ((!isLogged && action.subcommand !== 'setUnlogged') || action.objectKind !== 'table') return;
      // Without a rewrite it is what the table is already.
      if (runsLater || before.isUnused(action.table) || impact.rewrites.length === 0) return;
      return { at: action.span, message: isLogged ? 'logged' : 'unlogged', data: { table: nameOf(action.table) } };
    },
  },
});
