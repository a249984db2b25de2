import { itemMark, type Marked, sumOfMarks } from './content-mark.js';

/** What is empty shares this: most tables have nothing in most of their collections, and an empty map takes 200 bytes. */
const noEntries: ReadonlyMap<unknown, unknown> = new Map();
const noItems: ReadonlySet<unknown> = new Set();

/**
 * A map that shares another's entries until it is first written to. Tables are copied for every file that changes
 * them, and most changes touch one of their five collections. The other map must not change any more.
 */
export class SharedMap<Key, Value> implements Map<Key, Value>, Marked {
  private own: Map<Key, Value> | undefined;
  /** Undefined until somebody asks, and when it has to be made anew. */
  private mark: number | undefined;

  private from: ReadonlyMap<Key, Value>;

  /** Without another map it is empty. */
  constructor(other?: ReadonlyMap<Key, Value>) {
    // Otherwise every copy of a copy would cost one look-up more.
    if (other instanceof SharedMap) {
      this.from = other.from;
      this.mark = other.mark;
    } else this.from = other ?? (noEntries as ReadonlyMap<never, never>);
  }

  contentMark(): number {
    if (this.mark === undefined) {
      let place = 0;
      this.mark = 0;
      for (const [key, value] of this.from) this.mark = sumOfMarks(this.mark, itemMark(place++, key, value));
    }
    return this.mark;
  }

  private write(): Map<Key, Value> {
    if (!this.own) this.from = this.own = new Map(this.from);
    return this.own;
  }

  get size(): number {
    return this.from.size;
  }
  get(key: Key): Value | undefined {
    return this.from.get(key);
  }
  has(key: Key): boolean {
    return this.from.has(key);
  }
  set(key: Key, value: Value): this {
    if (this.mark !== undefined) {
      this.mark = this.from.has(key) ? undefined : sumOfMarks(this.mark, itemMark(this.from.size, key, value));
    }
    this.write().set(key, value);
    return this;
  }
  delete(key: Key): boolean {
    this.mark = undefined;
    return this.from.has(key) && this.write().delete(key);
  }
  clear(): void {
    this.mark = undefined;
    this.write().clear();
  }
  forEach(visit: (value: Value, key: Key, map: Map<Key, Value>) => void): void {
    for (const [key, value] of this.from) visit(value, key, this);
  }
  keys(): MapIterator<Key> {
    return this.from.keys();
  }
  values(): MapIterator<Value> {
    return this.from.values();
  }
  entries(): MapIterator<[Key, Value]> {
    return this.from.entries();
  }
  [Symbol.iterator](): MapIterator<[Key, Value]> {
    return this.from.entries();
  }
  get [Symbol.toStringTag](): string {
    return 'SharedMap';
  }
}

/** The same for a set. */
export class SharedSet<Item> implements Set<Item>, Marked {
  private own: Set<Item> | undefined;
  private mark: number | undefined;

  private from: ReadonlySet<Item>;

  constructor(other?: ReadonlySet<Item>) {
    if (other instanceof SharedSet) {
      this.from = other.from;
      this.mark = other.mark;
    } else this.from = other ?? (noItems as ReadonlySet<never>);
  }

  contentMark(): number {
    if (this.mark === undefined) {
      let place = 0;
      this.mark = 0;
      for (const item of this.from) this.mark = sumOfMarks(this.mark, itemMark(place++, item, undefined));
    }
    return this.mark;
  }

  private write(): Set<Item> {
    if (!this.own) this.from = this.own = new Set(this.from);
    return this.own;
  }

  get size(): number {
    return this.from.size;
  }
  has(item: Item): boolean {
    return this.from.has(item);
  }
  add(item: Item): this {
    if (this.from.has(item)) return this;
    if (this.mark !== undefined) this.mark = sumOfMarks(this.mark, itemMark(this.from.size, item, undefined));
    this.write().add(item);
    return this;
  }
  delete(item: Item): boolean {
    this.mark = undefined;
    return this.from.has(item) && this.write().delete(item);
  }
  clear(): void {
    this.mark = undefined;
    this.write().clear();
  }
  forEach(visit: (item: Item, key: Item, set: Set<Item>) => void): void {
    for (const item of this.from) visit(item, item, this);
  }
  keys(): SetIterator<Item> {
    return this.from.values();
  }
  values(): SetIterator<Item> {
    return this.from.values();
  }
  entries(): SetIterator<[Item, Item]> {
    return this.from.entries();
  }
  [Symbol.iterator](): SetIterator<Item> {
    return this.from.values();
  }
  get [Symbol.toStringTag](): string {
    return 'SharedSet';
  }
}
