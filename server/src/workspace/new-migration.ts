import { slugOf } from '../rewrite/plan.js';
import {
  baseName,
  directoryOf,
  type Framework,
  type Project,
  type WritePlace,
  type WrittenFile,
} from '../frameworks/framework.js';
import type { Files } from './files.js';
import { isSql } from './migrations.js';
import type { Workspace } from './workspace.js';

/** A folder of migrations in which a new one can be made. */
export interface MigrationFolder {
  /** A file that is there already, or the folder itself where it holds none. */
  readonly sample: string;
  readonly project: Project;
  readonly count: number;
}

/** A new migration with what belongs to it. Paths are absolute. */
export interface NewFiles {
  /** The file to write into comes first. */
  readonly created: readonly WrittenFile[];
  /** Files that are there and change, with their whole new text. */
  readonly replaced: readonly WrittenFile[];
}

/** Files of a host language in a folder of migrations. */
const isCode = /\/(?:migrations?|migrate|versions)\/(?:[^/]+\/)?[^/]+\.(?:[cm]?[jt]s|py|rb|exs)$/;

/** Every folder of migrations below some folders, the fullest first. */
export function migrationFolders(
  roots: readonly string[],
  workspace: Workspace,
  files: Pick<Files, 'walk'>,
): MigrationFolder[] {
  const found = new Map<Project, { sample: string; count: number }>();
  for (const root of roots)
    for (const path of files.walk(root)) {
      if (!isSql(path) && !isCode.test(path)) continue;
      if (workspace.leftOutByPath(path) !== undefined) continue;
      if (!workspace.looksLikeMigration(path, path.slice(root.length + 1)) || workspace.isDown(path)) continue;
      const project = workspace.projectOf(path);
      const known = found.get(project);
      if (known) known.count++;
      else found.set(project, { sample: path, count: 1 });
    }
  return [...found]
    .map(([project, { sample, count }]) => ({ project, sample, count }))
    .sort((a, b) => b.count - a.count);
}

/**
 * A new migration behind all that are there, in the form and the style of its folder. In: a file of the folder, and what
 * it shall be called, in any words. Undefined where the tool has no place for another one now.
 */
export function newMigration(
  sample: string,
  name: string,
  workspace: Workspace,
  files: Pick<Files, 'exists' | 'list'>,
): NewFiles | undefined {
  const place = placeBehind(sample, workspace, files);
  const { project, existing } = place;
  const { framework } = project;
  const line = `-- ${name.trim().replace(/\s+/g, ' ')}\n\n`;
  const [written] = framework.write(
    [
      {
        slug: slugOf(name),
        up: line,
        down: keepsWayBack(framework, existing, files, project) ? '-- Takes it back.\n' : undefined,
        outside: false,
        downOutside: false,
      },
    ],
    place,
  );
  if (!written || files.exists(written.up.path) !== undefined) return undefined;
  const { up, down, beside } = written;
  return { created: [up, ...(down ? [down] : [])], replaced: beside };
}

/** Where a migration goes that runs behind all that are there. In: a file of the folder, or the folder itself. */
export function placeBehind(sample: string, workspace: Workspace, files: Pick<Files, 'list'>): WritePlace {
  const project = workspace.projectOf(sample);
  return {
    project,
    existing: isSql(sample) ? workspace.migrationsWith(sample) : codeIn(project, files),
    directory: project.framework.directionOf(sample, project) === undefined ? project.root : directoryOf(sample),
    now: Date.now(),
  };
}

/** The migrations of a project in a host language. */
function codeIn(project: Project, files: Pick<Files, 'list'>): string[] {
  const { framework, root } = project;
  return framework.order(
    files.list(root).filter((path) => framework.directionOf(path, project) === 'up'),
    project,
  );
}

/** Whether the folder keeps ways back: where none of its migrations has one, a new one needs none. */
function keepsWayBack(
  framework: Framework,
  existing: readonly string[],
  files: Pick<Files, 'exists'>,
  project: Project,
): boolean {
  const downs = existing.flatMap((path) => framework.downPath(path, project) ?? []);
  return downs.length === 0 || downs.some((path) => files.exists(path) === 'file');
}

/** "goose in db/migrations (14)", with the folder as people see it. */
export function folderTitle({ project, count }: MigrationFolder, shown: (path: string) => string): string {
  return `${project.framework.title} in ${shown(project.root) || baseName(project.root)} (${count})`;
}
