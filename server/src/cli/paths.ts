import path from 'node:path';
import type { FileProblem, Files } from '../workspace/files.js';
import { isSql, looksLikeMigration } from '../workspace/migrations.js';
import { absolute, outside } from '../workspace/node-files.js';
import type { Workspace } from '../workspace/workspace.js';

export interface NamedFile {
  readonly path: string;
  /** As the user would say it: relative where they spoke relatively. */
  readonly name: string;
}

/** A path in the form in which the user gave the one it was found under. */
export function named(file: string, given: string): string {
  if (path.isAbsolute(given)) return file;
  return path.relative(process.cwd(), file).split(path.sep).join('/') || '.';
}

/**
 * The files of the arguments: a file is taken as it is, a directory is searched for migrations. `missing` are the
 * arguments that lead nowhere and the directories that cannot be read, by their names, with the reason.
 */
export function findFiles(
  given: readonly string[],
  workspace: Workspace,
  files: Files,
): { found: NamedFile[]; missing: FileProblem[] } {
  const found = new Map<string, NamedFile>();
  const missing: FileProblem[] = [];
  for (const each of given) {
    const full = absolute(each);
    const kind = files.exists(full);
    if (kind === 'file' && files.leadsOut(full)) missing.push({ path: each, message: outside });
    else if (kind === 'file') found.set(full, { path: full, name: named(full, each) });
    else if (kind === 'directory') {
      const problems: FileProblem[] = [];
      for (const file of migrationsBelow(full, workspace, files, problems))
        found.set(file, { path: file, name: named(file, each) });
      for (const { path: folder, message } of problems) missing.push({ path: named(folder, each), message });
    } else {
      const result = files.read(full);
      missing.push({ path: each, message: 'problem' in result ? result.problem.message : 'There is no such file.' });
    }
  }
  return { found: [...found.values()], missing };
}

/** What the configuration's globs name; without globs, what reads like a migration; failing that, every .sql file. */
function migrationsBelow(directory: string, workspace: Workspace, files: Files, problems: FileProblem[]): string[] {
  const all = files.walk(directory, (problem) => problems.push(problem)).filter((file) => isSql(file));
  const ups = all.filter((file) => !workspace.frameworkFor(file).isDown(file));
  const listed = ups.filter((file) => workspace.isListed(file) === true);
  const open = ups.filter((file) => workspace.isListed(file) === undefined);
  const parent = path.posix.dirname(directory);
  const alike = open.filter((file) => looksLikeMigration(file.slice(parent.length + 1)));
  const chosen = alike.length > 0 || listed.length > 0 ? alike : open;
  return [...listed, ...chosen].sort((a, b) => workspace.frameworkFor(a).compare(a, b));
}
