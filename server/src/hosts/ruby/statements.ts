import type { Expression, Statement } from '../code.js';
import { childOf, type SyntaxNode } from '../syntax/tree.js';
import { codeOf, endOf, type RubyFile } from './context.js';
import { emptyCall, lowerRubyExpression } from './expressions.js';

/** Code that nests deeper is read no further. */
const DEEPEST = 250;

/** The statements of a file. */
export function lowerRubyBody(file: RubyFile, root: SyntaxNode): readonly Statement[] {
  return functionBody(file, root, 0);
}

/** The statements of a block, a method, a branch. What stands behind `rescue` may run. */
export function functionBody(file: RubyFile, node: SyntaxNode | undefined, depth: number): readonly Statement[] {
  if (!node || depth > DEEPEST) return [];
  // A block's braces hold a body; def x = 1 has an expression there.
  if (node.type === 'block' || node.type === 'do_block') return functionBody(file, childOf(node, 'body'), depth + 1);
  if (!bodies.has(node.type)) return lowerStatement(file, node, depth + 1);
  return codeOf(node).flatMap((each) => lowerStatement(file, each, depth + 1));
}

const bodies = new Set([
  'program',
  'ERROR',
  'body_statement',
  'block_body',
  'then',
  'else',
  'do',
  'ensure',
  'begin',
  'parenthesized_statements',
  'begin_block',
]);

/** The names of parameters; "" for one that takes several. */
export function parametersOf(source: string, node: SyntaxNode | undefined): readonly string[] {
  return (node ? codeOf(node) : []).map((each) => {
    if (each.type === 'identifier') return source.slice(each.start, each.end);
    const name = childOf(each, 'name');
    const isOne = each.type === 'optional_parameter' || each.type === 'keyword_parameter';
    return isOne && name ? source.slice(name.start, name.end) : '';
  });
}

function spanOf({ start, end }: SyntaxNode): { start: number; end: number } {
  return { start, end };
}

function lowerStatement(file: RubyFile, node: SyntaxNode, depth: number): readonly Statement[] {
  const { source } = file;
  const span = file.heredocs.size > 0 ? { start: node.start, end: endOf(file, node) } : spanOf(node);
  const body = (child: SyntaxNode | undefined): readonly Statement[] => functionBody(file, child, depth);
  const value = (child: SyntaxNode | undefined): Expression =>
    child ? lowerRubyExpression(file, child, depth) : { kind: 'other', span, parts: [] };
  const block = (child: SyntaxNode | undefined, certain: boolean): Statement => ({
    kind: 'block',
    span: child ? spanOf(child) : span,
    body: body(child),
    certain,
  });
  switch (node.type) {
    case 'assignment':
    case 'operator_assignment':
      return assignment(file, node, depth);
    case 'return': {
      const list = codeOf(node)[0];
      const items = list ? codeOf(list) : [];
      return [{ kind: 'return', span, value: items.length === 0 ? undefined : value(items[0]) }];
    }
    case 'if':
    case 'unless':
    case 'elsif':
    case 'conditional':
    case 'if_modifier':
    case 'unless_modifier':
      return [conditional(file, node, depth)];
    case 'while':
    case 'until':
    case 'while_modifier':
    case 'until_modifier':
      return [block(childOf(node, 'body'), false)];
    case 'for': {
      const over = childOf(node, 'value');
      const names = namesOf(source, childOf(node, 'pattern'));
      return [{ kind: 'loop', span, names, over: value(over && codeOf(over)[0]), body: body(childOf(node, 'body')) }];
    }
    case 'case':
      return caseStatement(file, node, depth);
    case 'begin':
    case 'parenthesized_statements':
    case 'begin_block':
      return [block(node, true)];
    case 'rescue':
      return [block(childOf(node, 'body'), false)];
    case 'rescue_modifier':
      return body(childOf(node, 'body'));
    case 'else':
    case 'ensure':
      return [block(node, true)];
    case 'method':
    case 'singleton_method':
      return [method(file, node, depth)];
    case 'class':
    case 'module':
    case 'singleton_class': {
      const parent = childOf(node, 'superclass');
      const name = childOf(node, 'name');
      const inner = childOf(node, 'body');
      const bases = parent ? codeOf(parent).map(value) : [];
      return [{ kind: 'class', span, name: name ? source.slice(name.start, name.end) : '', bases, body: body(inner) }];
    }
    case 'identifier':
      // A method without arguments: what else would it be for?
      return [{ kind: 'expression', span, value: emptyCall(node, source.slice(node.start, node.end)) }];
    case 'ERROR':
    case 'then':
      return body(node);
    case 'superclass':
    case 'method_parameters':
    case 'empty_statement':
      return [];
    default: {
      const read = value(node);
      const isRaise = read.kind === 'call' && read.callee.kind === 'name' && read.callee.name === 'raise';
      return [isRaise ? { kind: 'return', span, value: read } : { kind: 'expression', span, value: read }];
    }
  }
}

