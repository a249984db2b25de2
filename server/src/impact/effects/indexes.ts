import { indexName } from '../../schema/names.js';
import type { Index } from '../../schema/model.js';
import { indexesOfTable, partsOf } from '../../schema/partition-indexes.js';
import type { CreateIndex, DropIndex, Reindex } from '../../sql/action.js';
import { dependentObjects, inPartition, notConcurrently } from '../failure.js';
import type { ImpactBuilder } from '../impact.js';
import type { LockMode } from '../locks.js';
import { partRef, relationRef } from '../object-refs.js';
import { indexesOn } from '../../schema/renames.js';

/** CREATE INDEX, with and without CONCURRENTLY. Measured: groups INDEX. */
export function ofCreateIndex(action: CreateIndex, impact: ImpactBuilder): void {
  const table = impact.before.table(action.table);
  const mode: LockMode = action.concurrently ? 'ShareUpdateExclusiveLock' : 'ShareLock';
  impact.lock(action.table, mode);
  if (action.concurrently) {
    impact.forbidInTransaction();
    if (table?.partitionBy)
      impact.fail(
        notConcurrently(
          '0A000',
          `cannot create index on partitioned table "${action.table.name}" concurrently`,
          'Create the index ON ONLY the table, build one on each partition with CONCURRENTLY, then attach them with ALTER INDEX … ATTACH PARTITION.',
        ),
      );
  }
  if (action.ifNotExists && action.index !== undefined && impact.before.index({ ...action.table, name: action.index }))
    return;
  if (!table?.partitionBy) {
    const { schema } = impact.before.relation(action.table) ?? impact.before.named(action.table);
    impact.buildIndex(action.table, indexName(impact.before, schema, action));
    impact.scanTable(action.table, 'index');
  }
  if (action.only) return;
  for (const child of impact.descendantsOf(table)) {
    // Inheriting tables have indexes of their own; partitions get one each.
    if (child.partitionOf === undefined) continue;
    impact.lockRelated(child, mode);
    // CONCURRENTLY locks the partitions before it finds that it cannot index them.
    if (action.concurrently || child.partitionBy) continue;
    if (!indexesOfTable(impact.before, child).some((own) => serves(own, action)))
      impact.buildIndex(
        child,
        indexName(impact.before, child.schema, { ...action, index: undefined, table: { ...child, span: undefined } }),
      );
  }
}

/** An index of a partition that is taken over instead of a new one. */
function serves(own: Index, { columns, include, method, predicate, unique }: CreateIndex): boolean {
  return (
    own.partOf === undefined &&
    own.unique === unique &&
    own.method === method &&
    own.columns.join() === columns.map(({ name }) => name).join() &&
    own.expressions.join() === columns.flatMap(({ expression }) => expression ?? []).join() &&
    own.include.join() === include.join() &&
    own.predicate === predicate?.text
  );
}

