import type { Analysis } from '../analysis/analyze.js';
import type { FileProblem, Files } from '../workspace/files.js';
import type { CodeFiles } from '../workspace/code-files.js';
import { searched, type ToSearch, toSearch } from '../workspace/code-search.js';
import { named } from '../workspace/find-files.js';
import type { Workspace } from '../workspace/workspace.js';
import type { Terminal } from './session.js';

/** So many migrations are searched for at once: each is kept until then. */
const BATCH = 500;

/**
 * Hands analyses on with what the code has of what they take away. The code is searched once for all of them, so those
 * that drop or rename something wait until the last one is there; the others are handed on at once.
 */
export class CodeUses {
  private done = 0;
  private readonly files: Pick<Files, 'exists'>;
  private waiting: { readonly task: ToSearch; readonly then: (analysis: Analysis) => void }[] = [];

  /** In: how many migrations there are, and to whom it is said how far it is. */
  constructor(
    private readonly workspace: Workspace,
    files: Pick<Files, 'exists'>,
    private readonly code: CodeFiles,
    private readonly total: number,
    private readonly progress: Terminal['progress'],
  ) {
    this.files = askedOnce(files);
  }

  add(result: Analysis | FileProblem, then: (result: Analysis | FileProblem) => void): void {
    this.progress?.(`${++this.done} of ${this.total}  ${named(result.path, '.')}`);
    const task = 'findings' in result ? toSearch(result, this.workspace.configFor(result.path), this.files) : undefined;
    if (!task) return then(result);
    this.waiting.push({ task, then });
    if (this.waiting.length >= BATCH) this.finish();
  }

  finish(): void {
    const waiting = this.waiting;
    this.waiting = [];
    if (waiting.length === 0) return;
    const running = searched(
      waiting.map(({ task }) => task),
      this.code,
    );
    let step = running.next();
    while (!step.done) {
      this.progress?.('searching the code of the application');
      step = running.next();
    }
    for (const [index, { task, then }] of waiting.entries()) then(step.value[index] ?? task.analysis);
  }
}

/** Most migrations of a run stand in one folder, and ask for the same repository around it. */
function askedOnce(files: Pick<Files, 'exists'>): Pick<Files, 'exists'> {
  const known = new Map<string, ReturnType<Files['exists']>>();
  const exists = (path: string): ReturnType<Files['exists']> => {
    if (!known.has(path)) known.set(path, files.exists(path));
    return known.get(path);
  };
  return { exists };
}
