import * as v from 'valibot';

// What `pg-airlock stats` writes: numbers about tables, without anything that stands in them. The one source of the
// file's form, its checks and its types.

const count = v.pipe(v.number(), v.finite(), v.minValue(0));
const day = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/, 'Expected a moment such as 2026-11-01T08:30:00Z'),
);
/** Null: the server does not know. Unknown is never 0. */
const known = v.nullable(count);

const indexSchema = v.object({ name: v.string(), bytes: count, scans: known });

const tableSchema = v.object({
  schema: v.pipe(v.string(), v.nonEmpty()),
  name: v.pipe(v.string(), v.nonEmpty()),
  kind: v.picklist(['table', 'partitioned table', 'materialized view']),
  /** Tables that hold the rows of a partitioned one or inherit from it; all numbers are sums over them. */
  parts: v.optional(count),
  /** As the planner estimates them: the density at the last ANALYZE times the present size. Null: never analysed. */
  rows: known,
  analyzed: v.nullable(day),
  heapBytes: count,
  toastBytes: count,
  indexBytes: count,
  insertedPerDay: known,
  updatedPerDay: known,
  deletedPerDay: known,
  deadRows: known,
  indexes: v.array(indexSchema),
});

const statisticsSchema = v.object({
  version: v.literal(1),
  taken: day,
  postgres: v.pipe(v.string(), v.regex(/^\d+\.\d+$/)),
  /** True where a standby was asked, which counts no writes. */
  standby: v.boolean(),
  /** Since when the server counts writes and scans; null: since nobody knows when, so no rate can be said. */
  countedSince: v.nullable(day),
  settings: v.record(v.string(), v.string()),
  replicas: v.array(v.object({ synchronous: v.boolean(), lagSeconds: known, lagBytes: known })),
  tables: v.array(tableSchema),
});

export type StatisticsFile = v.InferOutput<typeof statisticsSchema>;
export type TableStatistics = StatisticsFile['tables'][number];

/** What is wrong with a file of statistics, and where in its text (UTF-16). */
export interface StatisticsProblem {
  readonly message: string;
  readonly offset: number;
}

/** Larger than that of ten thousand tables with ten indexes each, in characters. */
const LONGEST = 32_000_000;

/** Reads what `pg-airlock stats` has written. Never throws. */
export function readStatistics(text: string): StatisticsFile | StatisticsProblem {
  const body = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  if (body.length > LONGEST) return { message: 'It is too long for table statistics.', offset: 0 };
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    const at = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    return { message: 'It is no JSON. `pg-airlock stats` writes it anew.', offset: Number(at ?? 0) };
  }
  const result = v.safeParse(statisticsSchema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = (issue.path ?? []).map(({ key }) => key);
  if (path[0] === 'version' || path.length === 0) {
    const isNewer = typeof value === 'object' && value !== null && 'version' in value && Number(value.version) > 1;
    return {
      message: isNewer
        ? 'A newer Airlock has written it, and this one cannot read it.'
        : 'It is no file that `pg-airlock stats` has written: it has no "version": 1.',
      offset: 0,
    };
  }
  return {
    message: `"${path.join('.')}" must be ${issue.expected ?? 'something else'}, not ${issue.received}. \`pg-airlock stats\` writes it anew.`,
    offset: offsetOf(body, path),
  };
}

export function isStatisticsProblem(result: StatisticsFile | StatisticsProblem): result is StatisticsProblem {
  return 'message' in result;
}

/** Where a value about stands: behind the name of the table that it belongs to, where it belongs to one. */
function offsetOf(text: string, path: readonly unknown[]): number {
  const [list, index, ...rest] = path;
  let from = Math.max(0, text.indexOf(`"${String(list)}"`));
  if (list === 'tables' && typeof index === 'number')
    for (let each = 0; each <= index; each++) {
      const next = text.indexOf('"schema"', from + 1);
      if (next < 0) break;
      from = next;
    }
  const key = rest.find((each) => typeof each === 'string');
  const at = key === undefined ? -1 : text.indexOf(`"${key}"`, from);
  return at < 0 ? from : at;
}

/** The text of the file: one line for each table, so that a diff shows what has changed. */
export function statisticsText({ tables, ...rest }: StatisticsFile): string {
  const head = JSON.stringify(rest, null, 2).replace(/\n}$/, '');
  const rows = tables.map((table) => `    ${JSON.stringify(table)}`).join(',\n');
  return `${head},\n  "tables": [${rows === '' ? '' : `\n${rows}\n  `}]\n}\n`;
}
