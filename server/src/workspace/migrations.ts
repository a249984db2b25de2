import { globBases, globMatcher } from '../analysis/globs.js';
import { baseName, directoryOf, migrationName, type Project } from '../frameworks/framework.js';
import { hostLanguageOf } from '../hosts/index.js';
import type { Files } from './files.js';

const folders =
  /^(?:migrations?|migrate|migrator|schema[-_]?changes|change[-_]?logs?|deploy|flyway|liquibase|alembic|versions)$/i;
/** Numbered files stand here, too, and nobody ships them: exercises, queries of a day, what fills a fresh container. */
const otherFolders =
  /^(?:leetcode|hackerrank|exercises?|katas?|courses?|lessons?|tutorials?|homework|assignments?|analys[ie]s|analytics|ad[-_]?hoc|scratch|sandbox|playground|notebooks?|queries|reports?|(?:docker-entrypoint-)?initdb(?:\.d)?|seeds?|seeders?|fixtures?|testdata|dumps?|backups?|docs?)$/i;
const versioned = /^[vV]?\d+[-_.]/;

export function isSql(path: string): boolean {
  return /\.(?:sql|pgsql|psql)$/i.test(path);
}

/** Names and folders that code of a migration has; no other file of code is looked into. */
const codePath =
  /(?:^|\/)(?:[^/]*migrat[^/]*|migrate|versions|alembic|schema[-_]?changes)\/(?:[^/]+\/)*[^/]+$|(?:^|\/)(?:\d{3,}[^/]*|Migration\d{14}[^/]*)$/i;
const noMigration = /\.d\.[cm]?ts$|(?:^|\/)__init__\.py$|\.(?:test|spec|stories)\.\w+$|\/node_modules\//i;

/** True for a file of code that may be a migration, by its name and folder alone. */
export function mayHoldCode(path: string): boolean {
  return hostLanguageOf(path) !== undefined && codePath.test(path) && !noMigration.test(path);
}

/** True for a file that may hold migrations: SQL, code, or operations of Prisma 8; their tools alone know which do. */
export function mayHoldSql(path: string): boolean {
  return isSql(path) || path.endsWith('/ops.json') || mayHoldCode(path);
}

/**
 * True when a .sql file reads like a migration by its name alone: it has a version in front, or stands in a folder
 * that is called so; numbered files of exercises, queries and seeds do not. `path` is relative to the project.
 */
export function looksLikeMigration(path: string): boolean {
  if (!isSql(path)) return false;
  const around = path.split('/').slice(0, -1);
  if (around.some((part) => folders.test(part))) return true;
  return versioned.test(baseName(path)) && !around.some((part) => otherFolders.test(part));
}

const matchers = new WeakMap<readonly string[], (path: string) => boolean>();

/** Whether a path is one of the globs', which are relative to `root`. */
export function matchesGlobs(path: string, root: string, globs: readonly string[]): boolean {
  // Compiled once for each configuration: thousands of paths are asked for, several times each.
  const matches = matchers.get(globs) ?? globMatcher(globs);
  matchers.set(globs, matches);
  return matches(path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path);
}

/** Up migrations in the order of the tool. */
export function ordered(paths: readonly string[], project: Project): string[] {
  const { framework } = project;
  return framework.order(
    paths.filter((path) => framework.directionOf(path, project) === 'up'),
    project,
  );
}

/** The migrations that belong together with one: those of the globs, or those of its project. */
export function migrationsWith(
  path: string,
  root: string | undefined,
  globs: readonly string[] | undefined,
  project: Project,
  files: Files,
): string[] {
  if (root !== undefined && globs !== undefined) {
    return ordered(
      walkGlobs(root, globs, files).filter((each) => matchesGlobs(each, root, globs)),
      project,
    );
  }
  const around = project.root === directoryOf(path) ? files.list(project.root) : files.walk(project.root);
  return ordered(
    around.filter((each) => mayHoldSql(each)),
    project,
  );
}

/** The files that globs match, which are relative to `root`, in the order of their paths. */
export function filesOfGlobs(root: string, globs: readonly string[], files: Files): string[] {
  return [...new Set(walkGlobs(root, globs, files))].filter((each) => matchesGlobs(each, root, globs)).sort();
}

/** The files below the folders in which the globs can match anything. */
function walkGlobs(root: string, globs: readonly string[], files: Files): string[] {
  return globBases(globs)
    .filter((base) => !base.split('/').includes('..'))
    .flatMap((base) => (base === '' ? files.walk(root) : walkIfThere(`${root}/${base}`, files)));
}

function walkIfThere(directory: string, files: Files): readonly string[] {
  return files.exists(directory) === 'directory' ? files.walk(directory) : [];
}

/** "0014" of "0014_add_refunded_status.sql", and of "0014_add_refunded_status/up.sql". */
export function versionOf(path: string): string {
  return /^[vV]?(\d+)/.exec(migrationName(path))?.[1] ?? '';
}
