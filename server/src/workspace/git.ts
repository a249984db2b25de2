import fs from 'node:fs';
import path from 'node:path';
import type { BranchFile } from './history-place.js';

/** A file of the default branch, with the id that git has given to its contents. */
interface GitFile extends BranchFile {
  readonly blob: string;
}

/** What git has of a folder of migrations; paths are absolute. */
export interface GitFiles {
  readonly files: ReadonlyMap<string, GitFile>;
  readonly gone: ReadonlyMap<string, GitFile>;
}

/**
 * Settings under which no command of a repository can run (`git help config`): no file-system monitor, no hook, no
 * bare repository that hides in a tracked folder, no transport. The environment says the same to versions that do not
 * know a setting: a promisor remote makes git fetch a missing object, and `core.sshCommand` says by which program.
 */
const settings = [
  'core.fsmonitor=false',
  `core.hooksPath=${process.platform === 'win32' ? 'NUL' : '/dev/null'}`,
  'core.askPass=',
  'credential.helper=',
  'protocol.allow=never',
  'safe.bareRepository=explicit',
];

const safeEnvironment = {
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_NO_LAZY_FETCH: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_REPLACE_OBJECTS: '1',
  // What it says against a repository is read.
  LC_ALL: 'C',
};

/** Without what a hook or a caller has set: GIT_DIR and its kin would point git at another repository. */
function environment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(?:GIT_|SSH_ASKPASS)/i.test(name));
  return { ...Object.fromEntries(inherited), ...safeEnvironment };
}

/**
 * The git of PATH. A folder of the repository itself is passed over, and so is a relative one: there a stranger can
 * put a program of that name. Undefined when there is none.
 */
function gitProgram(repository: string): string | undefined {
  const names = process.platform === 'win32' ? ['git.exe'] : ['git'];
  const isInside = (folder: string): boolean => !path.relative(repository, folder).startsWith('..');
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    if (!path.isAbsolute(folder) || isInside(folder)) continue;
    for (const name of names) {
      const program = path.join(folder, name);
      if (fs.statSync(program, { throwIfNoEntry: false })?.isFile()) return program;
    }
  }
  return undefined;
}

/** Git's answer in a repository, or what it says against it; "" where there is no git. */
function ask(repository: string, args: readonly string[]): { readonly text: string } | { readonly said: string } {
  try {
    const program = gitProgram(repository);
    if (program === undefined) return { said: '' };
    // Loaded here: it takes 5 ms, which a folder without a repository need not pay.
    const { execFileSync } = require('node:child_process') as typeof import('node:child_process');
    const options = settings.flatMap((setting) => ['-c', setting]);
    const text = execFileSync(program, ['--no-pager', ...options, '-C', repository, ...args], {
      encoding: 'utf8',
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 10_000,
      maxBuffer: 64 * 1024 * 1024,
    });
    return { text };
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
    return { said };
  }
}

/** Git's answer in a repository, or undefined when it has none (no git, no such ref, a repository that it refuses). */
function git(repository: string, ...args: string[]): string | undefined {
  const answer = ask(repository, args);
  return 'text' in answer ? answer.text : undefined;
}

/** The folder above a file that holds `.git`: the repository that the file belongs to, a submodule's before the one around it. */
function repositoryOf(file: string): string | undefined {
  for (let at = path.posix.dirname(file); ; at = path.posix.dirname(at)) {
    if (fs.existsSync(`${at}/.git`)) return at;
    if (at === path.posix.dirname(at)) return undefined;
  }
}

const defaultBranches = [
  'refs/remotes/origin/HEAD',
  'refs/remotes/origin/main',
  'refs/remotes/origin/master',
  'refs/heads/main',
  'refs/heads/master',
];

/** The merge base of HEAD with the default branch; undefined without a commit or such a branch. */
function mergeBase(repository: string): string | undefined {
  // One question for all of them: each start of git takes 5 ms.
  const there = git(repository, 'for-each-ref', '--format=%(refname)', ...defaultBranches)?.split('\n') ?? [];
  for (const branch of defaultBranches.filter((each) => there.includes(each))) {
    const base = git(repository, 'merge-base', 'HEAD', branch)?.trim();
    if (base) return base;
  }
  return undefined;
}

function namesIn(listed: string): string[] {
  return listed.split('\0').filter((name) => name !== '');
}

/** The deepest folder that holds all of the files, relative to the repository; "." for the repository itself. */
function commonFolder(relative: readonly string[]): string {
  const [first = [], ...others] = relative.map((file) => file.split('/').slice(0, -1));
  let length = first.length;
  for (const parts of others) {
    let same = 0;
    while (same < length && parts[same] === first[same]) same++;
    length = same;
  }
  return length === 0 ? '.' : first.slice(0, length).join('/');
}

