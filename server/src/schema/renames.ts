import type { ObjectName, RenameObject } from '../sql/action.js';
import { isRoutine, type ObjectKind } from '../sql/kinds.js';
import { quoteIdentifier } from '../sql/quote.js';
import { renameFunction } from './functions.js';
import { defaultsFrom, drawsFrom } from './dependents/sequences.js';
import { setColumn } from './apply-table.js';
import { putSequence } from './sequences.js';
import { indexNeeds } from './index-reads.js';
import { renameType } from './rename-type.js';
import { keyOnTable, renameDependent, renameInDependents } from './note-dependents.js';
import { descendantsOf } from './descendants.js';
import type { Column, Constraint, Index, Table } from './model.js';
import { keyOf, type SchemaState } from './state.js';
import { copied, type WritableTable } from './writable-table.js';

/** SET SCHEMA takes the table's sequences and indexes along; a rename leaves them their names. */
function moveOwned(state: SchemaState, table: WritableTable, schema: string): void {
  for (const column of table.columns.values()) {
    const sequence = column.sequence === undefined ? undefined : state.relationByKey(column.sequence);
    if (sequence?.kind !== 'sequence') continue;
    state.remove(sequence.key);
    setColumn(table, column.name, { sequence: putSequence(state, schema, sequence.name, sequence.type) });
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

/** The indexes of a materialized view; a table has a list of its own. */
export function indexesOn(key: string, state: SchemaState): Index[] {
  const view = state.relationByKey(key);
  if (view?.kind !== 'materializedView') return [];
  return view.indexes.flatMap((each) => {
    const index = state.relationByKey(each);
    return index?.kind === 'index' ? index : [];
  });
}

/** Renames a relation, and every pointer to it. */
export function renameRelation(state: SchemaState, name: ObjectName, schema: string, to: string): void {
  const relation = state.relation(name);
  if (!relation) return;
  const key = keyOf(schema, to);
  // PostgreSQL refuses a name that is taken (42P07): nothing changes.
  if (key !== relation.key && state.relationByKey(key)) return;
  const drawing = relation.kind === 'sequence' ? defaultsFrom(relation, state) : [];
  state.remove(relation.key);
  if (relation.kind === 'index') {
    state.put({ ...relation, key, schema, name: to });
    const table = state.writableTableByKey(relation.table);
    if (table?.indexes.delete(relation.key)) table.indexes.add(key);
    const view = state.relationByKey(relation.table);
    if (view?.kind === 'materializedView')
      state.put({ ...view, indexes: view.indexes.map((each) => (each === relation.key ? key : each)) });
    if (table && relation.constraint !== undefined) {
      const constraint = table.constraints.get(relation.constraint);
      table.constraints.delete(relation.constraint);
      if (constraint) state.putConstraint(table, { ...constraint, name: to });
    }
    return;
  }
  for (const view of [...state.views()]) {
    if (view.reads.includes(relation.key)) {
      state.put({
        ...view,
        reads: view.reads.map((each) => (each === relation.key ? key : each)),
        uses: view.uses.map((use) => (use.relation === relation.key ? { ...use, relation: key } : use)),
      });
    }
  }
  if (relation.kind !== 'table' && relation.kind !== 'foreignTable') {
    state.put({ ...relation, key, schema, name: to });
    for (const { table, column } of drawing) {
      const writable = state.writableTableByKey(table.key);
      if (!writable) continue;
      // A serial column has its own by key.
      const isOwn = column.sequence === relation.key;
      const text =
        column.default === undefined || column.default === 'nextval()' ? column.default : drawsFrom(schema, to);
      setColumn(writable, column.name, { default: text, sequence: isOwn ? key : column.sequence });
    }
    if (relation.kind === 'materializedView')
      for (const index of indexesOn(relation.key, state)) state.put({ ...index, table: key });
    return;
  }
  const table: WritableTable = { ...copied(relation), key, schema, name: to };
  state.put(table);
  for (const constraint of table.constraints.values()) state.putConstraint(table, constraint);
  if (schema !== relation.schema) moveOwned(state, table, schema);
  for (const indexKey of table.indexes) {
    const index = state.relationByKey(indexKey);
    if (index?.kind === 'index') state.put({ ...index, table: key });
  }
  renameInDependents(state, relation, { key });
  renameInUsers(state, relation.key, key);
  for (const above of [...table.inherits, ...(table.partitionOf === undefined ? [] : [table.partitionOf])]) {
    const parent = state.writableTableByKey(above);
    if (parent?.children.delete(relation.key)) parent.children.add(key);
  }
  for (const childKey of table.children) {
    const child = state.writableTableByKey(childKey);
    if (child?.partitionOf === relation.key) child.partitionOf = key;
    if (child) child.inherits = child.inherits.map((each) => (each === relation.key ? key : each));
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

/** Functions, types and tables that know a table by its key. */
function renameInUsers(state: SchemaState, from: string, to: string): void {
  const swap = (each: string): string => (each === from ? to : each);
  for (const fn of [...state.functions()]) {
    const isNamed = fn.overloads.some(({ types }) => types.includes(from));
    if (!isNamed && !fn.users.includes(from)) continue;
    const overloads = fn.overloads.map((each) => ({ ...each, types: each.types.map(swap) }));
    state.putFunction({ ...fn, overloads, users: fn.users.map(swap) });
  }
  for (const type of [...state.types()])
    if (type.kind === 'composite' && (type.users.includes(from) || type.tables.includes(from)))
      state.putType({ ...type, users: type.users.map(swap), tables: type.tables.map(swap) });
  for (const { type } of state.tableByKey(to)?.columns.values() ?? []) {
    const row = type && state.table(type);
    const known = row && state.writableTableByKey(row.key);
    if (known?.rowTypeUsers.delete(from)) known.rowTypeUsers.add(to);
  }
}

/** Renames a column, and what names it: constraints, indexes, views. */
export function renameColumn(state: SchemaState, name: ObjectName, column: string, to: string): void {
  const table = state.writableTable(name);
  const below = descendantsOf(table, (key) => state.writableTableByKey(key));
  for (const each of [table, ...below]) renameOwnColumn(state, each, column, to);
}

function renameOwnColumn(state: SchemaState, table: WritableTable, column: string, to: string): void {
  const known = table.columns.get(column);
  if (known) {
    // Keeps the order of the columns.
    const columns = [...table.columns.values()];
    table.columns.clear();
    for (const each of columns)
      table.columns.set(each === known ? to : each.name, each === known ? { ...known, name: to } : each);
  }
  const swap = (each: string): string => (each === column ? to : each);
  const inText = (text: string): string => renamedIn(text, column, to);
  for (const [name, each] of table.columns) {
    const { generated } = each;
    if (!generated) continue;
    table.columns.set(name, { ...each, generated: { ...generated, expression: inText(generated.expression) } });
  }
  for (const view of [...state.views()]) {
    if (!view.reads.includes(table.key)) continue;
    const uses = view.uses.map((use) =>
      use.relation === table.key ? { ...use, columns: use.columns.map(swap), certain: use.certain.map(swap) } : use,
    );
    state.put({ ...view, uses });
  }
  renameInDependents(state, table, { column, to });
  for (const [constraintName, constraint] of table.constraints) {
    table.constraints.set(constraintName, {
      ...constraint,
      columns: constraint.columns.map(swap),
      expression: constraint.expression && inText(constraint.expression),
    });
  }
  for (const key of table.indexes) {
    const index = state.relationByKey(key);
    if (index?.kind !== 'index' || !indexNeeds(index, column)) continue;
    state.put({
      ...index,
      columns: index.columns.map((each) => (each === column ? to : each)),
      include: index.include.map(swap),
      expressions: index.expressions.map(inText),
      predicate: index.predicate && inText(index.predicate),
    });
  }
}

/** PostgreSQL keeps expressions by number; here the name of a column, or of a function before its bracket, is replaced where it stands as a whole word. */
function renamedIn(expression: string, column: string, to: string, isCall = false): string {
  const literalOrName = isCall
    ? /'(?:[^']|'')*'|(?:"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*)(?=\s*\()/gu
    : /'(?:[^']|'')*'|"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*/gu;
  const isColumn = (word: string): boolean =>
    word.startsWith('"') ? word.slice(1, -1).replaceAll('""', '"') === column : word.toLowerCase() === column;
  return expression.replace(literalOrName, (word) => (isColumn(word) ? quoteIdentifier(to) : word));
}

