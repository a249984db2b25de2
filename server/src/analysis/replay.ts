import { inTransaction, notInTransaction } from '../impact/failure.js';
import type { HeldLock, TransactionContext } from '../../../rules/engine/define-rule.js';
import type { Impact, Target } from '../impact/impact.js';
import { impactOf } from '../impact/impact-of.js';
import { applyAction, forgetAddedValues } from '../schema/apply.js';
import type { SchemaState } from '../schema/state.js';
import type { SetVariable } from '../sql/action.js';
import type { Span } from '../sql/span.js';
import type { ParsedStatement, SqlDocument, Statement } from '../sql/statement.js';
import type { TransactionMode } from './config.js';
import type { Step } from './finding.js';
import { HeldLocks } from './held-locks.js';

const outside: TransactionContext = { open: false, by: undefined, begin: undefined };
const wrapped: TransactionContext = { open: true, by: 'framework', begin: undefined };

const nothing: Impact = {
  known: true,
  locks: [],
  rewrites: [],
  scans: [],
  indexBuilds: [],
  transaction: 'allowed',
  fails: undefined,
};

/** One setting of the session, as SET, SET LOCAL, RESET and the end of the transaction leave it. */
class Setting {
  private session: string | undefined;
  /** What ROLLBACK goes back to. */
  private committed: string | undefined;
  private local: { readonly value: string | undefined } | undefined;

  constructor(private readonly names: readonly string[]) {}

  /** Undefined when the file has not set it, or has taken it back. */
  get value(): string | undefined {
    return this.local ? this.local.value : this.session;
  }

  assign({ variable, value, local }: SetVariable, inTransaction: boolean): void {
    if (!this.names.includes(variable)) return;
    if (!local) this.session = value;
    if (!local && !inTransaction) this.committed = value;
    // SET LOCAL outside a transaction is only a warning to PostgreSQL.
    if (local ? inTransaction : this.local !== undefined) this.local = { value };
  }

  endTransaction(operation: 'commit' | 'rollback'): void {
    if (operation === 'commit') this.committed = this.session;
    else this.session = this.committed;
    this.local = undefined;
  }
}

/** True for a lock_timeout that bounds the wait: 0 means to wait for ever. */
function bounds(timeout: string | undefined): boolean {
  return timeout !== undefined && !/^\s*0\s*(us|ms|s|min|h|d)?\s*$/i.test(timeout);
}

/** `held` is live, as `before` is: the locks that the open transaction holds just before the step. */
export type Visit = (step: Step, before: SchemaState, held: ReadonlyMap<string, HeldLock>) => void;

/**
 * Runs a file over a state, statement by statement, as the migration tool would: `visit` sees each step with the
 * state just before it; afterwards the state is the one behind the file. SQL in DO blocks runs where it stands,
 * SQL in function bodies is visited and not run.
 */
export function replay(
  document: SqlDocument,
  state: SchemaState,
  target: Target,
  mode: TransactionMode,
  visit: Visit,
): void {
  const held = new HeldLocks();
  run(
    document,
    state,
    mode,
    held,
    (statement, span, top, origin, transaction, { lockTimeout, statementTimeout, timeZone }) => {
      const here = timeZone === undefined ? target : { ...target, timeZone };
      const impact = statement.problem
        ? nothing
        : amid(impactOf(statement.actions, state, here), statement, transaction);
      visit(
        { statement, span, top, origin, transaction, lockTimeout, statementTimeout, target: here, impact },
        state,
        held.byRelation,
      );
      if (transaction.open && origin !== 'function') held.take(impact, statement, span, state);
    },
  );
}

const endedFromInside = inTransaction(
  'invalid transaction termination',
  'Run it outside a transaction, in a file of its own if the migration tool opens one.',
);

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

/** Moves a state over a file that nobody asks about: an earlier migration or a dump. */
export function applyDocument(document: SqlDocument, state: SchemaState, mode: TransactionMode): void {
  run(document, state, mode, new HeldLocks(), () => {});
}

type Reach = (
  statement: ParsedStatement,
  span: Span,
  top: number,
  origin: Step['origin'],
  transaction: TransactionContext,
  session: { readonly lockTimeout: boolean; readonly statementTimeout: boolean; readonly timeZone: string | undefined },
) => void;

function run(document: SqlDocument, state: SchemaState, mode: TransactionMode, held: HeldLocks, reach: Reach): void {
  const lockTimeout = new Setting(['lock_timeout', '*']);
  const statementTimeout = new Setting(['statement_timeout', '*']);
  const timeZone = new Setting(['timezone', '*']);
  const settings = [lockTimeout, statementTimeout, timeZone];
  const session = () => ({
    lockTimeout: bounds(lockTimeout.value),
    statementTimeout: bounds(statementTimeout.value),
    timeZone: timeZone.value,
  });
  const byFramework = mode !== 'none';
  let transaction = byFramework ? wrapped : outside;
  // What an earlier file has left to its session is gone.
  state.endSession();
  state.searchPath = ['public'];
  if (byFramework) state.begin();

  const embedded = (statement: Statement, top: number): void => {
    const inside: TransactionContext = { open: true, by: 'block', begin: undefined, around: transaction.by };
    for (const inner of statement.parsed.embedded) {
      const start = statement.span.start + inner.start;
      const span = { start, end: start + inner.parsed.text.length };
      reach(inner.parsed, span, top, inner.origin, inside, session());
      if (inner.origin !== 'do') continue;
      for (const action of inner.parsed.actions) {
        if (action.kind === 'transaction') held.follow(action);
        else applyAction(state, action);
      }
    }
    // A block outside a transaction is one by itself.
    if (!transaction.open) held.release();
  };

  document.statements.forEach((statement, top) => {
    const { parsed, span } = statement;
    reach(parsed, span, top, 'file', transaction, session());
    embedded(statement, top);
    for (const action of parsed.actions) {
      applyAction(state, action);
      if (action.kind === 'setVariable') {
        for (const setting of settings) setting.assign(action, transaction.open);
      }
      if (action.kind !== 'transaction') continue;
      held.follow(action);
      if (action.operation === 'begin' && !transaction.open) transaction = { open: true, by: 'begin', begin: span };
      if (action.operation === 'commit' || action.operation === 'rollback') {
        for (const setting of settings) setting.endTransaction(action.operation);
        transaction = outside;
      }
    }
    if (!transaction.open && parsed.actions.some((action) => action.kind === 'addEnumValue')) forgetAddedValues(state);
  });
  state.commit();
  forgetAddedValues(state);
}
