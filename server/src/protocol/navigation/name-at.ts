import type { Analysis } from '../../analysis/analyze.js';
import { placeOf } from '../../analysis/positions.js';
import { placesInScript } from '../../hosts/places.js';
import type { FileUse, PlacedName } from '../../schema/provenance/file-names.js';
import type { Wanted } from '../../schema/provenance/life.js';
import type { SchemaState } from '../../schema/state.js';
import type { UsedName } from '../../sql/action.js';
import type { Span } from '../../sql/span.js';
import { placedByWords } from './name-by-words.js';
import { namesOf } from '../../workspace/name-index.js';

/** The name that a person looks at. */
export interface NameAt {
  readonly placed: PlacedName;
  readonly wanted: Wanted;
  /** Where it stands in the file. */
  readonly span: Span;
  /** The offset in the document of the history from which it is understood; behind all of it in a way back. */
  readonly offset: number;
  /** The schema in which it means something: behind the statement for what the statement makes. */
  state(): SchemaState;
}

/** The name at an offset of the file; undefined where there is none. Of code: in SQL, and in what a tool makes SQL of. */
export function nameAt(analysis: Analysis, offset: number): NameAt | undefined {
  const found = nameIn(analysis, offset);
  if (found) return { ...found, offset: found.placed.start };
  const back = analysis.wayBack && nameIn(analysis.wayBack, offset);
  return back && { ...back, offset: Number.MAX_SAFE_INTEGER };
}

function nameIn(analysis: Analysis, offset: number): Omit<NameAt, 'offset'> | undefined {
  const { all } = namesOf(analysis.path, analysis.document);
  const placed = analysis.host
    ? ofHost(analysis, all, offset)
    : (atOffset(all, offset) ?? placedByWords(analysis, offset));
  if (!placed) return undefined;
  const { use, top } = placed;
  const isMade = use.role === 'make' || use.role === 'replace' || use.role === 'named';
  const state = (): SchemaState => analysis.stateBefore(isMade ? top + 1 : top);
  const of = use.among === undefined ? use.of : ownerAmong(use, state());
  return {
    placed,
    wanted: { kind: use.kind, name: use.name, schema: use.schema, of },
    span: placeOf(analysis, placed),
    state,
  };
}

/** Of the relations of a query the one that has the column; the first where none or several do. */
function ownerAmong({ among = [], of, name }: FileUse, state: SchemaState): UsedName | undefined {
  const owners = among.filter((each) => {
    const relation = { ...each, span: undefined };
    return state.table(relation)?.columns.has(name) ?? state.view(relation)?.columns?.includes(name);
  });
  return owners.length === 1 ? owners[0] : of;
}

function atOffset(names: readonly PlacedName[], offset: number): PlacedName | undefined {
  return names.find(({ start, end, use }) => start <= offset && offset <= end && use.isImplied !== true);
}

function ofHost({ host }: Analysis, names: readonly PlacedName[], offset: number): PlacedName | undefined {
  if (!host) return undefined;
  const { script, text } = host;
  for (const segment of script.segments) {
    const { file, exact } = segment;
    if (offset < file.start || offset > file.end) continue;
    if (exact) {
      const [place] = placesInScript({ ...script, segments: [segment] }, { start: offset, end: offset });
      const found = place && atOffset(names, place.start);
      if (found) return found;
      continue;
    }
    const found = wordIn(segment.script, names, text, offset);
    if (found) return found;
  }
  // The table may stand in a call around those that change it.
  const around = script.pieces
    .filter(({ piece: { kind, call } }) => kind === 'built' && call.start <= offset && offset <= call.end)
    .sort((a, b) => a.piece.call.end - a.piece.call.start - (b.piece.call.end - b.piece.call.start));
  for (const { span } of around) {
    const found = wordIn(span, names, text, offset);
    if (found) return found;
  }
  return undefined;
}

/** Of what a call is made into: the name that the person looks at. */
function wordIn(
  { start: from, end: to }: Span,
  names: readonly PlacedName[],
  text: string,
  offset: number,
): PlacedName | undefined {
  const word = wordAt(text, offset);
  return names.find(({ start, end, use }) => use.name === word && use.isImplied !== true && from <= start && end <= to);
}

function wordAt(text: string, offset: number): string {
  const before = /[\w$]*$/.exec(text.slice(Math.max(0, offset - 100), offset))?.[0] ?? '';
  return before + (/^[\w$]*/.exec(text.slice(offset, offset + 100))?.[0] ?? '');
}
