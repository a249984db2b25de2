import fs from 'node:fs';
import path from 'node:path';
import { configName } from './config-file.js';
import { fileProblem, textOf, tooLarge } from './file-text.js';
import { type FileProblem, type Files, largestFile, type ReadResult } from './files.js';

/** Absolute, with forward slashes on every platform. */
export function absolute(file: string): string {
  return path.resolve(file).split(path.sep).join('/');
}

function read(file: string): ReadResult {
  try {
    const stat = fs.statSync(file);
    if (stat.isDirectory()) return fileProblem(file, 'This is a directory.');
    if (!stat.isFile()) return fileProblem(file, 'This is not a regular file.');
    if (stat.size > largestFile) return tooLarge(file, stat.size);
    // One call of Node's reads and decodes. It replaces what is no UTF-8, and only then are the bytes looked at.
    const text = fs.readFileSync(file, 'utf8');
    return text.includes('\ufffd') || text.includes('\0') ? textOf(file, fs.readFileSync(file)) : { text };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT')
      return fileProblem(file, isLink(file) ? 'This link leads nowhere.' : 'There is no such file or directory.');
    if (code === 'ELOOP') return fileProblem(file, 'This link leads back to itself.');
    if (code === 'EACCES' || code === 'EPERM') return fileProblem(file, 'This file may not be read.');
    return fileProblem(file, `This file cannot be read (${code ?? String(error)}).`);
  }
}

/** The text on standard input, under the same conditions as a file's. */
export function readStdin(): ReadResult {
  try {
    const bytes = fs.readFileSync(0);
    return bytes.length > largestFile ? tooLarge('-', bytes.length) : textOf('-', bytes);
  } catch (error) {
    return fileProblem(
      '-',
      `Standard input cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}).`,
    );
  }
}

function isLink(file: string): boolean {
  return fs.lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

function exists(file: string): 'file' | 'directory' | undefined {
  try {
    const stat = fs.statSync(file, { throwIfNoEntry: false });
    if (!stat) return undefined;
    return stat.isDirectory() ? 'directory' : 'file';
  } catch {
    // A loop of links, or a folder that may not be looked into; reading the file shows which.
    return undefined;
  }
}

function entries(directory: string): fs.Dirent[] {
  try {
    return fs.readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}

type OnProblem = (problem: FileProblem) => void;

/**
 * The repository around a directory, else the folder of the nearest configuration; undefined where there is neither.
 * In and out: real paths, without links.
 */
export function markedProject(directory: string): string | undefined {
  let configured: string | undefined;
  for (let at = directory; ; at = path.dirname(at)) {
    if (fs.existsSync(path.join(at, '.git'))) return at;
    if (configured === undefined && fs.existsSync(path.join(at, configName))) configured = at;
    if (path.dirname(at) === at) return configured;
  }
}

/** The folder that links may not leave: the project around a directory, else the directory itself. */
function projectAround(directory: string): string {
  const start = realOf(directory) ?? directory;
  return markedProject(start) ?? start;
}

function realOf(file: string): string | undefined {
  try {
    return fs.realpathSync.native(file);
  } catch {
    return undefined;
  }
}

function isWithin(file: string, folder: string): boolean {
  return file === folder || file.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);
}

/** What is said of a link that is not followed. */
export const outside = 'This link leads out of the project and is not followed.';

/**
 * Whether a path leads out of the project through a link: the file itself, or a folder of its path that stands in a
 * project. A link that leads nowhere does not, and is reported when it is read.
 */
export function leadsOut(file: string): boolean {
  if (isLink(file) && linksOutOf(file, projectAround(path.dirname(file)))) return true;
  for (let at = path.dirname(file); path.dirname(at) !== at; at = path.dirname(at)) {
    const project = isLink(at) ? markedProject(realOf(path.dirname(at)) ?? '/') : undefined;
    if (project !== undefined && linksOutOf(at, project)) return true;
  }
  return false;
}

function linksOutOf(link: string, project: string): boolean {
  const real = realOf(link);
  return real !== undefined && !isWithin(real, project);
}

function walk(directory: string, project: string, onProblem: OnProblem, found: string[], seen: Set<string>): string[] {
  let inside: fs.Dirent[];
  try {
    const real = fs.realpathSync(directory);
    if (seen.has(real)) return found;
    seen.add(real);
    inside = fs.readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const isForbidden = code === 'EACCES' || code === 'EPERM';
    onProblem({
      path: directory,
      message: isForbidden
        ? 'This directory may not be read.'
        : `This directory cannot be read (${code ?? String(error)}).`,
    });
    return found;
  }
  for (const entry of inside) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    const full = `${directory}/${entry.name}`;
    if (entry.isSymbolicLink() && linksOutOf(full, project)) {
      // A migration that is not looked at has to be reported; any other link is nobody's business.
      if (/\.(?:sql|pgsql|psql)$/i.test(entry.name)) onProblem({ path: full, message: outside });
      continue;
    }
    const isFolder = entry.isSymbolicLink() ? exists(full) === 'directory' : entry.isDirectory();
    // A link that leads nowhere is a file that cannot be read, which is reported when it is.
    if (isFolder) walk(full, project, onProblem, found, seen);
    else found.push(full);
  }
  return found;
}

export const nodeFiles: Files = {
  read,
  exists,
  walk: (directory, onProblem = () => {}) => walk(directory, projectAround(directory), onProblem, [], new Set()),
  list(directory) {
    let project: string | undefined;
    const isOutside = (file: string): boolean => {
      project ??= projectAround(directory);
      return linksOutOf(file, project);
    };
    return entries(directory)
      .filter((entry) => !entry.isDirectory())
      .filter((entry) => !entry.isSymbolicLink() || !isOutside(`${directory}/${entry.name}`))
      .map((entry) => `${directory}/${entry.name}`);
  },
  leadsOut,
};

/**
 * True where a file, there or not, stands below one of some folders, also when every link on the way is followed. In:
 * absolute paths without "..".
 */
export function staysBelow(file: string, folders: readonly string[]): boolean {
  let above = file;
  // What is not there yet stands where its folder does. A link that leads nowhere is one that somebody may still fill.
  while (realOf(above) === undefined && path.dirname(above) !== above) {
    if (isLinkAt(above)) return false;
    above = path.dirname(above);
  }
  const real = path.join(realOf(above) ?? above, path.relative(above, file));
  return folders.some((folder) => isWithin(real, realOf(folder) ?? folder));
}

function isLinkAt(file: string): boolean {
  try {
    return isLink(file);
  } catch {
    // A part of the way is a file, or may not be looked into: nothing is read there.
    return false;
  }
}

/** The same file system for somebody who may look below some folders only: what a listing shows stands there. */
export function filesBelow(folders: readonly string[]): Files {
  const real = folders.map((folder) => realOf(folder) ?? folder);
  const isBelow = (file: string): boolean => staysBelow(file, real);
  return {
    ...nodeFiles,
    walk: (directory, onProblem) => nodeFiles.walk(directory, onProblem).filter(isBelow),
    list: (directory) => nodeFiles.list(directory).filter(isBelow),
  };
}
