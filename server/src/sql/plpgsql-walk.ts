import { isKeyword, lex, type Token, withoutComments } from './lexer.js';
import type { Span } from './span.js';
import { split } from './split.js';

/** SQL and EXECUTEs of a PL/pgSQL body. Texts have the length of their span; offsets are relative to the body. */
export interface BodySql {
  readonly statements: { readonly text: string; readonly start: number }[];
  readonly dynamic: Span[];
}

/** Statements of PL/pgSQL without SQL of their own; they end at the next semicolon. */
const PLAIN = new Set(['end', 'exit', 'continue', 'raise', 'assert', 'get', 'fetch', 'move', 'close', 'null']);

/** Words that open a query behind FOR … IN and RETURN QUERY; anything else there is an expression or a cursor. */
const QUERY_WORDS = new Set([
  'select',
  'with',
  'values',
  'table',
  'insert',
  'update',
  'delete',
  'merge',
  'show',
  'explain',
]);

/**
 * Walks over the statements of a PL/pgSQL body as PostgreSQL's pl_gram.y reads them: expressions end at THEN, LOOP
 * or the semicolon outside brackets, everything that is no statement of PL/pgSQL is SQL. Works on broken bodies too.
 */
export function walkBody(body: string): BodySql {
  const walk = new Walk(body);
  while (walk.more()) walk.statement();
  return { statements: walk.statements, dynamic: walk.dynamic };
}

class Walk {
  readonly statements: { text: string; start: number }[] = [];
  readonly dynamic: Span[] = [];
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(private readonly body: string) {
    this.tokens = withoutComments(lex(body));
  }

  more(): boolean {
    return this.at < this.tokens.length;
  }

  /** Reads one statement, or the head of one that has statements inside (IF … THEN). */
  statement(): void {
    const first = this.tokens[this.at]!;
    if (first.text === '<<') this.skipTo((token) => token.text === '>>');
    else if (first.text === '#') this.skipLine(first);
    else if (first.kind !== 'word' || this.isAssignment()) this.skipToSemicolon();
    else this.worded(first, first.text.toLowerCase());
  }

  private worded(first: Token, word: string): void {
    if (word === 'declare') this.declarations();
    else if (word === 'begin' || word === 'else' || word === 'loop' || word === 'exception') this.at++;
    else if (word === 'if' || word === 'elsif' || word === 'elseif' || word === 'when') this.skipToWord('THEN');
    else if (word === 'case') this.at = this.tokenBehind((token) => isKeyword(token, 'WHEN'));
    else if (word === 'while' || word === 'foreach') this.skipToWord('LOOP');
    else if (word === 'for') this.forLoop();
    else if (word === 'execute') this.execute(first.start, 'SEMICOLON');
    else if (word === 'return') this.returnQuery();
    else if (word === 'open') this.openCursor();
    else if (word === 'perform') this.perform(first);
    else if (PLAIN.has(word)) this.skipToSemicolon();
    else this.sql(this.tokenBehind(() => false));
  }

  /** `x := 1`, `x = 1`, `r.f := 1`, `a[1] := 1`: PL/pgSQL looks at the token behind the name, and so do we. */
  private isAssignment(): boolean {
    const next = this.tokens[this.at + 1]?.text;
    return next === ':=' || next === '=' || next === '.' || next === '[';
  }

  private declarations(): void {
    this.at++;
    while (this.more() && !isKeyword(this.tokens[this.at], 'BEGIN')) this.skipToSemicolon();
  }

  private forLoop(): void {
    const isIn = this.tokenBehind((token) => isKeyword(token, 'IN') || isKeyword(token, 'LOOP'));
    this.at = isIn + 1;
    const query = this.tokens[this.at];
    if (isKeyword(query, 'EXECUTE')) this.execute(query!.start, 'LOOP');
    else if (query && isKeyword(this.tokens[isIn], 'IN') && this.isQuery()) {
      this.sql(this.tokenBehind((token) => isKeyword(token, 'LOOP')));
    } else if (isKeyword(this.tokens[isIn], 'IN')) this.skipToWord('LOOP');
  }

  private isQuery(): boolean {
    let i = this.at;
    while (this.tokens[i]?.text === '(') i++;
    return QUERY_WORDS.has(this.tokens[i]?.text.toLowerCase() ?? '');
  }

  private returnQuery(): void {
    if (isKeyword(this.tokens[this.at + 1], 'QUERY')) {
      this.at += 2;
      this.query();
    } else {
      this.skipToSemicolon();
    }
  }

  private openCursor(): void {
    const isFor = this.tokenBehind((token) => isKeyword(token, 'FOR'));
    if (isKeyword(this.tokens[isFor], 'FOR')) {
      this.at = isFor + 1;
      this.query();
    } else {
      this.skipToSemicolon();
    }
  }

  /** A query or EXECUTE up to the semicolon. */
  private query(): void {
    const first = this.tokens[this.at];
    if (isKeyword(first, 'EXECUTE')) this.execute(first!.start, 'SEMICOLON');
    else this.sql(this.tokenBehind(() => false));
  }

  /** PERFORM runs SELECT under another name; one blank keeps the length. */
  private perform(first: Token): void {
    const end = this.tokenBehind(() => false);
    const last = this.tokens[end - 1]!;
    const rest = this.body.slice(first.end, last.end);
    this.statements.push({ text: `SELECT${rest}`, start: first.end - 'SELECT'.length });
    this.at = end + 1;
  }

