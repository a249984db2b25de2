import type { TransactionContext } from '../../../rules/engine/define-rule.js';
import type { Impact, Target } from '../impact/impact.js';
import { impactOf } from '../impact/impact-of.js';
import { applyAction, forgetAddedValues } from '../schema/apply.js';
import type { SchemaState } from '../schema/state.js';
import type { Span } from '../sql/span.js';
import type { ParsedStatement, SqlDocument, Statement } from '../sql/statement.js';
import type { TransactionMode } from './config.js';
import type { Step } from './finding.js';

const outside: TransactionContext = { open: false, by: undefined, begin: undefined };
const wrapped: TransactionContext = { open: true, by: 'framework', begin: undefined };
const insideBlock: TransactionContext = { open: true, by: 'block', begin: undefined };

const nothing: Impact = { known: true, locks: [], rewrites: [], scans: [], indexBuilds: [], transaction: 'allowed', fails: undefined };

/** Whether lock_timeout is in effect, as SET, SET LOCAL, RESET and the end of the transaction leave it. */
class LockTimeout {
  private session = false;
  private local: boolean | undefined;

  get set(): boolean {
    return this.local ?? this.session;
  }

  assign(value: string | undefined, local: boolean, inTransaction: boolean): void {
    const on = value !== undefined && !/^\s*0\s*(us|ms|s|min|h|d)?\s*$/i.test(value);
    if (!local) this.session = on;
    // SET LOCAL outside a transaction is only a warning to PostgreSQL.
    if (local ? inTransaction : this.local !== undefined) this.local = on;
  }

  endTransaction(): void {
    this.local = undefined;
  }
}

export type Visit = (step: Step, before: SchemaState, position: number) => void;

/**
 * Runs a file over a state, statement by statement, as the migration tool would: `visit` sees each step with the
 * state just before it; afterwards the state is the one behind the file. SQL in DO blocks runs where it stands,
 * SQL in function bodies is visited and not run.
 */
export function replay(document: SqlDocument, state: SchemaState, target: Target, mode: TransactionMode, visit: Visit): void {
  run(document, state, mode, (statement, span, top, origin, transaction, lockTimeout) => {
    const impact = statement.problem ? nothing : impactOf(statement.actions, state, target);
    visit({ statement, span, top, origin, transaction, lockTimeout, impact }, state, top);
  });
}

/** Moves a state over a file that nobody asks about: an earlier migration or a dump. */
export function applyDocument(document: SqlDocument, state: SchemaState, mode: TransactionMode): void {
  run(document, state, mode, () => {});
}

type Reach = (
  statement: ParsedStatement,
  span: Span,
  top: number,
  origin: Step['origin'],
  transaction: TransactionContext,
  lockTimeout: boolean,
) => void;

function run(document: SqlDocument, state: SchemaState, mode: TransactionMode, reach: Reach): void {
  const timeout = new LockTimeout();
  const byFramework = mode !== 'none';
  let transaction = byFramework ? wrapped : outside;
  state.searchPath = ['public'];
  if (byFramework) state.begin();

  const embedded = (statement: Statement, top: number): void => {
    for (const inner of statement.parsed.embedded) {
      const start = statement.span.start + inner.start;
      const span = { start, end: start + inner.parsed.text.length };
      reach(inner.parsed, span, top, inner.origin, insideBlock, timeout.set);
      if (inner.origin === 'do') for (const action of inner.parsed.actions) if (action.kind !== 'transaction') applyAction(state, action);
    }
  };

  document.statements.forEach((statement, top) => {
    const { parsed, span } = statement;
    reach(parsed, span, top, 'file', transaction, timeout.set);
    embedded(statement, top);
    for (const action of parsed.actions) {
      applyAction(state, action);
      if (action.kind === 'setVariable' && (action.variable === 'lock_timeout' || action.variable === '*')) {
        timeout.assign(action.value, action.local, transaction.open);
      }
      if (action.kind !== 'transaction') continue;
      if (action.operation === 'begin' && !transaction.open) transaction = { open: true, by: 'begin', begin: span };
      if (action.operation === 'commit' || action.operation === 'rollback') {
        timeout.endTransaction();
        transaction = outside;
      }
    }
    if (!transaction.open && parsed.actions.some((action) => action.kind === 'addEnumValue')) forgetAddedValues(state);
  });
  state.commit();
  forgetAddedValues(state);
}
