import type { Statement } from '../code.js';
import { childOf, namedOf, type SyntaxNode } from '../syntax/tree.js';
import { expression, keyOf } from './expressions.js';
import { functionValue } from './functions.js';
import { type Lowering, sourceOf, spanOf } from './lowering.js';

/** A class: its fields as assignments, its methods as functions. `name`: that of a class without one. */
export function classOf(lowering: Lowering, node: SyntaxNode, name = ''): Statement & { readonly kind: 'class' } {
  const own = childOf(node, 'name');
  const body = childOf(node, 'body');
  return {
    kind: 'class',
    span: spanOf(node),
    name: own ? sourceOf(lowering, own) : name,
    bases: baseNodes(node).map((base) => expression(lowering, base)),
    body: body ? namedOf(body).flatMap((each) => member(lowering, each)) : [],
  };
}

function baseNodes(node: SyntaxNode): SyntaxNode[] {
  const heritage = node.children.find(({ type }) => type === 'class_heritage');
  if (!heritage) return [];
  const extended = heritage.children.find(({ type }) => type === 'extends_clause');
  // JavaScript's grammar has the expression itself there.
  if (!extended) return namedOf(heritage).filter(({ type }) => type !== 'implements_clause');
  const value = childOf(extended, 'value');
  return value ? [value] : [];
}

function member(lowering: Lowering, node: SyntaxNode): Statement[] {
  const span = spanOf(node);
  const isStatic = node.children.some(({ type }) => type === 'static');
  const nameNode = childOf(node, 'name') ?? childOf(node, 'property');
  const name = nameNode && keyOf(lowering, nameNode);
  if (name === undefined) return [];
  if (node.type === 'method_definition') {
    const value = { ...functionValue(lowering, node), name };
    return [{ kind: 'function', span, value, ...(isStatic ? { isStatic } : {}) }];
  }
  const value = childOf(node, 'value');
  if (!value || !/^(public_)?field_definition$/.test(node.type)) return [];
  const target = { kind: 'name', span: nameNode ? spanOf(nameNode) : span, name } as const;
  return [{ kind: 'assign', span, target, value: expression(lowering, value) }];
}
