import type { Line } from '../../server/src/sizes/costs.js';

/** What a piece of work was done on, and how much of something it took. */
export interface Sample {
  readonly rows: number;
  readonly bytes: number;
  readonly indexes: number;
  readonly value: number;
}

const features = ({ rows, bytes, indexes }: Sample): number[] => [1, rows, bytes, rows * indexes];

/** The line through samples by which the sum of squares of the relative errors is the least; no part is negative. */
export function fitted(samples: readonly Sample[]): Line {
  const usable = samples.filter(({ value }) => value > 0);
  let best: { readonly error: number; readonly parts: readonly number[] } = { error: Infinity, parts: [0, 0, 0, 0] };
  for (let mask = 1; mask < 16; mask++) {
    const chosen = [0, 1, 2, 3].filter((at) => (mask >> at) & 1);
    const rows = usable.map((sample) => {
      const all = features(sample);
      return chosen.map((at) => (all[at] ?? 0) / sample.value);
    });
    const solved = leastSquares(rows);
    if (!solved || solved.some((part) => !(part >= 0))) continue;
    const error = rows.reduce(
      (sum, row) => sum + (row.reduce((all, part, at) => all + part * (solved[at] ?? 0), 0) - 1) ** 2,
      0,
    );
    if (error >= best.error) continue;
    const parts = [0, 0, 0, 0];
    chosen.forEach((at, place) => {
      parts[at] = Number((solved[place] ?? 0).toPrecision(4));
    });
    best = { error, parts };
  }
  const [fixed = 0, row = 0, byte = 0, indexRow = 0] = best.parts;
  return { fixed, row, byte, indexRow };
}

/** Solves A x = 1 in the sense of least squares; undefined where A says too little. */
function leastSquares(rows: readonly (readonly number[])[]): number[] | undefined {
  const size = rows[0]?.length ?? 0;
  // Columns are scaled, since rows and bytes are millions.
  const scale = Array.from({ length: size }, (_, at) => Math.max(...rows.map((row) => row[at] ?? 0)) || 1);
  const scaled = rows.map((row) => row.map((part, at) => part / (scale[at] ?? 1)));
  const matrix = Array.from({ length: size }, (_, one) => [
    ...Array.from({ length: size }, (_, two) =>
      scaled.reduce((sum, row) => sum + (row[one] ?? 0) * (row[two] ?? 0), 0),
    ),
    scaled.reduce((sum, row) => sum + (row[one] ?? 0), 0),
  ]);
  for (let at = 0; at < size; at++) {
    const pivot = matrix.slice(at).reduce((one, two) => (Math.abs(two[at] ?? 0) > Math.abs(one[at] ?? 0) ? two : one));
    if (Math.abs(pivot[at] ?? 0) < 1e-12) return undefined;
    const from = matrix.indexOf(pivot);
    [matrix[at], matrix[from]] = [pivot, matrix[at] ?? pivot];
    for (let other = 0; other < size; other++) {
      const row = matrix[other];
      if (other === at || !row) continue;
      const factor = (row[at] ?? 0) / (pivot[at] ?? 1);
      for (let column = at; column <= size; column++) row[column] = (row[column] ?? 0) - factor * (pivot[column] ?? 0);
    }
  }
  return matrix.map((row, at) => (row[size] ?? 0) / (row[at] ?? 1) / (scale[at] ?? 1));
}
