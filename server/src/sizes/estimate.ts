import { atLeast, type LockMode } from '../impact/locks.js';
import type { Impact, RelationRef } from '../impact/impact.js';
import { keyFor } from '../schema/keys.js';
import { rowsChosen } from '../schema/rows-chosen.js';
import type { SchemaState } from '../schema/state.js';
import type { Action } from '../sql/action.js';
import { type CostKind, costs, type Line, measuredOn } from './costs.js';
import { numberWords, type Sizes } from './sizes.js';

/** How long a piece of work on a table takes, and what it writes. */
export interface Estimate {
  readonly work: 'index build' | 'validation' | 'rewrite' | 'update' | 'scan';
  readonly table: Pick<RelationRef, 'key' | 'label'>;
  readonly rows: number;
  /** True where no statistics know the table, so that its rows are made up. */
  readonly isAssumed: boolean;
  /** True where a WHERE may leave rows out, so that the numbers are the most that it can be. */
  readonly isPartial: boolean;
  /** Milliseconds. */
  readonly low: number;
  readonly high: number;
  /** Bytes of write-ahead log, and by how many bytes the files grow meanwhile. */
  readonly walBytes: number;
  readonly diskBytes: number;
  /** Milliseconds by which replicas fall behind; undefined where none are known. */
  readonly lagMs: { readonly low: number; readonly high: number } | undefined;
  /** The strongest lock on the table meanwhile. */
  readonly mode: LockMode | undefined;
  /** What the numbers rest on, in a sentence. */
  readonly basis: string;
}

/** A statement as far as an estimate needs it; a step of an analysis is one. */
export interface EstimatedStep {
  readonly impact: Pick<Impact, 'locks' | 'rewrites' | 'scans' | 'indexBuilds' | 'fails'>;
  readonly statement: { readonly actions: readonly Action[] };
  /** "block" in a DO block, where names alone may be variables. */
  readonly transaction: { readonly by: string | undefined };
}

/** What a table without statistics is taken for. */
const ASSUMED_ROWS = 2_000_000;
const ASSUMED_WIDTH = 100;

/** The same in words: "2,000,000 rows of 100 bytes". */
export const assumedSize = `${numberWords(ASSUMED_ROWS)} of ${ASSUMED_WIDTH} bytes`;

/** Bytes of write-ahead log that a replica replays in a millisecond. Assumed: it depends on its disks. */
const REPLAY = { slow: 20_000, fast: 200_000 };

interface Task {
  readonly work: Estimate['work'];
  readonly kind: CostKind;
  readonly table: RelationRef;
  /** Only some of the rows may be written. */
  readonly isPartial?: boolean;
}

/**
 * How long a statement works on tables that were there before, table by table. `before`: the schema before it; `sizes`:
 * the statistics, where there are any. Nothing for tables of this release, for rows that are chosen by their keys or in
 * batches, and for a statement that is sure to fail.
 */
export function estimatesOf(step: EstimatedStep, before: SchemaState, sizes: Sizes | undefined): readonly Estimate[] {
  if (step.impact.fails?.certain) return [];
  const tasks = tasksOf(step, before);
  return tasks
    .filter((task) => !isPartOfAnother(task, tasks, before, sizes))
    .map((task) => estimateOf(task, step, before, sizes));
}

function tasksOf({ impact, statement: { actions }, transaction }: EstimatedStep, before: SchemaState): Task[] {
  const newOnes = new Set(impact.locks.filter(({ isNew }) => isNew).map(({ relation }) => relation.key));
  const rewritten = new Set(impact.rewrites.map(({ key }) => key));
  const own = new Set(
    actions.flatMap((action) => ('table' in action && action.table ? [keyFor(before, action.table)] : [])),
  );
  const read = new Map<string, Task>();
  for (const { relation: table, isNew, why } of impact.scans) {
    // A rewrite and the build of an index read the table themselves.
    if (isNew || why === 'index' || rewritten.has(table.key)) continue;
    const kind = why === 'foreign key' && own.has(table.key) ? 'foreign key' : 'scan';
    if (read.get(table.key)?.kind === 'foreign key') continue;
    read.set(table.key, { work: why === 'query' ? 'scan' : 'validation', kind, table });
  }
  return [
    ...impact.rewrites
      .filter(({ key }) => !newOnes.has(key))
      .map((table): Task => {
        return { work: 'rewrite', kind: 'rewrite', table };
      }),
    ...read.values(),
    ...impact.indexBuilds
      .filter(({ isNew }) => !isNew)
      .map(({ relation: table }): Task => ({ work: 'index build', kind: buildKind(actions), table })),
    ...actions.flatMap((action): Task[] => {
      if (action.kind !== 'update' || before.isNew(action.table) || before.isUnused(action.table)) return [];
      if (rowsChosen(action.rows, before, transaction.by === 'block') === 'few') return [];
      const { schema, name } = action.table;
      const label = schema === undefined ? name : `${schema}.${name}`;
      const table = { key: keyFor(before, action.table), label, schema, name };
      return [{ work: 'update', kind: 'update', table, isPartial: action.where !== undefined }];
    }),
  ];
}

