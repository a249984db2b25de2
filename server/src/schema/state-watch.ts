/**
 * What the files of a project do or leave to others: set a lock_timeout, begin or end the tool's own transaction, say
 * who may do what, make operator classes of their own.
 */
export type Habit = 'bound waits' | 'own transactions' | 'rights' | 'operator classes';

/** The kinds of things that a state holds by key. */
export type StateKind = 'relation' | 'type' | 'function' | 'dependent';

/** A thing that has come, has changed or has gone. */
export interface Touched {
  readonly kind: StateKind;
  readonly key: string;
  /** Of a relation: its name without the schema, as those ask for it who do not know where it stands. */
  readonly name?: string | undefined;
  readonly isView?: boolean;
}

/** Sees what a state is asked for and what is changed in it. */
export interface StateWatch {
  /** It was asked for something: see namesOf. */
  read(what: string): void;
  /** A thing was changed; what it is like then is to be looked up when the change is complete. */
  touch(touched: Touched): void;
  /** Something else was set, which has a value. */
  write(what: string, value: string | number): void;
}

/** Under which names a thing is read. */
export function namesOf({ kind, key, name, isView }: Touched): string[] {
  if (kind !== 'relation') return [`${kind} ${key}`, `every ${kind}`];
  const names = [key, 'every relation'];
  if (name !== undefined) names.push(`named ${name}`);
  if (isView) names.push('every view');
  return names;
}
