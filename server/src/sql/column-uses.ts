import type { Node, RangeVar, SelectStmt } from '@pgsql/types';
import type { Token } from './lexer.js';
import { nameOf } from './lexer.js';
import type { ParsedStatement } from './statement.js';
import type { Span } from './span.js';

/** A column that a query names, and the relation that it can only belong to. */
export interface ColumnUse {
  readonly relation: { readonly schema: string | undefined; readonly name: string };
  readonly column: string;
  readonly span: Span;
  /** True where nothing but a column can stand: in SET and in the list of INSERT. In PL/pgSQL other names may be variables. */
  readonly isTarget: boolean;
  /** True when the query says to which relation it belongs: t.a. */
  readonly isQualified: boolean;
}

interface Scope {
  /** By alias or name. */
  readonly relations: Map<string, RangeVar>;
  /** True when everything that an unqualified name may mean is in `relations`. */
  complete: boolean;
}

const kinds = ['SelectStmt', 'UpdateStmt', 'DeleteStmt', 'InsertStmt', 'ViewStmt', 'CreateTableAsStmt'] as const;
const none: readonly ColumnUse[] = [];

/**
 * The columns of a query or a write whose relation is certain: qualified by a name of its own FROM, or unqualified with
 * one relation there is in that FROM and no query around. Names that may mean anything else are left out.
 */
export function columnUses(node: Node, readTokens: () => readonly Token[]): readonly ColumnUse[] {
  if (!kinds.some((kind) => kind in node)) return none;
  const finder = new Finder(readTokens());
  if ('SelectStmt' in node) finder.query(node);
  else if ('UpdateStmt' in node) {
    const { relation, targetList, fromClause, whereClause, withClause } = node.UpdateStmt;
    finder.with(withClause);
    const scope = finder.scopeOf([...(relation ? [{ RangeVar: relation }] : []), ...(fromClause ?? [])], true);
    for (const target of targetList ?? []) {
      if (!('ResTarget' in target)) continue;
      if (relation && target.ResTarget.name)
        finder.add(relation, target.ResTarget.name, target.ResTarget.location, true, false);
      finder.expression(target.ResTarget.val, scope);
    }
    finder.expression(whereClause, scope);
  } else if ('DeleteStmt' in node) {
    const { relation, usingClause, whereClause, withClause } = node.DeleteStmt;
    finder.with(withClause);
    const scope = finder.scopeOf([...(relation ? [{ RangeVar: relation }] : []), ...(usingClause ?? [])], true);
    finder.expression(whereClause, scope);
  } else if ('InsertStmt' in node) {
    const { relation, cols, selectStmt, withClause } = node.InsertStmt;
    finder.with(withClause);
    for (const column of cols ?? []) {
      if (relation && 'ResTarget' in column && column.ResTarget.name)
        finder.add(relation, column.ResTarget.name, column.ResTarget.location, true, false);
    }
    finder.query(selectStmt);
  } else if ('ViewStmt' in node) finder.query(node.ViewStmt.query);
  else if ('CreateTableAsStmt' in node) finder.query(node.CreateTableAsStmt.query);
  return finder.finish();
}

type Open =
  | { readonly query: SelectStmt; readonly isOuter: boolean }
  | { readonly value: unknown; readonly scope: Scope };

/** Index of the first token that starts at the offset or behind it. */
function firstAt(tokens: readonly Token[], offset: number): number {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens[middle]?.start ?? offset) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Works through what is open from a list and not by recursion: queries nest deeper than the stack of JavaScript. */
class Finder {
  private readonly found: ColumnUse[] = [];
  private readonly queries = new Set<string>();
  private readonly open: Open[] = [];

  constructor(private readonly tokens: readonly Token[]) {}

  /** What was found, in the order of the text. */
  finish(): readonly ColumnUse[] {
    for (let next = this.open.pop(); next; next = this.open.pop()) {
      if ('query' in next) this.select(next.query, next.isOuter);
      else this.look(next.value, next.scope);
    }
    return this.found.sort((a, b) => a.span.start - b.span.start);
  }

  add(relation: RangeVar, column: string, location: number | undefined, isTarget: boolean, isQualified: boolean): void {
    if (!relation.relname || (!relation.schemaname && this.queries.has(relation.relname))) return;
    const isName = ({ kind }: Token): boolean => kind === 'word' || kind === 'quoted';
    const from = location ?? 0;
    let index = firstAt(this.tokens, from);
    for (let each = this.tokens[index]; each && !(isName(each) && nameOf(each) === column); each = this.tokens[index])
      index++;
    const token = this.tokens[index];
    if (!token) return;
    this.found.push({
      relation: { schema: relation.schemaname, name: relation.relname },
      column,
      span: { start: token.start, end: token.end },
      isTarget,
      isQualified,
    });
  }

  /** WITH queries are relations of their own, with columns that nobody knows; they are looked into all the same. */
  with(clause: SelectStmt['withClause']): void {
    for (const node of clause?.ctes ?? []) {
      if (!('CommonTableExpr' in node)) continue;
      this.queries.add(node.CommonTableExpr.ctename ?? '');
      this.query(node.CommonTableExpr.ctequery);
    }
  }

