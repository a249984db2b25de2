import type { Analysis } from '../analysis/analyze.js';
import { withUses } from '../references/report.js';
import type { SearchMemory, SearchResult } from '../references/search.js';
import type { CodeFiles } from '../workspace/code-files.js';
import { keyOf, resultsOf, searched, type ToSearch, toSearch } from '../workspace/code-search.js';
import type { LoadedConfig } from '../workspace/config-file.js';
import type { Files } from '../workspace/files.js';
import { breathe } from './safely.js';

/** A search begins when nobody has typed for so long (ms). */
const REST = 400;

/** So long other messages wait at most (ms). */
const SLICE = 8;

/** What was found is taken for true for so long (ms); then the code is looked at again, where a file has changed. */
const FRESH = 5000;

/** What was found for a document. */
interface Known {
  readonly key: string;
  readonly result: SearchResult;
  readonly at: number;
}

/**
 * What the code has of what open migrations take away. Findings are shown without it first; when the search is over,
 * `onFound` asks for them to be shown once more. A newer text that takes away something else ends the search that runs.
 */
export class CodeUses {
  private readonly known = new Map<string, Known>();
  private readonly running = new Map<string, { readonly key: string; isOver: boolean }>();
  private readonly memories = new Map<string, SearchMemory>();

  constructor(
    private readonly files: Pick<Files, 'exists'>,
    private readonly code: CodeFiles,
    private readonly onFound: () => void,
    private readonly log: (message: string) => void,
  ) {}

  /** The analysis of an open document with what is known by now; what is not is looked for. */
  of(uri: string, analysis: Analysis, loaded: LoadedConfig): Analysis {
    const task = toSearch(analysis, loaded, this.files);
    if (!task) {
      this.forget(uri);
      return analysis;
    }
    const key = `${keyOf(task.place)}\n${task.keys.join('\n')}`;
    const known = this.known.get(uri);
    const isFresh = known?.key === key && Date.now() - known.at < FRESH;
    if (!isFresh && this.running.get(uri)?.key !== key) this.start(uri, key, task);
    return known ? withUses(analysis, known.result) : analysis;
  }

  /** The same for analyses that nobody waits for with a key in his hand. */
  async all(analyses: readonly Analysis[], configFor: (path: string) => LoadedConfig): Promise<Analysis[]> {
    const tasks = analyses.flatMap((each) => toSearch(each, configFor(each.path), this.files) ?? []);
    const found = await inSlices(searched(tasks, this.code), () => false);
    const byPath = new Map(found?.map((each) => [each.path, each]));
    return analyses.map((each) => byPath.get(each.path) ?? each);
  }

  /** A document is closed, or there is nothing to look for in it any more. */
  forget(uri: string): void {
    this.known.delete(uri);
    const running = this.running.get(uri);
    if (running) running.isOver = true;
    this.running.delete(uri);
  }

  private start(uri: string, key: string, task: ToSearch): void {
    const former = this.running.get(uri);
    if (former) former.isOver = true;
    const run = { key, isOver: false };
    this.running.set(uri, run);
    setTimeout(() => {
      if (run.isOver) return;
      this.search(uri, run, task).catch((error: unknown) =>
        this.log(`The search of the code failed: ${String(error)}`),
      );
    }, REST).unref();
  }

  private async search(uri: string, run: { readonly key: string; isOver: boolean }, task: ToSearch): Promise<void> {
    const place = keyOf(task.place);
    const memory = this.memories.get(place) ?? new Map();
    this.memories.set(place, memory);
    const results = await inSlices(resultsOf([task], this.code, memory), () => run.isOver);
    const result = results?.get(place);
    if (this.running.get(uri) === run) this.running.delete(uri);
    if (!result || run.isOver) return;
    const before = this.known.get(uri);
    this.known.set(uri, { key: run.key, result, at: Date.now() });
    const isSame =
      before?.key === run.key && JSON.stringify([...before.result.found]) === JSON.stringify([...result.found]);
    if (result.files > 0 && !(isSame && before.result.files === result.files)) this.onFound();
  }
}

/** Runs in slices, between which messages are read; undefined when it is over before its end. */
async function inSlices<T>(steps: Generator<void, T, void>, isOver: () => boolean): Promise<T | undefined> {
  let until = Date.now() + SLICE;
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (Date.now() < until) continue;
    await breathe();
    if (isOver()) return undefined;
    until = Date.now() + SLICE;
  }
}
