/** A node of the parse tree, or the value of one of its fields. */
export type Tree = Readonly<Record<string, unknown>>;

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function treeIn(of: Tree, key: string): Tree {
  const value = of[key];
  return isTree(value) ? value : {};
}

export function listIn(of: Tree, key: string): readonly Tree[] {
  const value = of[key];
  return Array.isArray(value) ? value.filter(isTree) : [];
}

export function wordIn(of: Tree, key: string): string {
  const value = of[key];
  return typeof value === 'string' ? value : '';
}

export function stringsIn(of: Tree, key: string): string[] {
  return listIn(of, key).map((each) => wordIn(treeIn(each, 'String'), 'sval'));
}

/** What is called for each value that stands under a key. */
export type Visitors = ReadonlyMap<string, (value: unknown) => void>;

/**
 * Every node below a tree: the objects under a key of PostgreSQL's node types, which begin with a capital letter, and the
 * SET within ALTER ROLE and ALTER SYSTEM, which stands there without its type.
 */
export function walkNodes(tree: unknown, visitors: Visitors): void {
  const open: unknown[] = [tree];
  while (open.length > 0) {
    const node = open.pop();
    if (Array.isArray(node)) {
      for (const each of node) if (typeof each === 'object') open.push(each);
    } else if (isTree(node)) {
      for (const key in node) {
        const value = node[key];
        if (typeof value !== 'object') continue;
        const visit = key.charCodeAt(0) < SMALL_A || key === 'setstmt' ? visitors.get(key) : undefined;
        if (visit) visit(value);
        else if (leaves.has(key)) continue;
        open.push(value);
      }
    }
  }
}

const SMALL_A = 97;

/** Below these stands nothing but names and constants, where nobody visits them. */
const leaves: ReadonlySet<string> = new Set(['A_Const', 'ColumnRef', 'RangeVar', 'String', 'Integer']);
