import { failsByVersion } from '../impact/refusals/by-version.js';
import { dependsOnHistory, inTransaction, notInTransaction } from '../impact/failure.js';
import type { HeldLock, TransactionContext } from '../../../rules/engine/define-rule.js';
import type { Impact, Target } from '../impact/impact.js';
import { impactOf } from '../impact/impact-of.js';
import { forgetAddedValues } from '../schema/apply.js';
import { applyForCertain, applyPerhaps } from '../schema/gone.js';
import { isAllCertain } from '../schema/certainty.js';
import { inPasses, type StatesWithin, statesWithin } from '../schema/passes.js';
import type { SchemaState } from '../schema/state.js';
import type { Transaction } from '../sql/action.js';
import type { Span } from '../sql/span.js';
import { psqlRuns } from '../sql/psql-runs.js';
import type { ParsedStatement, SqlDocument, Statement, SyntaxProblem } from '../sql/statement.js';
import type { Section } from '../frameworks/framework.js';
import type { Step } from './finding.js';
import { FileTransactions, outside } from './file-transactions.js';
import { HeldLocks } from './held-locks.js';
import { type Judged, type Reuse, stepAt } from './reuse.js';
import { isBounding, searchPathOf, SessionSettings, type Settings } from '../schema/session-settings.js';
import { isCall, noteBodies, runCalls, type VisitCalled } from './calls.js';

/** By how much the release goes on from section to section of a file: less than from file to file. */
const SECTION = 1 / 4096;

const nothing: Impact = {
  known: true,
  locks: [],
  rewrites: [],
  scans: [],
  indexBuilds: [],
  transaction: 'allowed',
  fails: undefined,
};

/**
 * `held` is live, as `before` is: the locks that the open transaction holds just before the step. `within`: the state
 * before each sub-command of an ALTER TABLE that has several.
 */
export type Visit = (
  step: Step,
  before: SchemaState,
  held: ReadonlyMap<string, HeldLock>,
  within: StatesWithin,
  /** What is known of the step from the last run over the file: it need not be judged again. */
  known?: Judged,
) => void;

/**
 * Runs a file over a state, statement by statement, as the migration tool would: `visit` sees each step with the
 * state just before it; afterwards the state is the one behind the file. SQL in DO blocks runs where it stands,
 * SQL in function bodies is visited and not run. In: the sections of the file that run, none for a text that runs
 * statement by statement; the path under which people know the file, so that what it makes can be found by the files
 * behind it.
 */
export function replay(
  document: SqlDocument,
  state: SchemaState,
  target: Target,
  sections: readonly Section[],
  visit: Visit,
  path?: string,
  reuse?: Reuse,
): void {
  const held = new HeldLocks();
  const reach: Reach = (statement, span, top, origin, transaction, settings, called) => {
    const known = reuse?.known();
    if (known) {
      const step = stepAt(known.step, { span, top, transaction, settings });
      visit(step, state, held.byRelation, undefined, known);
      if (transaction.open && origin !== 'function') held.take(step.impact, statement, span, state);
      return;
    }
    const timeZone = settings.get('timezone');
    const here = timeZone === undefined ? target : { ...target, timeZone };
    const within = statement.problem ? undefined : statesWithin(statement.actions, state);
    const onNewest = statement.problem
      ? ofProblem(statement.problem)
      : asKnown(amid(impactOf(statement.actions, state, here, within), statement, transaction), statement, state);
    // What the grammar of the version refuses it refuses before anything else.
    const tooNew = origin === 'file' ? failsByVersion(statement, state, here, settings) : undefined;
    const impact = tooNew ? { ...onNewest, fails: tooNew } : onNewest;
    const step: Step = { statement, span, top, origin, transaction, settings, target: here, impact };
    visit(called === undefined ? step : { ...step, called }, state, held.byRelation, within);
    if (transaction.open && origin !== 'function') held.take(impact, statement, span, state);
  };
  run(document, state, sections, held, reach, path, reuse);
}

const endedFromInside = inTransaction(
  'invalid transaction termination',
  'Run it outside a transaction, in a file of its own if the migration tool opens one.',
);

