import type { Call, Expression, Statement } from '../code.js';
import { childOf, childrenOf, namedOf, type SyntaxNode } from '../syntax/tree.js';
import { lowerExpression, paramsOf } from './expressions.js';

/** Blocks that nest deeper are read no further. */
const DEEPEST = 100;

/** The statements of a file. */
export function lowerPythonBody(source: string, root: SyntaxNode): readonly Statement[] {
  return bodyOf(source, root, 0);
}

function bodyOf(source: string, node: SyntaxNode | undefined, depth: number): readonly Statement[] {
  if (!node || depth > DEEPEST) return [];
  return namedOf(node).flatMap((each) => lowerStatement(source, each, depth + 1));
}

function spanOf({ start, end }: SyntaxNode): { start: number; end: number } {
  return { start, end };
}

function lowerStatement(source: string, node: SyntaxNode, depth: number): readonly Statement[] {
  const span = spanOf(node);
  const body = (child: SyntaxNode | undefined): readonly Statement[] => bodyOf(source, child, depth);
  const value = (child: SyntaxNode | undefined): Expression =>
    child ? lowerExpression(source, child) : { kind: 'other', span, parts: [] };
  const block = (child: SyntaxNode | undefined, certain: boolean): Statement => ({
    kind: 'block',
    span: child ? spanOf(child) : span,
    body: body(child),
    certain,
  });
  switch (node.type) {
    case 'expression_statement':
      return namedOf(node).flatMap((each) => expressionStatement(source, each, span));
    case 'return_statement': {
      const returned = namedOf(node)[0];
      return [{ kind: 'return', span, value: returned && value(returned) }];
    }
    case 'raise_statement':
      return [{ kind: 'return', span, value: raised(node, namedOf(node).map(value)) }];
    case 'if_statement':
      return [ifStatement(source, node, childrenOf(node, 'alternative'), 0, depth)];
    case 'for_statement': {
      const left = childOf(node, 'left');
      return [
        {
          kind: 'loop',
          span,
          names: namesOf(source, left),
          over: value(childOf(node, 'right')),
          body: body(childOf(node, 'body')),
        },
      ];
    }
    case 'while_statement':
      return [block(childOf(node, 'body'), false)];
    case 'try_statement':
      return [block(childOf(node, 'body'), true), ...namedOf(node).flatMap((each) => handler(source, each, depth))];
    case 'match_statement':
      return childrenOf(childOf(node, 'body') ?? node, 'alternative').map((each) =>
        block(childOf(each, 'consequence'), false),
      );
    case 'with_statement':
      return [withStatement(source, node, depth)];
    case 'decorated_definition': {
      const definition = childOf(node, 'definition');
      const isStatic = node.children.some((each) =>
        /^@(?:static|class)method\b/.test(source.slice(each.start, each.end)),
      );
      const inner = definition ? lowerStatement(source, definition, depth) : [];
      return inner.map((each) => (each.kind === 'function' && isStatic ? { ...each, isStatic } : each));
    }
    case 'function_definition': {
      const name = childOf(node, 'name');
      const params = paramsOf(source, childOf(node, 'parameters'));
      return [
        {
          kind: 'function',
          span,
          value: { kind: 'function', span, name: textOf(source, name), params, body: body(childOf(node, 'body')) },
        },
      ];
    }
    case 'class_definition': {
      const supers = childOf(node, 'superclasses');
      const bases = (supers ? namedOf(supers) : []).filter(({ type }) => type !== 'keyword_argument').map(value);
      return [
        { kind: 'class', span, name: textOf(source, childOf(node, 'name')), bases, body: body(childOf(node, 'body')) },
      ];
    }
    case 'import_statement':
    case 'import_from_statement':
      return imports(source, node);
    case 'block':
    case 'ERROR':
      return body(node);
    case 'pass_statement':
    case 'future_import_statement':
    case 'global_statement':
    case 'break_statement':
    case 'continue_statement':
      return [];
    default:
      return expressionStatement(source, node, span);
  }
}

function textOf(source: string, node: SyntaxNode | undefined): string {
  return node ? source.slice(node.start, node.end) : '';
}

/** A call of the name "raise", which nobody can write in Python. */
function raised(node: SyntaxNode, values: readonly Expression[]): Call {
  const span = spanOf(node);
  return {
    kind: 'call',
    span,
    callee: { kind: 'name', span: { start: node.start, end: node.start + 5 }, name: 'raise' },
    args: values.map((value) => ({ name: undefined, value, span: value.span, isSpread: false })),
    block: undefined,
    isNew: false,
    argumentsSpan: { start: node.start + 5, end: node.end },
  };
}

