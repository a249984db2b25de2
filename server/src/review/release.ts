import type { Analysis } from '../analysis/analyze.js';
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
