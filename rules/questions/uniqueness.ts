import type { SchemaState } from '../../server/src/schema/state.js';
import type { Action, ObjectName } from '../../server/src/sql/action.js';
import { analyseExpression } from '../../server/src/sql/expressions.js';
import type { FileSide } from '../engine/define-rule.js';
import { squeezed } from './differences.js';
import { isSameTable } from './foreign-keys.js';

/** Columns that an index or a constraint keeps unique. */
export interface UniqueKey {
  readonly name: string;
  /** Undefined in the place of an expression. */
  readonly columns: readonly (string | undefined)[];
  readonly expressions: readonly string[];
  readonly predicate: string | undefined;
  readonly deferrable: boolean;
}

/** What another key keeps of what is dropped: all of it, or less. */
export type Kept = 'all' | 'partial' | 'wider' | 'narrower' | 'deferrable' | 'expression';

/** From what keeps most of it to what keeps least. */
const order: readonly Kept[] = ['all', 'deferrable', 'narrower', 'expression', 'partial', 'wider'];

/**
 * What `other` keeps of `dropped`; undefined where they have nothing in common. ON CONFLICT takes an index that has
 * exactly its columns, and none that is DEFERRABLE (measured on PostgreSQL 15: 42P10, 55000).
 */
export function keeps(other: UniqueKey, dropped: UniqueKey): Kept | undefined {
  const own = keysOf(dropped);
  const theirs = keysOf(other);
  const shared = theirs.filter((each) => own.includes(each));
  const isSame = shared.length === own.length && theirs.length === own.length;
  if (isSame || (shared.length > 0 && shared.length === theirs.length)) {
    if (other.predicate !== undefined && squeezed(other.predicate) !== squeezed(dropped.predicate ?? ''))
      return 'partial';
    if (!isSame) return 'narrower';
    return other.deferrable && !dropped.deferrable ? 'deferrable' : 'all';
  }
  if (shared.length === own.length) return 'wider';
  const computed = other.expressions.flatMap((each) => analyseExpression(each)?.columns ?? []);
  if (!dropped.columns.some((each) => each !== undefined && computed.includes(each))) return undefined;
  // Rows that are the same in what was dropped are the same in an expression of nothing else.
  const isOfThese = [...computed, ...other.columns].every(
    (each) => each === undefined || dropped.columns.includes(each),
  );
  if (!isOfThese) return 'wider';
  return other.predicate !== undefined && squeezed(other.predicate) !== squeezed(dropped.predicate ?? '')
    ? 'partial'
    : 'expression';
}

function keysOf({ columns, expressions }: UniqueKey): string[] {
  return [...columns.flatMap((name) => name ?? []), ...expressions.map((each) => `(${squeezed(each)})`)];
}

/** The key that the file makes for the table and that keeps most of what is dropped. */
export function replacementIn(
  file: FileSide,
  table: ObjectName,
  dropped: UniqueKey,
  before: SchemaState,
): { readonly key: UniqueKey; readonly kept: Kept } | undefined {
  let best: { key: UniqueKey; kept: Kept } | undefined;
  for (const action of file.naming(table.name)) {
    const key = keyMadeBy(action, table, dropped, before);
    const kept = key && keeps(key, dropped);
    if (key && kept && (!best || order.indexOf(kept) < order.indexOf(best.kept))) best = { key, kept };
  }
  return best;
}

function keyMadeBy(action: Action, table: ObjectName, dropped: UniqueKey, before: SchemaState): UniqueKey | undefined {
  if (action.kind === 'createIndex') {
    if (!action.unique || !isSameTable(action.table, table, before)) return undefined;
    return {
      name: action.index ?? 'the new index',
      columns: action.columns.map(({ name }) => name),
      expressions: action.columns.flatMap(({ expression }) => expression ?? []),
      predicate: action.predicate?.text,
      deferrable: false,
    };
  }
  if (action.kind !== 'addConstraint' || !isSameTable(action.table, table, before)) return undefined;
  const { kind, name, columns, elements, usingIndex, deferrable } = action.constraint;
  if (kind !== 'unique' && kind !== 'primaryKey' && kind !== 'exclusion') return undefined;
  const index = usingIndex === undefined ? undefined : before.index({ ...table, name: usingIndex });
  // An index that no file has made may be on any columns.
  if (usingIndex !== undefined && !index) return { ...dropped, name: name ?? usingIndex, deferrable };
  return {
    name: name ?? usingIndex ?? 'the new constraint',
    columns: index?.columns ?? elements?.map((each) => each.name) ?? columns,
    expressions: elements?.flatMap(({ expression }) => expression ?? []) ?? [],
    predicate: undefined,
    deferrable,
  };
}

/** True when an index of the table that stays keeps out the same duplicates. */
export function isKeptBy(
  indexes: Iterable<string>,
  dropped: UniqueKey,
  isDropped: (index: string, constraint: string | undefined) => boolean,
  before: SchemaState,
): boolean {
  for (const each of indexes) {
    const index = before.relationByKey(each);
    if (index?.kind !== 'index' || !index.unique || isDropped(index.key, index.constraint)) continue;
    const table = before.tableByKey(index.table);
    const definition =
      index.constraint === undefined ? '' : (table?.constraints.get(index.constraint)?.definition ?? '');
    const deferrable = /(?<!\bnot\s+)\bdeferrable\b/i.test(definition);
    if (keeps({ ...index, deferrable }, dropped) === 'all') return true;
  }
  return false;
}
