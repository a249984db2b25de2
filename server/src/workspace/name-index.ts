import type { Analysis } from '../analysis/analyze.js';
import { foreignDialect } from '../analysis/foreign-dialect.js';
import { Positions, positionsOf, type Range } from '../analysis/positions.js';
import { type FileNames, fileNames } from '../schema/provenance/file-names.js';
import type { WayBackNames } from '../schema/provenance/life.js';
import { NameList, NameListWith } from '../schema/provenance/name-history.js';
import { keptNamesIn } from '../sql/names/names-in.js';
import { parseDocument } from '../sql/parse.js';
import type { Span } from '../sql/span.js';
import type { SqlDocument } from '../sql/statement.js';
import { type MigrationSet, readUp, shownPath } from './history-states.js';
import type { Workspace } from './workspace.js';

/** So long it reads before it lets others have their turn, in ms. */
const SLICE = 8;

/** So many folders are kept. */
const MOST_LISTS = 20;

/** A file of a history with what it names. */
interface Entry {
  readonly names: FileNames;
  /** Made when somebody asks for a place: most files are never shown. */
  positions?: Positions;
}

/** The files of a folder in the order in which they run, a dump of the schema first. */
interface Listed {
  readonly list: NameList;
  readonly places: ReadonlyMap<string, number>;
  /** Files that have changed since they were read. */
  readonly stale: Set<string>;
}

const nothing: Pick<SqlDocument, 'text' | 'statements'> = { text: '', statements: [] };
const ofDocuments = new WeakMap<SqlDocument, FileNames>();

const placesOf = new WeakMap<SqlDocument, Positions>();

/** The places of a document that is on the screen, kept with it. */
export function positionsIn(analysis: Pick<Analysis, 'document' | 'host'>): Positions {
  const positions = placesOf.get(analysis.document) ?? positionsOf(analysis);
  placesOf.set(analysis.document, positions);
  return positions;
}

/** The names of a document that is on the screen, kept with it. */
export function namesOf(path: string, document: SqlDocument): FileNames {
  const known = ofDocuments.get(document);
  if (known) return known;
  const names = fileNames(path, document, keptNamesIn);
  ofDocuments.set(document, names);
  return names;
}

/**
 * What all migrations of a folder name. Nothing is read before somebody asks; then each file is read once, and once more
 * when it has changed. It is read in slices, so that an editor can go on.
 */
export class NameIndex {
  private readonly entries = new Map<string, Entry>();
  private lists = new Map<readonly string[], Listed>();

  constructor(private readonly workspace: Workspace) {}

  /** A file has changed; without a path all may have. */
  forget(path?: string): void {
    if (path === undefined) {
      this.entries.clear();
      this.lists = new Map();
      return;
    }
    this.entries.delete(path);
    for (const { places, stale } of this.lists.values()) if (places.has(path)) stale.add(path);
  }

  /** The history around a document, with the document as it is. `turn` is awaited between two slices. */
  async around(analysis: Analysis, turn: () => Promise<void>): Promise<NameListWith> {
    const { path, document } = analysis;
    const set = this.workspace.setFor(path);
    const { list } = await this.listOf(set, turn, path);
    const first = dumpOf(set) === undefined ? 0 : 1;
    const place = this.workspace.placeOf(path, set) + first;
    return new NameListWith(list, namesOf(path, document), place, set.places.has(path));
  }

  /**
   * What the ways back name that stand in files of their own, those alone whose text has one of the words. In: the history
   * around a document, which is among it already. `turn` is awaited between two slices.
   */
  async waysBack(
    { path }: Analysis,
    history: NameListWith,
    words: readonly string[],
    turn: () => Promise<void>,
  ): Promise<readonly WayBackNames[]> {
    const set = this.workspace.setFor(path);
    const { framework } = set.project;
    const wanted = words.map((word) => word.toLowerCase());
    const found: WayBackNames[] = [];
    let until = performance.now() + SLICE;
    for (let file = 0; ; file++) {
      const up = history.file(file)?.path;
      if (up === undefined) return found;
      const down = set.places.has(up) ? framework.downPath(up, set.project) : undefined;
      if (down === undefined || down === up || down === path) continue;
      if (performance.now() > until) {
        await turn();
        until = performance.now() + SLICE;
      }
      const text = this.workspace.textOf(down);
      if (typeof text !== 'string') continue;
      const lower = text.toLowerCase();
      if (wanted.some((word) => lower.includes(word))) found.push({ file, names: this.namesIn(down, set) });
    }
  }