function buildKind(actions: readonly Action[]): CostKind {
  const isConcurrent = actions.some((action) => 'concurrently' in action && action.concurrently);
  const other = actions.some((action) => action.kind === 'createIndex' && action.method === 'gin');
  return other ? 'gin' : isConcurrent ? 'concurrently' : 'btree';
}

/** The statistics of a table have the rows of its partitions and of the tables that inherit from it among its own. */
function isPartOfAnother(task: Task, tasks: readonly Task[], before: SchemaState, sizes: Sizes | undefined): boolean {
  const known = tasks.filter(({ work, table }) => work === task.work && table.key !== task.table.key);
  if (known.length === 0) return false;
  const seen = new Set<string>();
  const open = [task.table.key];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (seen.has(key)) continue;
    seen.add(key);
    const table = before.tableByKey(key);
    open.push(...(table?.inherits ?? []), ...(table?.partitionOf === undefined ? [] : [table.partitionOf]));
  }
  return known.some(
    ({ table: { key } }) =>
      seen.has(key) && (typeof sizes?.table(key)?.rows === 'number' || !sizes?.table(task.table.key)),
  );
}

function estimateOf(
  { work, kind, table, isPartial = false }: Task,
  { impact, statement }: EstimatedStep,
  before: SchemaState,
  sizes: Sizes | undefined,
): Estimate {
  const found = sizes?.table(table.key);
  const known = found && found.rows !== null ? { ...found, rows: found.rows } : undefined;
  const rows = known?.rows ?? ASSUMED_ROWS;
  const bytes = known ? known.heapBytes + known.toastBytes : ASSUMED_ROWS * ASSUMED_WIDTH;
  const indexes = known?.indexes.length ?? before.tableByKey(table.key)?.indexes.size ?? 0;
  const cost = costs[kind];
  const amount = (line: Line): number =>
    Math.round(line.fixed + line.row * rows + line.byte * bytes + line.indexRow * rows * indexes);
  const middle = amount(cost.ms);
  // Building beside writers, an index is read for twice, by either method.
  const isSlow = kind === 'gin' && statement.actions.some((each) => 'concurrently' in each && each.concurrently);
  const high = Math.round(middle * cost.high * (isSlow ? 2 : 1));
  const low = isPartial ? 0 : Math.round(middle * cost.low);
  const walBytes = amount(cost.wal);
  const lag = sizes?.hasReplicas && walBytes > 0;
  const mode = impact.locks.reduce<LockMode | undefined>(
    (one, lock) =>
      lock.relation.key === table.key && (one === undefined || atLeast(lock.mode, one)) ? lock.mode : one,
    undefined,
  );
  return {
    work,
    table: { key: table.key, label: table.label },
    rows,
    isAssumed: !known,
    isPartial,
    low,
    high,
    walBytes,
    diskBytes: amount(cost.disk),
    lagMs: lag ? lagOf(walBytes, low, high) : undefined,
    mode,
    basis: `${basisOf(known?.rows, sizes)}; measured on PostgreSQL ${measuredOn.postgres} with ${measuredOn.cores} cores and up to ${numberWords(measuredOn.largest)}, without the wait for locks${isPartial ? '; at most, as WHERE may leave rows out' : ''}${lag ? '; replicas replay 20 to 200 MB a second meanwhile, which is assumed' : ''}.`,
  };
}

/**
 * By how much replicas are behind when the work ends, in milliseconds: they replay while it goes on. On one machine, with
 * PostgreSQL 15, 544 MB of an UPDATE of 9 s left its replica 1 s behind.
 */
function lagOf(walBytes: number, low: number, high: number): { readonly low: number; readonly high: number } {
  return {
    low: Math.max(0, Math.round(walBytes / REPLAY.fast - high)),
    high: Math.max(0, Math.round(walBytes / REPLAY.slow - low)),
  };
}

function basisOf(rows: number | undefined, sizes: Sizes | undefined): string {
  if (rows !== undefined && sizes) return `From ${numberWords(rows)} in ${sizes.source}`;
  return `Assumes ${assumedSize}: no statistics`;
}
