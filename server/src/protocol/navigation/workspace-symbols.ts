import { type SymbolInformation, SymbolKind } from 'vscode-languageserver';
import type { FileNames, FileUse, PlacedName } from '../../schema/provenance/file-names.js';
import type { NameKind } from '../../sql/names/name-use.js';
import { visibleLine } from '../../sql/visible.js';
import type { NameIndex } from '../../workspace/name-index.js';
import { uriOfPath } from '../file-uris.js';

/** So many are given at a time: the editor asks again with every letter. */
const MOST = 200;

/** Columns are many: they are looked for from so many letters on. */
const COLUMN_LETTERS = 2;

const kinds: Readonly<Partial<Record<NameKind, SymbolKind>>> = {
  relation: SymbolKind.Struct,
  column: SymbolKind.Field,
  constraint: SymbolKind.Property,
  type: SymbolKind.Enum,
  function: SymbolKind.Function,
  trigger: SymbolKind.Event,
  policy: SymbolKind.Property,
  schema: SymbolKind.Namespace,
};

const byWhat: Readonly<Record<string, SymbolKind>> = {
  index: SymbolKind.Key,
  view: SymbolKind.Interface,
  'materialized view': SymbolKind.Interface,
  sequence: SymbolKind.Number,
};

/** What the migrations of some folders make, by a part of its name; whole names first. In: a file of each folder. */
export async function workspaceSymbols(
  query: string,
  indexes: readonly { readonly index: NameIndex; readonly sample: string }[],
  turn: () => Promise<void>,
): Promise<SymbolInformation[]> {
  const wanted = query.trim().toLowerCase();
  const found: { readonly rank: number; readonly symbol: () => SymbolInformation }[] = [];
  for (const { index, sample } of indexes) {
    for (const file of await index.filesOf(sample, turn)) {
      for (const { lower, placed } of madeIn(file)) {
        const rank = lower.includes(wanted) ? rankOf(placed.use, lower, wanted) : undefined;
        if (rank === undefined) continue;
        const { path } = file;
        const range = () => index.rangeOf(path, placed, sample);
        found.push({ rank, symbol: () => symbolOf(placed.use, path, range(), index.shown(path)) });
      }
    }
  }
  return found
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MOST)
    .map(({ symbol }) => symbol());
}

interface Made {
  readonly lower: string;
  readonly placed: PlacedName;
}

const known = new WeakMap<FileNames, readonly Made[]>();

/** What a file makes, with its name in lower case. */
function madeIn(file: FileNames): readonly Made[] {
  const kept = known.get(file);
  if (kept) return kept;
  const made = file.all
    .filter(({ use: { role, isImplied } }) => !isImplied && (role === 'make' || role === 'replace' || role === 'named'))
    .map((placed) => ({ lower: placed.use.name.toLowerCase(), placed }));
  known.set(file, made);
  return made;
}

/** Undefined for what is no answer to so few letters. */
function rankOf({ kind }: FileUse, own: string, wanted: string): number | undefined {
  const isPart = kind === 'column' || kind === 'constraint' || kind === 'trigger' || kind === 'policy';
  if (isPart && wanted.length < COLUMN_LETTERS) return undefined;
  const near = own === wanted ? 0 : own.startsWith(wanted) ? 2 : 4;
  return near + (isPart ? 1 : 0);
}

function symbolOf(
  { kind, name, of, what }: FileUse,
  path: string,
  range: SymbolInformation['location']['range'],
  file: string,
): SymbolInformation {
  return {
    name: visibleLine(of ? `${of.name}.${name}` : name),
    kind: byWhat[what ?? ''] ?? kinds[kind] ?? SymbolKind.Struct,
    location: { uri: uriOfPath(path), range },
    containerName: file,
  };
}
