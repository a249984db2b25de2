import type { Action, DropObject } from '../../sql/action.js';
import { isRoutine } from '../../sql/kinds.js';
import { sameArguments } from '../functions.js';
import { place } from '../keys.js';
import { statisticsKey } from '../note-dependents.js';
import type { SchemaState } from '../state.js';
import type { Target } from './model.js';

/** What an action drops; undefined where the history does not have it, or where it drops nothing. */
export function droppedBy(action: Action, state: SchemaState): Target | undefined {
  switch (action.kind) {
    case 'dropColumn': {
      const table = action.objectKind === 'type' ? undefined : state.table(action.table);
      return table && { kind: 'column', table, column: action.column };
    }
    case 'dropConstraint': {
      const table = state.table(action.table);
      const constraint = table?.constraints.get(action.constraint);
      return table && constraint && { kind: 'constraint', table, constraint };
    }
    case 'dropTable':
      return relation(state.table(action.table));
    case 'dropIndex':
      return relation(state.index(action.index));
    case 'dropObject':
      return ofObject(action, state);
    default:
      return undefined;
  }
}

/** What loses its name or its place. */
export function renamedBy(action: Action, state: SchemaState): Target | undefined {
  switch (action.kind) {
    case 'renameColumn': {
      const table = state.table(action.table);
      return table && { kind: 'column', table, column: action.column };
    }
    case 'renameTable':
      return relation(state.relation(action.table));
    case 'renameObject':
    case 'setSchema': {
      const { objectKind, object } = action;
      if (isRoutine(objectKind)) {
        const known = state.function(object);
        return known && { kind: 'function', function: known };
      }
      const isOfRelations = ['table', 'view', 'materialized view', 'sequence', 'foreign table'].includes(objectKind);
      return isOfRelations ? relation(state.relation(object)) : undefined;
    }
    default:
      return undefined;
  }
}

function relation(found: ReturnType<SchemaState['relation']>): Target | undefined {
  return found && { kind: 'relation', relation: found };
}

function ofObject({ objectKind, object, arguments: given }: DropObject, state: SchemaState): Target | undefined {
  switch (objectKind) {
    case 'view':
    case 'materialized view':
    case 'sequence':
    case 'foreign table':
      return relation(state.relation(object));
    case 'type':
    case 'domain': {
      const type = state.type(object);
      return type && { kind: 'type', type };
    }
    case 'extension':
      return { kind: 'extension', name: object.name };
    case 'schema':
      return { kind: 'schema', name: object.name };
    case 'statistics': {
      const dependent = state.dependent(statisticsKey(state, object));
      return dependent && { kind: 'dependent', dependent };
    }
    case 'aggregate': {
      const dependent = state.dependent(`aggregate ${place(state, object).key}`);
      return dependent && { kind: 'dependent', dependent };
    }
    default: {
      if (!isRoutine(objectKind)) return undefined;
      const known = state.function(object);
      // With other arguments it is another function.
      if (!known || (given && !known.overloads.some((each) => sameArguments(each.arguments, given)))) return undefined;
      return { kind: 'function', function: known, arguments: given };
    }
  }
}