/** Renames a constraint, with its index. */
export function renameConstraint(state: SchemaState, name: ObjectName, constraint: string, to: string): void {
  const table = state.writableTable(name);
  const known: Constraint | undefined = table.constraints.get(constraint);
  if (!known) return;
  table.constraints.delete(constraint);
  state.putConstraint(table, { ...known, name: to });
  const index = state.relationByKey(keyOf(table.schema, constraint));
  if (index?.kind === 'index' && !state.relationByKey(keyOf(table.schema, to))) {
    state.remove(index.key);
    const key = keyOf(table.schema, to);
    state.put({ ...index, key, name: to, constraint: to });
    table.indexes.delete(index.key);
    table.indexes.add(key);
  }
}

/** The columns of tables that have a type of the user's. */
export function columnsOfType(key: string, state: SchemaState): { table: Table; column: Column }[] {
  const found: { table: Table; column: Column }[] = [];
  for (const table of [...state.relations()]) {
    if (table.kind !== 'table') continue;
    for (const column of table.columns.values())
      if (column.type && state.type(column.type)?.key === key) found.push({ table, column });
  }
  return found;
}

/** What calls a function follows its new name. */
function renameFunctionAndCalls(state: SchemaState, object: ObjectName, to: string): void {
  const known = state.function(object);
  if (known?.overloads.length !== 1) return renameFunction(state, object, to);
  for (const key of known.users) {
    const table = state.writableTableByKey(key);
    for (const each of table ? [table, ...descendantsOf(table, (below) => state.writableTableByKey(below))] : [])
      renameCalls(state, each, known.name, to);
  }
  renameFunction(state, object, to);
  const now = keyOf(known.schema, to);
  const swap = (each: string): string => (each === known.key ? now : each);
  for (const view of [...state.views()])
    if (view.calls.includes(known.key)) state.put({ ...view, calls: view.calls.map(swap) });
  for (const each of [...state.dependents()]) {
    if (each.function !== known.key && !each.calls.includes(known.key)) continue;
    state.putDependent({ ...each, function: each.function && swap(each.function), calls: each.calls.map(swap) });
  }
  for (const type of [...state.types()])
    if (type.kind === 'domain' && type.calls.includes(known.key))
      state.putType({ ...type, calls: type.calls.map(swap) });
}

