import type { Analysis } from '../analysis/analyze.js';
import { planSafeForm, type SafeForm } from '../planning/safe-form.js';
import type { Workspace } from './workspace.js';

/**
 * The safe form of a file among the files around it. In: the analysis of the file, what analyses further texts in its
 * place, and the rule whose findings alone are meant. Nothing is written.
 */
export function safeFormOf(
  workspace: Pick<Workspace, 'surroundingsOf'>,
  analysis: Analysis,
  look: (text: string) => Analysis,
  rule?: string,
): Promise<SafeForm> {
  return planSafeForm(
    analysis,
    {
      analyse: look,
      around(added, written) {
        const around = workspace.surroundingsOf(analysis.path);
        return {
          ...around,
          existing: () => [...around.existing(), ...added.map(({ path }) => path)],
          written: () => written,
          analyseInTurn: (files, beside) => around.analyseInTurn(files, [...written, ...beside]),
        };
      },
    },
    rule,
  );
}
