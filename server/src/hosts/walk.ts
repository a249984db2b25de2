import type { Span } from '../sql/span.js';
import type { Argument, Call, Expression, FunctionValue, Statement } from './code.js';
import { changedInTurn, constantsOf, functionOf, itemsOf, resolved, type Scope, withNames } from './values.js';

// Goes through a function as it runs, without running it: statements in order, loops over lists that are written out
// turn by turn, functions of the same file where they are called.

/** Where a call stands. */
export interface Place {
  readonly scope: Scope;
  /** The statement that is this call and nothing else, where it runs once: it may be replaced as a whole. */
  readonly statement: Span | undefined;
  /** What has to hold for it to run, `not` for the other branch; empty where it always runs. */
  readonly conditions: readonly Expression[];
  /** True in a loop whose turns are not known. */
  readonly isRepeated: boolean;
}

export interface Visitor {
  /**
   * A call, those around others first. True: it has been read, with all that stands in it; false: what stands in it is
   * looked at.
   */
  call(call: Call, place: Place, walkInto: (func: FunctionValue, args?: readonly Expression[]) => void): boolean;
  /** A string with a tag that is no call's argument, such as sql`…` that is awaited. True as above. */
  text?(text: Expression & { readonly kind: 'text' }, place: Place): boolean;
  /** Python's with: what goes around `body`; true where the visitor has looked at it itself. */
  with?(items: readonly Expression[], place: Place, body: () => void): boolean;
  /** A statement before it is looked at; true where the visitor has read it. */
  statement?(statement: Statement, place: Place): boolean;
}

/** Functions that call each other end here, and so do loops over long lists. */
const MOST_CALLS = 8;
const MOST_TURNS = 500;

interface State {
  readonly visitor: Visitor;
  readonly depth: number;
  /** How many turns of loops and calls are left; shared. */
  readonly budget: { left: number };
}

/** Visits what a function does. In: the names that are known around it; `args`: what it is called with. */
export function walkFunction(
  func: FunctionValue,
  scope: Scope,
  visitor: Visitor,
  args: readonly (Expression | undefined)[] = [],
): void {
  const place: Place = { scope, statement: undefined, conditions: [], isRepeated: false };
  enter(func, args, place, { visitor, depth: 0, budget: { left: MOST_TURNS } });
}

function enter(
  func: FunctionValue,
  args: readonly (Expression | undefined)[],
  place: Place,
  state: State,
  isOnce = state.depth === 0,
): void {
  const bound = withNames(
    place.scope,
    func.params.map((name, index) => [name, args[index]]),
  );
  runAll(func.body, { ...place, scope: bound }, isOnce, { ...state, depth: state.depth + 1 });
}

/** `isOnce`: what stands here runs once, so that a statement may be taken for what it does. */
function runAll(statements: readonly Statement[], place: Place, isOnce: boolean, state: State): void {
  let here: Place = { ...place, scope: constantsOf(statements, place.scope) };
  const changing = changedInTurn(statements);
  for (const statement of statements) {
    if (state.visitor.statement?.(statement, here)) continue;
    run(statement, here, isOnce, state);
    const leaves = statement.kind === 'if' ? leavingCondition(statement) : undefined;
    if (leaves) here = { ...here, conditions: [...here.conditions, leaves] };
    // A name that is given one value after the other, each here, has the last one.
    if (statement.kind === 'assign' && statement.target?.kind === 'name' && changing.has(statement.target.name))
      here = { ...here, scope: withNames(here.scope, [[statement.target.name, statement.value]]) };
  }
}

/** What holds behind `if (…) return;`. */
function leavingCondition(statement: Statement & { readonly kind: 'if' }): Expression | undefined {
  const ends = statement.then.at(-1)?.kind === 'return' && statement.otherwise.length === 0;
  return ends ? negated(statement.condition) : undefined;
}

export function negated(condition: Expression): Expression {
  return condition.kind === 'not' ? condition.value : { kind: 'not', span: condition.span, value: condition };
}

function run(statement: Statement, place: Place, isOnce: boolean, state: State): void {
  switch (statement.kind) {
    case 'expression':
    case 'exported':
      return look(statement.value, { ...place, statement: isOnce ? statement.span : undefined }, state);
    case 'return':
      if (statement.value) look(statement.value, { ...place, statement: isOnce ? statement.span : undefined }, state);
      return;
    case 'assign':
      return statement.value.kind === 'function' ? undefined : look(statement.value, place, state);
    case 'if': {
      look(statement.condition, place, state);
      const { condition, then, otherwise } = statement;
      const under = (one: Expression): Place => ({ ...place, conditions: [...place.conditions, one] });
      runAll(then, under(condition), isOnce, state);
      return runAll(otherwise, under(negated(condition)), isOnce, state);
    }
    case 'loop':
      look(statement.over, place, state);
      return turns(statement.over, statement.names, place, state, (each) => runAll(statement.body, each, false, state));
    case 'with': {
      const called = (statement.names ?? []).flatMap((name, index): [string, Expression | undefined][] =>
        name === undefined ? [] : [[name, statement.items[index]]],
      );
      const within = { ...place, scope: withNames(place.scope, called) };
      const body = (): void => runAll(statement.body, within, isOnce, state);
      if (state.visitor.with?.(statement.items, place, body)) return;
      for (const item of statement.items) look(item, place, state);
      return body();
    }
    case 'block':
      return runAll(statement.body, statement.certain ? place : { ...place, isRepeated: true }, isOnce, state);
    default:
      // A function runs where it is called; a class where it is used.
      return;
  }
}

