import { type Analysis, titleOf } from '../analysis/analyze.js';
import { positionsOf } from '../analysis/positions.js';
import type { Verification } from './to-verify.js';

/**
 * What the code that was searched does not use, and what has not been searched: an application elsewhere, a report, a
 * query that is put together. Whoever drops it has to know that.
 */
export function codeVerifications(analysis: Analysis): Verification[] {
  const positions = positionsOf(analysis);
  const seen = new Set<string>();
  return analysis.findings.flatMap(({ code, span, category }) =>
    (code?.unused ?? []).flatMap(({ label, searched }): Verification[] => {
      if (seen.has(label)) return [];
      seen.add(label);
      const text = `that nothing else uses ${label}: there is no use of it in ${searched}; other repositories, reports and names that are put together were not searched`;
      return [{ categories: [category], file: titleOf(analysis), line: positions.at(span.start).line + 1, text }];
    }),
  );
}
