import type { Action, CreateIndex, DropObject, ObjectName, SetVariable, Transaction } from '../sql/action.js';
import { chooseName, quoteIdentifier } from '../sql/quote.js';
import { applyCreateTable, applyTableAction, renameRelation } from './apply-table.js';
import type { Constraint } from './model.js';
import { keyOf, type SchemaState } from './state.js';

/** Replays what an action does to the schema. Rows, privileges and comments are not part of it. */
export function applyAction(state: SchemaState, action: Action): void {
  switch (action.kind) {
    case 'createTable':
      return applyCreateTable(state, action);
    case 'addColumn':
    case 'dropColumn':
    case 'alterColumnType':
    case 'setDefault':
    case 'dropDefault':
    case 'setNotNull':
    case 'dropNotNull':
    case 'addConstraint':
    case 'validateConstraint':
    case 'dropConstraint':
    case 'attachPartition':
    case 'detachPartition':
    case 'alterTableOther':
      return applyTableAction(state, action);
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
      return renameObject(state, action.objectType, action.object, action.to);
    case 'setSchema':
      return renameRelation(state, action.object, action.to, action.object.name);
    case 'createIndex':
      return createIndex(state, action);
    case 'dropIndex':
      return dropRelation(state, action.index);
    case 'dropTable':
      return dropRelation(state, action.table);
    case 'dropObject':
      return dropObject(state, action);
    case 'insert':
      if (action.reads.length > 0) fill(state, action.table);
      return;
    case 'copy':
      if (action.from && action.table) fill(state, action.table);
      return;
    case 'setVariable':
      return setVariable(state, action);
    case 'transaction':
      return transaction(state, action);
    case 'createEnum': {
      const key = keyOf(state.schemaFor(action.type), action.type.name);
      return state.putType({
        kind: 'enum',
        key,
        values: action.values,
        addedInTransaction: [],
        release: state.release,
      });
    }
    case 'addEnumValue':
    case 'renameEnumValue': {
      const type = state.type(action.type);
      const known = type?.kind === 'enum' ? type : undefined;
      const key = known?.key ?? keyOf(state.schemaFor(action.type), action.type.name);
      const values = known?.values ?? [];
      // IF NOT EXISTS adds nothing that is there.
      if (action.kind === 'addEnumValue' && action.ifNotExists && values.includes(action.value)) return;
      state.putType(
        action.kind === 'addEnumValue'
          ? {
              kind: 'enum',
              key,
              values: [...values, action.value],
              addedInTransaction: [...(known?.addedInTransaction ?? []), action.value],
              release: known?.release ?? 0,
            }
          : {
              kind: 'enum',
              key,
              values: values.map((value) => (value === action.value ? action.to : value)),
              addedInTransaction: known?.addedInTransaction ?? [],
              release: known?.release ?? 0,
            },
      );
      return;
    }
    case 'createDomain': {
      const key = keyOf(state.schemaFor(action.domain), action.domain.name);
      return state.putType({ kind: 'domain', key, base: action.type, constrained: action.constrained });
    }
    case 'createView': {
      const schema = state.schemaFor(action.view);
      const reads = action.reads.map(
        (relation) => state.relation(relation)?.key ?? keyOf(state.schemaFor(relation), relation.name),
      );
      return state.put({
        kind: action.materialized ? 'materializedView' : 'view',
        key: keyOf(schema, action.view.name),
        schema,
        name: action.view.name,
        reads,
        release: state.release,
      });
    }
    case 'createFunction': {
      const key = keyOf(state.schemaFor(action.function), action.function.name);
      return state.putFunction({ key, volatility: action.volatility, language: action.language });
    }
    case 'createSequence': {
      const schema = action.temporary ? 'pg_temp' : state.schemaFor(action.sequence);
      const key = keyOf(schema, action.sequence.name);
      return state.put({ kind: 'sequence', key, schema, name: action.sequence.name, release: state.release });
    }
    default:
      return;
  }
}

