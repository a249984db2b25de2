import { isSpace, KINDS, Kind, scanToken } from './lexer.js';
import type { Span } from './span.js';
import { SqlBody } from './sql-body.js';
import type { Comment, SyntaxProblem } from './statement.js';

/** A part of a file that is not blank and no comment. Offsets are absolute, in UTF-16. */
export interface Piece {
  /**
   * `statement`: SQL without its semicolon, without blanks and comments at both ends.
   * `meta`: a command of psql, such as `\set x 1`. `data`: the lines behind COPY … FROM stdin, with `\.`.
   */
  readonly kind: 'statement' | 'meta' | 'data';
  readonly span: Span;
  /** The offset behind the semicolon, or `span.end` when there is none. */
  readonly fullEnd: number;
  /** False when the lexer ended inside a quote, a comment, parentheses or a SQL body. */
  readonly complete: boolean;
}

/** What is found beside the pieces. */
export interface Remarks {
  /** All comments, those inside statements included, in order. */
  readonly comments: Comment[];
  /** What belongs to no statement, such as a comment without an end. */
  readonly problems: SyntaxProblem[];
}

export interface SplitText extends Remarks {
  readonly pieces: Piece[];
}

/** Where the splitter stands: handed from piece to piece, so that recovery can restart anywhere. */
export interface Cursor {
  at: number;
  /** COPY … FROM stdin statements of this line whose data starts with the next line. */
  copies: number;
}

/** Splits a file as psql does. Linear in the length of the text; never throws. */
export function split(text: string): SplitText {
  const out: SplitText = { pieces: [], comments: [], problems: [] };
  const cursor = startOf(text);
  for (let piece = readPiece(text, cursor, out); piece; piece = readPiece(text, cursor, out)) out.pieces.push(piece);
  return out;
}

/** The start of a file: behind a byte order mark, which editors hide and PostgreSQL would take for a letter. */
export function startOf(text: string): Cursor {
  return { at: text.charCodeAt(0) === 0xfeff ? 1 : 0, copies: 0 };
}

/** psql's commands that send the statement before them, as a semicolon does. */
const SENDING = /\\(?:g|gx|gset|gexec|gdesc|crosstabview|watch|bind|bind_named|parse|sendpipeline)(?![A-Za-z_])/y;

/** psql's commands that take the whole line, in which `\\` does not start SQL again. */
const WHOLE_LINE = /\\(?:!|copy|ef|ev|h|help|sf|sv)(?![A-Za-z_])/y;

/** Drizzle, goose and sql-migrate cut their files there, whether or not a semicolon stands before it. */
const BREAKPOINTS = ['--> statement-breakpoint', '-- +goose StatementEnd', '-- +migrate StatementEnd'];

const COPY_IN = /^\\?copy\b.*\bfrom\s+stdin\b/is;

/**
 * Reads the next piece from the cursor on and moves the cursor behind it; undefined at the end of the text.
 * Comments and problems on the way are added to `out`. When `suspicious`, a statement in which a semicolon
 * ends a line inside open parentheses is given up there as incomplete.
 */
export function readPiece(text: string, cursor: Cursor, out: Remarks, suspicious = false): Piece | undefined {
  const found = skipBetween(text, cursor, out);
  if (found) return found;
  if (cursor.at >= text.length) return undefined;
  return text.charCodeAt(cursor.at) === 92 ? readMeta(text, cursor) : readStatement(text, cursor, out, suspicious);
}

/** Moves over blanks, comments and empty statements; hands back COPY data when the cursor comes to it. */
function skipBetween(text: string, cursor: Cursor, out: Remarks): Piece | undefined {
  while (cursor.at < text.length) {
    const c = text.charCodeAt(cursor.at);
    if (c === 10 && cursor.copies > 0) {
      cursor.at++;
      cursor.copies--;
      const data = readData(text, cursor);
      if (data) return data;
    } else if (isSpace(c) || c === 59) {
      cursor.at++;
    } else if (c === 92 && text.charCodeAt(cursor.at + 1) === 59) {
      cursor.at += 2;
    } else {
      const packed = scanToken(text, cursor.at, text.length);
      const kind = packed % KINDS;
      const end = (packed - kind) / KINDS;
      if (kind === Kind.lineComment || kind === Kind.blockComment) addComment(text, cursor.at, end, kind, out);
      else if (kind === Kind.bad && c === 47) {
        const span = { start: cursor.at, end: Math.min(cursor.at + 2, end) };
        out.problems.push({ message: 'unterminated /* comment', span });
        // PostgreSQL would read no further; while somebody types, the rest of the file is better than nothing.
        cursor.at = lineBreak(text, cursor.at);
        continue;
      } else return undefined;
      cursor.at = end;
    }
  }
  return undefined;
}

function addComment(text: string, start: number, end: number, kind: number, out: Remarks): void {
  const isLine = kind === Kind.lineComment;
  out.comments.push({ span: { start, end }, kind: isLine ? 'line' : 'block', text: text.slice(start, end) });
}

