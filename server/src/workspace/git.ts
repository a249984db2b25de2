import fs from 'node:fs';
import path from 'node:path';

/** Git's answer, or undefined when it has none (no git, no such ref, no repository). */
function git(directory: string, ...args: string[]): string | undefined {
  try {
    // Loaded here: it takes 5 ms, which a folder without a repository need not pay.
    const { execFileSync } = require('node:child_process') as typeof import('node:child_process');
    // No configured program may run: a repository can name one for its diffs, its file-system monitor or its hooks.
    return execFileSync('git', ['-c', 'core.fsmonitor=false', '-C', directory, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 10_000,
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch {
    return undefined;
  }
}

function insideRepository(directory: string): boolean {
  for (let at = directory; ; at = path.dirname(at)) {
    if (fs.existsSync(path.join(at, '.git'))) return true;
    if (at === path.dirname(at)) return false;
  }
}

const defaultBranches = [
  'refs/remotes/origin/HEAD',
  'refs/remotes/origin/main',
  'refs/remotes/origin/master',
  'refs/heads/main',
  'refs/heads/master',
];

/**
 * The files below a directory that stand on the default branch, by the merge base of HEAD with it; absolute paths.
 * Undefined when that cannot be told: no repository, no commit, no default branch.
 */
export function filesOnDefaultBranch(directory: string): ReadonlySet<string> | undefined {
  if (!insideRepository(directory)) return undefined;
  // One question for all of them: each start of git takes 5 ms.
  const there = git(directory, 'for-each-ref', '--format=%(refname)', ...defaultBranches)?.split('\n') ?? [];
  for (const branch of defaultBranches.filter((each) => there.includes(each))) {
    const base = git(directory, 'merge-base', 'HEAD', branch)?.trim();
    if (!base) continue;
    // With -z names are not quoted; paths are relative to the directory.
    const listed = git(directory, 'ls-tree', '-r', '-z', '--name-only', base, '--', '.');
    if (listed === undefined) return undefined;
    return new Set(
      listed
        .split('\0')
        .filter((name) => name !== '')
        .map((name) => `${directory}/${name}`),
    );
  }
  return undefined;
}
