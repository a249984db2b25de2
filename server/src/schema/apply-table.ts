import type {
  AddConstraint,
  AlterTableOther,
  ColumnDefinition,
  ConstraintDefinition,
  TableAction,
} from '../sql/action.js';
import { analyseExpression } from '../sql/expressions.js';
import { noteColumnSetting } from './column-attributes.js';
import { constraintFrom } from './constraints.js';
import { noteCalls, setEnabled } from './note-dependents.js';
import { descendantsOf, makesCircle } from './descendants.js';
import { indexNeeds } from './index-reads.js';
import type { Column, ColumnType, Constraint, Table } from './model.js';
import { isTaken, sequenceName } from './names.js';
import { dropParts, indexesOfTable, inheritIndex, inheritIndexes } from './partition-indexes.js';
import { keyOf, type SchemaState } from './state.js';
import { putSequence, retypeIdentity } from './sequences.js';
import { wellKnownTypes } from './well-known-types.js';
import type { WritableTable } from './writable-table.js';

/** The integer type that a serial stands for. */
export const integerOfSerial: Readonly<Record<string, string>> = {
  smallserial: 'int2',
  serial2: 'int2',
  serial: 'int4',
  serial4: 'int4',
  bigserial: 'int8',
  serial8: 'int8',
};

export function isSerial(type: Pick<ColumnType, 'name' | 'schema'> | undefined): boolean {
  return type !== undefined && type.schema === undefined && type.name in integerOfSerial;
}

function columnFrom(definition: ColumnDefinition, table: Pick<Table, 'schema' | 'name'>, state: SchemaState): Column {
  const { type } = definition;
  const serial = isSerial(type);
  return {
    name: definition.name,
    type: type && serial ? { ...type, name: integerOfSerial[type.name] ?? type.name } : type,
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
    sequence:
      serial || definition.identity ? keyOf(table.schema, sequenceName(state, table, definition.name)) : undefined,
    release: state.release,
    place: state.place,
  };
}

/** Puts a column into a table, with its sequence when it has one. */
export function putColumn(state: SchemaState, table: WritableTable, definition: ColumnDefinition): void {
  const column = columnFrom(definition, table, state);
  table.columns.set(definition.name, column);
  noteTypeUse(state, table, column.type);
  noteCalls(state, table.key, column.default);
  noteCalls(state, table.key, column.generated?.expression);
  if (column.sequence !== undefined)
    putSequence(state, table.schema, sequenceName(state, table, column.name), column.type?.name);
}

/** A column of a table's row type, or of a composite type, ties both together. */
function noteTypeUse(state: SchemaState, table: WritableTable, type: ColumnType | undefined): void {
  if (!type || (type.schema === undefined && wellKnownTypes.has(type.name))) return;
  const user = state.type(type);
  if (user?.kind === 'composite') {
    if (!user.users.includes(table.key)) state.putType({ ...user, users: [...user.users, table.key] });
    return;
  }
  const row = user ? undefined : state.table(type);
  if (row && row.key !== table.key) state.writableTableByKey(row.key)?.rowTypeUsers.add(table.key);
}

/** Adds a constraint with the index that belongs to it, and the pointer from a referenced table back. */
export function addConstraint(
  state: SchemaState,
  table: WritableTable,
  definition: ConstraintDefinition,
  only = false,
): void {
  const parent = definition.references && state.writableTable(definition.references.table);
  const constraint = constraintFrom(state, table, definition, parent?.key);
  state.putConstraint(table, constraint);
  parent?.referencedBy.add(table.key);
  noteCalls(state, table.key, constraint.expression);
  if (constraint.kind === 'primaryKey' || constraint.kind === 'notNull') {
    for (const name of constraint.columns) {
      const column = table.columns.get(name);
      // A NOT NULL that is NOT VALID yet proves nothing of old rows.
      if (column && constraint.validated) table.columns.set(name, { ...column, notNull: true });
    }
  }
  if (constraint.kind === 'primaryKey' || constraint.kind === 'unique' || constraint.kind === 'exclusion') {
    addConstraintIndex(state, table, constraint.name, definition);
    const index = state.relationByKey(keyOf(table.schema, constraint.name));
    for (const key of only ? [] : table.children) {
      const child = state.writableTableByKey(key);
      if (child?.partitionOf === table.key && index?.kind === 'index') inheritIndex(state, index, child);
    }
  }
  if ((constraint.kind === 'check' && !definition.noInherit) || constraint.kind === 'notNull') {
    for (const child of only ? [] : descendants(state, table)) addInherited(state, child, constraint);
  }
}

