/**
 * PostgreSQL's parse tree as plain data. Most of what a catalog holds comes from statements that nothing else reads,
 * so the fields are asked for by their names in parsenodes.h, and one that is not there is empty.
 */
export type Tree = Readonly<Record<string, unknown>>;

const empty: Tree = {};

function isObject(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field that holds a node of a fixed kind; empty when it is not there. */
export function field(tree: Tree, name: string): Tree {
  const value = tree[name];
  return isObject(value) ? value : empty;
}

export function has(tree: Tree, name: string): boolean {
  return tree[name] !== undefined;
}

/** A field that holds text; undefined when it is not there. */
export function text(tree: Tree, name: string): string | undefined {
  const value = tree[name];
  return typeof value === 'string' ? value : undefined;
}

/** A field that holds a number; libpg-query leaves out a 0. */
export function number(tree: Tree, name: string): number {
  const value = tree[name];
  return typeof value === 'number' ? value : 0;
}

export function flag(tree: Tree, name: string): boolean {
  return tree[name] === true;
}

/** The nodes of a list, each still with its tag around it. */
export function list(tree: Tree, name: string): Tree[] {
  const value = tree[name];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The tag of a node that is wrapped in it, such as "ColumnRef". */
export function tagOf(node: Tree): string {
  return Object.keys(node)[0] ?? '';
}

/** What a wrapped node holds. */
export function inner(node: Tree): Tree {
  return field(node, tagOf(node));
}

/** A field that holds a wrapped node of that tag; undefined for another tag or nothing. */
export function as(node: Tree, tag: string): Tree | undefined {
  const value = node[tag];
  return isObject(value) ? value : undefined;
}

/** The strings of a list of String nodes: the parts of a qualified name. */
export function strings(tree: Tree, name: string): string[] {
  return list(tree, name).map((node) => stringOf(node) ?? '');
}

/** The text of a String node. */
export function stringOf(node: Tree): string | undefined {
  return text(field(node, 'String'), 'sval');
}

/** A value of a DefElem as it stands in an option list: a word, a number, a string, TRUE. */
export function optionValue(node: Tree): string | undefined {
  const tag = tagOf(node);
  const content = inner(node);
  if (tag === 'String') return text(content, 'sval') ?? '';
  if (tag === 'Integer') return String(number(content, 'ival'));
  if (tag === 'Float') return text(content, 'fval');
  if (tag === 'Boolean') return String(flag(content, 'boolval'));
  if (tag === 'TypeName') return strings(content, 'names').at(-1);
  if (tag === 'List')
    return list(content, 'items')
      .map((item) => optionValue(item) ?? '')
      .join('.');
  if (tag === 'A_Const') return constant(content);
  return undefined;
}

/** The value of an A_Const as text; undefined for NULL. */
export function constant(content: Tree): string | undefined {
  if (has(content, 'sval')) return text(field(content, 'sval'), 'sval') ?? '';
  if (has(content, 'ival')) return String(number(field(content, 'ival'), 'ival'));
  if (has(content, 'fval')) return text(field(content, 'fval'), 'fval');
  if (has(content, 'boolval')) return String(flag(field(content, 'boolval'), 'boolval'));
  return undefined;
}
