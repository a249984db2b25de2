import type { AttachPartition } from '../../server/src/sql/action.js';
import { keyFor } from '../../server/src/schema/keys.js';
import { defineRule, type RuleContext } from '../engine/define-rule.js';
import { nameOf } from '../engine/words.js';

/** ATTACH reads the new partition, and the default one, under ACCESS EXCLUSIVE unless a valid CHECK proves the rows (measured: attach-*). */
export default defineRule({
  meta: {
    id: 'require-attach-check',
    category: 'lock-contention',
    severity: 'warning',
    summary: 'Prove the bounds of a partition with a validated CHECK before ATTACH PARTITION.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-ATTACH-PARTITION'],
    messages: {
      scansPartition:
        'ATTACH PARTITION reads every row of {partition} under an ACCESS EXCLUSIVE lock: all reads and writes of {partition} wait.\nGive {partition} a CHECK with the same bounds and IS NOT NULL, NOT VALID, and VALIDATE it first: PostgreSQL takes the proof and does not scan.',
      verifiesKey:
        'ATTACH PARTITION reads every row of {partition} to verify its foreign key to {parent}: writes to {parent}, and all reads and writes of {partition}, wait.\nGive {partition} the same foreign key first, NOT VALID, and VALIDATE it: ATTACH takes it over without reading a row.',
      takesOverKey:
        'ATTACH PARTITION takes over the foreign key of {partition} under an ACCESS EXCLUSIVE lock on {parent}: all reads and writes of {parent} wait until the transaction ends, though no row is read.\nRun it in a transaction of its own, under a short lock_timeout.',
      scansDefault:
        'ATTACH PARTITION reads every row of {partition}, the default partition of {table}, under an ACCESS EXCLUSIVE lock: all reads and writes that reach it wait.\nGive {partition} a CHECK that excludes the new bounds, NOT VALID, and VALIDATE it first.',
    },
  },

  check: {
    attachPartition(action, context) {
      const { before, impact, runsLater } = context;
      if (runsLater) return;
      const table = before.table(action.table);
      const partition = before.table(action.partition);
      const key = table?.partitionBy?.columns ?? [];
      const bounds = impact.scans.flatMap((scan) => {
        if (scan.why !== 'partition') return [];
        if (before.isUnused(scan.relation)) return [];
        const isOwn = scan.relation.key === keyFor(before, action.partition);
        // When the partition key is not known, a valid CHECK may be the proof.
        const checked = [...(partition?.constraints.values() ?? [])].some(
          (each) => each.kind === 'check' && each.validated,
        );
        if (isOwn && key.length === 0 && checked) return [];
        return [
          {
            at: action.span,
            message: isOwn ? ('scansPartition' as const) : ('scansDefault' as const),
            data: { partition: scan.relation.label, table: nameOf(action.table) },
          },
        ];
      });
      return bounds.length > 0 ? bounds : ofKeys(action, context);
    },
  },
});

/** The foreign keys of the table above: verified over all rows, or taken over under a lock on what they refer to. */
function ofKeys(action: AttachPartition, { before, impact }: RuleContext) {
  const isVerified = impact.scans.some(({ why }) => why === 'foreign key');
  if (isVerified && before.isNew(action.partition)) return;
  const wanted = isVerified ? 'ShareRowExclusiveLock' : 'AccessExclusiveLock';
  const references = [...(before.table(action.table)?.constraints.values() ?? [])].flatMap(
    (each) => each.references ?? [],
  );
  for (const { table } of references) {
    const lock = impact.locks.find(
      ({ relation, mode }) => relation.key === table && (mode === wanted || mode === 'AccessExclusiveLock'),
    );
    const parent = before.tableByKey(table);
    if (!lock || !parent || before.isUnused(parent)) continue;
    const data = { partition: nameOf(action.partition), parent: lock.relation.label };
    return isVerified
      ? { at: action.span, message: 'verifiesKey' as const, data }
      : { at: action.span, message: 'takesOverKey' as const, data, severity: 'info' as const };
  }
  return undefined;
}
