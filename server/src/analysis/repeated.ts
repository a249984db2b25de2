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
  let former: Analysis | undefined;
  return (text) => {
    const isFirst = former === undefined;
    former = analyze({ ...input, ...readMigration(text, input) }, rules, isFirst ? onFailure : () => {}, former);
    return former;
  };
}
