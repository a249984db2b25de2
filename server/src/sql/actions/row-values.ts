import type { Node } from '@pgsql/types';
import { hasPrivateLetters } from '../placeholders.js';
import type { ConditionColumn } from '../row-selection.js';
import { stringOf } from './names.js';
import type { Scope } from './row-selection.js';

/** One side of a comparison. */
export interface Compared {
  /** The column, or the columns of a row; empty for anything else. */
  readonly columns: readonly ConditionColumn[];
  /** It is the same for every row, if `names` are. */
  readonly isValue: boolean;
  /** Names that stand alone in it: variables of PL/pgSQL, or columns. */
  readonly names: readonly string[];
  readonly isFlag: boolean;
  /** The relations that it names, as in RowCondition. */
  readonly of: readonly (string | undefined)[];
}

export function compared(node: Node, scope: Scope): Compared {
  const { qualified, names } = referencesIn(node, scope);
  return {
    columns: columnsIn(node, scope),
    isValue: qualified.length === 0,
    names,
    isFlag: typeof constantOf(node) === 'boolean',
    of: [...qualified, ...(names.length > 0 ? [onlyRelation(scope)] : [])],
  };
}

/** The relations of the scope that a tree names; undefined for a name that may be of several. */
export function relationsIn(tree: unknown, scope: Scope): (string | undefined)[] {
  const { qualified, names, isInner } = referencesIn(tree, scope);
  const found = new Set<string | undefined>(qualified);
  // A name alone in a query inside is mostly of what that query reads.
  if (names.length > 0 && !isInner) found.add(onlyRelation(scope));
  return [...found];
}

/** The relation that a name alone belongs to; undefined where there are several. */
function onlyRelation({ relations }: Scope): string | undefined {
  const [first] = relations.keys();
  return relations.size === 1 ? first : undefined;
}

function columnsIn(cast: Node, scope: Scope): readonly ConditionColumn[] {
  let node = cast;
  // Another text for every value.
  while ('TypeCast' in node && node.TypeCast.arg && isText(stringOf(node.TypeCast.typeName?.names?.at(-1))))
    node = node.TypeCast.arg;
  if ('ColumnRef' in node) {
    const column = columnOf(node, scope);
    return column ? [column] : [];
  }
  if ('RowExpr' in node) {
    const parts = (node.RowExpr.args ?? []).map((each) => columnOf(each, scope));
    const columns = parts.flatMap((each) => each ?? []);
    return columns.length === parts.length ? columns : [];
  }
  return [];
}

function isText(type: string): boolean {
  return type === 'text' || type === 'varchar';
}

function columnOf(node: Node, scope: Scope): ConditionColumn | undefined {
  const names = 'ColumnRef' in node ? fieldsOf(node) : [];
  const column = names.at(-1);
  if (column === undefined || column === '*' || hasPrivateLetters(column)) return undefined;
  const qualifier = names.at(-2);
  if (qualifier === undefined) return { of: onlyRelation(scope), column };
  return isRelation(qualifier, scope) ? { of: qualifier, column } : undefined;
}

function isRelation(name: string, scope: Scope): boolean {
  for (let each: Scope | undefined = scope; each; each = each.outer) if (each.relations.has(name)) return true;
  return false;
}

function fieldsOf(node: Extract<Node, { ColumnRef: unknown }>): string[] {
  return (node.ColumnRef.fields ?? []).map((field) => ('String' in field ? stringOf(field) : '*'));
}

interface References {
  /** The relations of the scope before a dot. */
  readonly qualified: readonly string[];
  /** Names that stand alone; without those in queries inside, which have relations of their own. */
  readonly names: readonly string[];
  readonly isInner: boolean;
}

const none: References = { qualified: [], names: [], isInner: false };

/** Without recursion: a tree of nested queries is deeper than the stack of JavaScript. */
function referencesIn(tree: unknown, scope: Scope): References {
  // A constant names nothing.
  if (typeof tree === 'object' && tree !== null && 'A_Const' in tree) return none;
  const qualified = new Set<string>();
  const names = new Set<string>();
  const inner = new Set<string>();
  let isInner = false;
  const open: { value: unknown; inside: boolean }[] = [{ value: tree, inside: false }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value } = next;
    let { inside } = next;
    if (typeof value !== 'object' || value === null) continue;
    if ('RangeVar' in value) {
      const { alias, relname } = value.RangeVar as { alias?: { aliasname?: string }; relname?: string };
      inner.add(alias?.aliasname ?? relname ?? '');
      continue;
    }
    if ('ColumnRef' in value) {
      const fields = fieldsOf(value as Extract<Node, { ColumnRef: unknown }>);
      const [column, qualifier] = [fields.at(-1) ?? '', fields.at(-2)];
      if (qualifier !== undefined) qualified.add(qualifier);
      else if (!inside && !hasPrivateLetters(column)) names.add(column);
      else if (inside) isInner = true;
      continue;
    }
    if ('SelectStmt' in value)
      inside = (value.SelectStmt as { fromClause?: unknown }).fromClause !== undefined || inside;
    for (const [key, child] of Object.entries(value))
      if (typeof child === 'object' && key !== 'typeName') open.push({ value: child, inside });
  }
  return {
    qualified: [...qualified].filter((name) => isRelation(name, scope) && !inner.has(name)),
    names: [...names],
    isInner: isInner && names.size === 0,
  };
}

/** A number, a string or a truth value; null for NULL, undefined for anything that is no plain constant. */
export function constantOf(cast: Node): string | number | boolean | null | undefined {
  let node = cast;
  let type = '';
  while ('TypeCast' in node && node.TypeCast.arg) {
    type = stringOf(node.TypeCast.typeName?.names?.at(-1));
    node = node.TypeCast.arg;
  }
  if (!('A_Const' in node)) return undefined;
  const { ival, fval, boolval, sval, isnull } = node.A_Const;
  if (type === 'bool' && sval) return /^\s*(t|tr|tru|true|y|ye|yes|on|1)\s*$/i.test(sval.sval ?? '');
  if (isnull) return null;
  if (ival) return ival.ival ?? 0;
  if (fval) return Number(fval.fval ?? 0);
  if (boolval) return boolval.boolval === true;
  return sval ? (sval.sval ?? '') : undefined;
}

const aggregates = new Set(['count', 'min', 'max', 'sum', 'avg', 'array_agg', 'string_agg', 'jsonb_agg', 'json_agg']);

/** A target that is one aggregate. */
export function isAggregate(target: Node): boolean {
  const value = 'ResTarget' in target ? target.ResTarget.val : undefined;
  if (!value || !('FuncCall' in value) || value.FuncCall.over) return false;
  return aggregates.has(stringOf(value.FuncCall.funcname?.at(-1)));
}