/** A file of a commit. Texts are compared by the id of its contents, so that git need not be asked for them. */
function branchFile(repository: string, blob: string): GitFile {
  return {
    blob,
    isSame(text) {
      const unix = text.replace(/\r\n/g, '\n');
      const forms = [text, unix, unix.replace(/\n/g, '\r\n')];
      return [...forms, ...forms.map((form) => `\ufeff${form}`)].some((form) => blobId(form, blob.length) === blob);
    },
    text: () => git(repository, 'cat-file', 'blob', blob)?.replace(/^\ufeff/, ''),
  };
}

/** The id that git gives to a text: SHA-1, or SHA-256 where ids have 64 digits. */
function blobId(text: string, digits: number): string {
  const { createHash } = require('node:crypto') as typeof import('node:crypto');
  const bytes = Buffer.from(text);
  return createHash(digits === 64 ? 'sha256' : 'sha1')
    .update(`blob ${bytes.length}\0`)
    .update(bytes)
    .digest('hex');
}

/**
 * Which of the migrations stand on the default branch, by the merge base of HEAD with it. In: absolute paths with
 * forward slashes; with `since`, what HEAD has got since it left that ref does not stand there yet, as on the default
 * branch itself behind a push. Undefined when that cannot be known: no repository, no commit, no default branch, or a branch that
 * has none of these files and is not known to be without them (they are ignored, or have stood under another path).
 */
export function filesOnDefaultBranch(migrations: readonly string[], since?: string): GitFiles | undefined {
  const byRepository = new Map<string, string[]>();
  const repositories = new Map<string, string | undefined>();
  for (const file of migrations) {
    const folder = path.posix.dirname(file);
    if (!repositories.has(folder)) repositories.set(folder, repositoryOf(file));
    const repository = repositories.get(folder);
    if (repository === undefined) return undefined;
    const known = byRepository.get(repository);
    if (known) known.push(file);
    else byRepository.set(repository, [file]);
  }
  const found = new Map<string, GitFile>();
  const gone = new Map<string, GitFile>();
  for (const [repository, files] of byRepository) {
    const applied = appliedIn(repository, files, since);
    if (!applied) return undefined;
    for (const [file, there] of applied.files) found.set(file, there);
    for (const [file, there] of applied.gone) gone.set(file, there);
  }
  return byRepository.size === 0 ? undefined : { files: found, gone };
}

/** What has happened to some files since HEAD has left a ref; paths are absolute. */
export interface Since {
  /** New ones and changed ones, saved changes included. */
  readonly changed: ReadonlySet<string>;
  /** Files of the same folders and endings that stood there and are nowhere here: deleted or renamed. */
  readonly gone: readonly string[];
}

/**
 * What is not as it was where HEAD has left a ref. In: absolute paths, and how a file is read. Out: those files, or why
 * git cannot say, a sentence.
 */
export function filesSince(
  ref: string,
  files: readonly string[],
  textOf: (file: string) => string | undefined,
): Since | { readonly problem: string } {
  const changed = new Set<string>();
  const trees = new Map<string, { readonly tree: ReadonlyMap<string, string>; readonly names: string[] }>();
  for (const file of files) {
    const repository = repositoryOf(file);
    if (repository === undefined) return { problem: `--since asks git, and ${file} is in no repository of it.` };
    let known = trees.get(repository);
    if (!known) {
      const made = treeSince(repository, ref);
      if ('problem' in made) return made;
      known = { tree: made.tree, names: [] };
      trees.set(repository, known);
    }
    const name = path.posix.relative(repository, file);
    known.names.push(name);
    const blob = known.tree.get(name);
    const text = textOf(file);
    if (blob === undefined || text === undefined || !branchFile(repository, blob).isSame(text)) changed.add(file);
  }
  const gone = [...trees].flatMap(([repository, { tree, names }]) => [...goneFrom(repository, tree, names).keys()]);
  return { changed, gone: gone.sort() };
}

/** A commit and its parents; a shallow clone does not know those of its oldest. Undefined where git knows none. */
export function commitIn(
  folder: string,
  ref: string,
): { readonly id: string; readonly parents: readonly string[] } | undefined {
  const listed = git(folder, 'rev-list', '--parents', '--max-count=1', '--end-of-options', ref)?.trim();
  if (!listed) return undefined;
  const [id = '', ...parents] = listed.split(' ');
  return { id, parents };
}

/** True where git sees that HEAD holds a commit. */
export function isBehindHead(folder: string, commit: string): boolean {
  return git(folder, 'merge-base', '--is-ancestor', commit, 'HEAD') !== undefined;
}

