import type { Config } from '../analysis/config.js';
import { directoryOf } from '../frameworks/framework.js';
import type { Files } from './files.js';
import type { BranchFiles } from './history-place.js';
import { versionOf } from './migrations.js';

/** Which migrations of a set have run already, and by what that is known. */
export interface Applied {
  /** How many of the first migrations count as applied; undefined when that is not known. */
  readonly applied: number | undefined;
  /** What git has on the default branch: those files are applied, and they need not be the first ones. */
  readonly branch: BranchFiles | undefined;
  /** What "through" names although no migration is called so: nothing counts as applied then. */
  readonly missing?: string | undefined;
}

/** In: the migrations in their order, and what git says of them; absent where git must not be run. */
export function appliedOf(
  paths: readonly string[],
  { applied }: Pick<Config, 'applied'>,
  filesOnDefaultBranch: ((migrations: readonly string[]) => BranchFiles | undefined) | undefined,
): Applied {
  // Nothing counts as applied, and nothing is said of what ships together: each file is taken by itself.
  if (applied === 'none') return { applied: undefined, branch: undefined };
  if (applied === 'git') {
    const branch = filesOnDefaultBranch?.(paths);
    if (!branch) return { applied: undefined, branch: undefined };
    const last = paths.reduce((found, path, index) => (branch.files.has(path) ? index + 1 : found), 0);
    return { applied: last, branch };
  }
  const { through } = applied;
  const place = paths.findIndex((path) => isCalled(path, through, paths));
  return place < 0
    ? { applied: undefined, branch: undefined, missing: through }
    : { applied: place + 1, branch: undefined };
}

/** Whether a name means this migration: its version, its file with or without the ending, or the folder that it has to itself. */
function isCalled(path: string, name: string, all: readonly string[]): boolean {
  if (versionOf(path) === name) return true;
  const endsWithName = (each: string): boolean => each === name || each.endsWith(`/${name}`);
  if (endsWithName(path) || endsWithName(path.replace(/(\.up)?\.\w+$/, ''))) return true;
  const folder = directoryOf(path);
  return endsWithName(folder) && all.filter((each) => directoryOf(each) === folder).length === 1;
}

/**
 * Why a migration counts as applied or as pending, in few words: the status popup of VS Code does not wrap. In: what is
 * known of its set, whether it is applied itself, and whether git may be run.
 */
export function appliedWords(
  { branch, missing }: Applied,
  { applied }: Pick<Config, 'applied'>,
  isApplied: boolean,
  mayRunGit: boolean,
): string {
  if (applied === 'none') return 'pending, as all are';
  if (missing !== undefined) return `pending: no file is called ${missing}`;
  if (applied !== 'git') return isApplied ? `applied, up to ${applied.through}` : `pending, behind ${applied.through}`;
  if (!mayRunGit) return 'pending or not: git is not asked';
  if (branch === undefined) return 'pending: no default branch in git';
  return isApplied ? 'applied: on the default branch' : 'pending: not on the default branch';
}

/** True for a file with a `.git` above it, which is looked for and not run. */
export function isInRepository(path: string, files: Pick<Files, 'exists'>): boolean {
  for (let at = directoryOf(path); at !== ''; at = directoryOf(at)) {
    if (files.exists(`${at}/.git`) !== undefined) return true;
  }
  return false;
}