/** Puts a constraint of the table above into a table; gives it as it stands there. */
export function addInherited(state: SchemaState, table: WritableTable, above: Constraint): Constraint {
  const known = table.constraints.get(above.name);
  const constraint: Constraint = known ?? { ...above, inherited: true };
  state.putConstraint(table, { ...constraint, inherited: true });
  if (above.validated && (above.kind === 'primaryKey' || above.kind === 'notNull'))
    for (const column of above.columns) setColumn(table, column, { notNull: true });
  return constraint;
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
  const elements = definition.elements ?? definition.columns.map((column) => ({ name: column, expression: undefined }));
  const key = keyOf(table.schema, name);
  if (isTaken(state, key, 'index')) return;
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
    columns: known?.columns ?? elements.map((element) => element.name),
    options: known?.options ?? elements.map(() => ''),
    include: known?.include ?? definition.include,
    expressions: known?.expressions ?? elements.flatMap(({ expression }) => expression ?? []),
    predicate: known?.predicate,
    constraint: name,
    partOf: undefined,
    release: known?.release ?? state.release,
    place: known?.place ?? state.place,
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

/** Changes what is known of a column; learns of it when the history did not show. */
export function setColumn(table: WritableTable, name: string, change: Partial<Column>): void {
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

export function dropColumn(state: SchemaState, table: WritableTable, column: string): void {
  const sequence = table.columns.get(column)?.sequence;
  if (sequence !== undefined) state.remove(sequence);
  table.columns.delete(column);
  for (const [name, constraint] of table.constraints) {
    const reads = constraint.expression === undefined ? [] : (analyseExpression(constraint.expression)?.columns ?? []);
    if (constraint.columns.includes(column) || reads.includes(column)) dropConstraint(state, table, name);
  }
  for (const key of [...table.dependents]) {
    const each = state.dependent(key);
    if (each?.kind === 'statistics' && each.mentions?.includes(column)) state.removeDependent(key);
  }
  for (const key of table.indexes) {
    const index = state.relationByKey(key);
    if (index?.kind !== 'index' || !indexNeeds(index, column)) continue;
    // An EXCLUDE has its columns in its index alone.
    if (index.constraint !== undefined) dropConstraint(state, table, index.constraint);
    if (table.indexes.delete(key)) state.remove(key);
  }
}

export function dropConstraint(state: SchemaState, table: WritableTable, name: string): void {
  const constraint = table.constraints.get(name);
  table.constraints.delete(name);
  if (!constraint) return;
  if (constraint.references) {
    const { release } = state;
    const others = table.droppedKeys.filter((each) => each.release === release);
    table.droppedKeys = [...others, { key: constraint, release }];
    const still = [...table.constraints.values()].some(
      (other) => other.references?.table === constraint.references?.table,
    );
    if (!still) state.writableTableByKey(constraint.references.table)?.referencedBy.delete(table.key);
  }
  const key = keyOf(table.schema, name);
  const index = state.relationByKey(key);
  if (index?.kind === 'index') dropParts(state, index);
  if (table.indexes.delete(key)) state.remove(key);
  for (const child of descendants(state, table)) {
    const below = child.constraints.get(name);
    if (below?.inherited && !below.references) child.constraints.delete(name);
  }
}

function validate(table: WritableTable, name: string): void {
  const constraint = table.constraints.get(name);
  if (!constraint) return;
  table.constraints.set(name, { ...constraint, validated: true });
  if (constraint.kind === 'notNull')
    for (const column of constraint.columns) setColumn(table, column, { notNull: true });
}

function applyAddConstraint(state: SchemaState, table: WritableTable, action: AddConstraint): void {
  addConstraint(state, table, action.constraint, action.only);
}

/** A sub-command of ALTER TABLE. */
export function applyTableAction(state: SchemaState, action: TableAction): void {
  const relation = state.relation(action.table);
  if (relation?.kind === 'view' && action.kind === 'alterTableOther' && action.securityInvoker !== undefined)
    return state.put({ ...relation, securityInvoker: action.securityInvoker });
  if (action.kind === 'alterTableOther' && action.objectKind !== 'table') return;
  if (relation && relation.kind !== 'table' && relation.kind !== 'foreignTable') return;
  const table = state.writableTable(action.table);
  const reached = table.children.size === 0 || action.only ? [table] : [table, ...descendants(state, table)];
  switch (action.kind) {
    case 'addColumn': {
      const { column } = action;
      if (action.ifNotExists && table.columns.has(column.name)) return;
      putColumn(state, table, column);
      for (const constraint of column.constraints) addConstraint(state, table, constraint);
      for (const child of descendants(state, table)) {
        child.columns.set(column.name, { ...columnFrom(column, table, state), sequence: undefined });
      }
      return;
    }
    case 'dropColumn':
      dropColumn(state, table, action.column);
      for (const child of action.only ? [] : descendants(state, table)) dropColumn(state, child, action.column);
      return;
    case 'alterColumnType':
      noteTypeUse(state, table, action.type);
      retypeIdentity(state, table, action);
      for (const each of reached) {
        const default_ = convertedDefault(state, each.columns.get(action.column));
        setColumn(each, action.column, { type: action.type, collation: action.collation, ...default_ });
      }
      return;
    case 'setDefault':
      noteCalls(state, table.key, action.expression.text);
      for (const each of reached) setColumn(each, action.column, { default: action.expression.text });
      return;
    case 'dropDefault':
      for (const each of reached) setColumn(each, action.column, { default: undefined });
      return;
    case 'setNotNull':
      for (const each of reached) setColumn(each, action.column, { notNull: true });
      return;
    case 'dropNotNull':
      for (const each of reached) dropNotNull(each, action.column);
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
      if (makesCircle(partition, table, (key) => state.tableByKey(key))) return;
      partition.partitionOf = table.key;
      partition.isDefaultPartition = action.isDefault;
      partition.bound = action.bound;
      table.children.add(partition.key);
      if (!table.partitionBy) table.partitionBy = { strategy: '', columns: [] };
      inheritIndexes(state, table, partition);
      return;
    }
    case 'detachPartition': {
      const partition = state.writableTable(action.partition);
      partition.partitionOf = undefined;
      partition.isDefaultPartition = false;
      partition.bound = undefined;
      for (const index of indexesOfTable(state, partition)) state.put({ ...index, partOf: undefined });
      for (const [name, constraint] of partition.constraints) {
        const { inherited: _, ...own } = constraint;
        partition.constraints.set(name, own);
      }
      table.children.delete(partition.key);
      return;
    }
    case 'alterTableOther':
      applyOther(state, table, action);
      noteColumnSetting(state, action);
      if (action.replicaIdentity !== undefined) table.replicaIdentity = action.replicaIdentity;
      return;
  }
}

/** PostgreSQL converts the default from the old type, so that it goes on to need a type of the user's (measured). */
function convertedDefault(state: SchemaState, column: Column | undefined): Pick<Column, 'default'> | undefined {
  const { default: text, type } = column ?? {};
  if (text === undefined || !type || /^null\b/i.test(text) || !state.type(type)) return undefined;
  return { default: `(${text})::${type.text}` };
}

function applyOther(state: SchemaState, table: WritableTable, action: AlterTableOther): void {
  const { subcommand, name, other } = action;
  if (subcommand === 'enableRowSecurity' || subcommand === 'disableRowSecurity')
    table.rowSecurity = subcommand === 'enableRowSecurity';
  else if (subcommand === 'forceRowSecurity' || subcommand === 'noForceRowSecurity')
    table.rowSecurityForced = subcommand === 'forceRowSecurity';
  else if (subcommand === 'setUnlogged') table.unlogged = true;
  else if (subcommand === 'setLogged') table.unlogged = false;
  else if (subcommand === 'addIdentity' && name) {
    addIdentity(state, table, action, name);
  } else if (subcommand === 'setIdentity' && name && action.always !== undefined)
    setColumn(table, name, { identity: action.always ? 'always' : 'byDefault' });
  else if (subcommand === 'dropIdentity' && name) {
    const sequence = table.columns.get(name)?.sequence;
    if (sequence !== undefined) state.remove(sequence);
    setColumn(table, name, { identity: undefined, sequence: undefined });
  } else if (subcommand === 'dropExpression' && name) setColumn(table, name, { generated: undefined });
  else if (subcommand === 'disableTrigger') setEnabled(state, table.key, name, false);
  else if (subcommand === 'disableTriggerAll' || subcommand === 'disableTriggerUser')
    setEnabled(state, table.key, undefined, false);
  else if (subcommand === 'enableTrigger' || subcommand === 'enableAlwaysTrigger')
    setEnabled(state, table.key, name, true);
  else if (subcommand === 'enableTriggerAll' || subcommand === 'enableTriggerUser')
    setEnabled(state, table.key, undefined, true);
  else if (subcommand === 'clusterOn') table.clusteredOn = name;
  else if (subcommand === 'setWithoutCluster') table.clusteredOn = undefined;
  else if (subcommand === 'ownerTo') table.owner = action.owner;
  else if (subcommand === 'inherit' && other) {
    const above = state.writableTable(other);
    if (makesCircle(table, above, (key) => state.tableByKey(key))) return;
    above.children.add(table.key);
    table.inherits = [...table.inherits, above.key];
  } else if (subcommand === 'noInherit' && other) {
    const above = state.writableTable(other);
    above.children.delete(table.key);
    table.inherits = table.inherits.filter((key) => key !== above.key);
  } else if (subcommand === 'notOf') table.ofType = undefined;
  else if (subcommand === 'alterConstraint' && name && action.enforced !== undefined) {
    const constraint = table.constraints.get(name);
    // A constraint that becomes enforced is verified at once.
    if (constraint)
      table.constraints.set(name, { ...constraint, enforced: action.enforced, validated: action.enforced });
  }
}

function addIdentity(state: SchemaState, table: WritableTable, action: AlterTableOther, name: string): void {
  const type = table.columns.get(name)?.type?.name;
  const sequence = putSequence(state, table.schema, sequenceName(state, table, name), type);
  setColumn(table, name, { identity: action.always ? 'always' : 'byDefault', sequence });
}

function dropNotNull(table: WritableTable, column: string): void {
  setColumn(table, column, { notNull: false });
  for (const [name, constraint] of table.constraints)
    if (constraint.kind === 'notNull' && constraint.columns.includes(column)) table.constraints.delete(name);
}

/** Partitions and inheriting tables, all levels down. */
export function descendants(state: SchemaState, table: Pick<Table, 'key' | 'children'>): WritableTable[] {
  return descendantsOf(table, (key) => state.writableTableByKey(key));
}
