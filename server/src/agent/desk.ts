import path from 'node:path';
import { rules } from '../../../rules/index.js';
import type { WrittenVersion } from '../analysis/server-version.js';
import { initParser } from '../sql/postgres-parser.js';
import { visibleLine } from '../sql/visible.js';
import { configProblems } from '../workspace/config-problems.js';
import type { Files } from '../workspace/files.js';
import { findFiles, type LeftOut, type NamedFile } from '../workspace/find-files.js';
import { filesOnDefaultBranch } from '../workspace/git.js';
import { loadHostParsers } from '../workspace/host-parsers.js';
import { mayHoldSql } from '../workspace/migrations.js';
import { absolute, filesBelow, staysBelow } from '../workspace/node-files.js';
import { Workspace } from '../workspace/workspace.js';
import { ToolError } from './tool.js';

/** What one call may look at. */
export interface Desk {
  /** The folders below which it may: absolute, with forward slashes, the first of them the one that names are relative to. */
  readonly folders: readonly string[];
  /** The texts that an editor has open, saved or not, by their paths: they stand before what is on the disk. */
  readonly texts?: ReadonlyMap<string, string>;
  /** The path of a file that is named otherwise, as a client does by a URI; undefined for what is a path. */
  pathOf?(name: string): string | undefined;
  /** What an editor's settings say of a file. */
  settingsFor?(path: string): Promise<EditorDefaults>;
  /** Ends the call. */
  readonly signal?: AbortSignal;
}

export interface EditorDefaults {
  /** The PostgreSQL version where neither the call nor the configuration says one. */
  readonly postgres?: WrittenVersion | undefined;
  /** False where the code is not searched for what a migration takes away. */
  readonly searchCode?: boolean | undefined;
}

/** What a call is about. */
export interface Subject {
  /** Files and folders, as the agent names them. */
  readonly paths: readonly string[];
  /** A text that stands in the place of the one file of `paths`, or by itself when there is none. */
  readonly text?: string | undefined;
  readonly postgres?: number | undefined;
}

/** The migrations of a call, with the history before each of them. Made anew for every call: files change between them. */
export interface Opened {
  readonly workspace: Workspace;
  readonly folders: readonly string[];
  /** Never empty. */
  readonly files: readonly [NamedFile, ...NamedFile[]];
  readonly leftOut: readonly LeftOut[];
  /** A path as the agent would say it. */
  nameOf(path: string): string;
  /** Whether the code is searched for what a migration takes away. A text without a place has none. */
  searchesCode(path: string): boolean;
  /** What could not be read and is missing from what was judged, so far: a sentence each. */
  problems(): string[];
  /** Lets others work in between. Throws when the call has been cancelled. */
  breathe(): Promise<void>;
}

/** A longer text is a dump or a load of data, which nobody writes into a call. In bytes. */
const LONGEST = 1024 * 1024;

/** Opens what a call is about. Throws ToolError when a path leads out, or there is nothing to look at. */
export async function open(subject: Subject, desk: Desk): Promise<Opened> {
  const { folders, signal } = desk;
  const { paths, text, postgres } = subject;
  if (text !== undefined) refuseText(text);
  if (folders.length === 0 && (paths.length > 0 || text === undefined)) throw new ToolError(NO_FOLDER);
  const nameOf = (file: string): string => (file === nowhere(folders) ? ALONE : shownName(file, folders));
  const failures: string[] = [];
  const texts = new Map([...(desk.texts ?? [])].filter(([file]) => mayHoldSql(file) && staysBelow(file, folders)));
  const files = withTexts(filesBelow(folders), texts);
  const given = paths.map((each) => resolved(desk.pathOf?.(each) ?? each, folders, files));
  const defaults = await desk.settingsFor?.(given[0] ?? nowhere(folders));
  await initParser();
  const options = { postgres, postgresDefault: defaults?.postgres, filesOnDefaultBranch };
  const workspace = new Workspace(files, rules, options, (rule, statement, error) =>
    failures.push(
      `The rule ${rule.meta.id} failed on a ${statement}; the others went on. ${visibleLine(String(error))}`,
    ),
  );
  for (const [file, open] of texts) workspace.setOverlay(file, open);
  const found =
    text === undefined
      ? search(given, { workspace, files, folders })
      : { files: [placeOf(text, given[0], { workspace, files, folders })], missing: [], leftOut: [] };
  const [first, ...rest] = found.files;
  if (!first) throw new ToolError(nothingToJudge(found, given.map(nameOf)));
  await loadHostParsers(found.files.flatMap((each) => [...workspace.languagesWith(each.path)]));
  return {
    workspace,
    folders,
    files: [first, ...rest],
    leftOut: found.leftOut,
    nameOf,
    searchesCode: (path) => defaults?.searchCode !== false && path !== nowhere(folders),
    problems: () => [
      ...found.missing,
      ...failures,
      ...configProblems(found.files, workspace).map(
        (each) => `${nameOf(each.path)}:${each.line}:${each.character}: ${visibleLine(each.message)}`,
      ),
      ...[...workspace.problems.values()].map(
        (each) => `${nameOf(each.path)}: ${each.message} It is left out of the history.`,
      ),
    ],
    async breathe() {
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    },
  };
}

