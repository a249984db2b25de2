import type { A_Expr, Node, SelectStmt } from '@pgsql/types';
import type { UsedName } from './action.js';
import { type ColumnUse, namesUsed, type StrayName } from './column-uses.js';
import { lex } from './lexer.js';
import { parsePostgres } from './postgres-parser.js';
import { namesOfQuery } from './query-names.js';

/** What a query of an application names, and what it looks rows up by. Offsets are those of its text. */
export interface QueryParts {
  readonly relations: readonly UsedName[];
  /** Columns that can only be of the relation. */
  readonly columns: readonly ColumnUse[];
  readonly stray: readonly StrayName[];
  /** Columns by which an index can find rows, or which come first in an ORDER BY. */
  readonly lookups: readonly Lookup[];
}

export interface Lookup {
  readonly relation: UsedName;
  readonly column: string;
  readonly by: 'condition' | 'order';
}

const queries: ReadonlySet<string> = new Set(['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt']);

/** Longer ones are data. */
const LONGEST = 50_000;

/** The tree of one query or write; undefined for what PostgreSQL's grammar does not read, and for any other statement. */
export function readableQuery(text: string): Node | undefined {
  if (text.length > LONGEST) return undefined;
  const { node, tag } = parsePostgres(text);
  return node && queries.has(tag) ? node : undefined;
}

/** Reads one query or write; undefined for what PostgreSQL's grammar does not read, and for any other statement. */
export function readQuery(text: string): QueryParts | undefined {
  const node = readableQuery(text);
  if (!node) return undefined;
  const { columns, stray } = namesUsed(node, () => lex(text));
  const { from, columns: named } = namesOfQuery(node);
  const written = targetOf(node);
  const relations = [...from, ...named.map(({ relation }) => relation), ...(written ? [written] : [])];
  return { relations, columns, stray, lookups: lookupsOf(node) };
}

function targetOf(node: Node): UsedName | undefined {
  const [statement] = Object.values(node) as { relation?: { relname?: string; schemaname?: string } }[];
  const { relname, schemaname } = statement?.relation ?? {};
  return relname === undefined ? undefined : { schema: schemaname, name: relname };
}

type Sources = ReadonlyMap<string, UsedName | undefined>;

interface Open {
  readonly part: unknown;
  readonly sources: Sources;
}

/** From a list and not by recursion: queries nest deep. */
function lookupsOf(node: Node): Lookup[] {
  const found: Lookup[] = [];
  const open: Open[] = [{ part: node, sources: new Map() }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { part } = next;
    let { sources } = next;
    if (typeof part !== 'object' || part === null) continue;
    if (Array.isArray(part)) {
      for (const each of part) open.push({ part: each, sources });
      continue;
    }
    for (const [key, value] of Object.entries(part)) {
      if (typeof value !== 'object' || value === null) continue;
      if (key === 'SelectStmt' || key === 'UpdateStmt' || key === 'DeleteStmt' || isSelect(key)) {
        const query = value as Query;
        sources = sourcesOf(query, next.sources);
        open.push({ part: query.whereClause, sources });
        conditions(query.whereClause, sources, found);
        for (const each of joins(query.fromClause ?? query.usingClause)) {
          if (!('JoinExpr' in each)) continue;
          conditions(each.JoinExpr.quals, sources, found);
          for (const name of each.JoinExpr.usingClause ?? []) using(each, name, found);
        }
        const [first] = query.sortClause ?? [];
        const by = first && 'SortBy' in first ? columnOf(first.SortBy.node, sources) : undefined;
        if (by) found.push({ ...by, by: 'order' });
      }
      open.push({ part: value, sources });
    }
  }
  return found;
}

/** Sides of a UNION stand without their kind. */
function isSelect(key: string): boolean {
  return key === 'larg' || key === 'rarg';
}

