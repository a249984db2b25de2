import { migrationName } from '../frameworks/framework.js';
import { lowerFirst } from '../rewrite/files.js';
import { endingPlan } from '../rewrite/patterns/endings.js';
import { type PatternContext, readChange } from '../rewrite/patterns/pattern.js';
import { patterns } from '../rewrite/patterns/patterns.js';
import { isRefused, type Plan, type Refusal } from '../rewrite/plan.js';
import type { Files } from './files.js';
import type { OpenChange, StepFile } from './open-changes.js';
import { isWanted, planMigrations, planOfChange, releaseEnd, type SafeMigration } from './safe-migration.js';
import type { Workspace } from './workspace.js';

/**
 * The migrations that go on with a change: its next phase and what ships together with it, behind all that are there.
 * In: a file of the folder; whether a person says that everything which is written has run. Nothing is written. A refusal
 * where the next step is written already, where it is not known what it would be, and where a file of it would not be
 * safe. Throws PatternError where there is no place for another migration.
 */
export function continueChange(
  change: OpenChange,
  sample: string,
  workspace: Workspace,
  files: Pick<Files, 'exists' | 'list'>,
  isDeployed = false,
): SafeMigration | Refusal {
  if (change.kind === 'open end')
    return planMigrations(({ state }) => endingPlan(change.end, state), sample, workspace, files);
  const { begun, last, next } = change;
  if (next && !(isDeployed && last.step < last.of)) return { refused: waiting(next, workspace) };
  return planMigrations(({ target }) => planAgain(begun, last, target, workspace), sample, workspace, files, {
    counts: isWanted,
    phases: ({ phases }) => phases.slice(last.step, releaseEnd(phases, last.step)),
  });
}

/** What a person does now where the next step is written. */
export function waiting({ path, step, of, gate }: StepFile, workspace: Workspace): string {
  const when = gate === undefined ? '' : ` Ship it when ${gate}`;
  return `${migrationName(path)} is next: step ${step} of ${of}, ${workspace.appliedWords(path)}.${when}`;
}

/** The plan that the steps belong to, on the schema before the first of them. */
function planAgain(
  begun: StepFile,
  last: StepFile,
  target: PatternContext['target'],
  workspace: Workspace,
): Plan | Refusal {
  const read = begun.change === undefined ? undefined : readChange(begun.change);
  const pattern = patterns.find(({ id }) => id === read?.pattern);
  if (!read || !pattern)
    return {
      refused: `${migrationName(begun.path)} does not say what its change is made of, so its next step is not known.`,
    };
  const input = workspace.inputFor(begun.path);
  if ('message' in input) return { refused: input.message };
  const plan = planOfChange(pattern, read.values, { state: input.before, target });
  if (isRefused(plan)) return plan;
  const same = [begun, last].every(
    ({ step, of, title }) => of === plan.phases.length && lowerFirst(plan.phases[step - 1]?.title ?? '') === title,
  );
  return same
    ? plan
    : { refused: `The steps of ${migrationName(begun.path)} are not those that this version of Airlock writes.` };
}
