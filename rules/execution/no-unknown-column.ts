import { catalogColumns } from '../../server/src/schema/catalog-columns.js';
import { isCertain } from '../../server/src/schema/certainty.js';
import type { Table } from '../../server/src/schema/model.js';
import type {
  Action,
  ActionOf,
  ConstraintDefinition,
  ObjectName,
  TableSubcommand,
} from '../../server/src/sql/action.js';
import type { ColumnUse, StrayName } from '../../server/src/sql/column-uses.js';
import { analyseExpression } from '../../server/src/sql/expressions.js';
import { nameOf as tokenName } from '../../server/src/sql/lexer.js';
import { hasPlaceholder } from '../../server/src/sql/placeholders.js';
import type { Span } from '../../server/src/sql/span.js';
import type { ParsedStatement } from '../../server/src/sql/statement.js';
import { closest } from '../engine/closest.js';
import { defineRule, type Report, type RuleContext } from '../engine/define-rule.js';

type Id = 'unknown' | 'catalog' | 'output' | 'notInFrom';

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
      output:
        '{query} gives no column {column}, so PostgreSQL refuses this statement with error 42703 and the migration stops.\n{hint}',
      notInFrom:
        'Nothing in the FROM of this query is called {table}, so PostgreSQL refuses it with error 42P01 and the migration stops.\n{hint}',
    },
  },

  checkStatement(context) {
    const { statement, runsLater, impact, transaction } = context;
    // A statement that fails for another reason is reported there.
    if (runsLater || impact.fails) return;
    const inBlock = transaction.by === 'block';
    const found: Report<Id>[] = [];
    const reported = new Set<string>();
    const report = (table: ObjectName, column: string, span: Span | (() => Span | undefined)): void => {
      // Nearly always it is there, whatever else the table has.
      if (context.before.table(table)?.columns.has(column)) return;
      const columns = columnsOf(table, context);
      if (!columns || columns.has(column) || isNoColumn(column) || column === table.name || reported.has(column))
        return;
      reported.add(column);
      const hint = hintFor(column, columns, table, context);
      const isCatalog = context.before.relation(table) === undefined;
      found.push({
        at: (typeof span === 'function' ? span() : span) ?? whole(context),
        message: isCatalog ? 'catalog' : 'unknown',
        severity: isCatalog ? 'error' : severityOf([table], hint, context),
        data: { table: table.name, column, hint },
      });
    };
    for (const use of statement.columnUses)
      if (isColumn(use, inBlock, context)) report({ ...use.relation, span: undefined }, use.column, use.span);
    for (const action of statement.actions) {
      for (const { table, columns } of namedBeside(action))
        for (const column of columns) report(table, column, () => spanOf(column, context));
      if (action.kind === 'createTable') found.push(...ofNewTable(action, context));
      if (!('table' in action) || !action.table) continue;
      for (const column of named(action))
        if (!isAdded(column, statement.actions))
          report(action.table, column, 'columnSpan' in action ? action.columnSpan : () => spanOf(column, context));
    }
    // In a block a name may be a variable, and a record have fields.
    if (!inBlock)
      for (const stray of statement.strayNames) {
        const each = reported.has(stray.kind === 'relation' ? '' : stray.column) ? undefined : ofStray(stray, context);
        if (each) found.push(each);
      }
    return found;
  },
});

function whole({ statement }: RuleContext): Span {
  return { start: 0, end: statement.text.length };
}

function isNoColumn(name: string): boolean {
  return hasPlaceholder(name) || system.has(name);
}

/** Migrations in another language, and functions that alter tables, leave holes in a history. */
function severityOf(tables: readonly ObjectName[], hint: string, { before }: RuleContext): Report['severity'] & string {
  const isKnown = tables.every((name) => {
    const table = before.table(name);
    return table ? isCertain(table, before) : before.disturbances === 0;
  });
  if (isKnown) return 'error';
  return hint === '' ? 'info' : 'warning';
}

function hintFor(column: string, columns: Names, table: ObjectName | undefined, { earlier }: RuleContext): string {
  const names = [...columns.keys()];
  const cased = names.find((name) => name.toLowerCase() === column.toLowerCase());
  if (cased !== undefined)
    return cased === cased.toLowerCase()
      ? `Its name is ${cased}, without quotes.`
      : `Write "${cased}": without quotes PostgreSQL reads a name in lower case.`;
  const renamed =
    table && earlier.naming(table.name).find((each) => each.kind === 'renameColumn' && each.column === column);
  if (renamed?.kind === 'renameColumn') return `This file has renamed it to ${renamed.to} further above.`;
  const near = closest(column, names);
  return near === undefined ? '' : `Did you mean ${near}?`;
}

