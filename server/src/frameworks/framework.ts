import type { Span } from '../sql/span.js';
import type { CommandPlace, ToolCommands } from './commands.js';

/**
 * What one transaction holds when a tool runs a file: nothing (each statement by itself), the file, all files that are
 * pending; "one-query": the file is sent as one simple query, which PostgreSQL runs as one transaction unless it is one
 * statement; "pipeline": the statements are sent in one pipeline, which is a transaction but for a first statement that
 * cannot run in one.
 */
export type TransactionScope = 'none' | 'per-file' | 'all-pending' | 'one-query' | 'pipeline';

/** A stretch of a file that a tool runs by itself, in one direction. */
export interface Section {
  readonly direction: 'up' | 'down';
  /** UTF-16 offsets in the file. */
  readonly span: Span;
  readonly scope: TransactionScope;
  /** What says so where it is not the tool's default, as people know it: "-- +goose NO TRANSACTION", "metadata.toml". */
  readonly mark?: string | undefined;
  /** True where it belongs to the same migration as the section before it, and is only sent apart. */
  readonly goesOn?: boolean;
  /** What is read in its place, as long as it is: SQL that stands in a string of another language. */
  readonly readAs?: string | undefined;
}

/** The files of a project, as far as a tool's description may look at them. Paths are absolute, with "/". */
export interface ProjectFiles {
  /** The text of a file; undefined when there is none. */
  read(path: string): string | undefined;
  exists(path: string): boolean;
  /** The names of the files directly in a folder, in no order. */
  names(directory: string): readonly string[];
  /** The nearest file of one of these names, in a folder or above it; the first name wins. */
  above(directory: string, ...names: string[]): string | undefined;
  /**
   * The version of a package, as the lock file or the manifest above a folder has it: "7.4.1"; "" where one names the
   * package without a version; undefined where none names it. Names are those of package.json, go.mod, Cargo.toml,
   * pyproject.toml, requirements.txt, Gemfile or mix.exs.
   */
  dependency(directory: string, ...names: string[]): string | undefined;
  /** The same object for as long as no file has changed; absent where that is not known. */
  stamp?(): object;
}

/** What a tool has found out about a file and the folder it stands in. */
export interface Recognition {
  /** The folder below which the migrations stand that belong together. */
  readonly root: string;
  /** Why it is this tool's, to stand behind "because": "0001_init.sql has the line -- +goose Up". */
  readonly because: string;
  /** 3: a mark that only this tool reads; 2: its manifest or configuration; 1: the style of the names. */
  readonly strength: 1 | 2 | 3;
  /** The version of the tool, where its facts depend on it; undefined where it is not known. */
  readonly version?: string | undefined;
}

/** A folder of migrations with the tool that runs them. */
export interface Project {
  readonly framework: Framework;
  readonly root: string;
  readonly because: string;
  /** How sure that is, as in Recognition. */
  readonly strength: Recognition['strength'];
  readonly version: string | undefined;
  readonly files: ProjectFiles;
}

/** How a tool runs what PostgreSQL refuses inside a transaction: CREATE INDEX CONCURRENTLY and its kin. */
export interface Outside {
  /** "one": by itself in its file, which is sent as one query; "many": beside others; "nothing": it cannot be done. */
  readonly holds: 'one' | 'many' | 'nothing';
  /** Where it goes, behind "Move it": "to a migration of its own that begins with -- no-transaction". */
  readonly where: string;
  /** What has to be set up for it beside the file, a sentence; it stands at the top of what is written. */
  readonly note?: string | undefined;
}

/** A migration to write, in SQL, without any mark of a tool. */
export interface NewMigration {
  /** Words for the name: "index_orders_status". */
  readonly slug: string;
  readonly up: string;
  /** What takes it back; undefined where the file that takes it back is not written. */
  readonly down: string | undefined;
  /** True when it must not run inside a transaction. */
  readonly outside: boolean;
  readonly downOutside: boolean;
}

/** A file as it is to be written. */
export interface WrittenFile {
  readonly path: string;
  readonly text: string;
}

/** A migration in the form of its tool. */
export interface WrittenMigration {
  /** The file that the tool runs. */
  readonly up: WrittenFile;
  /** The file that takes it back, where that is one of its own. */
  readonly down: WrittenFile | undefined;
  /** What else has to be there or has to change: a .conf, metadata.toml, a journal. A path that exists is replaced. */
  readonly beside: readonly WrittenFile[];
}

