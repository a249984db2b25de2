import { type CompletionItem, CompletionItemKind } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Analysis } from '../../analysis/analyze.js';
import { placeOf } from '../../analysis/positions.js';
import { escaped } from '../../hosts/escape.js';
import type { Segment } from '../../hosts/script.js';
import { completionPlace, type CompletionPlace } from '../../sql/completion/place.js';
import type { Span } from '../../sql/span.js';
import { toRange } from '../to-lsp.js';
import { type Candidate, candidatesAt } from './candidates.js';

/** So many are given; a schema has seldom more of one kind. */
const MOST = 2000;

const kinds: Readonly<Record<Candidate['kind'], CompletionItemKind>> = {
  table: CompletionItemKind.Struct,
  view: CompletionItemKind.Interface,
  index: CompletionItemKind.Reference,
  sequence: CompletionItemKind.Value,
  column: CompletionItemKind.Field,
  constraint: CompletionItemKind.Property,
  type: CompletionItemKind.Enum,
  function: CompletionItemKind.Function,
  word: CompletionItemKind.Variable,
};

/** Names of the schema as it is before the statement at an offset of the file. Nothing in strings and comments. */
export function completions(analysis: Analysis, document: TextDocument, offset: number): CompletionItem[] {
  for (const each of [analysis, analysis.wayBack]) {
    if (!each || (each.host === undefined && !isInside(each, offset))) continue;
    const found = each.host ? inHost(each, document, offset) : inSql(each, document, offset);
    if (found) return found;
  }
  return [];
}

/** A file that goes both ways is read as two. */
function isInside({ sections }: Analysis, offset: number): boolean {
  return sections.length === 0 || sections.some(({ span }) => span.start <= offset && offset <= span.end);
}

function inSql(analysis: Analysis, document: TextDocument, offset: number): CompletionItem[] | undefined {
  const place = completionPlace(analysis.document, offset);
  return place && itemsOf(place, analysis, document, (sql) => sql);
}

function inHost(analysis: Analysis, document: TextDocument, offset: number): CompletionItem[] | undefined {
  const { host } = analysis;
  const segment = host?.script.segments.find(
    ({ file, exact, quote }) => exact && quote !== undefined && file.start <= offset && offset <= file.end,
  );
  if (!host || !segment?.quote) return undefined;
  const { quote } = segment;
  const piece = host.script.pieces.find(
    ({ span }) => span.start <= segment.script.start && segment.script.end <= span.end,
  );
  const at = segment.script.start + offset - segment.file.start;
  const place = completionPlace(analysis.document, at, piece?.span);
  if (!place || !isWithin(place.replaced, segment)) return undefined;
  return itemsOf(place, analysis, document, (sql) => escaped(sql, quote, host.code.language));
}

function isWithin({ start, end }: Span, { script }: Segment): boolean {
  return script.start <= start && end <= script.end;
}

/** In: how a name is written at the place; undefined where it cannot be. */
function itemsOf(
  place: CompletionPlace,
  analysis: Analysis,
  document: TextDocument,
  written: (sql: string) => string | undefined,
): CompletionItem[] {
  if (place.wanted.length === 0) return [];
  const range = toRange(document, placeOf(analysis, place.replaced));
  const candidates = candidatesAt(place, analysis.stateBefore(place.top));
  return candidates.slice(0, MOST).flatMap((candidate): CompletionItem[] => {
    const sql = place.isQuoted && !candidate.sql.includes('"') ? `"${candidate.sql}"` : candidate.sql;
    const newText = written(sql);
    if (newText === undefined) return [];
    return [
      {
        label: candidate.label,
        kind: kinds[candidate.kind],
        ...(candidate.detail === '' ? {} : { labelDetails: { description: candidate.detail } }),
        sortText: `${candidate.rank}${candidate.label}`,
        filterText: place.isQuoted ? newText : candidate.label,
        textEdit: { range, newText },
      },
    ];
  });
}
