import type { Node, ParseResult } from '@pgsql/types';
import type { PgQueryModule } from 'libpg-query/wasm/libpg-query.js';
import { blankComments } from './comments.js';
import { DEPTH_LIMIT, estimateDepth } from './depth.js';
import { dollarTagEnd, KINDS, lex, scanToken, skipSpace } from './lexer.js';
import { codePointOffset, convertOffsets, isAscii } from './offsets.js';
import { hasPrivateLetters } from './placeholders.js';
import type { Span } from './span.js';
import type { SyntaxProblem } from './statement.js';

/** What PostgreSQL's grammar says of one statement. */
export interface PostgresParse {
  /** Undefined when the text is refused or holds no statement. */
  readonly node: Node | undefined;
  /** The one key of `node`, such as "AlterTableStmt"; "" without a node. */
  readonly tag: string;
  readonly problem: SyntaxProblem | undefined;
}

/** Statements longer than this (UTF-16 units) are not analysed: their tree would need a gigabyte. */
const LENGTH_LIMIT = 20_000_000;

/** Below this length no statement can nest deep enough to matter, so the guard need not read it. */
const SHORT = 1000;

/** With the instance damaged, only what is surely harmless is tried until a fresh one stands ready. */
const CAREFUL_LIMIT = 200;

let current: PgQueryModule | undefined;
let loading: Promise<void> | undefined;
let damaged = false;
let instantiate: InstantiateParser | undefined;

/** Makes an instance of libpg-query.wasm with what it imports. */
export type InstantiateParser = (imports: object) => Promise<object>;

/** Says who makes the instances of the parser, where its file does not stand beside the code: in a browser. */
export function parserFrom(own: InstantiateParser): void {
  instantiate = own;
}

/** Loads PostgreSQL's grammar (about 40 ms, once). Await it before anything else of `sql` is called. */
export function initParser(): Promise<void> {
  loading ??= load();
  return loading;
}

async function load(): Promise<void> {
  const { default: createModule } = await import('libpg-query/wasm/libpg-query.js');
  // Its messages must not reach stdout, where the language server speaks.
  const quiet = { print() {}, printErr() {} };
  const own = instantiate;
  current = own
    ? await new Promise((resolve, reject) => {
        const instantiateWasm = (imports: object, done: (instance: object) => void): object => {
          own(imports).then(done, reject);
          return {};
        };
        createModule({ ...quiet, instantiateWasm }).then(resolve, reject);
      })
    : await createModule(quiet);
  damaged = false;
}

/**
 * An instance whose C code was left in the middle (stack overflow, abort) is not trusted any more. It is replaced when
 * somebody asks next: here the stack may be used up, and loading would fail as well.
 */
function replaceInstance(): void {
  damaged = true;
  loading = undefined;
}

/** Loads a fresh instance in the background. Until it stands ready the old one is used with care. */
function heal(): void {
  if (!damaged || loading) return;
  loading = load().catch(() => {
    loading = undefined;
  });
}

/**
 * Parses ONE statement (no semicolon needed). Every offset of the tree is UTF-16, relative to the text; a missing
 * `location` means 0, a negative one unknown. Never throws for any text; throws before `initParser()` is done.
 */
export function parsePostgres(text: string): PostgresParse {
  heal();
  const refused = guard(text);
  if (refused) return { node: undefined, tag: '', problem: refused };
  // The lexer of libpg-query, which is changed to report comments, refuses some that PostgreSQL allows: `NOT /* c */ IN`.
  const plain = blankComments(text);
  if (skipSpace(plain, 0, plain.length) === plain.length) return { node: undefined, tag: '', problem: undefined };
  const raw = callParser(plain, true);
  if (typeof raw === 'string') return success(plain, raw);
  if (raw.isOwnLimit) return { node: undefined, tag: '', problem: nested(text) };
  return failure(shorten(raw.message), problemSpan(text, raw.position));
}

/** PostgreSQL's complaint about a text of any number of statements; undefined when it has none. Never throws. */
export function refusalOf(text: string): SyntaxProblem | undefined {
  heal();
  const refused = guard(text);
  if (refused) return refused;
  const plain = blankComments(text);
  const raw = callParser(plain, false);
  return typeof raw === 'string' ? undefined : { message: shorten(raw.message), span: problemSpan(text, raw.position) };
}

function success(text: string, json: string): PostgresParse {
  // U&"\0081" and E'\u0081': letters that no text shows.
  if (text.includes('\\') && !hasPrivateLetters(text) && hasPrivateLetters(json)) {
    return { node: undefined, tag: '', problem: controlLetters(text) };
  }
  const tree = JSON.parse(json) as ParseResult;
  const node = tree.stmts?.[0]?.stmt;
  if (!node) return { node: undefined, tag: '', problem: undefined };
  if (!isAscii(text)) convertOffsets(node, text);
  return { node, tag: Object.keys(node)[0] ?? '', problem: undefined };
}

function failure(message: string, span: Span): PostgresParse {
  return { node: undefined, tag: '', problem: { message, span } };
}

/** Texts that must not reach the C code, with the reason for the reader. */
function guard(text: string): SyntaxProblem | undefined {
  const nul = text.indexOf('\0');
  if (nul >= 0) {
    return { message: 'PostgreSQL accepts no NUL character (U+0000)', span: { start: nul, end: nul + 1 } };
  }
  if (text.length > LENGTH_LIMIT) {
    return ownLimit(text, `too long for Airlock (more than ${LENGTH_LIMIT / 1e6} million characters)`);
  }
  if (text.length > SHORT && estimateDepth(text) > (damaged ? CAREFUL_LIMIT : DEPTH_LIMIT)) return nested(text);
  return undefined;
}

