import type { Span } from '../span.js';
import type { ParsedStatement } from '../statement.js';
import { alterTable, subCommands } from './alter-table.js';
import { applyOther } from './apply-other.js';
import type { Catalog } from './catalog.js';
import { createTable } from './create-table.js';
import { createIndex } from './indexes.js';
import { prepareEnum } from './user-types.js';
import { columnOrUnknown, constraintOrUnknown, newSequence, relationOrUnknown } from './make.js';
import { prepareGrant } from './privileges.js';
import { rangeName } from './scope.js';
import { type Missing, Source } from './source.js';
import { field, has, inner, list, tagOf, text, type Tree } from './tree.js';

/** One thing that a statement does, to be run in this order. */
export interface Operation {
  /** Relative to the statement. */
  readonly span: Span;
  /** Makes what it names and no file makes known as unknown, so that it stands in the state before it. */
  prepare(): void;
  run(): void;
  /** After run: what it names and no file makes. */
  readonly missing: readonly Missing[];
  /** After run: whether it did what the catalog does not hold. */
  isUnwritten(): boolean;
}

/** What a statement does, one operation for each sub-command of ALTER TABLE. Never throws. */
export function operationsOf(statement: ParsedStatement, catalog: Catalog): Operation[] {
  const node = treeOf(statement.node);
  if (!node) return [];
  const source = new Source(statement, catalog);
  source.elements = (inside) => applyStatementTo(inside, catalog);
  const stmt = inner(node);
  const whole = { start: 0, end: statement.text.length };
  if (tagOf(node) === 'AlterTableStmt' && list(stmt, 'cmds').length > 0)
    return subCommands(source, stmt).map((command) => ({
      span: source.reader.spanOf(command.from, command.to),
      prepare: () => prepareAlter(source, stmt, command.node),
      run: () => alterTable(source, stmt, command),
      missing: source.missing,
      isUnwritten: () => source.unwritten,
    }));
  const prepare = () => prepareNamed(source, tagOf(node), stmt);
  return [
    {
      span: whole,
      prepare,
      run: () => applyStatement(source, node),
      missing: source.missing,
      isUnwritten: () => source.unwritten,
    },
  ];
}

function treeOf(node: object | undefined): Tree | undefined {
  return node === undefined ? undefined : { ...node };
}

function applyStatement(source: Source, node: Tree): void {
  const stmt = inner(node);
  switch (tagOf(node)) {
    case 'CreateStmt':
    case 'CreateForeignTableStmt':
      return createTable(source, node);
    case 'IndexStmt':
      return createIndex(source, stmt);
    default:
      return applyOther(source, tagOf(node), stmt);
  }
}

/** The table and column of a sub-command. */
function prepareAlter(source: Source, stmt: Tree, command: Tree): void {
  if (text(stmt, 'objtype') === 'OBJECT_TYPE') return;
  const { catalog } = source;
  const name = rangeName(field(stmt, 'relation'));
  if (!catalog.relation(name) && stmt.missing_ok === true) {
    source.miss(name.name, true);
    return;
  }
  const table = relationOrUnknown(catalog, name);
  const subtype = text(command, 'subtype') ?? '';
  if (subtype.endsWith('tachPartition'))
    relationOrUnknown(catalog, rangeName(field(inner(field(command, 'def')), 'name')));
  const column = text(command, 'name');
  if (column === undefined || table.origin === 'defined') return;
  if (
    /^AT_(SetNotNull|DropNotNull|ColumnDefault|AlterColumnType|SetS|SetC|SetO|ResetO|AddId|DropId|SetId|DropEx|SetEx)/.test(
      subtype,
    )
  )
    columnOrUnknown(catalog, table, column);
  if (/^AT_(DropColumn)/.test(subtype) && command.missing_ok !== true) columnOrUnknown(catalog, table, column);
  if (/^AT_(DropConstraint|ValidateConstraint|AlterConstraint)/.test(subtype) && command.missing_ok !== true)
    constraintOrUnknown(catalog, table, column);
}

function prepareNamed(source: Source, tag: string, stmt: Tree): void {
  if (tag === 'AlterEnumStmt') return prepareEnum(source, stmt);
  if (tag === 'GrantStmt') return prepareGrant(source, stmt);
  if ((tag !== 'RenameStmt' && tag !== 'AlterObjectSchemaStmt') || !has(stmt, 'relation')) return;
  const { catalog } = source;
  const kind = text(stmt, 'renameType') ?? '';
  if (kind === 'OBJECT_ATTRIBUTE') return;
  const name = rangeName(field(stmt, 'relation'));
  if (!catalog.relation(name) && stmt.missing_ok === true) {
    source.miss(name.name, true);
    return;
  }
  // Of a sequence that no file makes is known that it is one.
  if (!catalog.relation(name) && (kind === 'OBJECT_SEQUENCE' || text(stmt, 'objectType') === 'OBJECT_SEQUENCE'))
    catalog.put(newSequence(catalog, name, { origin: 'unknown' }));
  const relation = relationOrUnknown(catalog, name);
  const inside = text(stmt, 'subname') ?? '';
  if (kind === 'OBJECT_COLUMN') columnOrUnknown(catalog, relation, inside);
  if (kind === 'OBJECT_TABCONSTRAINT') constraintOrUnknown(catalog, relation, inside);
}

/** Replays a whole statement. */
export function applyStatementTo(statement: ParsedStatement, catalog: Catalog): void {
  for (const operation of operationsOf(statement, catalog)) operation.run();
}