function method(file: RubyFile, node: SyntaxNode, depth: number): Statement {
  const name = childOf(node, 'name');
  const span = spanOf(node);
  return {
    kind: 'function',
    span,
    value: {
      kind: 'function',
      span,
      name: name ? file.source.slice(name.start, name.end) : '',
      params: parametersOf(file.source, childOf(node, 'parameters')),
      body: functionBody(file, childOf(node, 'body'), depth),
    },
    ...(node.type === 'singleton_method' ? { isStatic: true } : {}),
  };
}

function assignment(file: RubyFile, node: SyntaxNode, depth: number): readonly Statement[] {
  const left = childOf(node, 'left');
  const right = childOf(node, 'right');
  if (!left || !right) return [];
  const span = spanOf(node);
  // x = y = 1: both are that value.
  const chained = right.type === 'assignment' && depth < DEEPEST ? assignment(file, right, depth + 1) : [];
  const inner = chained.find(({ kind }) => kind === 'assign');
  const read = inner?.kind === 'assign' ? inner.value : lowerRubyExpression(file, right, depth);
  const value: Expression = node.type === 'assignment' ? read : { kind: 'other', span, parts: [read] };
  const isPattern = left.type === 'left_assignment_list' || left.type === 'destructured_left_assignment';
  return [...chained, { kind: 'assign', span, target: isPattern ? undefined : targetOf(file, left, depth), value }];
}

/** `self.name = …` and `User.name = …` are members. */
function targetOf(file: RubyFile, node: SyntaxNode, depth: number): Expression {
  const target = lowerRubyExpression(file, node, depth);
  const isSetter = target.kind === 'call' && target.args.length === 0 && !target.block;
  return isSetter ? target.callee : target;
}

function conditional(file: RubyFile, node: SyntaxNode, depth: number): Statement {
  const span = spanOf(node);
  const condition = childOf(node, 'condition');
  const read: Expression = condition ? lowerRubyExpression(file, condition, depth) : { kind: 'other', span, parts: [] };
  const branch = functionBody(file, childOf(node, 'consequence') ?? childOf(node, 'body'), depth);
  const otherwise = functionBody(file, childOf(node, 'alternative'), depth);
  const isUnless = node.type.startsWith('unless');
  const asked: Expression = isUnless && read.kind !== 'not' ? { kind: 'not', span: read.span, value: read } : read;
  const unlessNot = isUnless && read.kind === 'not' ? read.value : asked;
  // biome-ignore lint/suspicious/noThenProperty: a branch, nothing that is awaited
  return { kind: 'if', span, condition: unlessNot, then: branch, otherwise };
}

/** `case x when y` asks for x === y; without a value, or with patterns, its branches may run. */
function caseStatement(file: RubyFile, node: SyntaxNode, depth: number): readonly Statement[] {
  const asked = childOf(node, 'value');
  const branches = codeOf(node).filter(({ type }) => type === 'when' || type === 'in_clause');
  const otherwise = functionBody(
    file,
    node.children.find(({ type }) => type === 'else'),
    depth,
  );
  if (!asked || branches.some(({ type }) => type === 'in_clause'))
    return [...branches.map((each) => childOf(each, 'body')), undefined].map((body) => ({
      kind: 'block',
      span: body ? spanOf(body) : spanOf(node),
      body: body ? functionBody(file, body, depth) : otherwise,
      certain: false,
    }));
  const value = lowerRubyExpression(file, asked, depth);
  return branches.slice(0, DEEPEST).reduceRight<readonly Statement[]>((rest, branch) => {
    const patterns = branch.children.filter(({ type }) => type === 'pattern');
    const condition = asks(
      value,
      patterns.map((each) => lowerRubyExpression(file, codeOf(each)[0] ?? each, depth)),
      branch,
    );
    const body = functionBody(file, childOf(branch, 'body'), depth);
    // biome-ignore lint/suspicious/noThenProperty: a branch, nothing that is awaited
    return [{ kind: 'if', span: spanOf(branch), condition, then: body, otherwise: rest }];
  }, otherwise);
}

/** The question of a branch: whether the value is one of the patterns. */
function asks(value: Expression, patterns: readonly Expression[], branch: SyntaxNode): Expression {
  const span = spanOf(branch);
  return {
    kind: 'call',
    span,
    callee: { kind: 'name', span, name: '===' },
    args: [value, ...patterns].map((each) => ({ name: undefined, value: each, span: each.span, isSpread: false })),
    block: undefined,
    isNew: false,
    argumentsSpan: span,
  };
}

function namesOf(source: string, node: SyntaxNode | undefined): readonly string[] {
  if (!node) return [];
  if (node.type === 'identifier') return [source.slice(node.start, node.end)];
  return codeOf(node).map((each) => (each.type === 'identifier' ? source.slice(each.start, each.end) : ''));
}
