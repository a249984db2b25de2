/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4). */
const ROUND = Uint32Array.from(primes(64), (prime) => fraction(Math.cbrt(prime)));

function primes(count: number): number[] {
  const found: number[] = [];
  for (let number = 2; found.length < count; number++) {
    if (found.every((prime) => number % prime !== 0)) found.push(number);
  }
  return found;
}

function fraction(root: number): number {
  return Math.floor((root - Math.floor(root)) * 0x1_0000_0000) >>> 0;
}

function rotate(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

/** A running SHA-256: what is added so far, and its digest at any moment. */
export class Sha256 {
  private readonly state = Uint32Array.from(primes(8), (prime) => fraction(Math.sqrt(prime)));
  private readonly block = new Uint8Array(64);
  private filled = 0;
  private length = 0;

  add(bytes: Uint8Array): this {
    for (const byte of bytes) {
      this.block[this.filled++] = byte;
      if (this.filled === 64) this.compress();
    }
    this.length += bytes.length;
    return this;
  }

  /** The digest of all that was added; more can be added behind. */
  digest(): Uint8Array {
    const end = new Sha256();
    end.state.set(this.state);
    end.block.set(this.block);
    end.filled = this.filled;
    const zeros = (119 - this.filled) % 64;
    const bits = new DataView(new ArrayBuffer(8));
    bits.setUint32(0, Math.floor(this.length / 0x2000_0000));
    bits.setUint32(4, (this.length << 3) >>> 0);
    end.add(Uint8Array.of(0x80)).add(new Uint8Array(zeros)).add(new Uint8Array(bits.buffer));
    const out = new DataView(new ArrayBuffer(32));
    end.state.forEach((word, index) => {
      out.setUint32(index * 4, word);
    });
    return new Uint8Array(out.buffer);
  }

  private compress(): void {
    const view = new DataView(this.block.buffer);
    const words = new Uint32Array(64);
    const word = (index: number): number => words[index] ?? 0;
    for (let index = 0; index < 64; index++) {
      if (index < 16) {
        words[index] = view.getUint32(index * 4);
        continue;
      }
      const [early, late] = [word(index - 15), word(index - 2)];
      const one = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3);
      const other = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10);
      words[index] = word(index - 16) + one + word(index - 7) + other;
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = this.state;
    for (let index = 0; index < 64; index++) {
      const sum = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
      const choice = (e & f) ^ (~e & g);
      const first = (h + sum + choice + (ROUND[index] ?? 0) + word(index)) >>> 0;
      const other = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
      const second = (other + ((a & b) ^ (a & c) ^ (b & c))) >>> 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) >>> 0, c, b, a, (first + second) >>> 0];
    }
    [a, b, c, d, e, f, g, h].forEach((value, index) => {
      this.state[index] = (this.state[index] ?? 0) + value;
    });
    this.filled = 0;
  }
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 with its padding. */
export function base64(bytes: Uint8Array): string {
  let out = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [one = 0, two = 0, three = 0] = bytes.slice(at, at + 3);
    const bits = (one << 16) | (two << 8) | three;
    const letters = [18, 12, 6, 0].map((by) => LETTERS.charAt((bits >>> by) & 63)).join('');
    out += letters.slice(0, Math.min(bytes.length - at, 3) + 1).padEnd(4, '=');
  }
  return out;
}

/**
 * A text as UTF-8, half surrogates as U+FFFD. Written out here, for the core knows neither Node.js nor a browser.
 */
export function utf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const found = character.codePointAt(0) ?? 0;
    const code = found >= 0xd800 && found <= 0xdfff ? 0xfffd : found;
    const next = (by: number): number => 0x80 | ((code >> by) & 63);
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), next(0));
    else if (code < 0x1_0000) bytes.push(0xe0 | (code >> 12), next(6), next(0));
    else bytes.push(0xf0 | (code >> 18), next(12), next(6), next(0));
  }
  return Uint8Array.from(bytes);
}
