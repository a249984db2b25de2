import { outputTypes } from './view-types.js';
import type { Action, CreateIndex, CreateView, ObjectName, OwnedBy, Transaction } from '../sql/action.js';
import { isTableAction } from '../sql/table-actions.js';
import { applyCreateTable } from './apply-create-table.js';
import { drawsFrom } from './dependents/sequences.js';
import type { Table } from './model.js';
import { drop, removeAlong, takenAlong } from './apply-drops.js';
import { applyTableAction, setColumn } from './apply-table.js';
import { noteAttribute } from './column-attributes.js';
import { applyDependents, noteCalls } from './note-dependents.js';
import { alterRoutine, createFunction } from './functions.js';
import { indexName, isTaken } from './names.js';
import { noteOpenEnds } from './open-ends.js';
import { attachIndex, inheritIndex } from './partition-indexes.js';
import { renameColumn, renameConstraint, renameObject, renameRelation } from './renames.js';
import { noteRights } from './rights.js';
import { functionKeys, keyFor, place, typeKeys } from './keys.js';
import { keyOf, type SchemaState } from './state.js';

/** Replays what an action does to the schema. Rows, privileges and comments are not part of it. */
export function applyAction(state: SchemaState, action: Action): void {
  noteOpenEnds(state, action);
  noteRights(state, action);
  if (action.kind === 'alterTableOther' && action.objectKind === 'index') return attachIndex(state, action);
  if (isTableAction(action)) {
    const along = takenAlong(state, action);
    applyTableAction(state, action);
    return removeAlong(state, along);
  }
  switch (action.kind) {
    case 'createTable':
      return applyCreateTable(state, action);
    case 'renameTable':
      return renameRelation(
        state,
        action.table,
        state.table(action.table)?.schema ?? state.schemaFor(action.table),
        action.to,
      );
    case 'renameColumn':
      return renameColumn(state, action.table, action.column, action.to);
    case 'renameConstraint':
      return renameConstraint(state, action.table, action.constraint, action.to);
    case 'renameObject':
      return renameObject(state, action);
    case 'setSchema':
      return renameRelation(state, action.object, action.to, action.object.name);
    case 'createIndex':
      return createIndex(state, action);
    case 'dropIndex':
    case 'dropTable':
    case 'dropObject':
      return drop(state, action);
    case 'insert':
      if (action.reads.length > 0) fill(state, action.table);
      else if (action.width !== undefined) seed(state, action.table);
      return;
    case 'delete':
      return unseed(state, action.table);
    case 'copy':
      if (action.from && action.table) fill(state, action.table);
      return;
    case 'transaction':
      return transaction(state, action);
    case 'createEnum': {
      return state.putType({
        kind: 'enum',
        ...place(state, action.type),
        values: action.values,
        addedInTransaction: [],
        release: state.release,
        place: state.place,
      });
    }
    case 'addEnumValue':
    case 'renameEnumValue': {
      const type = state.type(action.type);
      const known = type?.kind === 'enum' ? type : undefined;
      const { key, schema, name } = known ?? place(state, action.type);
      const values = known?.values ?? [];
      // IF NOT EXISTS adds nothing that is there.
      if (action.kind === 'addEnumValue' && action.ifNotExists && values.includes(action.value)) return;
      state.putType(
        action.kind === 'addEnumValue'
          ? {
              kind: 'enum',
              key,
              schema,
              name,
              values: [...values, action.value],
              addedInTransaction: [...(known?.addedInTransaction ?? []), action.value],
              release: known?.release ?? 0,
              place: known?.place,
            }
          : {
              kind: 'enum',
              key,
              schema,
              name,
              values: values.map((value) => (value === action.value ? action.to : value)),
              addedInTransaction: known?.addedInTransaction ?? [],
              release: known?.release ?? 0,
              place: known?.place,
            },
      );
      return;
    }
    case 'createDomain': {
      return state.putType({
        kind: 'domain',
        ...place(state, action.domain),
        base: action.type,
        constrained: action.constrained,
        constraints: action.constraints,
        calls: functionKeys(state, action.calls),
      });
    }
    case 'createView': {
      const schema = isTemporaryView(state, action) ? 'pg_temp' : state.schemaFor(action.view);
      const reads = action.reads.map((relation) => keyFor(state, relation));
      const key = keyOf(schema, action.view.name);
      const there = state.relationByKey(key);
      if (there && there.kind !== 'view' && there.kind !== 'materializedView') return;
      if (there && action.ifNotExists) return;
      const replaced = action.replace ? there : undefined;
      return state.put({
        kind: action.materialized ? 'materializedView' : 'view',
        key,
        schema,
        name: action.view.name,
        reads,
        columns: action.columns,
        outputTypes: outputTypes(action, state),
        uses: action.uses.map((use) => ({
          ...use,
          relation: keyFor(state, use.relation),
        })),
        calls: functionKeys(state, action.calls),
        types: typeKeys(state, action.types),
        indexes: replaced?.kind === 'materializedView' ? replaced.indexes : [],
        query: action.query,
        populated: action.withData,
        securityInvoker: action.securityInvoker === true,
        release: replaced?.release ?? state.release,
        place: state.place,
      });
    }
    case 'refreshMaterializedView': {
      const view = state.view(action.view);
      if (view) state.put({ ...view, populated: action.withData });
      return;
    }
    case 'comment':
      return noteAttribute(state, action.object, action.column === undefined ? [] : [action.column], 'its comment');
    case 'other':
      for (const relation of action.columns?.length ? action.relations : [])
        noteAttribute(state, relation, action.columns ?? [], 'its privileges');
      alterRoutine(state, action);
      if (action.statement === 'create operator class') state.noteDone('operator classes');
      return applyDependents(state, action);
    case 'createTrigger':
      return applyDependents(state, action);
    case 'cluster':
      if (action.table && action.index !== undefined && state.table(action.table))
        state.writableTable(action.table).clusteredOn = action.index;
      return;
    case 'createFunction':
      applyDependents(state, action);
      return createFunction(state, action);
    case 'createSchema':
      return state.noteMade(`schema ${action.schema}`, true);
    case 'createExtension':
      return state.noteMade(`extension ${action.extension}`, true);
    case 'createSequence': {
      const schema = action.temporary ? 'pg_temp' : state.schemaFor(action.sequence);
      const key = keyOf(schema, action.sequence.name);
      if (isTaken(state, key, action.ifNotExists ? undefined : 'sequence')) return;
      state.put({
        kind: 'sequence',
        key,
        schema,
        name: action.sequence.name,
        type: action.type ?? 'int8',
        release: state.release,
        place: state.place,
      });
      return ownSequence(state, key, action.ownedBy);
    }
    case 'alterSequence': {
      const sequence = state.relation(action.sequence);
      if (sequence?.kind === 'sequence' && action.type !== undefined) state.put({ ...sequence, type: action.type });
      return sequence && ownSequence(state, sequence.key, action.ownedBy);
    }
    case 'alterDomain': {
      const domain = state.type(action.domain);
      if (domain?.kind !== 'domain') return;
      const { operation, constraint } = action;
      const constraints =
        operation === 'addConstraint'
          ? [...domain.constraints, constraint]
          : domain.constraints.filter((each) => operation !== 'dropConstraint' || each !== constraint);
      const constrained = domain.constrained || operation === 'addConstraint' || operation === 'setNotNull';
      // Which of its constraints calls what is not kept, so that nothing is known to be called any more.
      const kept = operation === 'dropConstraint' ? [] : domain.calls;
      const calls = [...new Set([...kept, ...functionKeys(state, action.calls)])];
      return state.putType({ ...domain, constraints, constrained, calls });
    }
    default:
      return;
  }
}

