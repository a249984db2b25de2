import { provesNotNull } from '../../schema/constraints.js';
import type { Table } from '../../schema/model.js';
import { indexNameOf } from '../../schema/names.js';
import { keyNameBelow } from '../../schema/partition-indexes.js';
import type { AttachPartition, DetachPartition } from '../../sql/action.js';
import { excludesBound, provesBound } from './bounds.js';
import { notConcurrently } from '../failure.js';
import type { ImpactBuilder } from '../impact.js';
import type { LockMode } from '../locks.js';
import { relationRef } from '../object-refs.js';

function defaultPartition(table: Table | undefined, impact: ImpactBuilder): Table | undefined {
  return impact.descendantsOf(table).find((child) => child.partitionOf === table?.key && child.isDefaultPartition);
}

/** Locks tables and their partitions. */
export function lockFamilyOfKeys(keys: readonly string[], mode: LockMode, impact: ImpactBuilder): void {
  for (const key of keys) {
    impact.lockKey(key, mode);
    for (const child of impact.descendantsOf(impact.before.tableByKey(key))) impact.lockRelated(child, mode);
  }
}

/** ALTER TABLE … ATTACH PARTITION. Measured: group PARTITIONS / INHERITANCE. */
export function ofAttach(action: AttachPartition, impact: ImpactBuilder): void {
  const table = impact.before.table(action.table);
  impact.lock(action.table, 'ShareUpdateExclusiveLock');
  impact.lock(action.partition, 'AccessExclusiveLock');
  const partition = impact.before.table(action.partition);
  const below = impact.descendantsOf(partition);
  for (const child of below) impact.lockRelated(child, 'AccessExclusiveLock');
  for (const above of impact.ancestorsOf(table)) impact.lockRelated(above, 'AccessShareLock');
  const columns = table?.partitionBy?.columns ?? [];
  const proven =
    partition !== undefined &&
    columns.length > 0 &&
    columns.every((column) => provesNotNull(partition, column)) &&
    provesBound(checksOf(partition), columns, action.bound);
  if (!proven && !partition?.partitionBy) impact.scanTable(action.partition, 'partition');
  if (!proven && partition?.partitionBy)
    for (const child of below) if (!child.partitionBy) impact.scan(impact.ref(child), 'partition', false);
  const other = action.isDefault ? undefined : defaultPartition(table, impact);
  if (other) {
    impact.lockRelated(other, 'AccessExclusiveLock');
    if (!excludesBound(checksOf(other), columns, action.bound)) impact.scan(impact.ref(other), 'partition', false);
  }
  attachKeys(action, table, partition, impact);
  for (const index of impact.indexesOf(table)) {
    impact.lockRelated(index, 'ShareUpdateExclusiveLock');
    const own = impact.indexesOf(partition).some((each) => each.columns.join() === index.columns.join());
    if (own || partition?.partitionBy) continue;
    const below = impact.before.named(action.partition);
    const name =
      index.constraint === undefined
        ? indexNameOf(impact.before, below, index.columns, index.expressions)
        : keyNameBelow(
            impact.before,
            table?.constraints.get(index.constraint) ?? { kind: 'unique', columns: [] },
            below,
          );
    impact.buildIndex(action.partition, name);
  }
}

/** The partition gets the foreign keys of the table above: its own one is taken over, a new one is verified (measured). */
function attachKeys(
  action: AttachPartition,
  table: Table | undefined,
  partition: Table | undefined,
  impact: ImpactBuilder,
): void {
  for (const { references, columns, validated } of table?.constraints.values() ?? []) {
    if (!references) continue;
    const same = [...(partition?.constraints.values() ?? [])].find(
      (each) => each.references?.table === references.table && each.columns.join() === columns.join(),
    );
    // One that is NOT VALID is no proof, and another is made beside it (measured on 15).
    const own = same?.validated === true || (same !== undefined && (!validated || impact.target.postgres >= 18));
    lockFamilyOfKeys([references.table], own ? 'AccessExclusiveLock' : 'ShareRowExclusiveLock', impact);
    if (validated && same?.validated !== true) impact.scanTable(action.partition, 'foreign key');
  }
  for (const key of table?.referencedBy ?? []) impact.lockKey(key, 'ShareRowExclusiveLock');
}

/** The validated CHECKs of a table. */
export function checksOf(table: Table): string[] {
  return [...table.constraints.values()].flatMap(({ kind, validated, expression }) =>
    kind === 'check' && validated && expression !== undefined ? [expression] : [],
  );
}

/** ALTER TABLE … DETACH PARTITION. */
export function ofDetach(action: DetachPartition, impact: ImpactBuilder): void {
  const table = impact.before.table(action.table);
  const other = defaultPartition(table, impact);
  if (action.concurrently) {
    impact.lock(action.table, 'ShareUpdateExclusiveLock');
    impact.forbidInTransaction();
    if (other)
      return impact.fail(
        notConcurrently(
          '55000',
          'cannot detach partitions concurrently when a default partition exists',
          'Detach without CONCURRENTLY, with a short lock_timeout, or detach the default partition first.',
          { objects: [relationRef(other, impact.before)] },
        ),
      );
    return impact.lock(action.partition, 'AccessExclusiveLock');
  }
  const mode: LockMode = action.finalize ? 'ShareUpdateExclusiveLock' : 'AccessExclusiveLock';
  impact.lock(action.table, mode);
  impact.lock(action.partition, 'AccessExclusiveLock');
  const partition = impact.before.table(action.partition);
  for (const child of impact.descendantsOf(partition)) impact.lockRelated(child, 'AccessExclusiveLock');
  for (const index of impact.indexesOf(partition))
    if (index.partOf !== undefined) impact.lockRelated(index, 'AccessExclusiveLock');
  if (other && !action.finalize) impact.lockRelated(other, 'AccessExclusiveLock');
  // The partition gets foreign keys of its own, and those that point to it are checked (measured: detach-parent-fk).
  for (const { references } of table?.constraints.values() ?? [])
    if (references) impact.lockKey(references.table, 'ShareRowExclusiveLock');
  for (const key of table?.referencedBy ?? []) impact.lockKey(key, 'AccessExclusiveLock');
}
