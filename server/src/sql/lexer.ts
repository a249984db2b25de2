import type { Span } from './span.js';

export type TokenKind =
  | 'word'
  | 'quoted'
  | 'string'
  | 'number'
  | 'operator'
  | 'open'
  | 'close'
  | 'comma'
  | 'semicolon'
  | 'dot'
  | 'colon'
  | 'parameter'
  | 'lineComment'
  | 'blockComment'
  | 'bad';

/** A lexical unit of PostgreSQL. `bad` is what its lexer refuses, such as a quote without an end. */
export interface Token extends Span {
  readonly kind: TokenKind;
  readonly text: string;
}

/** The kinds by number, so that a scan can hand back kind and end in one number. */
export const Kind = {
  word: 0,
  quoted: 1,
  string: 2,
  number: 3,
  operator: 4,
  open: 5,
  close: 6,
  comma: 7,
  semicolon: 8,
  dot: 9,
  colon: 10,
  parameter: 11,
  lineComment: 12,
  blockComment: 13,
  bad: 14,
} as const;

const KIND_NAMES = Object.keys(Kind) as TokenKind[];

/** `scanToken` answers `end * KINDS + kind`: no object for each of the 200,000 tokens of a large file. */
export const KINDS = 16;

// Character classes of scan.l: every character from U+0080 on may stand in an identifier.
const SPACE = 1;
const START = 2;
const DIGIT = 4;
const OPERATOR = 8;
const HEX = 16;
const CLASS = new Uint8Array(128);
for (const c of ' \t\n\r\f\v') CLASS[c.charCodeAt(0)] = SPACE;
for (let c = 65; c <= 90; c++) CLASS[c] = CLASS[c + 32] = START;
for (const c of 'abcdefABCDEF') CLASS[c.charCodeAt(0)]! |= HEX;
for (let c = 48; c <= 57; c++) CLASS[c] = DIGIT | HEX;
CLASS[95] = START;
for (const c of '~!@#^&|`?+-*/%<>=') CLASS[c.charCodeAt(0)] = OPERATOR;

/** Whether PostgreSQL's lexer skips the character: blank, tab, line ends, form feed, vertical tab. */
export function isSpace(code: number): boolean {
  return code < 128 && CLASS[code] === SPACE;
}

/** Whether an unquoted identifier can start with the character. */
export function isWordStart(code: number): boolean {
  return code >= 128 || (CLASS[code]! & START) !== 0;
}

/** Whether an unquoted identifier can go on with the character. */
export function isWordPart(code: number): boolean {
  return code >= 128 || (CLASS[code]! & (START | DIGIT)) !== 0 || code === 36;
}

/** The offset of the first character at or behind `at` that is no blank; at most `to`. */
export function skipSpace(text: string, at: number, to: number): number {
  let i = at;
  while (i < to && isSpace(text.charCodeAt(i))) i++;
  return i;
}

/**
 * Reads one token that starts at `at` (which is no blank and lies before `to`).
 * Out: its end and its kind as `end * KINDS + kind`. The rules are those of PostgreSQL's scan.l
 * with standard_conforming_strings on.
 */
