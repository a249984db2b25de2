import { isBuiltIn } from '../impact/volatility.js';
import { applyPerhaps } from '../schema/gone.js';
import { keepWritten } from '../schema/functions.js';
import type { FunctionBody, UserFunction } from '../schema/model.js';
import { inPasses } from '../schema/passes.js';
import type { SchemaState } from '../schema/state.js';
import type { Action, QualifiedName } from '../sql/action.js';
import type { ParsedStatement } from '../sql/statement.js';

type Called = QualifiedName;

/** Keeps what a CREATE FUNCTION would do when it is called. In: the state behind it. */
export function noteBodies({ actions, embedded, dynamic, text }: ParsedStatement, state: SchemaState): void {
  for (const action of actions) {
    if (action.kind !== 'createFunction') continue;
    keepWritten(state, action, text);
    if (!isReadable(action.language)) continue;
    const known = state.function(action.function);
    if (!known) continue;
    const inside = embedded.filter(({ origin }) => origin === 'function').map(({ parsed }) => parsed);
    const isDynamic = dynamic.some(({ origin }) => origin === 'function');
    state.putFunction({ ...known, body: { statements: inside, isDynamic } });
  }
}

function isReadable(language: string): boolean {
  return language === 'sql' || language === 'plpgsql';
}

/** Called for each statement of a function that runs, just before it runs. */
export type VisitCalled = (statement: ParsedStatement, name: string) => void;

/**
 * Runs what the functions and procedures do that actions call by SELECT, PERFORM or CALL. What a function does that no
 * migration defines, or that puts its SQL together, is not known: it may have changed anything.
 */
export function runCalls(actions: readonly Action[], state: SchemaState, visit: VisitCalled): void {
  runEach(actions, state, visit, new Set());
}

/** `ran`: the functions that have run for the statement; each does its work once, so that no recursion is followed. */
function runEach(actions: readonly Action[], state: SchemaState, visit: VisitCalled, ran: Set<string>): void {
  for (const action of actions) if (isCall(action)) runCall(action, state, visit, ran);
}

/** True for what may call a function of the history. */
export function isCall({ kind }: Action): boolean {
  return kind === 'call' || kind === 'select';
}

function runCall(action: Action, state: SchemaState, visit: VisitCalled, ran: Set<string>): void {
  for (const called of calledBy(action)) {
    if (isBuiltIn(called)) continue;
    const { known, body } = bodyOf(called, state);
    const isFollowed = known !== undefined && body !== undefined && !ran.has(known.key);
    if (!isFollowed || body.isDynamic) state.disturb();
    if (!isFollowed) continue;
    ran.add(known.key);
    for (const statement of body.statements) {
      visit(statement, called.name);
      for (const each of inPasses(statement.actions)) if (each.kind !== 'transaction') applyPerhaps(state, each);
      runEach(statement.actions, state, visit, ran);
    }
  }
}

/** A function of the history, with its body where it is certain that this one runs. */
function bodyOf(called: Called, state: SchemaState): { known?: UserFunction; body?: FunctionBody } {
  const known = state.function(called);
  const body = known?.overloads.length === 1 ? known.body : undefined;
  return { ...(known && { known }), ...(body && { body }) };
}

/** The functions that an action calls whose work no file shows, or shows in part only: they put SQL together. */
export function unreadCalls(action: Action, state: SchemaState): readonly Called[] {
  return calledBy(action).filter((called) => {
    const { body } = bodyOf(called, state);
    return !isBuiltIn(called) && (!body || body.isDynamic);
  });
}

function calledBy(action: Action): readonly Called[] {
  if (action.kind === 'call') return [action.procedure];
  return action.kind === 'select' ? action.calls.map((call) => call.function) : [];
}
