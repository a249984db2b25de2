import type { Analysis } from '../analysis/analyze.js';
import { fileTextWith, isNotWritten } from '../analysis/file-edits.js';
import { applyEdits } from '../analysis/fix-edits.js';
import type { Finding } from '../analysis/finding.js';
import type { WrittenFile } from '../frameworks/framework.js';
import type { MigrationFile } from '../rewrite/files.js';
import { type AnalyseText, isGoodFix, planFixAll } from './plan-fixes.js';
import { isSplit, planSplit, type SplitSurroundings, withSums } from './plan-split.js';

/** The safe form of a whole file. */
export interface SafeForm {
  /** The file first, then new ones in the order in which they run. */
  readonly files: readonly MigrationFile[];
  /** What takes each new file back. */
  readonly downs: readonly MigrationFile[];
  /** What the tool needs besides; one that is there is replaced. */
  readonly beside: readonly WrittenFile[];
  /** The file as it is now. */
  readonly analysis: Analysis;
  /** Statements that have a safe form which cannot be had here, each with the reason. */
  readonly refused: readonly { readonly finding: Finding; readonly reason: string }[];
}

/** What the file may be compared with while it changes. */
export interface SafeFormSurroundings {
  readonly analyse: AnalyseText;
  /**
   * Around the file with a text. In: the new files so far, which no later one may take the name of, and all that is to be
   * written so far: lists and journals go on from there.
   */
  around(added: readonly MigrationFile[], written: readonly WrittenFile[]): SplitSurroundings;
}

/**
 * The safe form of a file: all safe fixes, then each statement that has to be taken apart, until nothing is left.
 * `rule`: what answers the findings of this rule, and nothing else; then a fix that is not safe in bulk is made, too,
 * where it is the only one. An applied file stays as it is.
 */
export async function planSafeForm(
  analysis: Analysis,
  surroundings: SafeFormSurroundings,
  rule?: string,
): Promise<SafeForm> {
  const { analyse } = surroundings;
  if (analysis.applied) return { files: [], downs: [], beside: [], analysis, refused: [] };
  let now = await planFixAll(analysis, analyse, rule);
  const added: MigrationFile[] = [];
  const downs: MigrationFile[] = [];
  const beside = new Map<string, WrittenFile>();
  const refused = new Map<string, { finding: Finding; reason: string }>();
  const isMeant = (finding: Finding): boolean => rule === undefined || finding.rule === rule;
  // Each round takes one statement apart; a file has no more of them than statements.
  for (let round = 0; round <= analysis.document.statements.length; round++) {
    refused.clear();
    const around = surroundings.around(added, [...added, ...downs].map(asWritten).concat([...beside.values()]));
    let split: ReturnType<typeof planSplit>;
    for (const finding of now.analysis.findings.filter(isMeant)) {
      split = planSplit(now.analysis, finding, around);
      const own = isSplit(split) ? split.files.find((file) => file.path === analysis.path) : undefined;
      const written = own && fileTextWith(analysis, own.sql);
      if (written !== undefined && isNotWritten(written)) split = written;
      if (isSplit(split)) break;
      if (split) refused.set(`${finding.step?.top}`, { finding, reason: split.refused });
    }
    if (!isSplit(split)) break;
    let { text } = now;
    for (const file of split.files)
      if (file.path === analysis.path) text = file.sql;
      else added.push(file);
    downs.push(...split.downs);
    for (const each of split.beside) beside.set(each.path, each);
    now = { text, analysis: await analyse(text) };
  }
  if (rule !== undefined && added.length === 0) {
    const fix = now.analysis.findings.filter(isMeant).flatMap((finding) => finding.fixes)[0];
    if (fix && (await isGoodFix(now.analysis, fix, analyse))) {
      const text = applyEdits(now.text, fix.edits);
      now = { text, analysis: await analyse(text) };
    }
  }
  const text = fileTextWith(analysis, now.text);
  if (isNotWritten(text)) return { files: [], downs: [], beside: [], analysis, refused: [] };
  const transactional = now.analysis.steps.every((step) => step.impact.transaction === 'allowed');
  const form: SafeForm = {
    files: [{ path: analysis.path, sql: text, transactional }, ...added],
    downs,
    beside: [...beside.values()],
    analysis: analysis.host ? await analyse(text) : now.analysis,
    refused: [...refused.values()],
  };
  return now.text === analysis.document.text && added.length === 0 ? form : withSums(form, analysis.project);
}

function asWritten({ path, sql }: MigrationFile): WrittenFile {
  return { path, text: sql };
}
