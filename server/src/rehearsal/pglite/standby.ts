import type { Kept } from '../engine.js';
import { EmbeddedEngine } from './engine.js';

/** How long an engine waits for the next rehearsal, in ms: a thread with its database takes about 0.5 GB. */
const waitsMs = 60_000;

/** After so many rehearsals a thread is given back: what has grown in it goes. */
const usedAtMost = 10;

/**
 * Keeps the engine of the last rehearsal for a while, with the state in which it began open again: the next one of the
 * same files need not start a thread, nor open a database. At most one waits.
 */
export class Standby {
  private waiting:
    | { readonly engine: EmbeddedEngine; readonly key: string; readonly timer: NodeJS.Timeout }
    | undefined;
  private readonly used = new WeakMap<EmbeddedEngine, number>();

  constructor(private readonly ms = waitsMs) {}

  /** The engine that waits, where it has the files of these extensions, or a new one. */
  take(extensions: readonly string[]): EmbeddedEngine {
    const { waiting } = this;
    this.waiting = undefined;
    if (waiting) {
      clearTimeout(waiting.timer);
      if (waiting.key === keyOf(extensions)) {
        waiting.engine.hold(true);
        return waiting.engine;
      }
      void waiting.engine.close();
    }
    return new EmbeddedEngine(extensions);
  }

  /** Lets an engine wait; its database is opened in that state meanwhile. Never throws. */
  give(engine: EmbeddedEngine, extensions: readonly string[], state: Kept | undefined): void {
    const count = (this.used.get(engine) ?? 0) + 1;
    this.used.set(engine, count);
    if (this.waiting || count >= usedAtMost || !engine.isUsable) {
      void engine.close();
      return;
    }
    const timer = setTimeout(() => this.close(), this.ms);
    timer.unref();
    this.waiting = { engine, key: keyOf(extensions), timer };
    // Nothing that only waits keeps the process alive.
    engine.hold(false);
    if (state) engine.prepare(state);
  }

  /** Gives the thread back. */
  close(): void {
    const { waiting } = this;
    this.waiting = undefined;
    if (!waiting) return;
    clearTimeout(waiting.timer);
    void waiting.engine.close();
  }
}

function keyOf(extensions: readonly string[]): string {
  return [...extensions].sort().join(' ');
}
