import type { A_Const, FuncCall, Node } from '@pgsql/types';
import { typeName } from './actions/names.js';
import { expressionNode } from './expressions.js';

/** A quoted word such as 'now' in an expression, which PostgreSQL turns into a moment when it reads the statement. */
export interface FrozenTime {
  /** What stands between the quotes. */
  readonly text: string;
  /** The type that it is cast to by its name; undefined where it takes the type of what it stands beside. */
  readonly type: string | undefined;
  /** The column that it is compared with. */
  readonly column: string | undefined;
  /** It is the whole expression. */
  readonly isAll: boolean;
}

const timeTypes = new Set(['timestamp', 'timestamptz', 'date', 'time', 'timetz']);

/** The words that PostgreSQL's input of dates and times knows, in the quotes that it passes over itself. */
const special = /^[\s"(]*(?:now|today|tomorrow|yesterday)\b/i;

/** True for one of the types whose input knows 'now'. */
export function isTimeType(type: string | undefined): boolean {
  return type !== undefined && timeTypes.has(type);
}

/**
 * The quoted moments of an expression. ('now'::text)::timestamptz is none: its cast runs when the expression does
 * (measured on PostgreSQL 15: \d shows a constant for all others).
 */
export function frozenTimes(expression: string): FrozenTime[] {
  if (!/'[\s"(]*(?:now|today|tomorrow|yesterday)\b/i.test(expression)) return [];
  const root = expressionNode(expression);
  if (!root) return [];
  const found: FrozenTime[] = [];
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (Array.isArray(value)) for (const item of value) open.push(item);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, child] of Object.entries(value)) found.push(...momentsOf({ [key]: child } as Node, root));
      for (const child of Object.values(value)) open.push(child);
    }
  }
  const bare = wordOf(root);
  return bare === undefined ? found : [{ text: bare, type: undefined, column: undefined, isAll: true }];
}

function momentsOf(node: Node, root: Node): FrozenTime[] {
  if ('TypeCast' in node) {
    const text = wordOf(node.TypeCast.arg);
    const type = typeName(node.TypeCast.typeName);
    if (text === undefined || !isTimeType(type)) return [];
    const isAll = 'TypeCast' in root && root.TypeCast === node.TypeCast;
    return [{ text, type, column: undefined, isAll }];
  }
  if ('FuncCall' in node) return inZone(node.FuncCall);
  if ('A_Expr' in node && node.A_Expr.kind === 'AEXPR_OP') {
    const { lexpr, rexpr } = node.A_Expr;
    return [...compared(lexpr, rexpr), ...compared(rexpr, lexpr)];
  }
  return [];
}

/** 'now' AT TIME ZONE 'utc' and timezone('utc', 'now'): of the functions of that name PostgreSQL takes the one with timestamptz. */
function inZone({ funcname, args }: FuncCall): FrozenTime[] {
  const last = funcname?.at(-1);
  const text = wordOf(args?.[1]);
  const isZone = last && 'String' in last && last.String.sval === 'timezone';
  return isZone && text !== undefined ? [{ text, type: 'timestamptz', column: undefined, isAll: false }] : [];
}

function compared(one: Node | undefined, other: Node | undefined): FrozenTime[] {
  const text = wordOf(one);
  const name = other && 'ColumnRef' in other ? other.ColumnRef.fields?.at(-1) : undefined;
  if (text === undefined || !name || !('String' in name)) return [];
  return [{ text, type: undefined, column: name.String.sval, isAll: false }];
}

function wordOf(node: Node | undefined): string | undefined {
  const constant: A_Const | undefined = node && 'A_Const' in node ? node.A_Const : undefined;
  const text = constant?.sval?.sval;
  return text !== undefined && special.test(text) ? text : undefined;
}
