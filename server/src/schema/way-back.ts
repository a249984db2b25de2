import type { Action, ObjectName } from '../sql/action.js';
import { typeText } from './column-type.js';
import type { Column, ColumnType } from './model.js';
import type { SchemaState } from './state.js';

/** What a way back has not taken back, each as people call it: "the column orders.status". */
export interface NotUndone {
  /** What the migration has made and is still there. */
  readonly leaves: readonly string[];
  /** What the migration has taken away and is not there again. */
  readonly misses: readonly string[];
  /** What the migration has changed and is still as it has made it. */
  readonly stays: readonly string[];
}

/** The schema at three moments. */
export interface Moments {
  /** Before the migration. */
  readonly before: SchemaState;
  /** Behind it. */
  readonly after: SchemaState;
  /** Behind its way back. */
  readonly back: SchemaState;
}

/**
 * What the statements of a migration have made or taken away and their way back leaves so. Only of what the files before
 * know: a table that they do not define may have had the column all along.
 */
export function notUndone(actions: readonly Action[], moments: Moments): NotUndone {
  const leaves = new Set<string>();
  const misses = new Set<string>();
  const stays = new Set<string>();
  for (const action of actions) {
    const left = leftBehind(action, moments);
    if (left !== undefined) leaves.add(left);
    const missed = notBroughtBack(action, moments);
    if (missed !== undefined) misses.add(missed);
    const changed = stillChanged(action, moments);
    if (changed !== undefined) stays.add(changed);
  }
  return { leaves: [...leaves], misses: [...misses], stays: [...stays] };
}

function leftBehind(action: Action, { before, after, back }: Moments): string | undefined {
  const isNew = (name: ObjectName): boolean => !before.relation(name) && after.relation(name) !== undefined;
  switch (action.kind) {
    case 'createTable':
      return isNew(action.table) && back.table(action.table) ? `the table ${shown(action.table)}` : undefined;
    case 'createView':
      return isNew(action.view) && back.view(action.view) ? `the view ${shown(action.view)}` : undefined;
    case 'createIndex': {
      const { schema } = after.named(action.table);
      const name = action.index === undefined ? undefined : { schema, name: action.index, span: undefined };
      return name && isNew(name) && back.index(name) ? `the index ${name.name}` : undefined;
    }
    case 'createEnum':
      return !before.type(action.type) && after.type(action.type) && back.type(action.type)
        ? `the type ${shown(action.type)}`
        : undefined;
    case 'addColumn': {
      const { name } = action.column;
      return hasColumn(before, action.table, name) === false && hasColumn(back, action.table, name)
        ? `the column ${shown(action.table)}.${name}`
        : undefined;
    }
    case 'addConstraint': {
      const { name } = action.constraint;
      if (name === undefined || !before.table(action.table)) return undefined;
      return !hasConstraint(before, action.table, name) && hasConstraint(back, action.table, name)
        ? `the constraint ${name} of ${shown(action.table)}`
        : undefined;
    }
    case 'setNotNull':
      // Code of the release before goes on writing NULL.
      return columnOf(before, action)?.notNull === false && columnOf(back, action)?.notNull === true
        ? `NOT NULL of ${shown(action.table)}.${action.column}`
        : undefined;
    case 'renameTable':
      return before.table(action.table) &&
        !before.relation({ ...action.table, name: action.to }) &&
        !back.relation(action.table) &&
        back.table({ ...action.table, name: action.to })
        ? `the name ${action.to} of ${shown(action.table)}`
        : undefined;
    case 'renameColumn':
      return hasColumn(before, action.table, action.column) === true &&
        hasColumn(back, action.table, action.column) === false &&
        hasColumn(back, action.table, action.to) === true
        ? `the name ${action.to} of ${shown(action.table)}.${action.column}`
        : undefined;
    default:
      return undefined;
  }
}

function notBroughtBack(action: Action, { before, back }: Moments): string | undefined {
  switch (action.kind) {
    case 'dropTable':
      return before.table(action.table) && !back.relation(action.table)
        ? `the table ${shown(action.table)}`
        : undefined;
    case 'dropColumn':
      return hasColumn(before, action.table, action.column) === true &&
        hasColumn(back, action.table, action.column) === false
        ? `the column ${shown(action.table)}.${action.column}`
        : undefined;
    case 'dropIndex': {
      const index = before.index(action.index);
      return index && back.tableByKey(index.table) && !back.index(action.index)
        ? `the index ${shown(action.index)}`
        : undefined;
    }
    case 'dropConstraint':
      return hasConstraint(before, action.table, action.constraint) &&
        back.table(action.table) &&
        !hasConstraint(back, action.table, action.constraint)
        ? `the constraint ${action.constraint} of ${shown(action.table)}`
        : undefined;
    default:
      return undefined;
  }
}

/** Only of columns that the files themselves have made, so that what they were is known. */
function stillChanged(action: Action, { before, after, back }: Moments): string | undefined {
  switch (action.kind) {
    case 'alterColumnType': {
      const [was, now, is] = [before, after, back].map((state) => columnOf(state, action)?.type);
      if (!was || !now || !is || /serial/i.test(was.text)) return undefined;
      return keyOf(was) !== keyOf(now) && keyOf(is) === keyOf(now)
        ? `the type ${typeText(now)} of ${shown(action.table)}.${action.column}, which was ${typeText(was)},`
        : undefined;
    }
    case 'setDefault':
    case 'dropDefault': {
      const [was, now, is] = [before, after, back].map((state) => columnOf(state, action));
      if (!was || !now || !is || was.identity || was.generated || was.default === now.default) return undefined;
      if (is.default !== now.default) return undefined;
      return was.default === undefined
        ? `the default of ${shown(action.table)}.${action.column}, which had none,`
        : `the default of ${shown(action.table)}.${action.column}, which was ${was.default},`;
    }
    case 'dropNotNull':
      return columnOf(before, action)?.notNull === true && columnOf(back, action)?.notNull === false
        ? `${shown(action.table)}.${action.column} without its NOT NULL`
        : undefined;
    default:
      return undefined;
  }
}

interface OfColumn {
  readonly table: ObjectName;
  readonly column: string;
}

function columnOf(state: SchemaState, { table, column }: OfColumn): Column | undefined {
  const found = state.table(table);
  return found?.complete && !found.mayPredate ? found.columns.get(column) : undefined;
}

/** The same for int and integer. */
function keyOf({ schema, name, modifiers, arrayDimensions }: ColumnType): string {
  return `${schema ?? ''}.${name}(${modifiers.join()})${arrayDimensions > 0 ? '[]' : ''}`;
}

/** Undefined for a table whose columns are not all known. */
function hasColumn(state: SchemaState, name: ObjectName, column: string): boolean | undefined {
  const table = state.table(name);
  if (table?.columns.has(column)) return true;
  return table?.complete && !table.mayPredate ? false : undefined;
}

function hasConstraint(state: SchemaState, table: ObjectName, constraint: string): boolean {
  return state.table(table)?.constraints.has(constraint) === true;
}

function shown({ schema, name }: ObjectName): string {
  return schema === undefined || schema === 'public' ? name : `${schema}.${name}`;
}
