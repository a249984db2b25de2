import type { Node } from '@pgsql/types';
import { type Token, withoutComments } from '../lexer.js';
import type { SourceText } from '../action.js';
import { closeUp } from '../comments.js';
import { learnExpression } from '../expressions.js';
import type { Span } from '../span.js';

/**
 * The words of one statement, comments left out, for finding the places that PostgreSQL's parse tree
 * does not show: sub-commands, keywords, the ends of types and expressions.
 */
export class Reader {
  private significant: Token[] | undefined;

  constructor(
    readonly text: string,
    private readonly lexed: () => readonly Token[],
  ) {}

  /** The whole statement. */
  get whole(): Span {
    return { start: 0, end: this.text.length };
  }

  get tokens(): readonly Token[] {
    this.significant ??= withoutComments(this.lexed());
    return this.significant;
  }

  /** Index of the first token that starts at `offset` or behind it; `tokens.length` when there is none. */
  indexAt(offset: number): number {
    const { tokens } = this;
    let low = 0;
    let high = tokens.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((tokens[middle] as Token).start < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  isWord(index: number, ...words: readonly string[]): boolean {
    const token = this.tokens[index];
    if (token?.kind !== 'word') return false;
    const { text } = token;
    // Most words already differ in length, and this is asked of every word of a statement, several times.
    return words.some((word) => word.length === text.length && word === text.toUpperCase());
  }

  /** Index of the first such keyword in [from, to) outside brackets, or -1. */
  findWord(words: readonly string[], from = 0, to = this.tokens.length): number {
    let depth = 0;
    for (let index = from; index < to; index++) {
      const kind = this.tokens[index]?.kind;
      if (kind === 'open') depth++;
      else if (kind === 'close') depth--;
      else if (depth === 0 && this.isWord(index, ...words)) return index;
    }
    return -1;
  }

  /** Span of the first such keyword outside brackets; the first token of the statement when it is not there. */
  keyword(word: string, from = 0): Span {
    const index = this.findWord([word], from);
    return this.spanOf(Math.max(index, 0), Math.max(index, 0) + 1);
  }

  /** From the start of token `from` to the end of token `to - 1`. */
  spanOf(from: number, to: number): Span {
    const first = this.tokens[from];
    const last = this.tokens[Math.max(from, to - 1)];
    if (!first || !last) return this.whole;
    return { start: first.start, end: last.end };
  }

  sourceOf(from: number, to: number): SourceText {
    const span = this.spanOf(from, to);
    return { text: closeUp(this.text.slice(span.start, span.end)), span };
  }

  /** The text of an expression whose tree is known. */
  expressionOf(from: number, to: number, tree: Node | undefined): SourceText {
    const source = this.sourceOf(from, to);
    learnExpression(source.text, tree);
    return source;
  }

  /** Index behind the bracket that closes the one at `open`. */
  behindBracket(open: number, to = this.tokens.length): number {
    let depth = 0;
    for (let index = open; index < to; index++) {
      const kind = this.tokens[index]?.kind;
      if (kind === 'open') depth++;
      else if (kind === 'close' && --depth === 0) return index + 1;
    }
    return to;
  }

  /** Index of the first opening parenthesis in [from, to), or -1. */
  findOpen(from: number, to = this.tokens.length): number {
    for (let index = from; index < to; index++) if (this.tokens[index]?.kind === 'open') return index;
    return -1;
  }

  /** The token ranges between the commas of [from, to) that stand outside brackets. */
  splitAtCommas(from: number, to: number): [number, number][] {
    const parts: [number, number][] = [];
    let depth = 0;
    let start = from;
    for (let index = from; index < to; index++) {
      const kind = this.tokens[index]?.kind;
      if (kind === 'open') depth++;
      else if (kind === 'close') depth--;
      else if (kind === 'comma' && depth === 0) {
        parts.push([start, index]);
        start = index + 1;
      }
    }
    if (start < to) parts.push([start, to]);
    return parts;
  }

  /** Index behind a possibly qualified name that starts at `from`: a.b.c. */
  behindName(from: number): number {
    let index = from + 1;
    while (this.tokens[index]?.kind === 'dot') index += 2;
    return index;
  }
}
