import type { Span } from '../../sql/span.js';
import type { Expression } from '../code.js';
import type { SyntaxNode } from '../syntax/tree.js';

/** Code that nests deeper than this is read no further, so that no stack runs over. */
const DEPTH_LIMIT = 500;

/** What the functions that lower a file share. */
export interface Lowering {
  readonly text: string;
  /** How many nodes the one that is being read stands within. */
  depth: number;
  /** Tags of templates that the grammar takes for comparisons: sql<T>`…`. */
  readonly tags: Map<SyntaxNode, SyntaxNode>;
}

export function spanOf({ start, end }: SyntaxNode): Span {
  return { start, end };
}

export function sourceOf(lowering: Lowering, node: SyntaxNode): string {
  return lowering.text.slice(node.start, node.end);
}

/** Something that is read no further. */
export function otherOf(node: SyntaxNode, parts: readonly Expression[] = []): Expression & { readonly kind: 'other' } {
  return { kind: 'other', span: spanOf(node), parts };
}

/** Runs `read` one level deeper; `fallback` where that is too deep. */
export function deeper<Result>(lowering: Lowering, fallback: Result, read: () => Result): Result {
  if (lowering.depth >= DEPTH_LIMIT) return fallback;
  lowering.depth++;
  const result = read();
  lowering.depth--;
  return result;
}
