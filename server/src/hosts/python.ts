import type { Code, HostComment } from './code.js';
import { lowerPythonBody } from './python/statements.js';
import { commentsOf, type SyntaxNode } from './syntax/tree.js';

/** A comment; the grammar leaves the first half of a line end of two characters in it. */
export function commentOf(text: string, { start, end }: SyntaxNode): HostComment {
  const last = text[end - 1] === '\r' ? end - 1 : end;
  return { span: { start, end: last }, text: text.slice(start, last).replace(/^#+/, '').trim() };
}

/** A Python file as plain data. */
export function lowerPython(text: string, root: SyntaxNode, isBroken: boolean): Code {
  return {
    language: 'python',
    text,
    body: lowerPythonBody(text, root),
    comments: commentsOf(root).map((node) => commentOf(text, node)),
    isBroken,
  };
}
