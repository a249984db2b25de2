import type { Analysis } from '../analysis/analyze.js';
import { positionsOf } from '../analysis/positions.js';
import { searchedWords } from './code-evidence.js';
import type { LostAbility } from './lost-ability.js';
import type { Issue } from './review.js';
import type { Verification } from './to-verify.js';

/**
 * What has to be shown before something is taken away from running code: that nothing reads or writes it any more, and
 * that the code of the release before does none of what fails. A place that a finding of the category speaks of is
 * left to it.
 */
export function evidenceOf(
  analysis: Analysis,
  file: string,
  lost: readonly LostAbility[],
  issues: readonly Issue[],
): Verification[] {
  const gone = goneForGood(analysis, file);
  const isSaid = new Set([...gone.map(placeOf), ...issues.filter(speaksOfCode).map(placeOf)]);
  return [...gone, ...stillNeeded(file, lost, isSaid)];
}

/** Columns and tables whose rows go: the evidence that their reads and writes are gone. */
function goneForGood(analysis: Analysis, file: string): Verification[] {
  const positions = positionsOf(analysis);
  const found: Verification[] = [];
  for (const { rule, span, action, code } of analysis.findings) {
    const what =
      rule === 'no-drop-column' && action?.kind === 'dropColumn'
        ? `${action.table.name}.${action.column}`
        : rule === 'no-drop-table' && action?.kind === 'dropTable'
          ? action.table.name
          : undefined;
    if (what === undefined) continue;
    found.push({
      categories: ['data-loss', 'application-compatibility'],
      file,
      line: positions.at(span.start).line + 1,
      text: `that nothing reads or writes ${what} any more: the release that is running, jobs, reports, other services${searchedWords(code, what)}`,
    });
  }
  return found;
}

function placeOf({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${file}:${line}`;
}

function speaksOfCode({ finding }: Issue): boolean {
  return finding.category === 'application-compatibility' && finding.status !== 'PASS';
}

function stillNeeded(file: string, lost: readonly LostAbility[], isSaid: ReadonlySet<string>): Verification[] {
  return lost
    .filter((each) => each.kind === 'gone' && each.file === file && !isSaid.has(placeOf(each)))
    .map(({ line, text }) => ({
      categories: ['application-compatibility'],
      file,
      line,
      text: `that the code which runs meanwhile does not need this any more: ${text}`,
    }));
}
