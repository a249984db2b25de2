import type { ConstraintDefinition, CreateTable } from '../sql/action.js';
import { addConstraint, addInherited, putColumn } from './apply-table.js';
import { isTaken, sequenceName } from './names.js';
import { rightsOnNew } from './rights.js';
import { drawsFrom } from './dependents/sequences.js';
import type { Column } from './model.js';
import { putSequence } from './sequences.js';
import { inheritIndexes } from './partition-indexes.js';
import { keyOf, type SchemaState } from './state.js';
import { unknownTable } from './writable-table.js';

/** A new table has no rows that a constraint could be NOT VALID for: PostgreSQL passes over these words. */
function atOnce(definition: ConstraintDefinition): ConstraintDefinition {
  return { ...definition, notValid: false };
}

/** The default of a column as LIKE copies it: the numbers of a serial column still come from its own sequence. */
function copiedDefault(column: Column, state: SchemaState): string | undefined {
  if (column.identity !== undefined) return undefined;
  const sequence = column.sequence === undefined ? undefined : state.relationByKey(column.sequence);
  return sequence ? drawsFrom(sequence.schema, sequence.name) : column.default;
}

/** CREATE TABLE in all its forms. */
export function applyCreateTable(state: SchemaState, action: CreateTable): void {
  const schema = action.temporary ? 'pg_temp' : state.schemaFor(action.table);
  const key = keyOf(schema, action.table.name);
  if (isTaken(state, key, action.ifNotExists ? undefined : 'table')) return;
  const parent = action.partitionOf && state.writableTable(action.partitionOf.parent);
  // Half-typed, a table is its own parent: PostgreSQL knows no such table (42P01).
  if (parent?.key === key || action.inherits.some((name) => state.writableTable(name).key === key)) return;
  // That it has a partition is proof enough.
  if (parent && !parent.partitionBy) parent.partitionBy = { strategy: '', columns: [] };
  const table = unknownTable(schema, action.table.name);
  // A sequence belongs to the table that brought it.
  for (const [name, column] of parent?.columns ?? []) table.columns.set(name, { ...column, sequence: undefined });
  table.inherits = action.inherits.map((name) => state.writableTable(name).key);
  table.bound = action.partitionOf?.bound;
  // Columns that come from LIKE, INHERITS or a query are not in the text.
  table.complete =
    !action.asQuery &&
    action.like.length === 0 &&
    action.inherits.length === 0 &&
    !action.ofType &&
    (parent?.complete ?? true);
  table.partitionBy = action.partitionBy;
  table.partitionOf = parent?.key;
  table.isDefaultPartition = action.partitionOf?.isDefault ?? false;
  table.temporary = action.temporary;
  table.unlogged = action.unlogged;
  table.release = state.release;
  table.place = state.place;
  table.mayPredate = action.ifNotExists;
  table.disturbances = state.disturbances;
  table.unqualified = action.table.schema === undefined && !action.temporary && state.hasDefaultPath;
  table.filled = action.asQuery;
  table.rowSecurity = false;
  table.rowSecurityForced = false;
  table.rights = rightsOnNew(state, schema);
  state.put(table);
  parent?.children.add(key);
  for (const inherited of action.inherits) {
    const above = state.writableTable(inherited);
    above.children.add(key);
    for (const [name, column] of above.columns)
      table.columns.set(name, { ...column, sequence: undefined, release: state.release, place: state.place });
  }
  for (const like of action.like) {
    for (const [name, column] of state.table(like)?.columns ?? []) {
      table.columns.set(name, {
        ...column,
        default: action.likeDefaults ? copiedDefault(column, state) : undefined,
        identity: action.likeIdentity ? column.identity : undefined,
        sequence:
          action.likeIdentity && column.identity
            ? putSequence(state, schema, sequenceName(state, table, name), column.type?.name)
            : undefined,
        release: state.release,
        place: state.place,
      });
    }
  }
  if (action.ofType) {
    const type = state.type(action.ofType);
    table.ofType = type?.key;
    if (type?.kind === 'composite') state.putType({ ...type, tables: [...type.tables, key] });
  }
  for (const above of [parent, ...action.inherits.map((name) => state.table(name))])
    for (const constraint of above?.constraints.values() ?? [])
      if (constraint.kind === 'check' || constraint.kind === 'notNull') addInherited(state, table, constraint);
  for (const definition of action.columns) {
    putColumn(state, table, definition);
    for (const constraint of definition.constraints) addConstraint(state, table, atOnce(constraint));
  }
  for (const constraint of action.constraints) addConstraint(state, table, atOnce(constraint));
  if (parent) inheritIndexes(state, parent, table);
}