export function scanToken(text: string, at: number, to: number): number {
  const c = text.charCodeAt(at);
  if (c >= 128) return wordEnd(text, at + 1, to) * KINDS + Kind.word;
  const next = at + 1 < to ? text.charCodeAt(at + 1) : 0;
  const group = CLASS[c]!;
  if (group & START) return scanWord(text, at, to, c, next);
  if (group & DIGIT) return scanNumber(text, at, to);
  if (group & OPERATOR) {
    if (c === 45 && next === 45) return lineEnd(text, at, to) * KINDS + Kind.lineComment;
    if (c === 47 && next === 42) return scanBlockComment(text, at, to);
    return operatorEnd(text, at, to) * KINDS + Kind.operator;
  }
  switch (c) {
    case 39:
      return scanString(text, at + 1, to, false);
    case 34:
      return scanQuoted(text, at + 1, to);
    case 40:
    case 91:
      return (at + 1) * KINDS + Kind.open;
    case 41:
    case 93:
      return (at + 1) * KINDS + Kind.close;
    case 44:
      return (at + 1) * KINDS + Kind.comma;
    case 59:
      return (at + 1) * KINDS + Kind.semicolon;
    case 46:
      if (next === 46) return (at + 2) * KINDS + Kind.operator;
      if (next >= 48 && next <= 57) return scanNumber(text, at, to);
      return (at + 1) * KINDS + Kind.dot;
    case 58:
      if (next === 58 || next === 61) return (at + 2) * KINDS + Kind.operator;
      return (at + 1) * KINDS + Kind.colon;
    case 36:
      return next === 123 ? scanPlaceholder(text, at, to, '}') : scanDollar(text, at, to, next);
    case 123:
      if (next === 123) return scanPlaceholder(text, at, to, '}}');
      return (at + 1) * KINDS + Kind.bad;
    default:
      return (at + 1) * KINDS + Kind.bad;
  }
}

/** A dollar in front of a brace belongs to a placeholder: in `t_${env}` the word is `t_`, and no SQL has the two side by side. */
function wordEnd(text: string, from: number, to: number): number {
  let i = from;
  while (i < to && isWordPart(text.charCodeAt(i))) {
    if (text.charCodeAt(i) === 36 && text.charCodeAt(i + 1) === 123) break;
    i++;
  }
  return i;
}

function scanWord(text: string, at: number, to: number, c: number, next: number): number {
  if (next === 39) {
    const letter = c | 32;
    if (letter === 101) return scanString(text, at + 2, to, true); // E'…'
    if (letter === 98 || letter === 120 || letter === 110) return scanString(text, at + 2, to, false); // B X N
  } else if (next === 38 && (c | 32) === 117 && at + 2 < to) {
    const third = text.charCodeAt(at + 2);
    if (third === 39) return scanString(text, at + 3, to, false); // U&'…'
    if (third === 34) return scanQuoted(text, at + 3, to); // U&"…"
  }
  return wordEnd(text, at + 1, to) * KINDS + Kind.word;
}

/** A string whose first character stands at `from`; with `escapes` a backslash hides the next character. */
function scanString(text: string, from: number, to: number, escapes: boolean): number {
  let i = from;
  for (;;) {
    let quote = i;
    if (escapes) {
      while (quote < to && text.charCodeAt(quote) !== 39) quote += text.charCodeAt(quote) === 92 ? 2 : 1;
    } else {
      quote = text.indexOf("'", i);
    }
    if (quote < 0 || quote >= to) return to * KINDS + Kind.bad;
    if (quote + 1 < to && text.charCodeAt(quote + 1) === 39) {
      i = quote + 2;
      continue;
    }
    const further = continuation(text, quote + 1, to);
    if (further < 0) return (quote + 1) * KINDS + Kind.string;
    i = further;
  }
}

/**
 * `'a'` line end `'b'` is one literal (SQL standard): the offset behind the quote that continues it, or -1.
 * Only blanks and line comments may stand between, at least one line end among them.
 */
function continuation(text: string, from: number, to: number): number {
  let newline = false;
  for (let i = from; i < to; i++) {
    const c = text.charCodeAt(i);
    if (c === 10 || c === 13) newline = true;
    else if (c === 39) return newline ? i + 1 : -1;
    else if (c === 45 && text.charCodeAt(i + 1) === 45) i = lineEnd(text, i, to) - 1;
    else if (!isSpace(c)) return -1;
  }
  return -1;
}

function scanQuoted(text: string, from: number, to: number): number {
  let i = from;
  for (;;) {
    const quote = text.indexOf('"', i);
    if (quote < 0 || quote >= to) return to * KINDS + Kind.bad;
    if (quote + 1 >= to || text.charCodeAt(quote + 1) !== 34) return (quote + 1) * KINDS + Kind.quoted;
    i = quote + 2;
  }
}

