import type { RelationRef } from '../../server/src/impact/impact.js';
import { atLeast, whoWaits } from '../../server/src/impact/locks.js';
import { defineRule, type RuleContext } from '../engine/define-rule.js';
import { aLock, strongestHeld, takenAt } from '../questions/held.js';

/** A scan, a rewrite or an index build keeps the transaction open, and with it every lock that it holds on other tables. */
export default defineRule({
  meta: {
    id: 'no-work-after-lock',
    category: 'lock-contention',
    severity: 'warning',
    summary: 'Do not scan, rewrite or index a table in a transaction that has locked another one.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES'],
    messages: {
      held: 'This {work} {table}, and the transaction still holds {lock} lock on {locked}, taken above: all {who} on {locked} wait until the work on {table} is done.\nGive each table a transaction of its own.',
    },
  },

  checkStatement(context) {
    const { runsLater, transaction, statement, held, reportedBefore } = context;
    // Once in a file: what comes behind is held up by the same locks, and goes with the same change.
    if (runsLater || !transaction.open || held.size === 0 || reportedBefore) return;
    const work = longWork(context);
    if (!work) return;
    const own = new Set(
      context.impact.locks.filter((lock) => atLeast(lock.mode, 'ShareLock')).map((lock) => lock.relation.key),
    );
    const other = strongestHeld(context, (key) => key !== work.table.key && !own.has(key));
    if (!other) return;
    const words = statement.tokens().filter((token) => token.kind === 'word');
    return {
      at: { start: 0, end: (words[1] ?? words[0])?.end ?? statement.text.length },
      message: 'held',
      data: {
        work: work.verb,
        table: work.table.label,
        lock: aLock(other.lock.mode),
        locked: other.lock.relation.label,
        who: whoWaits(other.lock.mode),
      },
      related: [takenAt(other)],
    };
  },
});

/** What in the statement takes as long as an existing table is large; plain queries are another rule's business. */
function longWork({ impact, before }: RuleContext): { verb: string; table: RelationRef } | undefined {
  const found = [
    ...impact.rewrites.map((table) => ({ verb: 'rewrites', table })),
    ...impact.indexBuilds
      .filter((build) => !build.isNew)
      .map((build) => ({ verb: 'builds an index on', table: build.relation })),
    ...impact.scans
      .filter((scan) => !scan.isNew && scan.why !== 'query')
      .map((scan) => ({ verb: 'reads every row of', table: scan.relation })),
  ];
  return found.find(({ table }) => !before.isUnused(table));
}
