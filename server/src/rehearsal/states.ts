import { createHash } from 'node:crypto';
import type { Kept } from './engine.js';
import type { RunStatement } from './runnable.js';

/** States behind histories, in memory up to a bound; what was asked for last stays longest. */
export class KeptStates {
  private readonly states = new Map<string, Kept>();
  private bytes = 0;

  constructor(private readonly maxBytes = 64_000_000) {}

  get(key: string): Kept | undefined {
    const found = this.states.get(key);
    if (found) {
      this.states.delete(key);
      this.states.set(key, found);
    }
    return found;
  }

  set(key: string, kept: Kept): void {
    this.delete(key);
    this.states.set(key, kept);
    this.bytes += kept.bytes.byteLength;
    for (const [oldest] of this.states) {
      if (this.bytes <= this.maxBytes) break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const found = this.states.get(key);
    if (!found) return;
    this.bytes -= found.bytes.byteLength;
    this.states.delete(key);
  }

  get size(): number {
    return this.bytes;
  }
}

/** The name of the state behind these statements. */
export function stateKey(
  engine: string,
  extensions: readonly string[],
  files: readonly (readonly RunStatement[])[],
): string {
  const hash = createHash('sha256').update(`${engine}\0${[...extensions].sort().join(' ')}`);
  for (const file of files) {
    hash.update('\0\0');
    for (const { parsed, within } of file) hash.update(`\0${within === undefined ? '-' : '+'}${parsed.text}`);
  }
  return hash.digest('hex');
}
