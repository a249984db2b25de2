import type { ReadMigration } from '../analysis/sections.js';
import type { FileProblem } from '../workspace/files.js';
import { readUp, shownPath } from '../workspace/history-states.js';
import type { Workspace } from '../workspace/workspace.js';

/** A migration at its place among the others. */
export interface OrderedMigration {
  readonly path: string;
  /** As people know it. */
  readonly shown: string;
  readonly applied: boolean;
  /** As it runs when it is applied. */
  read(): ReadMigration | FileProblem;
}

/** The migrations of a file's project in the order in which they run; a file that is not among them comes last. */
export function inOrder(workspace: Workspace, path: string): OrderedMigration[] {
  const project = workspace.projectOf(path);
  const loaded = workspace.configFor(path);
  const paths = workspace.migrationsWith(path);
  return (paths.includes(path) ? paths : [...paths, path]).map((each) => ({
    path: each,
    shown: shownPath(each, loaded.root),
    applied: workspace.isApplied(each),
    read: () => {
      const text = workspace.textOf(each);
      return typeof text === 'string' ? readUp(each, text, { project, loaded }) : text;
    },
  }));
}
