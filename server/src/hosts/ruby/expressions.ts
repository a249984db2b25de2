import type { Span } from '../../sql/span.js';
import type { Argument, Entry, Expression, Text } from '../code.js';
import { childOf, type SyntaxNode } from '../syntax/tree.js';
import { constantText, dedentedParts, filled, joinedParts, percentHole, squishedParts } from '../text-parts.js';
import { codeOf, type RubyFile } from './context.js';
import { functionBody, parametersOf } from './statements.js';
import { rubyHeredoc, rubyPlain, rubyQuoted, rubyWords } from './strings.js';

/** Code that nests deeper is read no further. */
const DEEPEST = 250;

type Lower = (node: SyntaxNode) => Expression;

/** Reads one Ruby expression. `depth`: how deep it stands. */
export function lowerRubyExpression(file: RubyFile, node: SyntaxNode, depth = 0): Expression {
  const { source } = file;
  const span: Span = { start: node.start, end: node.end };
  if (depth > DEEPEST) return { kind: 'other', span, parts: [] };
  const lower: Lower = (child) => lowerRubyExpression(file, child, depth + 1);
  const other = (): Expression => ({ kind: 'other', span, parts: codeOf(node).map(lower) });
  const written = (): string => source.slice(node.start, node.end);
  switch (node.type) {
    case 'string':
    case 'delimited_symbol':
      return rubyQuoted(source, node, lower);
    case 'chained_string':
      return { kind: 'text', span, parts: codeOf(node).flatMap((each) => joinedParts(lower(each))) };
    case 'heredoc_beginning':
      return rubyHeredoc(source, node, file.heredocs.get(node), lower);
    case 'simple_symbol':
      return { ...rubyPlain(source, { start: node.start + 1, end: node.end }), span };
    case 'hash_key_symbol':
    case 'bare_symbol':
    case 'bare_string':
      return rubyPlain(source, span);
    case 'character':
      return { ...rubyPlain(source, { start: node.start + 1, end: node.end }), span };
    case 'string_array':
    case 'symbol_array':
      return { kind: 'list', span, items: rubyWords(source, node, lower) };
    case 'array':
    case 'right_assignment_list':
      return {
        kind: 'list',
        span,
        items: codeOf(node).map((each) => (each.type === 'pair' ? recordOf([each], lower) : lower(each))),
      };
    case 'hash':
      return recordOf(codeOf(node), lower, span);
    case 'integer':
    case 'float':
      return { kind: 'number', span, value: Number(written().replaceAll('_', '')), written: written() };
    case 'true':
    case 'false':
      return { kind: 'boolean', span, value: node.type === 'true' };
    case 'nil':
      return { kind: 'null', span };
    case 'identifier':
    case 'constant':
    case 'self':
    case 'instance_variable':
    case 'global_variable':
    case 'class_variable':
      return { kind: 'name', span, name: written() };
    case 'super':
      return emptyCall(node, 'super');
    case 'scope_resolution': {
      const scope = childOf(node, 'scope');
      const name = childOf(node, 'name');
      if (!name) return other();
      const text = source.slice(name.start, name.end);
      return scope ? { kind: 'member', span, object: lower(scope), name: text } : { kind: 'name', span, name: text };
    }
    case 'call':
      return lowerCall(file, node, depth);
    case 'element_reference':
      return lowerElement(source, node, lower) ?? other();
    case 'parenthesized_statements': {
      const [only, ...more] = codeOf(node);
      return only && more.length === 0 ? lower(only) : other();
    }
    case 'unary':
      return lowerUnary(source, node, lower) ?? other();
    case 'binary':
      return lowerBinary(source, node, lower) ?? other();
    case 'lambda': {
      const params = parametersOf(source, childOf(node, 'parameters'));
      return { kind: 'function', span, name: '', params, body: functionBody(file, childOf(node, 'body'), depth + 1) };
    }
    case 'if':
    case 'unless':
    case 'case':
    case 'begin':
    case 'method':
    case 'singleton_method':
      return { kind: 'other', span, parts: [] };
    default:
      return other();
  }
}

/** A call without arguments: of a name that may be a method. */
export function emptyCall(node: SyntaxNode, name: string): Expression {
  const span = { start: node.start, end: node.end };
  return {
    kind: 'call',
    span,
    callee: { kind: 'name', span, name },
    args: [],
    block: undefined,
    isNew: false,
    argumentsSpan: { start: node.end, end: node.end },
  };
}

