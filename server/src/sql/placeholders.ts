import { isWordPart, KINDS, Kind, lex, scanToken, skipSpace } from './lexer.js';
import type { Span } from './span.js';

/**
 * Migration tools put placeholders into SQL: `${name}` (Flyway, Liquibase), `$NAME` (goose), `{{ .name }}`
 * (tern, morph), `:name`, `:'name'`, `:"name"` (psql, graphile). They are replaced by SQL of the same length,
 * so that every offset stays good, and in letters that `restorePlaceholders` reads back.
 */

interface Placeholder {
  readonly start: number;
  readonly end: number;
  /**
   * `brace`: can stand for any SQL. `inName`: a part of a quoted name. `name`, `literal`, `quoted`: psql puts one name
   * or literal there.
   */
  readonly kind: 'brace' | 'inName' | 'name' | 'literal' | 'quoted';
}

/** The placeholders of a text, outside strings and comments; in quoted names those that have quotes of their own. */
function findPlaceholders(text: string): Placeholder[] {
  const found: Placeholder[] = [];
  const to = text.length;
  for (let at = skipSpace(text, 0, to); at < to; ) {
    const packed = scanToken(text, at, to);
    const kind = packed % KINDS;
    let end = (packed - kind) / KINDS;
    if (kind === Kind.quoted && text.charCodeAt(at) === 34) {
      end = quotedEnd(text, at, end, found);
    } else if (kind === Kind.bad) {
      const c = text.charCodeAt(at);
      if ((c === 36 || c === 123) && text.charCodeAt(end - 1) === 125) found.push({ start: at, end, kind: 'brace' });
      else if (c === 36 && end === at + 1 && end < to && isWordPart(text.charCodeAt(end))) {
        end = wordEnd(text, end);
        found.push({ start: at, end, kind: 'brace' });
      }
    } else if (kind === Kind.colon && end < to && !endsOperand(text, at)) {
      const next = scanToken(text, end, to);
      const name = PSQL_KINDS[next % KINDS];
      if (name) {
        end = (next - (next % KINDS)) / KINDS;
        found.push({ start: at, end, kind: name });
      }
    }
    at = skipSpace(text, end, to);
  }
  return found;
}

/**
 * The end of a quoted name in which `{{ index .Options "Namespace" }}` stands: its quotes do not end the name. Without
 * such a template it is the end that PostgreSQL sees.
 */
function quotedEnd(text: string, at: number, seen: number, found: Placeholder[]): number {
  let end = seen;
  for (let from = at; ; ) {
    const start = text.slice(from, end).lastIndexOf('{{') + from;
    if (start < from) return end;
    // A template that ends before the quote, or is not closed on its line, does not hide it.
    const close = text.indexOf('}}', start + 2) + 2;
    const quote = close < end ? -1 : text.indexOf('"', close);
    if (quote < 0 || text.slice(start, quote).includes('\n')) return end;
    found.push({ start, end: close, kind: 'inName' });
    from = close;
    end = quote + 1;
  }
}

const PSQL_KINDS: Readonly<Record<number, Placeholder['kind']>> = {
  [Kind.word]: 'name',
  [Kind.string]: 'literal',
  [Kind.quoted]: 'quoted',
};

/** Whether a name or a closing bracket ends right before the offset: `a:text` is a cast gone wrong. */
function endsOperand(text: string, at: number): boolean {
  const c = at > 0 ? text.charCodeAt(at - 1) : 32;
  // Behind a cast: x:::schema.type.
  if (c === 58) return text.charCodeAt(at - 2) !== 58 || text.charCodeAt(at - 3) === 58;
  return isWordPart(c) || c === 34 || c === 39 || c === 41 || c === 93;
}

function wordEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length && isWordPart(text.charCodeAt(end))) end++;
  return end;
}

/** Whether the text has placeholders that can stand for any SQL, so that a refusal by PostgreSQL proves nothing. */
export function hasOpenPlaceholders(text: string): boolean {
  return findPlaceholders(text).some((found) => found.kind === 'brace');
}

/**
 * The text with each placeholder replaced by an identifier (or, for `:'x'`, a literal) of the same length that
 * `restorePlaceholders` reads back, so that different placeholders are different names. A text that is nothing but one
 * placeholder becomes blank. `as` chooses blanks or digits instead. Without placeholders the text comes back as is.
 */
export function blankPlaceholders(text: string, as: As = 'name'): string {
  const lines = blankCommands(text);
  const found = findPlaceholders(lines);
  if (found.length === 0) return lines;
  const [only] = found;
  if (found.length === 1 && only!.kind === 'brace' && lines.slice(only!.end).trim() === '') {
    if (lines.slice(0, only!.start).trim() === '') return ' '.repeat(text.length);
  }
  const out = replaced(lines, found, () => as);
  const long = as === 'name' ? cutNames(out) : [];
  if (long.length === 0) return out;
  const isCut = ({ start, end }: Placeholder): boolean => long.some((name) => start < name.end && name.start < end);
  return replaced(lines, found, (each) => (isCut(each) ? 'number' : 'name'));
}

type As = 'name' | 'blank' | 'number';

function replaced(text: string, found: readonly Placeholder[], as: (placeholder: Placeholder) => As): string {
  let out = '';
  let at = 0;
  for (const placeholder of found) {
    const source = text.slice(placeholder.start, placeholder.end);
    out += text.slice(at, placeholder.start) + replacement(source, placeholder.kind, as(placeholder));
    at = placeholder.end;
  }
  return out + text.slice(at);
}

/** Names with placeholders in them of which PostgreSQL would keep the first 63 bytes, so that they could not be read back. */
function cutNames(text: string): Span[] {
  return lex(text).filter(
    (token) => (token.kind === 'word' || token.kind === 'quoted') && mark.test(token.text) && bytesOf(token.text) > 63,
  );
}