/** Runs `body` for each item of a list that is written out; once, with its names unknown, for any other. */
function turns(
  over: Expression,
  names: readonly string[],
  place: Place,
  state: State,
  body: (place: Place) => void,
): void {
  const items = itemsOf(over, place.scope) ?? pairsOf(over, place.scope);
  if (!items || items.length > state.budget.left) {
    const scope = withNames(
      place.scope,
      names.map((name) => [name, undefined]),
    );
    return body({ ...place, scope, statement: undefined, isRepeated: true });
  }
  state.budget.left -= items.length;
  for (const item of items) {
    const parts = names.length > 1 ? itemsOf(item, place.scope) : undefined;
    const scope = withNames(
      place.scope,
      names.map((name, index) => [name, names.length > 1 ? parts?.[index] : item]),
    );
    body({ ...place, scope, statement: undefined });
  }
}

/** The pairs of a record that is written out: Ruby's `each`, Python's `.items()`. */
function pairsOf(over: Expression, scope: Scope): readonly Expression[] | undefined {
  const isItems = over.kind === 'call' && over.callee.kind === 'member' && over.callee.name === 'items';
  const record = resolved(isItems && over.callee.kind === 'member' ? over.callee.object : over, scope);
  if (record.kind !== 'record') return undefined;
  const pairs: Expression[] = [];
  for (const { key, value, span } of record.entries) {
    if (key === undefined) return undefined;
    const quote = { style: "'", raw: true, interpolates: undefined, dedent: 0, inside: span } as const;
    const name: Expression = { kind: 'text', span, parts: [{ kind: 'escape', span, text: key, quote }] };
    pairs.push({ kind: 'list', span, items: [name, value] });
  }
  return pairs;
}

function look(expression: Expression, place: Place, state: State): void {
  const { visitor } = state;
  const inside = { ...place, statement: undefined };
  switch (expression.kind) {
    case 'call':
      return lookAtCall(expression, place, state);
    case 'text':
      if (expression.tag && visitor.text?.(expression, place)) return;
      for (const part of expression.parts) if (part.kind === 'value') look(part.value, inside, state);
      return;
    case 'list':
      for (const item of expression.items) look(item, inside, state);
      return;
    case 'record':
      for (const { value } of expression.entries) if (value.kind !== 'function') look(value, inside, state);
      return;
    case 'member':
      return look(expression.object, inside, state);
    case 'not':
      return look(expression.value, inside, state);
    case 'other':
      for (const part of expression.parts) look(part, { ...inside, isRepeated: true }, state);
      return;
    default:
      return;
  }
}

const loops = new Set(['forEach', 'map', 'flatMap', 'each', 'each_with_index', 'mapSeries']);

function lookAtCall(call: Call, place: Place, state: State): void {
  const walkInto = (func: FunctionValue, args: readonly Expression[] = []): void => {
    if (state.depth < MOST_CALLS)
      enter(func, args, { ...place, statement: undefined }, state, place.statement !== undefined);
  };
  if (state.visitor.call(call, place, walkInto)) return;
  const inside = { ...place, statement: undefined };
  const { callee, args, block } = call;
  if (callee.kind === 'member' && loops.has(callee.name)) {
    const turn = block ?? functionOf(args[0]?.value, place.scope);
    if (turn) {
      // Behind the item comes its number.
      const isPairs = resolved(callee.object, place.scope).kind === 'record';
      const names = turn.params.slice(0, isPairs ? 2 : 1);
      return turns(callee.object, names, place, state, (each) => {
        const known = names.map((name) => each.scope.get(name));
        if (state.depth < MOST_CALLS) enter(turn, known, each, state, false);
      });
    }
  }
  const called = calledFunction(call, place.scope);
  if (called && state.depth < MOST_CALLS && state.budget.left-- > 0) {
    for (const { value } of args) look(value, inside, state);
    return enter(called.func, byPosition(called.func, called.args), inside, state, false);
  }
  if (callee.kind === 'member') look(callee.object, inside, state);
  for (const { value } of args) {
    const own = resolved(value, place.scope);
    // A function that is handed on runs, sooner or later: Promise.all, a transaction, a helper.
    if (value.kind === 'function' && own.kind === 'function') walkInto(own);
    else if (own.kind === 'function' && value.kind === 'name') handOn(own, inside, state);
    else look(value, inside, state);
  }
  if (block) walkInto(block);
}

/** A function of the file by its name: how often it runs is up to whoever is given it. */
function handOn(func: FunctionValue, place: Place, state: State): void {
  if (state.depth < MOST_CALLS && state.budget.left-- > 0)
    enter(func, [], { ...place, isRepeated: true }, state, false);
}

/** The function of the file that a call runs: `name(…)`, and JavaScript's `name.call(this, …)`. */
function calledFunction(
  { callee, args }: Call,
  scope: Scope,
): { readonly func: FunctionValue; readonly args: readonly Argument[] } | undefined {
  const isCall = callee.kind === 'member' && callee.name === 'call';
  const name = isCall ? callee.object : callee;
  const func = name.kind === 'name' ? functionOf(name, scope) : undefined;
  return func && { func, args: isCall ? args.slice(1) : args };
}

function byPosition({ params }: FunctionValue, args: readonly Argument[]): (Expression | undefined)[] {
  const isSpread = args.some((each) => each.isSpread);
  return params.map((name, index) => {
    const named = args.find((each) => each.name === name);
    const at = isSpread ? undefined : args[index];
    return named?.value ?? (at?.name === undefined ? at?.value : undefined);
  });
}
