import type { Analysis } from '../analysis/analyze.js';
import type { Finding } from '../analysis/finding.js';
import { lineOfMessage } from '../analysis/finding-message.js';
import { baseName } from '../frameworks/framework.js';
import { withWritten } from '../frameworks/written-files.js';
import { withSums } from '../planning/plan-split.js';
import { planNewFiles, type PlannedFiles } from '../rewrite/files.js';
import {
  changeWords,
  type Pattern,
  type PatternContext,
  PatternError,
  type PatternValues,
} from '../rewrite/patterns/pattern.js';
import { isRefused, type Phase, type Plan, type Refusal } from '../rewrite/plan.js';
import type { Files } from './files.js';
import { newMigration, placeBehind } from './new-migration.js';
import type { Workspace } from './workspace.js';

/** A change as new migrations: what is to be written, and the plan that they follow. Paths are absolute. */
export interface SafeMigration extends PlannedFiles {
  readonly plan: Plan;
}

/** What makes the plan of a change on the schema behind all migrations. */
export type Planner = (context: PatternContext) => Plan | Refusal;

/**
 * The migrations of a pattern, behind all that are there and in the form of their tool. In: a file of the folder. Nothing
 * is written. Every file has been analysed behind the ones before it: none has a finding that stops a release. Throws
 * PatternError for values that are wrong. `which`: all phases, or those of the first release alone.
 */
export function planSafeMigration(
  pattern: Pattern,
  values: PatternValues,
  sample: string,
  workspace: Workspace,
  files: Pick<Files, 'exists' | 'list'>,
  which: 'all' | 'release' = 'all',
): SafeMigration | Refusal {
  return planMigrations((context) => planOfChange(pattern, values, context), sample, workspace, files, {
    counts: isWanted,
    ...(which === 'release' ? { phases: ({ phases }) => phases.slice(0, releaseEnd(phases, 0)) } : {}),
  });
}

/** The value that the author still has to write is wanted so. */
export const isWanted = ({ rule }: Finding): boolean => rule !== 'no-unwritten-value';

/** The plan of a pattern, which knows what it is made of. */
export function planOfChange(pattern: Pattern, values: PatternValues, context: PatternContext): Plan | Refusal {
  const plan = pattern.plan(values, context);
  return isRefused(plan) ? plan : { ...plan, change: changeWords(pattern, values) };
}

/** Behind the last phase that ships together with the one at `from`. */
export function releaseEnd(phases: readonly Phase[], from: number): number {
  const next = phases.findIndex(({ gate }, index) => index > from && gate !== undefined);
  return next < 0 ? phases.length : next;
}

/** What stands against a plan. */
export interface Objections {
  /** Which findings of errors do; all of them, unless it says otherwise. */
  readonly counts?: (finding: Finding) => boolean;
  /** What a refusal calls it in the place of the file's name. */
  readonly subject?: string;
}

/** What is written of a plan. */
export interface Wanted extends Objections {
  /** The phases that are to be written now; all of them, unless it says otherwise. */
  readonly phases?: (plan: Plan) => readonly Phase[];
}

/** The same of any plan. */
export function planMigrations(
  planner: Planner,
  sample: string,
  workspace: Workspace,
  files: Pick<Files, 'exists' | 'list'>,
  { counts = () => true, subject, phases = (plan) => plan.phases }: Wanted = {},
): SafeMigration | Refusal {
  // The empty migration that the schema is asked of is none of the folder's: a folder of its own may look like another tool's.
  const place = placeBehind(sample, workspace, files);
  return schemaBehind(sample, workspace, files, ({ path, after: state, target, config }) => {
    const plan = planner({ state, target });
    if (isRefused(plan)) return plan;
    const around = {
      lockTimeout: config.lockTimeout,
      setElsewhere: config.timeouts === 'set-elsewhere',
      settings: new Map<string, string>(),
    };
    const written = planNewFiles(plan, around, place, phases(plan));
    if (isRefused(written)) return written;
    const beside = withWritten(place.project.files, written.beside);
    const planned = withSums(written, { ...place.project, files: beside });
    const analyses = workspace.surroundingsOf(path).analyseInTurn(planned.files, planned.beside);
    for (const { path: at, findings } of analyses) {
      const error = findings.find((each) => each.severity === 'error' && counts(each));
      if (error) return { refused: `${subject ?? baseName(at)} would not be safe: ${lineOfMessage(error)}` };
    }
    return { ...planned, plan };
  });
}

/**
 * Hands over an empty migration behind all that are there: it knows the schema that they make, the configuration and the
 * version. Throws PatternError where there is no place for one.
 */
export function schemaBehind<T>(
  sample: string,
  workspace: Workspace,
  files: Pick<Files, 'exists' | 'list'>,
  use: (behind: Analysis) => T,
): T {
  const [first] = newMigration(sample, 'next', workspace, files)?.created ?? [];
  if (!first) throw new PatternError('There is no place for another migration before the last one has run.');
  workspace.setOverlay(first.path, first.text);
  try {
    const behind = workspace.analyze(first.path);
    if ('message' in behind) throw new PatternError(behind.message);
    return use(behind);
  } finally {
    workspace.removeOverlay(first.path);
  }
}
