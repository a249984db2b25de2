import { valueMark } from '../schema/own-names.js';
import { objectSql, quoteIdentifier } from '../sql/quote.js';

/** A column of the key by which a table is walked. */
export interface KeyColumn {
  readonly column: string;
  /** Its type as SQL text, such as "bigint" or "numeric(10,2)". */
  readonly type: string;
}

/** A column that a backfill fills. */
export interface BackfillColumn {
  readonly column: string;
  /** The new value over the columns of the row; undefined when only the author of the migration knows it. */
  readonly expression: string | undefined;
}

/** What a backfill does. Names are as the catalog has them, expressions are SQL text. */
export interface BackfillSpec {
  readonly schema?: string | undefined;
  readonly table: string;
  /** A unique key without NULLs, in the order of its index; empty walks the table by its blocks. */
  readonly key: readonly KeyColumn[];
  readonly set: readonly BackfillColumn[];
  /** True for a row that is still to be filled and false once it is, such as "status IS NULL". */
  readonly predicate: string;
  /**
   * What it is known by in the progress table and by its lock; table and columns where it is undefined. A backfill of
   * other rows of the same columns needs another one.
   */
  readonly job?: string | undefined;
  /** Rows of one transaction, 1 to 10,000. */
  readonly batchSize?: number | undefined;
  /** The rest between two batches, in ms. */
  readonly pauseMs?: number | undefined;
  /** How far a replica may be behind before a batch waits for it: in seconds of replay, and in MB of WAL. */
  readonly maxLagSeconds?: number | undefined;
  readonly maxLagMegabytes?: number | undefined;
  /** The table that remembers how far the backfill got; it lives in the schema of the table. */
  readonly progressTable?: string | undefined;
}

export const largestBatch = 10_000;
export const defaultBatch = 5_000;
export const defaultPauseMs = 100;
export const defaultLagSeconds = 10;
export const defaultLagMegabytes = 100;
export const defaultProgressTable = 'airlock_backfill';

/** The smallest row takes 28 bytes of a block (24 of tuple header, 4 of line pointer): so many fit at most. */
export const smallestRow = 28;

/** The parts of the SQL text that all forms of a backfill share. */
export interface Parts {
  readonly table: string;
  readonly progress: string;
  readonly job: string;
  readonly batch: number;
  /** In seconds. */
  readonly pause: string;
  readonly lagSeconds: number;
  readonly lagMegabytes: number;
  /** The columns that get a value, as they stand behind SET. */
  readonly assignments: string;
  /** The columns whose value only the author knows, as a message names them. */
  readonly unknown: string;
  readonly predicate: string;
}

/** Throws a RangeError for a number that is out of range. */
export function partsOf(spec: BackfillSpec): Parts {
  const batch = spec.batchSize ?? defaultBatch;
  const pauseMs = spec.pauseMs ?? defaultPauseMs;
  if (!Number.isInteger(batch) || batch < 1 || batch > largestBatch) {
    throw new RangeError(`the batch size must be 1 to ${largestBatch} rows, not ${batch}`);
  }
  if (!(pauseMs >= 0 && pauseMs <= 3_600_000)) {
    throw new RangeError(`the pause must be 0 to 3,600,000 ms, not ${pauseMs}`);
  }
  const lagSeconds = spec.maxLagSeconds ?? defaultLagSeconds;
  const lagMegabytes = spec.maxLagMegabytes ?? defaultLagMegabytes;
  if (![lagSeconds, lagMegabytes].every((limit) => Number.isInteger(limit) && limit > 0 && limit <= 1_000_000)) {
    throw new RangeError(`a replica may be 1 to 1,000,000 s or MB behind, not ${lagSeconds} s or ${lagMegabytes} MB`);
  }
  const schema = spec.schema;
  const columns = spec.set.map(({ column }) => column).join(', ');
  const table = objectSql({ schema, name: spec.table });
  return {
    table,
    progress: objectSql({ schema, name: spec.progressTable ?? defaultProgressTable }),
    job: spec.job ?? `${schema === undefined ? '' : `${schema}.`}${spec.table}: ${columns}`,
    batch,
    pause: String(pauseMs / 1000),
    lagSeconds,
    lagMegabytes,
    assignments: assignments(spec),
    unknown: unknownColumns(spec),
    predicate: spec.predicate.includes('--') ? `(${spec.predicate}\n      )` : `(${spec.predicate})`,
  };
}

function assignments({ set }: BackfillSpec): string {
  const lines = assignedColumns(set, '\n        ').map((line, index) => (index < set.length - 1 ? `${line},` : line));
  return `${set.length > 1 ? '\n        ' : ' '}${lines.join('\n        ')}`;
}

/** Each `column = value`; where a comment may stand at its end, `newline` ends it. */
export function assignedColumns(set: readonly BackfillColumn[], newline: string): string[] {
  return set.map(({ column, expression }) => {
    const value = expression ?? `NULL /* ${valueMark}: write here what old rows get */`;
    return `${quoteIdentifier(column)} = ${value}${value.includes('--') ? newline : ''}`;
  });
}

/** The columns whose value only the author knows, as a message names them; empty when there is none. */
export function unknownColumns({ set, table }: BackfillSpec): string {
  return set
    .filter(({ expression }) => expression === undefined)
    .map(({ column }) => `${table}.${column}`)
    .join(', ');
}
