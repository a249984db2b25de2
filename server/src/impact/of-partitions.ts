import { indexName } from '../schema/apply.js';
import { provesNotNull } from '../schema/constraints.js';
import type { Table } from '../schema/model.js';
import type { AttachPartition, DetachPartition, ObjectName } from '../sql/action.js';
import { analyseExpression } from '../sql/expressions.js';
import type { ImpactBuilder } from './impact.js';
import type { LockMode } from './locks.js';

function defaultPartition(table: Table | undefined, impact: ImpactBuilder): Table | undefined {
  return impact.descendantsOf(table).find((child) => child.partitionOf === table?.key && child.isDefaultPartition);
}

/** ALTER TABLE … ATTACH PARTITION. Measured: group PARTITIONS / INHERITANCE. */
export function ofAttach(action: AttachPartition, impact: ImpactBuilder): void {
  const table = impact.before.table(action.table);
  impact.lock(action.table, 'ShareUpdateExclusiveLock');
  impact.lock(action.partition, 'AccessExclusiveLock');
  const partition = impact.before.table(action.partition);
  const proven = partition !== undefined && provesBound(partition, table);
  if (!proven) impact.scanTable(action.partition, 'partition');
  const other = action.isDefault ? undefined : defaultPartition(table, impact);
  if (other) {
    impact.lockRelated(other, 'AccessExclusiveLock');
    if (!hasCheckOn(other, table?.partitionBy?.columns ?? [])) impact.scan(impact.label(other), 'partition', false);
  }
  for (const index of impact.indexesOf(table)) {
    impact.lockRelated(index, 'ShareUpdateExclusiveLock');
    const there = impact.indexesOf(partition).some((each) => each.columns.join() === index.columns.join());
    if (!there) impact.buildIndex(action.partition, indexNameFor(action.partition, index.columns));
  }
}

function indexNameFor(table: ObjectName, columns: readonly (string | undefined)[]): string {
  return indexName({ index: undefined, table, columns: columns.map((name) => ({ name, expression: undefined })) });
}

function hasCheckOn(table: Table, columns: readonly string[]): boolean {
  return [...table.constraints.values()].some(
    (constraint) =>
      constraint.kind === 'check' &&
      constraint.validated &&
      columns.every((column) => analyseExpression(constraint.expression ?? '')?.columns.includes(column)),
  );
}

/**
 * A valid CHECK on the key columns that also proves them NOT NULL is taken as the matching one: whether its bounds
 * match the partition's is not compared, so a CHECK that is there but too wide is not caught.
 */
function provesBound(partition: Table, parent: Table | undefined): boolean {
  const columns = parent?.partitionBy?.columns ?? [];
  return (
    columns.length > 0 && hasCheckOn(partition, columns) && columns.every((column) => provesNotNull(partition, column))
  );
}

/** ALTER TABLE … DETACH PARTITION. */
export function ofDetach(action: DetachPartition, impact: ImpactBuilder): void {
  const table = impact.before.table(action.table);
  const other = defaultPartition(table, impact);
  if (action.concurrently) {
    impact.lock(action.table, 'ShareUpdateExclusiveLock');
    impact.forbidInTransaction();
    if (other) return impact.fail('55000', 'cannot detach partitions concurrently when a default partition exists');
    return impact.lock(action.partition, 'AccessExclusiveLock');
  }
  const mode: LockMode = action.finalize ? 'ShareUpdateExclusiveLock' : 'AccessExclusiveLock';
  impact.lock(action.table, mode);
  impact.lock(action.partition, 'AccessExclusiveLock');
  if (other && !action.finalize) impact.lockRelated(other, 'AccessExclusiveLock');
  // The partition gets foreign keys of its own, and those that point to it are checked (measured: detach-parent-fk).
  for (const { references } of table?.constraints.values() ?? [])
    if (references) impact.lockKey(references.table, 'ShareRowExclusiveLock');
  for (const key of table?.referencedBy ?? []) impact.lockKey(key, 'AccessExclusiveLock');
}
