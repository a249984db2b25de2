import type { Analysis } from '../analysis/analyze.js';
import { positionsOf } from '../analysis/positions.js';
import type { Rollback, RollbackStep } from '../rollback/rollback.js';
import type { Action } from '../sql/action.js';
import type { Span } from '../sql/span.js';
import type { Verification } from './to-verify.js';

/**
 * What no rollback brings back. A rollback that forgets what was written into a new column since loses nothing that was
 * there before the release; so a lossy step counts only where a rule says that the migration destroys something. Which
 * rows matter the rules know as well: those of a table that the release itself has made do not.
 */
export function lossesOf(analysis: Analysis, file: string, back: Rollback): Verification[] {
  const positions = positionsOf(analysis);
  return losingSteps(analysis, back).map(({ span, reason }) => ({
    categories: ['missing-rollback'],
    file,
    line: positions.at(span.start).line + 1,
    text: `how this is taken back. ${reason}`,
  }));
}

/** The steps of a rollback whose loss was there before the migration, in the order of the migration. */
export function losingSteps(analysis: Analysis, back: Rollback): RollbackStep[] {
  const destroying = analysis.findings
    .filter(({ category }) => category === 'data-loss' || category === 'missing-rollback')
    .map(({ span }) => span);
  const actionAt = new Map<number, Action>();
  for (const { statement, span } of analysis.steps)
    for (const action of statement.actions) actionAt.set(span.start + action.span.start, action);
  if (destroying.length === 0 && ![...actionAt.values()].some(mayBeUnknown)) return [];
  const isWritten = isWrittenBack(analysis, back);
  const isLoss = ({ grade, span }: RollbackStep): boolean =>
    grade !== 'lossless' &&
    (destroying.some((each) => overlap(each, span)) ||
      (grade === 'impossible' && !isWritten && mayBeUnknown(actionAt.get(span.start))));
  return back.steps.filter(isLoss).sort((one, two) => one.span.start - two.span.start);
}

/** True where the author has written the way back: then he knows what no file shows. */
export function isWrittenBack({ path, project, wayBack }: Analysis, { files }: Rollback): boolean {
  if (wayBack) return wayBack.steps.length > 0;
  return files.some((file) => file.path !== path && /\S/.test(project.files.read(file.path) ?? ''));
}

/** True for what a rollback cannot take back where no file says how it was before, or what it does. */
function mayBeUnknown(action: Action | undefined): boolean {
  switch (action?.kind) {
    case 'call':
    case 'dropConstraint':
      return true;
    // What is dropped only where it exists is cleared away, so that a new one can be made.
    case 'dropIndex':
    case 'dropTable':
    case 'dropObject':
      return !action.ifExists;
    default:
      return false;
  }
}

function overlap(one: Span, two: Span): boolean {
  return one.start < two.end && two.start < one.end;
}
