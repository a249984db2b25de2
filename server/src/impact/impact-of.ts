import { inPasses, type StatesWithin, statesWithin } from '../schema/passes.js';
import type { SchemaState } from '../schema/state.js';
import type { Action } from '../sql/action.js';
import { failureOf } from './refusals/failures.js';
import { type Impact, ImpactBuilder, type Target } from './impact.js';
import { isTableAction } from '../sql/table-actions.js';
import { ofTableAction } from './effects/alter-table.js';
import { ofCreateTable } from './effects/create-table.js';
import { ofData, ofTruncate } from './effects/data.js';
import { ofDropObject, ofDropTable } from './effects/drops.js';
import { ofCreateIndex, ofDropIndex, ofReindex } from './effects/indexes.js';
import { ofMaintenance } from './effects/maintenance.js';
import { lockedByName, ofObject, ofRename } from './effects/objects.js';
import { ofOther } from './effects/other.js';
import { ofAlterDomain, ofTypeAttribute } from './effects/types.js';

/**
 * The impact of a whole statement: its actions in the order in which PostgreSQL runs them, each on the state that the
 * ones before it have left. `within`: those states, where the caller has them.
 */
export function impactOf(
  actions: readonly Action[],
  before: SchemaState,
  target: Target,
  within: StatesWithin = statesWithin(actions, before),
): Impact {
  const impact = new ImpactBuilder(before, target);
  for (const action of inPasses(actions)) {
    const state = within?.get(action) ?? before;
    impact.at(state);
    ofAction(action, impact);
    impact.fail(failureOf(action, actions, state, target));
  }
  return impact.build();
}

function ofAction(action: Action, impact: ImpactBuilder): void {
  const { before } = impact;
  if (isTableAction(action)) {
    // ALTER TABLE IF EXISTS on a table that a complete history does not hold locks nothing, but histories rarely are.
    return action.objectKind === 'type' ? ofTypeAttribute(action, impact) : ofTableAction(action, impact);
  }
  switch (action.kind) {
    case 'createTable':
      return ofCreateTable(action, impact);
    case 'renameTable':
    case 'renameConstraint':
      return impact.lock(action.table, 'AccessExclusiveLock');
    case 'renameColumn':
      impact.lock(action.table, 'AccessExclusiveLock');
      for (const child of impact.descendantsOf(before.table(action.table)))
        impact.lockRelated(child, 'AccessExclusiveLock');
      return;
    case 'renameObject':
      return ofRename(action, impact);
    case 'setSchema':
      if (lockedByName.has(action.objectKind)) impact.lock(action.object, 'AccessExclusiveLock');
      for (const sequence of impact.sequencesOf(before.table(action.object)))
        impact.lockRelated(sequence, 'AccessExclusiveLock');
      return;
    case 'createIndex':
      return ofCreateIndex(action, impact);
    case 'dropIndex':
      return ofDropIndex(action, impact);
    case 'reindex':
      return ofReindex(action, impact);
    case 'dropTable':
      return ofDropTable(action, impact);
    case 'dropObject':
      return ofDropObject(action, impact);
    case 'truncate':
      return ofTruncate(action, impact);
    case 'insert':
    case 'update':
    case 'delete':
    case 'merge':
    case 'select':
    case 'copy':
    case 'lockTable':
    case 'refreshMaterializedView':
    case 'createView':
      return ofData(action, impact);
    case 'vacuum':
    case 'cluster':
      return ofMaintenance(action, impact);
    case 'createTrigger':
    case 'createFunction':
    case 'comment':
    case 'createSequence':
    case 'alterSequence':
    case 'doBlock':
    case 'call':
      return ofObject(action, impact);
    case 'setVariable':
    case 'transaction':
    case 'createEnum':
    case 'addEnumValue':
    case 'renameEnumValue':
    case 'createDomain':
    case 'createSchema':
    case 'createExtension':
      return;
    case 'alterDomain':
      return ofAlterDomain(action, impact);
    case 'other':
      return ofOther(action, impact);
  }
}
