import type { Code } from './code.js';
import { readRubyFile } from './ruby/context.js';
import { lowerRubyBody } from './ruby/statements.js';
import { commentsOf, type SyntaxNode } from './syntax/tree.js';

/** A Ruby file as plain data. */
export function lowerRuby(text: string, root: SyntaxNode, isBroken: boolean): Code {
  return {
    language: 'ruby',
    text,
    body: lowerRubyBody(readRubyFile(text, root), root),
    comments: commentsOf(root).map(({ start, end }) => ({
      span: { start, end },
      // `=begin` and `=end` stand in lines of their own.
      text: text.startsWith('#', start) ? text.slice(start + 1, end) : text.slice(start, end),
    })),
    isBroken,
  };
}