/** `$1`, `$tag$…$tag$`, or a dollar that PostgreSQL refuses. */
function scanDollar(text: string, at: number, to: number, next: number): number {
  if (next >= 48 && next <= 57) {
    let i = at + 1;
    while (i < to && (CLASS[text.charCodeAt(i)]! & DIGIT) !== 0) i++;
    if (i < to && isWordStart(text.charCodeAt(i))) return wordEnd(text, i, to) * KINDS + Kind.bad;
    return i * KINDS + Kind.parameter;
  }
  const open = dollarTagEnd(text, at, to);
  if (open < 0) return (at + 1) * KINDS + Kind.bad;
  const close = text.indexOf(text.slice(at, open), open);
  if (close < 0 || close + (open - at) > to) return to * KINDS + Kind.bad;
  return (close + (open - at)) * KINDS + Kind.string;
}

/** The offset behind the `$tag$` that starts at `at`, or -1 when none does. A tag is a word without dollars. */
export function dollarTagEnd(text: string, at: number, to = text.length): number {
  let i = at + 1;
  while (i < to) {
    const c = text.charCodeAt(i);
    if (c === 36) return i + 1;
    if (!isWordPart(c) || (i === at + 1 && !isWordStart(c))) return -1;
    i++;
  }
  return -1;
}

/**
 * `${name}` and `{{ name }}` of migration tools: no SQL, so bad, but one token, whatever quotes stand in it.
 * A brace that is not closed on its line is a token of its own.
 */
function scanPlaceholder(text: string, at: number, to: number, close: string): number {
  const found = text.indexOf(close, at + 2);
  const end = found + close.length;
  if (found < 0 || end > to || lineEnd(text, at, end) < end) return (at + 1) * KINDS + Kind.bad;
  return end * KINDS + Kind.bad;
}

function lineEnd(text: string, from: number, to: number): number {
  let i = from;
  while (i < to) {
    const c = text.charCodeAt(i);
    if (c === 10 || c === 13) return i;
    i++;
  }
  return to;
}

function scanBlockComment(text: string, at: number, to: number): number {
  let depth = 1;
  let i = at + 2;
  while (i + 1 < to) {
    const c = text.charCodeAt(i);
    if (c === 42 && text.charCodeAt(i + 1) === 47) {
      i += 2;
      if (--depth === 0) return i * KINDS + Kind.blockComment;
    } else if (c === 47 && text.charCodeAt(i + 1) === 42) {
      depth++;
      i += 2;
    } else i++;
  }
  return to * KINDS + Kind.bad;
}

/**
 * The longest run of operator characters that holds no comment start. A run of several characters ends in
 * + or - only if it also has one of ~ ! @ # % ^ & | ` ? (so that `a=-1` is three tokens).
 */
function operatorEnd(text: string, at: number, to: number): number {
  let i = at;
  let special = false;
  while (i < to) {
    const c = text.charCodeAt(i);
    if (c >= 128 || CLASS[c] !== OPERATOR) break;
    if (i > at) {
      const next = i + 1 < to ? text.charCodeAt(i + 1) : 0;
      if ((c === 45 && next === 45) || (c === 47 && next === 42)) break;
    }
    // All operator characters but + - * / < > = are special here.
    if (c !== 43 && c !== 45 && c !== 42 && c !== 47 && c !== 60 && c !== 62 && c !== 61) special = true;
    i++;
  }
  if (!special) {
    while (i - at > 1) {
      const last = text.charCodeAt(i - 1);
      if (last !== 43 && last !== 45) break;
      i--;
    }
  }
  return i;
}

