import type { Expression, Statement } from '../code.js';
import { childOf, childrenOf, namedOf, type SyntaxNode } from '../syntax/tree.js';
import { brokenStatements } from './broken.js';
import { classOf } from './classes.js';
import { expression, keyOf, unwrapped } from './expressions.js';
import { functionValue } from './functions.js';
import { deeper, type Lowering, otherOf, sourceOf, spanOf } from './lowering.js';
import { exportStatement, importStatement, required } from './modules.js';
import { bindingsOf, boundNames } from './patterns.js';

/** Statements of the grammar as plain data, in order; what is of types alone is left out. */
export function statementsOf(lowering: Lowering, nodes: readonly SyntaxNode[]): Statement[] {
  return nodes.flatMap((node) => deeper<Statement[]>(lowering, [], () => statement(lowering, node)));
}

/** The statements of a body: those of a block, or the one that stands there. */
function bodyOf(lowering: Lowering, node: SyntaxNode | undefined): Statement[] {
  if (!node) return [];
  if (node.type === 'statement_block' || node.type === 'else_clause') return statementsOf(lowering, namedOf(node));
  return statementsOf(lowering, [node]);
}

function statement(lowering: Lowering, node: SyntaxNode): Statement[] {
  const span = spanOf(node);
  switch (node.type) {
    case 'expression_statement':
      return expressionStatement(lowering, node);
    case 'lexical_declaration':
    case 'variable_declaration':
      return declarations(lowering, node);
    case 'function_declaration':
    case 'generator_function_declaration':
      return [{ kind: 'function', span, value: functionValue(lowering, node) }];
    case 'class_declaration':
    case 'abstract_class_declaration':
      return [classOf(lowering, node)];
    case 'return_statement': {
      const value = namedOf(node)[0];
      return [{ kind: 'return', span, value: value && expression(lowering, value) }];
    }
    case 'throw_statement': {
      // What stands behind does not run, as behind a return.
      const value = namedOf(node)[0];
      return [{ kind: 'return', span, value: otherOf(node, value ? [expression(lowering, value)] : []) }];
    }
    case 'break_statement':
    case 'continue_statement':
      return [{ kind: 'return', span, value: undefined }];
    case 'if_statement':
      return [ifStatement(lowering, node)];
    case 'for_in_statement':
      return [loopStatement(lowering, node)];
    case 'for_statement':
    case 'while_statement':
    case 'do_statement':
      return [{ kind: 'block', span, body: bodyOf(lowering, childOf(node, 'body')), certain: false }];
    case 'try_statement':
      return [tryStatement(lowering, node)];
    case 'switch_statement': {
      const cases = namedOf(childOf(node, 'body') ?? node);
      const body = cases.flatMap((each) => statementsOf(lowering, childrenOf(each, 'body')));
      return [{ kind: 'block', span, body, certain: false }];
    }
    case 'statement_block':
      return [{ kind: 'block', span, body: statementsOf(lowering, namedOf(node)), certain: true }];
    case 'labeled_statement':
      return bodyOf(lowering, childOf(node, 'body'));
    case 'internal_module':
      return bodyOf(lowering, childOf(node, 'body'));
    case 'import_statement':
      return importStatement(lowering, node);
    case 'export_statement':
      return exportStatement(lowering, node);
    case 'enum_declaration':
      return [enumStatement(lowering, node)];
    case 'ERROR':
      return brokenStatements(lowering, node, (nodes) => statementsOf(lowering, nodes));
    default:
      return [];
  }
}

function expressionStatement(lowering: Lowering, node: SyntaxNode): Statement[] {
  const first = namedOf(node)[0];
  if (!first) return [];
  const inner = unwrapped(first);
  const span = spanOf(node);
  switch (inner.type) {
    case 'assignment_expression':
      return assignment(lowering, inner, node);
    case 'augmented_assignment_expression': {
      const target = childOf(inner, 'left');
      const value = otherOf(
        inner,
        namedOf(inner).map((each) => expression(lowering, each)),
      );
      return [{ kind: 'assign', span, target: target && expression(lowering, target), value }];
    }
    case 'ternary_expression':
    case 'binary_expression':
      return shortIf(lowering, inner, node) ?? [{ kind: 'expression', span, value: expression(lowering, inner) }];
    case 'internal_module':
      return statement(lowering, inner);
    case 'sequence_expression':
      return sequenceOf(inner).map((each) => ({
        kind: 'expression',
        span: spanOf(each),
        value: expression(lowering, each),
      }));
    default:
      return [{ kind: 'expression', span, value: expression(lowering, inner) }];
  }
}

