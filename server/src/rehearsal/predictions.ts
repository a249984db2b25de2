import type { Step } from '../analysis/finding.js';
import type { RelationRef } from '../impact/impact.js';
import { lockModes } from '../sql/lock-modes.js';
import type { SeenRelation } from './observe.js';
import type { StatementRun } from './run-statements.js';

/** What Airlock says of a statement and what PostgreSQL did. */
export interface Disagreement {
  readonly statement: StatementRun['statement'];
  readonly about: 'lock' | 'rewrite' | 'index build';
  readonly relation: string;
  /** Undefined where nothing was predicted, or nothing was seen. */
  readonly predicted: string | undefined;
  readonly seen: string | undefined;
}

export interface Agreement {
  /** Statements that could be compared. */
  readonly compared: number;
  readonly agreed: number;
  readonly disagreements: readonly Disagreement[];
}

/** From weak to strong; PostgreSQL's answer is any text. */
const modes: readonly string[] = lockModes;

/**
 * Compares the impact of statements with what they did. Only locks on tables and views, rewrites and index builds, of
 * statements whose impact is known; locks that only readers take (AccessShareLock) are left out, since catalogs take them
 * along differently from version to version.
 */
export function agreement(steps: readonly Step[], runs: readonly StatementRun[]): Agreement {
  const byTop = new Map<number, Step[]>();
  for (const step of steps) {
    if (step.origin === 'function') continue;
    const known = byTop.get(step.span.start);
    if (known) known.push(step);
    else byTop.set(step.span.start, [step]);
  }
  let compared = 0;
  const disagreements: Disagreement[] = [];
  for (const run of runs) {
    const [step, ...others] = byTop.get(run.statement.span.start) ?? [];
    const hasCode = run.statement.parsed.embedded.length > 0 || run.statement.parsed.dynamic.length > 0;
    if (!step || others.length > 0 || hasCode || !run.observed || !step.impact.known) continue;
    // What stands inside a function that is called has steps of its own.
    if (step.statement.actions.some(({ kind }) => kind === 'call')) continue;
    compared += 1;
    disagreements.push(...differences(step, run, run.observed));
  }
  const wrong = new Set(disagreements.map(({ statement }) => statement));
  return { compared, agreed: compared - wrong.size, disagreements };
}

function differences(step: Step, run: StatementRun, seen: NonNullable<StatementRun['observed']>): Disagreement[] {
  const { impact } = step;
  const { statement } = run;
  const found: Disagreement[] = [];
  const strongest = new Map<string, { readonly relation: SeenRelation; readonly mode: string }>();
  for (const { relation, mode } of seen.locks) {
    if (!'rpvmf'.includes(relation.kind)) continue;
    const known = strongest.get(keyOf(relation));
    if (!known || modes.indexOf(mode) > modes.indexOf(known.mode)) strongest.set(keyOf(relation), { relation, mode });
  }
  const predicted = impact.locks.filter(({ kind }) => kind === 'table' || kind === 'view');
  for (const { relation, mode } of strongest.values()) {
    if (mode === 'AccessShareLock') continue;
    const lock = predicted.find((each) => isSame(each.relation, relation));
    if (lock && modes.indexOf(lock.mode) > modes.indexOf(mode) && holds(run, relation, lock.mode)) continue;
    if (lock?.mode !== mode)
      found.push({ statement, about: 'lock', relation: nameOf(relation), predicted: lock?.mode, seen: mode });
  }
  compareSets('rewrite', impact.rewrites, seen.rewrites, step, found, statement);
  if (impact.rewrites.length === 0 && seen.rewrites.length === 0)
    compareSets(
      'index build',
      impact.indexBuilds.map(({ relation }) => relation),
      seen.indexBuilds,
      step,
      found,
      statement,
    );
  return found;
}

/** A lock that the transaction holds already is not taken again. */
function holds({ held }: StatementRun, { oid }: SeenRelation, mode: string): boolean {
  return held.has(`${oid} ${mode}`);
}

function compareSets(
  about: 'rewrite' | 'index build',
  predicted: readonly RelationRef[],
  seen: readonly SeenRelation[],
  { statement: { actions } }: Step,
  found: Disagreement[],
  statement: StatementRun['statement'],
): void {
  // TRUNCATE gives a new file to an empty table: that is no rewrite.
  if (actions.some(({ kind }) => kind === 'truncate')) return;
  for (const relation of seen)
    if (!predicted.some((each) => isSame(each, relation)))
      found.push({ statement, about, relation: nameOf(relation), predicted: undefined, seen: about });
  for (const each of predicted)
    if (!seen.some((relation) => isSame(each, relation)))
      found.push({ statement, about, relation: each.label, predicted: about, seen: undefined });
}

function isSame(ref: RelationRef, { schema, name }: SeenRelation): boolean {
  return ref.name === name && (ref.schema === undefined || ref.schema === schema);
}

function keyOf({ oid }: SeenRelation): string {
  return String(oid);
}

function nameOf({ schema, name }: SeenRelation): string {
  return schema === 'public' ? name : `${schema}.${name}`;
}
