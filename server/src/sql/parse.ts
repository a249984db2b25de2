import { withoutOtherBranches } from './template-branches.js';
import { extractActions } from './actions/index.js';
import { detached, TextCache } from './cache.js';
import { blankComments } from './comments.js';
import { namesUsed } from './column-uses.js';
import { lex, type Token } from './lexer.js';
import { mapped } from './mapped.js';
import { withoutMiddleRows } from './long-insert.js';
import { blankPlaceholders, hasOpenPlaceholders, hasPrivateLetters, restorePlaceholders } from './placeholders.js';
import { type EmbeddedSql, findEmbedded } from './plpgsql.js';
import { type DocumentStore, packedDocument, unpackedDocument } from './packed.js';
import { Parsed } from './parsed.js';
import { controlLetters, isPlpgsql, type PostgresParse, parsePostgres } from './postgres-parser.js';
import { type Budget, type Cut, recover } from './recover.js';
import type { Span } from './span.js';
import { type Cursor, type Piece, type Remarks, readPiece, startOf } from './split.js';
import { versionUses } from './versions/uses.js';
import { weigh } from './weight.js';
import type { EmbeddedStatement, ParsedStatement, SqlDocument, Statement, SyntaxProblem } from './statement.js';

/**
 * Bytes that all cached statements may keep, about. Large statements have a share of their own: with every keystroke in
 * one a new text of it comes, and the small ones of a whole workspace must not be driven out by them.
 */
const SMALL_LIMIT = 256_000_000;
const LARGE_LIMIT = 72_000_000;
const LARGE = 50_000;

const small = new TextCache<Parsed>(SMALL_LIMIT, weigh);
const large = new TextCache<Parsed>(LARGE_LIMIT, weigh);

/**
 * Analyses the text of one statement: no semicolon, no blanks or comments around it. The result is cached by the
 * text and relative to its start. Never throws; what is wrong stands in `problem`.
 */
export function parseStatement(text: string): ParsedStatement {
  return cached(text) ?? put(analyse(detached(text)));
}

function cached(text: string): Parsed | undefined {
  return small.get(text) ?? large.get(text);
}

function put(parsed: Parsed): Parsed {
  (weigh(parsed) > LARGE ? large : small).set(parsed.written, parsed);
  return parsed;
}

/**
 * Forgets the large statements of a former text of a document that none of its present texts has any more: with every keystroke
 * in a statement of a megabyte another one comes. What is forgotten too early is parsed again.
 */
export function forgetFormer(former: SqlDocument, ...present: readonly (SqlDocument | undefined)[]): void {
  const candidates = former.statements.filter(({ parsed }) => weigh(parsed) > LARGE);
  if (candidates.length === 0) return;
  const kept = new Set(present.flatMap((document) => document?.statements.map(({ parsed }) => parsed) ?? []));
  for (const { parsed } of candidates) if (!kept.has(parsed)) large.delete(parsed.written);
}

function analyse(written: string): Parsed {
  const text = blankComments(written);
  const { parse, source } = parseWithPlaceholders(text);
  const { node, tag, problem } = parse;
  let tokens: readonly Token[] | undefined;
  const readTokens = () => {
    tokens ??= lex(source);
    return tokens;
  };
  if (!node) return new Parsed(written, text, source, tag, problem, [], [], [], [], [], []);
  const actions = extractActions(node, readTokens, text);
  const found = findEmbedded(node, readTokens, source);
  const embedded = embeddedStatements(found, text, source);
  const { columns, stray } = namesUsed(node, readTokens);
  return new Parsed(
    written,
    text,
    source,
    tag,
    problem,
    actions,
    columns,
    stray,
    versionUses(node, source),
    embedded,
    found.dynamic.length > 0 ? found.dynamic : nothing,
  );
}

/** One list for all statements that have nothing of a kind: all of them are kept. */
const nothing: readonly never[] = [];

/**
 * The SQL of a body, parsed, but not where a placeholder stands for the body. What PostgreSQL's PL/pgSQL accepts as
 * a whole has no syntax problem in its parts.
 */
