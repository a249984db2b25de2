import type { SyntaxNode } from '../syntax/tree.js';

/** What the readers of a Ruby file share. */
export interface RubyFile {
  readonly source: string;
  /** The texts of heredocs, which stand behind the line in which these begin. */
  readonly heredocs: ReadonlyMap<SyntaxNode, SyntaxNode>;
}

/** Where a statement ends: behind the texts of the heredocs that begin in it. */
export function endOf({ heredocs }: RubyFile, { start, end }: SyntaxNode): number {
  let last = end;
  for (const [beginning, body] of heredocs)
    if (beginning.start >= start && beginning.end <= end) last = Math.max(last, body.end);
  return last;
}

/** Finds the text of each heredoc: texts stand in the order in which heredocs begin. Without recursion. */
export function readRubyFile(source: string, root: SyntaxNode): RubyFile {
  const waiting: SyntaxNode[] = [];
  const heredocs = new Map<SyntaxNode, SyntaxNode>();
  const open: SyntaxNode[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.type === 'heredoc_beginning') waiting.push(node);
    if (node.type === 'heredoc_body') {
      const beginning = waiting.shift();
      if (beginning) heredocs.set(beginning, node);
    }
    for (let index = node.children.length - 1; index >= 0; index--) {
      const child = node.children[index];
      if (child) open.push(child);
    }
  }
  return { source, heredocs };
}

/** The named children that are code: no comments, no texts of heredocs. */
export function codeOf(node: SyntaxNode): readonly SyntaxNode[] {
  return node.children.filter(({ named, type }) => named && type !== 'comment' && type !== 'heredoc_body');
}
