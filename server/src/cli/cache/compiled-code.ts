import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import v8 from 'node:v8';
import vm from 'node:vm';

/** How many versions of Node may have left their code beside one program. */
const VERSIONS = 3;

const HASH = 32;

const suffix = '.compiled';

/** A program of one file, ready to run. */
export interface Program {
  /** Marks this build off from every other one: the hash of its text. */
  readonly build: string;
  /** Runs it as a module of CommonJS. In: its `require`. Out: what it exports. */
  run(ask: NodeJS.Require): unknown;
  /**
   * Leaves what V8 has compiled of it, with the functions that have run so far, where there is none that serves. It is never
   * needed: where nothing can be written nothing is.
   */
  keep(): void;
}

/**
 * Reads a bundle, with what V8 has compiled of it in an earlier run: a third of the time of a small check goes into
 * compiling 1.8 MB. The code stands beside the bundle, as Python's does, and nowhere else: whoever can write there can
 * write the bundle itself. It is taken for this text of the bundle and for this V8 alone. In: an absolute path. Throws
 * where the bundle cannot be read.
 */
export function programIn(file: string): Program {
  const bytes = fs.readFileSync(file);
  const hash = hashOf(bytes);
  const kept = `${file.replace(/\.js$/, '')}.${v8.cachedDataVersionTag().toString(16)}${suffix}`;
  const cachedData = compiledFor(hash, kept);
  const script = new vm.Script(`(function (exports, require, module, __filename, __dirname) {${bytes.toString()}\n})`, {
    filename: file,
    ...(cachedData && { cachedData }),
  });
  const isKept = cachedData !== undefined && script.cachedDataRejected !== true;
  return {
    build: hash.toString('hex'),
    run: (ask) => {
      const module = { exports: {} };
      script.runInThisContext()(module.exports, ask, module, file, path.dirname(file));
      return module.exports;
    },
    keep: () => {
      if (isKept || !isWritable(path.dirname(file))) return;
      const code = script.createCachedData();
      write(kept, Buffer.concat([hash, hashOf(code), code]));
    },
  };
}

function hashOf(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** The code that was kept of this text, when it is whole: V8 itself checks neither. */
function compiledFor(hash: Buffer, kept: string): Buffer | undefined {
  try {
    const bytes = fs.readFileSync(kept);
    const code = bytes.subarray(2 * HASH);
    const isWhole = hash.equals(bytes.subarray(0, HASH)) && hashOf(code).equals(bytes.subarray(HASH, 2 * HASH));
    return isWhole ? code : undefined;
  } catch {
    return undefined;
  }
}

function isWritable(folder: string): boolean {
  try {
    fs.accessSync(folder, fs.constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whoever reads meanwhile gets the former file or this one, never a part. */
function write(kept: string, bytes: Buffer): void {
  const temporary = `${kept}.${randomUUID()}.tmp`;
  try {
    fs.writeFileSync(temporary, bytes, { flag: 'wx' });
    fs.renameSync(temporary, kept);
    removeOld(kept);
  } catch {
    fs.rmSync(temporary, { force: true });
  }
}

/** Removes what other versions of Node have left longest ago, beyond a few. */
function removeOld(kept: string): void {
  const folder = path.dirname(kept);
  const [program = ''] = path.basename(kept).split('.');
  const all = fs
    .readdirSync(folder)
    .filter((name) => name.startsWith(`${program}.`) && name.endsWith(suffix))
    .map((name) => ({ file: path.join(folder, name), made: fs.statSync(path.join(folder, name)).mtimeMs }))
    .sort((a, b) => b.made - a.made);
  for (const { file } of all.slice(VERSIONS)) fs.rmSync(file, { force: true });
}
