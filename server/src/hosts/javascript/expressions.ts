import type { Argument, Call, Entry, Expression } from '../code.js';
import { childOf, namedOf, type SyntaxNode } from '../syntax/tree.js';
import { functionValue } from './functions.js';
import { deeper, type Lowering, otherOf, sourceOf, spanOf } from './lowering.js';
import { isPlainTag, isRawTag, joinedByPlus, joinedList, partsOfString, trimmed } from './strings.js';

/** What stands around an expression and changes nothing of it; the expression is the first named child. */
const transparent = new Set([
  'parenthesized_expression',
  'await_expression',
  'yield_expression',
  'non_null_expression',
  'as_expression',
  'satisfies_expression',
  'instantiation_expression',
]);

const functions = new Set([
  'function_expression',
  'function',
  'generator_function',
  'arrow_function',
  'method_definition',
  'function_declaration',
  'generator_function_declaration',
]);

/** An expression of the grammar as plain data. */
export function expression(lowering: Lowering, node: SyntaxNode): Expression {
  const inner = unwrapped(node);
  return deeper(lowering, otherOf(inner), () => read(lowering, inner));
}

/** Without what changes nothing of it, however often that stands around it. */
export function unwrapped(node: SyntaxNode): SyntaxNode {
  let inner = node;
  for (;;) {
    const named = namedOf(inner);
    const next = inner.type === 'type_assertion' ? named.at(-1) : transparent.has(inner.type) ? named[0] : undefined;
    if (!next) return inner;
    inner = next;
  }
}

function read(lowering: Lowering, node: SyntaxNode): Expression {
  const span = spanOf(node);
  switch (node.type) {
    case 'string':
    case 'template_string':
      return stringOf(lowering, node);
    case 'number':
      return numberOf(lowering, node);
    case 'true':
    case 'false':
      return { kind: 'boolean', span, value: node.type === 'true' };
    case 'null':
    case 'undefined':
      return { kind: 'null', span };
    case 'identifier':
    case 'property_identifier':
    case 'shorthand_property_identifier':
    case 'this':
    case 'super':
    case 'import':
      return nameOf(lowering, node);
    case 'member_expression':
    case 'subscript_expression':
      return memberOf(lowering, node);
    case 'call_expression':
    case 'new_expression':
      return callOf(lowering, node);
    case 'array':
      return { kind: 'list', span, items: namedOf(node).map((item) => itemOf(lowering, item)) };
    case 'object':
      return { kind: 'record', span, entries: namedOf(node).map((entry) => entryOf(lowering, entry)) };
    case 'unary_expression':
      return unaryOf(lowering, node);
    case 'binary_expression':
      return binaryOf(lowering, node);
    case 'ternary_expression':
      return { kind: 'other', span, parts: within(lowering, node), operator: '?:' };
    default:
      return functions.has(node.type) ? functionValue(lowering, node) : otherOf(node, within(lowering, node));
  }
}

/** The expressions in something that is read no further. */
function within(lowering: Lowering, node: SyntaxNode): Expression[] {
  return namedOf(node)
    .filter(({ type }) => !/type|annotation|^regex|^statement_block$|^class_body$|^string_fragment$/.test(type))
    .map((each) => expression(lowering, each));
}

function nameOf(lowering: Lowering, node: SyntaxNode): Expression {
  const name = sourceOf(lowering, node);
  if (name === '') return otherOf(node);
  return name === 'undefined' ? { kind: 'null', span: spanOf(node) } : { kind: 'name', span: spanOf(node), name };
}

function numberOf(lowering: Lowering, node: SyntaxNode): Expression {
  const written = sourceOf(lowering, node);
  const value = Number(written.replaceAll('_', '').replace(/n$/, ''));
  return Number.isNaN(value) ? otherOf(node) : { kind: 'number', span: spanOf(node), value, written };
}

