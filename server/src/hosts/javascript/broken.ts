import type { FunctionValue, Statement } from '../code.js';
import type { SyntaxNode } from '../syntax/tree.js';
import { expression } from './expressions.js';
import { functionValue } from './functions.js';
import { type Lowering, sourceOf, spanOf } from './lowering.js';

/**
 * What can be read of code that is being typed: the statements in it and calls that are complete. Where the end of a
 * function is missing, the parser gives its head and its statements in one row; they are put together again.
 */
export function brokenStatements(
  lowering: Lowering,
  node: SyntaxNode,
  read: (nodes: readonly SyntaxNode[]) => Statement[],
): Statement[] {
  const found: Statement[] = [];
  let open: { readonly head: FunctionValue; readonly body: Statement[] } | undefined;
  const close = (): void => {
    if (open) found.push({ kind: 'function', span: open.head.span, value: { ...open.head, body: open.body } });
    open = undefined;
  };
  for (const [index, child] of node.children.entries()) {
    if (child.type === 'formal_parameters') {
      const name = nameBefore(lowering, node.children, index);
      if (name !== undefined) {
        close();
        const head = { ...node, start: child.start, end: node.end, children: [{ ...child, field: 'parameters' }] };
        open = { head: functionValue(lowering, head, name), body: [] };
      }
    } else if (child.named) (open?.body ?? found).push(...complete(lowering, child, read));
  }
  close();
  return found;
}

function complete(
  lowering: Lowering,
  node: SyntaxNode,
  read: (nodes: readonly SyntaxNode[]) => Statement[],
): Statement[] {
  if (!/_expression$/.test(node.type)) return read([node]);
  if (node.type === 'member_expression') return [];
  return [{ kind: 'expression', span: spanOf(node), value: expression(lowering, node) }];
}

/** The name of the function whose parameters stand at `index`: `up (`, `exports.up = async function (`. */
function nameBefore(lowering: Lowering, children: readonly SyntaxNode[], index: number): string | undefined {
  for (let at = index - 1; at >= 0; at--) {
    const child = children[at];
    if (!child) return undefined;
    if (child.type === 'identifier' || child.type === 'property_identifier') return sourceOf(lowering, child);
    if (child.type === 'member_expression') return sourceOf(lowering, child).split('.').at(-1);
    if (!/^(async|function|=|:|type_annotation|comment)$/.test(child.type)) return undefined;
  }
  return undefined;
}
