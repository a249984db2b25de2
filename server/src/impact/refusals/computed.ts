import type { Column, Table } from '../../schema/model.js';
import type { SchemaState } from '../../schema/state.js';
import type { Action, AlterTableOther, DropDefault, Insert, Merge, SetDefault, Update } from '../../sql/action.js';
import { type Failure, generatedColumn, identityColumn } from '../failure.js';

/** Writes to columns whose values PostgreSQL makes itself, and changes of where those come from. */
export function ofComputed(action: Action, before: SchemaState): Failure | undefined {
  switch (action.kind) {
    case 'insert':
      return ofInsert(action, before);
    case 'update':
      return ofUpdate(action, before);
    case 'merge':
      return ofMerge(action, before);
    case 'setDefault':
    case 'dropDefault':
      return ofDefault(action, before);
    case 'alterTableOther':
      return ofIdentity(action, before);
    default:
      return undefined;
  }
}

function ofInsert(action: Insert, before: SchemaState): Failure | undefined {
  const table = before.table(action.table);
  if (!table) return undefined;
  // DEFAULT VALUES has no columns.
  const width = action.width === 0 ? undefined : (action.width ?? selected(action, before));
  if (action.columns === undefined && (width === undefined || !table.complete)) return undefined;
  const named = action.columns ?? [...table.columns.keys()].slice(0, width);
  for (const [at, name] of named.entries()) {
    const column = table.columns.get(name);
    if (!column || action.alwaysDefaulted?.includes(at)) continue;
    if (isMade(column, action.overriding !== undefined)) return insertedInto(column);
  }
  return undefined;
}

/** How many columns the query of an INSERT gives, as far as the history shows it. */
export function selected({ selects }: Insert, before: SchemaState): number | undefined {
  if (selects === undefined || typeof selects === 'number') return selects;
  const table = before.table(selects);
  return table?.complete ? table.columns.size : undefined;
}

function isMade({ generated, identity }: Column, overriding: boolean): boolean {
  return generated !== undefined || (identity === 'always' && !overriding);
}

function insertedInto(column: Column): Failure {
  return written(column, `cannot insert a non-DEFAULT value into column "${column.name}"`, 'Leave the column out');
}

function ofMerge({ table: name, sets, inserts }: Merge, before: SchemaState): Failure | undefined {
  const table = before.table(name);
  if (!table) return undefined;
  for (const each of sets) {
    const column = table.columns.get(each);
    if (column && isMade(column, false)) return updated(column);
  }
  for (const { columns, width, defaulted, overriding } of inserts) {
    if (columns === undefined && !table.complete) continue;
    for (const [at, each] of (columns ?? [...table.columns.keys()].slice(0, width)).entries()) {
      const column = table.columns.get(each);
      if (column && !defaulted.includes(at) && isMade(column, overriding)) return insertedInto(column);
    }
  }
  return undefined;
}

function updated(column: Column): Failure {
  return written(column, `column "${column.name}" can only be updated to DEFAULT`, 'Leave the column out');
}

function ofUpdate({ table, sets }: Update, before: SchemaState): Failure | undefined {
  const known = before.table(table);
  for (const { column: name, value } of known ? sets : []) {
    const column = known?.columns.get(name);
    if (!column || /^default$/i.test(value.text)) continue;
    if (isMade(column, false)) return updated(column);
  }
  return undefined;
}

function written({ generated, name }: Column, message: string, advice: string): Failure {
  return generated
    ? generatedColumn('428C9', message, `${advice}: PostgreSQL computes ${name} from other columns.`)
    : identityColumn('428C9', message, `${advice}, or write OVERRIDING SYSTEM VALUE in an INSERT.`);
}

function ofDefault(action: SetDefault | DropDefault, before: SchemaState): Failure | undefined {
  const table = before.table(action.table);
  const column = table?.columns.get(action.column);
  if (column?.identity)
    return identityColumn(
      '42601',
      `column "${action.column}" of relation "${table?.name}" is an identity column`,
      action.kind === 'dropDefault' ? 'Write DROP IDENTITY.' : 'DROP IDENTITY first.',
    );
  return column?.generated
    ? generatedColumn(
        '42601',
        `column "${action.column}" of relation "${table?.name}" is a generated column`,
        action.kind === 'dropDefault' ? 'Write DROP EXPRESSION.' : 'DROP EXPRESSION first, or change what it computes.',
      )
    : undefined;
}

function ofIdentity({ subcommand, name, table: on }: AlterTableOther, before: SchemaState): Failure | undefined {
  if (subcommand !== 'addIdentity' && subcommand !== 'setIdentity') return undefined;
  const table = before.table(on);
  const column = name === undefined ? undefined : table?.columns.get(name);
  if (!table || !column) return undefined;
  const what = `column "${name}" of relation "${table.name}"`;
  if (subcommand === 'setIdentity') return isNoIdentity(table, column) ? notIdentity(what) : undefined;
  if (column.notNull === false) return undefined;
  if (column.identity)
    return identityColumn(
      '55000',
      `${what} is already an identity column`,
      'Write SET GENERATED to change it, or leave it out.',
    );
  return column.default !== undefined
    ? identityColumn(
        '55000',
        `${what} already has a default value`,
        'Write DROP DEFAULT in the same ALTER TABLE, and set the new sequence behind the rows that are there.',
      )
    : undefined;
}

function isNoIdentity(table: Table, column: Column): boolean {
  return table.complete && column.identity === undefined;
}

function notIdentity(what: string): Failure {
  return identityColumn('55000', `${what} is not an identity column`, 'Write ADD GENERATED … AS IDENTITY.');
}
