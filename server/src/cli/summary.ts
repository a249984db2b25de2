import type { Analysis } from '../analysis/analyze.js';
import { type Verdict, verdictOf } from '../analysis/finding.js';

export interface Summary {
  readonly files: number;
  /** Files that count as applied; their findings change nothing. */
  readonly applied: number;
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
  readonly suppressed: number;
  readonly verdict: Verdict;
}

export function summarize(analyses: readonly Analysis[]): Summary {
  const findings = analyses.flatMap((analysis) => analysis.findings);
  const count = (...severities: readonly string[]): number => findings.filter((finding) => severities.includes(finding.severity)).length;
  return {
    files: analyses.length,
    applied: analyses.filter((analysis) => analysis.applied).length,
    errors: count('error'),
    warnings: count('warning'),
    infos: count('info', 'hint'),
    suppressed: analyses.reduce((sum, analysis) => sum + analysis.suppressed, 0),
    verdict: verdictOf(findings),
  };
}

/** "3 errors", "1 error". */
export function counted(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
