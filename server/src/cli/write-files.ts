import fs from 'node:fs';
import path from 'node:path';
import { leadsOut } from '../workspace/node-files.js';
import { UsageError } from './arguments.js';

/** A file to be written. */
export interface Output {
  /** Absolute. */
  readonly path: string;
  /** As the user would say it. */
  readonly name: string;
  readonly text: string;
  /** True for a file whose present text is known and may be replaced; any other that exists is left alone. */
  readonly replaces: boolean | 'if there';
}

/**
 * Writes all files or none. Each is written beside its place first and then moved there, so that whatever happens no
 * file is ever half written. Throws UsageError, with the reason, when one of them exists already or cannot be written.
 */
export function writeFiles(wanted: readonly Output[]): void {
  const outputs = wanted.map((each) =>
    each.replaces === 'if there' ? { ...each, replaces: fs.existsSync(each.path) } : each,
  );
  for (const { path: target, name, replaces } of outputs) {
    if (!replaces && fs.existsSync(target)) throw new UsageError(`${name} exists already; nothing was written.`);
  }
  const ready: { output: Output; temporary: string; target: string }[] = [];
  const made: string[] = [];
  let current = outputs[0];
  try {
    for (const output of outputs) {
      current = output;
      // A link is written through, not replaced by a file; one that leads out of the project is left alone.
      if (leadsOut(output.path)) throw new UsageError(`${output.name} leads out of the project; nothing was written.`);
      const target = output.replaces ? fs.realpathSync(output.path) : output.path;
      fs.mkdirSync(path.dirname(target), { recursive: true });
      const temporary = `${target}.${process.pid}.tmp`;
      ready.push({ output, temporary, target });
      if (output.replaces) fs.accessSync(target, fs.constants.W_OK);
      fs.writeFileSync(temporary, output.text, {
        flag: 'wx',
        ...(output.replaces ? { mode: fs.statSync(target).mode } : {}),
      });
    }
    // New files first: the old text goes last, when nothing can fail any more.
    for (const { output, temporary, target } of ready.filter((each) => !each.output.replaces)) {
      current = output;
      makeFrom(temporary, target);
      made.push(target);
    }
    for (const { output, temporary, target } of ready.filter((each) => each.output.replaces)) {
      current = output;
      fs.renameSync(temporary, target);
    }
  } catch (error) {
    for (const file of made) fs.rmSync(file, { force: true });
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${current?.name ?? ''} cannot be written: ${reasonOf(error)} Nothing was written.`);
  } finally {
    for (const { temporary } of ready) fs.rmSync(temporary, { force: true });
  }
}

/** Makes a file out of a temporary one, at once and only where there is none. */
function makeFrom(temporary: string, target: string): void {
  try {
    fs.linkSync(temporary, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    // A file system without links.
    fs.copyFileSync(temporary, target, fs.constants.COPYFILE_EXCL);
  }
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM') return 'it is not allowed.';
  if (code === 'EROFS') return 'the file system is read-only.';
  if (code === 'ENOSPC') return 'the disk is full.';
  if (code === 'EISDIR') return 'it is a directory.';
  if (code === 'ENOTDIR' || code === 'EEXIST') return 'a part of its path is a file.';
  return `${code ?? message}.`;
}
