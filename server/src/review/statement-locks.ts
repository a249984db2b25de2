import type { Analysis } from '../analysis/analyze.js';
import type { Step } from '../analysis/finding.js';
import { type Positions, positionsOf, type Range } from '../analysis/positions.js';
import type { Impact, RelationLock } from '../impact/impact.js';
import { atLeast, blockedBy, type LockMode, type Work } from '../impact/locks.js';
import { codeOfRefusal } from '../impact/refusals/syntax.js';

/** What a statement does to relations, as programs read it. */
export interface StatementLocks {
  readonly range: Range;
  /** Set for a statement inside another: what it stands in, and whether it runs with the file. */
  readonly inside?: 'do' | 'function';
  readonly runsNow?: boolean;
  /** False when there is no measured fact about it, or it was not read. */
  readonly known: boolean;
  readonly locks: readonly { readonly relation: string; readonly mode: LockMode; readonly blocks: readonly Work[] }[];
  readonly rewrites: readonly string[];
  readonly scans: readonly string[];
  readonly indexBuilds: readonly string[];
  readonly transaction: Impact['transaction'];
  readonly fails?: { readonly code: string; readonly message: string };
}

/** A DO block does what the SQL inside it does; that is reported of the block, and of each statement inside by itself. */
function withInside(step: Step, steps: readonly Step[]): Step {
  if (step.origin !== 'file' || !step.statement.embedded.some(({ origin }) => origin === 'do')) return step;
  const inside = steps.filter((each) => each.origin === 'do' && each.top === step.top).map(({ impact }) => impact);
  const all = [step.impact, ...inside];
  const locks = new Map<string, RelationLock>();
  for (const lock of all.flatMap((impact) => impact.locks)) {
    const known = locks.get(lock.relation.key);
    if (!known || !atLeast(known.mode, lock.mode)) locks.set(lock.relation.key, lock);
  }
  return {
    ...step,
    impact: {
      known: all.every(({ known }) => known),
      locks: [...locks.values()],
      rewrites: [...new Map(all.flatMap(({ rewrites }) => rewrites).map((each) => [each.key, each])).values()],
      scans: all.flatMap(({ scans }) => scans),
      indexBuilds: all.flatMap(({ indexBuilds }) => indexBuilds),
      transaction: step.impact.transaction,
      // What fails inside may be caught, or not be reached.
      fails: step.impact.fails,
    },
  };
}

/** Why PostgreSQL refuses the statement; undefined where it takes it, or Airlock has not read it. */
function refusalOf({ statement: { problem }, impact, target }: Step): { code: string; message: string } | undefined {
  if (!problem) return impact.fails;
  return problem.isOwnLimit ? undefined : { code: codeOfRefusal(problem.message, target), message: problem.message };
}

/** What each statement of a file locks, rewrites and reads, in their order; a DO block with all that stands in it. */
export function statementLocks(analysis: Analysis): StatementLocks[] {
  const positions = positionsOf(analysis);
  return analysis.steps.map((step) => locksOf(withInside(step, analysis.steps), positions));
}

function locksOf(step: Step, positions: Positions): StatementLocks {
  const { impact } = step;
  const { problem } = step.statement;
  const fails = refusalOf(step);
  return {
    range: positions.range(step.span),
    ...(step.origin === 'file' ? {} : { inside: step.origin, runsNow: step.origin === 'do' }),
    known: impact.known && !problem,
    locks: impact.locks.map((lock) => ({
      relation: lock.relation.label,
      mode: lock.mode,
      blocks: blockedBy(lock.mode),
    })),
    rewrites: impact.rewrites.map(({ label }) => label),
    scans: [...new Set(impact.scans.map((scan) => scan.relation.label))],
    indexBuilds: impact.indexBuilds.map((build) => build.index.label),
    transaction: impact.transaction,
    ...(fails ? { fails } : {}),
  };
}