function recordOf(nodes: readonly SyntaxNode[], lower: Lower, whole?: Span): Expression {
  const first = nodes[0];
  const span = whole ?? { start: first?.start ?? 0, end: nodes.at(-1)?.end ?? 0 };
  return { kind: 'record', span, entries: nodes.map((node) => entryOf(node, lower)) };
}

function entryOf(node: SyntaxNode, lower: Lower): Entry {
  const span = { start: node.start, end: node.end };
  const key = childOf(node, 'key');
  const value = childOf(node, 'value');
  if (!key) {
    const [inner] = codeOf(node);
    return { key: undefined, value: inner ? lower(inner) : { kind: 'other', span, parts: [] }, span };
  }
  // `{name:}` stands for `{name: name}`.
  const read: Expression = value ? lower(value) : { kind: 'name', span, name: constantText(lower(key)) ?? '' };
  return { key: constantText(lower(key)), value: read, span };
}

function lowerCall(file: RubyFile, node: SyntaxNode, depth: number): Expression {
  const { source } = file;
  const span: Span = { start: node.start, end: node.end };
  const lower: Lower = (child) => lowerRubyExpression(file, child, depth + 1);
  const method = childOf(node, 'method');
  const receiver = childOf(node, 'receiver');
  const list = childOf(node, 'arguments');
  const block = childOf(node, 'block');
  const name = method ? source.slice(method.start, method.end) : 'call';
  const object = receiver && lower(receiver);
  const args = withOptions((list ? codeOf(list) : []).map((each) => argumentOf(each, lower)));
  const simpler = object && !block ? transparent(source, object, name, args, span) : undefined;
  if (simpler) return simpler;
  const first = args[0]?.value;
  if (!object && (name === 'format' || name === 'sprintf') && first?.kind === 'text')
    return { ...formatted(first, args.slice(1), span), span };
  const nameSpan = method ? { start: method.start, end: method.end } : span;
  const end = method?.end ?? node.end;
  return {
    kind: 'call',
    span,
    callee: object
      ? { kind: 'member', span: { start: node.start, end }, object, name }
      : { kind: 'name', span: nameSpan, name },
    args,
    block: block && {
      kind: 'function',
      span: { start: block.start, end: block.end },
      name: '',
      params: parametersOf(source, childOf(block, 'parameters')),
      body: functionBody(file, childOf(block, 'body'), depth + 1),
    },
    isNew: false,
    argumentsSpan: list ? { start: list.start, end: list.end } : { start: end, end },
  };
}

function argumentOf(node: SyntaxNode, lower: Lower): Argument {
  const span = { start: node.start, end: node.end };
  if (node.type === 'pair') {
    const { key, value } = entryOf(node, lower);
    return { name: key, value, span, isSpread: key === undefined };
  }
  const isSpread = node.type.endsWith('splat_argument') || node.type === 'block_argument';
  const [inner] = isSpread ? codeOf(node) : [];
  return { name: undefined, value: lower(inner ?? node), span, isSpread };
}

/** A hash in braces at the end is read as the options that it stands for. */
function withOptions(args: readonly Argument[]): readonly Argument[] {
  const last = args.at(-1);
  if (!last || last.name !== undefined || last.isSpread || last.value.kind !== 'record' || args.length < 2) return args;
  const { entries } = last.value;
  if (entries.some(({ key }) => key === undefined)) return args;
  return [
    ...args.slice(0, -1),
    ...entries.map(({ key, value, span }) => ({ name: key, value, span, isSpread: false })),
  ];
}

const same = new Set(['freeze', 'strip', 'lstrip', 'rstrip', 'chomp', 'dup', 'html_safe', 'to_s', 'to_str']);
const dedenting = new Set(['strip_heredoc', 'unindent', 'undent']);

/** Calls behind a value that leave it what it is, or a string. */
function transparent(
  source: string,
  object: Expression,
  name: string,
  args: readonly Argument[],
  span: Span,
): Expression | undefined {
  if (args.length === 0 && name === 'freeze') return object;
  if (object.kind === 'list' && name === 'join') return joined(object.items, args[0]?.value, span);
  if (args.length > 0 || object.kind !== 'text') return undefined;
  if (same.has(name)) return { ...object, span };
  if (name === 'to_sym') return { ...object, span };
  if (name === 'squish') return { ...object, span, parts: squishedParts(object.parts) };
  return dedenting.has(name) ? { ...object, span, parts: dedentedParts(source, object.parts) } : undefined;
}

