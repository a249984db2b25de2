import type { Action, ObjectName } from '../sql/action.js';
import { namesIn } from '../sql/action-names.js';
import type { Table } from './model.js';
import type { SchemaState } from './state.js';
import { asTable } from './writable-table.js';

/**
 * True when what the history shows of a table holds: no table of the name can have been there before, and nothing that
 * nobody can read has run since.
 */
export function isCertain(table: Table | undefined, state: SchemaState): boolean {
  return table !== undefined && !table.mayPredate && table.disturbances === state.disturbances;
}

/** True when every table that actions name is certain; without one, when nothing unreadable has run. */
export function isAllCertain(actions: readonly Action[], state: SchemaState): boolean {
  const names = new Set(actions.flatMap((action) => [...namesIn(action)]));
  const tables = [...names].flatMap((name) => state.table(plain(name)) ?? []);
  return tables.length === 0 ? state.disturbances === 0 : tables.every((table) => isCertain(table, state));
}

function plain(name: string): ObjectName {
  return { schema: undefined, name, span: undefined };
}

/** True when an earlier release has made a table that is still there: the migrations before this one are known. */
export function hasHistory(state: SchemaState): boolean {
  for (const relation of state.relations()) {
    const table = asTable(relation);
    if (table?.complete && table.release < state.release) return true;
  }
  return false;
}
