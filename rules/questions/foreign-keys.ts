import type { ColumnType, Table } from '../../server/src/schema/model.js';
import type { SchemaState } from '../../server/src/schema/state.js';
import type {
  Action,
  AddColumn,
  AddConstraint,
  ColumnDefinition,
  ConstraintDefinition,
  CreateTable,
  ObjectName,
} from '../../server/src/sql/action.js';
import type { Span } from '../../server/src/sql/span.js';
import type { RuleContext } from '../engine/define-rule.js';
import { isThere } from '../engine/words.js';

/** A foreign key that an action adds. */
export interface AddedKey {
  readonly constraint: ConstraintDefinition;
  readonly table: ObjectName;
  readonly parent: ObjectName;
  /** The REFERENCES clause or the constraint. */
  readonly span: Span;
}

/** The foreign keys that the action adds; none for one that does nothing. */
export function addedKeys(action: CreateTable | AddColumn | AddConstraint, before: SchemaState): AddedKey[] {
  return constraintsOf(action, before).flatMap((constraint) =>
    constraint.kind === 'foreignKey' && constraint.references
      ? [{ constraint, table: action.table, parent: constraint.references.table, span: constraint.span }]
      : [],
  );
}

function constraintsOf(
  action: CreateTable | AddColumn | AddConstraint,
  before: SchemaState,
): readonly ConstraintDefinition[] {
  switch (action.kind) {
    case 'createTable':
      if (action.ifNotExists && before.relation(action.table)) return [];
      return [...action.columns.flatMap((column) => column.constraints), ...action.constraints];
    case 'addColumn':
      return isThere(action, before) ? [] : action.column.constraints;
    case 'addConstraint':
      return [action.constraint];
  }
}

/** The same table, as far as the history shows. */
export function isSameTable(one: ObjectName, other: ObjectName, before: SchemaState): boolean {
  const known = before.table(one)?.key;
  if (known !== undefined) return known === before.table(other)?.key;
  return one.name === other.name && (one.schema ?? before.schemaFor(one)) === (other.schema ?? before.schemaFor(other));
}

/** Columns that the statement itself brings to the table, by name. */
function columnsBrought(actions: readonly Action[], table: ObjectName): ColumnDefinition[] {
  return actions.flatMap((action) => {
    if (!('table' in action) || action.table?.name !== table.name) return [];
    if (action.kind === 'createTable') return action.columns;
    return action.kind === 'addColumn' ? [action.column] : [];
  });
}

/** The definition of a column: of the statement itself, else of the history. */
export function typeOf(
  name: string,
  table: ObjectName,
  actions: readonly Action[],
  before: SchemaState,
): ColumnType | undefined {
  return (
    columnsBrought(actions, table).find((column) => column.name === name)?.type ??
    before.table(table)?.columns.get(name)?.type
  );
}

/** True for a column that nobody has written to yet: of this statement, or of this release. */
export function isNewColumn(name: string, table: ObjectName, actions: readonly Action[], before: SchemaState): boolean {
  if (columnsBrought(actions, table).some((column) => column.name === name)) return true;
  const column = before.table(table)?.columns.get(name);
  return column !== undefined && column.release === before.release;
}

/** The columns a foreign key points to; the primary key's where it names none. */
export function referencedColumns(
  { constraint, parent }: AddedKey,
  actions: readonly Action[],
  before: SchemaState,
): readonly string[] {
  const named = constraint.references?.columns ?? [];
  if (named.length > 0) return named;
  for (const action of actions) {
    if (action.kind !== 'createTable' || action.table.name !== parent.name) continue;
    const key = [...action.columns.flatMap((column) => column.constraints), ...action.constraints].find(
      ({ kind }) => kind === 'primaryKey',
    );
    if (key) return key.columns;
  }
  return primaryKeyOf(before.table(parent));
}

export function primaryKeyOf(table: Table | undefined): readonly string[] {
  return [...(table?.constraints.values() ?? [])].find(({ kind }) => kind === 'primaryKey')?.columns ?? [];
}

/** True when this file drops a constraint of the key's name, or one named after its columns: the key is not new. */
export function isMadeAgain({ constraint, table }: AddedKey, { file, before }: RuleContext): boolean {
  return file
    .naming(table.name)
    .some(
      (other) =>
        other.kind === 'dropConstraint' &&
        isSameTable(other.table, table, before) &&
        (other.constraint === constraint.name ||
          constraint.columns.every((column) => other.constraint.includes(column))),
    );
}
