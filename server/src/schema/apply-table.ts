import type {
  AddConstraint,
  ColumnDefinition,
  ConstraintDefinition,
  CreateTable,
  ObjectName,
  TableAction,
} from '../sql/action.js';
import { analyseExpression } from '../sql/expressions.js';
import { chooseName } from '../sql/quote.js';
import { constraintFrom } from './constraints.js';
import type { Column, ColumnType, Index, Table } from './model.js';
import { copied, keyOf, type SchemaState, unknownTable, type WritableTable } from './state.js';

const serials: Readonly<Record<string, string>> = {
  smallserial: 'int2',
  serial2: 'int2',
  serial: 'int4',
  serial4: 'int4',
  bigserial: 'int8',
  serial8: 'int8',
};

export function isSerial(type: Pick<ColumnType, 'name' | 'schema'> | undefined): boolean {
  return type !== undefined && type.schema === undefined && type.name in serials;
}

function columnFrom(definition: ColumnDefinition, table: Pick<Table, 'schema' | 'name'>, release: number): Column {
  const { type } = definition;
  const serial = isSerial(type);
  return {
    name: definition.name,
    type: type && serial ? { ...type, name: serials[type.name] ?? type.name } : type,
    notNull:
      definition.notNull !== undefined ||
      serial ||
      definition.identity !== undefined ||
      definition.constraints.some((constraint) => constraint.kind === 'primaryKey'),
    default: definition.default?.expression.text ?? (serial ? 'nextval()' : undefined),
    generated: definition.generated && {
      storage: definition.generated.storage,
      expression: definition.generated.expression.text,
    },
    identity: definition.identity && (definition.identity.always ? 'always' : 'byDefault'),
    collation: definition.collation,
    sequence: serial || definition.identity ? sequenceKey(table, definition.name) : undefined,
    release,
  };
}

/** Key of the sequence that PostgreSQL makes for a serial or identity column, in the table's schema. */
function sequenceKey(table: Pick<Table, 'schema' | 'name'>, column: string): string {
  return keyOf(table.schema, chooseName([table.name, column], 'seq'));
}

/** Puts a column into a table, with its sequence when it has one. */
function putColumn(state: SchemaState, table: WritableTable, definition: ColumnDefinition): void {
  const column = columnFrom(definition, table, state.release);
  table.columns.set(definition.name, column);
  if (column.sequence !== undefined) putSequence(state, table.schema, column.sequence);
}

function putSequence(state: SchemaState, schema: string, key: string): void {
  state.put({ kind: 'sequence', key, schema, name: key.slice(schema.length + 1), release: state.release });
}

/** Adds a constraint with the index that belongs to it, and the pointer from a referenced table back. */
function addConstraint(state: SchemaState, table: WritableTable, definition: ConstraintDefinition): void {
  const parent = definition.references && state.writableTable(definition.references.table);
  const constraint = constraintFrom(table, definition, parent?.key);
  table.constraints.set(constraint.name, constraint);
  parent?.referencedBy.add(table.key);
  if (constraint.kind === 'primaryKey' || constraint.kind === 'notNull') {
    for (const name of constraint.columns) {
      const column = table.columns.get(name);
      // A NOT NULL that is NOT VALID yet proves nothing of old rows.
      if (column && constraint.validated) table.columns.set(name, { ...column, notNull: true });
    }
  }
  if (constraint.kind === 'primaryKey' || constraint.kind === 'unique' || constraint.kind === 'exclusion') {
    addConstraintIndex(state, table, constraint.name, definition);
  }
}

