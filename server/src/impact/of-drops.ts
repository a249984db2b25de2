import { dependentsOf, statisticsKey } from '../schema/dependents.js';
import type { Table } from '../schema/model.js';
import type { DropObject, DropTable } from '../sql/action.js';
import { isRoutine } from '../sql/kinds.js';
import { readers, tablesWithDefaultFrom, usersOfRowType, usesFunction } from './dependencies.js';
import type { ImpactBuilder } from './impact.js';
import { indexesOn } from '../schema/renames.js';
import { lockTree } from './of-data.js';
import { hangsOn, lockedByName } from './of-objects.js';
import { lockFamilyOfKeys } from './of-partitions.js';

/** DROP TABLE locks the tables its foreign keys point to as hard as itself (measured: drop-table-fk-child). */
export function ofDropTable(action: DropTable, impact: ImpactBuilder): void {
  const table = impact.before.table(action.table);
  impact.lock(action.table, 'AccessExclusiveLock');
  if (!table) return;
  dropOne(table, impact);
  if (table.partitionOf !== undefined) {
    const parent = impact.before.tableByKey(table.partitionOf);
    if (parent) impact.lockRelated(parent, 'AccessExclusiveLock');
    const fallback = impact
      .descendantsOf(parent)
      .find((child) => child.partitionOf === parent?.key && child.isDefaultPartition);
    if (fallback) impact.lockRelated(fallback, 'AccessExclusiveLock');
  }
  if (action.cascade) cascadeFrom(table, impact);
}

function dropOne(table: Table, impact: ImpactBuilder): void {
  for (const each of [table, ...impact.descendantsOf(table)]) {
    impact.lockRelated(each, 'AccessExclusiveLock');
    for (const owned of [...impact.indexesOf(each), ...impact.sequencesOf(each)])
      impact.lockRelated(owned, 'AccessExclusiveLock');
    const parents = [...each.constraints.values()].flatMap(({ references }) => references?.table ?? []);
    lockFamilyOfKeys(parents, 'AccessExclusiveLock', impact);
  }
}

/** What CASCADE takes along: foreign keys that point here, views, policies and rules of other tables, columns of its type. */
function cascadeFrom(table: Table, impact: ImpactBuilder): void {
  const ofType = usersOfRowType(table, impact.before).map(({ key }) => key);
  for (const key of [...table.referencedBy, ...ofType]) impact.lockKey(key, 'AccessExclusiveLock');
  // The foreign key of a partitioned table goes from its partitions, too.
  for (const key of table.referencedBy)
    for (const child of impact.descendantsOf(impact.before.tableByKey(key)))
      if (child.partitionOf !== undefined) impact.lockRelated(child, 'AccessExclusiveLock');
  lockReaders(table.key, impact);
  for (const { on } of dependentsOf(impact.before, table))
    if (on !== undefined) impact.lockKey(on, 'AccessExclusiveLock');
}

/** The views that read a relation, and those that read them. */
export function lockReaders(key: string, impact: ImpactBuilder, seen = new Set<string>()): void {
  for (const reader of readers(key, impact.before)) {
    if (seen.has(reader)) continue;
    seen.add(reader);
    impact.lockKey(reader, 'AccessExclusiveLock');
    lockReaders(reader, impact, seen);
  }
}

/** DROP of anything but a table and an index. */
export function ofDropObject(action: DropObject, impact: ImpactBuilder): void {
  const { before } = impact;
  if (action.table) {
    const table = before.table(action.table);
    const isHere = table !== undefined && hangsOn(action, table, impact);
    // IF EXISTS that finds nothing locks nothing (measured); a history that is not whole can't tell.
    if (action.ifExists && table?.complete && !isHere) return;
    if (action.objectKind === 'trigger' && table?.partitionBy)
      return lockTree(action.table, 'AccessExclusiveLock', impact);
    return impact.lock(action.table, 'AccessExclusiveLock');
  }
  if (action.objectKind === 'statistics') {
    const on = before.dependent(statisticsKey(before, action.object))?.on;
    if (on !== undefined) impact.lockKey(on, 'ShareUpdateExclusiveLock');
    else if (!action.ifExists) impact.notKnown();
    return;
  }
  if (!lockedByName.has(action.objectKind)) return ofCascade(action, impact);
  const relation = before.relation(action.object);
  const kind = action.objectKind === 'sequence' ? 'sequence' : 'view';
  if (relation || !action.ifExists) impact.lock(action.object, 'AccessExclusiveLock', kind);
  if (relation?.kind === 'materializedView')
    for (const index of indexesOn(relation.key, impact.before)) impact.lockRelated(index, 'AccessExclusiveLock');
  if (!action.cascade || !relation) return;
  lockReaders(relation.key, impact);
  if (kind === 'sequence')
    for (const table of tablesWithDefaultFrom(relation, before)) impact.lockRelated(table, 'AccessExclusiveLock');
}

/** CASCADE from a type, a function, a schema: it reaches tables that only a catalog knows; the known ones are told. */
function ofCascade(action: DropObject, impact: ImpactBuilder): void {
  if (!action.cascade) return;
  impact.notKnown();
  for (const table of reachedByCascade(action, impact)) impact.lockRelated(table, 'AccessExclusiveLock');
  if (action.objectKind !== 'schema') return;
  for (const relation of impact.before.relations()) {
    if (relation.schema !== action.object.name) continue;
    if (relation.kind === 'table') {
      dropOne(relation, impact);
      cascadeFrom(relation, impact);
    } else impact.lockRelated(relation, 'AccessExclusiveLock');
  }
}

/** Tables with a column, a trigger, a default, a CHECK or an index of what is dropped. */
function reachedByCascade(action: DropObject, impact: ImpactBuilder): Table[] {
  const { before } = impact;
  if (isRoutine(action.objectKind)) {
    const fn = before.function(action.object);
    return (fn?.users ?? []).flatMap((key) => {
      const table = before.tableByKey(key);
      return table && fn && usesFunction(table, fn, before) ? table : [];
    });
  }
  const type = before.type(action.object);
  if (!type) return [];
  const tables = [...before.relations()].filter((relation): relation is Table => relation.kind === 'table');
  return tables.filter(
    (table) =>
      table.ofType === type.key ||
      [...table.columns.values()].some((column) => column.type && before.type(column.type) === type),
  );
}
