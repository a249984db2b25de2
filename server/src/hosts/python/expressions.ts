import type { Span } from '../../sql/span.js';
import type { Argument, Entry, Expression, Statement, Text } from '../code.js';
import { childOf, namedOf, type SyntaxNode } from '../syntax/tree.js';
import { braceHole, constantText, dedentedParts, filled, joinedParts, percentHole } from '../text-parts.js';
import { pythonStringParts } from './strings.js';

/** Code that nests deeper is read no further. */
const DEEPEST = 300;

/** Reads one Python expression. `depth`: how deep it stands. */
export function lowerExpression(source: string, node: SyntaxNode, depth = 0): Expression {
  const span: Span = { start: node.start, end: node.end };
  if (depth > DEEPEST) return { kind: 'other', span, parts: [] };
  const lower = (child: SyntaxNode): Expression => lowerExpression(source, child, depth + 1);
  const only = (): Expression => {
    const inner = namedOf(node)[0];
    return inner ? lower(inner) : { kind: 'other', span, parts: [] };
  };
  const other = (): Expression => ({ kind: 'other', span, parts: namedOf(node).map(lower) });
  switch (node.type) {
    case 'string':
      return { kind: 'text', span, parts: pythonStringParts(source, node, lower) };
    case 'concatenated_string':
      return {
        kind: 'text',
        span,
        parts: namedOf(node).flatMap((each) =>
          each.type === 'string' ? pythonStringParts(source, each, lower) : joinedParts(lower(each)),
        ),
      };
    case 'integer':
    case 'float': {
      const written = source.slice(node.start, node.end);
      return { kind: 'number', span, value: Number(written.replaceAll('_', '')), written };
    }
    case 'true':
    case 'false':
      return { kind: 'boolean', span, value: node.type === 'true' };
    case 'none':
      return { kind: 'null', span };
    case 'list':
    case 'tuple':
    case 'set':
    case 'expression_list':
      return { kind: 'list', span, items: namedOf(node).map(lower) };
    case 'dictionary':
      return { kind: 'record', span, entries: namedOf(node).map((each) => entryOf(each, lower)) };
    case 'identifier':
    case 'dotted_name':
      return { kind: 'name', span, name: source.slice(node.start, node.end) };
    case 'attribute': {
      const object = childOf(node, 'object');
      const name = childOf(node, 'attribute');
      if (!object || !name) return other();
      return { kind: 'member', span, object: lower(object), name: source.slice(name.start, name.end) };
    }
    case 'subscript':
      return lowerSubscript(node, lower) ?? other();
    case 'call':
      return lowerCall(source, node, lower) ?? other();
    case 'parenthesized_expression':
    case 'await':
    case 'expression_statement':
      return namedOf(node).length === 1 ? only() : other();
    case 'named_expression': {
      const value = childOf(node, 'value');
      return value ? lower(value) : other();
    }
    case 'not_operator': {
      const argument = childOf(node, 'argument');
      return argument ? { kind: 'not', span, value: lower(argument) } : other();
    }
    case 'unary_operator':
      return negative(source, node, lower) ?? other();
    case 'binary_operator':
      return lowerBinary(source, node, lower) ?? other();
    case 'lambda':
      return lowerLambda(source, node, lower);
    default:
      return other();
  }
}

function entryOf(node: SyntaxNode, lower: (node: SyntaxNode) => Expression): Entry {
  const span = { start: node.start, end: node.end };
  const key = childOf(node, 'key');
  const value = childOf(node, 'value') ?? namedOf(node)[0];
  const read = value ? lower(value) : ({ kind: 'other', span, parts: [] } as const);
  return { key: key && constantText(lower(key)), value: read, span };
}

function lowerSubscript(node: SyntaxNode, lower: (node: SyntaxNode) => Expression): Expression | undefined {
  const value = childOf(node, 'value');
  const key = childOf(node, 'subscript');
  const name = key?.type === 'string' ? constantText(lower(key)) : undefined;
  if (!value || name === undefined) return undefined;
  return { kind: 'member', span: { start: node.start, end: node.end }, object: lower(value), name };
}

function lowerCall(source: string, node: SyntaxNode, lower: (node: SyntaxNode) => Expression): Expression | undefined {
  const called = childOf(node, 'function');
  const list = childOf(node, 'arguments');
  if (!called || !list) return undefined;
  const callee = lower(called);
  const args =
    list.type === 'argument_list'
      ? namedOf(list).map((each) => argumentOf(source, each, lower))
      : [positional(lower(list))];
  const span = { start: node.start, end: node.end };
  const argumentsSpan = { start: list.start, end: list.end };
  const text = textCall(source, callee, args, span);
  return text ?? { kind: 'call', span, callee, args, block: undefined, isNew: false, argumentsSpan };
}

function positional(value: Expression): Argument {
  return { name: undefined, value, span: value.span, isSpread: false };
}

function argumentOf(source: string, node: SyntaxNode, lower: (node: SyntaxNode) => Expression): Argument {
  const span = { start: node.start, end: node.end };
  if (node.type === 'keyword_argument') {
    const name = childOf(node, 'name');
    const value = childOf(node, 'value');
    return {
      name: name && source.slice(name.start, name.end),
      value: value ? lower(value) : { kind: 'other', span, parts: [] },
      span,
      isSpread: false,
    };
  }
  const inner = node.type === 'list_splat' || node.type === 'dictionary_splat' ? namedOf(node)[0] : undefined;
  return { name: undefined, value: lower(inner ?? node), span, isSpread: inner !== undefined };
}

