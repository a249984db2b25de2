import type { ColumnType, Constraint, Index, Relation, Sequence, Table } from '../model.js';
import { dependentsOf } from '../note-dependents.js';
import { indexesOfTable, partsOf } from '../partition-indexes.js';
import { indexesOn } from '../renames.js';
import type { SchemaState } from '../state.js';
import { type DependentObject, part, recorded, relationObject } from './model.js';
import { foreignKeysTo, keyColumns } from './of-column.js';
import { namingType } from './of-type.js';
import { defaultsFrom } from './sequences.js';

/** What depends on a table, a view, a sequence or an index, directly; its own parts, which go with it, among it. */
export function ofRelation(relation: Relation, state: SchemaState): DependentObject[] {
  switch (relation.kind) {
    case 'table':
    case 'foreignTable':
      return ofTable(relation, state);
    case 'view':
    case 'materializedView':
      return [
        ...readersOf(relation.key, state),
        ...indexesOn(relation.key, state).map((index) => relationObject(index, { onDrop: 'goes' })),
        ...readBy(relation.key, state),
        ...namingType(relation.key, state),
      ];
    case 'sequence':
      return ofSequence(relation, state);
    case 'index':
      return ofIndex(relation, state);
  }
}

function ofTable(table: Table, state: SchemaState): DependentObject[] {
  const found: DependentObject[] = [];
  const { key } = table;
  for (const column of table.columns.values()) {
    const sequence = column.sequence === undefined ? undefined : state.relationByKey(column.sequence);
    if (sequence) found.push(relationObject(sequence, { onDrop: 'goes' }, key));
  }
  for (const index of indexesOfTable(state, table)) found.push(relationObject(index, { onDrop: 'goes' }));
  for (const { kind, name } of table.constraints.values())
    if (kind !== 'notNull') found.push(part('table constraint', name, table, { onDrop: 'goes' }));
  const whole = table.partitionOf === undefined ? undefined : state.tableByKey(table.partitionOf);
  for (const each of whole ? [table, whole] : [table])
    for (const { child, name } of foreignKeysTo(each, state))
      found.push(part('table constraint', name, child, { onDrop: 'refuses' }));
  for (const each of table.children) {
    const child = state.tableByKey(each);
    if (child) found.push(relationObject(child, { onDrop: child.partitionOf === key ? 'goes' : 'refuses' }));
  }
  for (const { user, column } of columnsOfRow(table, state))
    found.push(part('column', column, user, { onDrop: 'refuses' }));
  found.push(...readersOf(key, state), ...namingType(key, state));
  for (const each of dependentsOf(state, table)) {
    if (each.kind === 'publication' || each.kind === 'published') {
      found.push(part('table of publication', each.name, table, { onDrop: 'goes' }));
    } else found.push(recorded(each, { onDrop: each.on === key ? 'goes' : 'refuses' }));
  }
  return found;
}

/** The views that read a relation. */
function readersOf(key: string, state: SchemaState): DependentObject[] {
  return [...state.views()].flatMap((view) =>
    view.key !== key && view.reads.includes(key) ? relationObject(view, { onDrop: 'refuses' }) : [],
  );
}

/** Policies, rules and functions that read a view. A view has no list of its own, so all are looked through. */
function readBy(key: string, state: SchemaState): DependentObject[] {
  return [...state.dependents()].flatMap((each) =>
    each.on !== key && each.reads.includes(key) ? recorded(each, { onDrop: 'refuses' }) : [],
  );
}

/** Columns of a table's row type, as far as they are still there. */
export function columnsOfRow(table: Table, state: SchemaState): { readonly user: Table; readonly column: string }[] {
  const isRow = (type: ColumnType | undefined): boolean => type !== undefined && state.table(type)?.key === table.key;
  return [...table.rowTypeUsers].flatMap((key) => {
    const user = state.tableByKey(key);
    return [...(user?.columns.values() ?? [])].flatMap(({ name, type }) =>
      user && isRow(type) ? { user, column: name } : [],
    );
  });
}

function ofSequence(sequence: Sequence, state: SchemaState): DependentObject[] {
  return defaultsFrom(sequence, state).map(({ table, column }) =>
    column.identity
      ? part('column', column.name, table, { onDrop: 'requires' })
      : part('default value', column.name, table, { onDrop: 'refuses' }),
  );
}

function ofIndex(index: Index, state: SchemaState): DependentObject[] {
  const found: DependentObject[] = partsOf(state, index).map((each) => relationObject(each, { onDrop: 'goes' }));
  const table = state.tableByKey(index.table);
  if (!table) return found;
  if (index.constraint !== undefined && table.constraints.has(index.constraint))
    found.push(part('table constraint', index.constraint, table, { onDrop: 'requires' }));
  const whole = index.partOf === undefined ? undefined : state.relationByKey(index.partOf);
  if (whole) found.push(relationObject(whole, { onDrop: 'requires' }));
  if (index.constraint === undefined) found.push(...keysByIndex(index, table, state));
  if (table.clusteredOn === index.name) found.push(part('setting', 'CLUSTER ON', table, { onDrop: 'goes' }));
  const { replicaIdentity } = table;
  if (typeof replicaIdentity === 'object' && replicaIdentity.index === index.name)
    found.push(part('setting', 'REPLICA IDENTITY', table, { onDrop: 'goes' }));
  return found;
}

/** Foreign keys that lean on a unique index without a constraint. */
function keysByIndex(index: Index, table: Table, state: SchemaState): DependentObject[] {
  if (!index.unique || index.predicate !== undefined) return [];
  const others = indexesOfTable(state, table).filter((each) => each.key !== index.key && each.unique);
  // PostgreSQL takes the first that fits: with another one it is not known which.
  const certain = !others.some((each) => sameSet(namesOf(each), namesOf(index)));
  return keysOn(table, namesOf(index), state).map(({ child, name }) =>
    part('table constraint', name, child, { onDrop: 'refuses', certain }),
  );
}

function namesOf({ columns }: Index): string[] {
  return columns.flatMap((column) => column ?? []);
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && [...a].sort().join() === [...b].sort().join();
}

/** Foreign keys that point to just these columns, those of the table itself among them. */
function keysOn(table: Table, columns: readonly string[], state: SchemaState): { child: Table; name: string }[] {
  const own = [...table.constraints.values()].flatMap((constraint) =>
    constraint.references?.table === table.key
      ? { child: table, name: constraint.name, columns: keyColumns(constraint, table) }
      : [],
  );
  return [...foreignKeysTo(table, state), ...own].filter((each) => sameSet(each.columns, columns));
}

/** What depends on a constraint: its index, the same in partitions, the foreign keys that need a key. */
export function ofConstraint(table: Table, constraint: Constraint, state: SchemaState): DependentObject[] {
  const found: DependentObject[] = [];
  for (const index of indexesOfTable(state, table))
    if (index.constraint === constraint.name)
      found.push(
        relationObject(index, { onDrop: 'goes' }),
        ...partsOf(state, index).map((each) => relationObject(each, { onDrop: 'goes' })),
      );
  if (constraint.kind === 'primaryKey' || constraint.kind === 'unique')
    for (const { child, name } of keysOn(table, constraint.columns, state))
      found.push(part('table constraint', name, child, { onDrop: 'refuses' }));
  for (const key of table.children) {
    const child = state.tableByKey(key);
    if (child?.constraints.get(constraint.name)?.inherited)
      found.push(part('table constraint', constraint.name, child, { onDrop: 'goes' }));
  }
  return found;
}