/** Where HEAD has left a ref. */
function leftAt(repository: string, ref: string): string | undefined {
  const commit = git(repository, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`)?.trim();
  return commit ? git(repository, 'merge-base', 'HEAD', commit)?.trim() || undefined : undefined;
}

/**
 * What git says against a repository as a whole, such as that it belongs to somebody else (as in a container of CI) or
 * is broken; undefined where it opens it.
 */
function refusal(repository: string): string | undefined {
  const answer = ask(repository, ['rev-parse', '--git-dir']);
  if ('text' in answer) return undefined;
  const [first = ''] = answer.said.split('\n');
  const said = first.replace(/^fatal: /, '').trim() || 'it says nothing.';
  return /dubious ownership/.test(said)
    ? `${said}. Allow it: git config --global --add safe.directory ${repository}`
    : said;
}

function treeSince(
  repository: string,
  ref: string,
): { readonly tree: ReadonlyMap<string, string> } | { readonly problem: string } {
  if (gitProgram(repository) === undefined) return { problem: '--since asks git, and there is none on the PATH.' };
  const refused = refusal(repository);
  if (refused !== undefined) return { problem: `git does not open ${repository}: ${refused}` };
  const commit = git(repository, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`)?.trim();
  if (!commit) return { problem: `git knows no "${ref}" in ${repository}. In CI, fetch it: fetch-depth: 0.` };
  const base = git(repository, 'merge-base', 'HEAD', commit)?.trim();
  if (!base) {
    const isShallow = git(repository, 'rev-parse', '--is-shallow-repository')?.trim() === 'true';
    return {
      problem: isShallow
        ? `The clone is shallow, so git does not see where HEAD has left ${ref}. Fetch all of it: fetch-depth: 0.`
        : `HEAD and ${ref} have no commit in common.`,
    };
  }
  const tree = treeOf(repository, base);
  return tree ? { tree } : { problem: `git cannot list the files of ${base}.` };
}

function appliedIn(repository: string, files: readonly string[], since: string | undefined): GitFiles | undefined {
  const onBranch = mergeBase(repository);
  if (onBranch === undefined) return undefined;
  const left = since === undefined ? undefined : leftAt(repository, since);
  // Both are behind HEAD: what they have in common is the older one.
  const base = left === undefined ? onBranch : (git(repository, 'merge-base', onBranch, left)?.trim() ?? onBranch);
  const relative = files.map((file) => path.posix.relative(repository, file));
  const folder = commonFolder(relative.map((name) => `${siblingsOf(name)}/-`));
  const listed = treeOf(repository, base, folder);
  if (listed === undefined) return undefined;
  const applied = new Map<string, GitFile>();
  for (const [index, file] of files.entries()) {
    const blob = listed.get(relative[index] ?? '');
    if (blob !== undefined) applied.set(file, branchFile(repository, blob));
  }
  if (applied.size === 0 && !areAllNew(repository, base, relative, folder)) return undefined;
  return { files: applied, gone: goneFrom(repository, listed, relative) };
}

/** Where a migration stands that has a folder of its own, with a name that all of them have. */
const ownFolder = /^(?:migration|up)\.\w+$/i;

/** The folder in which a migration stands among the others. */
function siblingsOf(name: string): string {
  const folder = path.posix.dirname(name);
  return ownFolder.test(path.posix.basename(name)) ? path.posix.dirname(folder) : folder;
}

/** What files have in common that can be migrations of the same folder: it, and the ending, or the name within their own. */
function kindOf(name: string): string {
  const base = path.posix.basename(name);
  return `${siblingsOf(name)}\0${ownFolder.test(base) ? base : path.posix.extname(name)}`;
}

/** Files beside the migrations that the commit has and the disk has not. */
function goneFrom(
  repository: string,
  listed: ReadonlyMap<string, string>,
  relative: readonly string[],
): Map<string, GitFile> {
  const here = new Set(relative);
  const kinds = new Set(relative.map(kindOf));
  const gone = new Map<string, GitFile>();
  for (const [name, blob] of listed) {
    if (here.has(name) || !kinds.has(kindOf(name))) continue;
    const file = `${repository}/${name}`;
    if (!fs.existsSync(file)) gone.set(file, branchFile(repository, blob));
  }
  return gone;
}

/** The files of a commit below a folder with the ids of their contents; with -z names are not quoted. */
function treeOf(repository: string, commit: string, folder = '.'): ReadonlyMap<string, string> | undefined {
  const only = folder === '.' ? [] : ['--', `${folder}/`];
  const listed = git(repository, 'ls-tree', '-r', '-z', '--full-tree', commit, ...only);
  if (listed === undefined) return undefined;
  const files = new Map<string, string>();
  for (const line of namesIn(listed)) {
    const [, blob, name] = /^\d+ blob ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
    if (blob !== undefined && name !== undefined) files.set(name, blob);
  }
  return files;
}

/**
 * True when git knows of the files (they are tracked or would be added) and the default branch has no file of the same
 * name anywhere: a first migration. A folder that was moved, one that is ignored and one that is written in another
 * letter case than on the branch are not new.
 */
function areAllNew(repository: string, base: string, relative: readonly string[], folder: string): boolean {
  const seen = git(repository, 'ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', folder);
  const tree = treeOf(repository, base);
  if (seen === undefined || tree === undefined) return false;
  const visible = new Set(namesIn(seen));
  const names = new Set([...tree.keys()].map((name) => path.posix.basename(name).toLowerCase()));
  return relative.every((name) => visible.has(name) && !names.has(path.posix.basename(name).toLowerCase()));
}
