import type { CreateTable } from '../../sql/action.js';
import type { ImpactBuilder } from '../impact.js';
import { lockTree, readRelation } from './data.js';
import { excludesBound } from './bounds.js';
import { checksOf, lockFamilyOfKeys } from './partitions.js';

/** CREATE TABLE in all its forms. Measured: group CREATE TABLE. */
export function ofCreateTable(action: CreateTable, impact: ImpactBuilder): void {
  // The query is looked at before the name is (measured on PostgreSQL 18); IF NOT EXISTS alone locks nothing.
  for (const read of action.reads) readRelation(read, 'AccessShareLock', impact);
  if (action.ifNotExists && impact.before.relation(action.table)) return;
  const references = [...action.constraints, ...action.columns.flatMap((column) => column.constraints)];
  for (const constraint of references) {
    const parent = constraint.references?.table;
    // A table that points to itself is not there yet.
    if (!parent || (parent.name === action.table.name && parent.schema === action.table.schema)) continue;
    lockTree({ ...parent, span: parent.span }, 'ShareRowExclusiveLock', impact);
  }
  for (const like of action.like) impact.lock(like, 'AccessShareLock');
  for (const parent of action.inherits) impact.lock(parent, 'ShareUpdateExclusiveLock');
  if (!action.partitionOf) return;
  // CREATE TABLE … PARTITION OF locks the parent harder than ATTACH does (measured: create-partition-of).
  impact.lock(action.partitionOf.parent, 'AccessExclusiveLock');
  const parent = impact.before.table(action.partitionOf.parent);
  // The new partition gets the foreign keys of the table above, and those that point to that.
  for (const above of parent ? [parent, ...impact.ancestorsOf(parent)] : []) {
    for (const { references } of above.constraints.values())
      if (references) lockFamilyOfKeys([references.table], 'ShareRowExclusiveLock', impact);
    for (const key of above.referencedBy) impact.lockKey(key, 'ShareRowExclusiveLock');
  }
  const fallback = impact
    .descendantsOf(parent)
    .find((child) => child.partitionOf === parent?.key && child.isDefaultPartition);
  if (!fallback || action.partitionOf.isDefault) return;
  impact.lockRelated(fallback, 'AccessExclusiveLock');
  if (!excludesBound(checksOf(fallback), parent?.partitionBy?.columns ?? [], action.partitionOf.bound))
    impact.scan(impact.ref(fallback), 'partition', false);
}