function stringOf(lowering: Lowering, node: SyntaxNode, tagged?: SyntaxNode): Expression {
  const tagNode = tagged ?? lowering.tags.get(node);
  const tag = tagNode && expression(lowering, tagNode);
  const parts = partsOfString(lowering.text, node, tag !== undefined && isRawTag(tag), (each) =>
    expression(lowering, each),
  );
  const span = { start: tag?.span.start ?? node.start, end: node.end };
  return { kind: 'text', span, parts, ...(tag && !isPlainTag(tag) ? { tag } : {}) };
}

function memberOf(lowering: Lowering, node: SyntaxNode): Expression {
  const objectNode = childOf(node, 'object');
  if (!objectNode) return otherOf(node, within(lowering, node));
  const object = expression(lowering, objectNode);
  const property = childOf(node, 'property');
  if (property) return { kind: 'member', span: spanOf(node), object, name: sourceOf(lowering, property) };
  const index = childOf(node, 'index');
  const key = index && keyOf(lowering, index);
  if (key !== undefined) return { kind: 'member', span: spanOf(node), object, name: key };
  return otherOf(node, [object, ...(index ? [expression(lowering, index)] : [])]);
}

/** The name of a property, where it is written out. */
export function keyOf(lowering: Lowering, node: SyntaxNode): string | undefined {
  if (/^(private_)?property_identifier$|^identifier$/.test(node.type)) {
    return node.type === 'identifier' ? undefined : sourceOf(lowering, node);
  }
  if (node.type === 'number') return String(Number(sourceOf(lowering, node)));
  const inner = node.type === 'computed_property_name' ? namedOf(node)[0] : node;
  if (inner?.type !== 'string' && inner?.type !== 'template_string') return undefined;
  const parts = partsOfString(lowering.text, inner, false, (each) => otherOf(each));
  if (parts.some(({ kind }) => kind === 'value')) return undefined;
  return parts.map((part) => (part.kind === 'value' ? '' : part.text)).join('');
}

function callOf(lowering: Lowering, node: SyntaxNode): Expression {
  const calleeNode = childOf(node, 'function') ?? childOf(node, 'constructor');
  if (!calleeNode) return otherOf(node, within(lowering, node));
  const list = childOf(node, 'arguments');
  if (list?.type === 'template_string') return stringOf(lowering, list, unwrapped(calleeNode));
  const callee = expression(lowering, calleeNode);
  const args = list
    ? namedOf(list)
        .filter(({ type }) => type !== 'ERROR')
        .map((each) => argument(lowering, each))
    : [];
  const call: Call = {
    kind: 'call',
    span: { start: Math.min(node.start, callee.span.start), end: node.end },
    callee,
    args,
    block: undefined,
    isNew: node.type === 'new_expression',
    argumentsSpan: list ? spanOf(list) : { start: node.end, end: node.end },
  };
  return textMethod(call) ?? call;
}

/** `['a', 'b'].join(';')` and `' a '.trim()` as the string that they give. */
function textMethod({ callee, args, span }: Call): Expression | undefined {
  if (callee.kind !== 'member') return undefined;
  const { object, name } = callee;
  if (object.kind === 'list' && name === 'join') {
    const separator = args[0]?.value;
    if (separator && separator.kind !== 'text') return undefined;
    return joinedList(object.items, separator, span);
  }
  if (object.kind !== 'text' || object.tag || args.length > 0) return undefined;
  if (name === 'trim') return trimmed(object, span, true, true);
  if (name === 'trimStart') return trimmed(object, span, true, false);
  if (name === 'trimEnd') return trimmed(object, span, false, true);
  return name === 'toString' ? { ...object, span } : undefined;
}

function argument(lowering: Lowering, node: SyntaxNode): Argument {
  const isSpread = node.type === 'spread_element';
  const inner = isSpread ? namedOf(node)[0] : node;
  return { name: undefined, value: inner ? expression(lowering, inner) : otherOf(node), span: spanOf(node), isSpread };
}