function addConstraintIndex(
  state: SchemaState,
  table: WritableTable,
  name: string,
  definition: ConstraintDefinition,
): void {
  const from =
    definition.usingIndex === undefined ? undefined : state.relationByKey(keyOf(table.schema, definition.usingIndex));
  const known = from?.kind === 'index' ? from : undefined;
  const key = keyOf(table.schema, name);
  if (known && known.key !== key) {
    // ADD CONSTRAINT name USING INDEX renames the index to the constraint's name.
    state.remove(known.key);
    table.indexes.delete(known.key);
  }
  state.put({
    kind: 'index',
    key,
    schema: table.schema,
    name,
    table: table.key,
    unique: true,
    method: known?.method ?? (definition.kind === 'exclusion' ? 'gist' : 'btree'),
    columns: known?.columns ?? definition.columns,
    expressions: known?.expressions ?? [],
    predicate: known?.predicate,
    constraint: name,
    definition: undefined,
    release: known?.release ?? state.release,
  });
  table.indexes.add(key);
  if (known && definition.columns.length === 0) {
    const constraint = table.constraints.get(name);
    const columns = known.columns.filter((column): column is string => column !== undefined);
    if (constraint) table.constraints.set(name, { ...constraint, columns });
    if (definition.kind === 'primaryKey') {
      for (const column of columns) setColumn(table, column, { notNull: true });
    }
  }
}

/** Changes what is known of a column; learns of it when the history did not tell. */
function setColumn(table: WritableTable, name: string, change: Partial<Column>): void {
  const known: Column = table.columns.get(name) ?? {
    name,
    type: undefined,
    notNull: undefined,
    default: undefined,
    generated: undefined,
    identity: undefined,
    collation: undefined,
    sequence: undefined,
    release: 0,
  };
  table.columns.set(name, { ...known, ...change });
}

export function applyCreateTable(state: SchemaState, action: CreateTable): void {
  const schema = action.temporary ? 'pg_temp' : state.schemaFor(action.table);
  const key = keyOf(schema, action.table.name);
  if (action.ifNotExists && state.relationByKey(key)) return;
  const parent = action.partitionOf && state.writableTable(action.partitionOf.parent);
  const table: WritableTable = {
    ...unknownTable(schema, action.table.name),
    // A sequence belongs to the table that brought it.
    columns: new Map([...(parent?.columns ?? [])].map(([name, column]) => [name, { ...column, sequence: undefined }])),
    constraints: new Map(),
    indexes: new Set(),
    children: new Set(),
    referencedBy: new Set(),
    // Columns that come from LIKE, INHERITS or a query are not in the text.
    complete: !action.asQuery && action.like.length === 0 && action.inherits.length === 0 && (parent?.complete ?? true),
    partitionBy: action.partitionBy,
    partitionOf: parent?.key,
    isDefaultPartition: action.partitionOf?.isDefault ?? false,
    temporary: action.temporary,
    unlogged: action.unlogged,
    release: state.release,
    filled: action.asQuery,
  };
  state.put(table);
  parent?.children.add(key);
  for (const inherited of action.inherits) {
    const above = state.writableTable(inherited);
    above.children.add(key);
    for (const [name, column] of above.columns)
      table.columns.set(name, { ...column, sequence: undefined, release: state.release });
  }
  for (const like of action.like) {
    for (const [name, column] of state.table(like)?.columns ?? []) {
      table.columns.set(name, { ...column, default: undefined, sequence: undefined, release: state.release });
    }
  }
  for (const definition of action.columns) {
    putColumn(state, table, definition);
    for (const constraint of definition.constraints) addConstraint(state, table, constraint);
  }
  for (const constraint of action.constraints) addConstraint(state, table, constraint);
}

function dropColumn(state: SchemaState, table: WritableTable, column: string): void {
  const sequence = table.columns.get(column)?.sequence;
  if (sequence !== undefined) state.remove(sequence);
  table.columns.delete(column);
  for (const [name, constraint] of table.constraints) {
    const reads = constraint.expression === undefined ? [] : (analyseExpression(constraint.expression)?.columns ?? []);
    if (constraint.columns.includes(column) || reads.includes(column)) dropConstraint(state, table, name);
  }
  for (const key of table.indexes) {
    const index = state.relationByKey(key);
    if (index?.kind === 'index' && indexReads(index, column)) {
      state.remove(key);
      table.indexes.delete(key);
    }
  }
}

