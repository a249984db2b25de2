import { descendantsOf } from '../schema/descendants.js';
import { triggersOf } from '../schema/fired-triggers.js';
import type { Table } from '../schema/model.js';
import type { SchemaState } from '../schema/state.js';
import type { ObjectName, QualifiedName } from '../sql/action.js';
import { objectSql, quoteIdentifier } from '../sql/quote.js';
import { backfillBlock, backfillNotes } from './backfill.js';
import type { BackfillColumn, BackfillSpec } from './backfill-spec.js';
import { harmless, isRefused, type Phase, type Refusal, slugOf } from './plan.js';
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
  const specs = backfillSpecs(state, table, filled, predicate);
  return isRefused(specs) ? specs : phaseOf(state, table, specs, title, why, gate);
}

/** One backfill, or one for each partition where a partitioned table has no key. */
export function backfillSpecs(
  state: SchemaState,
  table: ObjectName,
  set: readonly BackfillColumn[],
  predicate: string,
): [BackfillSpec, ...BackfillSpec[]] | Refusal {
  const known = state.table(table);
  const key = walkingKey(state, known);
  const [first, ...others] =
    known?.partitionBy && key.length === 0 ? leaves(known, state) : [{ schema: table.schema, name: table.name }];
  if (first === undefined)
    return { refused: `${table.name} is partitioned, has no key to walk by, and no file makes a partition of it.` };
  const specOf = ({ schema, name }: QualifiedName): BackfillSpec => {
    return { schema, table: name, key, set, predicate };
  };
  return [specOf(first), ...others.map(specOf)];
}

/** The phase of backfills of one table. */
export function phaseOf(
  state: SchemaState,
  table: ObjectName,
  specs: readonly [BackfillSpec, ...BackfillSpec[]],
  title: string,
  why: string,
  gate?: string,
): Phase {
  const [first] = specs;
  const { set, predicate } = first;
  return {
    slug: slugOf('backfill', table.name, ...set.map(({ column }) => column)),
    title,
    why,
    notes: [
      ...backfillNotes({ ...first, schema: table.schema, table: table.name }),
      ...triggerNotes(state, table, set),
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

/** Which triggers a backfill fires, a sentence each: none where the history shows none. */
function triggerNotes(state: SchemaState, table: ObjectName, set: readonly BackfillColumn[]): string[] {
  const known = state.table(table);
  if (!known) return [];
  const assigns = set.map(({ column }) => column);
  const below = known.partitionBy ? descendantsOf(known, (key) => state.tableByKey(key)) : [];
  const fired = new Map(
    [table, ...below.map(({ schema, name }): ObjectName => ({ schema, name, span: undefined }))]
      .flatMap((each) => triggersOf({ table: each, events: ['UPDATE'], assigns }, state))
      .map(({ trigger }) => [trigger.key, trigger]),
  );
  return [...fired.values()].map(({ name, function: called, forEachRow, on }) => {
    const does = called === undefined ? '' : `, which calls ${called}()`;
    const where = on === undefined || on === known.key ? table.name : on;
    return `It fires the trigger ${name} of ${where} ${forEachRow ? 'for every row that it fills' : 'once a batch'}${does}.`;
  });
}

/** The partitions that hold rows, with their schema where it is not on the search path. */
function leaves(table: Table, state: SchemaState): { schema: string | undefined; name: string }[] {
  return descendantsOf(table, (key) => state.tableByKey(key))
    .filter(({ partitionBy, partitionOf }) => !partitionBy && partitionOf !== undefined)
    .map(({ schema, name }) => ({ schema: state.searchPath.includes(schema) ? undefined : schema, name }));
}