function createIndex(state: SchemaState, action: CreateIndex): void {
  // A materialised view has indexes too; it is no table of the state.
  const relation = state.relation(action.table);
  const onTable = !relation || relation.kind === 'table' || relation.kind === 'foreignTable';
  const table = onTable ? state.writableTable(action.table) : undefined;
  const schema = relation?.schema ?? state.schemaFor(action.table);
  const name = indexName(state, schema, action);
  const key = keyOf(schema, name);
  if (isTaken(state, key, action.ifNotExists ? undefined : 'index')) return;
  state.put({
    kind: 'index',
    key,
    schema,
    name,
    table: relation?.key ?? keyOf(schema, action.table.name),
    unique: action.unique,
    method: action.method,
    columns: action.columns.map((column) => column.name),
    options: action.columns.map((column) => column.options),
    include: action.include,
    expressions: action.columns.flatMap((column) => column.expression ?? []),
    predicate: action.predicate?.text,
    constraint: undefined,
    partOf: undefined,
    release: state.release,
    place: state.place,
  });
  table?.indexes.add(key);
  if (relation?.kind === 'materializedView') state.put({ ...relation, indexes: [...relation.indexes, key] });
  if (table) for (const column of action.columns) noteCalls(state, table.key, column.expression);
  const index = state.relationByKey(key);
  if (action.only || index?.kind !== 'index') return;
  for (const child of table?.children ?? []) {
    const partition = state.writableTableByKey(child);
    if (partition && partition.partitionOf === table?.key) inheritIndex(state, index, partition);
  }
}

