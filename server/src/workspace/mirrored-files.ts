import { baseName, directoryOf } from '../frameworks/framework.js';
import { fileProblem, textOf, tooLarge } from './file-text.js';
import { type Files, largestFile, type ReadResult } from './files.js';

/** What a folder has: each path from it, "db/0001_a.sql"; folders end with "/". */
export interface FolderListing {
  readonly entries: readonly string[];
  /** True when there is more than is listed. */
  readonly isCut: boolean;
}

/** A file as whoever has it hands it over: its bytes, or only its size, in bytes, where it is too large. */
export type FileContent =
  | { readonly bytes: Uint8Array }
  | { readonly size: number }
  | { readonly missing: true }
  | { readonly isFolder: true }
  | { readonly problem: string };

/** Where the files are. In and out: paths. */
export interface FileSource {
  listing(folder: string): Promise<FolderListing>;
  /** One answer for each path, in their order. */
  contents(paths: readonly string[]): Promise<readonly FileContent[]>;
}

export interface MirrorWatch {
  /** The folders of the workspace, as they are now. */
  roots(): readonly string[];
  /** What was made of these files has to be made anew; of all files where none are named. */
  onNews(changed?: readonly string[]): void;
  /** Somebody was given an answer without a file that he has asked for. */
  onLate(): void;
  /** A folder has more files than are listed. */
  onCut(folder: string): void;
}

/**
 * The files of a workspace that can only be waited for, for a core that asks and does not wait. The names of all are
 * fetched first. The text of a file is fetched when somebody has asked for it: `settled` repeats what asked until it has
 * asked for nothing that was not there, so that its last answer is the true one.
 */
export class MirroredFiles {
  /** By folder: the names in it, folders with "/". */
  private readonly folders = new Map<string, Set<string>>();
  private readonly texts = new Map<string, ReadResult>();
  /** Files that were asked for before they were there. */
  private readonly wanted = new Set<string>();
  private readonly stale = new Set<string>();
  private listed: readonly string[] = [];
  private fetching: Promise<void> | undefined;
  /** How many wait for an answer: who asks beside them is not repeated. */
  private waiting = 0;
  /** How often somebody has asked for a file that was not there. */
  private misses = 0;

  constructor(
    private readonly source: FileSource,
    private readonly watch: MirrorWatch,
  ) {}

  /** What `work` answers when every file that it asks for is there. */
  async settled<T>(work: () => T | Promise<T>): Promise<T> {
    this.waiting += 1;
    try {
      for (;;) {
        await this.fetchAll();
        const before = this.misses;
        const answer = await attempted(work);
        if (this.misses === before) return answer();
      }
    } finally {
      this.waiting -= 1;
    }
  }

  /** Files have been changed, made or removed. */
  changed(paths: readonly string[]): void {
    for (const path of paths) this.stale.add(path);
  }

  /** The same files for a core that does not wait. */
  readonly files: Files = {
    read: (path) => this.read(path),
    exists: (path) => this.kindOf(path),
    walk: (directory) => this.walk(directory),
    list: (directory) => this.list(directory),
    // Links are not listed: nobody here knows where they lead.
    leadsOut: () => false,
  };

  private read(path: string): ReadResult {
    const known = this.texts.get(path);
    if (known) return known;
    const kind = this.kindOf(path);
    if (kind === 'directory') return fileProblem(path, 'This is a directory.');
    if (kind === undefined) return fileProblem(path, 'There is no such file or directory.');
    if (this.waiting === 0 && this.wanted.size === 0) this.watch.onLate();
    this.misses += 1;
    this.wanted.add(path);
    return fileProblem(path, 'This file has not been read yet.');
  }

  private kindOf(path: string): 'file' | 'directory' | undefined {
    if (this.folders.has(path)) return 'directory';
    const names = this.folders.get(directoryOf(path));
    if (names?.has(`${baseName(path)}/`)) return 'directory';
    return names?.has(baseName(path)) ? 'file' : undefined;
  }

  private list(directory: string): string[] {
    return [...(this.folders.get(directory) ?? [])]
      .filter((name) => !name.endsWith('/'))
      .map((name) => `${directory}/${name}`);
  }

