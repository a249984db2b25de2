import type { Node, RangeVar, SelectStmt } from '@pgsql/types';

/** A relation in FROM, or a query with the names of its columns; neither where nobody knows its columns. */
export interface Source {
  readonly range?: RangeVar;
  readonly outputs?: readonly string[];
}

/** What names mean at one place of a query. */
export interface QueryScope {
  /** By alias or name. */
  readonly sources: Map<string, Source>;
  /** The queries of WITH, with the names of their columns as far as those are known. */
  readonly queries: Map<string, readonly string[] | undefined>;
  readonly outer: QueryScope | undefined;
  /** Names are seen here that the text does not show. */
  isHidden: boolean;
}

/** Deeper queries are not looked into. */
const DEEPEST = 20;

/** The query of WITH that a name means; undefined for a relation. */
export function sourceNamed(name: string, scope: QueryScope): Source | undefined {
  for (let each: QueryScope | undefined = scope; each; each = each.outer) {
    if (!each.queries.has(name)) continue;
    const outputs = each.queries.get(name);
    return outputs ? { outputs } : {};
  }
  return undefined;
}

/** The relations that are seen, by the names that they have. */
export function relationsBelow(scope: QueryScope): [string, RangeVar][] {
  const found: [string, RangeVar][] = [];
  for (let each: QueryScope | undefined = scope; each; each = each.outer)
    for (const [name, { range }] of each.sources) if (range) found.push([name, range]);
  return found;
}

/** The names of the columns that a query gives; undefined where one of them is not known. */
export function outputsOf(
  node: Node | undefined,
  scope: QueryScope,
  aliases?: readonly Node[],
  depth = 0,
): readonly string[] | undefined {
  const own = node && namesIn(node, scope, depth);
  if (!own || !aliases) return own;
  return own.map((name, at) => textOf(aliases[at]) ?? name);
}

function namesIn(node: Node, scope: QueryScope, depth: number): readonly string[] | undefined {
  if (depth > DEEPEST) return undefined;
  if ('SelectStmt' in node) return ofSelect(node.SelectStmt, scope, depth);
  const [body] = Object.values(node) as { returningList?: readonly Node[] }[];
  return body?.returningList ? allNamed(body.returningList) : undefined;
}

function ofSelect(query: SelectStmt, scope: QueryScope, depth: number): readonly string[] | undefined {
  let select = query;
  // UNION takes the names of its first branch.
  while (select.larg) select = select.larg;
  const [row] = select.valuesLists ?? [];
  if (row) return 'List' in row ? (row.List.items ?? []).map((_, at) => `column${at + 1}`) : undefined;
  return allNamed(select.targetList ?? [], () => starOf(select, scope, depth));
}

/** What "*" gives where FROM has one query of which the columns are known. */
function starOf(select: SelectStmt, scope: QueryScope, depth: number): readonly string[] | undefined {
  const [from, ...more] = select.fromClause ?? [];
  if (!from || more.length > 0 || select.withClause) return undefined;
  if ('RangeSubselect' in from)
    return outputsOf(from.RangeSubselect.subquery, scope, from.RangeSubselect.alias?.colnames, depth + 1);
  if (!('RangeVar' in from) || from.RangeVar.schemaname || from.RangeVar.alias?.colnames) return undefined;
  return sourceNamed(from.RangeVar.relname ?? '', scope)?.outputs;
}

function allNamed(targets: readonly Node[], star?: () => readonly string[] | undefined): readonly string[] | undefined {
  const found: string[] = [];
  for (const node of targets) {
    const { name, val } = 'ResTarget' in node ? node.ResTarget : { name: undefined, val: undefined };
    const own = name ?? (val && nameOfValue(val));
    if (own !== undefined) {
      found.push(own);
      continue;
    }
    const isStar = val && 'ColumnRef' in val && val.ColumnRef.fields?.length === 1;
    const all = isStar ? star?.() : undefined;
    if (!all) return undefined;
    found.push(...all);
  }
  return found;
}

/** As FigureColname finds them for names, casts and calls (parse_target.c); undefined for anything else. */
function nameOfValue(value: Node): string | undefined {
  let node: Node | undefined = value;
  // A cast of a column keeps the column's name.
  while (node && 'TypeCast' in node && node.TypeCast.arg && !('A_Const' in node.TypeCast.arg)) node = node.TypeCast.arg;
  if (!node) return undefined;
  if ('ColumnRef' in node) return textOf(node.ColumnRef.fields?.at(-1));
  if ('FuncCall' in node) return textOf(node.FuncCall.funcname?.at(-1));
  if ('A_Const' in node || 'A_Expr' in node) return '?column?';
  if ('CoalesceExpr' in node) return 'coalesce';
  return undefined;
}

function textOf(node: Node | undefined): string | undefined {
  return node && 'String' in node ? (node.String.sval ?? '') : undefined;
}

/** True for an item of ORDER BY or GROUP BY that may mean a column of the result. */
export function isOutput(item: Node, { targetList }: SelectStmt): boolean {
  const value = 'SortBy' in item ? item.SortBy.node : item;
  const fields = value && 'ColumnRef' in value ? value.ColumnRef.fields : undefined;
  if (fields?.length !== 1) return false;
  const name = textOf(fields[0]);
  return (targetList ?? []).some((target) => {
    const { name: given, val } = 'ResTarget' in target ? target.ResTarget : { name: undefined, val: undefined };
    const own = given ?? (val && nameOfValue(val));
    // Names that are not known here may be this one; a "*" gives what FROM has.
    const isStar = val && 'ColumnRef' in val && textOf(val.ColumnRef.fields?.at(-1)) === undefined;
    return own === name || (own === undefined && !isStar);
  });
}
