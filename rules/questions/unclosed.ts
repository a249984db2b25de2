import { type Token, withoutComments } from '../../server/src/sql/lexer.js';
import type { Span } from '../../server/src/sql/span.js';
import type { ParsedStatement } from '../../server/src/sql/statement.js';

/**
 * The bracket that is still open at an offset of a statement, with the word before it: `CHECK (`. Counting alone finds the
 * outermost one, whose bracket closes something else as a rule, so the first one goes before whose closing bracket
 * begins a line that is indented less than its own. Undefined where all brackets before it are closed.
 */
export function unclosedBracket(statement: ParsedStatement, until: number): Span | undefined {
  const { text } = statement;
  const tokens = withoutComments(statement.tokens()).filter(({ end }) => end <= until);
  const open: { readonly at: Token; readonly before: Token | undefined }[] = [];
  let misplaced: Span | undefined;
  tokens.forEach((at, index) => {
    if (at.kind === 'open') open.push({ at, before: tokens[index - 1] });
    if (at.kind !== 'close') return;
    const partner = open.pop();
    const indent = indentOf(text, at.start);
    if (!partner || !isFirstOfLine(text, at.start) || indent >= indentOf(text, partner.at.start)) return;
    misplaced ??= spanOf(partner);
  });
  const [outermost] = open;
  return outermost && (misplaced ?? spanOf(outermost));
}

function spanOf({ at, before }: { readonly at: Token; readonly before: Token | undefined }): Span {
  const start = before?.kind === 'word' || before?.kind === 'quoted' ? before.start : at.start;
  return { start, end: at.end };
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

function indentOf(text: string, offset: number): number {
  const start = lineStart(text, offset);
  return text.slice(start).search(/[^ \t]|$/);
}

function isFirstOfLine(text: string, offset: number): boolean {
  return text.slice(lineStart(text, offset), offset).trim() === '';
}
