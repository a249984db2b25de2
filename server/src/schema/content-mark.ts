import type { ParsedStatement } from '../sql/statement.js';

/** Makes a number of 53 bits from texts and numbers, one after the other: the same for the same (cyrb53, public domain). */
export class Marker {
  private one = 0xdeadbeef;
  private two = 0x41c6ce57;

  text(text: string): this {
    for (let at = 0; at < text.length; at++) this.add(text.charCodeAt(at));
    this.add(text.length);
    return this;
  }

  /** In: an integer, or the mark of something else. */
  number(value: number): this {
    this.add(value | 0);
    this.add(Math.floor(value / 2 ** 32) | 0);
    return this;
  }

  get mark(): number {
    return 2 ** 32 * (this.two & 0x1fffff) + (this.one >>> 0);
  }

  private add(unit: number): void {
    this.one = Math.imul(this.one ^ unit, 2654435761);
    this.two = Math.imul(this.two ^ unit, 1597334677);
    this.one ^= this.two >>> 15;
    this.two ^= this.one >>> 13;
  }
}

/** Objects inside of relations, types and functions are replaced and never changed, so the mark of one holds. */
const known = new WeakMap<object, number>();

/**
 * A number for a thing that is changed in place, such as a table: the same for the same content. Places are left out:
 * where something stands in its file is not what it is.
 */
export function markOf(thing: object): number {
  const marker = new Marker();
  for (const [name, part] of Object.entries(thing)) {
    if (name === 'place') continue;
    marker.text(name);
    if (isCollection(part)) addItems(marker, part);
    else addValue(marker, part);
  }
  return marker.mark;
}

function addValue(marker: Marker, value: unknown): void {
  if (typeof value === 'string') marker.text(value);
  else if (typeof value === 'object' && value !== null) marker.number(markOfPart(value));
  else marker.text(String(value));
}

function markOfPart(part: object): number {
  const before = known.get(part);
  if (before !== undefined) return before;
  const mark = isCollection(part)
    ? addItems(new Marker(), part).mark
    : isStatement(part)
      ? textMark(part)
      : markOf(part);
  known.set(part, mark);
  return mark;
}

function textMark({ text }: ParsedStatement): number {
  return new Marker().text(text).mark;
}

type Collection = ReadonlyMap<unknown, unknown> | ReadonlySet<unknown> | readonly unknown[];

function isCollection(value: unknown): value is Collection {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

/** In the order of the items, which readers see. */
function addItems(marker: Marker, items: Collection): Marker {
  for (const item of items) addValue(marker, item);
  return marker;
}

function isStatement(value: object): value is ParsedStatement {
  return 'actions' in value && 'embedded' in value && 'text' in value;
}
