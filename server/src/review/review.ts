import { categories, type Category } from '../../../rules/engine/define-rule.js';
import { type Analysis, titleOf } from '../analysis/analyze.js';
import { type Finding, type Status, type Verdict, verdictOf, worst } from '../analysis/finding.js';
import { positionsOf } from '../analysis/positions.js';
import { atLeast, type LockMode } from '../impact/locks.js';
import type { Rollback } from '../rollback/rollback.js';
import { codeVerifications } from './code-evidence.js';
import { lossesOf } from './losses.js';
import { lockTimeoutNote, openEndsOf, unboundedWaits } from './project-notes.js';
import { restorePlaceholders } from '../sql/placeholders.js';
import { type Verification, verificationsOf } from './to-verify.js';

/** A finding at its place in a release. */
export interface Issue {
  readonly file: string;
  /** One-based. */
  readonly line: number;
  readonly finding: Finding;
}

export interface CategoryReview {
  readonly category: Category;
  readonly status: Status;
  readonly issues: readonly Issue[];
  /** What the author has to look up before a PASS would mean anything. */
  readonly verify: readonly Verification[];
  /** False when no rule that is on looks at it: then PASS says nothing. */
  readonly checked: boolean;
}

/** What is said of a category that no rule looks at, so that nobody takes its PASS for a check. */
export const notChecked = 'not checked: no rule is on';

/** The strongest lock that a release takes on a relation, and where. */
export interface StrongestLock {
  readonly relation: string;
  readonly mode: LockMode;
  readonly file: string;
  readonly line: number;
  /** True when something rewrites or reads the whole table, or builds an index on it, under that lock. */
  readonly long: boolean;
}

export interface Review {
  readonly files: readonly string[];
  readonly applied: number;
  readonly postgres: number;
  readonly verdict: Verdict;
  /** Why, in one sentence. */
  readonly reason: string;
  readonly categories: readonly CategoryReview[];
  readonly locks: readonly StrongestLock[];
  /** What nobody but the author knows: what raises a category to FLAG, each once. */
  readonly verify: readonly Verification[];
  /** The same of the whole project; it changes no status. */
  readonly notes: readonly string[];
}

/** The titles of the categories as a person reads them. */
export const categoryTitles: Readonly<Record<Category, string>> = {
  'lock-contention': 'Lock contention',
  'concurrent-writes': 'Concurrent writes',
  'missing-rollback': 'Missing rollback',
  'data-loss': 'Data loss',
  'replication-lag': 'Replication lag',
  'constraint-validation': 'Constraint validation',
  'index-dependency': 'Index dependency',
  'foreign-key': 'Foreign keys',
  'application-compatibility': 'Application compatibility',
  execution: 'Execution',
};

/** Everything that changes the verdict, in the order in which it runs. */
export function issuesOf({ categories: all, files }: Review): Issue[] {
  return all
    .flatMap((each) => each.issues)
    .sort(
      (a, b) =>
        files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.finding.span.start - b.finding.span.start,
    );
}

/**
 * Reviews a release: all its pending migrations together. Applied ones are counted and left alone. In: how a migration
 * is taken back, asked only of those that may lose something.
 */
export function review(analyses: readonly Analysis[], rollbackOf: (analysis: Analysis) => Rollback): Review {
  const pending = analyses.filter((analysis) => !analysis.applied);
  const issues = pending.flatMap((analysis) => {
    const positions = positionsOf(analysis);
    return analysis.findings.map(
      (finding): Issue => ({ file: titleOf(analysis), line: positions.at(finding.span.start).line + 1, finding }),
    );
  });
  const toVerify = pending.flatMap((analysis) =>
    [
      ...verificationsOf(analysis),
      ...codeVerifications(analysis),
      ...lossesOf(analysis, () => rollbackOf(analysis)),
    ].sort((one, two) => one.line - two.line),
  );
  const perCategory = categories.map((category): CategoryReview => {
    const own = issues.filter((issue) => issue.finding.category === category && issue.finding.status !== 'PASS');
    const verify = toVerify.filter((each) => each.categories.includes(category));
    return {
      category,
      status: worst([...own.map((issue) => issue.finding.status), ...verify.map(() => 'FLAG' as const)]),
      issues: own,
      verify,
      checked: pending.every((analysis) => analysis.checked.has(category)),
    };
  });
  const verdict = verdictOf(perCategory);
  return {
    files: pending.map(titleOf),
    applied: analyses.length - pending.length,
    postgres: pending[0]?.target.postgres ?? analyses[0]?.target.postgres ?? 14,
    verdict,
    reason: reasonFor(verdict, perCategory, pending.length),
    categories: perCategory,
    locks: strongestLocks(pending),
    verify: toVerify,
    notes: [
      ...waitsToVerify(pending),
      ...analyses.flatMap(openEndsOf).map((open) => `whether this can be ended now: ${open}`),
    ],
  };
}

function reasonFor(verdict: Verdict, perCategory: readonly CategoryReview[], files: number): string {
  const named = (status: Status): string =>
    perCategory
      .filter((each) => each.status === status)
      .map((each) => categoryTitles[each.category].toLowerCase())
      .join(', ');
  if (files === 0) return 'There is nothing to ship.';
  if (verdict === 'BLOCK') return `Shipped as it is, this causes an incident or fails: ${named('BLOCK')}.`;
  if (verdict === 'SAFE WITH MODIFICATIONS')
    return `Nothing fails for certain, and the author has to check: ${named('FLAG')}.`;
  return 'Nothing that Airlock knows of waits, breaks or is lost.';
}

function strongestLocks(analyses: readonly Analysis[]): StrongestLock[] {
  const strongest = new Map<string, StrongestLock>();
  for (const analysis of analyses) {
    const positions = positionsOf(analysis);
    for (const step of analysis.steps) {
      if (step.origin === 'function') continue;
      const { impact } = step;
      for (const lock of impact.locks) {
        if (lock.isNew || lock.kind === 'index' || !atLeast(lock.mode, 'ShareUpdateExclusiveLock')) continue;
        const { key, label } = lock.relation;
        const long =
          impact.rewrites.some((table) => table.key === key) ||
          impact.scans.some((scan) => scan.relation.key === key) ||
          impact.indexBuilds.some((build) => build.relation.key === key);
        const held = strongest.get(key);
        if (held && (held.long || !long) && atLeast(held.mode, lock.mode)) continue;
        if (held?.long && !long) continue;
        strongest.set(key, {
          relation: restorePlaceholders(label),
          mode: lock.mode,
          file: titleOf(analysis),
          line: positions.at(step.span.start).line + 1,
          long,
        });
      }
    }
  }
  return [...strongest.values()].sort((a, b) => (atLeast(a.mode, b.mode) ? (atLeast(b.mode, a.mode) ? 0 : -1) : 1));
}

function waitsToVerify(analyses: readonly Analysis[]): string[] {
  const waits = unboundedWaits(analyses);
  return waits === 0 ? [] : [`that something bounds the wait for locks. ${lockTimeoutNote(waits)}`];
}