function bytesOf(text: string): number {
  return text.replace(/[\u0080-\u07ff]/g, '..').replace(/[\u0800-\uffff]/g, '...').length;
}

function replacement(source: string, kind: Placeholder['kind'], as: As): string {
  if (kind === 'literal') return `'${PSQL}${source.slice(2)}`;
  if (kind === 'quoted') return `"${PSQL_QUOTED}${encoded(source.slice(2, -1))}"`;
  if (kind === 'inName') return IN_NAME + encoded(source.slice(1));
  if (kind === 'brace' && as === 'blank') return ' '.repeat(source.length);
  if (kind === 'brace' && as === 'number') return '1'.padEnd(source.length);
  return (FIRST[source.charAt(0)] ?? '') + encoded(source.slice(1));
}

// Names may hold every character from U+0080 on (scan.l). Nobody writes the control characters of U+0080 to U+009F, so
// by them a placeholder is known among other names; each takes two bytes of the 63 that a name has.
const DOLLAR = '\u0081';
const PSQL = '\u0082';
const IN_NAME = '\u0083';
const PSQL_QUOTED = '\u0084';

/** A brace, encoded. */
const OPEN = '\u009b';

const FIRST: Readonly<Record<string, string>> = { $: DOLLAR, ':': PSQL, '{': OPEN };

const START: Readonly<Record<string, string>> = { [DOLLAR]: '$', [PSQL]: ':', [IN_NAME]: '{' };

/** U+0020 to U+005F stand at U+07C0, U+0060 to U+007F at U+0080; what a name may hold anyway stays. */
function encoded(source: string): string {
  return source.replace(/[^a-z0-9_\u0080-\uffff]/g, (character) => {
    const code = Math.max(character.charCodeAt(0), 0x20);
    return String.fromCharCode(code < 0x60 ? code - 0x20 + 0x7c0 : code - 0x60 + 0x80);
  });
}

/**
 * The text with every placeholder as its author wrote it, in names that stand alone and in those made from them. Only
 * what reads as a placeholder is decoded: letters of the private encoding that somebody wrote himself stay letters.
 */
export function restorePlaceholders(text: string): string {
  if (!mark.test(text)) return text;
  return text
    .replace(/"\u0084([^"]*)"|\u0084([a-z0-9_\u0080\u009b-\u009f\u07c0-\u07ff]*)/g, (whole, quoted = '', bare = '') => {
      const name = decoded(quoted + bare);
      return name.includes('"') ? whole : `:"${name}"`;
    })
    .replace(/[\u0081-\u0083\u009b][a-z0-9_\u0080\u009b-\uffff]*/g, restored);
}

/** In: a start letter and all that could belong to its placeholder; names that are put behind it are left to the rest. */
function restored(run: string): string {
  let out = '';
  let rest = run;
  for (;;) {
    const start = START[rest.charAt(0)] ?? '{';
    const [placeholder] = SHAPES[start]?.exec(start + decoded(rest.slice(1))) ?? [];
    if (placeholder === undefined) return out + rest;
    out += placeholder;
    rest = rest.slice(placeholder.length);
    const next = rest.indexOf(OPEN);
    if (next < 0) return out + rest;
    out += rest.slice(0, next);
    rest = rest.slice(next);
  }
}

/** What a placeholder looks like, by its first character. */
const SHAPES: Readonly<Record<string, RegExp>> = {
  $: /^\$(?:\{[^}\n]*\}|[\w\u00a0-\uffff]+)/,
  '{': /^\{\{[^\n]*?\}\}/,
  ':': /^:[\w\u00a0-\uffff]+/,
};

function decoded(text: string): string {
  return text.replace(/[\u0080-\u009f\u07c0-\u07ff]/g, (letter) => {
    const code = letter.charCodeAt(0);
    return String.fromCharCode(code < 0x100 ? code - 0x80 + 0x60 : code - 0x7c0 + 0x20);
  });
}

const mark = /[\u0080-\u009f]/;

/**
 * True for a text that has letters of the private encoding before anything is encoded: they cannot be known from
 * placeholders, so the statement is not read. Nobody writes control characters into a name but to deceive.
 */
export function hasPrivateLetters(text: string): boolean {
  return mark.test(text);
}

/** True for a name in which a placeholder stands, so that nobody knows how it reads. */
export function hasPlaceholder(name: string): boolean {
  return mark.test(name);
}

/** A name as it is compared: a placeholder that stands in quotes means the same name as the one without. */
export function comparableName(name: string): string {
  return name.startsWith(IN_NAME) ? OPEN + name.slice(1) : name;
}

/** True for a placeholder that stands without quotes: its name may not get any. */
export function isBarePlaceholder(name: string): boolean {
  return mark.test(name) && !name.includes(IN_NAME) && /^[a-z0-9_\u0080-\u009f\u07c0-\u07ff]*$/.test(name);
}

/** Commands of psql on lines of their own inside a statement (`\if`, `\echo`), replaced by blanks. */
function blankCommands(text: string): string {
  if (!text.includes('\\')) return text;
  const to = text.length;
  let out = text;
  for (let at = skipSpace(text, 0, to); at < to; ) {
    const packed = scanToken(text, at, to);
    let end = (packed - (packed % KINDS)) / KINDS;
    if (text.charCodeAt(at) === 92 && /(?:^|\n)[^\S\n]*$/.test(text.slice(Math.max(0, at - 200), at))) {
      const line = text.indexOf('\n', at);
      end = line < 0 ? to : line;
      out = out.slice(0, at) + ' '.repeat(end - at) + out.slice(end);
    }
    at = skipSpace(text, end, to);
  }
  return out;
}
