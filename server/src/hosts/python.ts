import type { Code } from './code.js';
import { lowerPythonBody } from './python/statements.js';
import { commentsOf, type SyntaxNode } from './syntax/tree.js';

/** A Python file as plain data. */
export function lowerPython(text: string, root: SyntaxNode, isBroken: boolean): Code {
  return {
    language: 'python',
    text,
    body: lowerPythonBody(text, root),
    comments: commentsOf(root).map(({ start, end }) => ({ span: { start, end }, text: text.slice(start + 1, end) })),
    isBroken,
  };
}
