import type { LoadedConfig } from './config-file.js';
import { configName } from './config-file.js';
import type { FileProblem } from './files.js';
import { matchesGlobs } from './migrations.js';
import { databaseByPath, databaseBySigns, type FileSigns, sampleOf, signsOfFile } from './other-databases.js';

/**
 * Which files are not looked at, and why: those that the configuration leaves out, and those of another database, by
 * their path, by their text or by the files beside them. Keeps what it has read of each file.
 */
export class LeftAlone {
  private readonly signs = new Map<string, FileSigns>();
  /** Texts that were read for their signs and have not been asked for since, so that no file is read twice. */
  private readonly texts = new Map<string, string>();

  constructor(
    private readonly configFor: (path: string) => LoadedConfig,
    private readonly textOf: (path: string) => string | FileProblem,
  ) {}

  /** The text of a file that was read here already; handed out once. */
  takeText(path: string): string | undefined {
    const text = this.texts.get(path);
    this.texts.delete(path);
    return text;
  }

  /** The text of a file has changed. */
  forget(path: string): void {
    this.signs.delete(path);
    this.texts.delete(path);
  }

  clear(): void {
    this.signs.clear();
    this.texts.clear();
  }

  /** The reason by the path alone, as it stands behind "This file"; undefined when there is none. */
  byPath(path: string): string | undefined {
    const { root, config } = this.configFor(path);
    const { ignore, migrations = [] } = config;
    if (root !== undefined && ignore.length > 0 && matchesGlobs(path, root, ignore))
      return `is left out by "ignore" in ${configName}`;
    const from = root !== undefined && path.startsWith(`${root}/`) ? root.length + 1 : 0;
    const other = databaseByPath(path.slice(from));
    if (!other) return undefined;
    // Whoever writes the word into the globs knows what the files are.
    const isMeant = migrations.some((glob) => glob.toLowerCase().includes(other.word.toLowerCase()));
    return isMeant && root !== undefined && matchesGlobs(path, root, migrations) ? undefined : other.why;
  }

  /** The same, by the path, the text, or the files of its folder. */
  because(path: string, text: string, folder: readonly string[]): string | undefined {
    const byPath = this.byPath(path);
    if (byPath !== undefined) return byPath;
    const signs = new Map<string, FileSigns>();
    for (const each of sampleOf(folder)) {
      const known = each === path ? undefined : this.signsOf(each);
      if (known) signs.set(each, known);
    }
    const own = this.signs.get(path) ?? signsOfFile(text);
    this.signs.set(path, own);
    signs.set(path, own);
    return databaseBySigns(path, signs)?.why;
  }

  private signsOf(path: string): FileSigns | undefined {
    const known = this.signs.get(path);
    if (known) return known;
    const text = this.textOf(path);
    if (typeof text !== 'string') return undefined;
    const signs = signsOfFile(text);
    this.signs.set(path, signs);
    this.texts.set(path, text);
    return signs;
  }
}
