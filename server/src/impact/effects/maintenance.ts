import type { Table } from '../../schema/model.js';
import type { Cluster, ObjectName, Vacuum } from '../../sql/action.js';
import type { ImpactBuilder } from '../impact.js';
import { indexesOn } from '../../schema/renames.js';

/** VACUUM, ANALYZE and CLUSTER. Measured: group VACUUM / CLUSTER. */
export function ofMaintenance(action: Vacuum | Cluster, impact: ImpactBuilder): void {
  if (action.kind === 'cluster') return ofCluster(action, impact);
  if (action.vacuum) impact.forbidInTransaction();
  for (const name of action.tables) {
    const table = impact.before.table(name);
    if (!action.full || table?.partitionBy) impact.lock(name, 'ShareUpdateExclusiveLock');
    else rewriteOne(name, impact);
    for (const child of name.only ? [] : impact.descendantsOf(table)) ofChild(child, action, impact);
  }
  // Without a name it does every table of the database, of which a history holds only some.
  if (action.tables.length > 0) return;
  impact.notKnown();
  for (const relation of impact.before.relations()) {
    if (relation.kind !== 'table' || relation.partitionBy) continue;
    if (action.full) rewriteOne({ ...relation, span: undefined }, impact);
    else impact.lockRelated(relation, 'ShareUpdateExclusiveLock');
  }
}

/** Partitions are done as well; inheriting tables from 18 on, before which ANALYZE only reads them (measured). */
function ofChild(child: Table, action: Vacuum, impact: ImpactBuilder): void {
  if (child.partitionOf === undefined && impact.target.postgres < 18) {
    if (!action.vacuum) impact.lockRelated(child, 'AccessShareLock');
  } else if (!action.full || child.partitionBy) impact.lockRelated(child, 'ShareUpdateExclusiveLock');
  else rewriteOne({ schema: impact.labelSchema(child), name: child.name, span: undefined }, impact);
}

function rewriteOne(name: ObjectName, impact: ImpactBuilder): void {
  impact.lock(name, 'AccessExclusiveLock');
  impact.rewrite(impact.before.table(name), name);
}

function ofCluster(action: Cluster, impact: ImpactBuilder): void {
  if (action.table) {
    rewriteOne(action.table, impact);
    const view = impact.before.view(action.table);
    for (const index of view ? indexesOn(view.key, impact.before) : [])
      impact.lockRelated(index, 'AccessExclusiveLock');
    // Partitions are done one by one, each in a transaction of its own.
    if (impact.before.table(action.table)?.partitionBy) impact.forbidInTransaction();
    return;
  }
  impact.forbidInTransaction();
  for (const relation of impact.before.relations())
    if (relation.kind === 'table' && relation.clusteredOn !== undefined)
      rewriteOne({ schema: impact.labelSchema(relation), name: relation.name, span: undefined }, impact);
}
