import type { Analysis } from '../analysis/analyze.js';
import type { Finding } from '../analysis/finding.js';
import { wholeFileProblem } from '../sql/whole-file.js';

/** What a finding says, wherever it stands: the same one is not new because a line above it has moved. */
function nameOf({ rule, message }: Finding): string {
  return `${rule} ${message}`;
}

/** A split leaves a value to its author; until it is written, that finding has to be there. */
const expected = new Set(['no-unwritten-value']);

/** The error-level findings of one analysis that another has not: what an edit has brought. */
export function newErrors(before: readonly Analysis[], after: readonly Analysis[]): Finding[] {
  const known = new Map<string, number>();
  for (const finding of before.flatMap(({ findings }) => findings))
    if (finding.status === 'BLOCK') known.set(nameOf(finding), (known.get(nameOf(finding)) ?? 0) + 1);
  return after
    .flatMap(({ findings }) => findings)
    .filter((finding) => {
      if (finding.status !== 'BLOCK' || expected.has(finding.rule)) return false;
      const left = known.get(nameOf(finding)) ?? 0;
      known.set(nameOf(finding), left - 1);
      return left <= 0;
    });
}

/** True where PostgreSQL's parser refuses a file that it took before. */
export function isBroken(before: string, after: string): boolean {
  return wholeFileProblem(after) !== undefined && wholeFileProblem(before) === undefined;
}
