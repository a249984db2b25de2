import type { Analysis } from '../analysis/analyze.js';
import type { Table } from '../schema/model.js';
import type { SchemaState } from '../schema/state.js';
import { shortNames } from './file-names.js';

/** A migration of a release, under the name by which the review speaks of it. */
export interface ReleaseFile {
  readonly analysis: Analysis;
  readonly name: string;
}

/** The migrations of a release with their names, in the order in which they run. */
export function releaseFiles(analyses: readonly Analysis[]): ReleaseFile[] {
  const names = shortNames(analyses.map(({ path }) => path.replaceAll('\\', '/')));
  return analyses.map((analysis, index) => ({ analysis, name: names[index] ?? analysis.path }));
}

/** What lies around a release. */
export interface ReleaseBounds {
  /** The number of its first migration in the replay: what has it or a later one, the release has made. */
  readonly first: number;
  /** The schema behind it. */
  readonly end: SchemaState;
}

/** The bounds of a release; undefined for one without files. */
export function boundsOf(files: readonly ReleaseFile[]): ReleaseBounds | undefined {
  const [start, last] = [files[0], files[files.length - 1]];
  // Sections of a file count in fractions.
  return start && last && { first: Math.floor(start.analysis.after.release), end: last.analysis.after };
}

/** True for a table that the release has made: no code of the release before knows it. */
export function isOfRelease(table: Table | undefined, { first }: Pick<ReleaseBounds, 'first'>): boolean {
  return table !== undefined && table.release >= first;
}

/** True where the release has made the table, or each of the columns, of which there is at least one. */
export function areOfRelease(
  table: Table | undefined,
  columns: readonly string[],
  bounds: Pick<ReleaseBounds, 'first'>,
): boolean {
  if (isOfRelease(table, bounds)) return true;
  return columns.length > 0 && columns.every((name) => (table?.columns.get(name)?.release ?? 0) >= bounds.first);
}
