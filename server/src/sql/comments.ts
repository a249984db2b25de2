import { isReservedWord } from './keywords.js';
import { isSpace, KINDS, Kind, lex, scanToken, skipSpace, type Token } from './lexer.js';

/**
 * The text with blanks in the place of its comments: same length, same line ends, so that every offset stays good.
 * To PostgreSQL a comment is a blank; read so, a rule cannot stumble over one, nor a fix swallow what stands behind it.
 * Comments inside strings and dollar quotes are content and stay. Without comments the text comes back as it is.
 */
export function blankComments(text: string): string {
  if (!text.includes('--') && !text.includes('/*')) return text;
  let out = '';
  let from = 0;
  const blank = (start: number, end: number): void => {
    out += text.slice(from, start) + text.slice(start, end).replace(/[^\r\n]/g, ' ');
    from = end;
  };
  let last: number = Kind.bad;
  let held: [start: number, end: number][] = [];
  for (let at = skipSpace(text, 0, text.length); at < text.length; ) {
    const packed = scanToken(text, at, text.length);
    const kind = packed % KINDS;
    const end = (packed - kind) / KINDS;
    if (kind === Kind.lineComment || kind === Kind.blockComment) {
      held.push([at, end]);
    } else {
      // `'a' /* c */` line end `'b'` is an error, and without the comment it would be one literal.
      const joins = kind === Kind.string && last === Kind.string && held.length > 0;
      if (!joins) for (const [start, stop] of held) blank(start, stop);
      held = [];
      if (kind === Kind.string) for (const [start, stop] of commentsWithin(text, at, end)) blank(start, stop);
      last = kind;
    }
    at = skipSpace(text, end, text.length);
  }
  for (const [start, stop] of held) blank(start, stop);
  return out + text.slice(from);
}

/** The line comments between the parts of one literal: `'a' -- why`, line end, `'b'`. */
function commentsWithin(text: string, start: number, end: number): [start: number, end: number][] {
  const first = text.indexOf("'", start);
  const head = text.slice(start, first);
  if (first < 0 || first >= end || head.includes('$') || !text.slice(start, end).includes('--')) return [];
  const escapes = head.toLowerCase() === 'e';
  const found: [start: number, end: number][] = [];
  for (let at = first + 1; at < end; ) {
    const quote = closingQuote(text, at, end, escapes);
    at = quote + 1;
    while (at < end && text.charCodeAt(at) !== 39) {
      const from = at;
      if (isSpace(text.charCodeAt(at))) at++;
      else {
        at = lineEnd(text, at, end);
        found.push([from, at]);
      }
    }
    at++;
  }
  return found;
}

/** The offset of the quote that ends a part of a literal; `end` when there is none. */
function closingQuote(text: string, from: number, end: number, escapes: boolean): number {
  for (let at = from; at < end; at++) {
    const code = text.charCodeAt(at);
    if (escapes && code === 92) at++;
    else if (code === 39) {
      if (text.charCodeAt(at + 1) !== 39) return at;
      at++;
    }
  }
  return end;
}

function lineEnd(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && text.charCodeAt(at) !== 10 && text.charCodeAt(at) !== 13) at++;
  return at;
}

/** What may be closed up without joining two tokens: blanks behind an opening bracket and before what ends a part. */
const GAPS = /[([]\s|\s[)\],]|[\w"]\s\(|\s{2}/;

/**
 * A fragment as it is quoted, compared and put into generated SQL: no blanks inside brackets at their ends, before a
 * comma or between a name and its arguments, several blanks in a row as one, or as one line end with its indentation. What stands in literals and quoted
 * names stays. In: a text without comments.
 */
export function closeUp(text: string): string {
  if (!GAPS.test(text)) return text;
  let out = '';
  let last: Token | undefined;
  for (const token of lex(text)) {
    if (last && token.start > last.end) out += gap(text.slice(last.end, token.start), last, token);
    out += token.text;
    last = token;
  }
  return out;
}

function gap(blanks: string, before: Token, behind: Token): string {
  // A line comment that could not be blanked must keep its line end; so must two literals that are one.
  if (before.kind === 'lineComment' || (before.kind === 'string' && behind.kind === 'string')) return blanks;
  if (before.kind === 'open' || behind.kind === 'close' || behind.kind === 'comma') return '';
  if (behind.text === '(' && isName(before)) return '';
  const line = Math.max(blanks.lastIndexOf('\n'), blanks.lastIndexOf('\r'));
  return line < 0 ? ' ' : blanks.slice(blanks.charCodeAt(line - 1) === 13 ? line - 1 : line);
}

function isName({ kind, text }: Token): boolean {
  if (kind !== 'word') return kind === 'quoted';
  const word = text.toLowerCase();
  return CALLED.has(word) || (!NO_NAMES.has(word) && !isReservedWord(word));
}

/** Reserved words with arguments of their own. */
const CALLED = new Set(
  `bit char character coalesce dec decimal extract float greatest interval least nchar nullif numeric overlay position
   substring time timestamp trim varchar`.split(/\s+/),
);

/** Words that are no names where a bracket stands behind, and yet not reserved. */
const NO_NAMES = new Set(['between', 'by', 'exists', 'key', 'operator', 'over', 'values']);
