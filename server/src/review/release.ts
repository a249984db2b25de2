import type { Analysis } from '../analysis/analyze.js';
import type { Table } from '../schema/model.js';
import type { SchemaState } from '../schema/state.js';
import { shortNames } from './file-names.js';

/** What lies around a release of one folder of migrations. */
export interface ReleaseBounds {
  /** The number of its first migration in the replay: what has it or a later one, the release has made. */
  readonly first: number;
  /** The schema behind it. */
  readonly end: SchemaState;
}

/** A migration of a release, under the name by which the review speaks of it. */
export interface ReleaseFile {
  readonly analysis: Analysis;
  readonly name: string;
  readonly bounds: ReleaseBounds;
}

/**
 * The migrations of a release, in the order in which they run. Those of two folders go to two databases: what one makes
 * or takes says nothing of the other.
 */
export function releaseFiles(analyses: readonly Analysis[]): ReleaseFile[] {
  const names = shortNames(analyses.map(({ path }) => path.replaceAll('\\', '/')));
  const bounds = new Map<string, ReleaseBounds>();
  for (const analysis of analyses) {
    const { root } = analysis.project;
    // Sections of a file count in fractions.
    const first = bounds.get(root)?.first ?? Math.floor(analysis.after.release);
    bounds.set(root, { first, end: analysis.after });
  }
  return analyses.flatMap((analysis, index) => {
    const own = bounds.get(analysis.project.root);
    return own ? [{ analysis, name: names[index] ?? analysis.path, bounds: own }] : [];
  });
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