/** What PostgreSQL refuses does nothing; what Airlock does not read may do anything. */
function ofProblem({ isOwnLimit = false }: SyntaxProblem): Impact {
  return isOwnLimit ? { ...nothing, known: false } : nothing;
}

/** What depends on the transaction around the statement, and on the SQL inside. The codes are measured. */
function amid(own: Impact, statement: ParsedStatement, { open }: TransactionContext): Impact {
  // SQL that a block puts together while it runs may lock anything.
  const impact = statement.dynamic.some(({ origin }) => origin === 'do') ? { ...own, known: false } : own;
  if (endsTransaction(statement)) {
    const fails = open ? endedFromInside : impact.fails;
    return { ...impact, transaction: 'forbidden', fails };
  }
  if (open && impact.transaction === 'forbidden' && statement.actions.some((action) => action.kind === 'call')) {
    return { ...impact, fails: endedFromInside };
  }
  if (!open && statement.actions.some((action) => action.kind === 'lockTable')) {
    return { ...impact, fails: notInTransaction('LOCK TABLE can only be used in transaction blocks') };
  }
  return impact;
}

function beginsOrEnds({ operation }: Transaction): boolean {
  return operation === 'begin' || operation === 'commit' || operation === 'rollback' || operation === 'prepare';
}

function isDiscardAll({ text }: ParsedStatement): boolean {
  return /^\s*discard\s+all\s*$/i.test(text);
}

/** A refusal rests on what the history shows: where something else may have been at work, it is not certain. */
function asKnown(impact: Impact, { actions }: ParsedStatement, state: SchemaState): Impact {
  const { fails } = impact;
  if (!fails?.certain || !dependsOnHistory(fails.reason) || isAllCertain(actions, state)) return impact;
  return { ...impact, fails: { ...fails, certain: false } };
}

/** True for a DO block that commits or rolls back, which it may only do outside a transaction. */
function endsTransaction(statement: ParsedStatement): boolean {
  return statement.embedded.some(
    ({ origin, parsed }) =>
      origin === 'do' &&
      parsed.actions.some(
        (action) => action.kind === 'transaction' && (action.operation === 'commit' || action.operation === 'rollback'),
      ),
  );
}

/**
 * Moves a state over a file that nobody asks about: an earlier migration or a dump. In: the path under which people
 * know the file, so that what it makes can be found.
 */
export function applyDocument(
  document: SqlDocument,
  state: SchemaState,
  sections: readonly Section[],
  path?: string,
): void {
  run(document, state, sections, new HeldLocks(), () => {}, path);
}

/** Whether a statement cannot run inside a transaction, on any version. */
function isForbidden({ actions }: ParsedStatement, state: SchemaState): boolean {
  const target: Target = { postgres: 18, minor: undefined, versionAssumed: true, timeZone: 'UTC' };
  return impactOf(actions, state, target, undefined).transaction === 'forbidden';
}