/** What takes a migration back, in SQL. */
export interface WayBack {
  readonly sql: string;
  /** True when it must not run inside a transaction. */
  readonly outside: boolean;
}

/** The way back of a migration as it is to be written. */
export interface WrittenRollback {
  /** With the text of the whole file, where it goes into the migration itself. */
  readonly file: WrittenFile;
  readonly beside: readonly WrittenFile[];
}

/** Where new migrations are written. */
export interface WritePlace {
  readonly project: Project;
  /** The migrations that are there, in any order. */
  readonly existing: readonly string[];
  /** The folder for new ones: that of the migration they follow, or the root. */
  readonly directory: string;
  /** Now, in milliseconds since 1970 (UTC), for names that carry a moment. */
  readonly now: number;
}

/** What a migration tool does with its files. Facts only; nothing here opens a file by itself. */
export interface Framework {
  /** The name in airlock.config.json. */
  readonly id: string;
  /** The name people use. */
  readonly title: string;
  /** What the tool does with transactions unless a file says otherwise. */
  readonly transaction: TransactionScope;
  /** What it runs as one, where that is not a file: "changeset". */
  readonly unit?: string;
  /** True where the tool notices that a file was changed after it has run, be it by a comment. */
  readonly hashes: boolean;
  /** True where migrations may share a version: the tool knows each by its whole name, or by an id of its own. */
  readonly sharesVersions?: boolean;
  /**
   * The lines between which the tool takes a statement as a whole, where it otherwise ends one at each semicolon at the end
   * of a line; absent for a tool that reads SQL, or sends all of it.
   */
  readonly statementMarks?: { readonly begin: string; readonly end: string };
  /** Whether a file is this tool's; undefined when it is not. */
  recognise(path: string, files: ProjectFiles): Recognition | undefined;
  /** The direction of a file by its name; undefined for one that the tool does not run. */
  directionOf(path: string, project: Project): 'up' | 'down' | undefined;
  /**
   * Why the tool does not run a file that reads like one of its own, as it stands behind "This file": a list that does
   * not name it, a name that it passes over. Undefined where it runs it, and where the name says nothing.
   */
  notRun?(path: string, project: Project): string | undefined;
  /** Sorts paths of migrations into the order in which the tool runs them. */
  order(paths: readonly string[], project: Project): string[];
  /** What the tool runs of a file, in the order of the file. The direction of a file that goes one way is not asked for. */
  read(path: string, text: string, project: Project): readonly Section[];
  /** How the tool runs what cannot run inside a transaction. */
  outside(project: Project): Outside;
  /**
   * The text of a migration with the mark by which it runs outside a transaction, and what has to stand beside it;
   * absent where a tool has no such mark.
   */
  mark?(
    path: string,
    text: string,
    project: Project,
  ): { readonly text: string; readonly beside: readonly WrittenFile[] };
  /** Why nobody edits a file of the tool: another program writes it. Undefined for a file that people write. */
  writtenBy?(path: string): string | undefined;
  /** Paths for new migrations that run behind all the existing ones, in the style of the last of them. */
  nextPaths(slugs: readonly string[], place: WritePlace): string[];
  /** Where the way back of a migration is kept; undefined where it stands in the same file or nowhere. */
  downPath(path: string, project: Project): string | undefined;
  /**
   * The way back of a migration that is there: in its file or beside it, as the tool runs it; where the tool only goes
   * forward, in a place where it takes it for no migration.
   */
  rollback(migration: WrittenFile, back: WayBack, project: Project): WrittenRollback;
  /** The commands by which people run a migration of the tool; absent where that is psql. */
  commands?(place: CommandPlace): ToolCommands;
  /** Migrations in the form of the tool, in the order in which they run. */
  write(migrations: readonly NewMigration[], place: WritePlace): WrittenMigration[];
}

/** The part behind the last slash. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The part before the last slash; "" when there is none. */
export function directoryOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

/** The name that people know a migration by: its file, or its folder where it has one of its own. */
export function migrationName(path: string): string {
  const name = baseName(path);
  return /^(?:up|down|migration)\.\w+$/i.test(name) && directoryOf(path) !== '' ? baseName(directoryOf(path)) : name;
}
