import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Engine, EngineLost, type Kept, type LostBecause, type Result, SqlError } from '../engine.js';
import { embeddedExtensions } from './extensions.js';
import type { Answer, Question } from './messages.js';

/** Bundled, and compiled for tests, the thread stands in a folder of its own. */
const workerFile = path.join(__dirname, path.basename(__dirname) === 'pglite' ? '' : 'pglite', 'worker.js');

/** A start from nothing takes two seconds on a quiet machine, and a minute on one that is not. */
const startLimitMs = 120_000;

/** How much this process may grow by a thread, in bytes; a start takes 0.5 GB. */
const maxMemory = 2_000_000_000;

/** How many threads are alive, for tests of what is left behind. */
export let liveWorkers = 0;

/**
 * PostgreSQL 18 in WebAssembly, in a thread of its own and in memory alone: it sees no files, no programs, no network.
 * Nothing is loaded before the first `open`. In: the extensions that will be asked for.
 */
export class EmbeddedEngine implements Engine {
  readonly name = 'PostgreSQL 18 (PGlite)';
  readonly postgres = 18;
  readonly extensions = embeddedExtensions;
  readonly ownsRoles = true;

  private worker: Worker | undefined;
  private waiting:
    | { readonly settle: (answer: Answer) => void; readonly fail: (error: EngineLost) => void }
    | undefined;
  private prepared: { readonly state: Kept; readonly done: Promise<boolean> } | undefined;
  private closed = false;
  private memoryAtStart = 0;

  constructor(private readonly wanted: readonly string[] = []) {}

  /** False where it was ended, and where no thread runs. */
  get isUsable(): boolean {
    return !this.closed && this.worker !== undefined && this.waiting === undefined;
  }

  /** Whether the thread keeps the process alive. */
  hold(isHeld: boolean): void {
    if (isHeld) this.worker?.ref();
    else this.worker?.unref();
  }

  /** Opens a state before it is asked for. */
  prepare(state: Kept): void {
    const done = this.ask({ kind: 'open', state: state.bytes, extensions: this.wanted }, startLimitMs).then(
      () => true,
      () => false,
    );
    this.prepared = { state, done };
  }

  async open(state?: Kept): Promise<void> {
    const { prepared } = this;
    this.prepared = undefined;
    // What is being opened cannot be stopped, but is there in half a second.
    if (prepared && (await prepared.done) && prepared.state === state) return;
    await this.ask({ kind: 'open', state: state?.bytes, extensions: this.wanted }, startLimitMs);
  }

  async keep(): Promise<Kept> {
    const answer = await this.ask({ kind: 'keep' }, startLimitMs);
    if (answer.kind !== 'kept') throw new EngineLost('died', 'The embedded PostgreSQL gave no copy of its state.');
    return { bytes: answer.bytes };
  }

  async run(sql: string, limitMs?: number): Promise<readonly Result[]> {
    const answer = await this.ask({ kind: 'run', sql }, limitMs);
    return answer.kind === 'results' ? answer.results : [];
  }

  async cancel(): Promise<void> {
    this.closed = true;
    await this.lose('cancelled', 'It was cancelled.');
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.lose('cancelled', 'The engine was closed.');
  }

  /** One question after the other; who asks while one waits has made a mistake. */
  private ask(question: Question, limitMs: number | undefined): Promise<Answer> {
    if (this.closed) return Promise.reject(new EngineLost('cancelled', 'It was cancelled.'));
    if (this.waiting) return Promise.reject(new Error('The embedded PostgreSQL is asked twice at once.'));
    if (this.worker === undefined && question.kind !== 'open')
      return Promise.reject(new EngineLost('died', 'The embedded PostgreSQL is not open.'));
    this.worker ??= this.start();
    const worker = this.worker;
    return new Promise<Answer>((resolve, reject) => {
      const timer =
        limitMs === undefined
          ? undefined
          : setTimeout(() => {
              void this.lose('timeout', `It took longer than ${limitMs / 1000} s.`);
            }, limitMs);
      const watch = question.kind === 'run' ? this.watchMemory() : undefined;
      const done = (): void => {
        clearTimeout(timer);
        clearInterval(watch);
      };
      this.waiting = {
        settle: (answer) => {
          done();
          this.waiting = undefined;
          if (answer.kind === 'lost') {
            const isMemory = /memory|out of bounds/i.test(answer.message);
            const error = new EngineLost(isMemory ? 'memory' : 'no answer', answer.message);
            void this.lose(error.because, answer.message).then(() => reject(error));
          } else if (answer.kind === 'refused')
            reject(new SqlError(answer.message, answer.code, answer.position, answer.detail, answer.constraint));
          else resolve(answer);
        },
        fail: (error) => {
          done();
          reject(error);
        },
      };
      worker.postMessage(question);
    });
  }

  /** What a database writes stands in this process' memory: nothing else bounds it. */
  private watchMemory(): NodeJS.Timeout {
    return setInterval(() => {
      if (process.memoryUsage.rss() - this.memoryAtStart > maxMemory)
        void this.lose('memory', `It took more than ${maxMemory / 1e9} GB of memory.`);
    }, 250);
  }

  private start(): Worker {
    this.memoryAtStart = process.memoryUsage.rss();
    const worker = new Worker(workerFile, { stdout: true, stderr: true });
    liveWorkers += 1;
    // What the thread prints is nobody's report.
    worker.stdout.resume();
    worker.stderr.resume();
    worker.on('message', (answer: Answer) => {
      if (this.worker === worker) this.waiting?.settle(answer);
    });
    worker.on('error', (error) => this.ended(worker, error.message));
    worker.on('exit', () => {
      liveWorkers -= 1;
      this.ended(worker, 'The thread of the embedded PostgreSQL has ended.');
    });
    return worker;
  }

  private ended(worker: Worker, message: string): void {
    if (this.worker !== worker) return;
    const { waiting } = this;
    this.worker = undefined;
    this.waiting = undefined;
    waiting?.fail(new EngineLost('died', message));
  }

  private async lose(because: LostBecause, message: string): Promise<void> {
    const { worker, waiting } = this;
    this.worker = undefined;
    this.waiting = undefined;
    // Who waits goes on when nothing runs any more.
    await worker?.terminate();
    waiting?.fail(new EngineLost(because, message));
  }
}
