import type { Action, ObjectName } from '../sql/action.js';
import type { SchemaState } from './state.js';

/** What a way back has not taken back, each as people call it: "the column orders.status". */
export interface NotUndone {
  /** What the migration has made and is still there. */
  readonly leaves: readonly string[];
  /** What the migration has taken away and is not there again. */
  readonly misses: readonly string[];
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
  for (const action of actions) {
    const left = leftBehind(action, moments);
    if (left !== undefined) leaves.add(left);
    const missed = notBroughtBack(action, moments);
    if (missed !== undefined) misses.add(missed);
  }
  return { leaves: [...leaves], misses: [...misses] };
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
