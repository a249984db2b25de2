import { utf8 } from '../../../sql/sha256.js';

// The names that Django makes: cut, and kept apart by the first digits of an MD5.

const shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
const table = Array.from({ length: 64 }, (_, index) => Math.floor(Math.abs(Math.sin(index + 1)) * 0x1_0000_0000) >>> 0);

/** The MD5 of some bytes, in hexadecimal digits. */
export function md5(bytes: Uint8Array): string {
  const length = (((bytes.length + 8) >>> 6) + 1) << 6;
  const padded = new Uint8Array(length);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(length - 8, (bytes.length << 3) >>> 0, true);
  view.setUint32(length - 4, Math.floor(bytes.length / 0x2000_0000), true);
  let [one, two, three, four] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let start = 0; start < length; start += 64) {
    let [a, b, c, d] = [one, two, three, four];
    for (let step = 0; step < 64; step++) {
      const { mixed, word } = round(step, b, c, d);
      const sum = (a + mixed + (table[step] ?? 0) + view.getUint32(start + 4 * word, true)) >>> 0;
      const by = shifts[(step >> 4) * 4 + (step & 3)] ?? 0;
      [a, d, c, b] = [d, c, b, (b + ((sum << by) | (sum >>> (32 - by)))) >>> 0];
    }
    one = (one + a) >>> 0;
    two = (two + b) >>> 0;
    three = (three + c) >>> 0;
    four = (four + d) >>> 0;
  }
  const out = new DataView(new ArrayBuffer(16));
  [one, two, three, four].forEach((word, index) => {
    out.setUint32(4 * index, word, true);
  });
  return Array.from(new Uint8Array(out.buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function round(step: number, b: number, c: number, d: number): { readonly mixed: number; readonly word: number } {
  if (step < 16) return { mixed: (b & c) | (~b & d), word: step };
  if (step < 32) return { mixed: (d & b) | (~d & c), word: (5 * step + 1) & 15 };
  if (step < 48) return { mixed: b ^ c ^ d, word: (3 * step + 5) & 15 };
  return { mixed: c ^ (b | ~d), word: (7 * step) & 15 };
}

/** PostgreSQL's longest name, in characters: Django counts no bytes. */
const LONGEST = 63;

function digest(parts: readonly string[], length: number): string {
  return md5(utf8(parts.join(''))).slice(0, length);
}

/** The name of an index or a constraint of these columns. */
export function indexName(quotedTable: string, columns: readonly string[], suffix = ''): string {
  const name = quotedTable.replaceAll('"', '').split('.').at(-1) ?? quotedTable;
  const joined = columns.join('_');
  let end = `${digest([name, ...columns], 8)}${suffix}`;
  const whole = `${name}_${joined}_${end}`;
  if (whole.length <= LONGEST) return whole;
  if (end.length > LONGEST / 3) end = end.slice(0, Math.floor(LONGEST / 3));
  const rest = Math.floor((LONGEST - end.length) / 2) - 1;
  const cut = `${name.slice(0, rest)}_${joined.slice(0, rest)}_${end}`;
  return /^[_0-9]/.test(cut) ? `D${cut.slice(0, -1)}` : cut;
}

/** A table's name as Django makes it: of the application and the model. */
export function cutName(name: string): string {
  return name.length <= LONGEST ? name : `${name.slice(0, LONGEST - 4)}${digest([name], 4)}`;
}