function sequenceOf(node: SyntaxNode): SyntaxNode[] {
  const items: SyntaxNode[] = [];
  const open = [node];
  for (let next = open.pop(); next; next = open.pop()) {
    if (next.type === 'sequence_expression') open.push(...[...namedOf(next)].reverse());
    else items.push(next);
  }
  return items;
}

/** `a && b()`, `a || b()` and `a ? b() : c()` as the `if` that they are. */
function shortIf(lowering: Lowering, node: SyntaxNode, whole: SyntaxNode): Statement[] | undefined {
  const operator = childOf(node, 'operator')?.type;
  const isTernary = node.type === 'ternary_expression';
  if (!isTernary && operator !== '&&' && operator !== '||') return undefined;
  const asked = childOf(node, isTernary ? 'condition' : 'left');
  const run = (field: string): Statement[] => {
    const each = childOf(node, field);
    return each ? [{ kind: 'expression', span: spanOf(each), value: expression(lowering, each) }] : [];
  };
  if (!asked) return undefined;
  const value = expression(lowering, asked);
  const condition: Expression = operator === '||' ? { kind: 'not', span: value.span, value } : value;
  const runs = run(isTernary ? 'consequence' : 'right');
  const otherwise = isTernary ? run('alternative') : [];
  // biome-ignore lint/suspicious/noThenProperty: the branch of an `if`; nobody awaits a statement
  return [{ kind: 'if', span: spanOf(whole), condition, then: runs, otherwise }];
}

/** `x = …`, `exports.up = …`, `module.exports = …`, also several in one: `module.exports = exports = …`. */
function assignment(lowering: Lowering, node: SyntaxNode, whole: SyntaxNode): Statement[] {
  const targets: SyntaxNode[] = [];
  let value: SyntaxNode | undefined = node;
  while (value?.type === 'assignment_expression') {
    const left = childOf(value, 'left');
    if (left) targets.push(left);
    const right: SyntaxNode | undefined = childOf(value, 'right');
    value = right && unwrapped(right);
  }
  if (!value) return [];
  const span = spanOf(whole);
  const paths = targets.map((each) => sourceOf(lowering, each));
  const isModule = paths.some((path) => path === 'module.exports' || path === 'exports.default');
  if (value.type === 'class') {
    const read = classOf(lowering, value);
    const name: Expression = { kind: 'name', span: read.span, name: read.name };
    return isModule ? [read] : [read, ...targets.map((target) => assigned(lowering, target, name, span))];
  }
  const read = expression(lowering, value);
  if (isModule) return [{ kind: 'exported', span, value: read }];
  return targets.map((target) => assigned(lowering, target, read, span));
}

function assigned(lowering: Lowering, target: SyntaxNode, value: Expression, span: Statement['span']): Statement {
  const isPattern = target.type === 'object_pattern' || target.type === 'array_pattern';
  const read = isPattern ? undefined : expression(lowering, target);
  // `module.exports.up` is `exports.up`.
  const isLong =
    read?.kind === 'member' &&
    read.object.kind === 'member' &&
    read.object.name === 'exports' &&
    read.object.object.kind === 'name' &&
    read.object.object.name === 'module';
  const short: Expression | undefined = isLong
    ? { ...read, object: { kind: 'name', span: read.object.span, name: 'exports' } }
    : read;
  return { kind: 'assign', span, target: short, value };
}

function declarations(lowering: Lowering, node: SyntaxNode): Statement[] {
  const all = namedOf(node).filter(({ type }) => type === 'variable_declarator');
  return all.flatMap((each) => declaration(lowering, each, all.length === 1 ? spanOf(node) : spanOf(each)));
}

