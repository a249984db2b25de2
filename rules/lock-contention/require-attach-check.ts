import { keyFor } from '../../server/src/schema/keys.js';
import { defineRule } from '../engine/define-rule.js';
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
      scansDefault:
        'ATTACH PARTITION reads every row of {partition}, the default partition of {table}, under an ACCESS EXCLUSIVE lock: all reads and writes that reach it wait.\nGive {partition} a CHECK that excludes the new bounds, NOT VALID, and VALIDATE it first.',
    },
  },

  check: {
    attachPartition(action, { before, impact, runsLater }) {
      if (runsLater) return;
      const table = before.table(action.table);
      const partition = before.table(action.partition);
      const key = table?.partitionBy?.columns ?? [];
      return impact.scans.flatMap((scan) => {
        if (scan.why !== 'partition') return [];
        if (before.isUnused({ ...scan.relation, span: undefined })) return [];
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
    },
  },
});
