/** A migration as every tool can have it: statements forwards and back. */
export interface Change {
  readonly version: string;
  readonly name: string;
  /** Statements without the semicolon at their end. Where a tool has code, each is a call of its own. */
  readonly up: readonly string[];
  readonly down: readonly string[];
  /** With the tool's own mark for a migration outside a transaction. */
  readonly outside?: boolean;
}

/** The database that a project is run on. */
export interface Target {
  readonly url: string;
  readonly port: number;
  readonly database: string;
}

/** Where a tool comes from. What cannot be had is said at the end of the run. */
export type Source =
  | { readonly npm: Readonly<Record<string, string>> }
  /** A program and the Debian package that has it; `version` is what is run to learn whether and which. */
  | { readonly debian: string; readonly version: readonly string[] };

/** Files of a project by their path. */
export type Files = Readonly<Record<string, string>>;

/** A migration tool as data: how a project of it looks and which command runs it. */
export interface Tool {
  /** Its name, with what is special about this way to run it. */
  readonly name: string;
  /** Its name in airlock.config.json. */
  readonly id: string;
  readonly source: Source;
  files(changes: readonly Change[], target: Target): Files;
  /** The words of the command that brings a database up to date, and of the one that takes the last migration back. */
  up(target: Target): readonly string[];
  readonly down?: ((target: Target, last: Change) => readonly string[]) | undefined;
  /** The file that a new migration is written into, where the tool makes the migration of it later. */
  readonly current?: string;
  /** Lists what is applied, one text for each, in the order of application. */
  readonly applied: string;
  /** Rising versions in the tool's usual style: three of them. */
  readonly versions: readonly [string, string, string];
  /** Versions whose order is a question, in the order in which they run. */
  readonly odd?: readonly string[];
  /** SQL that makes the tool take a database with tables in it. */
  readonly baseline?: string;
  /** Environment variables beside those of this process. */
  environment?(target: Target): Readonly<Record<string, string>>;
  /** Whether it has a mark for one migration outside a transaction. */
  readonly hasMark: boolean;
  /** What is special about this tool's files. */
  readonly traps?: readonly Trap[];
}

/** Files beside those of an empty project, and what is asked of the database when the tool has run. */
export interface Trap {
  readonly fact: string;
  readonly files: Files;
  readonly ask?: string;
}

export const probeNames = [
  'CONCURRENTLY alone',
  'CONCURRENTLY beside another statement',
  'marked: CONCURRENTLY alone',
  'marked: SET lock_timeout before CONCURRENTLY',
  'marked: two CONCURRENTLY',
  'marked: CONCURRENTLY in the way back',
  'SET lock_timeout before CONCURRENTLY',
  'two CONCURRENTLY in one call',
  'DO with COMMIT alone',
  'DO with COMMIT behind SET',
  'marked: DO with COMMIT alone',
  'marked: DO with COMMIT behind SET',
  'second statement of a file fails',
  'second file fails',
  'second file fails, one marked',
  'marked file behind one that alters its table',
  'order of odd versions',
  'comment added to an applied file',
  'new file before the last applied',
  'way back',
] as const;
export type ProbeName = (typeof probeNames)[number];