type Query = Pick<SelectStmt, 'fromClause' | 'whereClause' | 'sortClause'> & {
  readonly usingClause?: Node[];
  readonly relation?: { relname?: string; schemaname?: string; alias?: { aliasname?: string } };
};

function joins(list: readonly Node[] | undefined): Node[] {
  const all: Node[] = [];
  const open: (Node | undefined)[] = [...(list ?? [])];
  for (let item = open.pop(); item; item = open.pop()) {
    all.push(item);
    if ('JoinExpr' in item) open.push(item.JoinExpr.larg, item.JoinExpr.rarg);
  }
  return all;
}

function sourcesOf({ fromClause, usingClause, relation }: Query, outer: Sources): Sources {
  const own = new Map(outer);
  const note = (range: NonNullable<Query['relation']>): void => {
    const { relname = '', schemaname, alias } = range;
    own.set(alias?.aliasname ?? relname, { schema: schemaname, name: relname });
  };
  if (relation?.relname !== undefined) note(relation);
  for (const each of joins([...(fromClause ?? []), ...(usingClause ?? [])])) {
    if ('RangeVar' in each) note(each.RangeVar);
    if ('RangeSubselect' in each) own.set(each.RangeSubselect.alias?.aliasname ?? '?', undefined);
  }
  return own;
}

/** The conditions that AND and OR join. */
function conditions(node: Node | undefined, sources: Sources, found: Lookup[]): void {
  const open: (Node | undefined)[] = [node];
  while (open.length > 0) {
    const each = open.pop();
    if (!each) continue;
    if ('BoolExpr' in each) {
      if (each.BoolExpr.boolop !== 'NOT_EXPR') open.push(...(each.BoolExpr.args ?? []));
      continue;
    }
    const sides =
      'A_Expr' in each && isIndexable(each.A_Expr)
        ? [each.A_Expr.lexpr, each.A_Expr.rexpr]
        : 'NullTest' in each
          ? [each.NullTest.arg]
          : 'SubLink' in each && each.SubLink.testexpr
            ? [each.SubLink.testexpr]
            : 'ColumnRef' in each
              ? [each]
              : [];
    for (const side of sides) {
      const column = columnOf(side, sources);
      if (column) found.push({ ...column, by: 'condition' });
    }
  }
}

const comparisons: ReadonlySet<string> = new Set(['=', '<', '>', '<=', '>=', '~~', '@>', '<@', '&&', '?', '@@']);

function isIndexable({ kind, name }: A_Expr): boolean {
  const [operator] = (name ?? []).slice(-1);
  const sign = operator && 'String' in operator ? (operator.String.sval ?? '') : '';
  if (kind === 'AEXPR_BETWEEN' || kind === 'AEXPR_BETWEEN_SYM') return true;
  if (kind === 'AEXPR_NOT_BETWEEN' || kind === 'AEXPR_DISTINCT') return false;
  return comparisons.has(sign);
}

/** A column that stands alone, with the relation that it is of. */
function columnOf(node: Node | undefined, sources: Sources): Omit<Lookup, 'by'> | undefined {
  if (!node || !('ColumnRef' in node)) return undefined;
  const names = (node.ColumnRef.fields ?? []).map((field) => ('String' in field ? (field.String.sval ?? '') : ''));
  const column = names.at(-1);
  if (column === undefined || column === '') return undefined;
  const [only] = sources.values();
  const relation = names.length > 1 ? sources.get(names.at(-2) ?? '') : sources.size === 1 ? only : undefined;
  return relation && { relation, column };
}

function using(join: Node, name: Node, found: Lookup[]): void {
  if (!('JoinExpr' in join) || !('String' in name)) return;
  for (const side of [join.JoinExpr.larg, join.JoinExpr.rarg])
    if (side && 'RangeVar' in side) {
      const { relname = '', schemaname } = side.RangeVar;
      found.push({
        relation: { schema: schemaname, name: relname },
        column: name.String.sval ?? '',
        by: 'condition',
      });
    }
}
