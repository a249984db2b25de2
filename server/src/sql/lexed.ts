import { TextCache } from './cache.js';
import { lex, type Token, withoutComments } from './lexer.js';

const cache = new TextCache<readonly Token[]>(1_000_000);

/** The tokens of a short text that several rules read, such as a condition or a value, comments left out; kept by the text. */
export function lexed(text: string): readonly Token[] {
  const known = cache.get(text);
  if (known) return known;
  const tokens = withoutComments(lex(text));
  cache.set(text, tokens);
  return tokens;
}
