import type { FileEdit, FileFix, Finding } from './finding.js';

/** The fix that may run without a look at it: the only safe one of its finding. */
export function bulkFix(finding: Finding): FileFix | undefined {
  const safe = finding.fixes.filter((fix) => fix.safety === 'safe');
  return safe.length === 1 ? safe[0] : undefined;
}

/**
 * The findings among these whose safe fixes can be made together: one for each statement, the gravest finding first. The
 * second fix of a statement may no longer be right after the first one: with CONCURRENTLY an index needs no
 * lock_timeout, and would even be hurt by it.
 */
export function fixesTogether(findings: readonly Finding[]): readonly Finding[] {
  const rank = { error: 0, warning: 1, info: 2, hint: 3 } as const;
  const chosen: Finding[] = [];
  const taken = new TakenEdits();
  const statements = new Set<number | undefined>();
  for (const finding of [...findings].sort((a, b) => rank[a.severity] - rank[b.severity])) {
    const edits = bulkFix(finding)?.edits ?? [];
    const statement = finding.step?.top;
    // All edits of a fix or none: half a fix is no fix.
    if (edits.length === 0 || (statement !== undefined && statements.has(statement))) continue;
    if (edits.some((edit) => taken.touches(edit))) continue;
    statements.add(statement);
    for (const edit of edits) taken.add(edit);
    chosen.push(finding);
  }
  return chosen;
}

/** Edits by the stretches of the text in which they stand: only those of the same stretch can touch one another. */
class TakenEdits {
  private readonly byStretch = new Map<number, FileEdit[]>();

  add(edit: FileEdit): void {
    for (const stretch of stretchesOf(edit)) {
      const there = this.byStretch.get(stretch);
      if (there) there.push(edit);
      else this.byStretch.set(stretch, [edit]);
    }
  }

  touches(edit: FileEdit): boolean {
    return stretchesOf(edit).some((stretch) => this.byStretch.get(stretch)?.some((other) => touches(edit, other)));
  }
}

function stretchesOf({ span }: FileEdit): number[] {
  const size = 4096;
  const [first, last] = [Math.floor(span.start / size), Math.floor(span.end / size)];
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** The edits of the safe fixes of findings, in the order of the text. */
export function editsTogether(findings: readonly Finding[]): readonly FileEdit[] {
  return findings.flatMap((finding) => bulkFix(finding)?.edits ?? []).sort((a, b) => a.span.start - b.span.start);
}

/** Two edits that share a character, or insert at the same place, do not mix. */
function touches(a: FileEdit, b: FileEdit): boolean {
  if (a.span.start === b.span.start && a.span.end === b.span.end) return true;
  return a.span.start < b.span.end && b.span.start < a.span.end;
}

/** The text with the edits made; they must not overlap. */
export function applyEdits(text: string, edits: readonly FileEdit[]): string {
  let result = '';
  let at = 0;
  for (const { span, text: inserted } of [...edits].sort((a, b) => a.span.start - b.span.start)) {
    result += text.slice(at, span.start) + inserted;
    at = span.end;
  }
  return result + text.slice(at);
}

/** The one edit that makes `after` of `before`: what lies between their common beginning and their common end. */
export function difference(before: string, after: string): FileEdit | undefined {
  if (before === after) return undefined;
  const limit = Math.min(before.length, after.length);
  let start = 0;
  while (start < limit && before[start] === after[start]) start++;
  let tail = 0;
  while (tail < limit - start && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  return { span: { start, end: before.length - tail }, text: after.slice(start, after.length - tail) };
}
