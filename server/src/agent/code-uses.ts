import path from 'node:path';
import type { Analysis } from '../analysis/analyze.js';
import { nodeCode } from '../workspace/code-files.js';
import { searched, type ToSearch, toSearch } from '../workspace/code-search.js';
import { nodeFiles, staysBelow } from '../workspace/node-files.js';
import type { Opened } from './desk.js';

/** So long others wait at most while the code is searched. In milliseconds. */
const SLICE = 20;

/**
 * The analyses with what the code has of what they take away, as the terminal's review finds it: only below the folders
 * of the call. In and out: as many, in the same order.
 */
export async function withCodeUses(all: readonly Analysis[], opened: Opened): Promise<Analysis[]> {
  const tasks = all.filter((each) => !each.applied).flatMap((each) => taskOf(each, opened) ?? []);
  if (tasks.length === 0) return [...all];
  const found = new Map((await inSlices(searched(tasks, nodeCode), opened)).map((each) => [each.path, each]));
  return all.map((each) => found.get(each.path) ?? each);
}

function taskOf(analysis: Analysis, { workspace, folders, searchesCode }: Opened): ToSearch | undefined {
  if (!searchesCode(analysis.path)) return undefined;
  const task = toSearch(analysis, workspace.configFor(analysis.path), nodeFiles);
  if (!task || staysBelow(task.place.root, folders)) return task;
  // A folder of a repository: what stands beside it is not for this agent.
  const root = folders.find((each) => isBelow(analysis.path, each));
  return root === undefined ? undefined : { ...task, place: { ...task.place, root } };
}

function isBelow(file: string, folder: string): boolean {
  return !path.posix.relative(folder, file).startsWith('..');
}

async function inSlices<T>(steps: Generator<void, T, void>, { breathe }: Opened): Promise<T> {
  let until = Date.now() + SLICE;
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (Date.now() < until) continue;
    await breathe();
    until = Date.now() + SLICE;
  }
}
