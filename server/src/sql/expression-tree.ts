import type { A_Expr, Node } from '@pgsql/types';
import { addFunction, type Found, nothingFound, toFacts } from './expression-facts.js';
import type { ExpressionFacts } from './expressions.js';

/** The facts of an expression from PostgreSQL's own parse tree. */
export function factsOfTree(expression: Node): ExpressionFacts {
  const found = nothingFound();
  visit(expression, found);
  return toFacts(found, isConstant(expression), notNullColumns(expression));
}

/** Parts of a tree that hold names of types: geometry(Point, 4326) reads no column "point". */
const TYPE_FIELDS = new Set(['typeName', 'collname', 'output']);

/** Without recursion: a tree of nested queries is deeper than the stack of JavaScript. */
function visit(tree: unknown, found: Found): void {
  const open: unknown[] = [tree];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) continue;
    if (Array.isArray(value)) {
      // Not spread into one call: a list can have more items than a call has room for.
      for (const item of value) open.push(item);
      continue;
    }
    for (const [key, child] of Object.entries(value)) {
      if (TYPE_FIELDS.has(key)) continue;
      note(key, child, found);
      open.push(child);
    }
  }
}

/** `SVFOP_CURRENT_TIME_N` is CURRENT_TIME(n). */
const VALUE_FUNCTION = /^SVFOP_(.+?)(?:_N)?$/;

function note(key: string, child: unknown, found: Found): void {
  if (key === 'ColumnRef') {
    const last = stringOf((child as { fields?: Node[] }).fields?.at(-1));
    if (last !== undefined) found.columns.add(last);
  } else if (key === 'FuncCall') {
    const names = ((child as { funcname?: Node[] }).funcname ?? []).map((name) => stringOf(name) ?? '');
    addFunction(found, names.at(-2), names.at(-1) ?? '');
  } else if (key === 'SQLValueFunction') {
    const [, name = ''] = VALUE_FUNCTION.exec((child as { op?: string }).op ?? '') ?? [];
    addFunction(found, undefined, name.toLowerCase());
  } else if (key === 'SubLink') {
    found.hasSubquery = true;
  }
}

function stringOf(node: Node | undefined): string | undefined {
  return node && 'String' in node ? node.String.sval : undefined;
}

function isConstant(node: Node | undefined): boolean {
  if (!node) return false;
  if ('A_Const' in node) return true;
  if ('TypeCast' in node) return isConstant(node.TypeCast.arg);
  if ('CollateClause' in node) return isConstant(node.CollateClause.arg);
  if ('A_ArrayExpr' in node) return (node.A_ArrayExpr.elements ?? []).every(isConstant);
  return 'A_Expr' in node && isSign(node.A_Expr) && isConstant(node.A_Expr.rexpr);
}

function isSign({ lexpr, name }: A_Expr): boolean {
  const operator = stringOf(name?.at(-1));
  return lexpr === undefined && name?.length === 1 && (operator === '-' || operator === '+');
}

function notNullColumns(node: Node | undefined): string[] {
  if (!node) return [];
  if ('BoolExpr' in node) {
    return node.BoolExpr.boolop === 'AND_EXPR' ? (node.BoolExpr.args ?? []).flatMap(notNullColumns) : [];
  }
  if (!('NullTest' in node) || node.NullTest.nulltesttype !== 'IS_NOT_NULL') return [];
  const { arg } = node.NullTest;
  const column = arg && 'ColumnRef' in arg ? stringOf(arg.ColumnRef.fields?.at(-1)) : undefined;
  return column === undefined ? [] : [column];
}
