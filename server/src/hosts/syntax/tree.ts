/** A node of a parser's tree as plain data. Offsets are UTF-16 offsets in the file. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  /** What it is to its parent, in the words of the grammar; "" for nothing particular. */
  readonly field: string;
  /** False for what stands in quotes in the grammar: "(", "await". */
  readonly named: boolean;
  readonly children: readonly SyntaxNode[];
}

/** The first child of that field. */
export function childOf(node: SyntaxNode, field: string): SyntaxNode | undefined {
  return node.children.find((each) => each.field === field);
}

export function childrenOf(node: SyntaxNode, field: string): readonly SyntaxNode[] {
  return node.children.filter((each) => each.field === field);
}

/** The named children, comments left out. */
export function namedOf(node: SyntaxNode): readonly SyntaxNode[] {
  return node.children.filter(({ named, type }) => named && type !== 'comment');
}

/** The comments of a tree, in order. Without recursion: code may nest deep. */
export function commentsOf(root: SyntaxNode): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const open: SyntaxNode[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.type === 'comment') found.push(node);
    for (let index = node.children.length - 1; index >= 0; index--) {
      const child = node.children[index];
      if (child) open.push(child);
    }
  }
  return found;
}