function expressionStatement(
  source: string,
  node: SyntaxNode,
  span: Statement['span'],
  depth = 0,
): readonly Statement[] {
  if (node.type !== 'assignment' && node.type !== 'augmented_assignment')
    return [{ kind: 'expression', span, value: lowerExpression(source, node) }];
  const left = childOf(node, 'left');
  const right = childOf(node, 'right');
  if (!left || !right) return [];
  // a = b = 1: both are that value.
  const chained =
    right.type === 'assignment' && depth < DEEPEST ? expressionStatement(source, right, spanOf(right), depth + 1) : [];
  const inner = chained.find(({ kind }) => kind === 'assign');
  const read = inner?.kind === 'assign' ? inner.value : lowerExpression(source, right);
  const isSimple = left.type === 'identifier' || left.type === 'attribute' || left.type === 'subscript';
  const target = isSimple ? lowerExpression(source, left) : undefined;
  const value: Expression = node.type === 'assignment' ? read : { kind: 'other', span: spanOf(node), parts: [read] };
  return [...chained, { kind: 'assign', span, target, value }];
}

/** `rest`: what stands behind it, elif and else; `index`: which of them is next. */
function ifStatement(
  source: string,
  node: SyntaxNode,
  rest: readonly SyntaxNode[],
  index: number,
  depth: number,
): Statement {
  const condition = childOf(node, 'condition');
  const next = rest[index];
  const otherwise = (): readonly Statement[] => {
    if (!next || depth > DEEPEST) return [];
    if (next.type === 'elif_clause') return [ifStatement(source, next, rest, index + 1, depth + 1)];
    return bodyOf(source, childOf(next, 'body'), depth);
  };
  return {
    kind: 'if',
    span: spanOf(node),
    condition: condition ? lowerExpression(source, condition) : { kind: 'other', span: spanOf(node), parts: [] },
    // biome-ignore lint/suspicious/noThenProperty: a branch, nothing that is awaited
    then: bodyOf(source, childOf(node, 'consequence'), depth),
    otherwise: otherwise(),
  };
}

/** The names that a pattern binds; "" for one that is a pattern itself. */
function namesOf(source: string, node: SyntaxNode | undefined): readonly string[] {
  if (!node) return [];
  if (node.type === 'identifier') return [textOf(source, node)];
  if (node.type !== 'pattern_list' && node.type !== 'tuple_pattern' && node.type !== 'list_pattern') return [''];
  return namedOf(node).map((each) => (each.type === 'identifier' ? textOf(source, each) : ''));
}

/** What stands behind a try: except may run, else and finally do. */
function handler(source: string, node: SyntaxNode, depth: number): readonly Statement[] {
  const certain = node.type === 'else_clause' || node.type === 'finally_clause';
  if (!certain && node.type !== 'except_clause' && node.type !== 'except_group_clause') return [];
  const inner = childOf(node, 'body') ?? node.children.find(({ type }) => type === 'block');
  return [{ kind: 'block', span: spanOf(node), body: bodyOf(source, inner, depth), certain }];
}

function withStatement(source: string, node: SyntaxNode, depth: number): Statement {
  const clause = node.children.find(({ type }) => type === 'with_clause');
  const items = clause ? namedOf(clause).filter(({ type }) => type === 'with_item') : [];
  const read = items.map((item) => {
    const value = childOf(item, 'value') ?? item;
    if (value.type !== 'as_pattern') return { value: lowerExpression(source, value), name: undefined };
    const [expression, alias] = namedOf(value);
    return { value: lowerExpression(source, expression ?? value), name: alias && textOf(source, alias) };
  });
  return {
    kind: 'with',
    span: spanOf(node),
    items: read.map(({ value }) => value),
    names: read.map(({ name }) => name),
    body: bodyOf(source, childOf(node, 'body'), depth),
  };
}

function imports(source: string, node: SyntaxNode): readonly Statement[] {
  const span = spanOf(node);
  const named = childrenOf(node, 'name').map((each) => {
    const name = textOf(source, childOf(each, 'name') ?? each);
    return { name, alias: each.type === 'aliased_import' ? textOf(source, childOf(each, 'alias')) : undefined };
  });
  if (node.type === 'import_statement')
    return named.map(({ name, alias }) => ({
      kind: 'import',
      span,
      module: name,
      names: [{ imported: '*', local: alias ?? name.split('.')[0] ?? name }],
    }));
  const names = named.map(({ name, alias }) => ({ imported: name, local: alias ?? name }));
  const isAll = node.children.some(({ type }) => type === 'wildcard_import');
  const all = isAll ? [{ imported: '*', local: '*' }] : names;
  return [{ kind: 'import', span, module: textOf(source, childOf(node, 'module_name')), names: all }];
}
