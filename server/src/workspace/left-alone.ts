import type { LoadedConfig } from './config-file.js';
import { configName } from './config-file.js';
import type { FileProblem } from './files.js';
import { matchesGlobs } from './migrations.js';
import { databaseByPath, databaseBySigns, type FileSigns, sampleOf, signsOfFile } from './other-databases.js';

/** So many characters may say something else of a file. */
const MUCH = 40;

/**
 * Which files are not looked at, and why: those that the configuration leaves out, those that their tool does not run,
 * and those of another database, by their path, by their text or by the files beside them. Keeps what it has read of each file.
 */
export class LeftAlone {
  private readonly signs = new Map<string, FileSigns>();
  /** How long the texts were of which the signs are. */
  private readonly lengths = new Map<string, number>();
  /** The files that are looked at of the folder that was asked for last. */
  private sample: { readonly folder: readonly string[]; readonly paths: readonly string[] } | undefined;
  /** Texts that were read for their signs and have not been asked for since, so that no file is read twice. */
  private readonly texts = new Map<string, string>();

  constructor(
    private readonly configFor: (path: string) => LoadedConfig,
    private readonly textOf: (path: string) => string | FileProblem,
    /** Why the tool of a file does not run it, where it is one that it might. */
    private readonly notRun: (path: string) => string | undefined = () => undefined,
    /** The SQL of a text: of code, what it sends. */
    private readonly sqlOf: (path: string, text: string) => string = (_path, text) => text,
  ) {}

  /** The text of a file that was read here already; handed out once. */
  takeText(path: string): string | undefined {
    const text = this.texts.get(path);
    this.texts.delete(path);
    return text;
  }

  /** The text of a file has changed: `isTyped`, by an edit in the editor. */
  forget(path: string, isTyped: boolean): void {
    this.texts.delete(path);
    if (!isTyped) this.signs.delete(path);
  }

  clear(): void {
    this.signs.clear();
    this.lengths.clear();
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
    if (!other) return this.notRun(path);
    // Whoever writes the word into the globs knows what the files are.
    const isMeant = migrations.some((glob) => glob.toLowerCase().includes(other.word.toLowerCase()));
    return isMeant && root !== undefined && matchesGlobs(path, root, migrations) ? undefined : other.why;
  }

  /** The same, by the path, the text, or the files of its folder. */
  because(path: string, text: string, folder: readonly string[]): string | undefined {
    const byPath = this.byPath(path);
    if (byPath !== undefined) return byPath;
    const sample = this.sampleOf(folder);
    let balance = 0;
    for (const each of sample) {
      const known = each === path ? undefined : this.signsOf(each);
      if (known?.foreign) balance++;
      else if (known?.isPostgres) balance--;
    }
    // The file itself could not turn that round: it is not read for it.
    if (balance < 0) return undefined;
    const signs = new Map<string, FileSigns>();
    for (const each of sample) {
      const known = each === path ? undefined : this.signsOf(each);
      if (known && (known.isPostgres || known.foreign)) signs.set(each, known);
    }
    signs.set(path, this.signsWhileTyped(path, text));
    return databaseBySigns(path, signs)?.why;
  }

  /** Read anew when the text has become much longer or shorter: not with every key. */
  private signsWhileTyped(path: string, text: string): FileSigns {
    const known = this.signs.get(path);
    if (known && Math.abs(text.length - (this.lengths.get(path) ?? 0)) < MUCH) return known;
    const signs = signsOfFile(this.sqlOf(path, text));
    this.signs.set(path, signs);
    this.lengths.set(path, text.length);
    return signs;
  }

  private sampleOf(folder: readonly string[]): readonly string[] {
    if (this.sample?.folder !== folder) this.sample = { folder, paths: sampleOf(folder) };
    return this.sample.paths;
  }

  private signsOf(path: string): FileSigns | undefined {
    const known = this.signs.get(path);
    if (known) return known;
    const text = this.textOf(path);
    if (typeof text !== 'string') return undefined;
    const signs = signsOfFile(this.sqlOf(path, text));
    this.signs.set(path, signs);
    this.lengths.set(path, text.length);
    this.texts.set(path, text);
    return signs;
  }
}
