import { type CompletionItem, CompletionItemKind, type CompletionList } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Analysis } from '../../analysis/analyze.js';
import { placeOf } from '../../analysis/positions.js';
import { escaped } from '../../hosts/escape.js';
import type { Segment } from '../../hosts/script.js';
import { completionPlace, type CompletionPlace } from '../../sql/completion/place.js';
import type { Span } from '../../sql/span.js';
import { toRange } from '../to-lsp.js';
import { type Candidate, candidatesAt } from './candidates.js';

/** So many are given at a time. Of more, those that what is typed may mean, and the editor asks again with each letter. */
const MOST = 500;

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
export function completions(analysis: Analysis, document: TextDocument, offset: number): CompletionList {
  for (const each of [analysis, analysis.wayBack]) {
    if (!each || (each.host === undefined && !isInside(each, offset))) continue;
    const found = each.host ? inHost(each, document, offset) : inSql(each, document, offset);
    if (found) return found;
  }
  return { isIncomplete: false, items: [] };
}

/** A file that goes both ways is read as two. */
function isInside({ sections }: Analysis, offset: number): boolean {
  return sections.length === 0 || sections.some(({ span }) => span.start <= offset && offset <= span.end);
}

function inSql(analysis: Analysis, document: TextDocument, offset: number): CompletionList | undefined {
  const place = completionPlace(analysis.document, offset);
  return place && itemsOf(place, analysis, document, offset, (sql) => sql);
}

function inHost(analysis: Analysis, document: TextDocument, offset: number): CompletionList | undefined {
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
  return itemsOf(place, analysis, document, offset, (sql) => escaped(sql, quote, host.code.language));
}

function isWithin({ start, end }: Span, { script }: Segment): boolean {
  return script.start <= start && end <= script.end;
}

/** In: how a name is written at the place; undefined where it cannot be. */
function itemsOf(
  place: CompletionPlace,
  analysis: Analysis,
  document: TextDocument,
  offset: number,
  written: (sql: string) => string | undefined,
): CompletionList {
  if (place.wanted.length === 0) return { isIncomplete: false, items: [] };
  const range = toRange(document, placeOf(analysis, place.replaced));
  const all = candidatesAt(place, analysis.stateBefore(place.top));
  const isIncomplete = all.length > MOST;
  const typed = document.getText({ start: range.start, end: document.positionAt(offset) }).replace(/\W/g, '');
  const candidates = isIncomplete ? all.filter(({ label }) => mayMean(typed, label)).slice(0, MOST) : all;
  const items = candidates.flatMap((candidate): CompletionItem[] => {
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
  return { isIncomplete, items };
}

/** Whether the letters of what is typed stand in a name, in their order. */
function mayMean(typed: string, name: string): boolean {
  let at = 0;
  const own = name.toLowerCase();
  for (const letter of typed.toLowerCase()) {
    at = own.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