const trimming = new Set(['strip', 'lstrip', 'rstrip']);

/** Calls that give a string: dedent("…"), "…".format(…), "…".strip(). */
function textCall(source: string, callee: Expression, args: readonly Argument[], span: Span): Text | undefined {
  const first = args[0]?.value;
  const name = callee.kind === 'name' || callee.kind === 'member' ? callee.name : undefined;
  if ((name === 'dedent' || name === 'cleandoc') && first?.kind === 'text' && args.length === 1)
    return { ...first, span, parts: dedentedParts(source, first.parts) };
  if (callee.kind !== 'member' || callee.object.kind !== 'text') return undefined;
  const { object } = callee;
  if (trimming.has(callee.name) && args.length === 0) return { ...object, span };
  if (callee.name === 'format' && args.every(({ isSpread }) => !isSpread)) return formattedText(object, args, span);
  if (callee.name === 'join' && first?.kind === 'list' && args.length === 1 && first.items.every(isText))
    return {
      kind: 'text',
      span,
      parts: first.items.flatMap((item, index) => [...(index === 0 ? [] : object.parts), ...joinedParts(item)]),
    };
  return undefined;
}

/** `"…".format(values)`. */
export function formattedText(text: Text, args: readonly Argument[], span: Span): Text {
  const inOrder = args.filter((each) => each.name === undefined);
  const missing: Expression = { kind: 'other', span, parts: [] };
  const filledIn = filled(text, braceHole, (key, position) => {
    const at = key === undefined ? position : /^\d+$/.test(key) ? Number(key) : undefined;
    const found = at === undefined ? args.find((each) => each.name === key) : inOrder[at];
    return found?.value ?? missing;
  });
  return { ...filledIn, span };
}

function isText(expression: Expression): boolean {
  return expression.kind === 'text';
}

function negative(source: string, node: SyntaxNode, lower: (node: SyntaxNode) => Expression): Expression | undefined {
  const argument = childOf(node, 'argument');
  const value = argument && lower(argument);
  if (value?.kind !== 'number' || source[node.start] !== '-') return undefined;
  const span = { start: node.start, end: node.end };
  return { kind: 'number', span, value: -value.value, written: `-${value.written}` };
}

/** `a + b + c` stands as ((a + b) + c): its operands in order, without recursion. */
function operandsOf(source: string, node: SyntaxNode): readonly SyntaxNode[] {
  const operands: SyntaxNode[] = [];
  let left: SyntaxNode | undefined = node;
  while (left?.type === 'binary_operator' && operatorOf(source, left) === '+') {
    const right = childOf(left, 'right');
    if (right) operands.unshift(right);
    left = childOf(left, 'left');
  }
  if (left) operands.unshift(left);
  return operands;
}

function operatorOf(source: string, node: SyntaxNode): string {
  const operator = childOf(node, 'operator');
  return operator ? source.slice(operator.start, operator.end) : '';
}

function lowerBinary(
  source: string,
  node: SyntaxNode,
  lower: (node: SyntaxNode) => Expression,
): Expression | undefined {
  const span = { start: node.start, end: node.end };
  const operator = operatorOf(source, node);
  if (operator === '+') {
    const operands = operandsOf(source, node).map(lower);
    if (operands.some(isText)) return { kind: 'text', span, parts: operands.flatMap(joinedParts) };
    if (operands.every(({ kind }) => kind === 'list'))
      return { kind: 'list', span, items: operands.flatMap((each) => (each.kind === 'list' ? each.items : [])) };
    return { kind: 'other', span, parts: operands };
  }
  const left = childOf(node, 'left');
  const right = childOf(node, 'right');
  if (operator !== '%' || !left || !right) return undefined;
  const text = lower(left);
  return text.kind === 'text' ? { ...percentText(text, lower(right)), span } : undefined;
}

/** `"… %s" % values`. */
export function percentText(text: Text, values: Expression): Text {
  const missing: Expression = { kind: 'other', span: values.span, parts: [values] };
  return filled(text, percentHole, (key, position) => {
    if (key !== undefined)
      return (values.kind === 'record' && values.entries.find((each) => each.key === key)?.value) || missing;
    if (values.kind === 'list') return values.items[position] ?? missing;
    return position === 0 ? values : missing;
  });
}

function lowerLambda(source: string, node: SyntaxNode, lower: (node: SyntaxNode) => Expression): Expression {
  const body = childOf(node, 'body');
  const value = body && lower(body);
  const statement: Statement | undefined = value && { kind: 'return', span: value.span, value };
  return {
    kind: 'function',
    span: { start: node.start, end: node.end },
    name: '',
    params: paramsOf(source, childOf(node, 'parameters')),
    body: statement ? [statement] : [],
  };
}

/** The names of parameters; "" for one that takes several. */
export function paramsOf(source: string, node: SyntaxNode | undefined): readonly string[] {
  return (node ? namedOf(node) : []).flatMap((each) => {
    if (each.type === 'identifier') return [source.slice(each.start, each.end)];
    const name = childOf(each, 'name') ?? (each.type === 'typed_parameter' ? namedOf(each)[0] : undefined);
    if (name?.type === 'identifier') return [source.slice(name.start, name.end)];
    return each.type === 'keyword_separator' || each.type === 'positional_separator' ? [] : [''];
  });
}
