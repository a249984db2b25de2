import { listed, nameOf } from '../../../rules/engine/words.js';
import type { Step } from '../analysis/finding.js';
import { positionsOf } from '../analysis/positions.js';
import type { Impact } from '../impact/impact.js';
import { atLeast, blockedBy, type LockMode, whoWaits } from '../impact/locks.js';
import { keyFor } from '../schema/keys.js';
import type { SchemaState } from '../schema/state.js';
import type { Action } from '../sql/action.js';
import { restorePlaceholders } from '../sql/placeholders.js';
import { areOfRelease, isOfRelease, type ReleaseBounds, type ReleaseFile } from './release.js';
import { type Phase, phaseOf, phasesIn } from './phases.js';
import { phraseOf } from './phrases.js';

/** Where a statement stands, by the name of its file in the review. */
export interface Place {
  readonly file: string;
  /** One-based. */
  readonly line: number;
}

/** A lock on a relation that was there before the release. */
export interface ReviewedLock {
  /** As in the schema state: of two spellings it is one. */
  readonly key: string;
  readonly relation: string;
  readonly mode: LockMode;
  /** True when something rewrites or reads the whole relation, or builds an index on it, under the lock. */
  readonly isLong: boolean;
}

/** A statement of a release as a reviewer reads it. */
export interface ReviewedStatement {
  /** One-based. */
  readonly line: number;
  /** Its first words: "ALTER TABLE". */
  readonly words: string;
  readonly phase: Phase | undefined;
  /** The tables that it changes and that were there before: their labels by key. */
  readonly tables: ReadonlyMap<string, string>;
  /** Whether it brings a table a column or rows a new shape, or takes a name away that running code may use. */
  readonly shape: 'brings' | 'takes' | undefined;
  /** What it does: "Drops the column note of orders with all its values." */
  readonly does: string;
  /** Who waits, and how long; "" where nobody does. */
  readonly waits: string;
  /** False where Airlock has no fact about what it locks. */
  readonly isKnown: boolean;
  /** What it locks itself, the modes by which somebody waits and those under which it works for long. */
  readonly locks: readonly ReviewedLock[];
  /** What the transaction holds since an earlier statement. */
  readonly held: readonly Omit<ReviewedLock, 'isLong'>[];
  /** True when it works through a whole table: what the transaction holds, it holds as long. */
  readonly isLong: boolean;
}

/** A migration of a release, statement by statement. What only steers the session is left out. */
export interface ReviewedMigration {
  readonly file: string;
  /** Of migrations: tables of one name in two folders are two. */
  readonly folder: string;
  readonly phases: readonly Phase[];
  readonly statements: readonly ReviewedStatement[];
}

/** Reads a migration once more from the state before it. */
export function reviewedMigration({ analysis, name: file, bounds }: ReleaseFile): ReviewedMigration {
  const positions = positionsOf(analysis);
  const statements: ReviewedStatement[] = [];
  analysis.walk((step, before, held) => {
    if (step.origin === 'function') return;
    const own = locksOf(step.impact);
    const phrases = step.statement.actions.map((action) => phraseOf(action, before)).filter((each) => each !== '');
    if (phrases.length === 0 && own.length === 0 && step.impact.known) return;
    statements.push({
      line: positions.at(step.span.start).line + 1,
      words: firstWords(step),
      phase: phaseOf(step, before, bounds),
      tables: tablesOf(step, before, bounds),
      shape: shapeOf(step, before, bounds),
      does: sentenceOf(phrases),
      waits: restorePlaceholders(waitingOf(step, before)),
      isKnown: step.impact.known,
      locks: own,
      held: [...held.values()].map(({ lock }) => ({
        key: lock.relation.key,
        relation: restorePlaceholders(lock.relation.label),
        mode: lock.mode,
      })),
      isLong: isLongWork(step.impact),
    });
  });
  const folder = analysis.project.root;
  return { file, folder, phases: phasesIn(statements.map(({ phase }) => phase)), statements };
}

function tablesOf({ statement }: Step, before: SchemaState, bounds: ReleaseBounds): Map<string, string> {
  const tables = new Map<string, string>();
  for (const action of statement.actions) {
    const name = 'table' in action ? action.table : undefined;
    if (!name || isOfRelease(before.table(name), bounds)) continue;
    tables.set(keyFor(before, name), restorePlaceholders(nameOf(name)));
  }
  return tables;
}

function shapeOf(
  { statement: { actions } }: Step,
  before: SchemaState,
  bounds: ReleaseBounds,
): ReviewedStatement['shape'] {
  if (actions.some((action) => takesName(action, before, bounds))) return 'takes';
  return actions.some(({ kind }) => kind === 'addColumn' || kind === 'update' || kind === 'merge')
    ? 'brings'
    : undefined;
}

