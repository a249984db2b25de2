import { categories, type Category } from '../../../rules/engine/define-rule.js';
import type { Analysis } from '../analysis/analyze.js';
import {
  type Finding,
  type ShownVerdict,
  shownVerdict,
  type Status,
  type Verdict,
  verdictOf,
  weightOfApplied,
  worst,
} from '../analysis/finding.js';
import { positionsOf } from '../analysis/positions.js';
import { isWayBack } from '../analysis/sections.js';
import { atLeast, type LockMode } from '../impact/locks.js';
import { codeVerifications } from './code-evidence.js';
import { type Duration, durationsOf, lagsOf, longest } from './durations.js';
import { evidenceOf } from './evidence.js';
import { foreignKeyEffects } from './foreign-keys.js';
import type { ReviewedIndex } from './index-plans.js';
import type { LostAbility } from './lost-ability.js';
import { lostAbilities } from './previous-release.js';
import { type RehearsedFacts, rehearsalQuestions } from './rehearsed.js';
import { releaseFiles } from './release.js';
import { type TablePhases, tablePhases } from './table-phases.js';
import { type Question, questionsOf } from './questions.js';
import { type ReviewedMigration, type ReviewedStatement, reviewedMigration } from './statements.js';
import type { Rollback } from '../rollback/rollback.js';
import { lossesOf } from './losses.js';
import { lockTimeoutNote, openEndsOf, unboundedWaits } from './project-notes.js';
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
  /** What running it has shown, a sentence for each file; only of ways back. */
  readonly proofs: readonly { readonly file: string; readonly text: string }[];
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
  /** Through how many more statements its transaction holds it. */
  readonly heldThrough: number;
}

export interface Review {
  readonly files: readonly string[];
  readonly applied: number;
  readonly postgres: number;
  readonly verdict: Verdict;
  /** True where no pending migration has a statement and nothing speaks against an applied one. */
  readonly isEmpty: boolean;
  /** Why, in one sentence. */
  readonly reason: string;
  readonly categories: readonly CategoryReview[];
  readonly locks: readonly StrongestLock[];
  /** What nobody but the author knows: what raises a category to FLAG, each once. */
  readonly verify: readonly Verification[];
  /** The same of the whole project; it changes no status. */
  readonly notes: readonly string[];
  /** Statement by statement. */
  readonly migrations: readonly ReviewedMigration[];
  /** What code of the release before can no longer do. */
  readonly lost: readonly LostAbility[];
  /** The phases of each table that the release changes. */
  readonly phases: readonly TablePhases[];
  readonly questions: readonly Question[];
  /** What works through whole tables, and how long. */
  readonly durations: readonly Duration[];
  /** What a rehearsal says of itself: where it ran, what it could not do. Empty where there was none. */
  readonly rehearsal: readonly string[];
  /** Which queries use the indexes that come and go, where a rehearsal has planned them. */
  readonly plans: readonly ReviewedIndex[];
}

/** What a rehearsal of a release has shown. */
export interface ReleaseRehearsal {
  /** Of a pending migration; undefined where it was not rehearsed. */
  of(path: string): RehearsedFacts | undefined;
  readonly notes: readonly string[];
  readonly plans?: readonly ReviewedIndex[];
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
  security: 'Security',
};

/** The verdict and its reason as people and programs read them. In: false where something could not be read. */
export function shownResult(
  { isEmpty, verdict, reason }: Pick<Review, 'isEmpty' | 'verdict' | 'reason'>,
  isAllRead = true,
): { readonly verdict: ShownVerdict; readonly reason: string } {
  return {
    verdict: shownVerdict(verdict, isEmpty, isAllRead),
    reason: isAllRead ? reason : `Of what could be read: ${reason}`,
  };
}

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
 * Reviews a release: all its pending migrations together. Applied ones are counted and left alone, but where they are no
 * longer what was applied. In: how a migration is taken back, asked only of those that may lose something; what a
 * rehearsal has shown, where one was run.
 */
