import type { Analysis } from '../analysis/analyze.js';
import type { FileEdit, FileFix, Finding } from '../analysis/finding.js';
import { fileTextWith, isNotWritten } from '../analysis/file-edits.js';
import { applyEdits, bulkFix, editsTogether, fixesTogether } from '../analysis/fix-edits.js';
import { isBroken, newErrors } from './errors.js';

/** Analyses a text in the place of the file. */
export type AnalyseText = (text: string) => Analysis | Promise<Analysis>;

/** A text with the analysis of it. */
export interface PlannedText {
  readonly text: string;
  readonly analysis: Analysis;
}

/** More rounds than any file needs; rules that undo each other's fix end here. */
const maxRounds = 10;

/** So many fixes of a round are tried one by one to find the one that does harm. */
const maxTrials = 40;

/**
 * Makes every safe fix of a file: fixes, looks again, and goes on until nothing is left to fix. The result has no
 * error-level finding that the file had not, and PostgreSQL's parser takes it as a whole where it took the file; a fix
 * that would break that is left out. Where there is no end the file stays as it is. `rule`: the fixes of this rule only.
 */
export async function planFixAll(analysis: Analysis, analyse: AnalyseText, rule?: string): Promise<PlannedText> {
  const original: PlannedText = { text: analysis.document.text, analysis };
  const left = new Set<string>();
  const isWanted = (finding: Finding): boolean =>
    (rule === undefined || finding.rule === rule) && !left.has(identityOf(finding));
  let now = original;
  for (let round = 0; round < maxRounds; round++) {
    const chosen = fixesTogether(now.analysis.findings.filter(isWanted));
    if (chosen.length === 0) return now;
    const next = await tried(now, chosen, original, analyse);
    if (next) {
      now = next;
      continue;
    }
    const harmful = await harmfulOf(now, chosen, original, analyse);
    // Together they do harm and none does alone: none is made.
    for (const finding of harmful.length > 0 ? harmful : chosen) left.add(identityOf(finding));
  }
  return original;
}

/** A finding by what it is about, as places move with every fix. */
function identityOf({ rule, step, message }: Finding): string {
  return `${rule}\n${step?.statement.text ?? ''}\n${message}`;
}

/** The text with the fixes of these findings; undefined where that does harm. */
async function tried(
  now: PlannedText,
  chosen: readonly Finding[],
  original: PlannedText,
  analyse: AnalyseText,
): Promise<PlannedText | undefined> {
  const text = applyEdits(now.text, editsTogether(chosen));
  if (isBroken(original.text, text) || !isWritable(original.analysis, text)) return undefined;
  const analysis = await analyse(text);
  return newErrors([original.analysis], [analysis]).length > 0 ? undefined : { text, analysis };
}

async function harmfulOf(
  now: PlannedText,
  chosen: readonly Finding[],
  original: PlannedText,
  analyse: AnalyseText,
): Promise<Finding[]> {
  if (chosen.length > maxTrials) return [...chosen];
  const harmful: Finding[] = [];
  for (const finding of chosen) if (!(await tried(now, [finding], original, analyse))) harmful.push(finding);
  return harmful;
}

/** True when one fix by itself does no harm; the text that it leads to is analysed for it. */
export async function isGoodFix(
  analysis: Analysis,
  fix: Pick<FileFix, 'edits'>,
  analyse: AnalyseText,
): Promise<boolean> {
  const before = analysis.document.text;
  const text = applyEdits(before, fix.edits);
  return (
    !isBroken(before, text) && isWritable(analysis, text) && newErrors([analysis], [await analyse(text)]).length === 0
  );
}

/** False where the file is code that cannot say it. */
function isWritable(analysis: Analysis, text: string): boolean {
  return !isNotWritten(fileTextWith(analysis, text));
}

/** The edits of all safe fixes of one rule that can be made together. */
export function editsOfRule(analysis: Analysis, rule: string): readonly FileEdit[] {
  return editsTogether(fixesTogether(analysis.findings.filter((finding) => finding.rule === rule && bulkFix(finding))));
}
