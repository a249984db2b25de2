import type { Analysis } from '../analysis/analyze.js';
import { foreignDialect } from '../analysis/foreign-dialect.js';
import { Positions, positionsOf, type Range } from '../analysis/positions.js';
import { type FileNames, fileNames } from '../schema/provenance/file-names.js';
import { parseDocument } from '../sql/parse.js';
import type { Span } from '../sql/span.js';
import type { SqlDocument } from '../sql/statement.js';
import { type MigrationSet, readUp, shownPath } from './history-states.js';
import type { Workspace } from './workspace.js';

/** So long it reads before it lets others have their turn, in ms. */
const SLICE = 8;

/** A file of a history with what it names. */
interface Entry {
  readonly names: FileNames;
  /** Made when somebody asks for a place: most files are never shown. */
  positions?: Positions;
}

/** The files of a history in the order in which they run, a dump of the schema first, and where the one on the screen stands. */
export interface NamedHistory {
  readonly files: readonly FileNames[];
  /** Index of the file that was asked for. */
  readonly here: number;
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
  const names = fileNames(path, document);
  ofDocuments.set(document, names);
  return names;
}

/**
 * What all migrations of a folder name. Nothing is read before somebody asks; then each file is read once, and once more
 * when it has changed. It is read in slices, so that an editor can go on.
 */
export class NameIndex {
  private readonly entries = new Map<string, Entry>();
  private lists = new WeakMap<readonly string[], readonly FileNames[]>();

  constructor(private readonly workspace: Workspace) {}

  /** A file has changed; without a path all may have. */
  forget(path?: string): void {
    this.lists = new WeakMap();
    if (path === undefined) this.entries.clear();
    else this.entries.delete(path);
  }

  /** The history around a document. `turn` is awaited between two slices. */
  async around(analysis: Analysis, turn: () => Promise<void>): Promise<NamedHistory> {
    const { path, document } = analysis;
    const set = this.workspace.setFor(path);
    const own = namesOf(path, document);
    const all = await this.filesOf(path, turn);
    const first = dumpOf(set) === undefined ? 0 : 1;
    const place = this.workspace.placeOf(path, set) + first;
    const isListed = set.places.has(path);
    return { files: [...all.slice(0, place), own, ...all.slice(isListed ? place + 1 : place)], here: place };
  }

  /** The files that belong together with one, in the order in which they run. */
  async filesOf(path: string, turn: () => Promise<void>): Promise<readonly FileNames[]> {
    const set = this.workspace.setFor(path);
    return this.lists.get(set.paths) ?? (await this.read(set, turn));
  }

  private async read(set: MigrationSet, turn: () => Promise<void>): Promise<readonly FileNames[]> {
    const dump = dumpOf(set);
    const paths = dump === undefined ? set.paths : [dump, ...set.paths];
    const { lists } = this;
    const files: FileNames[] = [];
    let until = performance.now() + SLICE;
    for (const path of paths) {
      const known = this.entries.get(path);
      if (known) {
        files.push(known.names);
        continue;
      }
      if (performance.now() > until) {
        await turn();
        until = performance.now() + SLICE;
      }
      const names = fileNames(path, this.documentOf(path, set, dump));
      // What has changed meanwhile is read when it is asked for next.
      if (lists === this.lists) this.entries.set(path, { names });
      files.push(names);
    }
    if (lists === this.lists) lists.set(set.paths, files);
    return files;
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
