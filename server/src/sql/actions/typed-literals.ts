import type { A_Expr, Node, RangeVar } from '@pgsql/types';
import type { TypedLiteral } from '../action.js';
import { stringOf } from './names.js';

const operators: ReadonlySet<string> = new Set(['=', '<>', '!=', '<', '<=', '>', '>=']);

/** Longer ones are documents, which are not kept a second time. */
const LONGEST = 200;

/** More of them say nothing new. */
const MOST = 50;

/**
 * The plain strings that PostgreSQL reads as values of a type when it looks at the statement: those that are compared
 * with a column, and those that are cast. In: a tree; the relation that a column without one belongs to, if it is
 * not in the tree. A column without its relation counts where the tree has one relation only.
 */
export function typedLiterals(tree: unknown, relation?: RangeVar): { readonly literals?: readonly TypedLiteral[] } {
  const found: TypedLiteral[] = [];
  const compared: { column: readonly string[]; value: string; isArray: boolean }[] = [];
  const relations: RangeVar[] = relation ? [relation] : [];
  const queries = new Set<string>();
  let isOpaque = false;
  const open: unknown[] = [tree];
  while (open.length > 0) {
    const node = open.pop();
    if (typeof node !== 'object' || node === null) continue;
    if (Array.isArray(node)) {
      for (const child of node) if (typeof child === 'object') open.push(child);
      continue;
    }
    if ('RangeVar' in node) {
      relations.push(node.RangeVar as RangeVar);
      continue;
    }
    if ('CommonTableExpr' in node) queries.add((node.CommonTableExpr as { ctename?: string }).ctename ?? '');
    if ('RangeSubselect' in node || 'RangeFunction' in node || 'CommonTableExpr' in node) isOpaque = true;
    if ('TypeCast' in node) noteCast(node as Extract<Node, { TypeCast: unknown }>, found);
    if ('A_Expr' in node && found.length + compared.length < MOST) compared.push(...comparedIn(node.A_Expr as A_Expr));
    for (const child of Object.values(node)) if (typeof child === 'object') open.push(child);
  }
  const known = (name: string): RangeVar | undefined => {
    const same = relations.filter((each) => (each.alias?.aliasname ?? each.relname) === name);
    return same.length === 1 ? same[0] : undefined;
  };
  for (const { column, value, isArray } of compared) {
    const [name, qualifier] = [column.at(-1), column.at(-2)];
    const of =
      qualifier !== undefined ? known(qualifier) : relations.length === 1 && !isOpaque ? relations[0] : undefined;
    if (!of?.relname || name === undefined || of.alias?.colnames) continue;
    if (of.schemaname === undefined && queries.has(of.relname)) continue;
    found.push({ value, column: { table: { schema: of.schemaname, name: of.relname }, name }, isArray });
  }
  return found.length > 0 ? { literals: found } : {};
}

function noteCast({ TypeCast: { arg, typeName } }: Extract<Node, { TypeCast: unknown }>, found: TypedLiteral[]): void {
  const values = arg && 'A_ArrayExpr' in arg ? (arg.A_ArrayExpr.elements ?? []).map(stringIn) : [arg && stringIn(arg)];
  const names = (typeName?.names ?? []).map(stringOf);
  const name = names.at(-1);
  if (name === undefined || typeName?.pct_type) return;
  const schema = names.length > 1 && names[0] !== 'pg_catalog' ? names[0] : undefined;
  const isArray = (typeName?.arrayBounds?.length ?? 0) > 0 && !(arg && 'A_ArrayExpr' in arg);
  for (const value of values) if (value !== undefined) found.push({ value, type: { schema, name }, isArray });
}

function comparedIn({
  kind,
  name,
  lexpr,
  rexpr,
}: A_Expr): { column: readonly string[]; value: string; isArray: boolean }[] {
  const isRange = kind === 'AEXPR_BETWEEN' || kind === 'AEXPR_NOT_BETWEEN';
  if (!lexpr || !rexpr || !(isRange || operators.has(stringOf(name?.at(-1))))) return [];
  const of = (column: Node, values: readonly Node[], isArray: boolean) => {
    const names = columnIn(column);
    return names
      ? values.flatMap((each) => stringIn(each) ?? []).map((value) => ({ column: names, value, isArray }))
      : [];
  };
  switch (kind) {
    case 'AEXPR_OP':
    case 'AEXPR_DISTINCT':
    case 'AEXPR_NOT_DISTINCT':
      return [...of(lexpr, [rexpr], false), ...of(rexpr, [lexpr], false)];
    case 'AEXPR_IN':
    case 'AEXPR_BETWEEN':
    case 'AEXPR_NOT_BETWEEN':
      return of(lexpr, 'List' in rexpr ? (rexpr.List.items ?? []) : [], false);
    case 'AEXPR_OP_ANY':
    case 'AEXPR_OP_ALL':
      if ('A_ArrayExpr' in rexpr) return of(lexpr, rexpr.A_ArrayExpr.elements ?? [], false);
      return of(lexpr, [rexpr], true).flatMap(({ column, value }) =>
        itemsOf(value).map((item) => ({ column, value: item, isArray: false })),
      );
    default:
      return [];
  }
}

/** The items of '{a,b}'; nothing where they are quoted or nested. */
function itemsOf(array: string): string[] {
  const [, inner] = /^\{([^{}"\\]+)\}$/.exec(array.trim()) ?? [];
  return inner === undefined ? [] : inner.split(',').map((item) => item.trim());
}

function columnIn(node: Node): string[] | undefined {
  if (!('ColumnRef' in node)) return undefined;
  const fields = node.ColumnRef.fields ?? [];
  return fields.every((field) => 'String' in field) ? fields.map(stringOf) : undefined;
}

function stringIn(node: Node): string | undefined {
  const value = 'A_Const' in node ? node.A_Const.sval : undefined;
  return value === undefined || (value.sval?.length ?? 0) > LONGEST ? undefined : (value.sval ?? '');
}
