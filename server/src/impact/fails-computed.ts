import type { Column, Table } from '../schema/model.js';
import type { SchemaState } from '../schema/state.js';
import type { Action, AlterTableOther, DropDefault, Insert, SetDefault, Update } from '../sql/action.js';
import { type Failure, generatedColumn, identityColumn } from './failure.js';

/** Writes to columns whose values PostgreSQL makes itself, and changes of where those come from. */
export function ofComputed(action: Action, before: SchemaState): Failure | undefined {
  switch (action.kind) {
    case 'insert':
      return ofInsert(action, before);
    case 'update':
      return ofUpdate(action, before);
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
  // DEFAULT VALUES has no columns, and a query without a list gives nobody knows how many.
  if (!table || (action.columns === undefined && (action.width ?? 0) === 0)) return undefined;
  if (action.columns === undefined && !table.complete) return undefined;
  const named = action.columns ?? [...table.columns.keys()].slice(0, action.width);
  for (const [at, name] of named.entries()) {
    const column = table.columns.get(name);
    if (!column || action.alwaysDefaulted?.includes(at)) continue;
    const refused = column.generated !== undefined || (column.identity === 'always' && action.overriding === undefined);
    if (refused)
      return written(column, `cannot insert a non-DEFAULT value into column "${name}"`, 'Leave the column out');
  }
  return undefined;
}

function ofUpdate({ table, sets }: Update, before: SchemaState): Failure | undefined {
  const known = before.table(table);
  for (const { column: name, value } of known ? sets : []) {
    const column = known?.columns.get(name);
    if (!column || /^default$/i.test(value.text)) continue;
    if (column.generated || column.identity === 'always')
      return written(column, `column "${name}" can only be updated to DEFAULT`, 'Leave the column out');
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