/** True when an index has the column, or reads it in an expression or in its predicate. */
export function indexReads(index: Pick<Index, 'columns' | 'expressions' | 'predicate'>, column: string): boolean {
  return index.columns.includes(column) || computesWith(index, column);
}

/** True when an index reads the column in an expression or in its predicate. */
export function computesWith(index: Pick<Index, 'expressions' | 'predicate'>, column: string): boolean {
  const texts = index.predicate === undefined ? index.expressions : [...index.expressions, index.predicate];
  return texts.some((text) => analyseExpression(text)?.columns.includes(column) ?? true);
}

export function dropConstraint(state: SchemaState, table: WritableTable, name: string): void {
  const constraint = table.constraints.get(name);
  table.constraints.delete(name);
  if (!constraint) return;
  if (constraint.references) {
    const still = [...table.constraints.values()].some(
      (other) => other.references?.table === constraint.references?.table,
    );
    if (!still) state.writableTableByKey(constraint.references.table)?.referencedBy.delete(table.key);
  }
  const key = keyOf(table.schema, name);
  if (table.indexes.delete(key)) state.remove(key);
}

function validate(table: WritableTable, name: string): void {
  const constraint = table.constraints.get(name);
  if (!constraint) return;
  table.constraints.set(name, { ...constraint, validated: true });
  if (constraint.kind === 'notNull')
    for (const column of constraint.columns) setColumn(table, column, { notNull: true });
}

function applyAddConstraint(state: SchemaState, table: WritableTable, action: AddConstraint): void {
  addConstraint(state, table, action.constraint);
}

/** A sub-command of ALTER TABLE. */
export function applyTableAction(state: SchemaState, action: TableAction): void {
  if (action.kind === 'alterTableOther' && action.objectType !== 'OBJECT_TABLE') return;
  const relation = state.relation(action.table);
  if (relation && relation.kind !== 'table' && relation.kind !== 'foreignTable') return;
  const table = state.writableTable(action.table);
  switch (action.kind) {
    case 'addColumn': {
      const { column } = action;
      if (action.ifNotExists && table.columns.has(column.name)) return;
      putColumn(state, table, column);
      for (const constraint of column.constraints) addConstraint(state, table, constraint);
      for (const child of descendants(state, table)) {
        child.columns.set(column.name, { ...columnFrom(column, table, state.release), sequence: undefined });
      }
      return;
    }
    case 'dropColumn':
      dropColumn(state, table, action.column);
      for (const child of descendants(state, table)) dropColumn(state, child, action.column);
      return;
    case 'alterColumnType':
      setColumn(table, action.column, {
        type: action.type,
        ...(action.collation ? { collation: action.collation } : {}),
      });
      return;
    case 'setDefault':
      setColumn(table, action.column, { default: action.expression.text });
      return;
    case 'dropDefault':
      setColumn(table, action.column, { default: undefined });
      return;
    case 'setNotNull':
      setColumn(table, action.column, { notNull: true });
      return;
    case 'dropNotNull':
      setColumn(table, action.column, { notNull: false });
      for (const [name, constraint] of table.constraints) {
        if (constraint.kind === 'notNull' && constraint.columns.includes(action.column)) table.constraints.delete(name);
      }
      return;
    case 'addConstraint':
      applyAddConstraint(state, table, action);
      return;
    case 'validateConstraint':
      validate(table, action.constraint);
      return;
    case 'dropConstraint':
      dropConstraint(state, table, action.constraint);
      return;
    case 'attachPartition': {
      const partition = state.writableTable(action.partition);
      partition.partitionOf = table.key;
      partition.isDefaultPartition = action.isDefault;
      table.children.add(partition.key);
      if (!table.partitionBy) table.partitionBy = { strategy: '', columns: [] };
      return;
    }
    case 'detachPartition': {
      const partition = state.writableTable(action.partition);
      partition.partitionOf = undefined;
      table.children.delete(partition.key);
      return;
    }
    case 'alterTableOther':
      applyOther(state, table, action.subcommand, action.name);
      return;
  }
}

