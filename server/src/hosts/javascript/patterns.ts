import type { Expression, Statement } from '../code.js';
import { childOf, namedOf, type SyntaxNode } from '../syntax/tree.js';
import { keyOf } from './expressions.js';
import { type Lowering, otherOf, sourceOf, spanOf } from './lowering.js';

/** A name that a pattern gives a value. */
export interface BoundName {
  readonly name: string;
  /** The keys that lead to the value: `{ context: { sequelize: s } }` gives ["context", "sequelize"]. */
  readonly path: readonly string[];
  /** False where the value is not simply that of these keys: an item of a list, a rest. */
  readonly isPlain: boolean;
}

interface Open {
  readonly node: SyntaxNode;
  readonly path: readonly string[];
  readonly isPlain: boolean;
}

/** The names in a pattern, in order. */
export function boundNames(lowering: Lowering, pattern: SyntaxNode): readonly BoundName[] {
  const found: BoundName[] = [];
  const open: Open[] = [{ node: pattern, path: [], isPlain: true }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, path, isPlain } = next;
    switch (node.type) {
      case 'identifier':
        found.push({ name: sourceOf(lowering, node), path, isPlain });
        break;
      case 'shorthand_property_identifier_pattern': {
        const name = sourceOf(lowering, node);
        found.push({ name, path: [...path, name], isPlain });
        break;
      }
      case 'pair_pattern': {
        const key = childOf(node, 'key');
        const name = key && keyOf(lowering, key);
        const value = childOf(node, 'value');
        if (value) open.push({ node: value, path: [...path, name ?? ''], isPlain: isPlain && name !== undefined });
        break;
      }
      case 'assignment_pattern':
      case 'object_assignment_pattern': {
        // What it is where nothing is given is not known to be unused.
        const left = childOf(node, 'left');
        if (left) open.push({ node: left, path, isPlain: false });
        break;
      }
      case 'object_pattern':
        open.push(...[...namedOf(node)].reverse().map((each) => ({ node: each, path, isPlain })));
        break;
      case 'array_pattern':
        open.push(
          ...namedOf(node)
            .map((each, index) => ({ node: each, path: [...path, String(index)], isPlain }))
            .reverse(),
        );
        break;
      case 'rest_pattern':
        open.push(...[...namedOf(node)].reverse().map((each) => ({ node: each, path, isPlain: false })));
        break;
      default:
        break;
    }
  }
  return found;
}

/** The names of a pattern with their values, which are those of a parameter without a name. */
export function bindingsOf(lowering: Lowering, pattern: SyntaxNode): readonly Statement[] {
  const span = spanOf(pattern);
  const start: Expression = { kind: 'name', span, name: '' };
  return boundNames(lowering, pattern).map(({ name, path, isPlain }): Statement => {
    const value = path.reduce<Expression>((object, key) => ({ kind: 'member', span, object, name: key }), start);
    const target: Expression = { kind: 'name', span, name };
    return { kind: 'assign', span, target, value: isPlain ? value : otherOf(pattern) };
  });
}
