import type { RuleFailure, RuleSet } from '../../../rules/engine/run.js';
import { type Analysis, analyze, type MigrationInput } from './analyze.js';
import { readMigration } from './sections.js';

/**
 * Analyses text after text in the place of one file; each takes over what still holds of the last. A rule that fails is
 * reported for the first text only.
 */
export function repeatedAnalysis(
  input: Omit<MigrationInput, 'document' | 'sections'>,
  rules: RuleSet,
  onFailure: RuleFailure = () => {},
): (text: string) => Analysis {
  let last: { readonly text: string; readonly analysis: Analysis } | undefined;
  return (text) => {
    // Little holds of a text that has changed all over; noting what the next may take over would cost more than it brings.
    const former = last && changedPart(last.text, text) <= text.length / 2 ? last.analysis : undefined;
    const report = last === undefined ? onFailure : () => {};
    const analysis = analyze({ ...input, ...readMigration(text, input) }, rules, report, former);
    last = { text, analysis };
    return analysis;
  };
}

/** How much of a text stands between its first and its last difference to the one before, in UTF-16 units. */
function changedPart(before: string, after: string): number {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let end = 0;
  while (end < most - start && before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end))
    end++;
  return after.length - start - end;
}
