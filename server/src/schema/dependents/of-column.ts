import { analyseExpression } from '../../sql/expressions.js';
import { indexNeeds } from '../index-reads.js';
import type { Constraint, Dependent, Table } from '../model.js';
import { dependentsOf } from '../note-dependents.js';
import { indexesOfTable } from '../partition-indexes.js';
import type { SchemaState } from '../state.js';
import { useOf } from '../view-columns.js';
import { type DependentObject, part, recorded, relationObject } from './model.js';

/** What depends on a column, directly. Measured on PostgreSQL 14 to 18 (test/schema/dependents.test.ts). */
export function ofColumn(table: Table, column: string, state: SchemaState): DependentObject[] {
  const found: DependentObject[] = [];
  const own = table.columns.get(column);
  if (own?.default !== undefined) found.push(part('default value', column, table, { onDrop: 'goes' }));
  const sequence = own?.sequence === undefined ? undefined : state.relationByKey(own.sequence);
  if (sequence) found.push(relationObject(sequence, { onDrop: 'goes' }, table.key));
  for (const each of own?.attributes ?? []) found.push(part('setting', each, table, { onDrop: 'goes' }));
  for (const index of indexesOfTable(state, table))
    if (indexNeeds(index, column)) found.push(relationObject(index, { onDrop: 'goes' }));
  found.push(...constraintsOn(table, column));
  for (const { child, name, columns } of foreignKeysTo(table, state))
    if (columns.includes(column))
      found.push(part('table constraint', name, child, { onDrop: 'refuses', onTypeChange: 'follows' }));
  for (const { name, generated } of table.columns.values()) {
    if (generated && (analyseExpression(generated.expression)?.columns.includes(column) ?? false))
      // PostgreSQL 14 drops it along with what it reads (measured: dropcol-generated-dep).
      found.push(part('column', name, table, { onDrop: 'refuses', refusesSince: 15 }));
  }
  for (const view of state.views()) {
    const use = view.reads.includes(table.key) ? useOf(view, table, column) : undefined;
    if (use) found.push(relationObject(view, { onDrop: 'refuses', certain: use === 'certain' }));
  }
  for (const each of dependentsOf(state, table)) found.push(...recordedOn(each, table, column, state));
  for (const key of table.children) {
    const child = state.tableByKey(key);
    if (child?.columns.has(column)) found.push(part('column', column, child, { onDrop: 'goes' }));
  }
  return found;
}

/** False where no view, generated column, trigger, policy, rule or publication can read a column of the table. */
export function mayHaveReaders(table: Table, state: SchemaState): boolean {
  if (table.dependents.size > 0) return true;
  for (const { generated } of table.columns.values()) if (generated) return true;
  for (const view of state.views()) if (view.reads.includes(table.key)) return true;
  return false;
}

/** The constraints of the table itself: they go with it, but for a foreign key of the table that only points to it. */
function constraintsOn(table: Table, column: string): DependentObject[] {
  return [...table.constraints.values()].flatMap((constraint) => {
    const { kind, name, columns, expression, references } = constraint;
    if (kind === 'notNull') return [];
    const isRead = expression !== undefined && (analyseExpression(expression)?.columns.includes(column) ?? true);
    if (columns.includes(column) || isRead) return part('table constraint', name, table, { onDrop: 'goes' });
    const isPointedTo = references?.table === table.key && keyColumns(constraint, table).includes(column);
    return isPointedTo ? part('table constraint', name, table, { onDrop: 'refuses', onTypeChange: 'follows' }) : [];
  });
}

/** The columns that a foreign key points to: those that it names, or the primary key. */
export function keyColumns({ references }: Constraint, parent: Table): readonly string[] {
  if (references && references.columns.length > 0) return references.columns;
  return [...parent.constraints.values()].find(({ kind }) => kind === 'primaryKey')?.columns ?? [];
}

/** A foreign key by its table and name, with the columns that it points to. */
export interface ForeignKeyTo {
  readonly child: Table;
  readonly name: string;
  readonly columns: readonly string[];
}

/** Foreign keys of other tables that need this one. */
export function foreignKeysTo(table: Table, state: SchemaState): ForeignKeyTo[] {
  const found: ForeignKeyTo[] = [];
  for (const key of table.referencedBy) {
    const child = state.tableByKey(key);
    if (!child || child.key === table.key) continue;
    for (const constraint of child.constraints.values()) {
      if (constraint.references?.table !== table.key) continue;
      found.push({ child, name: constraint.name, columns: keyColumns(constraint, table) });
    }
  }
  return found;
}

/** Triggers, policies, rules, statistics, publications and functions that PostgreSQL itself ties to the column. */
function recordedOn(each: Dependent, table: Table, column: string, state: SchemaState): DependentObject[] {
  const { kind, mentions } = each;
  // A publication of the whole table takes what columns there are.
  if (kind === 'publication') return [];
  if (kind === 'trigger' && mentions === undefined) return [recorded(each, { onDrop: 'stays' })];
  if (mentions !== undefined && !mentions.includes(column)) return [];
  const certain = mentions !== undefined && table.columns.has(column) && isItsOwn(each, table, column, state);
  if (kind === 'statistics') return [recorded(each, { onDrop: 'goes', certain })];
  return [recorded(each, { onDrop: 'refuses', certain, ...(kind === 'published' ? { refusesSince: 15 } : {}) })];
}

/** With several relations the name is this column's for certain only where no other one has such a column. */
function isItsOwn({ on, reads, kind }: Dependent, table: Table, column: string, state: SchemaState): boolean {
  if (kind === 'trigger' || kind === 'published' || kind === 'statistics' || (on === undefined && reads.length === 1))
    return true;
  const others = [on, ...reads].filter((key) => key !== undefined && key !== table.key);
  return others.every((key) => {
    const other = state.tableByKey(key ?? '');
    return other?.complete === true && !other.columns.has(column);
  });
}