  /** `isOuter`: no query is around whose columns an unqualified name may mean. */
  query(node: Node | undefined, isOuter = true): void {
    if (node && 'SelectStmt' in node) this.open.push({ query: node.SelectStmt, isOuter });
  }

  private select(query: SelectStmt, isOuter: boolean): void {
    this.with(query.withClause);
    for (const side of [query.larg, query.rarg]) if (side) this.open.push({ query: side, isOuter });
    if (query.op && query.op !== 'SETOP_NONE') return;
    const scope = this.scopeOf(query.fromClause ?? [], isOuter);
    // ORDER BY and GROUP BY may mean the names of the result.
    this.expression(query.targetList, scope);
    this.expression(query.whereClause, scope);
  }

  scopeOf(from: readonly Node[], isOuter: boolean): Scope {
    const scope: Scope = { relations: new Map(), complete: isOuter && from.length === 1 };
    const items: (Node | undefined)[] = [...from];
    for (let item = items.pop(); item; item = items.pop()) {
      if ('RangeVar' in item) {
        const { alias, relname, schemaname } = item.RangeVar;
        const isQuery = !schemaname && this.queries.has(relname ?? '');
        // t(a, b) gives the columns other names.
        if (isQuery || alias?.colnames) scope.complete = false;
        else scope.relations.set(alias?.aliasname ?? relname ?? '', item.RangeVar);
        continue;
      }
      scope.complete = false;
      if ('JoinExpr' in item) {
        for (const side of [item.JoinExpr.larg, item.JoinExpr.rarg]) if (side) items.push(side);
        this.expression(item.JoinExpr.quals, scope);
      } else if ('RangeSubselect' in item) {
        // LATERAL sees what stands before it.
        this.query(item.RangeSubselect.subquery, false);
      }
    }
    return scope;
  }

  expression(value: unknown, scope: Scope): void {
    if (value !== undefined) this.open.push({ value, scope });
  }

  private look(value: unknown, scope: Scope): void {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      for (const item of value) this.open.push({ value: item, scope });
      return;
    }
    for (const [key, child] of Object.entries(value)) {
      if (key === 'ColumnRef') this.reference(child as { fields?: Node[]; location?: number }, scope);
      else if (key === 'SelectStmt') this.open.push({ query: child as SelectStmt, isOuter: false });
      else if (key !== 'typeName') this.open.push({ value: child, scope });
    }
  }

  private reference(
    { fields, location }: { fields?: Node[]; location?: number },
    { relations, complete }: Scope,
  ): void {
    const names = (fields ?? []).map((field) => ('String' in field ? (field.String.sval ?? '') : undefined));
    const [first, second] = names;
    if (names.includes(undefined) || first === undefined) return;
    if (names.length === 2 && second !== undefined) {
      const relation = relations.get(first);
      if (relation) this.add(relation, second, this.behind(location, second), false, true);
    } else if (names.length === 1 && complete && relations.size === 1 && !relations.has(first)) {
      for (const relation of relations.values()) this.add(relation, first, location, false, false);
    }
  }

  /** Where the name behind the dot begins, at the least. */
  private behind(location: number | undefined, name: string): number {
    const from = location ?? 0;
    const dot = this.tokens.findIndex(
      (token, index) => token.start >= from && token.kind === 'dot' && nameOf(this.tokens[index + 1] ?? token) === name,
    );
    return this.tokens[dot + 1]?.start ?? from;
  }
}

/** What an INSERT gives: the columns of its list, how many values a row has, whether one of them comes from a sequence. */
export interface Inserted {
  readonly names: readonly string[];
  /** Undefined for a query. */
  readonly width: number | undefined;
  readonly isFromSequence: boolean;
}

/** Undefined for anything but INSERT. */
export function insertedColumns(statement: ParsedStatement): Inserted | undefined {
  const { text, columnUses: uses } = statement;
  const named = uses.filter(({ isTarget }) => isTarget).map(({ column }) => column);
  if (named.length > 0) return { names: named, width: undefined, isFromSequence: /\bnextval\s*\(/i.test(text) };
  const { node } = statement;
  if (!node || !('InsertStmt' in node)) return undefined;
  const { selectStmt } = node.InsertStmt;
  const rows = selectStmt && 'SelectStmt' in selectStmt ? selectStmt.SelectStmt.valuesLists : undefined;
  const width = rows?.[0] && 'List' in rows[0] ? rows[0].List.items?.length : undefined;
  return { names: [], width, isFromSequence: selectStmt === undefined || /\bnextval\s*\(/i.test(text) };
}

/** The whole numbers that VALUES gives in one place of its rows; undefined where one of them is anything else. */
export function insertedNumbers({ node }: ParsedStatement, position: number): number[] | undefined {
  if (!node || !('InsertStmt' in node) || position < 0) return undefined;
  const { selectStmt } = node.InsertStmt;
  const rows = selectStmt && 'SelectStmt' in selectStmt ? selectStmt.SelectStmt.valuesLists : undefined;
  const found: number[] = [];
  for (const row of rows ?? []) {
    const value = 'List' in row ? row.List.items?.[position] : undefined;
    if (!value || !('A_Const' in value) || !value.A_Const.ival) return undefined;
    found.push(value.A_Const.ival.ival ?? 0);
  }
  return found.length > 0 ? found : undefined;
}
