import { Positions } from '../analysis/positions.js';
import { visibleLine } from '../sql/visible.js';
import { fileKindOf, isMade } from './file-kind.js';
import { FileView } from './file-view.js';
import { columnUses } from './find-column.js';
import { indexUses, nameUses, tableUses, valueUses } from './find-object.js';
import type { Model, ModelEnum, ModelsOfFile } from './model.js';
import { type KnownModels, mayUse, prepare, type Prepared } from './prepared.js';
import { byStrength, type CodeUse, type Use } from './use.js';
import type { Wanted } from './wanted.js';

/** A file that may be searched. */
export interface SourceFile {
  /** Absolute. */
  readonly path: string;
  /** Below the root of the search. */
  readonly name: string;
  /** Another one for another text. */
  readonly stamp: string;
}

/** What a search is over. */
export interface Sources {
  readonly files: readonly SourceFile[];
  /** True when there are more files than are searched. */
  readonly isCut: boolean;
  /** The text; undefined for what cannot be read, or is no text. */
  read(file: SourceFile): string | undefined;
}

/** The uses of one name. */
export interface Found {
  readonly wanted: Wanted;
  /** The strongest first, MOST_SHOWN at most. */
  readonly uses: readonly CodeUse[];
  /** All of them: in running code and in tests. */
  readonly inCode: number;
  readonly inTests: number;
  /** Files of running code with a use. */
  readonly files: number;
  /** Of an index: the queries whose conditions or order begin with its first column. */
  readonly served: readonly CodeUse[];
  readonly servedCount: number;
}

export interface SearchResult {
  /** By the keys of what was wanted. */
  readonly found: ReadonlyMap<string, Found>;
  /** Files that were searched. */
  readonly files: number;
  readonly isCut: boolean;
  /** The ORMs of whose models some are there, by name. */
  readonly orms: readonly string[];
}

export const MOST_SHOWN = 10;

/** Of one name more are not kept. */
const MOST_KEPT = 500;

/** Texts that are kept between the two passes, in characters. */
const KEPT_TEXTS = 24_000_000;

/** What is known of files from former searches, by path: a file that has not changed is not read again. */
export type SearchMemory = Map<string, FileMemory>;

interface FileMemory {
  readonly stamp: string;
  /** Nobody has written it: it is not searched. */
  readonly isMade: boolean;
  readonly orm: string | undefined;
  /** Read where a search has asked for a word that it has. */
  models: ModelsOfFile | undefined;
  /** The words that the last search has asked for. */
  askedFor: string;
  /** Of the last searches, by what they were for; the newest last. */
  readonly results: Map<string, FileResult>;
}

interface FileResult {
  readonly uses: ReadonlyMap<number, readonly CodeUse[]>;
  readonly served: ReadonlyMap<number, readonly CodeUse[]>;
}

const nothing: FileResult = { uses: new Map(), served: new Map() };
const KEPT_RESULTS = 3;

/**
 * Looks for names in all files, in steps: whoever must not wait long does something else between two of them. First the
 * models of the ORM are read, which may give a name others; then all files are searched for all names.
 */
export function* search(
  names: ReadonlyMap<string, Wanted>,
  sources: Sources,
  memory: SearchMemory = new Map(),
): Generator<void, SearchResult, void> {
  const wanted = [...names.values()];
  const none: KnownModels = { models: [], enums: [] };
  const guessed = wanted.map((each) => prepare(each, none));
  const words = [
    ...new Set(
      guessed.flatMap((each) => [...each.needles, ...each.also, ...each.owners.needles, ...tableWords(each.wanted)]),
    ),
  ];
  const asked = words.join('\n');
  const texts = new Map<string, string>();
  let kept = 0;
  const textOf = (file: SourceFile): string | undefined => texts.get(file.path) ?? sources.read(file);

  const models: Model[] = [];
  const enums: ModelEnum[] = [];
  const orms = new Set<string>();
  const files: SourceFile[] = [];
  for (const file of sources.files) {
    yield;
    const kind = fileKindOf(file.name);
    if (kind === undefined || kind === 'aside') continue;
    let known = memory.get(file.path);
    if (known?.stamp !== file.stamp) {
      const text = sources.read(file);
      if (text === undefined) continue;
      const made = isMade(text);
      const view = new FileView(file.path, text);
      known = {
        stamp: file.stamp,
        isMade: made,
        orm: made ? undefined : view.orm,
        models: undefined,
        askedFor: asked,
        results: new Map(),
      };
      memory.set(file.path, known);
      if (!made && kept < KEPT_TEXTS) {
        texts.set(file.path, text);
        kept += text.length;
      }
      if (known.orm !== undefined && words.some((word) => view.lower.includes(word))) known.models = view.models;
    } else if (known.orm !== undefined && known.models === undefined && known.askedFor !== asked) {
      // A file that has not changed, and that no former search has asked for its models.
      const text = sources.read(file);
      const view = text === undefined ? undefined : new FileView(file.path, text);
      if (view && words.some((word) => view.lower.includes(word))) known.models = view.models;
      known.askedFor = asked;
    }
    if (known.isMade) continue;
    files.push(file);
    if (known.orm && kind === 'code') orms.add(known.orm);
    models.push(...(known.models?.models ?? []));
    enums.push(...(known.models?.enums ?? []));
  }

  const prepared = wanted.map((each) => prepare(each, { models, enums }));
  const key = JSON.stringify(prepared.map(({ wanted: own, aliases, needles, also }) => [own, aliases, needles, also]));
  const gathered = wanted.map((each) => new Gathered(each));
  for (const file of files) {
    yield;
    const known = memory.get(file.path);
    let result = known?.results.get(key);
    if (!result) {
      const text = textOf(file);
      result = text === undefined ? nothing : resultOf(file, text, prepared);
      if (known) {
        known.results.set(key, result);
        for (const old of known.results.keys()) if (known.results.size > KEPT_RESULTS) known.results.delete(old);
      }
      texts.delete(file.path);
    }
    for (const [index, uses] of result.uses) gathered[index]?.add(uses);
    for (const [index, uses] of result.served) gathered[index]?.addServed(uses);
  }
  return {
    found: new Map([...names].map(([name, each], index) => [name, (gathered[index] ?? new Gathered(each)).found])),
    files: files.length,
    isCut: sources.isCut,
    orms: [...orms].sort(),
  };
}

