import { nameFromLiteral } from '../catalog/refs.js';
import type { CatalogObject, Oid } from '../catalog/model.js';
import { fullName } from '../catalog/print.js';
import { isBuiltIn } from '../impact/volatility.js';
import type { Action, FunctionCall, Insert, ObjectName } from '../sql/action.js';
import { quoteIdentifier } from '../sql/quote.js';
import { as, constant, field, inner, list, tagOf, text, has, type Tree } from '../catalog/tree.js';
import type { ParsedStatement } from '../sql/statement.js';
import { plain } from './print/sql.js';
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
      if (assigns && assigns.length > 0 && assigns.every((column) => isOwnColumn(action.table, column, context))) return undefined;
      return impossible(`The values that the rows of ${action.table.name} had before are gone. Restore them from a backup, or keep a copy before the change next time.`);
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
      return impossible(`What the procedure ${action.procedure.name} did cannot be known from this file. Write its opposite by hand.`);
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
const lasting = new Set(['setval', 'nextval', 'lo_create', 'lo_import', 'lo_unlink', 'pg_create_logical_replication_slot', 'pg_create_physical_replication_slot', 'pg_drop_replication_slot']);

function undoCalls(calls: readonly FunctionCall[], { before }: UndoContext): Undo | undefined {
  for (const { function: called, strings } of calls) {
    if (called.name === 'setval')
      return impossible(`Where the sequence ${strings[0] === undefined ? '' : `${nameFromLiteral(strings[0]).name} `}stood before is not recorded. Setting it back could give numbers twice; leave it.`);
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
  const unclear = impossible(`Which rows of ${action.table.name} came with this migration is not recorded. Delete them by hand.`);
  if (table?.kind !== 'table' || table.origin !== 'defined' || !statement.node) return unclear;
  const stmt = as({ ...statement.node }, 'InsertStmt');
  const select = stmt && field(field(stmt, 'selectStmt'), 'SelectStmt');
  if (!stmt || !select || has(stmt, 'onConflictClause') || !has(select, 'valuesLists') || action.table.name !== table.name) return unclear;
  const names = columnsOf(stmt, table, context);
  const rows = list(select, 'valuesLists').map((row) => list(inner(row), 'items'));
  const key = keysOf(table.oid, context).find((columns) =>
    columns.every((column) => names.includes(column) && rows.every((row) => literalOf(row[names.indexOf(column)]) !== undefined)),
  );
  if (!key || rows.length > 500) return unclear;
  const tuple = key.length === 1 ? quoteIdentifier(key[0] ?? '') : `(${key.map(quoteIdentifier).join(', ')})`;
  const values = rows.map((row) => {
    const literals = key.map((column) => literalOf(row[names.indexOf(column)]) ?? 'NULL');
    return literals.length === 1 ? (literals[0] ?? '') : `(${literals.join(', ')})`;
  });
  return lossy(
    [plain(`DELETE FROM ${fullName(table)} WHERE ${tuple} IN (${values.join(', ')})`)],
    `What was written into these rows since is lost, and rows that refer to them may keep them or go with them.`,
  );
}

function columnsOf(stmt: Tree, table: CatalogObject, { before }: UndoContext): string[] {
  const written = list(stmt, 'cols').map((each) => text(inner(each), 'name') ?? '');
  if (written.length > 0 || table.kind !== 'table') return written;
  return table.columns.map((oid) => before.get(oid)?.name ?? '');
}

/** The columns of each primary key and unique constraint. */
function keysOf(table: Oid, { before }: UndoContext): string[][] {
  return before
    .childrenOfKind(table, 'constraint')
    .filter((each) => each.type === 'PRIMARY KEY' || each.type === 'UNIQUE')
    .sort((a, b) => (a.type < b.type ? -1 : 1))
    .map((each) => each.columns.map((oid) => before.get(oid)?.name ?? ''));
}

function literalOf(node: Tree | undefined): string | undefined {
  if (!node) return undefined;
  const cast = as(node, 'TypeCast');
  if (cast) return literalOf(field(cast, 'arg'));
  if (tagOf(node) !== 'A_Const') return undefined;
  const content = inner(node);
  const value = constant(content);
  if (value === undefined) return undefined;
  return has(content, 'sval') ? `'${value.replaceAll("'", "''")}'` : value;
}
