import { catalogColumns } from '../../server/src/schema/catalog-columns.js';
import { isCertain } from '../../server/src/schema/certainty.js';
import type { Table } from '../../server/src/schema/model.js';
import type { Action, ObjectName } from '../../server/src/sql/action.js';
import type { ColumnUse } from '../../server/src/sql/column-uses.js';
import { analyseExpression } from '../../server/src/sql/expressions.js';
import { nameOf as tokenName } from '../../server/src/sql/lexer.js';
import { hasPlaceholder } from '../../server/src/sql/placeholders.js';
import type { Span } from '../../server/src/sql/span.js';
import type { ParsedStatement } from '../../server/src/sql/statement.js';
import { closest } from '../engine/closest.js';
import { defineRule, type Report, type RuleContext } from '../engine/define-rule.js';

/** Columns that every table has, and those of the catalog that are hidden. */
const system = new Set(['ctid', 'xmin', 'xmax', 'cmin', 'cmax', 'tableoid', 'oid']);

/** A name that no column has: PostgreSQL refuses the statement (measured: 42703) and the migration stops. */
export default defineRule({
  meta: {
    id: 'no-unknown-column',
    category: 'execution',
    severity: 'error',
    summary: 'Name only columns that the table has at this point of the history.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/errcodes-appendix.html'],
    messages: {
      unknown:
        '{table} has no column {column} at this point of the history, so PostgreSQL refuses this statement with error 42703 and the migration stops, unless something outside the migrations adds it.\n{hint}',
      catalog:
        '{table} has no column {column} in any PostgreSQL from 14 to 18, so this query fails with error 42703 and the migration stops.\n{hint}',
    },
  },

  checkStatement(context) {
    const { statement, runsLater, impact, transaction } = context;
    // A statement that fails for another reason is reported there.
    if (runsLater || impact.fails) return;
    const inBlock = transaction.by === 'block';
    const found: Report<'unknown' | 'catalog'>[] = [];
    const reported = new Set<string>();
    const note = (table: ObjectName, column: string, span: Span | (() => Span | undefined)): void => {
      // Nearly always it is there, whatever else the table has.
      if (context.before.table(table)?.columns.has(column)) return;
      const columns = columnsOf(table, context);
      if (
        hasPlaceholder(column) ||
        !columns ||
        columns.has(column) ||
        system.has(column) ||
        column === table.name ||
        reported.has(column)
      )
        return;
      reported.add(column);
      const hint = closest(column, [...columns.keys()]);
      const isCatalog = context.before.relation(table) === undefined;
      // Migrations in another language, and functions that alter tables, leave holes in a history; hardly in one file.
      const known = context.before.table(table);
      const isKnown = isCatalog || (known?.release === context.before.release && isCertain(known, context.before));
      found.push({
        at: (typeof span === 'function' ? span() : span) ?? { start: 0, end: statement.text.length },
        message: isCatalog ? 'catalog' : 'unknown',
        severity: isKnown ? 'error' : hint === undefined ? 'info' : 'warning',
        data: { table: table.name, column, hint: hint === undefined ? '' : `Did you mean ${hint}?` },
      });
    };
    if (readsRows(statement.actions)) {
      for (const use of statement.columnUses)
        if (isColumn(use, inBlock, context)) note({ ...use.relation, span: undefined }, use.column, use.span);
    }
    for (const action of statement.actions) {
      for (const { table, columns } of namedBeside(action))
        for (const column of columns) note(table, column, () => spanOf(column, context));
      if (!('table' in action) || !action.table) continue;
      for (const column of named(action))
        if (!isAdded(column, statement.actions))
          note(action.table, column, 'columnSpan' in action ? action.columnSpan : () => spanOf(column, context));
    }
    return found;
  },
});

const queries: ReadonlySet<Action['kind']> = new Set([
  'select',
  'update',
  'delete',
  'insert',
  'createView',
  'createTable',
]);

