/** SHA-1 of a text in hexadecimal digits; names that TypeORM makes are cut from it. */
export function sha1(text: string): string {
  const bytes = padded(text);
  const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  for (let at = 0; at < bytes.length; at += 64) block(bytes, at, state);
  return state.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

function utf8(text: string): number[] {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return bytes;
}

/** With the length behind it, in blocks of 64 bytes. */
function padded(text: string): number[] {
  const bytes = utf8(text);
  const bits = bytes.length * 8;
  bytes.push(0x80);
  while (bytes.length % 64 !== 56) bytes.push(0);
  for (let shift = 56; shift >= 0; shift -= 8) bytes.push(Math.floor(bits / 2 ** shift) % 256);
  return bytes;
}

function block(bytes: readonly number[], at: number, state: number[]): void {
  const words: number[] = [];
  for (let index = 0; index < 80; index++) {
    if (index < 16) {
      const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(at + 4 * index, at + 4 * index + 4);
      words.push((a << 24) | (b << 16) | (c << 8) | d);
    } else {
      const mixed = [3, 8, 14, 16].reduce((sum, back) => sum ^ (words[index - back] ?? 0), 0);
      words.push(turned(mixed, 1));
    }
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
  for (const [index, word] of words.entries()) {
    const [f, k] = round(index, b, c, d);
    const next = (turned(a, 5) + f + e + k + word) | 0;
    [e, d, c, b, a] = [d, c, turned(b, 30), a, next];
  }
  for (const [index, value] of [a, b, c, d, e].entries()) state[index] = ((state[index] ?? 0) + value) | 0;
}

function round(index: number, b: number, c: number, d: number): readonly [number, number] {
  if (index < 20) return [(b & c) | (~b & d), 0x5a827999];
  if (index < 40) return [b ^ c ^ d, 0x6ed9eba1];
  if (index < 60) return [(b & c) | (b & d) | (c & d), 0x8f1bbcdc];
  return [b ^ c ^ d, 0xca62c1d6];
}

function turned(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}