function declaration(lowering: Lowering, node: SyntaxNode, span: Statement['span']): Statement[] {
  const target = childOf(node, 'name');
  const valueNode = childOf(node, 'value');
  if (!target || !valueNode) return [];
  const inner = unwrapped(valueNode);
  if (inner.type === 'class' && target.type === 'identifier')
    return [classOf(lowering, inner, sourceOf(lowering, target))];
  if (inner.type === 'assignment_expression') return [...assignment(lowering, inner, node)];
  const value = expression(lowering, valueNode);
  if (target.type === 'identifier') {
    const asked = required(value, [{ imported: '*', local: sourceOf(lowering, target) }], span);
    return [asked ?? { kind: 'assign', span, target: expression(lowering, target), value }];
  }
  const names = boundNames(lowering, target);
  const asked = required(
    value,
    names.map(({ name, path }) => ({ imported: path[0] ?? name, local: name })),
    span,
  );
  if (asked) return [asked];
  const isPath = value.kind === 'name' || value.kind === 'member';
  const parts = names.map(({ name, path, isPlain }): Statement => {
    const at = spanOf(target);
    const part = path.reduce<Expression>((object, key) => ({ kind: 'member', span: at, object, name: key }), value);
    return {
      kind: 'assign',
      span,
      target: { kind: 'name', span: at, name },
      value: isPath && isPlain ? part : otherOf(target),
    };
  });
  return [{ kind: 'assign', span, target: undefined, value }, ...parts];
}

function ifStatement(lowering: Lowering, node: SyntaxNode): Statement {
  const condition = childOf(node, 'condition');
  return {
    kind: 'if',
    span: spanOf(node),
    condition: condition ? expression(lowering, condition) : otherOf(node),
    // biome-ignore lint/suspicious/noThenProperty: the branch of an `if`; nobody awaits a statement
    then: bodyOf(lowering, childOf(node, 'consequence')),
    otherwise: bodyOf(lowering, childOf(node, 'alternative')),
  };
}

function loopStatement(lowering: Lowering, node: SyntaxNode): Statement {
  const left = childOf(node, 'left');
  const right = childOf(node, 'right');
  const over = right ? expression(lowering, right) : otherOf(node);
  const { names, bindings } = left ? loopNames(lowering, left) : { names: [], bindings: [] };
  return {
    kind: 'loop',
    span: spanOf(node),
    names,
    // `for … in` goes through the keys.
    over: childOf(node, 'operator')?.type === 'in' ? otherOf(right ?? node, [over]) : over,
    body: [...bindings, ...bodyOf(lowering, childOf(node, 'body'))],
  };
}

/** The names of a loop; those of a record are given their values first in its body. */
function loopNames(lowering: Lowering, left: SyntaxNode): { names: string[]; bindings: readonly Statement[] } {
  if (left.type === 'array_pattern') {
    const items = namedOf(left);
    const isPlain = items.every(({ type }) => type === 'identifier');
    // A list of one is not the item itself.
    if (isPlain && items.length > 1) return { names: items.map((each) => sourceOf(lowering, each)), bindings: [] };
  }
  if (left.type === 'identifier') return { names: [sourceOf(lowering, left)], bindings: [] };
  return { names: [''], bindings: bindingsOf(lowering, left) };
}

function tryStatement(lowering: Lowering, node: SyntaxNode): Statement {
  const handler = childOf(node, 'handler');
  const last = childOf(node, 'finalizer');
  const caught = handler ? bodyOf(lowering, childOf(handler, 'body')) : [];
  const body: Statement[] = [
    ...bodyOf(lowering, childOf(node, 'body')),
    ...(handler && caught.length > 0
      ? [{ kind: 'block', span: spanOf(handler), body: caught, certain: false } satisfies Statement]
      : []),
    ...(last ? bodyOf(lowering, childOf(last, 'body')) : []),
  ];
  return { kind: 'block', span: spanOf(node), body, certain: true };
}

/** `enum Name { A = 'a' }` as a record. */
function enumStatement(lowering: Lowering, node: SyntaxNode): Statement {
  const name = childOf(node, 'name');
  const members = namedOf(childOf(node, 'body') ?? node).filter(({ type }) => type === 'enum_assignment');
  const entries = members.map((each) => {
    const key = childOf(each, 'name');
    const value = childOf(each, 'value');
    return {
      key: key && keyOf(lowering, key),
      value: value ? expression(lowering, value) : otherOf(each),
      span: spanOf(each),
    };
  });
  const target = name && expression(lowering, name);
  return { kind: 'assign', span: spanOf(node), target, value: { kind: 'record', span: spanOf(node), entries } };
}
