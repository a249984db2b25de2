import type { ConfigProblem } from '../analysis/config.js';
import type { LoadedConfig } from '../workspace/config-file.js';
import type { FileProblem } from '../workspace/files.js';
import type { CheckedConfig } from './checker.js';
import { uriOfPath } from './file-uris.js';
import { isSameData } from './same-data.js';

/** Hands out each configuration once after it was read, and an empty one when its file goes away. */
export function createConfigWatch() {
  const reported = new Map<string, { readonly text: string; readonly problems: readonly ConfigProblem[] }>();
  const waiting: CheckedConfig[] = [];
  return {
    note({ path, text, problems }: LoadedConfig, unknown: readonly ConfigProblem[]): void {
      if (path === undefined) return;
      const all = unknown.length === 0 ? problems : [...problems, ...unknown];
      const known = reported.get(path);
      if (known?.text === text && isSameData(known.problems, all)) return;
      reported.set(path, { text, problems: all });
      waiting.push({ uri: uriOfPath(path), text, problems: all });
    },
    forget(path: string): void {
      if (reported.delete(path)) waiting.push({ uri: uriOfPath(path), text: '', problems: [] });
    },
    take: (): readonly CheckedConfig[] => waiting.splice(0),
  };
}

/** Hands out each file of the history that cannot be read when that becomes known, and once more when it can be again. */
export function createUnreadWatch() {
  let reported = new Map<string, FileProblem>();
  const waiting: CheckedConfig[] = [];
  return {
    note(problems: readonly FileProblem[]): void {
      const now = new Map(problems.map((problem) => [problem.path, problem]));
      for (const path of reported.keys())
        if (!now.has(path)) waiting.push({ uri: uriOfPath(path), text: '', problems: [] });
      for (const [path, { message }] of now) {
        if (reported.get(path)?.message === message) continue;
        const words = `${message} It is left out of the history, so what Airlock says of later migrations may be wrong.`;
        waiting.push({ uri: uriOfPath(path), text: '', problems: [{ message: words, span: { start: 0, end: 0 } }] });
      }
      reported = now;
    },
    take: (): readonly CheckedConfig[] => waiting.splice(0),
  };
}
