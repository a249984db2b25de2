/** How many levels a look-up may walk before they are made one. */
const deepest = 24;

/**
 * A map that is forked at no cost: a fork sees everything below it and changes nothing there. What lies below must
 * not change any more while the fork lives.
 */
export class ForkedMap<K, V> {
  private own = new Map<K, V | undefined>();
  private readonly depth: number;
  /** What this level has changed, when it holds those below it as well. */
  private readonly changed: Set<K> | undefined;

  constructor(private below?: ForkedMap<K, V>) {
    this.depth = below ? below.depth + 1 : 0;
    if (this.depth > deepest && below) {
      this.own = new Map(below.entries());
      this.below = undefined;
      this.depth = 0;
      this.changed = new Set();
    }
  }

  get(key: K): V | undefined {
    for (let level: ForkedMap<K, V> | undefined = this; level; level = level.below)
      if (level.own.has(key)) return level.own.get(key);
    return undefined;
  }

  set(key: K, value: V | undefined): void {
    this.own.set(key, value);
    this.changed?.add(key);
  }

  /** The keys that this level has changed. */
  touched(): Iterable<K> {
    return this.changed ?? this.own.keys();
  }

  /** The keys that were changed since a map of which this is a fork, or a fork of a fork; undefined where that is not known. */
  touchedSince(base: ForkedMap<K, V>): Set<K> | undefined {
    const found = new Set<K>();
    for (let level: ForkedMap<K, V> | undefined = this; level; level = level.below) {
      if (level === base) return found;
      for (const key of level.touched()) found.add(key);
    }
    return undefined;
  }

  *entries(): IterableIterator<[K, V]> {
    const hidden = new Set<K>();
    const levels: ForkedMap<K, V>[] = [];
    for (let level: ForkedMap<K, V> | undefined = this; level; level = level.below) levels.push(level);
    // The oldest level first, so that the order is that of their making.
    for (const level of [...levels].reverse())
      for (const key of level.own.keys()) {
        if (hidden.has(key)) continue;
        hidden.add(key);
        const value = this.get(key);
        if (value !== undefined) yield [key, value];
      }
  }

  *values(): IterableIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }
}
