import { madeBy, rowsFor, tablesIn, writesTo } from './world.js';

/** One line of the matrix. Tables of the world (world.ts) that it names are there and hold rows. */
export interface Case {
  readonly kind: string;
  /** The migration. */
  readonly up: string;
  /** What stands in the history beside the tables of the world; alone where `own` is true. */
  readonly history?: string;
  readonly own?: boolean;
  readonly rows?: string;
  /** What the author writes in the place of the value that only he knows. */
  readonly value?: string;
  /** What the safe form has to be equal to, where the statement itself fails on tables that hold rows. */
  readonly same?: string;
  /** Rows that the statement refuses. */
  readonly bad?: string;
  /** Migrations behind it. */
  readonly later?: string;
  /** What the database holds beside what the files make. */
  readonly extra?: string;
  /** What the old code writes beside the writes of the world, and what the new code writes. */
  readonly old?: string;
  readonly new?: string;
  /** Nobody writes while it runs: what the author's own statements do depends on when they run. */
  readonly quiet?: boolean;
  /** Columns of which only NULL or not counts: a volatile default fills them. */
  readonly volatile?: string;
  /** Lines of the schema that the safe form may have besides: what a rule means to add. */
  readonly adds?: RegExp;
  readonly config?: Readonly<Record<string, unknown>>;
}

export type Row = readonly [up: string, more?: Omit<Case, 'kind' | 'up'>];

/** The cases of one kind out of their rows. */
export function cases(kind: string, rows: readonly Row[]): Case[] {
  return rows.map(([up, more]) => ({ kind, up, ...more }));
}

/** What a case needs to run. */
export interface Scene {
  readonly history: string;
  readonly rows: string;
  readonly old: readonly string[];
  readonly new: readonly string[];
}

export function sceneOf(given: Case): Scene {
  const text = [given.history, given.up, given.later, given.extra].join('\n');
  const tables = given.own ? [] : tablesIn(text);
  return {
    history: madeBy(tables) + (given.history === undefined ? '' : `${given.history}\n`),
    rows: rowsFor(tables) + (given.rows ?? ''),
    old: given.quiet ? [] : [...writesTo(tables), ...statements(given.old)],
    new: statements(given.new),
  };
}

function statements(text: string | undefined): string[] {
  return (text ?? '')
    .split(';')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}