/** A name that is no column of any relation in sight, or of a relation that stands in no FROM. */
function ofStray(stray: StrayName, context: RuleContext): Report<Id> | undefined {
  const { span: at } = stray;
  if (stray.kind === 'relation') {
    if (hasPlaceholder(stray.name)) return undefined;
    const hint =
      stray.alias === undefined
        ? `Join ${stray.name}, or name what stands in FROM.`
        : `It is called ${stray.alias} in this query: write that.`;
    return { at, message: 'notInFrom', data: { table: stray.name, hint } };
  }
  const { column } = stray;
  if (isNoColumn(column)) return undefined;
  if (stray.kind === 'output') {
    const { query, outputs } = stray;
    const hint = hintFor(column, new Set(outputs), undefined, context);
    return { at, message: 'output', data: { query: query === '' ? 'What stands in FROM' : query, column, hint } };
  }
  const tables = stray.relations.map((name) => ({ ...name, span: undefined }));
  const known = tables.map((table) => columnsOf(table, context));
  if (known.some((columns) => !columns || columns.has(column)) || tables.some(({ name }) => name === column))
    return undefined;
  const all = new Set(known.flatMap((columns) => [...(columns?.keys() ?? [])]));
  const hint = hintFor(column, all, undefined, context);
  const data = { table: [...new Set(tables.map(({ name }) => name))].join(' or '), column, hint };
  return { at, message: 'unknown', severity: severityOf(tables, hint, context), data };
}

/** A key, a CHECK, a generated column or a partition key of a new table that names a column which it has not. */
function ofNewTable(action: ActionOf<'createTable'>, context: RuleContext): Report<Id>[] {
  const { table, columns, constraints, inherits, like, ofType, partitionOf, partitionBy, asQuery, ifNotExists } =
    action;
  const hasOthers = inherits.length > 0 || like.length > 0 || ofType !== undefined || partitionOf !== undefined;
  if (hasOthers || asQuery || (ifNotExists && context.before.relation(table))) return [];
  const own = new Set(columns.map(({ name }) => name));
  const within = columns.flatMap((column) => [
    ...column.constraints.flatMap(columnsNamed),
    ...(column.generated ? readBy(column.generated.expression.text) : []),
  ]);
  const names = [...constraints.flatMap(columnsNamed), ...within, ...(partitionBy?.columns ?? [])];
  const missing = [...new Set(names)].filter((name) => !own.has(name) && !isNoColumn(name) && name !== table.name);
  return missing.map((column) => ({
    at: spanOf(column, context) ?? whole(context),
    message: 'unknown',
    severity: 'error',
    data: { table: table.name, column, hint: hintFor(column, own, undefined, context) },
  }));
}

/** In PL/pgSQL an unqualified name may be a variable; t.f may call the function f with a row of t. */
function isColumn(use: ColumnUse, inBlock: boolean, { before }: RuleContext): boolean {
  if (inBlock && !use.isTarget && !use.isQualified) return false;
  return use.isTarget || before.function({ schema: undefined, name: use.column }) === undefined;
}

type Names = Pick<ReadonlyMap<string, unknown>, 'has' | 'keys'>;

/** The columns of a table or a view whose whole definition is in the history, or of a relation of PostgreSQL's own. */
function columnsOf(name: ObjectName, { before, earlier }: RuleContext): Names | undefined {
  const relation = before.relation(name);
  if (!relation) {
    const own = catalogColumns[`${name.schema ?? 'pg_catalog'}.${name.name}`];
    return own === undefined ? undefined : new Set(own.split(' '));
  }
  if (earlier.some(mayAddColumns)) return undefined;
  if (relation.kind === 'view' || relation.kind === 'materializedView') {
    const names = relation.columns?.flatMap((name) => name ?? []);
    return names && names.length === relation.columns?.length ? new Set(names) : undefined;
  }
  const table: Table | undefined = relation.kind === 'table' ? relation : undefined;
  return table?.complete ? table.columns : undefined;
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
      return [action.column, ...(action.using ? readBy(action.using.text) : [])];
    case 'setNotNull':
    case 'dropNotNull':
    case 'setDefault':
    case 'dropDefault':
      return [action.column];
    case 'addColumn':
      return [
        ...(action.column.generated ? readBy(action.column.generated.expression.text) : []),
        ...action.column.constraints.flatMap(columnsNamed),
      ];
    case 'alterTableOther':
      return action.name !== undefined && ofColumns.has(action.subcommand) && action.objectKind === 'table'
        ? [action.name]
        : [];
    case 'renameColumn':
      return [action.column];
    case 'addConstraint':
      return columnsNamed(action.constraint);
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

function columnsNamed({ kind, columns, expression, elements }: ConstraintDefinition): readonly string[] {
  if (kind === 'check') return expression ? readBy(expression.text) : [];
  if (kind !== 'exclusion') return columns;
  return (elements ?? []).flatMap(({ name, expression: computed }) => name ?? (computed ? readBy(computed) : []));
}

/** Sub-commands that change something about one column. */
const ofColumns: ReadonlySet<TableSubcommand> = new Set([
  'setStatistics',
  'setStorage',
  'setCompression',
  'addIdentity',
  'setIdentity',
  'setExpression',
]);

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
    case 'addConstraint':
      return referenced(action.constraint);
    case 'addColumn':
      return action.column.constraints.flatMap(referenced);
    case 'createTable':
      return (
        [...action.constraints, ...action.columns.flatMap(({ constraints }) => constraints)]
          .flatMap(referenced)
          // A table may refer to itself.
          .filter(({ table }) => table.name !== action.table.name)
      );
    default:
      return [];
  }
}

function referenced({ references }: ConstraintDefinition): { table: ObjectName; columns: readonly string[] }[] {
  return references ? [references] : [];
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