/** The name of a function in the expressions of a table. */
function renameCalls(state: SchemaState, table: WritableTable, name: string, to: string): void {
  const inText = (text: string): string => (text.includes('(') ? renamedIn(text, name, to, true) : text);
  for (const column of [...table.columns.values()])
    setColumn(table, column.name, {
      default: column.default === undefined ? undefined : inText(column.default),
      generated: column.generated && { ...column.generated, expression: inText(column.generated.expression) },
    });
  for (const [key, constraint] of [...table.constraints])
    if (constraint.expression !== undefined)
      table.constraints.set(key, { ...constraint, expression: inText(constraint.expression) });
  for (const key of table.indexes) {
    const index = state.relationByKey(key);
    if (index?.kind !== 'index' || (index.expressions.length === 0 && index.predicate === undefined)) continue;
    state.put({
      ...index,
      expressions: index.expressions.map(inText),
      predicate: index.predicate && inText(index.predicate),
    });
  }
}

const renamedRelations: ReadonlySet<ObjectKind> = new Set([
  'index',
  'view',
  'materialized view',
  'sequence',
  'foreign table',
]);

/** Renames a type, a function, a view, an index or a sequence. */
export function renameObject(state: SchemaState, { objectKind, object, to, part }: RenameObject): void {
  if (objectKind === 'type' || objectKind === 'domain') return renameType(state, object, to);
  if (objectKind === 'schema') {
    if (!state.made(`schema ${object.name}`)) return;
    state.noteMade(`schema ${object.name}`, false);
    return state.noteMade(`schema ${to}`, true);
  }
  if (isRoutine(objectKind)) return renameFunctionAndCalls(state, object, to);
  if (objectKind === 'column') {
    const view = state.view(object);
    if (view) state.put({ ...view, columns: undefined });
    return;
  }
  if (part !== undefined && (objectKind === 'trigger' || objectKind === 'policy' || objectKind === 'rule'))
    return renameDependent(state, keyOnTable(objectKind, part, state.table(object)?.key ?? ''), to);
  // Columns of views come with their relation, which keeps its name.
  if (!renamedRelations.has(objectKind)) return;
  const relation = state.relation(object);
  if (relation) renameRelation(state, object, relation.schema, to);
}
