import type { Project, ProjectFiles } from '../../server/src/frameworks/framework.js';
import { frameworkById } from '../../server/src/frameworks/index.js';
import { dependencyAbove } from '../../server/src/workspace/dependencies.js';
import { filesOf } from '../support/project.js';
import type { Change, Files, Target, Tool } from './contract.js';
import { manifest } from './project.js';

/** A project of a tool as Airlock's description of the tool sees it. */
export interface Described {
  /** By their paths, which begin with "p/". */
  readonly files: Files;
  /** What the tool runs of them when it migrates, in no order; those alone that hold the word. */
  readonly paths: readonly string[];
  readonly project: Project | undefined;
}

/** The folder that the files of a described project stand in. */
export const home = 'p/';

export function described(tool: Tool, changes: readonly Change[], target: Target, word: string): Described {
  const files: Record<string, string> = {};
  for (const [path, text] of Object.entries({ ...manifest(tool), ...tool.files(changes, target) }))
    files[`${home}${path}`] = text;
  const all: ProjectFiles = {
    ...filesOf(files),
    dependency: (directory, ...names) => dependencyAbove(directory, names, filesOf(files)),
  };
  const framework = frameworkById(tool.id);
  const found = Object.keys(files).flatMap((path) => framework?.recognise(path, all) ?? [])[0];
  if (!framework || !found) return { files, paths: [], project: undefined };
  const project: Project = { ...found, framework, version: found.version, files: all };
  const paths = Object.keys(files).filter(
    (path) => files[path]?.includes(word) && framework.directionOf(path, project) === 'up',
  );
  return { files, paths, project };
}
