import type { Step } from '../analysis/finding.js';
import type { Difference } from './differences.js';
import { type Engine, EngineLost, type Kept } from './engine.js';
import { type FailedQuery, OldCode, type OldCodeResult } from './old-code.js';
import type { Agreement } from './predictions.js';
import { noQueries, type OldQueries } from './queries.js';
import type { FileRun, Stopped } from './run-statements.js';
import type { RunStatement } from './runnable.js';
import { Seed, type SeedFile, type SeedProblem } from './seed.js';
import { type HistoryFile, Stage, type Unreplayed } from './stage.js';
import { KeptStates } from './states.js';
import { Turn } from './turn.js';

/** What takes a migration back. */
export interface WayBackToRun {
  /** Whether the author wrote it, or Airlock. */
  readonly by: 'author' | 'airlock';
  /** It says itself that a step cannot be taken back. */
  readonly isPartial: boolean;
  readonly statements: readonly RunStatement[];
}

/** A migration of the history; with what is needed to rehearse it, where it is rehearsed. */
export interface RehearsedFile extends HistoryFile {
  readonly rehearse: boolean;
  /** Asked for when it is its turn. */
  wayBack?(): WayBackToRun | undefined;
  steps?(): readonly Step[];
}

/** What became of the way back. */
export interface BackResult {
  readonly by: WayBackToRun['by'];
  readonly stopped: Stopped | undefined;
  /** What is not as it was before the migration. */
  readonly differences: readonly Difference[];
  /** Rows that are not as they were because the migration itself threw away what stood in them. */
  readonly losses: readonly Difference[];
  /** Extensions and roles that stay, which others may use. */
  readonly shared: readonly Difference[];
  /** It says itself that a step cannot be taken back. */
  readonly isPartial: boolean;
  /** Rows that were compared. */
  readonly rows: number;
  /** Tables of which the rows were not compared: they are too many. */
  readonly uncompared: readonly string[];
  /** Why it is refused where an application has written in between; undefined where it is not. */
  readonly refusedByWrites: string | undefined;
  /** Statements that were not sent. */
  readonly left: readonly RunStatement[];
}

export interface FileResult {
  readonly path: string;
  readonly name: string;
  readonly up: FileRun;
  /** Something that runs before it could not be run, or nothing does: what it misses may stand there. */
  readonly isBehindGap: boolean;
  /** Rows that stood in the tables. */
  readonly rows: number;
  /** Why the rows at the edge were left out: PostgreSQL's refusal, which a real row might meet, too. */
  readonly refusedRows: string | undefined;
  /** Undefined where it was not run: the migration failed, or there is none. */
  readonly back: BackResult | undefined;
  /** The migration once more behind its way back. */
  readonly again: { readonly stopped: Stopped | undefined; readonly differences: readonly Difference[] } | undefined;
  readonly agreement: Agreement | undefined;
  /** What became of the application's queries behind it; undefined where there are none, or it failed. */
  readonly oldCode: OldCodeResult | undefined;
  readonly ms: number;
}

export interface Rehearsed {
  /** What proved it. */
  readonly engine: string;
  readonly files: readonly FileResult[];
  /** What of the history could not be replayed. */
  readonly unreplayed: readonly Unreplayed[];
  readonly roles: readonly string[];
  /** Statements of the seed file that PostgreSQL refused. */
  readonly seedProblems: readonly SeedProblem[];
  /** The queries of the application, and those that fail before any migration. */
  readonly oldCode: OldQueries & { readonly failedBefore: readonly FailedQuery[] };
  /** The state with which another rehearsal of these files begins; undefined where the engine keeps none. */
  readonly base: Kept | undefined;
  /** True when it was ended before its end. */
  readonly cancelled: boolean;
}

export interface RehearsalOptions {
  /** In their order: the history and what is rehearsed. */
  readonly files: readonly RehearsedFile[];
  readonly extensions: readonly string[];
  readonly seed?: SeedFile | undefined;
  readonly queries?: OldQueries | undefined;
  /** States behind histories, for the next time. */
  readonly states?: KeptStates;
  /** For one statement, in milliseconds. */
  readonly limitMs?: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((name: string, index: number, total: number) => void) | undefined;
  readonly onResult?: ((result: FileResult) => void) | undefined;
}

/**
 * Runs migrations on an engine: up, back, and up again, on tables that hold rows, behind the history before them. Never
 * throws what PostgreSQL or an engine says; the engine is left open.
 */
export async function rehearse(engine: Engine, options: RehearsalOptions): Promise<Rehearsed> {
  const { files, states = new KeptStates(), limitMs = 30_000, signal, extensions, queries = noQueries } = options;
  const seed = options.seed && new Seed(options.seed);
  const stage = new Stage(engine, states, extensions, limitMs, seed);
  const oldCode = new OldCode(engine, queries.queries, limitMs);
  const results: FileResult[] = [];
  const progress = (index: number): void => options.onProgress?.(files[index]?.name ?? '', index, files.length);
  const first = files.findIndex((file) => file.rehearse);
  const history = first < 0 ? files : files.slice(0, first);
  const end = (): void => void engine.cancel();
  signal?.addEventListener('abort', end, { once: true });
  let cancelled = signal?.aborted === true;
  try {
    if (!cancelled) await stage.begin(history, progress);
    for (const [index, file] of files.entries()) {
      if (index < history.length) continue;
      if (signal?.aborted) throw new EngineLost('cancelled', '');
      progress(index);
      if (!file.rehearse) {
        await stage.replay(file);
        oldCode.forget();
        continue;
      }
      const result = await taken(stage, oldCode, file);
      results.push(result);
      options.onResult?.(result);
    }
  } catch (error) {
    if (!(error instanceof EngineLost) || !signal?.aborted) throw error;
    cancelled = true;
  } finally {
    signal?.removeEventListener('abort', end);
  }
  return {
    engine: engine.name,
    files: results,
    unreplayed: stage.unreplayed,
    roles: [...stage.roles],
    seedProblems: seed?.problems ?? [],
    oldCode: { ...queries, failedBefore: [...oldCode.failedBefore.values()] },
    base: stage.base,
    cancelled,
  };
}

/** Where the engine goes down beside the statements, that is what came out of the file, and the next one is taken. */
async function taken(stage: Stage, oldCode: OldCode, file: RehearsedFile): Promise<FileResult> {
  const began = performance.now();
  try {
    return await new Turn(stage, oldCode, file).take();
  } catch (error) {
    if (!(error instanceof EngineLost) || error.because === 'cancelled') throw error;
    stage.gap();
    await stage.restore();
    const { message } = error;
    const stopped = { statement: undefined, code: undefined, message, detail: undefined, at: undefined };
    const up = { statements: [], stopped: { ...stopped, lost: true, partial: true }, left: [] };
    const none = {
      isBehindGap: true,
      rows: 0,
      refusedRows: undefined,
      back: undefined,
      again: undefined,
      agreement: undefined,
      oldCode: undefined,
    };
    return { path: file.path, name: file.name, up, ...none, ms: performance.now() - began };
  }
}
