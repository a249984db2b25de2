import type { Index, Table } from '../../schema/model.js';
import type { SchemaState } from '../../schema/state.js';
import type { Insert } from '../../sql/action.js';
import { type Failure, generatedColumn, noSuchArbiter } from '../failure.js';

/** ON CONFLICT needs a unique index that it can ask (measured on PostgreSQL 15 and 18). */
export function ofArbiter(action: Insert, before: SchemaState): Failure | undefined {
  const { onConflict } = action;
  const table = onConflict && before.table(action.table);
  if (!table || !onConflict) return undefined;
  const computed = onConflict.sets.find((name) => {
    const column = table.columns.get(name);
    return column?.generated !== undefined || column?.identity === 'always';
  });
  if (computed !== undefined)
    return generatedColumn('428C9', `column "${computed}" can only be updated to DEFAULT`, 'Leave the column out.');
  const { constraint, columns, hasPredicate } = onConflict;
  if (constraint !== undefined) return ofConstraint(constraint, table, action, before);
  // A column that is not there is reported as that.
  if (columns === undefined || !table.complete || columns.some((name) => !table.columns.has(name))) return undefined;
  const matching = uniqueOf(table, before).filter((index) => isOver(index, columns));
  const usable = matching.filter(({ predicate }) => predicate === undefined || hasPredicate);
  if (usable.length > 0)
    return usable.every((index) => isDeferrable(index, table)) && insertsSurely(action) ? deferrable() : undefined;
  return noSuchArbiter(
    '42P10',
    'there is no unique or exclusion constraint matching the ON CONFLICT specification',
    matching.length > 0
      ? 'Its unique index is partial: repeat the WHERE of the index behind the columns.'
      : `Give ${table.name} a unique index on exactly (${columns.join(', ')}) first.`,
  );
}

function ofConstraint(name: string, table: Table, action: Insert, before: SchemaState): Failure | undefined {
  const constraint = table.constraints.get(name);
  if (constraint?.kind === 'check' || constraint?.kind === 'foreignKey')
    return noSuchArbiter(
      '42809',
      'constraint in ON CONFLICT clause has no associated index',
      'Name a unique constraint or a primary key.',
    );
  if (constraint)
    return /\bdeferrable\b/i.test(constraint.definition.replace(/\bnot\s+deferrable\b/gi, '')) && insertsSurely(action)
      ? deferrable()
      : undefined;
  const index = uniqueOf(table, before).find((each) => each.name === name);
  if (!index && !table.complete) return undefined;
  return noSuchArbiter(
    '42704',
    `constraint "${name}" for table "${table.name}" does not exist`,
    index
      ? 'It is an index without a constraint: write ON CONFLICT with its columns instead.'
      : 'Name the columns of the unique index instead, or a constraint that is there.',
  );
}

function uniqueOf(table: Table, before: SchemaState): Index[] {
  return [...table.indexes].flatMap((key) => {
    const index = before.relationByKey(key);
    return index?.kind === 'index' && index.unique ? index : [];
  });
}

/** The columns of the index are those that are named, in any order; one with an expression is no match for columns alone. */
function isOver(index: Index, columns: readonly string[]): boolean {
  if (index.expressions.length > 0) return false;
  const wanted = new Set(columns);
  const own = new Set(index.columns);
  return wanted.size === own.size && [...wanted].every((name) => own.has(name));
}

function isDeferrable({ constraint }: Index, table: Table): boolean {
  const definition = constraint === undefined ? '' : (table.constraints.get(constraint)?.definition ?? '');
  return /\bdeferrable\b/i.test(definition.replace(/\bnot\s+deferrable\b/gi, ''));
}

/** A row of VALUES comes for certain; PostgreSQL refuses a deferrable arbiter only then. */
function insertsSurely(action: Insert): boolean {
  return (action.width ?? 0) > 0;
}

function deferrable(): Failure {
  return noSuchArbiter(
    '55000',
    'ON CONFLICT does not support deferrable unique constraints/exclusion constraints as arbiters',
    'Make the constraint NOT DEFERRABLE, or give the columns another unique index.',
  );
}
