import { nameFromLiteral } from '../sql/catalog/refs.js';
import type { Oid } from '../sql/catalog/model.js';
import { fullName } from '../sql/catalog/print.js';
import { isBuiltIn } from '../impact/volatility.js';
import type { Action, FunctionCall, Insert, ObjectName } from '../sql/action.js';
import { quoteIdentifier } from '../sql/quote.js';
import { literalRows } from '../sql/catalog/literal-rows.js';
import type { ParsedStatement } from '../sql/statement.js';
import { changingRows, plain } from './print/sql.js';
import { impossible, lossy, type Undo, type UndoContext } from './undo.js';

/** What takes back changes of rows; undefined when no row of interest has changed. */
export function undoOfData(statement: ParsedStatement, action: Action, context: UndoContext): Undo | undefined {
  switch (action.kind) {
    case 'insert':
      return isOwn(action.table, context) ? undefined : undoInsert(statement, action, context);
    case 'update':
    case 'merge': {
      if (isOwn(action.table, context)) return undefined;
      const assigns = action.kind === 'update' ? action.assigns : undefined;
      if (assigns && assigns.length > 0 && assigns.every((column) => isOwnColumn(action.table, column, context)))
        return undefined;
      return impossible(
        `The values that the rows of ${action.table.name} had before are gone. Restore them from a backup, or keep a copy before the change next time.`,
      );
    }
    case 'delete':
    case 'truncate':
      return isOwn(action.table, context)
        ? undefined
        : impossible(`The rows of ${action.table.name} are gone. Restore them from a backup.`);
    case 'copy':
      if (!action.from || !action.table || isOwn(action.table, context)) return undefined;
      return impossible(`Which rows of ${action.table.name} were copied in is not recorded. Delete them by hand.`);
    case 'call':
      return impossible(
        `What the procedure ${action.procedure.name} did cannot be known from this file. Write its opposite by hand.`,
      );
    case 'select':
      return undoCalls(action.calls, context);
    default:
      return undefined;
  }
}

/** A table that this migration makes goes with its rows. */
function isOwn(table: ObjectName, { after, own, before }: UndoContext): boolean {
  const found = after.relation(table) ?? before.relation(table);
  return found !== undefined && own.has(found.oid);
}

function isOwnColumn(table: ObjectName, column: string, { before, own }: UndoContext): boolean {
  const found = before.column(before.relation(table)?.oid, column);
  return found !== undefined && own.has(found.oid);
}

/** Functions that leave something behind. */
const lasting = new Set([
  'setval',
  'nextval',
  'lo_create',
  'lo_import',
  'lo_unlink',
  'pg_create_logical_replication_slot',
  'pg_create_physical_replication_slot',
  'pg_drop_replication_slot',
]);

function undoCalls(calls: readonly FunctionCall[], { before }: UndoContext): Undo | undefined {
  for (const { function: called, strings } of calls) {
    if (called.name === 'setval')
      return impossible(
        `Where the sequence ${strings[0] === undefined ? '' : `${nameFromLiteral(strings[0]).name} `}stood before is not recorded. Setting it back could give numbers twice; leave it.`,
      );
    const known = before.routines(called);
    if (known.length > 0 || !isBuiltIn(called) || lasting.has(called.name)) {
      if (called.schema === 'pg_catalog' && !lasting.has(called.name)) continue;
      return impossible(`What ${called.name}() did cannot be known from this file. Write its opposite by hand.`);
    }
  }
  return undefined;
}

/** Rows of literals with a key can be found again by it. */
function undoInsert(statement: ParsedStatement, action: Insert, context: UndoContext): Undo {
  const { before } = context;
  const table = before.relation(action.table);
  const unclear = impossible(
    `Which rows of ${action.table.name} came with this migration is not recorded. Delete them by hand.`,
  );
  const given = literalRows(statement);
  if (table?.kind !== 'table' || table.origin !== 'defined' || !given || given.rows.length > 500) return unclear;
  const names = given.columns.length > 0 ? given.columns : table.columns.map((oid) => before.get(oid)?.name ?? '');
  const key = keysOf(table.oid, context).find((columns) =>
    columns.every(
      (column) => names.includes(column) && given.rows.every((row) => row[names.indexOf(column)] !== undefined),
    ),
  );
  if (!key) return unclear;
  const tuple = key.length === 1 ? quoteIdentifier(key[0] ?? '') : `(${key.map(quoteIdentifier).join(', ')})`;
  const values = given.rows.map((row) => {
    const literals = key.map((column) => row[names.indexOf(column)] ?? 'NULL');
    return literals.length === 1 ? (literals[0] ?? '') : `(${literals.join(', ')})`;
  });
  return lossy(
    [changingRows(plain(`DELETE FROM ${fullName(table)} WHERE ${tuple} IN (${values.join(', ')})`))],
    'What was written into these rows since is lost, and so may be rows that refer to them.',
  );
}

/** The columns of each primary key and unique constraint. */
function keysOf(table: Oid, { before }: UndoContext): string[][] {
  return before
    .childrenOfKind(table, 'constraint')
    .filter((each) => each.type === 'PRIMARY KEY' || each.type === 'UNIQUE')
    .sort((a, b) => (a.type < b.type ? -1 : 1))
    .map((each) => each.columns.map((oid) => before.get(oid)?.name ?? ''));
}
