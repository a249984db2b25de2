import type { SchemaState } from '../schema/state.js';
import type { Action, ConstraintDefinition, ObjectName } from '../sql/action.js';
import { namesIn } from '../sql/action-names.js';
import { analyseExpression } from '../sql/expressions.js';
import { isTableAction } from '../sql/table-actions.js';
import type { ParsedStatement, Statement } from '../sql/statement.js';
import { indexName } from '../schema/names.js';
import { isBuiltIn } from '../impact/volatility.js';

/** What a split leaves unfinished until its last step. */
export interface Unfinished {
  readonly table: ObjectName;
  readonly action: 'addColumn' | 'setNotNull' | 'alterColumnType' | 'addConstraint' | 'index' | 'uniqueIndex';
  /** The columns that it is about. */
  readonly columns: readonly string[];
  /** The constraint or the index that it is about, by its name. */
  readonly constraint?: string;
}

/** The name of a constraint, also where PostgreSQL chooses it. */
export type NameOf = (table: ObjectName, definition: ConstraintDefinition) => string;

/** What the sub-commands of a statement leave unfinished when it is split. */
export function unfinishedBy(actions: readonly Action[], nameOf: NameOf, before: SchemaState): Unfinished[] {
  return actions.flatMap((action): Unfinished[] => {
    switch (action.kind) {
      case 'addColumn':
        return [{ table: action.table, action: action.kind, columns: [action.column.name] }];
      case 'setNotNull':
      case 'alterColumnType':
        return [{ table: action.table, action: action.kind, columns: [action.column] }];
      case 'addConstraint': {
        const { table, constraint } = action;
        return [{ table, action: action.kind, columns: constraint.columns, constraint: nameOf(table, constraint) }];
      }
      case 'createIndex': {
        const columns = action.columns.flatMap(({ name }) => name ?? []);
        const constraint = indexName(before, before.named(action.table).schema, action);
        return [{ table: action.table, action: action.unique ? 'uniqueIndex' : 'index', columns, constraint }];
      }
      case 'dropIndex': {
        const index = before.index(action.index);
        const table = index && before.tableByKey(index.table);
        return [
          {
            table: table ? { ...table, span: undefined } : action.index,
            action: 'index',
            columns: [],
            constraint: action.index.name,
          },
        ];
      }
      case 'reindex':
        return [{ table: action.object ?? noTable, action: 'index', columns: [] }];
      case 'detachPartition':
        return [{ table: action.partition, action: 'alterColumnType', columns: [] }];
      default:
        return [];
    }
  });
}

/** The same of a statement that a pattern takes over several releases. */
export function unfinishedByPattern(actions: readonly Action[], before: SchemaState): Unfinished[] {
  return actions.flatMap((action): Unfinished[] => {
    switch (action.kind) {
      case 'dropTable':
        return [{ table: action.table, action: 'alterColumnType', columns: [] }];
      case 'renameTable':
        // The view of the old name hangs on every column.
        return [action.table, { ...action.table, name: action.to }].map((table) => ({
          table,
          action: 'alterColumnType',
          columns: [...(before.table(action.table)?.columns.keys() ?? [])],
        }));
      case 'renameColumn':
        return [{ table: action.table, action: 'alterColumnType', columns: [action.column, action.to] }];
      case 'dropColumn':
        return [{ table: action.table, action: 'alterColumnType', columns: [action.column] }];
      case 'alterColumnType':
        return [{ table: action.table, action: action.kind, columns: [action.column] }];
      default:
        return [];
    }
  });
}

const noTable: ObjectName = { schema: undefined, name: '', span: undefined };

/**
 * Whether a statement needs what a split has not finished yet, so that it must not run before its last step. What the
 * text does not show may need it: dynamic SQL, a function or procedure that is not PostgreSQL's own. `views`: those
 * that read the table.
 */
export function leansOn(
  statement: ParsedStatement,
  unfinished: readonly Unfinished[],
  views: ReadonlySet<string>,
): boolean {
  if (statement.problem) return true;
  if (statement.dynamic.some(({ origin }) => origin === 'do')) return true;
  const inside = statement.embedded.filter(({ origin }) => origin === 'do').map(({ parsed }) => parsed);
  return (
    inside.some((each) => leansOn(each, unfinished, views)) ||
    statement.actions.some((action) => unfinished.some((each) => actionLeansOn(action, each, views)))
  );
}

