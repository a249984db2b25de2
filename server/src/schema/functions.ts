import type { CreateFunction, DropObject, ObjectName, Other } from '../sql/action.js';
import type { Overload } from './model.js';
import { place, typeKeys } from './keys.js';
import { keyOf, type SchemaState } from './state.js';

/** True when two lists of arguments mean the same; a schema counts only where both are written. */
export function sameArguments(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((type, index) => isSameType(type, b[index] ?? ''));
}

function isSameType(a: string, b: string): boolean {
  const [one, other] = [a, b].map((type) => type.replace(/^variadic /, '').split('.')) as [string[], string[]];
  return one.at(-1) === other.at(-1) && (one.length === 1 || other.length === 1 || one.join() === other.join());
}

/** The known functions that a statement means: those of its arguments, or all of the name where it gives none. */
export function overloadsOf(
  state: SchemaState,
  name: ObjectName,
  given: readonly string[] | undefined,
): readonly Overload[] {
  const all = state.function(name)?.overloads ?? [];
  return given ? all.filter((each) => sameArguments(each.arguments, given)) : all;
}

/** True when the history shows that each of them is called by triggers alone: no query can. */
export function isForTriggers(overloads: readonly Pick<Overload, 'returns'>[]): boolean {
  return overloads.length > 0 && overloads.every(({ returns }) => returns === 'trigger' || returns === 'event_trigger');
}

export function createFunction(state: SchemaState, action: CreateFunction): void {
  const own = place(state, action.function);
  const known = state.function(own);
  const isThis = (each: Overload): boolean => sameArguments(each.arguments, action.arguments);
  const release = known?.overloads.find(isThis)?.release ?? state.release;
  const overload: Overload = {
    arguments: action.arguments,
    argumentNames: action.argumentNames,
    required: action.required,
    result: action.result,
    procedure: action.procedure,
    returns: action.returns,
    types: typeKeys(state, action.types),
    written: undefined,
    routine: action.routine,
    release,
  };
  state.putFunction({
    ...own,
    overloads: [...(known?.overloads ?? []).filter((each) => !isThis(each)), overload],
    volatility: action.volatility,
    language: action.language,
    commits: action.commits,
    setsVariables: action.setsVariables,
    users: known?.users ?? [],
    inlined: action.inlined,
    body: undefined,
  });
}

/** ALTER FUNCTION says nothing of which of several functions is meant that the state could not be wrong about: all of the name. */
export function alterRoutine(state: SchemaState, { name, routine }: Other): void {
  const known = name && routine && state.function(name);
  if (!known || (routine.definer === undefined && routine.path === undefined)) return;
  const overloads = known.overloads.map((each) => ({
    ...each,
    routine: { definer: routine.definer ?? each.routine.definer, path: routine.path ?? each.routine.path },
  }));
  state.putFunction({ ...known, overloads });
}

/** Keeps the text that made a function. */
export function keepWritten(state: SchemaState, action: CreateFunction, written: string): void {
  const known = state.function(action.function);
  if (!known) return;
  const overloads = known.overloads.map((each) =>
    sameArguments(each.arguments, action.arguments) ? { ...each, written } : each,
  );
  state.putFunction({ ...known, overloads });
}

/** Without arguments there was only one of the name. */
export function dropFunction(state: SchemaState, { object, arguments: given }: DropObject): void {
  const known = state.function(object);
  const overloads = known && given ? known.overloads.filter((each) => !sameArguments(each.arguments, given)) : [];
  if (known && overloads.length > 0) state.putFunction({ ...known, overloads });
  else state.removeFunction(known?.key ?? keyOf(state.schemaFor(object), object.name));
}

/** A rename says nothing of arguments, so it is only followed where the history knows one function of the name. */
export function renameFunction(state: SchemaState, name: ObjectName, to: string): void {
  const known = state.function(name);
  if (known?.overloads.length !== 1) return;
  state.removeFunction(known.key);
  state.putFunction({ ...known, key: keyOf(known.schema, to), name: to });
}
