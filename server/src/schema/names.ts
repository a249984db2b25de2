import type { CreateIndex } from '../sql/action.js';
import { chooseName } from '../sql/quote.js';
import type { Relation } from './model.js';
import type { SchemaState } from './state.js';

/**
 * The name PostgreSQL gives an index that has none: table, columns, "idx" (ChooseIndexColumnNames in indexcmds.c).
 * A column that comes twice gets a number.
 */
export function indexName(
  action: Pick<CreateIndex, 'index' | 'table' | 'columns'> & Partial<Pick<CreateIndex, 'include'>>,
): string {
  if (action.index !== undefined) return action.index;
  return nameFor(action.table.name, [
    ...action.columns.map(({ name, expression }) => name ?? expressionName(expression ?? '')),
    ...(action.include ?? []),
  ]);
}

/** The same for an index that is told by its columns, undefined in the places of expressions. */
export function indexNameOf(
  table: string,
  columns: readonly (string | undefined)[],
  expressions: readonly string[],
  include: readonly string[] = [],
): string {
  let next = 0;
  return nameFor(table, [...columns.map((column) => column ?? expressionName(expressions[next++] ?? '')), ...include]);
}

function nameFor(table: string, columns: readonly string[]): string {
  const names: string[] = [];
  for (const base of columns) {
    let chosen = base;
    for (let number = 1; names.includes(chosen); number++) chosen = `${base}${number}`;
    names.push(chosen);
  }
  return chooseName([table, ...names], 'idx');
}

/** A call is named after its function, a cast after its column, anything else "expr" (FigureIndexColname). */
function expressionName(expression: string): string {
  const bare = expression
    .trim()
    .replace(/^\(([\s\S]*)\)$/, '$1')
    .trim();
  const name =
    /^(?:[a-z_]\w*\.)?([a-z_]\w*)\s*\((?:[^()]|\([^()]*\))*\)$/i.exec(bare) ?? /^([a-z_]\w*)\s*::[\w\s]+$/i.exec(bare);
  return name?.[1]?.toLowerCase() ?? 'expr';
}

/**
 * True where another relation has the name, so that PostgreSQL makes nothing (42P07). One of the `same` kind is taken
 * for an older definition that this one replaces: two files of a history may never run on one database.
 */
export function isTaken(state: SchemaState, key: string, same: Relation['kind'] | undefined): boolean {
  const there = state.relationByKey(key);
  return there !== undefined && there.kind !== same;
}