interface Around {
  readonly workspace: Workspace;
  readonly files: Files;
  readonly folders: readonly string[];
}

interface Search {
  readonly files: readonly NamedFile[];
  readonly missing: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

function search(given: readonly string[], { workspace, files, folders }: Around): Search {
  const { found, missing, leftOut } = findFiles(given, workspace, files);
  return {
    files: found.map((each) => ({ ...each, name: shownName(each.path, folders) })),
    missing: missing.map((each) => `${shownName(each.path, folders)}: ${each.message}`),
    leftOut: leftOut.map((each) => ({ ...each, name: shownName(each.name, folders) })),
  };
}

/** Puts a text where it would stand; without a place it stands alone, in a folder that is not there. */
function placeOf(text: string, given: string | undefined, { workspace, files, folders }: Around): NamedFile {
  const place = given ?? nowhere(folders);
  if (files.exists(place) === 'directory')
    throw new ToolError(`${shownName(place, folders)} is a folder. Name the file that the text will be.`);
  workspace.setOverlay(place, text);
  return { path: place, name: given === undefined ? ALONE : shownName(place, folders) };
}

const ALONE = 'text.sql';

const NO_FOLDER =
  'No folder is open, so there are no migrations to look at. Give the text of one as "sql", or open the folder of the project.';

/** The path of a text that has none. */
function nowhere(folders: readonly string[]): string {
  return `${folders[0] ?? ''}/-/${ALONE}`;
}

/** The same file system, in which texts that are open and on no disk yet are files. */
function withTexts(files: Files, texts: ReadonlyMap<string, string>): Files {
  return { ...files, exists: (path) => files.exists(path) ?? (texts.has(path) ? 'file' : undefined) };
}

function refuseText(text: string): void {
  const bytes = Buffer.byteLength(text);
  if (bytes > LONGEST)
    throw new ToolError(
      `The text has ${(bytes / LONGEST).toFixed(1)} MB, and 1 MB is the most that is looked at. Write it into a file and name its path.`,
    );
  if (text.includes('\0')) throw new ToolError('This is not text: there is a NUL character in it.');
}

function nothingToJudge({ missing, leftOut }: Search, given: readonly string[]): string {
  if (missing.length > 0) return missing.slice(0, 10).join(' ');
  const [first] = leftOut;
  const why = first === undefined ? '' : ` ${first.name} ${first.why}.`;
  return `${given.join(', ')}: There are no migrations${leftOut.length > 0 ? '' : ' and no .sql files'} here.${why}`;
}

/** The file that is meant. A relative path is one of the first folder in which it is there. Throws where it leads out. */
function resolved(given: string, folders: readonly string[], files: Files): string {
  if (given === '' || given.includes('\0')) throw new ToolError('A path is empty or has a NUL character.');
  const meant = (path.isAbsolute(given) ? [given] : folders.map((folder) => path.join(folder, given))).map(absolute);
  const below = meant.filter((each) => staysBelow(each, folders));
  const found = below.find((each) => files.exists(each) !== undefined) ?? below[0];
  if (found !== undefined) return found;
  throw new ToolError(
    `${visibleLine(given)} leads out of ${folders.map(visibleLine).join(', ')}. Only what stands there is looked at.`,
  );
}

/** Relative to the first folder that it is below. */
function shownName(file: string, folders: readonly string[]): string {
  const home = folders.find((folder) => file === folder || file.startsWith(folder === '/' ? '/' : `${folder}/`));
  const name = home === undefined ? file : path.posix.relative(home, file) || '.';
  return visibleLine(home === undefined || home === folders[0] ? name : file);
}
