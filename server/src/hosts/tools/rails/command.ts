import type { Call, Expression, FunctionValue } from '../../code.js';
import type { Place } from '../../walk.js';
import type { Options } from './arguments.js';

/** A command of a migration: what it is called, what it is given, where it stands. */
export interface Command {
  readonly name: string;
  readonly positional: readonly Expression[];
  readonly options: Options;
  readonly block: FunctionValue | undefined;
  readonly call: Call;
  readonly place: Place;
}

/** Other names of the same command. */
export function canonicalName(name: string): string {
  return name.replace(/_belongs_to$/, '_reference').replace(/_unique_key$/, '_unique_constraint');
}
