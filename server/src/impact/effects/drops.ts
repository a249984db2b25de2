import { goingAlong } from '../../schema/dependents/along.js';
import { isRelationKind, type Target as Dropped } from '../../schema/dependents/model.js';
import { droppedBy } from '../../schema/dependents/targets.js';
import { statisticsKey } from '../../schema/note-dependents.js';
import type { Table } from '../../schema/model.js';
import type { DropObject, DropTable } from '../../sql/action.js';
import type { ImpactBuilder } from '../impact.js';
import { indexesOn } from '../../schema/renames.js';
import { lockTree } from './data.js';
import { hangsOn, lockedByName } from './objects.js';
import { lockFamilyOfKeys } from './partitions.js';

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
  if (action.cascade) lockAlong({ kind: 'relation', relation: table }, impact);
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

/** What CASCADE takes along is locked with the relation that it is a part of. */
export function lockAlong(target: Dropped, impact: ImpactBuilder): void {
  for (const { key, on, kind } of goingAlong(target, impact.before)) {
    if (kind === 'table of publication' || kind === 'setting') continue;
    if (isRelationKind(kind)) impact.lockKey(key.slice('relation '.length), 'AccessExclusiveLock');
    if (on === undefined) continue;
    impact.lockKey(on, 'AccessExclusiveLock');
    // The foreign key of a partitioned table goes from its partitions, too.
    if (kind === 'table constraint')
      for (const child of impact.descendantsOf(impact.before.tableByKey(on)))
        if (child.partitionOf !== undefined) impact.lockRelated(child, 'AccessExclusiveLock');
  }
}

/** DROP of anything but a table and an index. */
export function ofDropObject(action: DropObject, impact: ImpactBuilder): void {
  const { before } = impact;
  if (action.table) {
    const table = before.table(action.table);
    const isHere = table !== undefined && hangsOn(action, table, impact);
    // IF EXISTS that finds nothing locks nothing (measured); a history that is not whole does not show it.
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
  if (action.cascade && relation) lockAlong({ kind: 'relation', relation }, impact);
}

/** CASCADE from a type, a function, a schema: it reaches tables that only a catalog knows; the known ones are reported. */
function ofCascade(action: DropObject, impact: ImpactBuilder): void {
  if (!action.cascade) return;
  impact.notKnown();
  const target = droppedBy(action, impact.before);
  if (target) lockAlong(target, impact);
  if (action.objectKind !== 'schema') return;
  for (const relation of impact.before.relations()) {
    if (relation.schema !== action.object.name) continue;
    if (relation.kind === 'table') dropOne(relation, impact);
    else impact.lockRelated(relation, 'AccessExclusiveLock');
  }
}
