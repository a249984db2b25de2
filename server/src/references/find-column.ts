import type { Span } from '../sql/span.js';
import { headsAround, isGeneral, linesAround, receiverOf, wordBefore } from './evidence.js';
import type { FileView, Literal } from './file-view.js';
import { isFieldOfAnother, type Prepared, standsFor } from './prepared.js';
import type { Certainty, Use, UseKind } from './use.js';
import type { Wanted } from './wanted.js';
import { isWordAt, partsOf } from './words.js';

type WantedColumn = Extract<Wanted, { kind: 'column' }>;

/** More places in one file are not looked at. */
const MOST = 200;

/** The uses of a column in a file, each at its place. */
export function columnUses(view: FileView, prepared: Prepared, wanted: WantedColumn): Use[] {
  const found = new Map<number, Use>();
  const add = (kind: UseKind, certainty: Certainty, span: Span): void => {
    if (!found.has(span.start)) found.set(span.start, { kind, certainty, span });
  };
  for (const model of view.models.models) {
    if (!standsFor(model, wanted.table.name)) continue;
    for (const { column, span } of model.fields) if (column === wanted.column) add('model', 'certain', span);
  }
  let places = 0;
  for (const needle of prepared.needles) {
    for (let at = view.lower.indexOf(needle); at >= 0; at = view.lower.indexOf(needle, at + needle.length)) {
      if (found.has(at) || ++places > MOST) continue;
      const end = at + needle.length;
      const segment = view.isSqlFile ? undefined : view.segmentAt(at);
      const literal = view.literalAt(at);
      if (literal?.isSql) {
        const certainty = isWhole(view, at, end) ? inSql(view, literal, { start: at, end }, wanted) : undefined;
        if (certainty) add('SQL string', certainty, { start: at, end });
      } else if (segment && prepared.aliases.includes(view.text.slice(at, end)) && isName(view, at, end)) {
        if (isFieldOfAnother(view, at, wanted.table.name)) continue;
        const use =
          literal && segment.kind === 'string'
            ? inString(view, literal, { start: at, end }, prepared, wanted)
            : inCode(view, { start: at, end }, prepared, wanted);
        if (use) add(use.kind, use.certainty, { start: at, end });
      }
    }
  }
  return [...found.values()];
}

function isWhole({ text }: FileView, start: number, end: number): boolean {
  return !(start > 0 && isWordAt(text, start - 1)) && !isWordAt(text, end);
}

/** The same in code, where other words may be grown on: `getLegacyCode`, `legacy_code__in`, `find_by_legacy_code`. */
function isName(view: FileView, start: number, end: number): boolean {
  const { text } = view;
  const before = text.slice(Math.max(0, start - 8), start);
  const behind = text.slice(end, end + 9);
  const isOpen = start === 0 || !isWordAt(text, start - 1);
  const startsNew =
    isOpen || before.endsWith('__') || /(?:find_by_|_and_|_by_)$/.test(before) || isAccessor(view, start, before);
  const endsHere =
    !isWordAt(text, end) ||
    behind.startsWith('__') ||
    /^_(?:changed|was|and_|before)/.test(behind) ||
    /^[?=]/.test(behind);
  return startsNew && endsHere;
}

/** `getLegacyCode` of Java: the name goes on in PascalCase. */
function isAccessor({ text, path }: FileView, start: number, before: string): boolean {
  return (
    /\.(?:java|kt|cs|scala|php)$/.test(path) &&
    /(?:\b|[^A-Za-z])(?:get|set|is)$/.test(before) &&
    /[A-Z]/.test(text[start] ?? '')
  );
}

/** What a query says of the word at a place. */
function inSql(view: FileView, literal: Literal, span: Span, wanted: WantedColumn): Certainty | undefined {
  const { table, column } = wanted;
  const own = { start: span.start - literal.start, end: span.end - literal.start };
  const query = view.query(literal);
  const isTable = ({ schema, name }: { schema: string | undefined; name: string }): boolean =>
    name === table.name && (schema === undefined || table.schema === undefined || schema === table.schema);
  if (query) {
    const isHere = (each: { span: Span; column: string }): boolean =>
      each.column === column && each.span.start === own.start;
    if (query.columns.some((each) => isHere(each) && isTable(each.relation))) return 'certain';
    for (const each of query.stray) {
      if (each.kind !== 'column' || !isHere(each) || !each.relations.some(isTable)) continue;
      return each.relations.length === 1 ? 'certain' : wanted.isCommon ? 'possible' : 'likely';
    }
    return isQualified(literal.text, own.start, table.name) ? 'certain' : undefined;
  }
  // A statement of a file that is no query: what it makes or changes is no use of running code.
  if (view.isSqlFile) return undefined;
  return withoutGrammar(literal.text, own, wanted);
}

