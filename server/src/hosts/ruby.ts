import type { Code } from './code.js';
import { commentOf } from './python.js';
import { readRubyFile } from './ruby/context.js';
import { lowerRubyBody } from './ruby/statements.js';
import { commentsOf, type SyntaxNode } from './syntax/tree.js';

/** A Ruby file as plain data. */
export function lowerRuby(text: string, root: SyntaxNode, isBroken: boolean): Code {
  return {
    language: 'ruby',
    text,
    body: lowerRubyBody(readRubyFile(text, root), root),
    comments: commentsOf(root).map((node) => commentOf(text, node)),
    isBroken,
  };
}