function itemOf(lowering: Lowering, node: SyntaxNode): Expression {
  return node.type === 'spread_element' ? otherOf(node, within(lowering, node)) : expression(lowering, node);
}

function entryOf(lowering: Lowering, node: SyntaxNode): Entry {
  const span = spanOf(node);
  if (node.type === 'pair') {
    const key = childOf(node, 'key');
    const value = childOf(node, 'value');
    const name = key && keyOf(lowering, key);
    const inner = name === undefined && key?.type === 'computed_property_name' ? namedOf(key)[0] : undefined;
    return {
      key: name,
      value: value ? expression(lowering, value) : otherOf(node),
      span,
      ...(inner ? { computed: expression(lowering, inner) } : {}),
    };
  }
  if (node.type === 'shorthand_property_identifier') {
    return { key: sourceOf(lowering, node), value: nameOf(lowering, node), span };
  }
  if (node.type === 'method_definition') {
    const name = childOf(node, 'name');
    const key = name && keyOf(lowering, name);
    return { key, value: deeper<Expression>(lowering, otherOf(node), () => functionValue(lowering, node, key)), span };
  }
  const inner = namedOf(node)[0];
  return { key: undefined, value: inner ? expression(lowering, inner) : otherOf(node), span };
}

function unaryOf(lowering: Lowering, node: SyntaxNode): Expression {
  const operator = childOf(node, 'operator')?.type;
  const operand = childOf(node, 'argument');
  if (!operand) return otherOf(node);
  const value = expression(lowering, operand);
  if (operator === '!') return { kind: 'not', span: spanOf(node), value };
  if (operator === 'void' && value.kind === 'number') return { kind: 'null', span: spanOf(node) };
  if (operator === '-' && value.kind === 'number') {
    return { kind: 'number', span: spanOf(node), value: -value.value, written: `-${value.written}` };
  }
  return otherOf(node, [value]);
}

function binaryOf(lowering: Lowering, node: SyntaxNode): Expression {
  const operator = childOf(node, 'operator')?.type;
  const right = childOf(node, 'right');
  if (operator === '>' && right) {
    const template = firstTemplate(right);
    const tag = template && tagOf(node);
    if (template && tag) {
      lowering.tags.set(template, tag);
      return expression(lowering, right);
    }
  }
  if (operator !== '+') return { ...otherOf(node, within(lowering, node)), operator };
  const operands = plusOperands(node).map((each) => expression(lowering, each));
  return joinedByPlus(operands, spanOf(node)) ?? otherOf(node, operands);
}

/** `a + b + c` leans to the left, as deep as it is long. */
function plusOperands(node: SyntaxNode): SyntaxNode[] {
  const operands: SyntaxNode[] = [];
  let rest: SyntaxNode | undefined = node;
  while (rest?.type === 'binary_expression' && childOf(rest, 'operator')?.type === '+') {
    const right = childOf(rest, 'right');
    if (right) operands.push(right);
    rest = childOf(rest, 'left');
  }
  if (rest) operands.push(rest);
  return operands.reverse();
}

/** The template with which an expression begins: `…`.execute(db). */
function firstTemplate(node: SyntaxNode): SyntaxNode | undefined {
  let first: SyntaxNode | undefined = node;
  while (first && first.type !== 'template_string') first = childOf(first, 'function') ?? childOf(first, 'object');
  return first;
}

/** The tag of sql<T>`…`, which the grammar takes for `(sql < T) > …`. */
function tagOf(comparison: SyntaxNode): SyntaxNode | undefined {
  let left: SyntaxNode | undefined = childOf(comparison, 'left');
  let isGeneric = false;
  while (left?.type === 'binary_expression') {
    isGeneric = childOf(left, 'operator')?.type === '<';
    left = childOf(left, 'left');
  }
  const tag = left && unwrapped(left);
  return isGeneric && (tag?.type === 'identifier' || tag?.type === 'member_expression') ? tag : undefined;
}