function actionLeansOn(action: Action, unfinished: Unfinished, views: ReadonlySet<string>): boolean {
  if (action.kind === 'setVariable' || action.kind === 'transaction') return false;
  if (action.kind === 'call') return true;
  if (action.kind === 'select' && action.calls.some(({ function: called }) => !isBuiltIn(called))) return true;
  if (pointsTo(action, unfinished)) return true;
  // The index of a key has its name, and is altered, clustered on or commented on by that alone.
  if (unfinished.constraint !== undefined && namesIn(action).includes(unfinished.constraint)) return true;
  if (unfinished.action === 'index' || unfinished.action === 'uniqueIndex') return leansOnIndex(action, unfinished);
  if (!namesIn(action).some((name) => name === unfinished.table.name || views.has(name))) return false;
  if (isTableAction(action)) return tableActionLeansOn(action, unfinished);
  switch (action.kind) {
    case 'createIndex':
      return (
        unfinished.action === 'alterColumnType' &&
        action.columns.some(({ name }) => name === undefined || unfinished.columns.includes(name))
      );
    case 'insert':
    case 'merge':
      // ON CONFLICT needs the unique index; a value may need the new type.
      return unfinished.action === 'addConstraint' || unfinished.action === 'alterColumnType';
    case 'update':
    case 'delete':
    case 'select':
    case 'copy':
    case 'truncate':
    case 'lockTable':
    case 'vacuum':
      return unfinished.action === 'alterColumnType';
    default:
      return true;
  }
}

/** Whether a statement names an index, makes a constraint of one, or needs that it is unique. */
function leansOnIndex(action: Action, { table, action: kind, constraint }: Unfinished): boolean {
  if (action.kind === 'addConstraint') return action.constraint.usingIndex === constraint && constraint !== undefined;
  if (action.kind === 'alterTableOther') return action.name !== undefined && action.name === constraint;
  const isWrite = action.kind === 'insert' || action.kind === 'merge';
  return kind === 'uniqueIndex' && isWrite && namesIn(action).includes(table.name);
}

/** Whether a foreign key that it adds needs a key which is not there yet, or a column in its new type. */
function pointsTo(action: Action, { table, action: change, columns }: Unfinished): boolean {
  return constraintsOf(action).some(({ references }) => {
    if (references?.table.name !== table.name) return false;
    // Without columns it points to the primary key.
    if (change === 'index') return false;
    if (references.columns.length === 0) return change === 'addConstraint';
    return references.columns.some((column) => columns.includes(column));
  });
}

function constraintsOf(action: Action): readonly ConstraintDefinition[] {
  switch (action.kind) {
    case 'addConstraint':
      return [action.constraint];
    case 'addColumn':
      return action.column.constraints;
    case 'createTable':
      return [...action.constraints, ...action.columns.flatMap((column) => column.constraints)];
    default:
      return [];
  }
}

/** The names of types that every database has. */
const everywhere =
  /^(?:int[248]|float[48]|numeric|money|bool|text|varchar|bpchar|char|name|bytea|uuid|xml|jsonb?|date|time(?:stamp)?(?:tz)?|interval|bit|varbit|inet|cidr|oid|regclass|tsvector|tsquery|trigger|event_trigger|void|record|any\w*)$/;

/**
 * The names of the objects that statements are about and of the types of their columns, those in DO blocks included:
 * two statements that share none of them can change places.
 */
export function namesOf(statements: readonly Statement[]): Set<string> {
  const all = statements.flatMap(({ parsed }) => [parsed, ...parsed.embedded.map((inner) => inner.parsed)]);
  const names = all.flatMap(({ actions }) =>
    actions.flatMap((action) => [...namesIn(action), ...columnTypesOf(action)]),
  );
  return new Set(names.filter((name) => name !== '' && !everywhere.test(name)));
}

function columnTypesOf(action: Action): string[] {
  switch (action.kind) {
    case 'addColumn':
      return [action.column.type?.name ?? ''];
    case 'createTable':
      return action.columns.map(({ type }) => type?.name ?? '');
    case 'alterColumnType':
      return [action.type.name];
    default:
      return [];
  }
}

/** The names of the views through which a table is read and written. */
export function viewsOf(table: ObjectName, state: SchemaState): ReadonlySet<string> {
  const names = new Set<string>();
  const open = [state.relation(table)?.key];
  for (let key = open.pop(); key !== undefined; key = open.pop())
    for (const view of state.views()) {
      if (!view.reads.includes(key) || names.has(view.name)) continue;
      names.add(view.name);
      open.push(view.key);
    }
  return names;
}

function tableActionLeansOn(action: Extract<Action, { kind: string }>, unfinished: Unfinished): boolean {
  const isOn = (columns: readonly string[]): boolean => columns.some((column) => unfinished.columns.includes(column));
  switch (action.kind) {
    case 'addConstraint': {
      const { constraint, table } = action;
      const read = constraint.expression
        ? (analyseExpression(constraint.expression.text)?.columns ?? unfinished.columns)
        : [];
      if (table.name !== unfinished.table.name) return false;
      // Which columns an index is on does not stand there.
      return constraint.usingIndex !== undefined || isOn([...constraint.columns, ...read]);
    }
    case 'dropConstraint':
    case 'validateConstraint':
      return unfinished.action === 'addConstraint' && action.constraint === unfinished.constraint;
    case 'dropColumn':
    case 'alterColumnType':
    case 'setDefault':
    case 'dropDefault':
    case 'setNotNull':
    case 'dropNotNull':
      return isOn([action.column]);
    case 'addColumn':
      return unfinished.columns.includes(action.column.name);
    case 'alterTableOther':
      return action.name === undefined
        ? false
        : unfinished.columns.includes(action.name) || action.name === unfinished.constraint;
    default:
      return true;
  }
}
