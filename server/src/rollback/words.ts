import { isKeyword, nameOf, type Token, withoutComments } from '../sql/lexer.js';
import type { ParsedStatement } from '../sql/statement.js';

/** The tokens that PostgreSQL's grammar sees. */
export function wordsOf(statement: ParsedStatement): Token[] {
  return withoutComments(statement.tokens());
}

/** The first such keyword outside brackets, from a token index on; -1 when there is none. */
export function findKeyword(tokens: readonly Token[], keyword: string, from = 0): number {
  let depth = 0;
  for (let index = from; index < tokens.length; index += 1) {
    const token = tokens[index];
    depth += token?.kind === 'open' ? 1 : token?.kind === 'close' ? -1 : 0;
    if (depth === 0 && isKeyword(token, keyword)) {
      return index;
    }
  }
  return -1;
}

/** The text from one token to the end of the statement; "" when the index is behind the last one. */
export function textFrom({ text }: ParsedStatement, tokens: readonly Token[], index: number): string {
  const token = tokens[index];
  return token ? text.slice(token.start) : '';
}

/** The text of tokens [from, to), as the author wrote it. */
export function textOf({ text }: ParsedStatement, tokens: readonly Token[], from: number, to: number): string {
  const [first, last] = [tokens[from], tokens[to - 1]];
  return first && last && to > from ? text.slice(first.start, last.end) : '';
}

/** The tokens joined with single blanks and names folded, so that two spellings of the same compare equal. */
export function normalised(tokens: readonly Token[]): string {
  return tokens
    .map((token) => (token.kind === 'word' || token.kind === 'quoted' ? nameOf(token) : token.text))
    .join(' ');
}
