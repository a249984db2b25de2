/**
 * A map from texts to what was made of them, bounded by the total weight of its entries: the length of the texts
 * (UTF-16 units), or what `weigh` says.
 * Two generations: when the young one has filled half of the bound it becomes the old one and the old one is
 * dropped, so what is used stays and a hit costs one look-up, without any list to keep in order.
 */
export class TextCache<Value> {
  private young = new Map<string, Value>();
  private old = new Map<string, Value>();
  private length = 0;

  constructor(
    private readonly limit: number,
    private readonly weigh: (value: Value, text: string) => number = (_value, text) => text.length,
  ) {}

  get(text: string): Value | undefined {
    const found = this.young.get(text);
    if (found !== undefined) return found;
    const older = this.old.get(text);
    if (older !== undefined) this.set(text, older);
    return older;
  }

  /** Forgets an entry before its time. */
  delete(text: string): void {
    this.young.delete(text);
    this.old.delete(text);
  }

  set(text: string, value: Value): void {
    const weight = this.weigh(value, text);
    this.length += weight;
    if (this.length > this.limit / 2) {
      this.old = this.young;
      this.young = new Map();
      this.length = weight;
    }
    this.young.set(text, value);
  }
}

/**
 * A copy of a text that shares no memory with the file it was cut from. V8 keeps the whole file alive for as long
 * as any slice of it lives: a cache of slices would keep every version of every file.
 */
export function detached(text: string): string {
  return text.length < 13 ? text : ` ${text}`.slice(1);
}
