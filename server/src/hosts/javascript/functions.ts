import type { FunctionValue, Statement } from '../code.js';
import { childOf, namedOf, type SyntaxNode } from '../syntax/tree.js';
import { expression } from './expressions.js';
import { type Lowering, sourceOf, spanOf } from './lowering.js';
import { bindingsOf, boundNames } from './patterns.js';
import { statementsOf } from './statements.js';

/** A function, a method or an arrow function. */
export function functionValue(lowering: Lowering, node: SyntaxNode, name = ''): FunctionValue {
  const own = childOf(node, 'name');
  const params: string[] = [];
  const bindings: Statement[] = [];
  for (const each of parameterNodes(node)) {
    const pattern = patternOf(each);
    // TypeScript's `this` is no parameter.
    if (!pattern || pattern.type === 'this') continue;
    const { param, statements } = parameter(lowering, pattern);
    params.push(param);
    bindings.push(...statements);
  }
  const body = [...bindings, ...bodyOf(lowering, node)];
  return { kind: 'function', span: spanOf(node), name: own ? sourceOf(lowering, own) : name, params, body };
}

function parameterNodes(node: SyntaxNode): readonly SyntaxNode[] {
  const single = childOf(node, 'parameter');
  if (single) return [single];
  const list = childOf(node, 'parameters');
  return list ? namedOf(list).filter(({ type }) => type !== 'decorator' && type !== 'ERROR') : [];
}

/** The name or pattern of a parameter, its type and what it is by default left out. */
function patternOf(node: SyntaxNode): SyntaxNode | undefined {
  if (node.type === 'required_parameter' || node.type === 'optional_parameter') {
    const inner = childOf(node, 'pattern');
    return inner && patternOf(inner);
  }
  if (node.type === 'assignment_pattern') {
    const inner = childOf(node, 'left');
    return inner && patternOf(inner);
  }
  return node;
}

/** `{ context: queryInterface }` goes by that name; the names of any other pattern are given their values first. */
function parameter(lowering: Lowering, pattern: SyntaxNode): { param: string; statements: readonly Statement[] } {
  if (pattern.type === 'identifier') return { param: sourceOf(lowering, pattern), statements: [] };
  if (pattern.type === 'rest_pattern') return { param: '', statements: [] };
  const [only, ...more] = boundNames(lowering, pattern);
  if (only && more.length === 0 && only.path.join() === 'context') return { param: only.name, statements: [] };
  return { param: '', statements: bindingsOf(lowering, pattern) };
}

function bodyOf(lowering: Lowering, node: SyntaxNode): readonly Statement[] {
  const body = childOf(node, 'body');
  if (!body) return [];
  if (body.type === 'statement_block') return unwrapped(statementsOf(lowering, namedOf(body)));
  return [{ kind: 'return', span: spanOf(body), value: expression(lowering, body) }];
}

/** What TypeScript makes of an async function: `return __awaiter(this, …, function* () { … })`. */
function unwrapped(statements: readonly Statement[]): readonly Statement[] {
  const [only] = statements;
  if (statements.length !== 1 || only?.kind !== 'return' || only.value?.kind !== 'call') return statements;
  const { callee, args } = only.value;
  const name = callee.kind === 'name' || callee.kind === 'member' ? callee.name : '';
  const last = args.at(-1)?.value;
  return name === '__awaiter' && last?.kind === 'function' ? last.body : statements;
}
