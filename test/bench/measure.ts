/** Several runs of one piece of work, in ms. */
export interface Times {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Middle, smallest and largest of some durations (ms). */
export function timesOf(durations: readonly number[]): Times {
  const sorted = [...durations].sort((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  return { median: at(sorted.length >> 1), min: at(0), max: at(sorted.length - 1) };
}

/** Runs a piece of work several times. In: what is run, how often. */
export async function repeat(times: number, work: (run: number) => Promise<unknown> | unknown): Promise<Times> {
  const durations: number[] = [];
  for (let run = 0; run < times; run++) {
    const start = performance.now();
    await work(run);
    durations.push(performance.now() - start);
  }
  return timesOf(durations);
}

/** "12 ms (11–19)"; with the digits that mean something. */
export function shown({ median, min, max }: Times): string {
  const digits = (value: number): string => (value < 10 ? value.toFixed(1) : value.toFixed(0));
  return `${digits(median)} ms (${digits(min)}–${digits(max)})`;
}

/** One line of the report. */
export interface Row {
  readonly work: string;
  readonly measured: string;
  readonly bar: string;
  /** Undefined where there is nothing to hold it against. */
  readonly holds: boolean | undefined;
}

/** The rows as a Markdown table. */
export function table(rows: readonly Row[]): string {
  const cells = [
    ['work', 'measured', 'bar', ''],
    ...rows.map(({ work, measured, bar, holds }) => [
      work,
      measured,
      bar,
      holds === undefined ? '' : holds ? 'holds' : 'MISSED',
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(3, ...cells.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = cells;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body.map(line)].join('\n');
}