/**
 * The name PostgreSQL gives an index that has none: table, columns, "idx" (ChooseIndexColumnNames in indexcmds.c).
 * A column that comes twice gets a number.
 */
export function indexName(action: Pick<CreateIndex, 'index' | 'table' | 'columns'>): string {
  if (action.index !== undefined) return action.index;
  const names: string[] = [];
  for (const { name, expression } of action.columns) {
    const base = name ?? expressionName(expression ?? '');
    let chosen = base;
    for (let number = 1; names.includes(chosen); number++) chosen = `${base}${number}`;
    names.push(chosen);
  }
  return chooseName([action.table.name, ...names], 'idx');
}

/** A call is named after its function, a cast after its column, anything else "expr" (FigureIndexColname). */
function expressionName(expression: string): string {
  const bare = expression
    .trim()
    .replace(/^\(([\s\S]*)\)$/, '$1')
    .trim();
  const name =
    /^(?:[a-z_]\w*\.)?([a-z_]\w*)\s*\((?:[^()]|\([^()]*\))*\)$/i.exec(bare) ?? /^([a-z_]\w*)\s*::[\w\s]+$/i.exec(bare);
  return name?.[1]?.toLowerCase() ?? 'expr';
}

function createIndex(state: SchemaState, action: CreateIndex): void {
  // A materialised view has indexes too; it is no table of the state.
  const relation = state.relation(action.table);
  const onTable = !relation || relation.kind === 'table' || relation.kind === 'foreignTable';
  const table = onTable ? state.writableTable(action.table) : undefined;
  const schema = relation?.schema ?? state.schemaFor(action.table);
  const name = indexName(action);
  const key = keyOf(schema, name);
  if (action.ifNotExists && state.relationByKey(key)) return;
  state.put({
    kind: 'index',
    key,
    schema,
    name,
    table: relation?.key ?? keyOf(schema, action.table.name),
    unique: action.unique,
    method: action.method,
    columns: action.columns.map((column) => column.name),
    expressions: action.columns.flatMap((column) => column.expression ?? []),
    predicate: action.predicate?.text,
    constraint: undefined,
    definition: undefined,
    release: state.release,
  });
  table?.indexes.add(key);
}

function dropRelation(state: SchemaState, name: ObjectName): void {
  const relation = state.relation(name);
  if (!relation) return;
  state.remove(relation.key);
  if (relation.kind === 'index') {
    state.writableTableByKey(relation.table)?.indexes.delete(relation.key);
    return;
  }
  if (relation.kind !== 'table' && relation.kind !== 'foreignTable') return;
  for (const key of relation.indexes) state.remove(key);
  for (const { sequence } of relation.columns.values()) if (sequence !== undefined) state.remove(sequence);
  for (const key of relation.children) {
    const child = state.tableByKey(key);
    if (child) dropRelation(state, { schema: child.schema, name: child.name, span: undefined });
  }
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
  switch (action.objectType) {
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
    case 'OBJECT_SEQUENCE':
      return dropRelation(state, action.object);
    case 'OBJECT_TYPE':
    case 'OBJECT_DOMAIN':
      return state.removeType(state.type(action.object)?.key ?? key);
    case 'OBJECT_FUNCTION':
    case 'OBJECT_PROCEDURE':
    case 'OBJECT_ROUTINE':
      return state.removeFunction(state.function(action.object)?.key ?? key);
    case 'OBJECT_SCHEMA':
      for (const relation of [...state.relations()])
        if (relation.schema === action.object.name) state.remove(relation.key);
      return;
    default:
      return;
  }
}

