import { sameArguments } from '../../schema/functions.js';
import { place } from '../../schema/keys.js';
import type { Overload } from '../../schema/model.js';
import type { SchemaState } from '../../schema/state.js';
import type { CreateFunction, RoutineResult } from '../../sql/action.js';
import { type Failure, routineDiffers, wrongKind } from '../failure.js';

/** CREATE OR REPLACE keeps what callers see: the kind, the result, the names and the defaults of the arguments. */
export function ofReplaceRoutine(action: CreateFunction, before: SchemaState): Failure | undefined {
  if (!action.replace) return undefined;
  const known = before.functionByKey(place(before, action.function).key);
  const old = known?.overloads.find((each) => sameArguments(each.arguments, action.arguments));
  if (!old || action.arguments.join().includes('%type')) return undefined;
  const { name } = action.function;
  if (old.procedure !== action.procedure)
    return wrongKind(
      'cannot change routine kind',
      `Drop the ${old.procedure ? 'procedure' : 'function'} ${name} first.`,
    );
  const hadOutputs = old.result.columns.length > 0;
  if (action.procedure && hadOutputs !== action.result.columns.length > 0)
    return routineDiffers('cannot change whether a procedure has output parameters', name);
  if (!action.procedure && differ(old.result, action.result, before))
    return routineDiffers('cannot change return type of existing function', name);
  const at = old.argumentNames.findIndex((each, index) => each !== '' && each !== action.argumentNames[index]);
  if (at >= 0) return routineDiffers(`cannot change name of input parameter "${old.argumentNames[at]}"`, name);
  return defaultsOf(action) < defaultsOf(old)
    ? routineDiffers('cannot remove parameter defaults from existing function', name)
    : undefined;
}

function defaultsOf({ arguments: given, required }: Pick<Overload, 'arguments' | 'required'>): number {
  return given.length - required;
}

/** One OUT parameter gives a value of its type, whatever its name; several give a row with their names. */
function differ(old: RoutineResult, now: RoutineResult, before: SchemaState): boolean {
  const [one, other] = [shape(old), shape(now)];
  if (one.isSet !== other.isSet || one.columns.length !== other.columns.length) return true;
  return one.columns.some((column, index) => {
    const [name, type] = parts(column);
    const [otherName, otherType] = parts(other.columns[index] ?? '');
    return name !== otherName || areOthers(type, otherType, before);
  });
}

function shape({ type, isSet, columns }: RoutineResult): { isSet: boolean; columns: readonly string[] } {
  if (columns.length > 1) return { isSet, columns };
  return { isSet, columns: [` ${columns[0] === undefined ? (type ?? '') : parts(columns[0])[1]}`] };
}

function parts(column: string): [name: string, type: string] {
  const at = column.lastIndexOf(' ');
  return [column.slice(0, at), column.slice(at + 1)];
}

/** True for two types that surely differ: a type that the history knows by neither name may have been renamed. */
function areOthers(one: string, other: string, before: SchemaState): boolean {
  const [bare, otherBare] = [bareName(one), bareName(other)];
  if (bare === otherBare || one.includes('%type') || other.includes('%type')) return false;
  const isKnown = (name: string): boolean => {
    const type = { schema: undefined, name: name.replace(/\[\]$/, '') };
    return builtIn.has(type.name) || before.type(type) !== undefined;
  };
  return isKnown(bare) && isKnown(otherBare);
}

function bareName(type: string): string {
  return type.slice(type.lastIndexOf('.') + 1);
}

const builtIn: ReadonlySet<string> = new Set(
  (
    'bool int2 int4 int8 numeric float4 float8 text varchar bpchar name uuid json jsonb bytea date time timetz ' +
    'timestamp timestamptz interval void trigger event_trigger record inet cidr oid xml tsvector tsquery'
  ).split(' '),
);
