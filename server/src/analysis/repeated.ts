import type { RuleFailure, RuleSet } from '../../../rules/engine/run.js';
import { parseDocument } from '../sql/parse.js';
import { type Analysis, analyze, type MigrationInput } from './analyze.js';

/** Analyses text after text in the place of one file; each takes over what still holds of the last. */
export function repeatedAnalysis(
  input: Omit<MigrationInput, 'document'>,
  rules: RuleSet,
  onFailure: RuleFailure = () => {},
): (text: string) => Analysis {
  let former: Analysis | undefined;
  return (text) => {
    former = analyze({ ...input, document: parseDocument(text) }, rules, onFailure, former);
    return former;
  };
}