function renameColumn(state: SchemaState, name: ObjectName, column: string, to: string): void {
  const table = state.writableTable(name);
  const known = table.columns.get(column);
  if (known) {
    // Keeps the order of the columns.
    const columns = [...table.columns.values()];
    table.columns.clear();
    for (const each of columns)
      table.columns.set(each === known ? to : each.name, each === known ? { ...known, name: to } : each);
  }
  const swap = (each: string): string => (each === column ? to : each);
  for (const [constraintName, constraint] of table.constraints) {
    table.constraints.set(constraintName, {
      ...constraint,
      columns: constraint.columns.map(swap),
      expression: constraint.expression && renamedIn(constraint.expression, column, to),
    });
  }
  for (const key of table.indexes) {
    const index = state.relationByKey(key);
    if (index?.kind === 'index' && index.columns.includes(column)) {
      state.put({ ...index, columns: index.columns.map((each) => (each === column ? to : each)) });
    }
  }
}

/** PostgreSQL keeps CHECKs by column number; here the name is replaced where it stands as a whole word. */
function renamedIn(expression: string, column: string, to: string): string {
  const literalOrName = /'(?:[^']|'')*'|"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*/gu;
  const isColumn = (word: string): boolean =>
    word.startsWith('"') ? word.slice(1, -1).replaceAll('""', '"') === column : word.toLowerCase() === column;
  return expression.replace(literalOrName, (word) => (isColumn(word) ? quoteIdentifier(to) : word));
}

function renameConstraint(state: SchemaState, name: ObjectName, constraint: string, to: string): void {
  const table = state.writableTable(name);
  const known: Constraint | undefined = table.constraints.get(constraint);
  if (!known) return;
  table.constraints.delete(constraint);
  table.constraints.set(to, { ...known, name: to });
  const index = state.relationByKey(keyOf(table.schema, constraint));
  if (index?.kind === 'index') {
    state.remove(index.key);
    const key = keyOf(table.schema, to);
    state.put({ ...index, key, name: to, constraint: to });
    table.indexes.delete(index.key);
    table.indexes.add(key);
  }
}

const renamedRelations = new Set([
  'OBJECT_INDEX',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_SEQUENCE',
  'OBJECT_FOREIGN_TABLE',
]);

function renameObject(state: SchemaState, objectType: string, object: ObjectName, to: string): void {
  if (objectType === 'OBJECT_TYPE' || objectType === 'OBJECT_DOMAIN') {
    const type = state.type(object);
    if (!type) return;
    state.removeType(type.key);
    state.putType({ ...type, key: keyOf(type.key.slice(0, type.key.indexOf('.')), to) });
    return;
  }
  // Triggers, policies, rules and columns of views are told with their relation, which keeps its name.
  if (!renamedRelations.has(objectType)) return;
  const relation = state.relation(object);
  if (relation) renameRelation(state, object, relation.schema, to);
}

function fill(state: SchemaState, name: ObjectName): void {
  const table = state.table(name);
  if (table && !table.filled) state.writableTable(name).filled = true;
}

function setVariable(state: SchemaState, action: SetVariable): void {
  if (action.variable !== 'search_path') return;
  const path = (action.value ?? 'public')
    .split(',')
    .map((schema) => schema.trim().replace(/^"(.*)"$/, '$1'))
    .filter((schema) => schema !== '' && schema !== '$user');
  state.searchPath = path.length > 0 ? path : ['public'];
}

function transaction(state: SchemaState, action: Transaction): void {
  switch (action.operation) {
    case 'begin':
      return state.begin();
    case 'savepoint':
      return state.setSavepoint(action.savepoint ?? '');
    case 'commit':
      state.commit();
      return forgetAddedValues(state);
    case 'rollback':
      return state.rollback();
    case 'release':
      return state.releaseSavepoint(action.savepoint);
    case 'rollbackTo':
      return state.rollbackTo(action.savepoint);
    default:
      return;
  }
}

/** Behind COMMIT new enum values may be used. */
export function forgetAddedValues(state: SchemaState): void {
  if (!state.mayHaveAddedValues) return;
  state.mayHaveAddedValues = false;
  for (const type of state.types()) {
    if (type.kind === 'enum' && type.addedInTransaction.length > 0) state.putType({ ...type, addedInTransaction: [] });
  }
}
