import type { Analysis } from '../analysis/analyze.js';
import type { CodeEvidence } from '../analysis/finding.js';
import { positionsOf } from '../analysis/positions.js';
import type { Verification } from './to-verify.js';

/** What the code says of something that is gone, behind a sentence; "" where nobody has looked. */
export function searchedWords(code: CodeEvidence | undefined, label: string): string {
  if (!code) return '';
  const unused = code.unused.find((each) => each.label === label);
  if (unused) return `. No use of it was found in ${unused.searched}`;
  const [first] = code.places.filter(({ isTest }) => !isTest);
  return first ? `. The code here uses it: ${first.name}:${first.line + 1}` : '';
}

/**
 * What the code that was searched does not use, and what has not been searched: an application elsewhere, a report, a
 * name that is put together. Of columns and tables that are dropped another question says it (evidence.ts).
 */
export function codeVerifications(analysis: Analysis, file: string): Verification[] {
  const positions = positionsOf(analysis);
  const seen = new Set<string>();
  return analysis.findings.flatMap(({ code, span, category, action }) =>
    (action?.kind === 'dropColumn' || action?.kind === 'dropTable' ? [] : (code?.unused ?? [])).flatMap(
      ({ label, searched }): Verification[] => {
        if (seen.has(label)) return [];
        seen.add(label);
        const text = `that nothing else uses ${label}: no use of it was found in ${searched}; other repositories, reports and names that are put together were not searched`;
        return [{ categories: [category], file, line: positions.at(span.start).line + 1, text }];
      },
    ),
  );
}