/** Digits of one class with single underscores between them; the offset behind the last digit. */
function digits(text: string, from: number, to: number, mask: number): number {
  let i = from;
  while (i < to) {
    const c = text.charCodeAt(i);
    if (c < 128 && (CLASS[c]! & mask) !== 0) i++;
    else if (c === 95 && i > from && i + 1 < to && (CLASS[text.charCodeAt(i + 1)]! & mask) !== 0) i++;
    else break;
  }
  return i;
}

/** Numbers as of PostgreSQL 16: 0x, 0o, 0b, underscores, decimals, exponents. A letter behind makes them bad. */
function scanNumber(text: string, at: number, to: number): number {
  let i = at;
  const radix = text.charCodeAt(at) === 48 && at + 1 < to ? text.charCodeAt(at + 1) | 32 : 0;
  if (radix === 120 || radix === 111 || radix === 98) {
    i = digits(text, text.charCodeAt(at + 2) === 95 ? at + 3 : at + 2, to, radix === 120 ? HEX : DIGIT);
  } else {
    i = digits(text, at, to, DIGIT);
    // "1..10" is a range of PL/pgSQL: 1, .., 10.
    if (text.charCodeAt(i) === 46 && i < to && !(text.charCodeAt(i + 1) === 46 && i > at)) {
      i = digits(text, i + 1, to, DIGIT);
    }
    if (i < to && (text.charCodeAt(i) | 32) === 101) {
      const sign = text.charCodeAt(i + 1);
      const from = sign === 43 || sign === 45 ? i + 2 : i + 1;
      const end = digits(text, from, to, DIGIT);
      if (end > from) i = end;
    }
  }
  if (i < to && isWordStart(text.charCodeAt(i))) return wordEnd(text, i, to) * KINDS + Kind.bad;
  return i * KINDS + Kind.number;
}

/** True for a comment, which means nothing to PostgreSQL. */
export function isComment({ kind }: Pick<Token, 'kind'>): boolean {
  return kind === 'lineComment' || kind === 'blockComment';
}

/** The tokens that mean something. */
export function withoutComments(tokens: readonly Token[]): Token[] {
  return tokens.filter((token) => !isComment(token));
}

/** The tokens of `text` between two UTF-16 offsets, comments included, blanks left out. Never throws. */
export function lex(text: string, from = 0, to = text.length): Token[] {
  const tokens: Token[] = [];
  let at = skipSpace(text, from, to);
  while (at < to) {
    const packed = scanToken(text, at, to);
    const kind = packed % KINDS;
    const end = (packed - kind) / KINDS;
    tokens.push({ kind: KIND_NAMES[kind]!, start: at, end, text: text.slice(at, end) });
    at = skipSpace(text, end, to);
  }
  return tokens;
}

/**
 * The name that an identifier token stands for: a word in lower case (only ASCII letters fold, as in a UTF-8
 * database), a quoted identifier without its quotes. The text of any other token comes back as it is.
 */
export function nameOf(token: Token): string {
  if (token.kind === 'word') return foldWord(token.text);
  if (token.kind !== 'quoted') return token.text;
  const unicode = token.text.charCodeAt(0) !== 34;
  const inner = token.text.slice(unicode ? 3 : 1, -1).replaceAll('""', '"');
  return unicode ? decodeUnicode(inner) : inner;
}

/** An unquoted identifier as PostgreSQL folds it: A-Z to a-z, other letters as they are. */
export function foldWord(word: string): string {
  return word.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** The escapes of U&"…" with the default escape character: \0041, \+01F600, \\. */
function decodeUnicode(text: string): string {
  return text.replace(/\\(?:\\|([0-9A-Fa-f]{4})|\+([0-9A-Fa-f]{6}))/g, (whole, four, six) => {
    if (whole === '\\\\') return '\\';
    const code = Number.parseInt(four ?? six, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** Whether the token is that unquoted word, in any letter case. `word` is in upper case. */
export function isKeyword(token: Token | undefined, word: string): boolean {
  return (
    token !== undefined &&
    token.kind === 'word' &&
    token.text.length === word.length &&
    token.text.toUpperCase() === word
  );
}