/** The answer to a statement with letters by which placeholders are known, U+0080 to U+009F. */
export function controlLetters(text: string): SyntaxProblem {
  return ownLimit(text, 'control characters (U+0080 to U+009F) in it, which Airlock does not read');
}

function nested(text: string): SyntaxProblem {
  return ownLimit(text, 'nested too deeply for Airlock');
}

function ownLimit(text: string, message: string): SyntaxProblem {
  return { message, span: start(text), isOwnLimit: true };
}

/** The first token. */
function start(text: string): Span {
  return problemSpan(text, 0);
}

interface RawProblem {
  readonly message: string;
  /** In code points; -1 when PostgreSQL names no place. */
  readonly position: number;
  /** The stack did not suffice. */
  readonly isOwnLimit?: boolean;
}

/** The tree as JSON text, which is "" where nobody `readsTree`, or PostgreSQL's complaint. */
function callParser(text: string, readsTree: boolean): string | RawProblem {
  const pg = instance();
  let pointer = 0;
  let result = 0;
  try {
    pointer = copyIn(pg, text);
    result = pg._wasm_parse_query_raw(pointer);
    const error = pg.getValue(result + 8, 'i32');
    if (error === 0) return readsTree ? pg.UTF8ToString(pg.getValue(result, 'i32')) : '';
    return { message: pg.UTF8ToString(pg.getValue(error, 'i32')), position: pg.getValue(error + 16, 'i32') - 1 };
  } catch {
    replaceInstance();
    result = pointer = 0;
    return { message: '', position: 0, isOwnLimit: true };
  } finally {
    if (pointer !== 0) pg._free(pointer);
    if (result !== 0) pg._wasm_free_parse_result(result);
  }
}

/**
 * Whether PostgreSQL's PL/pgSQL accepts the body of one DO or CREATE FUNCTION statement. "false" can also be a complaint
 * about the declaration (a trigger function with arguments), so it proves nothing.
 */
export function isPlpgsql(text: string): boolean {
  return plpgsqlAnswer(text)?.startsWith('{') === true;
}

/**
 * What PostgreSQL's PL/pgSQL says against the syntax of a body; undefined where it takes it, or where its answer rests
 * on types that only a database has. In: one DO or CREATE FUNCTION statement, LANGUAGE plpgsql, the body in a string.
 */
export function plpgsqlProblem(text: string): string | undefined {
  const answer = plpgsqlAnswer(text);
  return answer !== undefined && ofSyntax.test(answer) ? answer : undefined;
}

/** Variables with a dot may be columns of a row type that the parser does not know. */
const ofSyntax =
  /^(?:syntax error at (?:end of input|or near )|missing "|end label |duplicate declaration |too (?:few|many) parameters specified for RAISE$|"[^".]+" is not a known variable$|unterminated )/;

/** The text with blanks for the comments in dollar quotes, which `blankComments` leaves: the lexer stumbles over them there, too. */
function withPlainBodies(text: string): string {
  let [out, from] = ['', 0];
  for (const { kind, start, end } of lex(text)) {
    if (kind !== 'string' || text[start] !== '$') continue;
    const first = dollarTagEnd(text, start);
    const last = end - (first - start);
    out += text.slice(from, first) + blankComments(text.slice(first, last));
    from = last;
  }
  return out + text.slice(from);
}

/** A tree in JSON or a message. For SQL-standard bodies the C code aborts. */
function plpgsqlAnswer(text: string): string | undefined {
  heal();
  if (guard(text)) return undefined;
  const pg = instance();
  let pointer = 0;
  let result = 0;
  try {
    pointer = copyIn(pg, withPlainBodies(text));
    result = pg._wasm_parse_plpgsql(pointer);
    return pg.UTF8ToString(result);
  } catch {
    replaceInstance();
    result = pointer = 0;
    return undefined;
  } finally {
    if (pointer !== 0) pg._free(pointer);
    if (result !== 0) pg._wasm_free_string(result);
  }
}

function instance(): PgQueryModule {
  if (!current) throw new Error('initParser() must be awaited before SQL is parsed');
  return current;
}

function copyIn(pg: PgQueryModule, text: string): number {
  const bytes = pg.lengthBytesUTF8(text) + 1;
  const pointer = pg._malloc(bytes);
  pg.stringToUTF8(text, pointer, bytes);
  return pointer;
}

/** The token at the place of an error; at the end of the input the last token, so that there is something to mark. */
function problemSpan(text: string, codePoints: number): Span {
  const at = codePointOffset(text, Math.max(0, codePoints));
  let last: Span | undefined;
  for (let i = skipSpace(text, 0, text.length); i < text.length; ) {
    const packed = scanToken(text, i, text.length);
    const end = (packed - (packed % KINDS)) / KINDS;
    last = { start: i, end };
    if (end > at) break;
    i = skipSpace(text, end, text.length);
  }
  if (!last) return { start: 0, end: text.length };
  // A quote without an end reaches to the end of the text: its first line is enough to mark.
  const [line = ''] = text.slice(last.start, last.end).split(/[\r\n]/, 1);
  return line === '' ? last : { start: last.start, end: last.start + line.length };
}

/** PostgreSQL repeats the text from an unterminated quote on to the end; its first line says enough. */
function shorten(message: string): string {
  const line = message.split(/[\r\n]/, 1)[0]!;
  return line.length > 160 ? `${line.slice(0, 160)}…` : line === message ? message : `${line} …`;
}
