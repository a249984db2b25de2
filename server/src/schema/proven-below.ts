import type { ConstraintDefinition } from '../sql/action.js';
import { descendantsOf } from './descendants.js';
import type { Constraint, Table } from './model.js';
import type { SchemaState } from './state.js';

/**
 * What a partition has already, PostgreSQL takes over when the partitioned table gets the same: it reads no row and
 * builds nothing there (measured on 15 and 18: test/impact/partitions).
 */

/** True for a partitioned table of which every partition that the files make, and that holds rows, passes. */
export function isProvenBelow(
  state: SchemaState,
  table: Table | undefined,
  passes: (partition: Table) => boolean,
): boolean {
  if (!table?.partitionBy) return false;
  const leaves = descendantsOf(table, (key) => state.tableByKey(key)).filter((each) => !each.partitionBy);
  return leaves.length > 0 && leaves.every(passes);
}

/** A valid CHECK of that name and with that expression. */
export function hasCheck(table: Table | undefined, name: string, expression: string | undefined): boolean {
  const known = table?.constraints.get(name);
  return (
    known?.kind === 'check' && known.validated && expression !== undefined && sameText(known.expression, expression)
  );
}

/** A key of the same kind on the same columns, in their order. */
export function hasKey(table: Table | undefined, kind: Constraint['kind'], columns: readonly string[]): boolean {
  return [...(table?.constraints.values() ?? [])].some(
    (each) =>
      each.kind === kind && sameList(each.columns, columns) && !/\binclude\b|\bnot\s+distinct\b/i.test(each.definition),
  );
}

/** The foreign key that PostgreSQL takes for the new one; one that is NOT VALID counts from 18 on. */
export function foreignKeyLike(
  state: SchemaState,
  table: Table,
  definition: ConstraintDefinition,
): Constraint | undefined {
  const { references, columns } = definition;
  const parent = references && state.table(references.table);
  if (!parent) return undefined;
  const key = [...parent.constraints.values()].find(({ kind }) => kind === 'primaryKey')?.columns ?? [];
  const target = (names: readonly string[]): readonly string[] => (names.length > 0 ? names : key);
  return [...table.constraints.values()].find(
    (each) =>
      each.references?.table === parent.key &&
      sameList(each.columns, columns) &&
      sameList(target(each.references.columns), target(references.columns)) &&
      each.references.onDelete === references.onDelete &&
      isPlain(each.definition) &&
      isPlain(definition.text),
  );
}

/** Without words that make it another one: those are too many to compare. */
function isPlain(definition: string): boolean {
  return !/\b(?:match|update|deferrable|initially|period)\b/i.test(definition);
}

function sameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((each, index) => each === other[index]);
}

function sameText(one: string | undefined, other: string): boolean {
  return one?.replace(/\s+/g, '') === other.replace(/\s+/g, '');
}
