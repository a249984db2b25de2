import type { Analysis } from '../analysis/analyze.js';
import { linkedPlaces, reviewMarkdown } from '../review/markdown.js';
import { releaseFiles } from '../review/release.js';
import { review } from '../review/review.js';
import type { Rollback } from '../rollback/rollback.js';
import type { ReviewResult } from './messages/documents.js';
import { previewAddress } from './preview-address.js';

/** The review of migrations as a document, in which places of those that are pending are links. */
export function reviewResult(
  analyses: readonly Analysis[],
  name: string,
  rollbackOf: (analysis: Analysis) => Rollback,
  firstFolder: string | undefined,
): ReviewResult {
  const result = review(analyses, rollbackOf);
  const pending = releaseFiles(analyses.filter(({ applied }) => !applied));
  const addresses = new Map(pending.map((each) => [each.name, previewAddress(each.analysis.path, firstFolder)]));
  const markdown = reviewMarkdown(
    result,
    linkedPlaces((file) => addresses.get(file)),
  );
  return { markdown, name, verdict: result.verdict };
}
