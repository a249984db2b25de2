import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { markedProject } from '../../workspace/node-files.js';

/** Bytes and files that the folder may keep. What was used longest ago goes first, down to half of it. */
const BYTES_LIMIT = 128 * 1024 * 1024;
const FILES_LIMIT = 500;

/** A larger entry is not kept. */
const ENTRY_LIMIT = 32 * 1024 * 1024;

/** What a run that was killed has left half written is removed after this time, in ms. */
const HALF_WRITTEN = 60 * 60 * 1000;

/** An entry counts as used again when its last use is older than this, in ms. */
const USE_NOTED = 24 * 60 * 60 * 1000;

const suffix = '.airlock';

/**
 * A folder of this user alone in which one run of the command line leaves what helps the next. Nothing in it is needed
 * and nothing in it is executed: an entry that is missing, broken, foreign or unreadable is no entry, and one that
 * cannot be written is not written. Never throws.
 */
export class CacheFolder {
  /** In: an absolute path; the folder is made when something is written. */
  constructor(private readonly folder: string) {}

  /** The entry of a name as it was written; undefined when there is none that is whole. */
  read(name: string): Buffer | undefined {
    try {
      if (!isOurs(this.folder)) return undefined;
      const file = this.fileOf(name);
      const bytes = fs.readFileSync(file);
      const body = bytes.subarray(32);
      if (!checksum(body).equals(bytes.subarray(0, 32))) return undefined;
      noteUse(file);
      return body;
    } catch {
      return undefined;
    }
  }

  /** Leaves an entry. Whoever reads meanwhile gets the former one or this one, never a part. */
  write(name: string, body: Buffer): void {
    if (body.length > ENTRY_LIMIT) return;
    const temporary = path.join(this.folder, `${randomUUID()}.tmp`);
    try {
      fs.mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      if (!isOurs(this.folder)) return;
      fs.writeFileSync(temporary, Buffer.concat([checksum(body), body]), { flag: 'wx', mode: 0o600 });
      fs.renameSync(temporary, this.fileOf(name));
      prune(this.folder);
    } catch {
      remove(temporary);
    }
  }

  private fileOf(name: string): string {
    return path.join(this.folder, `${createHash('sha256').update(name).digest('hex').slice(0, 40)}${suffix}`);
  }
}

function checksum(body: Buffer): Buffer {
  return createHash('sha256').update(body).digest();
}

/** A folder, no link, that belongs to this user and that nobody else may write in or read. */
function isOurs(folder: string): boolean {
  const stat = fs.lstatSync(folder, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) return false;
  // Windows keeps a profile's folders for its user, and knows no such bits.
  return process.getuid === undefined || (stat.uid === process.getuid() && (stat.mode & 0o077) === 0);
}

function noteUse(file: string): void {
  const now = Date.now();
  if (now - fs.statSync(file).mtimeMs < USE_NOTED) return;
  fs.utimesSync(file, now / 1000, now / 1000);
}

/** Removes what was used longest ago when the folder has grown too large, and what was never finished. */
function prune(folder: string): void {
  const entries = fs.readdirSync(folder).flatMap((name) => {
    const file = path.join(folder, name);
    const stat = fs.statSync(file, { throwIfNoEntry: false });
    return stat?.isFile() ? [{ file, size: stat.size, used: stat.mtimeMs }] : [];
  });
  const whole = entries.filter(({ file }) => file.endsWith(suffix)).sort((a, b) => b.used - a.used);
  const bytes = whole.reduce((sum, { size }) => sum + size, 0);
  const isFull = bytes > BYTES_LIMIT || whole.length > FILES_LIMIT;
  let kept = 0;
  const old = whole.filter(({ size }, index) => {
    kept += size;
    return isFull && (kept > BYTES_LIMIT / 2 || index >= FILES_LIMIT / 2);
  });
  const now = Date.now();
  const left = entries.filter(({ file, used }) => file.endsWith('.tmp') && now - used > HALF_WRITTEN);
  for (const { file } of [...old, ...left]) remove(file);
}

function remove(file: string): void {
  try {
    fs.rmSync(file, { force: true });
  } catch {
    // Where nothing can be written, nothing has to be removed.
  }
}

/** What is asked for where the cache may stand. */
export interface Place {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** The words of the call: each may be a path. */
  readonly words: readonly string[];
}

/**
 * The cache of this user: below XDG_CACHE_HOME or ~/.cache, on Windows below LOCALAPPDATA. Undefined when it is
 * switched off (PG_AIRLOCK_NO_CACHE), when nobody knows of a home, and when it would stand in a project: there it
 * would be in the way, and a stranger's repository could bring one along.
 */
export function cacheFolder({ env, cwd, words }: Place): CacheFolder | undefined {
  if (env.PG_AIRLOCK_NO_CACHE) return undefined;
  try {
    const folder = path.join(cachesOf(env), 'pg-airlock');
    if (!path.isAbsolute(folder)) return undefined;
    const isInside = (around: string): boolean => !path.relative(around, folder).startsWith('..');
    if ([cwd, ...words.map((word) => path.resolve(cwd, word))].some(isInside)) return undefined;
    return markedProject(folder) === undefined ? new CacheFolder(folder) : undefined;
  } catch {
    return undefined;
  }
}

function cachesOf(env: NodeJS.ProcessEnv): string {
  const { XDG_CACHE_HOME: given, LOCALAPPDATA: local } = env;
  // A relative path is to be ignored (XDG Base Directory Specification).
  if (given !== undefined && path.isAbsolute(given)) return given;
  if (process.platform === 'win32' && local !== undefined && path.isAbsolute(local)) return local;
  return path.join(os.homedir(), '.cache');
}
