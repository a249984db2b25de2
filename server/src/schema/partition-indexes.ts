import type { AlterTableOther } from '../sql/action.js';
import { addInherited } from './apply-table.js';
import { descendantsOf } from './descendants.js';
import type { Constraint, Index, Table } from './model.js';
import { freeRelationName, indexNameOf } from './names.js';
import { keyOf, type SchemaState } from './state.js';
import type { WritableTable } from './writable-table.js';

/** The indexes of a table, as far as the history holds them. */
export function indexesOfTable(state: SchemaState, table: Pick<Table, 'indexes'>): Index[] {
  return [...table.indexes].flatMap((key) => {
    const index = state.relationByKey(key);
    return index?.kind === 'index' ? index : [];
  });
}

/** Whether an index of a partition can serve as its part of the parent's (CompareIndexInfo in index.c). */
export function matches(own: Index, above: Index): boolean {
  return (
    own.partOf === undefined &&
    own.method === above.method &&
    own.unique === above.unique &&
    own.columns.join() === above.columns.join() &&
    own.include.join() === above.include.join() &&
    own.expressions.join() === above.expressions.join() &&
    own.predicate === above.predicate &&
    (above.constraint === undefined || own.constraint !== undefined)
  );
}

/** Gives a partition, and the partitions below it, its part of every index of the table above. */
export function inheritIndexes(state: SchemaState, parent: Table, partition: WritableTable): void {
  for (const above of indexesOfTable(state, parent)) inheritIndex(state, above, partition);
}

/** Gives a partition its part of an index: one that is there and matches, else a new one. */
export function inheritIndex(state: SchemaState, above: Index, partition: WritableTable): void {
  const own = indexesOfTable(state, partition).find((each) => matches(each, above));
  const part: Index = own ? { ...own, partOf: above.key } : newPart(state, above, partition);
  state.put(part);
  partition.indexes.add(part.key);
  for (const key of partition.children) {
    // A table that is its own partition, as one is while its name is being typed.
    const child = key === partition.key ? undefined : state.writableTableByKey(key);
    if (child?.partitionOf === partition.key) inheritIndex(state, part, child);
  }
}

/** ALTER INDEX … ATTACH PARTITION; its other sub-commands change nothing that the state knows. */
export function attachIndex(state: SchemaState, { table: name, other, subcommand }: AlterTableOther): void {
  const above = state.index(name);
  const part = subcommand === 'attachPartition' && other ? state.index(other) : undefined;
  if (above && part && part.key !== above.key && part.partOf === undefined) state.put({ ...part, partOf: above.key });
}

function newPart(state: SchemaState, above: Index, partition: WritableTable): Index {
  const owner =
    above.constraint === undefined ? undefined : state.tableByKey(above.table)?.constraints.get(above.constraint);
  const constraint = owner && addInherited(state, partition, { ...owner, name: keyNameBelow(state, owner, partition) });
  const name = constraint?.name ?? indexNameOf(state, partition, above.columns, above.expressions, above.include);
  return {
    ...above,
    key: keyOf(partition.schema, name),
    schema: partition.schema,
    name,
    table: partition.key,
    constraint: constraint?.name,
    partOf: above.key,
    release: state.release,
  };
}

/** The name that a key of a partitioned table gets in a partition. */
export function keyNameBelow(
  state: SchemaState,
  { kind, columns }: Pick<Constraint, 'kind' | 'columns'>,
  partition: Pick<Table, 'schema' | 'name'>,
): string {
  if (kind === 'primaryKey') return freeRelationName(state, partition.schema, [partition.name], 'pkey', true);
  const label = kind === 'unique' ? 'key' : 'excl';
  return freeRelationName(state, partition.schema, [partition.name, ...columns], label, true);
}

/** Takes away what the index gave to partitions. */
export function dropParts(state: SchemaState, index: Index): void {
  for (const part of partsOf(state, index)) {
    state.remove(part.key);
    const table = state.writableTableByKey(part.table);
    table?.indexes.delete(part.key);
    if (part.constraint !== undefined) table?.constraints.delete(part.constraint);
  }
}

/** The parts of an index in the partitions, all levels down. */
export function partsOf(state: SchemaState, index: Pick<Index, 'key' | 'table'>): Index[] {
  const table = state.tableByKey(index.table);
  const wholes = new Set([index.key]);
  const found: Index[] = [];
  for (const child of table ? descendantsOf(table, (key) => state.tableByKey(key)) : []) {
    for (const own of indexesOfTable(state, child)) {
      if (own.partOf === undefined || !wholes.has(own.partOf) || wholes.has(own.key)) continue;
      wholes.add(own.key);
      found.push(own);
    }
  }
  return found;
}
