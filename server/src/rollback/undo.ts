import type { Catalog } from '../sql/catalog/catalog.js';
import type { Oid } from '../sql/catalog/model.js';
import type { Printing, Sql } from './print/sql.js';

/**
 * How well a step can be taken back.
 * - lossless: afterwards everything is as it was
 * - lossy: the schema comes back, and some data does not
 * - impossible: PostgreSQL has no way back, or the files do not say what was there
 */
export type Grade = 'lossless' | 'lossy' | 'impossible';

/** What takes one change back. */
export interface Undo {
  readonly sql: readonly Sql[];
  readonly grade: Grade;
  /** One or two sentences: what is lost and how to keep it, or what to do instead. */
  readonly reason: string;
  /** A statement that is right only under a condition that Airlock cannot know: "Only if …" and the statement. */
  readonly hint?: { readonly condition: string; readonly sql: string };
}

/** What an undo may know of the operation that it takes back. */
export interface UndoContext {
  readonly before: Catalog;
  readonly after: Catalog;
  /** The catalog before the whole migration. */
  readonly start: Catalog;
  /** The catalog behind the whole migration. */
  readonly end: Catalog;
  /** Roles that keep a right, since they may have had it before. More are added. */
  readonly grantees: Set<string>;
  /** Names as they were. */
  readonly old: Printing;
  /** Names as they are behind the operation. */
  readonly now: Printing;
  /** The statement. */
  readonly text: string;
  /** Objects that the migration makes, so that nobody misses them. */
  readonly own: ReadonlySet<Oid>;
  /** Names of what the migration drops and no file makes, where no file makes anything: what has such a name now replaced it. */
  readonly replaced: ReadonlySet<string>;
  /** Objects that stay, since they may have been there before. More are added. */
  readonly stays: Set<Oid>;
  /** Columns whose type does not come back: what is made for the type before waits for it. More are added. */
  readonly stuck: Set<Oid>;
  readonly timeZone: string | undefined;
}

export function lossless(sql: readonly Sql[], reason: string): Undo {
  return { sql, grade: 'lossless', reason };
}

export function lossy(sql: readonly Sql[], reason: string): Undo {
  return { sql, grade: 'lossy', reason };
}

export function impossible(reason: string, hint?: Undo['hint']): Undo {
  return { sql: [], grade: 'impossible', reason, ...(hint ? { hint } : {}) };
}

const weight: Readonly<Record<Grade, number>> = { lossless: 0, lossy: 1, impossible: 2 };

/** The worst grade of all; lossless when there is none. */
export function worstOf(steps: readonly { readonly grade: Grade }[]): Grade {
  return steps.reduce<Grade>((worst, { grade }) => (weight[grade] > weight[worst] ? grade : worst), 'lossless');
}
