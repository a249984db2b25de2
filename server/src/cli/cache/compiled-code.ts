import fs from 'node:fs';
import path from 'node:path';
import v8 from 'node:v8';
import vm from 'node:vm';
import { hashOf, keepIn, keepNewest, keptIn, mayKeepIn } from '../../workspace/kept-beside.js';

/** How many versions of Node may have left their code beside one program. */
const VERSIONS = 3;

const suffix = '.compiled';

/** A program of one file, ready to run. */
export interface Program {
  /** Marks this build off from every other one: the hash of its text. */
  readonly build: string;
  /** Runs it as a module of CommonJS. In: its `require`. Out: what it exports. */
  run(ask: NodeJS.Require): unknown;
  /** Keeps what V8 has compiled of it, with the functions that have run so far, where none is kept that serves. */
  keep(): void;
}

/**
 * Reads a bundle, with what V8 has compiled of it in an earlier run: a third of the time of a small check goes into
 * compiling 1.8 MB. It is taken for this text of the bundle and for this V8 alone; V8 itself compares no more than the
 * length of the text. In: an absolute path. Throws where the bundle cannot be read.
 */
export function programIn(file: string): Program {
  const bytes = fs.readFileSync(file);
  const [hash, folder] = [hashOf(bytes), path.dirname(file)];
  const name = path.basename(file, '.js');
  const kept = path.join(folder, `${name}.${v8.cachedDataVersionTag().toString(16)}${suffix}`);
  const cachedData = keptIn(kept, hash);
  const script = new vm.Script(`(function (exports, require, module, __filename, __dirname) {${bytes.toString()}\n})`, {
    filename: file,
    ...(cachedData && { cachedData }),
  });
  const isKept = cachedData !== undefined && script.cachedDataRejected !== true;
  return {
    build: hash.toString('hex'),
    run: (ask) => {
      const module = { exports: {} };
      script.runInThisContext()(module.exports, ask, module, file, folder);
      return module.exports;
    },
    keep: () => {
      if (isKept || !mayKeepIn(folder)) return;
      keepIn(kept, hash, script.createCachedData());
      keepNewest(folder, (each) => each.startsWith(`${name}.`) && each.endsWith(suffix), VERSIONS);
    },
  };
}