function joined(items: readonly Expression[], between: Expression | undefined, span: Span): Expression | undefined {
  if (items.some(({ kind }) => kind !== 'text') || (between && between.kind !== 'text')) return undefined;
  const glue = between?.kind === 'text' ? between.parts : [];
  return {
    kind: 'text',
    span,
    parts: items.flatMap((item, index) => [...(index === 0 ? [] : glue), ...joinedParts(item)]),
  };
}

function formatted(text: Text, args: readonly Argument[], span: Span): Text {
  const missing: Expression = { kind: 'other', span, parts: args.map(({ value }) => value) };
  if (args.some(({ isSpread }) => isSpread)) return filled(text, percentHole, () => missing);
  const inOrder = args.filter(({ name }) => name === undefined);
  return filled(text, percentHole, (key, position) => {
    const found = key === undefined ? inOrder[position] : args.find(({ name }) => name === key);
    return found?.value ?? missing;
  });
}

/** `Migration[7.1]` is a call of the method []. */
function lowerElement(source: string, node: SyntaxNode, lower: Lower): Expression | undefined {
  const object = childOf(node, 'object');
  if (!object) return undefined;
  const args = codeOf(node)
    .filter((each) => each !== object)
    .map((each) => argumentOf(each, lower));
  const [only] = args;
  const span = { start: node.start, end: node.end };
  const key = only && args.length === 1 && only.value.kind === 'text' ? constantText(only.value) : undefined;
  const inner = lower(object);
  if (key !== undefined) return { kind: 'member', span, object: inner, name: key };
  const bracket = source.indexOf('[', object.end);
  return {
    kind: 'call',
    span,
    callee: { kind: 'member', span: { start: object.start, end: object.end }, object: inner, name: '[]' },
    args,
    block: undefined,
    isNew: false,
    argumentsSpan: { start: bracket === -1 ? object.end : bracket, end: node.end },
  };
}

function operatorOf(source: string, node: SyntaxNode): string {
  const operator = childOf(node, 'operator');
  return operator ? source.slice(operator.start, operator.end) : '';
}

function lowerUnary(source: string, node: SyntaxNode, lower: Lower): Expression | undefined {
  const operand = childOf(node, 'operand');
  if (!operand) return undefined;
  const operator = operatorOf(source, node);
  const span = { start: node.start, end: node.end };
  const value = lower(operand);
  if (operator === '!' || operator === 'not') return { kind: 'not', span, value };
  if (operator === '-' && value.kind === 'number')
    return { kind: 'number', span, value: -value.value, written: `-${value.written}` };
  return (operator === '-' || operator === '+') && value.kind === 'text' ? value : undefined;
}

/** `a + b + c` stands as ((a + b) + c): its operands in order, without recursion. */
function operandsOf(source: string, node: SyntaxNode, sign: string): readonly SyntaxNode[] {
  const operands: SyntaxNode[] = [];
  let left: SyntaxNode | undefined = node;
  while (left?.type === 'binary' && operatorOf(source, left) === sign) {
    const right = childOf(left, 'right');
    if (right) operands.unshift(right);
    left = childOf(left, 'left');
  }
  if (left) operands.unshift(left);
  return operands;
}

function lowerBinary(source: string, node: SyntaxNode, lower: Lower): Expression | undefined {
  const sign = operatorOf(source, node);
  const span = { start: node.start, end: node.end };
  if (sign === '%') {
    const [left, right] = [childOf(node, 'left'), childOf(node, 'right')];
    const text = left && lower(left);
    const values = right && lower(right);
    if (text?.kind !== 'text' || !values) return undefined;
    return { ...formatted(text, asArguments(values), span), span };
  }
  if (sign !== '+') return undefined;
  const operands = operandsOf(source, node, sign).map(lower);
  if (operands.some(({ kind }) => kind === 'text')) return { kind: 'text', span, parts: operands.flatMap(joinedParts) };
  if (operands.every(({ kind }) => kind === 'list'))
    return { kind: 'list', span, items: operands.flatMap((each) => (each.kind === 'list' ? each.items : [])) };
  return { kind: 'other', span, parts: operands };
}

function asArguments(values: Expression): readonly Argument[] {
  if (values.kind === 'list')
    return values.items.map((value) => ({ name: undefined, value, span: value.span, isSpread: false }));
  if (values.kind === 'record')
    return values.entries.map(({ key, value, span }) => ({ name: key, value, span, isSpread: key === undefined }));
  return [{ name: undefined, value: values, span: values.span, isSpread: false }];
}