function applyOther(state: SchemaState, table: WritableTable, subcommand: string, name: string | undefined): void {
  if (subcommand === 'AT_SetUnLogged') table.unlogged = true;
  else if (subcommand === 'AT_SetLogged') table.unlogged = false;
  else if (subcommand === 'AT_AddIdentity' && name) {
    const sequence = sequenceKey(table, name);
    setColumn(table, name, { identity: 'byDefault', sequence });
    putSequence(state, table.schema, sequence);
  } else if (subcommand === 'AT_DropIdentity' && name) {
    const sequence = table.columns.get(name)?.sequence;
    if (sequence !== undefined) state.remove(sequence);
    setColumn(table, name, { identity: undefined, sequence: undefined });
  } else if (subcommand === 'AT_DropExpression' && name) setColumn(table, name, { generated: undefined });
}

/** Partitions and inheriting tables, all levels down. */
export function descendants(state: SchemaState, table: Pick<Table, 'children'>): WritableTable[] {
  const found: WritableTable[] = [];
  for (const key of table.children) {
    const child = state.writableTableByKey(key);
    if (child) found.push(child, ...descendants(state, child));
  }
  return found;
}

/** SET SCHEMA takes the table's sequences and indexes along; a rename leaves them their names. */
function moveOwned(state: SchemaState, table: WritableTable, schema: string): void {
  for (const column of table.columns.values()) {
    const sequence = column.sequence === undefined ? undefined : state.relationByKey(column.sequence);
    if (sequence?.kind !== 'sequence') continue;
    state.remove(sequence.key);
    const key = keyOf(schema, sequence.name);
    putSequence(state, schema, key);
    setColumn(table, column.name, { sequence: key });
  }
  for (const indexKey of [...table.indexes]) {
    const index = state.relationByKey(indexKey);
    if (index?.kind !== 'index') continue;
    state.remove(indexKey);
    const key = keyOf(schema, index.name);
    state.put({ ...index, key, schema });
    table.indexes.delete(indexKey);
    table.indexes.add(key);
  }
}

/** Renames a relation, and every pointer to it. */
export function renameRelation(state: SchemaState, name: ObjectName, schema: string, to: string): void {
  const relation = state.relation(name);
  if (!relation) return;
  const key = keyOf(schema, to);
  state.remove(relation.key);
  if (relation.kind === 'index') {
    state.put({ ...relation, key, schema, name: to });
    const table = state.writableTableByKey(relation.table);
    if (table?.indexes.delete(relation.key)) table.indexes.add(key);
    if (table && relation.constraint !== undefined) {
      const constraint = table.constraints.get(relation.constraint);
      table.constraints.delete(relation.constraint);
      if (constraint) table.constraints.set(to, { ...constraint, name: to });
    }
    return;
  }
  if (relation.kind !== 'table' && relation.kind !== 'foreignTable') {
    state.put({ ...relation, key, schema, name: to });
    return;
  }
  const table: WritableTable = { ...copied(relation), key, schema, name: to };
  state.put(table);
  if (schema !== relation.schema) moveOwned(state, table, schema);
  for (const indexKey of table.indexes) {
    const index = state.relationByKey(indexKey);
    if (index?.kind === 'index') state.put({ ...index, table: key });
  }
  for (const childKey of table.children) {
    const child = state.writableTableByKey(childKey);
    if (child?.partitionOf === relation.key) child.partitionOf = key;
  }
  for (const childKey of table.referencedBy) {
    const child = state.writableTableByKey(childKey === relation.key ? key : childKey);
    for (const [constraintName, constraint] of child?.constraints ?? []) {
      if (constraint.references?.table === relation.key) {
        child?.constraints.set(constraintName, { ...constraint, references: { ...constraint.references, table: key } });
      }
    }
  }
  for (const constraint of table.constraints.values()) {
    const parent = constraint.references && state.writableTableByKey(constraint.references.table);
    if (parent?.referencedBy.delete(relation.key)) parent.referencedBy.add(key);
  }
}