/** True where a name goes that the code of the release before knows. */
function takesName(action: Action, before: SchemaState, bounds: ReleaseBounds): boolean {
  switch (action.kind) {
    case 'dropColumn':
    case 'renameColumn':
      return !areOfRelease(before.table(action.table), [action.column], bounds);
    case 'dropTable':
    case 'renameTable':
      return !isOfRelease(before.table(action.table), bounds);
    default:
      return false;
  }
}

function firstWords({ statement }: Step): string {
  const [, words = ''] =
    /^((?:[A-Za-z]+\s+){0,1}(?:unique\s+|materialized\s+)?[A-Za-z]+)/i.exec(statement.text.trimStart()) ?? [];
  return words.replace(/\s+/g, ' ').toUpperCase();
}

function isLongOn({ rewrites, scans, indexBuilds }: Impact, key: string): boolean {
  return (
    rewrites.some((table) => table.key === key) ||
    scans.some((scan) => scan.relation.key === key) ||
    indexBuilds.some((build) => build.relation.key === key)
  );
}

function isLongWork({ rewrites, scans, indexBuilds }: Impact): boolean {
  return rewrites.length > 0 || scans.some(({ isNew }) => !isNew) || indexBuilds.some(({ isNew }) => !isNew);
}

function locksOf(impact: Impact): ReviewedLock[] {
  return impact.locks.flatMap((lock) => {
    if (lock.isNew || (lock.kind !== 'table' && lock.kind !== 'view')) return [];
    const isLong = isLongOn(impact, lock.relation.key);
    if (!atLeast(lock.mode, 'ShareLock') && !(isLong && atLeast(lock.mode, 'ShareUpdateExclusiveLock'))) return [];
    return [{ key: lock.relation.key, relation: restorePlaceholders(lock.relation.label), mode: lock.mode, isLong }];
  });
}

/** More than that many things in one statement are counted. */
const MOST_PHRASES = 4;

function sentenceOf(phrases: readonly string[]): string {
  const all = [...new Set(phrases)];
  const shown = all.length > MOST_PHRASES ? all.slice(0, MOST_PHRASES - 1) : all;
  const rest = all.length - shown.length;
  const does = rest > 0 ? `${shown.join('; ')}; and ${rest} more` : shown.join('; ');
  const start = does === '' ? 'does something that Airlock has no words for' : does;
  return `${capital(start)}.`;
}

/** Who waits for it, in a sentence; "" where there is nothing to say. */
function waitingOf(step: Step, before: SchemaState): string {
  const { impact, transaction, statement } = step;
  if (impact.fails?.certain) return `PostgreSQL refuses it: ${impact.fails.message}.`;
  if (!impact.known) return 'What it locks is not known.';
  const blocking = impact.locks.filter(
    ({ isNew, kind, mode }) => !isNew && (kind === 'table' || kind === 'view') && blockedBy(mode).length > 0,
  );
  if (blocking.length === 0) return withoutBlocking(step, before);
  const strongest = blocking.reduce((one, two) => (atLeast(two.mode, one.mode) ? two : one));
  const relations = listed(
    blocking.filter(({ mode }) => mode === strongest.mode).map(({ relation }) => relation.label),
  );
  const others = blocking.filter(({ mode }) => mode !== strongest.mode).map(({ relation }) => relation.label);
  const also = others.length > 0 ? `, writes of ${listed(others)} as well` : '';
  const long = blocking.some(({ relation }) => isLongOn(impact, relation.key));
  const how = long ? `while ${workOf(impact)}` : 'for an instant, once it has its lock';
  const isDropped = statement.actions.some(({ kind }) => kind === 'dropTable');
  const until = transaction.open && !isDropped ? ', and on until the transaction ends' : '';
  return `${capital(whoWaits(strongest.mode))} of ${relations} wait${also} ${how}${until}.`;
}

function withoutBlocking({ impact, statement: { actions } }: Step, before: SchemaState): string {
  const rows = actions.find(({ kind }) => kind === 'update' || kind === 'delete' || kind === 'merge');
  if (rows && 'table' in rows && rows.table && !before.isNew(rows.table))
    return 'Writes of the same rows wait until it commits.';
  return isLongWork(impact) ? `Nobody waits while ${workOf(impact)}.` : '';
}

function workOf({ rewrites, scans, indexBuilds }: Impact): string {
  const read = [
    ...new Set(scans.filter(({ isNew, why }) => !isNew && why !== 'index').map(({ relation }) => relation.label)),
  ];
  const work = [
    ...rewrites.map(({ label }) => `every row of ${label} is written anew`),
    ...(read.length > 0 ? [`all of ${listed(read)} is read`] : []),
    ...indexBuilds.filter(({ isNew }) => !isNew).map(({ relation }) => `an index on ${relation.label} is built`),
  ];
  return listed([...new Set(work)]) || 'it works';
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
