import type { Code, HostComment } from './code.js';
import type { Lowering } from './javascript/lowering.js';
import { statementsOf } from './javascript/statements.js';
import { namedOf, type SyntaxNode } from './syntax/tree.js';

/** A file of JavaScript or TypeScript as plain data. Nothing throws on any text; half-typed code is read as far as it goes. */
export function lowerJavaScript(
  language: 'javascript' | 'typescript' | 'tsx',
  text: string,
  root: SyntaxNode,
  isBroken: boolean,
): Code {
  const lowering: Lowering = { text, depth: 0, tags: new Map() };
  const body = statementsOf(lowering, root.type === 'ERROR' ? [root] : namedOf(root));
  return { language, text, body, comments: commentsIn(text, root), isBroken };
}

function commentsIn(text: string, root: SyntaxNode): HostComment[] {
  const found: HostComment[] = [];
  const open = [root];
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.type === 'comment') found.push(commentOf(text, node));
    else for (const child of node.children) open.push(child);
  }
  return found.sort((a, b) => a.span.start - b.span.start);
}

function commentOf(text: string, { start, end }: SyntaxNode): HostComment {
  const written = text.slice(start, end).replace(/^\/\/|^\/\*+|\*\/$/g, '');
  return { span: { start, end }, text: written.trim() };
}
