import type { Action, ActionOf, DropObject, ObjectName, TableAction } from '../sql/action.js';
import { dropColumn, dropConstraint, setColumn } from './apply-table.js';
import { goingAlong } from './dependents/along.js';
import type { DependentObject } from './dependents/model.js';
import { droppedBy } from './dependents/targets.js';
import { dropFunction } from './functions.js';
import { keyOf, type SchemaState } from './state.js';
import { dropDependent } from './note-dependents.js';
import { dropParts } from './partition-indexes.js';

/** DROP of anything but a column or a constraint, with what CASCADE takes along. */
export function drop(state: SchemaState, action: ActionOf<'dropIndex' | 'dropTable' | 'dropObject'>): void {
  const along = takenAlong(state, action);
  if (action.kind === 'dropIndex') dropRelation(state, action.index);
  else if (action.kind === 'dropTable') dropRelation(state, action.table);
  else dropObject(state, action);
  removeAlong(state, along);
}

/** What a drop with CASCADE takes along. In: the state before it. */
export function takenAlong(state: SchemaState, action: Action | TableAction): readonly DependentObject[] {
  if (!('cascade' in action) || !action.cascade) return [];
  const target = droppedBy(action, state);
  return target ? goingAlong(target, state) : [];
}

/** Takes away what is gone with something else. Some of it may be gone already. */
export function removeAlong(state: SchemaState, along: readonly DependentObject[]): void {
  for (const each of along) removeOne(state, each);
}

function removeOne(state: SchemaState, { kind, key, on, name, schema, certain }: DependentObject): void {
  const own = key.slice(key.indexOf(' ') + 1);
  const table = on === undefined ? undefined : state.writableTableByKey(on);
  switch (kind) {
    case 'view':
    case 'materialized view': {
      if (certain) return dropRelation(state, { schema, name, span: undefined });
      // Whether it is gone is not known, nor what it reads.
      const view = state.relationByKey(own);
      if (view?.kind === 'view' || view?.kind === 'materializedView')
        state.put({ ...view, columns: undefined, uses: [] });
      return;
    }
    case 'table':
    case 'foreign table':
    case 'index':
    case 'sequence':
      return certain ? dropRelation(state, { schema, name, span: undefined }) : undefined;
    case 'column':
      return table && dropColumn(state, table, name);
    case 'default value':
      return table?.columns.has(name) ? setColumn(table, name, { default: undefined }) : undefined;
    case 'table constraint':
      return table && dropConstraint(state, table, name);
    case 'function':
    case 'procedure':
      // Which of several of the name it was is not known.
      if ((state.functionByKey(own)?.overloads.length ?? 0) > 1) return;
      state.removeDependent(key);
      return state.removeFunction(own);
    case 'type':
    case 'domain':
      return state.removeType(own);
    case 'trigger':
    case 'policy':
    case 'rule':
      return state.removeDependent(own);
    case 'statistics':
    case 'aggregate':
      return state.removeDependent(key);
    case 'event trigger':
      return state.removeDependent(`event trigger ${name}`);
    default:
      return;
  }
}

function dropRelation(state: SchemaState, name: ObjectName): void {
  const relation = state.relation(name);
  if (!relation) return;
  state.remove(relation.key);
  if (relation.kind === 'index') {
    dropParts(state, relation);
    state.writableTableByKey(relation.table)?.indexes.delete(relation.key);
    const view = state.relationByKey(relation.table);
    if (view?.kind === 'materializedView')
      state.put({ ...view, indexes: view.indexes.filter((key) => key !== relation.key) });
    return;
  }
  if (relation.kind === 'materializedView') for (const key of relation.indexes) state.remove(key);
  if (relation.kind !== 'table' && relation.kind !== 'foreignTable') return;
  for (const key of relation.indexes) state.remove(key);
  for (const key of [...relation.dependents]) state.removeDependent(key);
  for (const { sequence } of relation.columns.values()) if (sequence !== undefined) state.remove(sequence);
  for (const key of relation.children) {
    const child = state.tableByKey(key);
    if (child) dropRelation(state, { schema: child.schema, name: child.name, span: undefined });
  }
  for (const key of relation.inherits) state.writableTableByKey(key)?.children.delete(relation.key);
  if (relation.partitionOf !== undefined) state.writableTableByKey(relation.partitionOf)?.children.delete(relation.key);
  for (const constraint of relation.constraints.values()) {
    if (constraint.references) state.writableTableByKey(constraint.references.table)?.referencedBy.delete(relation.key);
  }
  for (const key of relation.referencedBy) {
    const child = state.writableTableByKey(key);
    for (const [constraintName, constraint] of child?.constraints ?? []) {
      if (constraint.references?.table === relation.key) child?.constraints.delete(constraintName);
    }
  }
}

function dropObject(state: SchemaState, action: DropObject): void {
  const key = keyOf(state.schemaFor(action.object), action.object.name);
  switch (action.objectKind) {
    case 'view':
    case 'materialized view':
    case 'sequence':
      return dropRelation(state, action.object);
    case 'trigger':
    case 'policy':
    case 'rule':
    case 'statistics':
    case 'publication':
    case 'aggregate':
    case 'event trigger':
      return dropDependent(state, action);
    case 'type':
    case 'domain':
      return state.removeType(state.type(action.object)?.key ?? key);
    case 'function':
    case 'procedure':
    case 'routine':
      dropDependent(state, action);
      return dropFunction(state, action);
    case 'schema':
      for (const relation of [...state.relations()])
        if (relation.schema === action.object.name) state.remove(relation.key);
      for (const fn of [...state.functions()]) if (fn.schema === action.object.name) state.removeFunction(fn.key);
      for (const type of [...state.types()]) if (type.schema === action.object.name) state.removeType(type.key);
      return;
    default:
      return;
  }
}
