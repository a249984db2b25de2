/**
 * libpg-query counts UTF-8 bytes in its trees and code points in its errors; JavaScript counts UTF-16 code units.
 * This file is the only place that knows the other two.
 */

/** Whether every character is ASCII, so that all three ways to count agree. */
export function isAscii(text: string): boolean {
  return /^[\x00-\x7f]*$/.test(text);
}

/** For each UTF-8 byte offset of the text (its length included) the UTF-16 offset of the same character. */
export function byteOffsets(text: string): Uint32Array {
  const table = new Uint32Array(text.length * 3 + 1);
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    const pair = c >= 0xd800 && c < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00;
    const width = c < 0x80 ? 1 : c < 0x800 ? 2 : pair ? 4 : 3;
    table.fill(i, bytes, bytes + width);
    bytes += width;
    if (pair) i++;
  }
  table[bytes] = text.length;
  return table.subarray(0, bytes + 1);
}

/** The UTF-16 offset of the character with that number, counted in code points from 0; at most the length. */
export function codePointOffset(text: string, codePoints: number): number {
  if (isAscii(text)) return Math.min(codePoints, text.length);
  let i = 0;
  for (let n = 0; n < codePoints && i < text.length; n++) i += text.codePointAt(i)! > 0xffff ? 2 : 1;
  return i;
}

/** The fields of a parse tree that hold byte offsets. (CREATE TABLESPACE has a `location` that is a path.) */
const OFFSET_FIELDS = new Set([
  'location',
  'name_location',
  'list_start',
  'list_end',
  'rexpr_list_start',
  'rexpr_list_end',
]);

/** Rewrites every byte offset of a fresh parse tree of `text` to UTF-16, in place. Negative means "unknown". */
export function convertOffsets(tree: object, text: string): void {
  const table = byteOffsets(text);
  const open: object[] = [tree];
  for (let node = open.pop(); node; node = open.pop()) {
    for (const [key, value] of Object.entries(node)) {
      if (typeof value === 'object' && value !== null) open.push(value);
      else if (typeof value === 'number' && value > 0 && OFFSET_FIELDS.has(key)) {
        (node as Record<string, unknown>)[key] = table[value] ?? text.length;
      }
    }
  }
}
