import type { ConstraintDefinition, CreateIndex } from '../sql/action.js';
import { analyseExpression } from '../sql/expressions.js';
import { byteLength, chooseName, NAME_BYTES, constraintSuffixes } from '../sql/quote.js';
import type { Relation, Table } from './model.js';
import { keyOf, type SchemaState } from './state.js';

/**
 * The names that PostgreSQL chooses for objects that have none in the statement, on a state. The replay uses them and
 * so does everything that writes SQL. They hold for what the history knows: another object may have taken the name.
 */

type Named = Pick<Table, 'schema' | 'name'>;

/**
 * ChooseRelationName of indexcmds.c: parts and label joined by "_" and cut to 63 bytes, with a number behind the label
 * while a relation of the schema has the name; for the index of a constraint also while a constraint has it.
 */
export function freeRelationName(
  state: SchemaState,
  schema: string,
  parts: readonly string[],
  label: string,
  isConstraint = false,
): string {
  return firstFree(parts, label, (name) => {
    if (state.relationByKey(keyOf(schema, name))) return true;
    return isConstraint && state.isConstraintName(schema, name);
  });
}

/** ChooseConstraintName of pg_constraint.c: the name of no constraint on any table of the schema. */
export function freeConstraintName(
  state: SchemaState,
  schema: string,
  parts: readonly string[],
  label: string,
): string {
  return firstFree(parts, label, (name) => state.isConstraintName(schema, name));
}

function firstFree(parts: readonly string[], label: string, isTaken: (name: string) => boolean): string {
  const first = chooseName(parts, label);
  // Where nothing is cut the number stands behind; hundreds of names are tried where there are hundreds of constraints.
  const isShort = byteLength(first) < NAME_BYTES - 8;
  for (let number = 0; ; number++) {
    const name = number === 0 ? first : isShort ? `${first}${number}` : chooseName(parts, `${label}${number}`);
    if (!isTaken(name)) return name;
  }
}

/** The name of a constraint as the catalog will have it: its own, that of its index, or the one PostgreSQL chooses. */
export function constraintName(state: SchemaState, table: Named, definition: ConstraintDefinition): string {
  const { kind, name, usingIndex } = definition;
  if (name !== undefined) return name;
  if (usingIndex !== undefined) return usingIndex;
  const label = constraintSuffixes[kind];
  if (kind === 'primaryKey') return freeRelationName(state, table.schema, [table.name], label, true);
  if (kind === 'unique' || kind === 'exclusion') {
    const columns = numbered([...indexedNames(definition), ...definition.include]);
    return freeRelationName(state, table.schema, [table.name, ...columns], label, true);
  }
  const columns = kind === 'check' ? checkedColumns(definition) : definition.columns;
  return freeConstraintName(state, table.schema, [table.name, ...columns], label);
}

/** The columns of the key; an EXCLUDE may have expressions in their places. */
function indexedNames({ columns, elements }: ConstraintDefinition): readonly string[] {
  return elements?.map(({ name, expression }) => name ?? expressionName(expression ?? '')) ?? columns;
}

/** A CHECK is named after its column when it reads exactly one. */
function checkedColumns(definition: ConstraintDefinition): readonly string[] {
  const read = analyseExpression(definition.expression?.text ?? '')?.columns ?? [];
  return new Set(read).size === 1 ? read.slice(0, 1) : [];
}

/** The sequence of a serial or identity column; it stands in the schema of the table. */
export function sequenceName(state: SchemaState, table: Named, column: string): string {
  return freeRelationName(state, table.schema, [table.name, column], 'seq');
}

/** The index of CREATE INDEX: its own name, or table, columns and "idx". `schema` is that of the table. */
export function indexName(
  state: SchemaState,
  schema: string,
  action: Pick<CreateIndex, 'index' | 'table' | 'columns' | 'include'>,
): string {
  if (action.index !== undefined) return action.index;
  const columns = action.columns.map(({ name, expression }) => name ?? expressionName(expression ?? ''));
  return freeRelationName(state, schema, [action.table.name, ...numbered([...columns, ...action.include])], 'idx');
}

/** The same, undefined where no file shows the whole table: then another name may be taken. */
export function knownIndexName(state: SchemaState, action: Parameters<typeof indexName>[2]): string | undefined {
  if (action.index !== undefined) return action.index;
  return state.table(action.table)?.complete ? indexName(state, state.named(action.table).schema, action) : undefined;
}

/** The same for an index that is described by its columns, undefined in the places of expressions. */
export function indexNameOf(
  state: SchemaState,
  table: Named,
  columns: readonly (string | undefined)[],
  expressions: readonly string[],
  include: readonly string[] = [],
): string {
  let next = 0;
  const names = columns.map((column) => column ?? expressionName(expressions[next++] ?? ''));
  return freeRelationName(state, table.schema, [table.name, ...numbered([...names, ...include])], 'idx');
}

/** ChooseIndexColumnNames: a column that comes twice gets a number. */
function numbered(columns: readonly string[]): string[] {
  const names = new Set<string>();
  // The numbers that a name has used up: they stay taken.
  const tried = new Map<string, number>();
  for (const base of columns) {
    let chosen = base;
    let number = tried.get(base) ?? 1;
    for (; names.has(chosen); number++) chosen = `${base}${number}`;
    tried.set(base, number);
    names.add(chosen);
  }
  return [...names];
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