/** DROP INDEX. */
export function ofDropIndex(action: DropIndex, impact: ImpactBuilder): void {
  const index = impact.before.index(action.index);
  const mode: LockMode = action.concurrently ? 'ShareUpdateExclusiveLock' : 'AccessExclusiveLock';
  if (action.concurrently) {
    impact.forbidInTransaction();
    if (action.among > 1)
      impact.fail(
        notConcurrently(
          '0A000',
          'DROP INDEX CONCURRENTLY does not support dropping multiple objects',
          'Write one DROP INDEX CONCURRENTLY for each index.',
        ),
      );
    if (action.cascade)
      impact.fail(
        notConcurrently(
          '0A000',
          'DROP INDEX CONCURRENTLY does not support CASCADE',
          'Leave CASCADE out, and drop what depends on the index first.',
        ),
      );
  }
  if (!index && action.ifExists) return;
  impact.lock(action.index, mode, 'index');
  const relation = index && impact.before.relationByKey(index.table);
  if (!index || !relation) return;
  impact.lockRelated(relation, mode);
  if (relation.kind !== 'table') return;
  const table = relation;
  if (index.partOf !== undefined) {
    const above = impact.before.relationByKey(index.partOf);
    impact.fail(
      inPartition(
        '2BP01',
        `cannot drop index ${index.name} because index ${above?.name} requires it`,
        `Drop ${above?.name}: the indexes of the partitions go with it.`,
        { objects: above ? [relationRef(above, impact.before)] : [] },
      ),
    );
  }
  if (index.constraint !== undefined) {
    impact.fail(
      dependentObjects(
        '2BP01',
        `cannot drop index ${index.name} because constraint ${index.constraint} on table ${table.name} requires it`,
        [],
        'Drop the constraint instead with ALTER TABLE … DROP CONSTRAINT: its index goes with it.',
        { objects: [partRef('table constraint', index.constraint, table, impact.before)] },
      ),
    );
  }
  if (table.partitionBy) {
    if (action.concurrently)
      impact.fail(
        notConcurrently(
          '0A000',
          `cannot drop partitioned index "${index.name}" concurrently`,
          'Drop it without CONCURRENTLY, with a short lock_timeout.',
        ),
      );
    else {
      for (const child of impact.descendantsOf(table)) impact.lockRelated(child, mode);
      for (const part of partsOf(impact.before, index)) impact.lockRelated(part, mode);
    }
  }
}

/** REINDEX. */
export function ofReindex(action: Reindex, impact: ImpactBuilder): void {
  if (action.concurrently || action.target === 'schema' || action.target === 'database' || action.target === 'system')
    impact.forbidInTransaction();
  if (action.target === 'schema') return reindexAll(action.object?.name, impact);
  if (!action.object) return;
  const tableMode: LockMode = action.concurrently ? 'ShareUpdateExclusiveLock' : 'ShareLock';
  const indexMode: LockMode = action.concurrently ? 'ShareUpdateExclusiveLock' : 'AccessExclusiveLock';
  if (action.target === 'index') {
    impact.lock(action.object, indexMode, 'index');
    const index = impact.before.index(action.object);
    const relation = index && impact.before.relationByKey(index.table);
    if (!index || !relation) return;
    impact.lockRelated(relation, tableMode);
    // The parts of a partitioned index are done one by one, each in a transaction of its own.
    if (relation.kind === 'table' && relation.partitionBy) impact.forbidInTransaction();
    else impact.buildIndex(relation, action.object.name);
    return;
  }
  if (action.target !== 'table') return;
  const table = impact.before.table(action.object);
  impact.lock(action.object, tableMode);
  const view = impact.before.view(action.object);
  for (const index of view ? indexesOn(view.key, impact.before) : []) {
    impact.lockRelated(index, indexMode);
    impact.buildIndex(action.object, index.name);
  }
  // A partitioned table's partitions are done one by one, each in a transaction of its own.
  if (table?.partitionBy) impact.forbidInTransaction();
  for (const each of [table, ...impact.descendantsOf(table)]) {
    if (!each || (each !== table && each.partitionOf === undefined)) continue;
    impact.lockRelated(each, tableMode);
    for (const index of impact.indexesOf(each)) {
      if (each.partitionBy) continue;
      impact.lockRelated(index, indexMode);
      impact.buildIndex(each, index.name);
    }
  }
}

/** REINDEX SCHEMA does one table after the other, each in a transaction of its own. */
function reindexAll(schema: string | undefined, impact: ImpactBuilder): void {
  for (const relation of impact.before.relations()) {
    if (relation.kind !== 'table' || relation.partitionBy || (schema !== undefined && relation.schema !== schema))
      continue;
    const indexes = impact.indexesOf(relation);
    if (indexes.length === 0) continue;
    impact.lockRelated(relation, 'ShareLock');
    for (const index of indexes) impact.lockRelated(index, 'AccessExclusiveLock');
  }
}
