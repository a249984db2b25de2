import type { UsedName } from './action.js';
import { readableQuery } from './query-parts.js';

/** What a query does with one of its parameters, as far as its text shows it. */
export interface ParameterUse {
  /** As in $1. */
  readonly number: number;
  /** "read": it is compared with the column. "written": it becomes a value of the column. */
  readonly as: 'read' | 'written';
  readonly relation: UsedName;
  readonly column: string;
}

/** A query or write of an application with its parameters. */
export interface ReadParameters {
  readonly uses: readonly ParameterUse[];
}

type Sources = ReadonlyMap<string, UsedName | undefined>;

/** Reads one query or write with $1, $2 …; undefined for what PostgreSQL's grammar does not read, and any other statement. */
export function readParameters(text: string): ReadParameters | undefined {
  const node = readableQuery(text);
  if (!node) return undefined;
  const uses: ParameterUse[] = [];
  const open: { readonly part: unknown; readonly sources: Sources }[] = [{ part: node, sources: new Map() }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { part } = next;
    if (Array.isArray(part)) {
      for (const each of part) open.push({ part: each, sources: next.sources });
      continue;
    }
    if (!isObject(part)) continue;
    for (const [key, value] of Object.entries(part)) {
      if (!isObject(value) && !Array.isArray(value)) continue;
      const isQuery = queries.has(key) && isObject(value);
      const sources = isQuery ? sourcesOf(value, next.sources) : next.sources;
      if (key === 'InsertStmt' && isObject(value)) inserted(value, uses);
      if (key === 'UpdateStmt' && isObject(value)) assigned(value.targetList, relationOf(value.relation), uses);
      if (key === 'onConflictClause' && isObject(value)) assigned(value.targetList, relationOf(part.relation), uses);
      if (key === 'A_Expr' && isObject(value)) compared(value, sources, uses);
      open.push({ part: value, sources });
    }
  }
  return { uses };
}

const queries: ReadonlySet<string> = new Set(['SelectStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt', 'larg', 'rarg']);

function relationOf(range: unknown): UsedName | undefined {
  if (!isObject(range) || typeof range.relname !== 'string') return undefined;
  return { schema: typeof range.schemaname === 'string' ? range.schemaname : undefined, name: range.relname };
}

/** The relations that a query reads and writes, by the names that they have in it. */
function sourcesOf(query: Readonly<Record<string, unknown>>, outer: Sources): Sources {
  const found = new Map(outer);
  const note = (range: unknown): void => {
    const relation = relationOf(range);
    if (!relation || !isObject(range)) return;
    const alias = isObject(range.alias) ? range.alias.aliasname : undefined;
    found.set(typeof alias === 'string' ? alias : relation.name, relation);
  };
  note(query.relation);
  note(query.sourceRelation);
  const open: unknown[] = [query.fromClause, query.usingClause, query.sourceRelation];
  for (let next = open.pop(); next !== undefined || open.length > 0; next = open.pop()) {
    if (Array.isArray(next)) open.push(...next);
    else if (isObject(next)) {
      if (isObject(next.RangeVar)) note(next.RangeVar);
      if (isObject(next.JoinExpr)) open.push(next.JoinExpr.larg, next.JoinExpr.rarg);
    }
  }
  return found;
}

function inserted({ relation, cols, selectStmt }: Readonly<Record<string, unknown>>, uses: ParameterUse[]): void {
  const target = relationOf(relation);
  const select = isObject(selectStmt) && isObject(selectStmt.SelectStmt) ? selectStmt.SelectStmt : undefined;
  if (!target || !select || !Array.isArray(cols)) return;
  const names = cols.map(nameOfTarget);
  const rows = Array.isArray(select.valuesLists) ? select.valuesLists : [];
  for (const row of rows) {
    const items = isObject(row) && isObject(row.List) && Array.isArray(row.List.items) ? row.List.items : [];
    for (const [at, item] of items.entries()) write(item, target, names[at], uses);
  }
  const targets = Array.isArray(select.targetList) ? select.targetList : [];
  for (const [at, each] of targets.entries())
    if (isObject(each) && isObject(each.ResTarget)) write(each.ResTarget.val, target, names[at], uses);
}

function assigned(targets: unknown, relation: UsedName | undefined, uses: ParameterUse[]): void {
  if (!relation || !Array.isArray(targets)) return;
  for (const each of targets)
    if (isObject(each) && isObject(each.ResTarget)) write(each.ResTarget.val, relation, nameOfTarget(each), uses);
}

function nameOfTarget(node: unknown): string | undefined {
  const name = isObject(node) && isObject(node.ResTarget) ? node.ResTarget.name : undefined;
  return typeof name === 'string' ? name : undefined;
}

function write(value: unknown, relation: UsedName, column: string | undefined, uses: ParameterUse[]): void {
  if (column === undefined) return;
  for (const number of numbersIn(value)) uses.push({ number, as: 'written', relation, column });
}

/** column = $1, column IN ($1, $2), column BETWEEN $1 AND $2, column = ANY ($1), and the other way round. */
function compared(expression: Readonly<Record<string, unknown>>, sources: Sources, uses: ParameterUse[]): void {
  const { lexpr, rexpr } = expression;
  for (const [side, other] of [
    [lexpr, rexpr],
    [rexpr, lexpr],
  ]) {
    const column = columnOf(side, sources);
    if (!column) continue;
    for (const number of numbersIn(other)) uses.push({ number, as: 'read', ...column });
  }
}

/** A column that stands alone, below a cast or a call of one argument such as lower(). */
function columnOf(node: unknown, sources: Sources): Pick<ParameterUse, 'relation' | 'column'> | undefined {
  let inner = node;
  for (let depth = 0; depth < 5 && isObject(inner); depth++) {
    if (isObject(inner.TypeCast)) inner = inner.TypeCast.arg;
    else if (isObject(inner.FuncCall) && Array.isArray(inner.FuncCall.args) && inner.FuncCall.args.length === 1)
      inner = inner.FuncCall.args[0];
    else break;
  }
  if (!isObject(inner) || !isObject(inner.ColumnRef) || !Array.isArray(inner.ColumnRef.fields)) return undefined;
  const names = inner.ColumnRef.fields.map((field: unknown) =>
    isObject(field) && isObject(field.String) && typeof field.String.sval === 'string' ? field.String.sval : '',
  );
  const column = names.at(-1);
  if (column === undefined || column === '') return undefined;
  const [only] = sources.values();
  const relation = names.length > 1 ? sources.get(names.at(-2) ?? '') : sources.size === 1 ? only : undefined;
  return relation && { relation, column };
}

/** The parameters in an expression, those in queries within left out. */
function numbersIn(root: unknown): number[] {
  const found: number[] = [];
  const open: unknown[] = [root];
  while (open.length > 0) {
    const node = open.pop();
    if (Array.isArray(node)) open.push(...node);
    else if (isObject(node))
      for (const [key, value] of Object.entries(node)) {
        if (key === 'SubLink') continue;
        if (key === 'ParamRef' && isObject(value)) found.push(typeof value.number === 'number' ? value.number : 0);
        else if (typeof value === 'object') open.push(value);
      }
  }
  return found;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
