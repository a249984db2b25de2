import type { Surroundings } from './indexes.js';
import { nothingSent, type Sent } from './schema.js';
import type { DjangoState } from './state.js';

/** What an operation makes of the models, and what it sends in either direction. */
export interface Operation {
  readonly after: DjangoState;
  /** Throws NotKnown. */
  readonly forwards: () => Sent;
  /** Undefined for one that cannot be undone: then Django undoes nothing of the migration. */
  readonly backwards: (() => Sent) | undefined;
}

/** What the reading of an operation needs beside its arguments. */
export interface OperationContext extends Surroundings {
  readonly app: string;
  readonly state: DjangoState;
}

export const sent = (...now: readonly string[]): Sent => ({ now, later: [] });
export const nothing = (): Sent => nothingSent;