  /** The files that belong together with one, in the order in which they run. */
  async filesOf(path: string, turn: () => Promise<void>): Promise<readonly FileNames[]> {
    return (await this.listOf(this.workspace.setFor(path), turn)).list.all();
  }

  /** In: a file that need not be read again, as it is on the screen. */
  private async listOf(set: MigrationSet, turn: () => Promise<void>, except?: string): Promise<Listed> {
    const known = this.lists.get(set.paths);
    if (!known) return this.read(set, turn);
    for (const path of known.stale) {
      if (path === except) continue;
      const place = known.places.get(path);
      known.stale.delete(path);
      if (place !== undefined) known.list.replace(place, this.namesIn(path, set));
    }
    return known;
  }

  private async read(set: MigrationSet, turn: () => Promise<void>): Promise<Listed> {
    const dump = dumpOf(set);
    const paths = dump === undefined ? set.paths : [dump, ...set.paths];
    const files: FileNames[] = [];
    const { lists } = this;
    let until = performance.now() + SLICE;
    for (const path of paths) {
      if (performance.now() > until) {
        await turn();
        until = performance.now() + SLICE;
      }
      files.push(this.namesIn(path, set));
    }
    const places = new Map(paths.map((path, index) => [path, index]));
    // What has changed meanwhile has lost its entry.
    const stale = new Set(paths.filter((path) => !this.entries.has(path)));
    const listed: Listed = { list: new NameList(files), places, stale };
    // Folders come and go: those that nobody asks for are not kept.
    for (const key of lists.keys()) if (lists.size >= MOST_LISTS) lists.delete(key);
    if (lists === this.lists) lists.set(set.paths, listed);
    return listed;
  }

  private namesIn(path: string, set: MigrationSet): FileNames {
    const known = this.entries.get(path);
    if (known) return known.names;
    const names = fileNames(path, this.documentOf(path, set, dumpOf(set)));
    this.entries.set(path, { names });
    return names;
  }

  private documentOf(path: string, set: MigrationSet, dump: string | undefined): SqlDocument {
    const text = this.workspace.textOf(path);
    if (typeof text !== 'string') return { ...nothing, comments: [], problems: [] };
    if (path === dump) return parseDocument(text);
    const { document } = readUp(path, text, set);
    return foreignDialect(document) ? { ...document, statements: [] } : document;
  }

  /** Where a span of a file's document stands in the file, as it is now. */
  rangeIn(path: string, span: Span, analysis: Analysis): Range {
    return path === analysis.path ? positionsIn(analysis).range(span) : this.rangeOf(path, span, analysis.path);
  }

  /** The same where no document is on the screen. In: a file that belongs together with it. */
  rangeOf(path: string, span: Span, sample: string): Range {
    const entry = this.entries.get(path);
    const positions = entry?.positions ?? this.placesIn(path, this.workspace.setFor(sample));
    if (entry) entry.positions = positions;
    return positions.range(span);
  }

  private placesIn(path: string, set: MigrationSet): Positions {
    const text = this.workspace.textOf(path);
    if (typeof text !== 'string') return new Positions('');
    return path === dumpOf(set) ? new Positions(text) : positionsOf(readUp(path, text, set));
  }

  /** A path as people know it. */
  shown(path: string): string {
    return shownPath(path, this.workspace.setFor(path).loaded.root);
  }
}

function dumpOf({ loaded: { root, config } }: MigrationSet): string | undefined {
  return root === undefined || config.schema === undefined ? undefined : `${root}/${config.schema}`;
}
