import fs from 'node:fs';
import { globMatcher } from '../analysis/globs.js';
import { fileKindOf } from '../references/file-kind.js';
import type { SourceFile } from '../references/search.js';
import { type IgnoreRules, isIgnored, readIgnoreRules } from './ignore-rules.js';

/** Where code is looked for. */
export interface CodePlace {
  /** Absolute, without "/" at its end. */
  readonly root: string;
  /** Globs below `base`: what is looked at, and what is not; none for all. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** The folder that the globs are relative to. */
  readonly base: string;
}

/** A file with when it was changed last (ms). */
export interface ListedFile extends SourceFile {
  readonly changed: number;
}

export interface CodeListing {
  readonly files: readonly ListedFile[];
  /** True when there are more than are searched. */
  readonly isCut: boolean;
}

/** The files of code of a project, and their texts. */
export interface CodeFiles {
  /** In steps, so that whoever must not wait long can do something else between two of them. */
  list(place: CodePlace): Generator<void, CodeListing, void>;
  /** Undefined for what cannot be read. */
  read(path: string): string | undefined;
}

const MOST_FILES = 40_000;
const MOST_BYTES = 400 * 1024 * 1024;
/** Nobody writes a larger file of code. */
const LARGEST = 1024 * 1024;
const DEEPEST = 40;

/** What nobody keeps code of his own in. */
const foreign = new Set(
  'node_modules bower_components vendor dist build out target coverage tmp temp log logs __pycache__ venv site-packages Pods DerivedData obj'.split(
    ' ',
  ),
);

/**
 * Lists what may be searched. What .gitignore and .ignore leave out is left out, hidden folders as well, and what tools
 * have put there. No link is followed: what it leads to in the project is met by itself, and what stands outside is
 * nobody's business.
 */
function* list({ root, include, exclude, base }: CodePlace): Generator<void, CodeListing, void> {
  const files: ListedFile[] = [];
  const isIncluded = include.length === 0 ? undefined : globMatcher(include);
  const isExcluded = exclude.length === 0 ? undefined : globMatcher(exclude);
  const start = root.length + 1;
  const fromBase = (path: string): string => (path.startsWith(`${base}/`) ? path.slice(base.length + 1) : path);
  const open: { readonly folder: string; readonly levels: readonly IgnoreRules[]; readonly depth: number }[] = [
    { folder: root, levels: [], depth: 0 },
  ];
  let bytes = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    yield;
    const { folder, depth } = next;
    const entries = entriesOf(folder);
    const own = folder === root ? '' : folder.slice(start);
    const levels = [...next.levels];
    for (const name of ['.gitignore', '.ignore'])
      if (entries.some((entry) => entry.name === name && entry.isFile())) {
        const text = read(`${folder}/${name}`);
        if (text !== undefined) levels.push(readIgnoreRules(text, own));
      }
    for (const entry of entries) {
      const { name } = entry;
      const below = own === '' ? name : `${own}/${name}`;
      if (entry.isDirectory()) {
        if (name.startsWith('.') || foreign.has(name) || depth >= DEEPEST || isIgnored(below, true, levels)) continue;
        open.push({ folder: `${folder}/${name}`, levels, depth: depth + 1 });
      } else if (entry.isFile()) {
        const kind = fileKindOf(below);
        if (kind === undefined || kind === 'aside' || isIgnored(below, false, levels)) continue;
        const path = `${folder}/${name}`;
        if (isIncluded && !isIncluded(fromBase(path))) continue;
        if (isExcluded?.(fromBase(path))) continue;
        const stat = statOf(path);
        if (!stat || stat.size > LARGEST || stat.size === 0) continue;
        bytes += stat.size;
        if (files.length >= MOST_FILES || bytes > MOST_BYTES) return { files, isCut: true };
        const { size, mtimeMs, ctimeMs, ino } = stat;
        const changed = Math.max(mtimeMs, ctimeMs);
        files.push({ path, name: below, stamp: `${size} ${mtimeMs} ${ctimeMs} ${ino}`, changed });
      }
    }
  }
  return { files, isCut: false };
}

/** In the order of their names, whatever the disk says. */
function entriesOf(folder: string): fs.Dirent[] {
  try {
    return fs
      .readdirSync(folder, { withFileTypes: true })
      .sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0));
  } catch {
    return [];
  }
}

function statOf(path: string): fs.Stats | undefined {
  try {
    return fs.statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function read(path: string): string | undefined {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** The listing at once. */
export function listNow(code: CodeFiles, place: CodePlace): CodeListing {
  const running = code.list(place);
  for (;;) {
    const step = running.next();
    if (step.done) return step.value;
  }
}

export const nodeCode: CodeFiles = { list, read };