export function review(
  analyses: readonly Analysis[],
  rollbackOf: (analysis: Analysis) => Rollback,
  rehearsal?: ReleaseRehearsal,
): Review {
  const pending = releaseFiles(analyses.filter((analysis) => !analysis.applied));
  const issues = pending.flatMap(({ analysis, name }) => issuesIn(analysis, analysis.findings, name));
  const ofApplied = releaseFiles(
    analyses.filter(({ applied, findings }) => applied && weightOfApplied(findings).length > 0),
  ).flatMap(({ analysis, name }) => issuesIn(analysis, weightOfApplied(analysis.findings), name));
  const lost = lostAbilities(pending);
  const migrations = pending.map(reviewedMigration);
  const backs = pending.map(({ analysis }) => ({ back: rollbackOf(analysis) }));
  const durations = pending.map(durationsOf);
  const toVerify = pending.flatMap(({ analysis, name }, index) => {
    const own = backs[index];
    const isUp = rehearsal !== undefined && !isWayBack(analysis.path, analysis.project);
    const facts = isUp ? rehearsal.of(analysis.path) : undefined;
    const losses = own ? lossesOf(analysis, name, own.back) : [];
    const isRun = facts !== undefined && facts.proof.verdict !== 'not run';
    return [
      ...(isUp ? rehearsalQuestions(analysis, name, facts, losses[0]?.line) : []),
      ...verificationsOf(analysis, name),
      ...codeVerifications(analysis, name),
      // What was run and came back needs no guess.
      ...(isRun ? [] : losses),
      ...evidenceOf(analysis, name, lost, issues),
      ...lagsOf(durations[index] ?? [], analysis.config.thresholds.replicationLagSeconds),
    ].sort((one, two) => one.line - two.line);
  });
  const stepsBack = pending.flatMap(({ analysis, name }, index) => {
    const positions = positionsOf(analysis);
    const steps = [...(backs[index]?.back.steps ?? [])].sort((one, two) => one.span.start - two.span.start);
    return steps.map(({ span, grade, reason }) => ({
      place: { file: name, line: positions.at(span.start).line + 1 },
      grade,
      reason,
    }));
  });
  const proofs = pending.flatMap(({ analysis, name }) => {
    const proof = rehearsal?.of(analysis.path)?.proof;
    return proof ? [{ file: name, text: proof.text, verdict: proof.verdict }] : [];
  });
  const foreignKeys = pending.flatMap(foreignKeyEffects);
  const breaking = issues
    .filter(({ finding: { category, status } }) => category === 'application-compatibility' && status !== 'PASS')
    .map(({ file, line, finding }) => ({ file, line, text: finding.message }));
  const asksForSecurity = analyses.some((analysis) => analysis.asksForSecurity);
  const shown = categories.filter((category) => category !== 'security' || asksForSecurity);
  const perCategory = shown.map((category): CategoryReview => {
    const own = [...ofApplied, ...issues].filter(
      (issue) => issue.finding.category === category && issue.finding.status !== 'PASS',
    );
    const verify = toVerify.filter((each) => each.categories.includes(category));
    return {
      category,
      status: worst([...own.map((issue) => issue.finding.status), ...verify.map(() => 'FLAG' as const)]),
      issues: own,
      verify,
      checked: pending.every(
        ({ analysis }) => analysis.checked.has(category) || (category === 'security' && !analysis.asksForSecurity),
      ),
      proofs: category === 'missing-rollback' ? proofs.map(({ file, text }) => ({ file, text })) : [],
    };
  });
  const verdict = verdictOf(perCategory);
  const isEmpty = verdict === 'SAFE TO SHIP' && migrations.every(({ statements }) => statements.length === 0);
  return {
    files: pending.map(({ name }) => name),
    applied: analyses.length - pending.length,
    postgres: pending[0]?.analysis.target.postgres ?? analyses[0]?.target.postgres ?? 14,
    verdict,
    isEmpty,
    reason: isEmpty ? 'There is no pending migration with a statement.' : reasonFor(verdict, perCategory),
    categories: perCategory,
    locks: strongestLocks(migrations),
    verify: toVerify,
    migrations,
    lost,
    phases: tablePhases(migrations),
    questions: questionsOf({
      migrations,
      lost,
      breaking,
      foreignKeys,
      stepsBack,
      proofs,
      durations: longest(durations.flat()),
    }),
    durations: durations.flat(),
    rehearsal: rehearsal?.notes ?? [],
    plans: rehearsal?.plans ?? [],
    notes: [
      ...waitsToVerify(pending.map(({ analysis }) => analysis)),
      ...analyses.flatMap(openEndsOf).map((open) => `whether this can be ended now: ${open}`),
    ],
  };
}

function issuesIn(analysis: Analysis, findings: readonly Finding[], file: string): Issue[] {
  const positions = positionsOf(analysis);
  return findings.map((finding) => ({ file, line: positions.at(finding.span.start).line + 1, finding }));
}

function reasonFor(verdict: Verdict, perCategory: readonly CategoryReview[]): string {
  const named = (status: Status): string =>
    perCategory
      .filter((each) => each.status === status)
      .map((each) => categoryTitles[each.category].toLowerCase())
      .join(', ');
  if (verdict === 'BLOCK') return `Shipped as it is, this causes an incident or fails: ${named('BLOCK')}.`;
  if (verdict === 'SAFE WITH MODIFICATIONS')
    return `Nothing fails for certain, and the author has to check: ${named('FLAG')}.`;
  return 'Nothing that Airlock knows of waits, breaks or is lost.';
}

/** Of each relation the lock that hurts most: one that is held long before a short one, then the stronger. */
function strongestLocks(migrations: readonly ReviewedMigration[]): StrongestLock[] {
  const strongest = new Map<string, StrongestLock>();
  for (const { file, folder, statements } of migrations)
    for (const [index, { line, locks }] of statements.entries())
      for (const { key: own, relation, mode, isLong } of locks) {
        const key = `${folder}\n${own}`;
        const through = heldThrough(own, statements.slice(index + 1));
        const long = isLong || through.some((each) => each.isLong);
        const held = strongest.get(key);
        if (held && (held.long || !long) && atLeast(held.mode, mode)) continue;
        if (held?.long && !long) continue;
        strongest.set(key, { relation, mode, file, line, long, heldThrough: through.length });
      }
  return [...strongest.values()].sort((a, b) => (atLeast(a.mode, b.mode) ? (atLeast(b.mode, a.mode) ? 0 : -1) : 1));
}

/** The statements behind one through which its transaction holds its lock. */
function heldThrough(key: string, behind: readonly ReviewedStatement[]): readonly ReviewedStatement[] {
  const end = behind.findIndex(({ held }) => held.every((lock) => lock.key !== key));
  return end < 0 ? behind : behind.slice(0, end);
}

function waitsToVerify(analyses: readonly Analysis[]): string[] {
  const waits = unboundedWaits(analyses);
  return waits === 0 ? [] : [`that something bounds the wait for locks. ${lockTimeoutNote(waits)}`];
}