function newlinesIn(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

type Reach = (
  statement: ParsedStatement,
  span: Span,
  top: number,
  origin: Step['origin'],
  transaction: TransactionContext,
  settings: Settings,
  called?: string,
) => void;

function run(
  document: SqlDocument,
  state: SchemaState,
  sections: readonly Section[],
  held: HeldLocks,
  reach: Reach,
  path: string | undefined,
  reuse?: Reuse,
): void {
  const session = new SessionSettings();
  const transactions = new FileTransactions(document.statements, sections);
  let transaction = outside;
  // What an earlier file has left to its session is gone.
  state.endSession();
  state.searchPath = ['public'];
  let followed = session.current;
  const followPath = (): void => {
    if (followed === session.current) return;
    followed = session.current;
    const path = searchPathOf(session.current);
    if (path.join() !== state.searchPath.join()) state.searchPath = path;
  };
  const endSection = (): void => {
    state.follow({ operation: 'commit', savepoint: undefined });
    session.endTransaction('commit');
    followPath();
    held.release();
    forgetAddedValues(state);
  };

  const insideOf = ({ by }: TransactionContext): TransactionContext => ({
    open: true,
    by: 'block',
    begin: undefined,
    around: by,
  });
  /** What the functions that a statement calls do happens where it stands. */
  const visitCalled =
    (span: Span, top: number): VisitCalled =>
    (statement, name) =>
      reach(statement, span, top, 'do', insideOf(transaction), session.current, name);

  const embedded = (statement: Statement, top: number): void => {
    if (statement.parsed.embedded.length === 0 && statement.parsed.dynamic.length === 0) return;
    const inside = insideOf(transaction);
    for (const inner of statement.parsed.embedded) {
      const start = statement.span.start + inner.start;
      const span = { start, end: start + inner.parsed.text.length };
      reach(inner.parsed, span, top, inner.origin, inside, session.current);
      if (inner.origin !== 'do') continue;
      for (const action of inPasses(inner.parsed.actions)) {
        if (action.kind === 'transaction') held.follow(action);
        else applyPerhaps(state, action);
        if (action.kind === 'setVariable') session.assign(action, true);
        followPath();
      }
      noteBodies(inner.parsed, state);
      runCalls(inner.parsed.actions, state, visitCalled(span, top));
    }
    if (statement.parsed.dynamic.some(({ origin }) => origin === 'do')) state.disturb();
    // A block outside a transaction is one by itself.
    if (!transaction.open) session.endTransaction('commit');
    followPath();
  };

  let [line, counted] = [1, 0];
  // What psql runs from another file may do anything.
  const elsewhere = psqlRuns(document.text);
  document.statements.forEach((statement, top) => {
    const { parsed, span } = statement;
    if (span.start < counted) [line, counted] = [1, 0];
    for (; (elsewhere[0]?.start ?? span.end) < span.start; elsewhere.shift()) state.disturb();
    line += newlinesIn(document.text, counted, span.start);
    counted = span.start;
    const isFirst = transactions.entersSection(span.start);
    if (isFirst) {
      if (top > 0) endSection();
      const goesOn = transactions.enterSection(top);
      // A section of its own is a migration of its own: what the one before has made has rows by now.
      if (top > 0 && !goesOn) state.release += SECTION;
      if (transactions.open.open) state.follow({ operation: 'begin', savepoint: undefined });
    }
    transaction = transactions.open;
    // A pipeline has begun no transaction at its first statement, and a block that commits ends it as well (measured).
    if (transaction.scope === 'pipeline' && (endsTransaction(parsed) || (isFirst && isForbidden(parsed, state))))
      transaction = outside;
    state.place = path === undefined ? undefined : { path, line, made: true };
    reuse?.enter(statement, top, { transaction, settings: session.current, locks: held.mark }, state);
    reach(parsed, span, top, 'file', transaction, session.current);
    embedded(statement, top);
    if (!transaction.open) held.release();
    for (const action of inPasses(parsed.actions)) {
      applyForCertain(state, action);
      if (action.kind === 'setVariable') session.assign(action, transaction.open);
      // It makes whatever tables the other server has.
      if (action.kind === 'other' && action.statement === 'import foreign schema') state.disturb();
      if (action.kind === 'other' && action.statement === 'discard' && isDiscardAll(parsed)) session.discard();
      followPath();
      if (isBounding(session.current.get('lock_timeout'))) state.noteDone('bound waits');
      if (action.kind !== 'transaction') continue;
      held.follow(action);
      session.follow(action);
      followPath();
      if (transaction.by === 'framework' && beginsOrEnds(action)) state.noteDone('own transactions');
      if (action.operation === 'begin') transactions.begin(span);
      if (action.operation === 'commit' || action.operation === 'rollback') transactions.end();
      transaction = transactions.open;
    }
    noteBodies(parsed, state);
    if (parsed.actions.some(isCall)) runCalls(parsed.actions, state, visitCalled(span, top));
    if (!transaction.open && parsed.actions.some((action) => action.kind === 'addEnumValue')) forgetAddedValues(state);
    reuse?.leave(statement, state);
  });
  if (elsewhere.length > 0) state.disturb();
  state.place = undefined;
  state.follow({ operation: 'commit', savepoint: undefined });
  forgetAddedValues(state);
}
