import type { Span } from './span.js';
import { split } from './split.js';

/** psql's commands that run what the file does not show: another file, the rows of a query, a program. */
const RUNS = /\\(?:i|ir|include|include_relative|gexec|!)(?![A-Za-z_])/;

const AT_START = new RegExp(`^${RUNS.source}`);

/** The commands of psql in a file by which SQL runs that stands elsewhere. Absolute spans, in the order of the file. */
export function psqlRuns(text: string): Span[] {
  if (!RUNS.test(text)) return [];
  return split(text).pieces.flatMap(({ kind, span }) =>
    kind === 'meta' && AT_START.test(text.slice(span.start, span.end)) ? [span] : [],
  );
}