/** A psql command: to the end of its line, or up to `\\`, which starts SQL again on the same line. */
function readMeta(text: string, cursor: Cursor): Piece {
  const start = cursor.at;
  let end = start;
  while (end < text.length && text.charCodeAt(end) !== 10) end++;
  WHOLE_LINE.lastIndex = start;
  const separator = WHOLE_LINE.test(text) ? -1 : separatorIn(text, start + 1, end);
  cursor.at = separator < 0 ? end : separator + 2;
  if (separator >= 0) end = separator;
  while (end > start + 1 && isSpace(text.charCodeAt(end - 1))) end--;
  if (isCopyFromStdin(text, start, end)) cursor.copies++;
  return { kind: 'meta', span: { start, end }, fullEnd: end, complete: true };
}

/** The offset of `\\` outside single quotes on a command's line, or -1. */
function separatorIn(text: string, from: number, to: number): number {
  let quoted = false;
  for (let i = from; i < to; i++) {
    const c = text.charCodeAt(i);
    if (c === 39) quoted = !quoted;
    else if (c === 92 && !quoted && text.charCodeAt(i + 1) === 92) return i;
  }
  return -1;
}

/** Whether COPY … FROM stdin stands there. Only a statement that starts with COPY is looked at. */
function isCopyFromStdin(text: string, start: number, end: number): boolean {
  const from = text.charCodeAt(start) === 92 ? start + 1 : start;
  if ((text.charCodeAt(from) | 32) !== 99 || (text.charCodeAt(from + 2) | 32) !== 112) return false;
  return COPY_IN.test(text.slice(start, end));
}

/** The lines up to `\.`; undefined when there is no such line: then a program sends the data, not the file. */
function readData(text: string, cursor: Cursor): Piece | undefined {
  const start = cursor.at;
  const mark = /^\\\.\r?$/gm;
  mark.lastIndex = start;
  const found = mark.exec(text);
  if (!found) return undefined;
  cursor.at = found.index + 2;
  return { kind: 'data', span: { start, end: cursor.at }, fullEnd: cursor.at, complete: true };
}

function readStatement(text: string, cursor: Cursor, out: Remarks, suspicious: boolean): Piece {
  const to = text.length;
  const start = cursor.at;
  const body = new SqlBody();
  let at = start;
  let end = start;
  let parens = 0;
  let isOpen = false;
  while (at < to) {
    const c = text.charCodeAt(at);
    if (isSpace(c)) {
      at++;
      continue;
    }
    const sent = c === 92 ? sentBy(text, at, parens + body.depth) : undefined;
    if (sent !== undefined) {
      cursor.at = sent;
      return statement(text, start, end, sent === at ? end : sent, cursor);
    }
    const packed = scanToken(text, at, to);
    const kind = packed % KINDS;
    const next = (packed - kind) / KINDS;
    if (kind === Kind.lineComment || kind === Kind.blockComment) {
      addComment(text, at, next, kind, out);
      if (BREAKPOINTS.some((each) => text.startsWith(each, at))) {
        cursor.at = next;
        const piece = statement(text, start, end, end, cursor);
        return parens + body.depth > 0 ? { ...piece, complete: false } : piece;
      }
      at = next;
      continue;
    }
    if (kind === Kind.bad && c === 92 && startsLine(text, at)) {
      // A psql command between the lines of a statement belongs to psql: the statement goes on behind it.
      at = lineBreak(text, at);
      continue;
    }
    if (kind === Kind.semicolon && parens === 0 && body.depth === 0) {
      cursor.at = next;
      return statement(text, start, end, next, cursor);
    }
    if (kind === Kind.semicolon && suspicious && parens > 0 && endsLine(text, next) && !body.isRule) {
      cursor.at = next;
      return { kind: 'statement', span: { start, end: next }, fullEnd: next, complete: false };
    }
    if (kind === Kind.word) body.word(text, at, next, parens === 0);
    else if (c === 40 && kind === Kind.open) parens++;
    else if (c === 41 && kind === Kind.close && parens > 0) parens--;
    else if (kind === Kind.bad && next === to && next - at > 1) isOpen = true;
    at = end = next;
  }
  cursor.at = to;
  const piece = statement(text, start, end, end, cursor);
  return isOpen || parens > 0 || body.depth > 0 ? { ...piece, complete: false } : piece;
}

/** Where psql goes on when the backslash at the offset ends the statement: behind `\\;`, or at `\\g`; else undefined. */
function sentBy(text: string, at: number, depth: number): number | undefined {
  if (text.charCodeAt(at + 1) === 59) return depth === 0 ? at + 2 : undefined;
  SENDING.lastIndex = at;
  return SENDING.test(text) ? at : undefined;
}

function statement(text: string, start: number, end: number, fullEnd: number, cursor: Cursor): Piece {
  if (isCopyFromStdin(text, start, end)) cursor.copies++;
  return { kind: 'statement', span: { start, end }, fullEnd, complete: true };
}

/** Whether only blanks stand before the offset on its line. */
function startsLine(text: string, at: number): boolean {
  let i = at - 1;
  while (i >= 0 && text.charCodeAt(i) !== 10 && isSpace(text.charCodeAt(i))) i--;
  return i < 0 || text.charCodeAt(i) === 10;
}

/** Whether only blanks follow on the line. */
function endsLine(text: string, at: number): boolean {
  let i = at;
  while (i < text.length && text.charCodeAt(i) !== 10 && isSpace(text.charCodeAt(i))) i++;
  return i === text.length || text.charCodeAt(i) === 10;
}

function lineBreak(text: string, at: number): number {
  const found = text.indexOf('\n', at);
  return found < 0 ? text.length : found;
}