function readsRows(actions: readonly Action[]): boolean {
  return actions.some((action) => queries.has(action.kind));
}

/** In PL/pgSQL an unqualified name may be a variable; t.f may call the function f with a row of t. */
function isColumn(use: ColumnUse, inBlock: boolean, { before }: RuleContext): boolean {
  if (inBlock && !use.isTarget && !use.isQualified) return false;
  return use.isTarget || before.function({ schema: undefined, name: use.column }) === undefined;
}

type Names = Pick<ReadonlyMap<string, unknown>, 'has' | 'keys'>;

/** The columns of a table whose whole definition is in the history, or of a relation of PostgreSQL's own. */
function columnsOf(name: ObjectName, { before, earlier }: RuleContext): Names | undefined {
  const relation = before.relation(name);
  if (!relation) {
    const own = catalogColumns[`${name.schema ?? 'pg_catalog'}.${name.name}`];
    return own === undefined ? undefined : new Set(own.split(' '));
  }
  const table: Table | undefined = relation.kind === 'table' ? relation : undefined;
  if (!table?.complete || earlier.some(mayAddColumns)) return undefined;
  return table.columns;
}

/** What does not parse, dynamic SQL, and a function or procedure that is called for what it does. */
function mayAddColumns({ problem, dynamic, actions }: ParsedStatement): boolean {
  return (
    problem !== undefined ||
    dynamic.length > 0 ||
    actions.some((action) => action.kind === 'call' || (action.kind === 'select' && action.reads.length === 0))
  );
}

/** The columns that a schema change names and that must be there. */
function named(action: Action): readonly string[] {
  switch (action.kind) {
    case 'alterColumnType':
    case 'setNotNull':
    case 'setDefault':
      return [action.column];
    case 'renameColumn':
      return [action.column];
    case 'addConstraint': {
      const { kind, columns, expression } = action.constraint;
      if (kind === 'check') return expression ? readBy(expression.text) : [];
      return kind === 'exclusion' ? [] : columns;
    }
    case 'createIndex':
      return [
        ...action.columns.flatMap(
          ({ name, expression }) => name ?? (expression === undefined ? [] : readBy(expression)),
        ),
        ...action.include,
        ...(action.predicate ? readBy(action.predicate.text) : []),
      ];
    default:
      return [];
  }
}

/** The columns that statements about something else name: comments, privileges, triggers, owners of sequences. */
function namedBeside(action: Action): readonly { readonly table: ObjectName; readonly columns: readonly string[] }[] {
  switch (action.kind) {
    case 'comment':
      return action.object && action.column !== undefined ? [{ table: action.object, columns: [action.column] }] : [];
    case 'other': {
      const columns = action.statement === 'grant' || action.statement === 'revoke' ? action.columns : undefined;
      return columns?.length ? action.relations.map((table) => ({ table, columns })) : [];
    }
    case 'createTrigger':
      return [{ table: action.table, columns: action.ofColumns }];
    case 'createSequence':
    case 'alterSequence': {
      const { ownedBy } = action;
      return ownedBy === undefined || ownedBy === 'none' ? [] : [{ table: ownedBy.table, columns: [ownedBy.column] }];
    }
    default:
      return [];
  }
}

/** The columns that an expression reads; the name of the table itself is the whole row. */
function readBy(expression: string): readonly string[] {
  const facts = analyseExpression(expression);
  return facts && !facts.hasSubquery ? facts.columns : [];
}

function isAdded(column: string, actions: readonly Action[]): boolean {
  return actions.some((action) => action.kind === 'addColumn' && action.column.name === column);
}

/** The last place of the name in the statement: behind the names of the table and the constraint. */
function spanOf(column: string, { statement }: RuleContext): Span | undefined {
  const token = statement
    .tokens()
    .filter((each) => (each.kind === 'word' || each.kind === 'quoted') && tokenName(each) === column)
    .at(-1);
  return token && { start: token.start, end: token.end };
}
