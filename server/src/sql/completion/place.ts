import { isComment, lex, nameOf, type Token } from '../lexer.js';
import type { Span } from '../span.js';
import type { SqlDocument } from '../statement.js';
import { isName, type NamedRelation, relationsIn, subjectOf, wordOf } from './words.js';
import type { Wanted } from './wanted.js';
import { wantedAt } from './wanted-at.js';

/** Where a person types in a text of SQL, whether it parses or not. */
export interface CompletionPlace {
  /** What is replaced: the word at the cursor, with its quotes. */
  readonly replaced: Span;
  readonly isQuoted: boolean;
  /** The name before the dot; undefined without one. */
  readonly qualifier: string | undefined;
  readonly wanted: readonly Wanted[];
  /** The relations that the statement names, for what stands before a dot. */
  readonly relations: readonly NamedRelation[];
  /** Index of the statement: what it names is looked for in the schema before it. */
  readonly top: number;
}

/** In longer statements nothing is offered: an INSERT of ten thousand rows. */
const LONGEST = 100_000;

/** What is typed at an offset; undefined in strings, comments and numbers. `within`: the stretch of the text that is SQL. */
export function completionPlace(document: SqlDocument, offset: number, within?: Span): CompletionPlace | undefined {
  const { statements, text } = document;
  let top = statements.findIndex(({ span, fullEnd }) => offset <= Math.max(fullEnd, span.end));
  if (top < 0) top = statements.length;
  const here = statements[top];
  const former = statements[top - 1];
  let start = here && here.span.start <= offset ? here.span.start : (former?.fullEnd ?? 0);
  let end = here && here.span.start <= offset ? Math.max(here.fullEnd, here.span.end) : offset;
  // Behind a last statement without its semicolon that statement goes on.
  if (!here && former && former.fullEnd === former.span.end) {
    top -= 1;
    start = former.span.start;
    end = offset;
  }
  if (here && offset === here.fullEnd && text[offset - 1] === ';') {
    top += 1;
    start = end = offset;
  }
  start = Math.max(start, within?.start ?? 0);
  end = Math.min(Math.max(end, offset), within?.end ?? text.length);
  if (end - start > LONGEST) return undefined;
  return inStretch(text, start, end, offset, top);
}

function inStretch(text: string, start: number, end: number, offset: number, top: number): CompletionPlace | undefined {
  const tokens = lex(text, start, end);
  const at = tokens.find((token) => token.start < offset && offset <= token.end);
  if (at && isComment(at) && (offset < at.end || at.kind === 'lineComment')) return undefined;
  if (at?.kind === 'string' || at?.kind === 'bad') {
    const body = bodyAround(at, offset, text);
    if (body) return isProgram(tokens) ? inBody(text, body, offset, top) : undefined;
    if (at.kind === 'string' && offset === at.end) return undefined;
    if (!at.text.startsWith('"')) return undefined;
  }
  if (at?.kind === 'number' || at?.kind === 'parameter') return undefined;
  const isQuoted = at?.text.startsWith('"') === true;
  const isTyped = at !== undefined && (isName(at) || isQuoted);
  // A quote that is not closed swallows what follows.
  const replaced = isTyped
    ? { start: at.start, end: at.kind === 'bad' ? offset : at.end }
    : { start: offset, end: offset };
  const code = tokens.filter((token) => !isComment(token) && token.kind !== 'semicolon');
  const before = code.filter((token) => token.end <= replaced.start);
  const after = code.filter((token) => token.start >= replaced.end && token !== at);
  const isDotted = before.at(-1)?.kind === 'dot';
  const owner = isDotted ? before.at(-2) : undefined;
  if (isDotted && !isName(owner)) return undefined;
  const plain = isDotted ? before.slice(0, -2) : before;
  const all = [...before, ...after];
  const subject = subjectOf(all);
  return {
    replaced,
    isQuoted,
    qualifier: owner && nameOf(owner),
    wanted: wantedAt({ before: plain, after }),
    relations: [...relationsIn(all), ...(subject ? [subject, ...rowsOf(subject, all)] : [])],
    top,
  };
}

/** The rows that the WHEN of a trigger knows. */
function rowsOf(table: NamedRelation, tokens: readonly Token[]): NamedRelation[] {
  const isTrigger = tokens.slice(1, 5).some((each) => wordOf(each) === 'TRIGGER');
  return isTrigger ? ['new', 'old'].map((alias) => ({ ...table, alias })) : [];
}

/** The inside of a dollar quote around an offset. */
function bodyAround({ kind, start, end, text: own }: Token, offset: number, text: string): Span | undefined {
  const tag = /^\$\w*\$/.exec(own)?.[0];
  if (tag === undefined || offset < start + tag.length) return undefined;
  const to = kind === 'string' ? end - tag.length : end;
  return offset <= to ? { start: start + tag.length, end: Math.min(to, text.length) } : undefined;
}

/** True for a body in SQL or PL/pgSQL: that of a DO block without another language, or of a function. */
function isProgram(tokens: readonly Token[]): boolean {
  const at = tokens.findIndex((each) => wordOf(each) === 'LANGUAGE');
  const language = tokens[at + 1];
  if (at < 0 || !language) return wordOf(tokens[0]) === 'DO' || wordOf(tokens[0]) === 'CREATE';
  return /^'?(?:plpgsql|sql)'?$/i.test(language.text);
}

/** Words behind which a statement of PL/pgSQL begins. */
const begins = new Set(['BEGIN', 'THEN', 'ELSE', 'LOOP', 'DECLARE']);

function inBody(text: string, body: Span, offset: number, top: number): CompletionPlace | undefined {
  const tokens = lex(text, body.start, body.end);
  let { start, end } = body;
  let cases = 0;
  let isDeclaring = false;
  for (const token of tokens) {
    if (token.end > offset) {
      if (token.kind === 'semicolon' && token.start >= offset) {
        end = token.start;
        break;
      }
      continue;
    }
    const word = wordOf(token);
    if (word === 'CASE') cases++;
    if (word === 'END' && cases > 0) cases--;
    if (word === 'DECLARE') isDeclaring = true;
    if (word === 'BEGIN') isDeclaring = false;
    const isBegin = begins.has(word) && (cases === 0 || word === 'BEGIN');
    if (token.kind === 'semicolon' || isBegin) start = token.end;
  }
  return isDeclaring || start > offset ? undefined : inStretch(text, start, end, offset, top);
}
