import type { Span } from '../sql/span.js';

/** A class or an object of an ORM that stands for a table. */
export interface Model {
  /** What code calls it: the class, the variable. */
  readonly names: readonly string[];
  /** The tables that it may stand for: one where the code says it, some where a convention does. */
  readonly tables: readonly string[];
  /** The whole of it in its file. */
  readonly span: Span;
  readonly fields: readonly ModelField[];
}

export interface ModelField {
  readonly name: string;
  readonly column: string;
  readonly span: Span;
}

/** An enum of an ORM that stands for a type of the database. */
export interface ModelEnum {
  readonly names: readonly string[];
  readonly type: string;
  readonly values: readonly { readonly name: string; readonly value: string; readonly span: Span }[];
}

export interface ModelsOfFile {
  readonly models: readonly Model[];
  readonly enums: readonly ModelEnum[];
}

/** How many more characters are looked at for the ends of blocks: texts without any end are not read again and again. */
let left = 0;

/** Begins with a text of so many characters. */
export function beginBlocks(length: number): void {
  left = 100_000 + 10 * length;
}

/** Where a block of braces that opens at or behind `from` ends; the end of the text where it does not. */
export function endOfBraces(text: string, from: number, open = '{', close = '}'): number {
  let depth = 0;
  const last = Math.min(text.length, from + Math.min(200_000, left));
  for (let at = from; at < last; at++) {
    const character = text[at];
    if (character === open) depth++;
    else if (character === close && --depth <= 0) {
      left -= at - from;
      return at + 1;
    }
  }
  left -= last - from;
  return last;
}

/** Where a block that is written by indentation ends. In: the place of its first line. */
export function endOfIndented(text: string, start: number): number {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const indent = indentAt(text, lineStart);
  let at = text.indexOf('\n', start);
  let isInside = false;
  while (at >= 0) {
    const next = at + 1;
    const end = text.indexOf('\n', next);
    const line = text.slice(next, end < 0 ? text.length : end);
    if (/\S/.test(line)) {
      // What closes the head of a class over several lines stands where the class does.
      if (indentAt(text, next) <= indent && (isInside || !/^\s*[)\]]/.test(line))) return next;
      isInside = true;
    }
    at = end;
  }
  return text.length;
}

function indentAt(text: string, start: number): number {
  let at = start;
  while (text[at] === ' ' || text[at] === '\t') at++;
  return at - start;
}

/** The first string in a piece of code, without its quotes. */
export function firstString(code: string): string | undefined {
  return /["'`]([^"'`\n]*)["'`]/.exec(code)?.[1];
}
