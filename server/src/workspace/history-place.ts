import type { HistoryPlace } from '../../../rules/engine/define-rule.js';
import type { Age } from '../schema/open-ends.js';
import { baseName, directoryOf, migrationName, type Project } from '../frameworks/framework.js';
import { lex, withoutComments } from '../sql/lexer.js';
import type { FileProblem } from './files.js';
import { versionOf } from './migrations.js';

/** The text of a file is the one that the default branch has, whatever its line ends. */
export interface BranchFile {
  isSame(text: string): boolean;
  /** What the branch has; undefined when git cannot say. */
  text(): string | undefined;
}

/** What the default branch has of a folder of migrations; paths are absolute. */
export interface BranchFiles {
  /** Those of the files that stand there. */
  readonly files: ReadonlyMap<string, BranchFile>;
  /** Files of the same folders and endings that stand there and nowhere here any more: deleted or renamed. */
  readonly gone: ReadonlyMap<string, BranchFile>;
}

/** The migrations of a project, in the order in which they run. */
export interface History {
  readonly paths: readonly string[];
  readonly project: Pick<Project, 'framework'>;
  /** Undefined where that is not known. */
  readonly branch: BranchFiles | undefined;
  /** The SQL of a text of a migration: of code, what it sends. By default the text itself. */
  readonly sqlOf?: ((path: string, text: string) => string) | undefined;
  /** A path as people see it. */
  readonly shown: (path: string) => string;
}

/** The text of a migration, or why it cannot be read. */
type TextOf = (path: string) => string | FileProblem;

/** Where a migration stands among the others. In: its path and its present text; `textOf` reads the others. */
export function placeInHistory(path: string, text: string, history: History, textOf: TextOf): HistoryPlace {
  const { paths, project } = history;
  const version = versionOf(path);
  const mayShare = project.framework.sharesVersions === true || isOnBranch(path, history);
  return {
    version,
    isNumbered: version !== '' && version.length < 8,
    sameVersion: mayShare ? [] : sameVersion(path, version, paths),
    changed: changeOf(path, text, history),
    runsBefore: isOnBranch(path, history) ? undefined : runsBefore(path, history),
    gone: goneFrom(path, history, textOf),
    isLast: paths.at(-1) === path,
    ageOf: agesIn(history),
  };
}

/** Gives the age of a migration by the path that people see. The first may be a dump, whose past is not known. */
function agesIn({ paths, shown: shownPath }: History): (shown: string) => Age | undefined {
  let places: ReadonlyMap<string, number> | undefined;
  let to: number | undefined;
  return (shown) => {
    if (!places) {
      places = new Map(paths.map((path, index) => [shownPath(path), index]));
      // Files without a date may stand behind those that have one.
      for (let at = paths.length - 1; at >= 0 && to === undefined; at--) to = dayOf(paths[at] ?? '');
    }
    const at = places.get(shown) ?? 0;
    if (at === 0) return undefined;
    const from = dayOf(paths[at] ?? '');
    const days = from === undefined || to === undefined ? undefined : Math.round((to - from) / 86_400_000);
    return { migrations: paths.length - 1 - at, days: days !== undefined && days >= 0 ? days : undefined };
  };
}

/** The day with which a file name begins, in milliseconds; undefined where it begins with none. */
function dayOf(path: string): number | undefined {
  const [, year, month, day] =
    /^[vV]?((?:19|20)\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])/.exec(baseName(path)) ?? [];
  return year === undefined ? undefined : Date.UTC(Number(year), Number(month) - 1, Number(day));
}

function isOnBranch(path: string, { branch }: History): boolean {
  return branch?.files.has(path) === true;
}

/** More files than these share versions on purpose: a day, a release, a ticket. */
const MOST_SHARED = 3;

/** Other migrations of its folder with its version. Days and parts of longer versions are shared by many. */
function sameVersion(path: string, version: string, paths: readonly string[]): string[] {
  if (!isWhole(baseName(path)) || version.length === 8) return [];
  const beside = versionsOf(paths).get(directoryOf(path));
  if (!beside) return [];
  const own = beside.files.get(Number(version)) ?? [];
  if (!own.includes(path)) return [];
  return beside.shared > MOST_SHARED ? [] : own.filter((each) => each !== path).map(baseName);
}

/** The files of each folder by their versions, and how many versions are shared. */
type Versions = ReadonlyMap<
  string,
  { readonly files: ReadonlyMap<number, readonly string[]>; readonly shared: number }
>;

/** Looked up with every key that is typed, and the same until a file comes or goes. */
const known = new WeakMap<readonly string[], Versions>();

function versionsOf(paths: readonly string[]): Versions {
  const last = known.get(paths);
  if (last) return last;
  const folders = new Map<string, Map<number, string[]>>();
  for (const path of paths) {
    if (!isWhole(baseName(path))) continue;
    const folder = folders.get(directoryOf(path)) ?? new Map<number, string[]>();
    folders.set(directoryOf(path), folder);
    const version = Number(versionOf(path));
    const same = folder.get(version);
    if (same) same.push(path);
    else folder.set(version, [path]);
  }
  const versions = new Map(
    [...folders].map(([folder, files]) => {
      const shared = [...files.values()].filter((same) => same.length > 1).length;
      return [folder, { files, shared }];
    }),
  );
  known.set(paths, versions);
  return versions;
}

/** True for a name whose version is its first number and no more: not 1.2_a, V1_10__a, 2024-01-31_a. */
function isWhole(name: string): boolean {
  return /^[vV]?\d+(?:__?|-)(?!\d)/.test(name);
}

function changeOf(path: string, text: string, { branch, sqlOf = (_, same) => same }: History): HistoryPlace['changed'] {
  const there = branch?.files.get(path);
  if (!there || there.isSame(text)) return undefined;
  const before = there.text();
  if (before === undefined || codeOf(sqlOf(path, before)) !== codeOf(sqlOf(path, text))) return 'statements';
  // Of code no tool remembers the text: what is sent is the same.
  return sqlOf(path, before) === before ? 'comments' : undefined;
}

/** What is left of a text without comments and blanks. */
function codeOf(text: string): string {
  return withoutComments(lex(text))
    .map((token) => token.text)
    .join(' ');
}

function runsBefore(path: string, { paths, branch }: History): string | undefined {
  const at = branch ? paths.indexOf(path) : -1;
  if (!branch || at < 0) return undefined;
  const later = paths.slice(at + 1).find((each) => branch.files.has(each));
  // R__ files run each time they change, whatever else has run.
  return later === undefined || /^R__/.test(baseName(later)) || versionOf(path) === ''
    ? undefined
    : migrationName(later);
}

/** So many files go by mistake, or one by one. */
const FEW = 5;

/** Where all of a history is gone, or half of a long one, it was replaced by a dump: nobody has to be reminded. */
function goneFrom(path: string, { paths, branch }: History, textOf: TextOf): HistoryPlace['gone'] {
  if (!branch || branch.files.size === 0) return [];
  if (branch.gone.size > FEW && branch.gone.size >= branch.files.size) return [];
  const added = paths.filter((each) => !branch.files.has(each));
  return [...branch.gone].flatMap(([old, file]) => {
    const renamed = added.find((each) => {
      const text = textOf(each);
      return typeof text === 'string' && file.isSame(text);
    });
    // Said where the file is now; what is nowhere, at the last migration.
    return (renamed ?? paths.at(-1)) === path
      ? [{ name: migrationName(old), renamedTo: renamed && migrationName(renamed) }]
      : [];
  });
}
