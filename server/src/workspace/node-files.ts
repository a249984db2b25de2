import { isUtf8 } from 'node:buffer';
import fs from 'node:fs';
import path from 'node:path';
import { type Files, largestFile, type ReadResult } from './files.js';

/** Absolute, with forward slashes on every platform. */
export function absolute(file: string): string {
  return path.resolve(file).split(path.sep).join('/');
}

function problem(file: string, message: string): ReadResult {
  return { problem: { path: file, message } };
}

/** Opened once and asked about what was opened: between two calls by name a file can become another. */
function read(file: string): ReadResult {
  let handle: number | undefined;
  try {
    // Without O_NONBLOCK a named pipe would wait for a writer for ever.
    handle = fs.openSync(file, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0));
    const stat = fs.fstatSync(handle);
    if (stat.isDirectory()) return problem(file, 'This is a directory.');
    if (!stat.isFile()) return problem(file, 'This is not a regular file.');
    if (stat.size > largestFile) {
      return problem(file, `This file has ${Math.round(stat.size / 1024 / 1024)} MB; Airlock reads files up to ${largestFile / 1024 / 1024} MB.`);
    }
    return textOf(file, fs.readFileSync(handle));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return problem(file, 'There is no such file.');
    if (code === 'ELOOP') return problem(file, 'This link leads back to itself.');
    if (code === 'EACCES' || code === 'EPERM') return problem(file, 'This file may not be read.');
    return problem(file, `This file cannot be read (${code ?? String(error)}).`);
  } finally {
    if (handle !== undefined) fs.closeSync(handle);
  }
}

function textOf(file: string, bytes: Buffer): ReadResult {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return problem(file, 'This is UTF-16; save it as UTF-8, which is what migration tools read.');
  }
  const nul = bytes.indexOf(0);
  if (nul >= 0) return problem(file, `This is not text: there is a NUL byte in line ${lineOf(bytes, nul)} (byte ${nul}).`);
  if (isUtf8(bytes)) return { text: bytes.toString('utf8') };
  const bad = firstBadByte(bytes);
  return problem(file, `This is not UTF-8: the text breaks off in line ${lineOf(bytes, bad)} (byte ${bad}).`);
}

/** The line of a byte, from 1. */
function lineOf(bytes: Uint8Array, offset: number): number {
  let line = 1;
  for (let at = bytes.indexOf(10); at >= 0 && at < offset; at = bytes.indexOf(10, at + 1)) line++;
  return line;
}

/** Offset of the first byte that is no UTF-8, by halving. */
function firstBadByte(bytes: Uint8Array): number {
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, middle), { stream: true });
      low = middle;
    } catch {
      high = middle - 1;
    }
  }
  return low;
}

function exists(file: string): 'file' | 'directory' | undefined {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (!stat) return undefined;
  return stat.isDirectory() ? 'directory' : 'file';
}

function entries(directory: string): fs.Dirent[] {
  try {
    return fs.readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}

function walk(directory: string, seen = new Set<string>()): string[] {
  let real: string;
  try {
    real = fs.realpathSync(directory);
  } catch {
    return [];
  }
  if (seen.has(real)) return [];
  seen.add(real);
  const found: string[] = [];
  for (const entry of entries(directory)) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    const full = `${directory}/${entry.name}`;
    const kind = entry.isSymbolicLink() ? exists(full) : entry.isDirectory() ? 'directory' : 'file';
    if (kind === 'directory') found.push(...walk(full, seen));
    else if (kind === 'file') found.push(full);
  }
  return found;
}

export const nodeFiles: Files = {
  read,
  exists,
  walk: (directory) => walk(directory),
  list: (directory) => entries(directory).filter((entry) => !entry.isDirectory()).map((entry) => `${directory}/${entry.name}`),
};