/** The same at once. */
export function searchNow(names: ReadonlyMap<string, Wanted>, sources: Sources, memory?: SearchMemory): SearchResult {
  const running = search(names, sources, memory);
  for (;;) {
    const step = running.next();
    if (step.done) return step.value;
  }
}

function tableWords(wanted: Wanted): string[] {
  return 'table' in wanted ? [wanted.table.name.toLowerCase()] : 'type' in wanted ? [wanted.type.toLowerCase()] : [];
}

function resultOf(file: SourceFile, text: string, prepared: readonly Prepared[]): FileResult {
  const view = new FileView(file.path, text);
  const isTest = fileKindOf(file.name) === 'test';
  let positions: Positions | undefined;
  const placed = (uses: readonly Use[]): CodeUse[] => {
    positions ??= new Positions(text);
    const at = positions;
    // A line is one place, whatever it says how often: the strongest counts.
    const lines = new Map<number, CodeUse>();
    for (const { kind, certainty, span } of uses) {
      const { start, end } = at.range(span);
      const excerpt = visibleLine(at.line(start.line).trim()).slice(0, 120);
      const use: CodeUse = {
        path: file.path,
        name: file.name,
        kind,
        certainty,
        line: start.line,
        character: start.character,
        endCharacter: end.line === start.line ? end.character : at.line(start.line).length,
        excerpt,
        isTest,
      };
      const known = lines.get(start.line);
      if (!known || byStrength(use, known) < 0) lines.set(start.line, use);
    }
    return [...lines.values()];
  };
  const uses = new Map<number, CodeUse[]>();
  const served = new Map<number, CodeUse[]>();
  for (const [index, each] of prepared.entries()) {
    if (!mayUse(each, view.lower)) continue;
    const found = usesIn(view, each);
    if (found.uses.length > 0) uses.set(index, placed(found.uses));
    if (found.served.length > 0) served.set(index, placed(found.served));
  }
  return uses.size + served.size === 0 ? nothing : { uses, served };
}

function usesIn(view: FileView, prepared: Prepared): { uses: Use[]; served: Use[] } {
  const { wanted } = prepared;
  switch (wanted.kind) {
    case 'column':
      return { uses: columnUses(view, prepared, wanted), served: [] };
    case 'table':
      return { uses: tableUses(view, prepared, wanted), served: [] };
    case 'function':
    case 'type':
      return { uses: nameUses(view, prepared, wanted), served: [] };
    case 'value':
      return { uses: valueUses(view, prepared, wanted), served: [] };
    case 'index': {
      const { named, served } = indexUses(view, wanted);
      return { uses: named, served };
    }
  }
}

/** The uses of one name over all files. */
class Gathered {
  private uses: CodeUse[] = [];
  private served: CodeUse[] = [];
  private inCode = 0;
  private inTests = 0;
  private servedCount = 0;
  private readonly files = new Set<string>();

  constructor(private readonly wanted: Wanted) {}

  add(uses: readonly CodeUse[]): void {
    for (const use of uses) {
      if (use.isTest) this.inTests++;
      else {
        this.inCode++;
        this.files.add(use.path);
      }
    }
    this.uses = strongest([...this.uses, ...uses]);
  }

  addServed(uses: readonly CodeUse[]): void {
    this.servedCount += uses.length;
    this.served = strongest([...this.served, ...uses]);
  }

  get found(): Found {
    const { wanted, inCode, inTests, servedCount, files } = this;
    return {
      wanted,
      uses: [...this.uses].sort(byStrength).slice(0, MOST_SHOWN),
      inCode,
      inTests,
      files: files.size,
      served: [...this.served].sort(byStrength).slice(0, MOST_SHOWN),
      servedCount,
    };
  }
}

function strongest(uses: CodeUse[]): CodeUse[] {
  return uses.length > MOST_KEPT ? uses.sort(byStrength).slice(0, MOST_SHOWN) : uses;
}
