import { dependentsOf } from '../schema/note-dependents.js';
import { descendantsOf } from '../schema/descendants.js';
import type { Table } from '../schema/model.js';
import type { SchemaState } from '../schema/state.js';
import type { ObjectName } from '../sql/action.js';
import { objectSql, quoteIdentifier } from '../sql/quote.js';
import { backfillBlock, backfillNotes } from './backfill.js';
import type { BackfillColumn, BackfillSpec } from './backfill-spec.js';
import { harmless, type Phase, type Refusal, slugOf } from './plan.js';
import { walkingKey } from './table-key.js';

/**
 * The phase that fills a column where it is NULL.
 * In: the value as SQL text over the columns of the row, undefined when only the author knows it; what must be deployed
 * before it, if anything.
 */
export function fillNullsPhase(
  state: SchemaState,
  table: ObjectName,
  column: string,
  expression: string | undefined,
  gate?: string,
): Phase | Refusal {
  const name = quoteIdentifier(column);
  const why =
    expression === undefined
      ? 'Only you know what the old rows get: the file fails on the first of them until you write the value into it.'
      : 'Every batch is a transaction of its own, so that no row stays locked for longer than its batch.';
  return backfillPhase(
    state,
    table,
    [{ column, expression }],
    `${name} IS NULL`,
    `Fill ${table.name}.${column} where it is NULL`,
    why,
    gate,
  );
}

/** The phase that fills columns in batches; a block for each partition where a partitioned table has no key. */
export function backfillPhase(
  state: SchemaState,
  table: ObjectName,
  filled: readonly BackfillColumn[],
  predicate: string,
  title: string,
  why: string,
  gate?: string,
): Phase | Refusal {
  const known = state.table(table);
  const key = walkingKey(state, known);
  const parts =
    known?.partitionBy && key.length === 0 ? leaves(known, state) : [{ schema: table.schema, name: table.name }];
  if (parts.length === 0)
    return { refused: `${table.name} is partitioned, has no key to walk by, and no file makes a partition of it.` };
  const specs = parts.map(({ schema, name }): BackfillSpec => ({ schema, table: name, key, set: filled, predicate }));
  const fires = known && dependentsOf(state, known).some((each) => each.kind === 'trigger' && each.forEachRow);
  return {
    slug: slugOf('backfill', table.name, ...filled.map(({ column }) => column)),
    title,
    why,
    notes: [
      ...(specs[0] ? backfillNotes(specs[0]) : []),
      ...(fires ? [`It fires the row triggers of ${table.name} for every row that it fills.`] : []),
    ],
    statements: specs.map((spec) => harmless(backfillBlock(spec))),
    transactional: false,
    gate,
    verify: `SELECT count(*) FROM ${objectSql(table)} WHERE ${predicate}; -- 0`,
    // What was filled stays: nothing marks those rows, and no reader minds.
    back: [],
    backTransactional: true,
  };
}

/** The partitions that hold rows, with their schema where it is not on the search path. */
function leaves(table: Table, state: SchemaState): { schema: string | undefined; name: string }[] {
  return descendantsOf(table, (key) => state.tableByKey(key))
    .filter(({ partitionBy, partitionOf }) => !partitionBy && partitionOf !== undefined)
    .map(({ schema, name }) => ({ schema: state.searchPath.includes(schema) ? undefined : schema, name }));
}
