import type { Span } from '../../sql/span.js';
import type { Expression, Statement } from '../code.js';
import { childOf, namedOf, type SyntaxNode } from '../syntax/tree.js';
import { classOf } from './classes.js';
import { expression, keyOf, unwrapped } from './expressions.js';
import { type Lowering, sourceOf, spanOf } from './lowering.js';
import { statementsOf } from './statements.js';

type ImportedName = (Statement & { readonly kind: 'import' })['names'][number];

/** `import … from '…'`. */
export function importStatement(lowering: Lowering, node: SyntaxNode): Statement[] {
  const source = childOf(node, 'source');
  const module = source && keyOf(lowering, source);
  if (module === undefined) return [];
  const clause = node.children.find(({ type }) => type === 'import_clause');
  const names = clause ? namedOf(clause).flatMap((each) => importedNames(lowering, each)) : [];
  return [{ kind: 'import', span: spanOf(node), module, names }];
}

function importedNames(lowering: Lowering, node: SyntaxNode): ImportedName[] {
  if (node.type === 'identifier') return [{ imported: 'default', local: sourceOf(lowering, node) }];
  if (node.type === 'namespace_import') {
    const name = namedOf(node)[0];
    return name ? [{ imported: '*', local: sourceOf(lowering, name) }] : [];
  }
  return namedOf(node).flatMap((each) => {
    const name = childOf(each, 'name');
    if (!name) return [];
    const imported = sourceOf(lowering, name);
    const alias = childOf(each, 'alias');
    return [{ imported, local: alias ? sourceOf(lowering, alias) : imported }];
  });
}

/** `const … = require('…')`; undefined for any other value. */
export function required(value: Expression, names: readonly ImportedName[], span: Span): Statement | undefined {
  const isMember = value.kind === 'member' && value.object.kind === 'call';
  const call = isMember ? value.object : value;
  if (call.kind !== 'call' || call.callee.kind !== 'name' || call.callee.name !== 'require') return undefined;
  const [asked] = call.args;
  if (asked?.value.kind !== 'text') return undefined;
  const module = asked.value.parts.map((part) => (part.kind === 'value' ? '' : part.text)).join('');
  const own = isMember && value.kind === 'member' ? names.map(({ local }) => ({ imported: value.name, local })) : names;
  return { kind: 'import', span, module, names: own };
}

/** `export …`: the declaration as it stands, or what the file exports. */
export function exportStatement(lowering: Lowering, node: SyntaxNode): Statement[] {
  const span = spanOf(node);
  const isDefault = node.children.some(({ type }) => type === 'default');
  const declaration = childOf(node, 'declaration');
  if (declaration) {
    const isFunction = /^(generator_)?function_declaration$/.test(declaration.type);
    if (isDefault && isFunction && !childOf(declaration, 'name')) {
      return [{ kind: 'exported', span, value: expression(lowering, declaration) }];
    }
    return statementsOf(lowering, [declaration]);
  }
  const valueNode = childOf(node, 'value') ?? equalsValue(node);
  if (valueNode) {
    const inner = unwrapped(valueNode);
    if (inner.type === 'class') return [classOf(lowering, inner)];
    return [{ kind: 'exported', span, value: expression(lowering, valueNode) }];
  }
  const clause = node.children.find(({ type }) => type === 'export_clause');
  return clause && !childOf(node, 'source') ? namedOf(clause).flatMap((each) => renamed(lowering, each)) : [];
}

/** TypeScript's `export = value`. */
function equalsValue(node: SyntaxNode): SyntaxNode | undefined {
  return node.children.some(({ type }) => type === '=') ? namedOf(node)[0] : undefined;
}

/** `export { a as b }`. */
function renamed(lowering: Lowering, node: SyntaxNode): Statement[] {
  const name = childOf(node, 'name');
  const alias = childOf(node, 'alias');
  if (!name || !alias) return [];
  const value = expression(lowering, name);
  const target: Expression = { kind: 'name', span: spanOf(alias), name: sourceOf(lowering, alias) };
  if (target.name === 'default') return [{ kind: 'exported', span: spanOf(node), value }];
  return [{ kind: 'assign', span: spanOf(node), target, value }];
}
