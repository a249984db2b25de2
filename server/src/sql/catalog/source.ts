import { Reader } from '../actions/reader.js';
import { nameOf, type Token } from '../lexer.js';
import { isOwnName } from '../own-name.js';
import { quoteIdentifier } from '../quote.js';
import type { ParsedStatement } from '../statement.js';
import type { Catalog } from './catalog.js';
import type { Ref, SqlText } from './model.js';
import { findRefs, type Place } from './refs.js';
import type { Scope } from './scope.js';
import { number, type Tree } from './tree.js';

/** An object that a statement changes or drops, and that no file makes. */
export interface Missing {
  readonly what: string;
  /** With IF EXISTS, so that it need not have been there. */
  readonly ifExists: boolean;
}

/** One statement as text and tokens, from which the parts of a catalog are cut. */
export class Source {
  readonly reader: Reader;
  /** True when a text could not be tied to the objects that it names. */
  loose = false;
  /** What the statement names and no file makes. */
  readonly missing: Missing[] = [];

  constructor(
    readonly statement: ParsedStatement,
    readonly catalog: Catalog,
  ) {
    this.reader = new Reader(statement.text, () => statement.tokens());
  }

  /** Replays a statement that stands inside this one. */
  elements: (statement: ParsedStatement) => void = () => {};

  /** True when the statement does what the catalog does not hold. */
  unwritten = false;

  miss(what: string, ifExists = false): void {
    // A leftover of ours that a statement clears away.
    if (!ifExists || !isOwnName(what)) this.missing.push({ what, ifExists });
  }

  get text(): string {
    return this.statement.text;
  }

  get tokens(): readonly Token[] {
    return this.reader.tokens;
  }

  get end(): number {
    return this.tokens.length;
  }

  /** Index of the token at which a node stands. */
  at(node: Tree): number {
    return this.reader.indexAt(number(node, 'location'));
  }

  word(index: number): string {
    const token = this.tokens[index];
    return token?.kind === 'word' ? token.text.toUpperCase() : '';
  }

  /** The folded name that a token spells; undefined for anything but a name. */
  nameAt(index: number): string | undefined {
    const token = this.tokens[index];
    return token && (token.kind === 'word' || token.kind === 'quoted') ? nameOf(token) : undefined;
  }

  /** The text of tokens [from, to), with the objects that the nodes name left open. */
  cut(from: number, to: number, nodes: readonly unknown[] = [], scope?: Scope, own: readonly Place[] = []): SqlText {
    const first = this.tokens[from];
    const last = this.tokens[to - 1];
    if (!first || !last || to <= from) return [];
    const found = nodes.length === 0 ? { places: [], loose: false } : findRefs(nodes, this, scope);
    if (found.loose) this.loose = true;
    const places = [...found.places, ...own]
      .filter((place) => place.from >= from && place.to <= to)
      .sort((a, b) => a.from - b.from);
    const pieces: (string | Ref)[] = [];
    let at = first.start;
    for (const { from: start, to: end, pieces: instead } of places) {
      const [begin, finish] = [this.tokens[start], this.tokens[end - 1]];
      if (!begin || !finish || begin.start < at) continue;
      if (begin.start > at) pieces.push(this.text.slice(at, begin.start));
      pieces.push(...instead);
      at = finish.end;
    }
    if (last.end > at) pieces.push(this.text.slice(at, last.end));
    return pieces;
  }

  plain(from: number, to: number): string {
    const [first, last] = [this.tokens[from], this.tokens[to - 1]];
    return first && last && to > from ? this.text.slice(first.start, last.end) : '';
  }

  /** Index behind a name of so many parts. */
  behindName(from: number): number {
    return this.reader.behindName(from);
  }

  /** The expression inside the first parentheses of [from, to): the tokens between them. */
  inParentheses(from: number, to = this.end): [number, number] {
    const open = this.reader.findOpen(from, to);
    return open < 0 ? [from, from] : [open + 1, this.reader.behindBracket(open, to) - 1];
  }

  find(words: readonly string[], from = 0, to = this.end): number {
    return this.reader.findWord(words, from, to);
  }
}

/** A text without anything left open. */
export function fixed(text: string): SqlText {
  return text === '' ? [] : [text];
}

/** A qualified name as text. */
export function nameText(names: readonly string[]): string {
  return names.map(quoteIdentifier).join('.');
}