  private walk(directory: string): string[] {
    const found: string[] = [];
    for (const name of this.folders.get(directory) ?? []) {
      if (name.startsWith('.') || name === 'node_modules/') continue;
      const full = `${directory}/${name}`;
      if (name.endsWith('/')) found.push(...this.walk(full.slice(0, -1)));
      else found.push(full);
    }
    return found;
  }

  /** Fetches what is known to be missing, for everybody who waits for it at a time. */
  private async fetchAll(): Promise<void> {
    do {
      this.fetching ??= this.fetch().finally(() => {
        this.fetching = undefined;
      });
      await this.fetching;
    } while (this.wanted.size > 0 || this.stale.size > 0);
  }

  private async fetch(): Promise<void> {
    const roots = this.watch.roots();
    const added = roots.filter((root) => !this.listed.includes(root));
    for (const root of added) this.keep(root, await this.source.listing(root));
    this.listed = roots;
    const wanted = [...this.wanted];
    const changed = [...this.stale].filter((path) => this.isInside(path));
    this.wanted.clear();
    this.stale.clear();
    const paths = [...new Set([...wanted, ...changed])];
    if (paths.length > 0) await this.fetchContents(paths);
    // What was made without a file is wrong in ways that the file alone does not show.
    if (added.length > 0 || wanted.length > 0) this.watch.onNews();
    else if (changed.length > 0) this.watch.onNews(changed);
  }

  private async fetchContents(paths: readonly string[]): Promise<void> {
    try {
      const contents = await this.source.contents(paths);
      for (const [index, path] of paths.entries()) await this.note(path, contents[index] ?? { missing: true });
    } catch (error) {
      // The next who asks may have better luck.
      this.changed(paths);
      throw error;
    }
  }

  private isInside(path: string): boolean {
    return this.listed.some((root) => path.startsWith(`${root}/`));
  }

  private keep(root: string, { entries, isCut }: FolderListing): void {
    this.forget(root);
    this.folders.set(root, new Set());
    for (const entry of entries) this.add(`${root}/${entry}`);
    if (isCut) this.watch.onCut(root);
  }

  /** A file, or with "/" a folder, and the folders that it stands in. */
  private add(entry: string): void {
    const isFolder = entry.endsWith('/');
    const path = isFolder ? entry.slice(0, -1) : entry;
    const above = directoryOf(path);
    if (!this.folders.has(above)) {
      this.folders.set(above, new Set());
      if (this.isInside(above)) this.add(`${above}/`);
    }
    this.folders.get(above)?.add(isFolder ? `${baseName(path)}/` : baseName(path));
  }

  private forget(path: string): void {
    const isFolder = this.kindOf(path) === 'directory';
    this.folders.get(directoryOf(path))?.delete(baseName(path));
    this.folders.get(directoryOf(path))?.delete(`${baseName(path)}/`);
    this.texts.delete(path);
    if (!isFolder) return;
    for (const each of [...this.folders.keys()])
      if (each === path || each.startsWith(`${path}/`)) this.folders.delete(each);
    for (const each of [...this.texts.keys()]) if (each.startsWith(`${path}/`)) this.texts.delete(each);
  }

  private async note(path: string, content: FileContent): Promise<void> {
    this.forget(path);
    if ('missing' in content) return;
    if ('isFolder' in content) {
      this.keep(path, await this.source.listing(path));
      this.add(`${path}/`);
      return;
    }
    this.add(path);
    this.texts.set(path, resultOf(path, content));
  }
}

/** What an attempt has come to, for the case that it was the last. */
async function attempted<T>(work: () => T | Promise<T>): Promise<() => T> {
  try {
    const answer = await work();
    return () => answer;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

function resultOf(path: string, content: Exclude<FileContent, { missing: true } | { isFolder: true }>): ReadResult {
  if ('problem' in content) return fileProblem(path, `This file cannot be read (${content.problem}).`);
  if ('size' in content) return tooLarge(path, content.size);
  return content.bytes.byteLength > largestFile
    ? tooLarge(path, content.bytes.byteLength)
    : textOf(path, content.bytes);
}