function embeddedStatements(found: EmbeddedSql, text: string, source: string): readonly EmbeddedStatement[] {
  if (found.statements.length === 0) return nothing;
  const readable = found.statements.filter(
    ({ text: { length }, start }) => text === source || text.startsWith(source.slice(start, start + length), start),
  );
  const all = mapped(readable, (statement) => ({
    parsed: parseStatement(statement.text),
    start: statement.start,
    origin: statement.origin,
  }));
  const isBroken = all.some((statement) => statement.parsed.problem);
  if (!isBroken || !found.isPlpgsql || !isPlpgsql(source)) return all;
  return all.filter((statement) => !statement.parsed.problem);
}

/** The parse of the text, or of the text with its placeholders replaced when only that is SQL. */
function parseWithPlaceholders(whole: string): { parse: PostgresParse; source: string } {
  if (hasPrivateLetters(whole)) {
    return { parse: { node: undefined, tag: '', problem: controlLetters(whole) }, source: whole };
  }
  const text = withoutMiddleRows(whole);
  const parse = parsePostgres(text);
  if (!parse.problem) return { parse, source: text };
  const named = blankPlaceholders(text);
  if (named === text) return { parse, source: text };
  const open = hasOpenPlaceholders(text);
  let firstProblem: SyntaxProblem | undefined;
  for (const source of open ? [named, blankPlaceholders(text, 'blank'), blankPlaceholders(text, 'number')] : [named]) {
    const attempt = parsePostgres(source);
    if (!attempt.problem) return { parse: attempt, source };
    firstProblem ??= attempt.problem;
  }
  // What `${columns}` stands for is not known: it may well make the statement whole.
  const problem =
    open || !firstProblem ? undefined : { ...firstProblem, message: restorePlaceholders(firstProblem.message) };
  return { parse: { node: undefined, tag: '', problem }, source: text };
}

let store: DocumentStore | undefined;

/** Files that this store has are not parsed, and those that are parsed are given to it; undefined ends that. */
export function storeDocumentsIn(given: DocumentStore | undefined): void {
  store = given;
}

/**
 * Splits and parses a file. A statement that does not parse hides none of the others: the lexer is restarted
 * inside it where a statement seems to begin. Never throws. In: the stretches of the text that are read, in order; all of
 * it without them. Offsets are those of the text.
 */
export function parseDocument(text: string, within?: readonly Span[]): SqlDocument {
  const ours = withoutOtherBranches(text);
  const read = within ? blankedAround(ours, within) : ours;
  const stored = store?.take(read);
  if (stored) return { ...unpackedDocument(read, stored, (written, make) => cached(written) ?? put(make())), text };
  const document = readDocument(read);
  const packed = store && packedDocument(document);
  if (packed) store?.keep(read, packed);
  return { ...document, text };
}

function readDocument(text: string): SqlDocument {
  const reader = new DocumentReader(text);
  while (reader.step());
  const { statements, out } = reader;
  return { text, statements, comments: out.comments, problems: out.problems };
}

/** The text with blanks in place of all that stands outside some stretches; what stands behind the last is left out. */
function blankedAround(text: string, within: readonly Span[]): string {
  let [read, at] = ['', 0];
  for (const { start, end } of within) {
    const gap = text.slice(at, start).replace(/[^\r\n]/g, ' ');
    // A stretch ends its last statement, with a semicolon and without.
    read += (isOpen(read) ? gap.replace(/^\s/, ';') : gap) + text.slice(start, end);
    at = end;
  }
  return read;
}

/** True for a text whose last line is SQL without a semicolon: behind a comment there is no place for one. */
function isOpen(read: string): boolean {
  const line = read.slice(read.lastIndexOf('\n') + 1).trimEnd();
  return line !== '' && !line.endsWith(';') && !line.includes('--');
}

class DocumentReader {
  readonly statements: Statement[] = [];
  readonly out: Remarks = { comments: [], problems: [] };
  private readonly cursor: Cursor;
  private readonly budget: Budget;
  /** Whether a semicolon at the end of a line inside parentheses looks like a mistake. */
  private suspicious = true;

