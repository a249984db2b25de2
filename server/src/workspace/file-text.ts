import { largestFile, type ReadResult } from './files.js';

/** A file without its text, and why, in a sentence without the path. */
export function fileProblem(file: string, message: string): ReadResult {
  return { problem: { path: file, message } };
}

/** What is said of a file of so many bytes that it is not read. */
export function tooLarge(file: string, bytes: number): ReadResult {
  const limit = largestFile / 1024 / 1024;
  return fileProblem(
    file,
    `This file has ${Math.round(bytes / 1024 / 1024)} MB; Airlock reads files up to ${limit} MB.`,
  );
}

/** The text of a file, or why its bytes are none: UTF-16, binary, not UTF-8. */
export function textOf(file: string, bytes: Uint8Array): ReadResult {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return fileProblem(file, 'This is UTF-16; save it as UTF-8, which is what migration tools read.');
  }
  const nul = bytes.indexOf(0);
  if (nul >= 0)
    return fileProblem(file, `This is not text: there is a NUL byte in line ${lineOf(bytes, nul)} (byte ${nul}).`);
  const text = decoded(bytes);
  if (text !== undefined) return { text };
  const bad = firstBadByte(bytes);
  return fileProblem(file, `This is not UTF-8: the text breaks off in line ${lineOf(bytes, bad)} (byte ${bad}).`);
}

/** Undefined for what is no UTF-8. A byte order mark stays: offsets count it. `isPart`: a character may break off at the end. */
function decoded(bytes: Uint8Array, isPart = false): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: isPart });
  } catch {
    return undefined;
  }
}

/** The line of a byte, from 1. */
function lineOf(bytes: Uint8Array, offset: number): number {
  let line = 1;
  for (let at = bytes.indexOf(10); at >= 0 && at < offset; at = bytes.indexOf(10, at + 1)) line++;
  return line;
}

/** Offset of the first byte that is no UTF-8, by halving; of a character that breaks off, its first byte. */
function firstBadByte(bytes: Uint8Array): number {
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (decoded(bytes.subarray(0, middle), true) === undefined) high = middle - 1;
    else low = middle;
  }
  while (decoded(bytes.subarray(0, low)) === undefined) low--;
  return low;
}