/** True for CREATE TEMPORARY VIEW, and for a view of a temporary table, which is as temporary as that. */
export function isTemporaryView(state: SchemaState, action: CreateView): boolean {
  const isTemporary = (name: ObjectName): boolean => state.relation(name)?.schema === 'pg_temp';
  return action.temporary === true || (!action.materialized && action.reads.some(isTemporary));
}

/** A sequence that belongs to a column goes with it. */
function ownSequence(state: SchemaState, key: string, owner: OwnedBy | undefined): void {
  if (owner === undefined) return;
  if (owner === 'none') return leaveOwner(state, key);
  const table = state.writableTable(owner.table);
  if (table.columns.get(owner.column)?.sequence === key) return;
  leaveOwner(state, key);
  setColumn(table, owner.column, { sequence: key });
}

/** The sequence leaves the column that it belongs to. */
function leaveOwner(state: SchemaState, key: string): void {
  for (const { key: on, columns } of mayOwn(state, key)) {
    const owned = [...columns.values()].find((column) => column.sequence === key);
    const table = owned && state.writableTableByKey(on);
    if (!owned || !table) continue;
    const sequence = state.relationByKey(key);
    // A serial column still draws from it.
    const draws = sequence && owned.default === 'nextval()' ? drawsFrom(sequence.schema, sequence.name) : owned.default;
    setColumn(table, owned.name, { sequence: undefined, default: draws });
    return;
  }
}

/**
 * Tables of which a column may own the sequence. A dump makes a sequence and its owner for each of its tables: what the
 * same release has made is looked for by the name that PostgreSQL gives it, `table_column_seq`.
 */
function* mayOwn(state: SchemaState, key: string): Iterable<Table> {
  const sequence = state.relationByKey(key);
  if (sequence && sequence.release === state.release) {
    const { schema, name } = sequence;
    for (let at = name.indexOf('_'); at > 0; at = name.indexOf('_', at + 1)) {
      const table = state.table({ schema, name: name.slice(0, at) });
      if (table) yield table;
    }
    return;
  }
  for (const relation of state.relations()) if (relation.kind === 'table') yield relation;
}

function fill(state: SchemaState, name: ObjectName): void {
  const table = state.table(name);
  if (table && !table.filled) state.writableTable(name).filled = true;
}

function seed(state: SchemaState, name: ObjectName): void {
  const table = state.table(name);
  if (table && !table.seeded && table.release === state.release) state.writableTable(name).seeded = true;
}

function unseed(state: SchemaState, name: ObjectName): void {
  if (state.table(name)?.seeded) state.writableTable(name).seeded = false;
}

function transaction(state: SchemaState, action: Transaction): void {
  state.follow(action);
  if (action.operation === 'commit') forgetAddedValues(state);
}

/** Behind COMMIT new enum values may be used. */
export function forgetAddedValues(state: SchemaState): void {
  if (!state.mayHaveAddedValues) return;
  state.mayHaveAddedValues = false;
  for (const type of state.types()) {
    if (type.kind === 'enum' && type.addedInTransaction.length > 0) state.putType({ ...type, addedInTransaction: [] });
  }
}
