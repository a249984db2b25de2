import type { DetachPartition } from '../../server/src/sql/action.js';
import { defineRule, type Fix, type RuleContext } from '../engine/define-rule.js';
import { insertAfter } from '../fixes/edit.js';
import { nameOf } from '../engine/words.js';
import { outOfTransaction } from '../questions/outside.js';

/** DETACH takes ACCESS EXCLUSIVE on the whole partitioned table (measured: detach); CONCURRENTLY lets everybody go on. */
export default defineRule({
  meta: {
    id: 'require-concurrent-detach',
    aliases: ['require-concurrent-partition-detach'],
    category: 'lock-contention',
    severity: 'warning',
    summary: 'Detach a partition with CONCURRENTLY.',
    recommended: true,
    fix: 'unsafe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DETACH-PARTITION'],
    messages: {
      blocksAll:
        'Detaching {partition} takes an ACCESS EXCLUSIVE lock on {table} and on {partition}: while it waits for running queries, every read and write on any partition waits behind it.\nDetach it with CONCURRENTLY.',
      splitFirst:
        'Detaching {partition} takes an ACCESS EXCLUSIVE lock on {table} and on {partition}: while it waits for running queries, every read and write on any partition waits behind it.\nMove it {where}, and detach it there with CONCURRENTLY.',
      hasDefault:
        'Detaching {partition} takes an ACCESS EXCLUSIVE lock on {table}, on {partition} and on the default partition: every read and write on {table} waits behind it. With a default partition PostgreSQL refuses CONCURRENTLY.\nSet a short lock_timeout, and try again when it gives up.',
    },
  },

  check: {
    detachPartition(action, context) {
      const { before, runsLater, transaction, lockTimeout } = context;
      if (runsLater || action.concurrently || action.finalize || before.isUnused(action.table)) return;
      const table = before.table(action.table);
      const data = { partition: nameOf(action.partition), table: nameOf(action.table) };
      const hasDefault = [...(table?.children ?? [])].some((key) => before.tableByKey(key)?.isDefaultPartition);
      // There is nothing better to do than to bound the wait.
      if (hasDefault) return lockTimeout ? undefined : { at: action.span, message: 'hasDefault', data };
      if (transaction.open)
        return { at: action.span, message: 'splitFirst', data: { ...data, where: outOfTransaction(context) } };
      return { at: action.span, message: 'blocksAll', data, fixes: concurrently(action, context) };
    },
  },
});

/** CONCURRENTLY leaves a CHECK with the old bounds on the partition (measured: detach-concurrently-keeps-check), so the schema differs. */
function concurrently(action: DetachPartition, { statement, before }: RuleContext): Fix[] {
  // Where the history does not hold the table, a default partition may be there.
  if (statement.actions.length !== 1 || !before.table(action.table)?.complete) return [];
  return [
    { title: 'Add CONCURRENTLY', safety: 'unsafe', edits: [insertAfter(statement, action.span, 'CONCURRENTLY')] },
  ];
}
