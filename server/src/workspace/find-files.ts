import path from 'node:path';
import type { Project } from '../frameworks/framework.js';
import type { FileProblem, Files } from './files.js';
import { isSql, mayHoldSql } from './migrations.js';
import { absolute, outside } from './node-files.js';
import type { Workspace } from './workspace.js';

export interface NamedFile {
  readonly path: string;
  /** As the user would say it: relative where they spoke relatively. */
  readonly name: string;
}

/** A .sql file of a directory that is not looked at. */
export interface LeftOut {
  readonly name: string;
  /** What can stand behind "This file". */
  readonly why: string;
}

/** A path in the form in which the user gave the one it was found under. */
export function named(file: string, given: string): string {
  if (path.isAbsolute(given)) return file;
  return path.relative(process.cwd(), file).split(path.sep).join('/') || '.';
}

/**
 * A name for reports that outlive the call: of a file below the working directory the path from there, however the user
 * has named it.
 */
export function portableName(name: string): string {
  const relative = named(path.resolve(name), '.');
  return relative.startsWith('../') || path.isAbsolute(relative) ? name : relative;
}

/**
 * The files of the arguments: a file is taken as it is, a directory is searched for migrations. `missing` are the
 * arguments that lead nowhere and the directories that cannot be read, by their names, with the reason.
 */
export function findFiles(
  given: readonly string[],
  workspace: Workspace,
  files: Files,
): { found: NamedFile[]; missing: FileProblem[]; leftOut: LeftOut[] } {
  const found = new Map<string, NamedFile>();
  const missing: FileProblem[] = [];
  const leftOut = new Map<string, LeftOut>();
  for (const each of given) {
    const full = absolute(each);
    const kind = files.exists(full);
    if (kind === 'file' && files.leadsOut(full)) missing.push({ path: each, message: outside });
    else if (kind === 'file') found.set(full, { path: full, name: named(full, each) });
    else if (kind === 'directory') {
      const problems: FileProblem[] = [];
      const below = migrationsBelow(full, workspace, files, problems);
      for (const file of below.chosen) found.set(file, { path: file, name: named(file, each) });
      for (const [file, why] of below.leftOut) leftOut.set(file, { name: named(file, each), why });
      for (const { path: folder, message } of problems) missing.push({ path: named(folder, each), message });
    } else {
      const result = files.read(full);
      missing.push({ path: each, message: 'problem' in result ? result.problem.message : 'There is no such file.' });
    }
  }
  const out = [...leftOut].flatMap(([path, each]) => (found.has(path) ? [] : [each]));
  return { found: [...found.values()], missing, leftOut: out };
}

interface Below {
  readonly chosen: readonly string[];
  readonly leftOut: ReadonlyMap<string, string>;
}

/** What the configuration's globs name; without globs, what reads like a migration; failing that, every .sql file. */
function migrationsBelow(directory: string, workspace: Workspace, files: Files, problems: FileProblem[]): Below {
  // A glob may name files with any ending.
  const all = files
    .walk(directory, (problem) => problems.push(problem))
    .filter((file) => isSql(file) || workspace.isListed(file) === true || isOperations(file, workspace));
  const leftOut = new Map<string, string>();
  const downs = new Set<string>();
  const ups = all.filter((file) => {
    const why = workspace.leftOutByPath(file);
    if (why !== undefined) leftOut.set(file, why);
    else if (workspace.isDown(file)) downs.add(file);
    return why === undefined && !downs.has(file);
  });
  const listed = ups.filter((file) => workspace.isListed(file) === true);
  const open = ups.filter((file) => workspace.isListed(file) === undefined);
  const parent = path.posix.dirname(directory);
  const alike = open.filter((file) => workspace.looksLikeMigration(file, file.slice(parent.length + 1)));
  const taken = new Set([...listed, ...(alike.length > 0 || listed.length > 0 ? alike : open)]);
  for (const file of ups)
    if (!taken.has(file))
      leftOut.set(
        file,
        workspace.isListed(file) === false
          ? 'is not in "migrations" of airlock.config.json'
          : 'is no migration by its name or folder, as others here are (name it to have it checked)',
      );
  // A way back is judged with the migration that it takes back, right behind it.
  const chosen = inOrder([...taken], workspace).flatMap((file) => {
    const project = workspace.projectOf(file);
    const down = project.framework.downPath(file, project);
    return down !== undefined && downs.delete(down) ? [file, down] : [file];
  });
  for (const down of downs) leftOut.set(down, 'takes a migration back, and the migration is not here');
  return { chosen, leftOut };
}

/** True for a file that is no SQL and holds some, by its tool. */
function isOperations(file: string, workspace: Workspace): boolean {
  return (
    mayHoldSql(file) && workspace.projectOf(file).framework.directionOf(file, workspace.projectOf(file)) !== undefined
  );
}

/** Project by project, and in each in the order in which its tool runs them. */
function inOrder(paths: readonly string[], workspace: Workspace): string[] {
  const projects = new Map<Project, string[]>();
  for (const path of [...paths].sort()) {
    const project = workspace.projectOf(path);
    const own = projects.get(project);
    if (own) own.push(path);
    else projects.set(project, [path]);
  }
  return [...projects].flatMap(([project, own]) => project.framework.order(own, project));
}
