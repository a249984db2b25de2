import { isKeyword, lex, type Token, withoutComments } from '../../server/src/sql/lexer.js';
import type { ParsedStatement } from '../../server/src/sql/statement.js';
import type { Span } from '../../server/src/sql/span.js';

/** A loop or a block of a PL/pgSQL body; offsets are relative to the statement around it. */
export interface Region extends Span {
  readonly kind: 'loop' | 'block';
  /** Where the EXCEPTION of a block stands. */
  readonly exception: number | undefined;
}

/** The body of a DO block, a function or a procedure in dollar quotes: its tokens, its loops and its blocks. */
export interface Body {
  readonly tokens: readonly Token[];
  readonly regions: readonly Region[];
}

/** In: the statement around the body. Undefined when there is no body that can be read where it stands. */
export function bodyOf(statement: ParsedStatement): Body | undefined {
  const string = statement
    .tokens()
    .filter((token) => token.kind === 'string' && token.text.startsWith('$'))
    .at(-1);
  const tag = string && /^\$[^$]*\$/.exec(string.text)?.[0];
  if (!string || tag === undefined) return undefined;
  const tokens = withoutComments(lex(statement.text, string.start + tag.length, string.end - tag.length));
  return { tokens, regions: regionsOf(tokens) };
}

function regionsOf(tokens: readonly Token[]): Region[] {
  const found: Region[] = [];
  const open: { kind: 'loop' | 'block' | 'case'; start: number; exception: number | undefined }[] = [];
  const close = (end: number): void => {
    const region = open.pop();
    if (region && region.kind !== 'case')
      found.push({ kind: region.kind, start: region.start, end, exception: region.exception });
  };
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'word') continue;
    const [before, behind] = [tokens[index - 1], tokens[index + 1]];
    const word = token.text.toUpperCase();
    const isEnd = isKeyword(before, 'END');
    if (word === 'LOOP' && !isEnd) open.push({ kind: 'loop', start: token.start, exception: undefined });
    else if (word === 'BEGIN') open.push({ kind: 'block', start: token.start, exception: undefined });
    else if (word === 'CASE' && !isEnd) open.push({ kind: 'case', start: token.start, exception: undefined });
    else if (word === 'EXCEPTION' && !isKeyword(before, 'RAISE')) {
      const top = open.at(-1);
      if (top?.kind === 'block') top.exception ??= token.start;
    } else if (word === 'END' && !isKeyword(behind, 'IF')) close(token.end);
  }
  return found;
}

export function contains(outer: Span, offset: number): boolean {
  return outer.start <= offset && offset < outer.end;
}
