import { isSpace, lex, type Token } from './lexer.js';
import { type Cursor, type Piece, readPiece } from './split.js';
import type { SyntaxProblem } from './statement.js';

/** Where a statement that does not parse is cut, so that what follows is analysed again. */
export interface Cut {
  /** The end of the broken statement, without its semicolon. */
  readonly end: number;
  /** Behind the semicolon when there is one. The splitter starts again here. */
  readonly restart: number;
  /** True when a semicolon stands before `restart`, one that PostgreSQL would see too. */
  readonly hasSemicolon: boolean;
  /** Set when the part before the cut parses: then only the semicolon between two statements is missing. */
  readonly problem: SyntaxProblem | undefined;
}

/** The characters that recovery may still read in this file: broken files must not take quadratic time. */
export interface Budget {
  left: number;
}

type Parses = (statement: string) => boolean;

/**
 * Where a statement may have ended without the splitter seeing it: a semicolon at the end of a line, a psql command
 * on a line of its own, a line that starts with a word that starts statements only, any such word behind an empty line.
 */
const BOUNDARY = new RegExp(
  [
    String.raw`;[^\S\n]*(?:--[^\n]*)?(?=\n|$)`,
    String.raw`\n(?=[^\S\n]*\\[a-z])`,
    String.raw`\n(?=[^\S\n]*(?:alter|create|drop|insert|delete|comment|grant|revoke|truncate|reindex|refresh)\s)`,
    String.raw`\n[^\S\n]*\n(?:[^\S\n]*--[^\n]*\n)*(?=[^\S\n]*(?:analyze|begin|call|cluster|commit|copy|do|lock|select|set|update|vacuum|with)\b)`,
  ].join('|'),
  'gi',
);

/** How far the splitter can be trusted behind a statement that does not parse. */
type Step = 'in' | 'doubtful' | 'out';

/**
 * Looks for the place where a statement that does not parse should have ended: a boundary (often hidden by an open
 * quote or parenthesis) behind which a statement stands that parses, not further indented than the broken one.
 * In: the piece, and the cursor behind it. Undefined when the piece is broken but its end is right.
 */
export function recover(text: string, piece: Piece, cursor: Cursor, budget: Budget, parses: Parses): Cut | undefined {
  const { start } = piece.span;
  budget.left -= piece.span.end - start;
  const indent = indentAt(text, start);
  const step = stepBehind(text, piece, cursor, indent, budget, parses);
  const tokens = lex(text, start, piece.span.end);
  const strings = step === 'out' ? [] : tokens.filter(isLong);
  const comments = tokens.filter(isComment);
  const body = text.slice(start, piece.span.end);
  let fallback: Cut | undefined;
  for (const found of body.matchAll(BOUNDARY)) {
    if (budget.left < 0) break;
    const at = start + found.index;
    if (!mayCut(at, step, strings)) continue;
    // A semicolon in a comment ends nothing: PostgreSQL reads on, and so the statement behind it is lost.
    const inComment = comments.some((token) => token.start < at && at < token.end);
    const isSemicolon = found[0].startsWith(';') && !inComment;
    const restart = isSemicolon ? at + 1 : at + found[0].length;
    const indented = indentAt(text, firstAt(text, restart)) > indent;
    if (indented && (!isSemicolon || step !== 'out' || fallback)) continue;
    if (nextParses(text, restart, budget, parses) !== true) continue;
    const cut = cutAt(text, start, at, restart, isSemicolon, parses);
    if (!indented) return cut;
    fallback = cut;
  }
  return fallback;
}

function stepBehind(text: string, piece: Piece, cursor: Cursor, indent: number, budget: Budget, parses: Parses): Step {
  if (!piece.complete) return 'out';
  const next = nextParses(text, cursor.at, budget, parses);
  if (next === undefined) return 'in';
  if (!next) return 'out';
  return indentAt(text, firstAt(text, cursor.at)) > indent ? 'doubtful' : 'in';
}

function isComment(token: Token): boolean {
  return token.kind === 'lineComment' || token.kind === 'blockComment';
}

/** Strings of several lines: the only tokens that can hide statements. */
function isLong(token: Token): boolean {
  return (token.kind === 'string' || token.kind === 'quoted') && token.text.includes('\n');
}

/** A function's body holds statements of its own, so nothing is cut out of it while the splitter seems in step. */
function mayCut(at: number, step: Step, strings: readonly Token[]): boolean {
  if (step !== 'in') return true;
  const around = strings.find((token) => token.start < at && at < token.end);
  return around === undefined || !around.text.startsWith('$');
}

function cutAt(text: string, start: number, at: number, restart: number, hasSemicolon: boolean, parses: Parses): Cut {
  const end = lastTokenEnd(text, start, at);
  if (hasSemicolon || !parses(text.slice(start, end))) return { end, restart, hasSemicolon, problem: undefined };
  const first = firstAt(text, restart);
  const word = /^\w+/.exec(text.slice(first, first + 20))?.[0] ?? '';
  const span = { start: first, end: first + word.length };
  return { end, restart, hasSemicolon, problem: { message: `A semicolon is missing before ${word}`, span } };
}

/** Whether the statement behind the offset parses; undefined when there is none. */
function nextParses(text: string, at: number, budget: Budget, parses: Parses): boolean | undefined {
  const cursor = { at, copies: 0 };
  const piece = readPiece(text, cursor, { comments: [], problems: [] }, true);
  if (!piece) return undefined;
  budget.left -= cursor.at - at;
  if (piece.kind !== 'statement') return true;
  if (!piece.complete) return false;
  const statement = text.slice(piece.span.start, piece.span.end);
  // The END of a PL/pgSQL body would pass as COMMIT.
  return !/^end\b/i.test(statement) && parses(statement);
}

function firstAt(text: string, from: number): number {
  let i = from;
  while (i < text.length && isSpace(text.charCodeAt(i))) i++;
  return i;
}

/** The number of blanks at the start of the line on which the offset stands. */
function indentAt(text: string, at: number): number {
  const from = text.lastIndexOf('\n', at - 1) + 1;
  return firstAt(text, from) - from;
}

/** The end of the last token before the offset that is no comment. */
function lastTokenEnd(text: string, start: number, to: number): number {
  let end = start;
  for (const token of lex(text, start, to)) if (!token.kind.endsWith('Comment')) end = token.end;
  return Math.min(end, trimEnd(text, start, to));
}

function trimEnd(text: string, start: number, end: number): number {
  let i = end;
  while (i > start && isSpace(text.charCodeAt(i - 1))) i--;
  return i;
}
