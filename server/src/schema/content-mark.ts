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
    if ((value | 0) !== value) this.add(Math.floor(value / 2 ** 32) | 0);
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

/** A collection that keeps its own mark while it grows. */
export interface Marked {
  contentMark(): number;
}

/** A mark for an item of a collection at a place in it, from 0. */
export function itemMark(place: number, key: unknown, value: unknown): number {
  const marker = new Marker().number(place);
  addValue(marker, key);
  addValue(marker, value);
  return marker.mark % half;
}

/** The mark of two marks, whichever comes first. Both are below 2^52, as is the sum. */
export function sumOfMarks(one: number, other: number): number {
  return (one + other) % half;
}

const half = 2 ** 52;

/**
 * A number for a thing that is changed in place, such as a table: the same for the same content. Places are left out:
 * where something stands in its file is not what it is.
 */
export function markOf(thing: object): number {
  const marker = new Marker();
  let field = 0;
  for (const name in thing) {
    field++;
    if (name === 'place') continue;
    const part: unknown = thing[name as keyof typeof thing];
    // Most fields of most things are unset. Things of a kind are made with the same fields, so a number names them.
    if (part !== undefined) addValue(marker.number(field), part);
  }
  return marker.mark;
}

function addValue(marker: Marker, value: unknown): void {
  switch (typeof value) {
    case 'string':
      marker.text(value);
      return;
    case 'number':
      marker.number(value);
      return;
    case 'boolean':
      marker.number(value ? 1 : 2);
      return;
    case 'object':
      if (value === null) marker.number(3);
      else if (isMarked(value)) marker.number(value.contentMark());
      else if (Array.isArray(value) && value.length === 0) marker.number(4);
      else marker.number(markOfPart(value));
      return;
    default:
      marker.number(5);
  }
}

function markOfPart(part: object): number {
  if (isCollection(part)) return addItems(new Marker(), part).mark;
  return isStatement(part) ? textMark(part) : markOf(part);
}

function textMark({ text }: ParsedStatement): number {
  return new Marker().text(text).mark;
}

type Collection = ReadonlyMap<unknown, unknown> | ReadonlySet<unknown> | readonly unknown[];

function isCollection(value: unknown): value is Collection {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

function isMarked(value: unknown): value is Marked {
  return typeof value === 'object' && value !== null && 'contentMark' in value;
}

/** In the order of the items, which readers see. */
function addItems(marker: Marker, items: Collection): Marker {
  for (const item of items) addValue(marker, item);
  return marker;
}

function isStatement(value: object): value is ParsedStatement {
  return 'actions' in value && 'embedded' in value && 'text' in value;
}
