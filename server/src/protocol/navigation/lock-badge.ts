import type { Analysis } from '../../analysis/analyze.js';
import type { Step } from '../../analysis/finding.js';
import { atLeast, blockedBy, type LockMode, lockName, whoWaits } from '../../impact/locks.js';
import { visibleLine } from '../../sql/visible.js';

/** What a statement, or a file, takes from those who use the tables that are there. */
export interface LockBadge {
  /** "ACCESS EXCLUSIVE". */
  readonly lock: string;
  readonly mode: LockMode;
  /** "orders, customers", "orders and 4 more". */
  readonly on: string;
  /** What is done under the lock: "rewrites", "reads all rows", "builds an index". */
  readonly work: readonly string[];
  /** "reads and writes". */
  readonly waits: string;
}

/** So many tables are named; of more, the first alone, as the line has an end. */
const MOST_TABLES = 2;

/** The steps of a statement of the file, with those of a DO block; what stands in a function body does not run now. */
export function stepsOf({ steps }: Pick<Analysis, 'steps'>, top: number): Step[] {
  return steps.filter((step) => step.top === top && step.origin !== 'function');
}

/** The strongest lock on tables that are there; undefined where none is taken. `blocking`: only one that somebody waits for. */
export function lockBadge(steps: readonly Step[], blocking: boolean): LockBadge | undefined {
  const locks = steps.flatMap(({ impact }) =>
    impact.locks.filter(
      ({ isNew, kind, mode }) => !isNew && kind !== 'index' && (!blocking || blockedBy(mode).length > 0),
    ),
  );
  const [first] = locks;
  if (!first) return undefined;
  const mode = locks.reduce((strongest, each) => (atLeast(each.mode, strongest) ? each.mode : strongest), first.mode);
  const tables = [...new Set(locks.filter((each) => each.mode === mode).map(({ relation }) => relation.label))];
  const names = tables.map(visibleLine);
  const of = (step: Step): string[] => [
    ...(step.impact.rewrites.length > 0 ? ['rewrites'] : []),
    ...(step.impact.scans.some(({ isNew, why }) => !isNew && why !== 'index') ? ['reads all rows'] : []),
    ...(step.impact.indexBuilds.some(({ isNew }) => !isNew) ? ['builds an index'] : []),
  ];
  return {
    lock: lockName(mode),
    mode,
    on: names.length > MOST_TABLES ? `${names[0]} and ${names.length - 1} more` : names.join(', '),
    // What is done under a weaker lock stands nobody in the way of this one.
    work: [...new Set(steps.filter(({ impact }) => impact.locks.some((each) => each.mode === mode)).flatMap(of))],
    waits: whoWaits(mode),
  };
}

/** "ACCESS EXCLUSIVE on orders · rewrites"; without the table where that is said already. */
export function badgeText({ lock, on, work }: LockBadge, said?: string): string {
  return [on === said ? lock : `${lock} on ${on}`, ...work].join(' · ');
}
