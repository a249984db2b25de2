import type { Analysis } from '../analysis/analyze.js';
import type { Step, Verdict } from '../analysis/finding.js';

export interface Summary {
  readonly files: number;
  /** Files that count as applied; their findings change nothing. */
  readonly applied: number;
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
  readonly suppressed: number;
  /** Statements of which Airlock knows no facts, and which may do anything. */
  readonly unknown: number;
  readonly verdict: Verdict;
}

/** Of no files yet. */
export const emptySummary: Summary = {
  files: 0,
  applied: 0,
  errors: 0,
  warnings: 0,
  infos: 0,
  suppressed: 0,
  unknown: 0,
  verdict: 'SAFE TO SHIP',
};

/** A summary with one more file in it. */
export function withFile(summary: Summary, { applied, findings, suppressed, steps }: Analysis): Summary {
  const count = (...severities: readonly string[]): number =>
    findings.filter((finding) => severities.includes(finding.severity)).length;
  const errors = summary.errors + count('error');
  const warnings = summary.warnings + count('warning');
  return {
    files: summary.files + 1,
    applied: summary.applied + (applied ? 1 : 0),
    errors,
    warnings,
    infos: summary.infos + count('info', 'hint'),
    suppressed: summary.suppressed + suppressed,
    unknown: summary.unknown + (applied ? 0 : steps.filter(isUnknown).length),
    verdict: errors > 0 ? 'BLOCK' : warnings > 0 ? 'SAFE WITH MODIFICATIONS' : 'SAFE TO SHIP',
  };
}

function isUnknown({ impact, origin }: Step): boolean {
  return !impact.known && origin !== 'function';
}

/** "3 errors", "1 error". */
export function counted(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}
