import { analyseExpression } from '../../sql/expressions.js';
import { descendantsOf } from '../descendants.js';
import type { Table, UserFunction } from '../model.js';
import { indexesOfTable } from '../partition-indexes.js';
import type { SchemaState } from '../state.js';
import { type DependentObject, part, recorded, relationObject, whole } from './model.js';

/**
 * What depends on a function, directly. Expressions are known by the function's name alone: where several functions
 * have it, which of them is called is not certain.
 */
export function ofFunction(
  fn: UserFunction,
  given: readonly string[] | undefined,
  state: SchemaState,
): DependentObject[] {
  const isOnly = fn.overloads.length <= 1;
  const found: DependentObject[] = [];
  for (const table of tablesUsing(fn, state)) {
    found.push(...expressionsCalling(table, [fn.name], isOnly, state));
    for (const key of table.dependents) {
      const each = state.dependent(key);
      // A trigger function takes no arguments.
      const isMeant = !given || given.length === 0;
      if (each?.function === fn.key && each.kind === 'trigger' && isMeant)
        found.push(recorded(each, { onDrop: 'refuses' }));
    }
  }
  found.push(...recordsCalling(fn.key, isOnly, state));
  return found;
}

/** The tables with a trigger or an expression that has called it, and those below them. */
function tablesUsing(fn: UserFunction, state: SchemaState): Set<Table> {
  const found = new Set<Table>();
  for (const key of fn.users) {
    const table = state.tableByKey(key);
    if (!table) continue;
    found.add(table);
    for (const below of descendantsOf(table, (each) => state.tableByKey(each))) found.add(below);
  }
  return found;
}

/** Defaults, generated columns, CHECKs and indexes of a table that call one of the functions. In: their bare names. */
function expressionsCalling(
  table: Table,
  names: readonly string[],
  certain: boolean,
  state: SchemaState,
): DependentObject[] {
  const calls = (text: string | undefined): boolean =>
    text !== undefined &&
    names.some((name) => text.toLowerCase().includes(name.toLowerCase())) &&
    (analyseExpression(text)?.functions.some((called) => names.includes(called.name)) ?? false);
  const how = { onDrop: 'refuses', certain } as const;
  const found: DependentObject[] = [];
  for (const column of table.columns.values()) {
    if (calls(column.default)) found.push(part('default value', column.name, table, how));
    if (calls(column.generated?.expression)) found.push(part('column', column.name, table, how));
  }
  for (const { name, expression } of table.constraints.values())
    if (calls(expression)) found.push(part('table constraint', name, table, how));
  for (const index of indexesOfTable(state, table))
    if (index.expressions.some(calls) || calls(index.predicate)) found.push(relationObject(index, how));
  return found;
}

/** Views, policies, rules, functions, aggregates, event triggers and domains that call it. In: its key, or a bare name. */
export function recordsCalling(key: string, certain: boolean, state: SchemaState): DependentObject[] {
  const how = { onDrop: 'refuses', certain } as const;
  const found: DependentObject[] = [];
  for (const view of state.views()) if (view.calls.includes(key)) found.push(relationObject(view, how));
  for (const each of state.dependents()) if (each.calls.includes(key)) found.push(recorded(each, how));
  for (const type of state.types())
    if (type.kind === 'domain' && type.calls.includes(key)) found.push(whole('domain constraint', type, how));
  return found;
}