  constructor(private readonly text: string) {
    this.cursor = startOf(text);
    this.budget = { left: 20 * text.length + 100_000 };
  }

  /** Reads one piece; false at the end of the file. */
  step(): boolean {
    const { text, cursor, out } = this;
    const { at, copies } = cursor;
    const from: Mark = { at, copies, comments: out.comments.length, problems: out.problems.length };
    const piece = readPiece(text, cursor, out, this.suspicious);
    if (piece?.kind === 'statement') this.statement(piece, from);
    return piece !== undefined;
  }

  private statement(piece: Piece, from: Mark): void {
    const { text, cursor } = this;
    const whole = piece.complete ? parsePiece(text, piece.span) : undefined;
    // What Airlock does not read for a reason of its own is no statement that has been broken.
    const isWhole = whole && (!whole.problem || whole.problem.isOwnLimit);
    const cut = isWhole ? undefined : recover(text, piece, cursor, this.budget, parses);
    const wasSuspicious = this.suspicious;
    this.suspicious = true;
    if (cut) {
      this.cutOff(piece, cut, from);
    } else if (!whole && wasSuspicious && cursor.at < text.length) {
      // Given up too early: the statement is read again, to its end.
      this.goBack(from);
      this.suspicious = false;
    } else {
      this.statements.push({ parsed: whole ?? parsePiece(text, piece.span), span: piece.span, fullEnd: piece.fullEnd });
    }
  }

  /** Ends a broken statement early. What was read behind the cut was read out of step, and is read again. */
  private cutOff(piece: Piece, cut: Cut, from: Mark): void {
    const { text, cursor, out } = this;
    this.goBack(from);
    // An open quote swallows the comment lines that stand above the next statement; they are read by themselves.
    const above = commentLinesAbove(text, cut.restart, piece.span.start);
    const end = above < cut.end ? text.slice(0, above).trimEnd().length : cut.end;
    const span = { start: piece.span.start, end };
    this.statements.push({ parsed: parsePiece(text, span), span, fullEnd: cut.hasSemicolon ? cut.restart : end });
    for (const [start, end] of [
      [from.at, above],
      [above, cut.restart],
    ] as const) {
      for (const { kind, ...token } of lex(text, start, end)) {
        const span = { start: token.start, end: token.end };
        if (kind === 'lineComment') out.comments.push({ span, kind: 'line', text: token.text });
        if (kind === 'blockComment') out.comments.push({ span, kind: 'block', text: token.text });
      }
    }
    if (cut.problem) out.problems.push(cut.problem);
    cursor.at = cut.restart;
    cursor.copies = 0;
  }

  private goBack({ at, copies, comments, problems }: Mark): void {
    Object.assign(this.cursor, { at, copies });
    this.out.comments.length = comments;
    this.out.problems.length = problems;
  }
}

/** Where a piece begins, and how much had been found before it. */
interface Mark extends Readonly<Cursor> {
  readonly comments: number;
  readonly problems: number;
}

/** The start of the lines with nothing but a line comment that stand right before the offset, behind `limit`. */
function commentLinesAbove(text: string, at: number, limit: number): number {
  let start = at;
  for (;;) {
    const line = text.lastIndexOf('\n', start - 2) + 1;
    if (line <= limit || line >= start || !/^\s*--/.test(text.slice(line, start))) return start;
    start = line;
  }
}

function parsePiece(text: string, span: Span): ParsedStatement {
  return parseStatement(text.slice(span.start, span.end));
}

function parses(statement: string): boolean {
  return !parseStatement(statement).problem;
}

/**
 * Whether PostgreSQL's grammar reads every statement of a text that Airlock has written, placeholders in it as their
 * authors wrote them or as names that stand for them.
 */
export function isReadableSql(sql: string): boolean {
  const { statements, problems } = parseDocument(restorePlaceholders(sql));
  return problems.length === 0 && statements.every(({ parsed }) => parsed.problem === undefined);
}
