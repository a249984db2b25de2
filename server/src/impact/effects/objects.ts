import { keyOnTable } from '../../schema/note-dependents.js';
import type { ActionOf, DropObject, ObjectKind, RenameObject } from '../../sql/action.js';
import type { ImpactBuilder } from '../impact.js';
import { lockTree } from './data.js';

/** Objects that SET SCHEMA and RENAME lock by their name. */
export const lockedByName: ReadonlySet<ObjectKind> = new Set([
  'table',
  'view',
  'materialized view',
  'sequence',
  'foreign table',
]);

const onTable: ReadonlySet<ObjectKind> = new Set(['column', 'trigger', 'policy', 'rule']);

const commented: ReadonlySet<ObjectKind> = new Set([
  'table',
  'column',
  'view',
  'materialized view',
  'index',
  'sequence',
  'foreign table',
]);

type ObjectAction = ActionOf<
  'createTrigger' | 'createFunction' | 'comment' | 'createSequence' | 'alterSequence' | 'doBlock' | 'call'
>;

/** Triggers, functions, comments, sequences and code. */
export function ofObject(action: ObjectAction, impact: ImpactBuilder): void {
  const { before } = impact;
  switch (action.kind) {
    case 'createTrigger':
      // Only a trigger for each row comes to the partitions, and none to inheriting tables (measured).
      if (action.forEachRow && before.table(action.table)?.partitionBy)
        lockTree(action.table, 'ShareRowExclusiveLock', impact);
      else impact.lock(action.table, 'ShareRowExclusiveLock');
      if (action.from) impact.lock(action.from, 'AccessShareLock');
      return;
    case 'createFunction':
      for (const relation of action.body?.reads ?? []) impact.lock(relation, 'AccessShareLock');
      return;
    case 'comment':
      if (action.table) impact.lock(action.table, 'AccessShareLock');
      else if (action.object && commented.has(action.objectKind))
        impact.lock(action.object, 'ShareUpdateExclusiveLock');
      return;
    case 'createSequence':
      if (action.ownedBy && action.ownedBy !== 'none') impact.lock(action.ownedBy.table, 'AccessShareLock');
      return;
    case 'alterSequence':
      if (action.ifExists && !before.relation(action.sequence)) return;
      impact.lock(action.sequence, 'ShareRowExclusiveLock', 'sequence');
      if (action.ownedBy && action.ownedBy !== 'none') impact.lock(action.ownedBy.table, 'AccessShareLock');
      return;
    case 'doBlock':
      // What runs inside is analysed statement by statement.
      return;
    case 'call':
      // A procedure's body is not known here, but for whether it ends the transaction.
      if (before.function(action.procedure)?.commits) impact.forbidInTransaction();
      return impact.notKnown();
  }
}

/** ALTER … RENAME of anything but tables, their columns and constraints. */
export function ofRename(action: RenameObject, impact: ImpactBuilder): void {
  if (action.objectKind === 'index') return impact.lock(action.object, 'ShareUpdateExclusiveLock', 'index');
  if (action.objectKind === 'attribute') {
    const type = impact.before.type(action.object);
    if (action.cascade && type?.kind === 'composite')
      for (const key of type.tables) impact.lockKey(key, 'AccessExclusiveLock');
    return;
  }
  if (action.objectKind === 'trigger') {
    const table = impact.before.table(action.object);
    if (table?.partitionBy) return lockTree(action.object, 'AccessExclusiveLock', impact);
  }
  // A trigger, policy or rule is reported with its table, and renaming it locks that.
  if (lockedByName.has(action.objectKind) || onTable.has(action.objectKind))
    impact.lock(action.object, 'AccessExclusiveLock');
}

/** Whether the history holds the trigger, policy or rule of the table that is dropped. */
export function hangsOn(
  { objectKind, object }: DropObject,
  table: { readonly key: string },
  { before }: ImpactBuilder,
): boolean {
  if (objectKind !== 'trigger' && objectKind !== 'policy' && objectKind !== 'rule') return false;
  return before.dependent(keyOnTable(objectKind, object.name, table.key)) !== undefined;
}
