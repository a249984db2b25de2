import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

// What a program has made once stands beside the program, as Python's compiled files do, and nowhere else: whoever can
// write there can write the program itself, and a repository cannot bring it along. It is never needed: where it is
// missing, broken or made of something else it is no file, and where nothing can be written nothing is.

const HASH = 32;

/** SHA-256. */
export function hashOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** What was kept, when it is whole and was made of this. In: the hash of what it is made of. Never throws. */
export function keptIn(file: string, origin: Buffer): Buffer | undefined {
  try {
    const bytes = fs.readFileSync(file);
    const body = bytes.subarray(2 * HASH);
    const isWhole = origin.equals(bytes.subarray(0, HASH)) && hashOf(body).equals(bytes.subarray(HASH, 2 * HASH));
    return isWhole ? body : undefined;
  } catch {
    return undefined;
  }
}

/** Whether something may be kept in this folder: it can be written, and nobody has said that nothing is to be left behind. */
export function mayKeepIn(folder: string): boolean {
  if (process.env.PG_AIRLOCK_NO_CACHE) return false;
  try {
    fs.accessSync(folder, fs.constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Keeps a body. Whoever reads meanwhile gets the former file or this one, never a part. Never throws. */
export function keepIn(file: string, origin: Buffer, body: Uint8Array): void {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    fs.writeFileSync(temporary, Buffer.concat([origin, hashOf(body), body]), { flag: 'wx' });
    fs.renameSync(temporary, file);
  } catch {
    fs.rmSync(temporary, { force: true });
  }
}

/** Removes all but the newest few of some files in a folder. Never throws. */
export function keepNewest(folder: string, isOne: (name: string) => boolean, count: number): void {
  try {
    const all = fs
      .readdirSync(folder)
      .filter(isOne)
      .map((name) => ({ file: path.join(folder, name), made: fs.statSync(path.join(folder, name)).mtimeMs }))
      .sort((a, b) => b.made - a.made);
    for (const { file } of all.slice(count)) fs.rmSync(file, { force: true });
  } catch {
    // Another run removes them meanwhile, or nobody may.
  }
}