  /** SQL from the current token up to the token with number `end`. The variables of INTO are blanked, as PL/pgSQL does. */
  private sql(end: number): void {
    const first = this.tokens[this.at];
    const last = this.tokens[end - 1];
    if (first && last && end > this.at) {
      let text = this.body.slice(first.start, last.end);
      const into = this.intoClause(this.at, end);
      if (into) {
        const from = into.start - first.start;
        text = text.slice(0, from) + ' '.repeat(into.end - into.start) + text.slice(into.end - first.start);
      }
      this.statements.push({ text: text.trimEnd(), start: first.start });
    }
    this.at = end + 1;
  }

  /** `INTO [STRICT] variable, …` of a statement, but not the INTO of INSERT, MERGE and IMPORT FOREIGN SCHEMA. */
  private intoClause(from: number, to: number): Span | undefined {
    if (isKeyword(this.tokens[from], 'IMPORT')) return undefined;
    for (let i = from + 1; i < to; i++) {
      const before = this.tokens[i - 1];
      if (!isKeyword(this.tokens[i], 'INTO') || isKeyword(before, 'INSERT') || isKeyword(before, 'MERGE')) continue;
      let last = isKeyword(this.tokens[i + 1], 'STRICT') ? i + 2 : i + 1;
      while (last + 1 < to && /^[.,]$/.test(this.tokens[last + 1]!.text)) last += 2;
      return { start: this.tokens[i]!.start, end: this.tokens[Math.min(last, to - 1)]!.end };
    }
    return undefined;
  }

  /**
   * EXECUTE of one constant is SQL that can be read; anything else is dynamic. `start` is the offset of the EXECUTE,
   * at which the walk stands; the clauses INTO and USING do not belong to the expression.
   */
  private execute(start: number, until: 'LOOP' | 'SEMICOLON'): void {
    const from = this.at + 1;
    const isEnd = (token: Token) => until === 'LOOP' && isKeyword(token, 'LOOP');
    this.at = from;
    const end = this.tokenBehind((token) => isKeyword(token, 'INTO') || isKeyword(token, 'USING') || isEnd(token));
    const only = this.tokens[from];
    const inner = only && end === from + 1 ? stringContent(only) : undefined;
    const content = inner && lex(inner.text).every(({ kind }) => kind !== 'bad') ? inner : undefined;
    if (content) {
      for (const piece of split(content.text).pieces) {
        if (piece.kind !== 'statement') continue;
        const text = content.text.slice(piece.span.start, piece.span.end);
        this.statements.push({ text, start: content.start + piece.span.start });
      }
    } else {
      this.dynamic.push({ start, end: this.tokens[Math.max(end, from) - 1]?.end ?? start });
    }
    this.at = Math.max(end, from);
    if (until === 'LOOP') this.skipToWord('LOOP');
    else this.skipToSemicolon();
  }

  /** The number of the first token outside brackets that fits, or of the semicolon (or the end) before it. */
  private tokenBehind(fits: (token: Token) => boolean): number {
    let depth = 0;
    let i = this.at;
    for (; i < this.tokens.length; i++) {
      const token = this.tokens[i]!;
      if (token.kind === 'semicolon') break;
      if (token.kind === 'open') depth++;
      else if (token.kind === 'close') depth--;
      else if (depth <= 0 && fits(token)) break;
    }
    return i;
  }

  /** Moves behind the first token outside brackets that fits, but over no semicolon. */
  private skipTo(fits: (token: Token) => boolean): void {
    this.at++;
    let depth = 0;
    for (; this.at < this.tokens.length; this.at++) {
      const token = this.tokens[this.at]!;
      if (token.kind === 'open') depth++;
      else if (token.kind === 'close') depth--;
      if (token.kind === 'semicolon' || (depth <= 0 && fits(token))) break;
    }
    this.at++;
  }

  private skipToWord(word: string): void {
    if (isKeyword(this.tokens[this.at], word)) this.at++;
    else this.skipTo((token) => isKeyword(token, word));
  }

  private skipToSemicolon(): void {
    while (this.more() && this.tokens[this.at]!.kind !== 'semicolon') this.at++;
    this.at++;
  }

  /** `#variable_conflict use_column` and the like take a line and no semicolon. */
  private skipLine(first: Token): void {
    const newline = this.body.indexOf('\n', first.start);
    const end = newline < 0 ? this.body.length : newline;
    while (this.more() && this.tokens[this.at]!.start < end) this.at++;
  }
}

/** The content of a string token with its offset, where each token in it has its place; undefined for any other. */
export function stringContent(token: Token): { text: string; start: number } | undefined {
  return constantText(token) ?? alignedText(token);
}

/** The content of a string token whose characters stand for themselves, with its offset; undefined otherwise. */
function constantText(token: Token): { text: string; start: number } | undefined {
  if (token.kind !== 'string') return undefined;
  const tag = /^\$[^$]*\$/.exec(token.text)?.[0];
  const open = tag?.length ?? 1;
  if (!tag && !token.text.startsWith("'")) return undefined;
  const text = token.text.slice(open, token.text.length - open);
  return !tag && text.includes("'") ? undefined : { text, start: token.start + open };
}

/**
 * The content of a '…' body with doubled quotes, so that every token outside inner strings keeps its offset:
 * quotes are halved, and each inner string is followed by as many blanks as it lost. Undefined for E'…' and U&'…'.
 */
function alignedText(token: Token): { text: string; start: number } | undefined {
  if (!token.text.startsWith("'") || /'[^\S\r\n]*[\r\n]\s*'/.test(token.text)) return undefined;
  const source = token.text.slice(1, -1);
  const halved = source.replaceAll("''", "'");
  let text = '';
  let at = 0;
  let lost = 0;
  for (const inner of lex(halved)) {
    const quotes = inner.text.split("'").length - 1;
    text += halved.slice(at, inner.end) + ' '.repeat(quotes);
    at = inner.end;
    lost += quotes;
  }
  text += halved.slice(at);
  return lost + halved.length === source.length ? { text, start: token.start + 1 } : undefined;
}
