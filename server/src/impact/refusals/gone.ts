import { type Gone, goneRelation } from '../../schema/gone.js';
import type { SchemaState } from '../../schema/state.js';
import type { Action, ConstraintDefinition, ObjectName, TableAction } from '../../sql/action.js';
import { doesNotExist, type Failure } from '../failure.js';

/**
 * A relation that an earlier statement has dropped or renamed (measured on PostgreSQL 15 and 18: 42P01). In: all
 * actions of the statement, so that what it makes itself is there.
 */
export function ofGone(action: Action, before: SchemaState): Failure | undefined {
  for (const name of neededBy(action)) {
    const gone = goneRelation(before, name);
    if (gone) return failureOfGone(action, name, gone);
  }
  return undefined;
}

function failureOfGone(action: Action, name: ObjectName, gone: Gone): Failure {
  const kind =
    action.kind === 'dropTable'
      ? 'table'
      : action.kind === 'dropObject' && !action.table
        ? action.objectKind
        : undefined;
  const label = name.schema === undefined ? name.name : `${name.schema}.${name.name}`;
  const shown = kind === undefined ? `relation "${label}"` : `${kind} "${name.name}"`;
  return doesNotExist('42P01', `${shown} does not exist`, adviceFor(gone), {
    certain: gone.certain,
    earlier: gone.place,
  });
}

function adviceFor({ place, renamedTo }: Gone): string {
  const who = place ? `${place.path}:${place.line}` : 'An earlier statement';
  return renamedTo === undefined
    ? `${who} has dropped it: leave this out, or put it in front of that.`
    : `${who} has renamed it to ${renamedTo}: write that name.`;
}

/** The relations that have to be there for an action; none for one that says IF EXISTS. */
function neededBy(action: Action): readonly ObjectName[] {
  switch (action.kind) {
    case 'createTable':
      return [
        ...action.inherits,
        ...action.like,
        ...action.reads,
        ...(action.partitionOf ? [action.partitionOf.parent] : []),
        // A table may refer to itself.
        ...[...action.constraints, ...action.columns.flatMap(({ constraints }) => constraints)]
          .flatMap(referenced)
          .filter(({ name }) => name !== action.table.name),
      ];
    case 'createView':
    case 'select':
      return action.reads;
    case 'insert':
    case 'update':
    case 'delete':
      return [action.table, ...action.reads];
    case 'copy':
      return [...(action.table ? [action.table] : []), ...action.reads];
    case 'createIndex':
    case 'createTrigger':
    case 'truncate':
    case 'lockTable':
    case 'renameConstraint':
      return [action.table];
    case 'refreshMaterializedView':
      return [action.view];
    case 'dropTable':
    case 'renameTable':
    case 'renameColumn':
      return action.ifExists ? [] : [action.table];
    case 'dropObject': {
      if (action.ifExists) return [];
      if (action.table) return [action.table];
      return action.objectKind === 'view' || action.objectKind === 'materialized view' ? [action.object] : [];
    }
    case 'comment': {
      if (action.table) return [action.table];
      const isRelation = action.column !== undefined || action.objectKind === 'table' || action.objectKind === 'view';
      return isRelation && action.object ? [action.object] : [];
    }
    case 'other': {
      const { statement, relations } = action;
      return statement === 'grant' || statement === 'revoke' || statement === 'create policy' ? relations : [];
    }
    case 'addColumn':
      return [...onTable(action), ...action.column.constraints.flatMap(referenced)];
    case 'addConstraint':
      return [...onTable(action), ...referenced(action.constraint)];
    case 'attachPartition':
    case 'detachPartition':
      return [...onTable(action), action.partition];
    case 'dropColumn':
    case 'alterColumnType':
    case 'setDefault':
    case 'dropDefault':
    case 'setNotNull':
    case 'dropNotNull':
    case 'validateConstraint':
    case 'dropConstraint':
    case 'alterTableOther':
      return onTable(action);
    default:
      return [];
  }
}

function onTable({ table, ifExists, objectKind = 'table' }: TableAction): readonly ObjectName[] {
  return ifExists || objectKind !== 'table' ? [] : [table];
}

function referenced({ references }: ConstraintDefinition): readonly ObjectName[] {
  return references ? [references.table] : [];
}