/** True for `orders.legacy_code`, with quotes or without. */
function isQualified(text: string, at: number, table: string): boolean {
  const before = text
    .slice(Math.max(0, at - table.length - 6), at)
    .replace(/["`[\]\\]/g, '')
    .toLowerCase();
  return before.endsWith(`${table.toLowerCase()}.`) && !/[\w$]/.test(before.at(-table.length - 2) ?? ' ');
}

/** SQL that is put together: the table has to stand in it, and an alias before the word has to be the table's. */
function withoutGrammar(text: string, { start }: Span, wanted: WantedColumn): Certainty | undefined {
  const lower = text.toLowerCase();
  const { table, isCommon } = wanted;
  if (isQualified(text, start, table.name)) return 'certain';
  const tables = [
    ...lower.matchAll(/\b(?:from|join|into|update|,)\s+["`]?(?:\w+["`]?\.["`]?)?(\w+)["`]?(?:\s+(?:as\s+)?(\w+))?/g),
  ];
  const own = tables.filter(([, name]) => name === table.name.toLowerCase());
  if (own.length === 0) return undefined;
  const before = text.slice(0, start).replace(/["`[\]\\]+$/, '');
  if (before.endsWith('.')) {
    const alias = wordBefore(before, before.length - 1).toLowerCase();
    return own.some(([, , name]) => name === alias) ? 'certain' : undefined;
  }
  const others = tables.filter(([whole, name]) => !whole.startsWith(',') && name !== table.name.toLowerCase());
  return others.length === 0 ? 'certain' : isCommon ? 'possible' : 'likely';
}

interface Found {
  readonly kind: UseKind;
  readonly certainty: Certainty;
}

/** A string that is no whole query: a key, a part of SQL, prose. */
function inString(
  view: FileView,
  literal: Literal,
  span: Span,
  prepared: Prepared,
  wanted: WantedColumn,
): Found | undefined {
  const own = span.start - literal.start;
  const { text } = literal;
  if (isQualified(text, own, wanted.table.name)) return { kind: 'SQL string', certainty: 'certain' };
  // `customer.status` names another's.
  if (text[own - 1] === '.' && !prepared.owners.has(wordBefore(text, own - 1))) return undefined;
  const isKey = /^[\w.:-]*$/.test(text) && text.length <= 100;
  const isPart = !isKey && isPartOfSql(text, own, span.end - literal.start);
  const isList = !isKey && text.length < 2000 && text.includes(',') && text.split(',').every(isListed);
  if (!isKey && !isPart && !isList) return undefined;
  const certainty = nearOwner(view, span.start, prepared, wanted);
  return certainty && { kind: isKey ? 'identifier' : 'SQL string', certainty };
}

/** An item of a list of columns; words of a sentence are none. */
function isListed(item: string): boolean {
  return /^\s*[\w.*:"`!()]*(?:\s+(?:asc|desc|as\s+\w+))?\s*$/i.test(item);
}

/** True for a word that a condition or an order is about: `status = ?`, `LOWER(status)`, `created_at, status DESC`. */
function isPartOfSql(text: string, start: number, end: number): boolean {
  const behind = text.slice(end, end + 24).replace(/^["`]/, '');
  if (
    /^\s*(?:[=<>]|!=|[+*/]\s*\w|::|->|\|\||is\s+(?:not\s+)?null\b|(?:not\s+)?(?:in\s*[(?$:]|i?like\s|between\s)|asc\b|desc\b)/i.test(
      behind,
    )
  )
    return true;
  const before = text.slice(Math.max(0, start - 24), start).replace(/["`]$/, '');
  return /(?:\bby|\bwhere|\bset|\bdistinct|\b(?:lower|upper|max|min|sum|count|avg|coalesce)\()\s*(?:\w+\.)?$/i.test(
    before,
  );
}

function inCode(view: FileView, span: Span, prepared: Prepared, wanted: WantedColumn): Found | undefined {
  const { text } = view;
  const { owners } = prepared;
  const found = (certainty: Certainty): Found => ({ kind: 'identifier', certainty });
  const grown = wordBefore(text, span.start);
  // Django asks the model that is named in front: order__status.
  if (view.isPython && grown.endsWith('__') && !owners.has(relationBefore(grown))) return undefined;
  const start = span.start - grown.length;
  const receiver = receiverOf(text, start);
  if (receiver !== undefined) {
    const last = receiver.slice(receiver.lastIndexOf('.') + 1);
    if (receiver.split('.').some((each) => each !== '' && owners.has(each))) return found('likely');
    if (/^(?:this|self)$/.test(last) && view.models.models.some(({ span: of }) => isIn(span.start, of)))
      return isInModel(view, span.start, wanted) ? found('likely') : undefined;
    if (view.isMarkup && !isGeneral(last)) return wanted.isCommon ? undefined : found('possible');
    if (last !== '' && !isGeneral(last)) return wanted.isCommon ? undefined : rare(view, span.start, prepared);
    const certainty = nearOwner(view, span.start, prepared, wanted);
    if (certainty) return found(certainty);
    const isNear = wanted.isCommon && owners.isIn(linesAround(text, span.start, 4, 1));
    return isNear ? found('possible') : undefined;
  }
  // The text of a page is no code.
  if (view.isMarkup && !/[:=@("']/.test(text[span.start - 1] ?? ' ')) return undefined;
  // A call of a function, or its definition, is no column, but for what a model makes of it.
  if (text[span.end] === '(' && start === span.start && wanted.isCommon) return undefined;
  if (wanted.isCommon && isInProse(text, start)) return undefined;
  const certainty = nearOwner(view, span.start, prepared, wanted);
  return certainty && found(certainty);
}

/** True behind a word that no code has there: text between tags. */
function isInProse(text: string, at: number): boolean {
  let before = at;
  while (text[before - 1] === ' ') before--;
  const word = before === at ? '' : wordBefore(text, before);
  return /^[a-z]+$/i.test(word) && !keywords.has(word.toLowerCase());
}

const keywords: ReadonlySet<string> = new Set(
  'return in of if and or not await const let var def val when unless puts yield new typeof case else elsif then do is as from import export default async public private protected readonly static final int string long bool boolean order where select by attribute'.split(
    ' ',
  ),
);

/** A name that says enough by itself: how near its table is only says how sure it is. */
function rare(view: FileView, at: number, { owners }: Prepared): Found {
  const isNear = owners.isIn(linesAround(view.text, at, 12, 3));
  return { kind: 'identifier', certainty: isNear ? 'likely' : 'possible' };
}

/** Whether the model or the table stands where it can be the one that the name belongs to. */
function nearOwner(view: FileView, at: number, prepared: Prepared, wanted: WantedColumn): Certainty | undefined {
  const { owners } = prepared;
  const { text } = view;
  if (isInModel(view, at, wanted)) return 'likely';
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
  const heads = headsAround(text, at);
  if (heads.some((head) => owners.isIn(head.slice(-400)))) return 'likely';
  // Ruby calls without parentheses, Python's keyword arguments.
  if (owners.isIn(line)) return 'likely';
  if (!wanted.isCommon) return rare(view, at, prepared).certainty;
  // A name of one word says nothing in a file that is about the table.
  if (partsOf(wanted.column).length < 2) return undefined;
  const [name = '', folder = ''] = view.path.split('/').reverse();
  if (owners.has(name.slice(0, Math.max(0, name.indexOf('.'))))) return 'likely';
  return owners.has(folder) ? 'possible' : undefined;
}

/** "order" of "lines__order__". */
function relationBefore(grown: string): string {
  const names = grown.slice(0, -2).split('__');
  return names.at(-1) ?? '';
}

function isIn(at: number, { start, end }: Span): boolean {
  return start <= at && at < end;
}

function isInModel(view: FileView, at: number, wanted: WantedColumn): boolean {
  return view.models.models.some((model) => standsFor(model, wanted.table.name) && isIn(at, model.span));
}
