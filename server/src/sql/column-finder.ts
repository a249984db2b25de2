import type { MergeWhenClause, Node, ReturningClause, RangeVar, SelectStmt } from '@pgsql/types';
import type { Token } from './lexer.js';
import { nameOf } from './lexer.js';
import { isOutput, outputsOf, type QueryScope, relationsBelow, type Source, sourceNamed } from './query-scope.js';
import type { Span } from './span.js';

import type { ColumnUse, NamesUsed, RelationName, StrayName } from './column-uses.js';

type Open =
  | { readonly query: SelectStmt; readonly outer: QueryScope | undefined }
  | { readonly statement: Node; readonly outer: QueryScope | undefined }
  | { readonly value: unknown; readonly scope: QueryScope };

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

function newScope(outer: QueryScope | undefined): QueryScope {
  return { sources: new Map(), queries: new Map(), outer, isHidden: false };
}

/** Works through what is open from a list and not by recursion: queries nest deeper than the stack of JavaScript. */
export class Finder {
  private readonly found: ColumnUse[] = [];
  private readonly stray: StrayName[] = [];
  private readonly open: Open[] = [];

  constructor(private readonly tokens: readonly Token[]) {}

  /** What was found, in the order of the text. */
  finish(): NamesUsed {
    for (let next = this.open.pop(); next; next = this.open.pop()) {
      if ('query' in next) this.select(next.query, next.outer);
      else if ('statement' in next) this.statement(next.statement, next.outer);
      else this.look(next.value, next.scope);
    }
    const byPlace = (a: { span: Span }, b: { span: Span }): number => a.span.start - b.span.start;
    return { columns: kept(this.found.sort(byPlace)), stray: kept(this.stray.sort(byPlace)) };
  }

  statement(node: Node, outer: QueryScope | undefined): void {
    const scope = newScope(outer);
    if ('SelectStmt' in node) this.query(node, outer);
    else if ('UpdateStmt' in node) {
      const { relation, targetList, fromClause, whereClause, withClause, returningClause } = node.UpdateStmt;
      this.with(withClause, scope);
      this.from([...(relation ? [{ RangeVar: relation }] : []), ...(fromClause ?? [])], scope);
      this.targets(relation, targetList, scope);
      this.expression(whereClause, scope);
      this.returning(returningClause, scope);
    } else if ('DeleteStmt' in node) {
      const { relation, usingClause, whereClause, withClause, returningClause } = node.DeleteStmt;
      this.with(withClause, scope);
      this.from([...(relation ? [{ RangeVar: relation }] : []), ...(usingClause ?? [])], scope);
      this.expression(whereClause, scope);
      this.returning(returningClause, scope);
    } else if ('InsertStmt' in node) {
      const { relation, cols, selectStmt, withClause, onConflictClause, returningClause } = node.InsertStmt;
      this.with(withClause, scope);
      this.targets(relation, cols, scope);
      this.query(selectStmt, scope);
      const own = newScope(scope);
      if (relation) this.from([{ RangeVar: relation }], own);
      if (onConflictClause) this.onConflict(onConflictClause, relation, own);
      this.returning(returningClause, own);
    } else if ('MergeStmt' in node) {
      const { relation, sourceRelation, joinCondition, mergeWhenClauses, withClause } = node.MergeStmt;
      this.with(withClause, scope);
      this.from([...(relation ? [{ RangeVar: relation }] : []), ...(sourceRelation ? [sourceRelation] : [])], scope);
      this.expression(joinCondition, scope);
      for (const each of mergeWhenClauses ?? [])
        if ('MergeWhenClause' in each) this.when(each.MergeWhenClause, relation, scope);
    } else if ('CopyStmt' in node) {
      const { relation, attlist, query } = node.CopyStmt;
      this.named(relation, attlist);
      if (query) this.statement(query, undefined);
    } else if ('VacuumStmt' in node) {
      for (const each of node.VacuumStmt.rels ?? [])
        if ('VacuumRelation' in each) this.named(each.VacuumRelation.relation, each.VacuumRelation.va_cols);
    } else if ('ViewStmt' in node) this.query(node.ViewStmt.query, undefined);
    else if ('CreateTableAsStmt' in node) this.query(node.CreateTableAsStmt.query, undefined);
    else this.onTable(node, scope);
  }

  /** Expressions about the rows of one table. */
  private onTable(node: Node, scope: QueryScope): void {
    if ('CreatePolicyStmt' in node || 'AlterPolicyStmt' in node) {
      const { table, qual, with_check } = 'CreatePolicyStmt' in node ? node.CreatePolicyStmt : node.AlterPolicyStmt;
      if (table) this.from([{ RangeVar: table }], scope);
      this.expression([qual, with_check], scope);
    } else if ('CreateStatsStmt' in node) {
      const { relations, exprs } = node.CreateStatsStmt;
      this.from(relations, scope);
      const [only] = relations ?? [];
      for (const each of exprs ?? []) {
        if (!('StatsElem' in each)) continue;
        const { name, expr } = each.StatsElem;
        if (name !== undefined && only && 'RangeVar' in only) this.add(only.RangeVar, name, undefined, true, false);
        this.expression(expr, scope);
      }
    } else if ('CreateTrigStmt' in node || 'RuleStmt' in node) {
      const { relation, whenClause, whereClause, actions } =
        'RuleStmt' in node
          ? { ...node.RuleStmt, whenClause: undefined }
          : { ...node.CreateTrigStmt, whereClause: undefined, actions: undefined };
      // OLD and NEW are rows of the table.
      for (const name of ['old', 'new']) scope.sources.set(name, relation ? { range: relation } : {});
      this.expression([whenClause, whereClause], scope);
      for (const action of actions ?? []) this.statement(action, scope);
    } else if ('CreatePublicationStmt' in node || 'AlterPublicationStmt' in node) {
      const { pubobjects } = 'CreatePublicationStmt' in node ? node.CreatePublicationStmt : node.AlterPublicationStmt;
      for (const each of pubobjects ?? []) {
        const table = 'PublicationObjSpec' in each ? each.PublicationObjSpec.pubtable : undefined;
        const own = newScope(undefined);
        if (table?.relation) this.from([{ RangeVar: table.relation }], own);
        this.named(table?.relation, table?.columns);
        this.expression(table?.whereClause, own);
      }
    }
  }

  private onConflict(
    clause: { infer?: unknown; targetList?: readonly Node[]; whereClause?: Node },
    relation: RangeVar | undefined,
    own: QueryScope,
  ): void {
    const { indexElems, whereClause } = (clause.infer ?? {}) as { indexElems?: readonly Node[]; whereClause?: Node };
    for (const each of indexElems ?? []) {
      if (!('IndexElem' in each)) continue;
      const { name, expr } = each.IndexElem;
      if (relation && name !== undefined) this.add(relation, name, undefined, true, false);
      this.expression(expr, own);
    }
    this.expression(whereClause, own);
    const scope = newScope(own);
    if (relation) scope.sources.set('excluded', { range: relation });
    // What stands alone can only be of the table itself.
    scope.isHidden = true;
    this.targets(relation, clause.targetList, scope);
    this.expression(clause.whereClause, scope);
  }

  private when(
    { condition, targetList, values, commandType }: MergeWhenClause,
    relation: RangeVar | undefined,
    scope: QueryScope,
  ): void {
    this.expression(condition, scope);
    this.expression(values, scope);
    if (commandType === 'CMD_UPDATE' || commandType === 'CMD_INSERT') this.targets(relation, targetList, scope);
  }

  private returning(clause: ReturningClause | undefined, scope: QueryScope): void {
    const inner = newScope(scope);
    // PostgreSQL 18 gives both rows, under these names or others.
    for (const name of ['old', 'new']) inner.sources.set(name, {});
    inner.isHidden = (clause?.options?.length ?? 0) > 0;
    for (const each of clause?.exprs ?? []) {
      const value = 'ResTarget' in each ? each.ResTarget.val : undefined;
      const isAlone = value && 'ColumnRef' in value && (value.ColumnRef.fields ?? []).length === 1;
      this.expression(value, isAlone ? scope : inner);
    }
  }

  /** The columns of SET and of the list of INSERT, with the values that are set. */
  private targets(relation: RangeVar | undefined, list: readonly Node[] | undefined, scope: QueryScope): void {
    for (const target of list ?? []) {
      if (!('ResTarget' in target)) continue;
      const { name, location, val } = target.ResTarget;
      if (relation && name) this.add(relation, name, location, true, false);
      this.expression(val, scope);
    }
  }

  private named(relation: RangeVar | undefined, list: readonly Node[] | undefined): void {
    for (const each of list ?? [])
      if (relation && 'String' in each) this.add(relation, each.String.sval ?? '', relation.location, true, false);
  }

  private add(
    relation: RangeVar,
    column: string,
    location: number | undefined,
    isTarget: boolean,
    isQualified: boolean,
  ): void {
    const span = relation.relname ? this.spanOf(column, location) : undefined;
    if (span) this.found.push({ relation: nameIn(relation), column, span, isTarget, isQualified });
  }

  private spanOf(name: string, location: number | undefined): Span | undefined {
    const isName = ({ kind }: Token): boolean => kind === 'word' || kind === 'quoted';
    let index = firstAt(this.tokens, location ?? 0);
    for (let each = this.tokens[index]; each && !(isName(each) && nameOf(each) === name); each = this.tokens[index])
      index++;
    const token = this.tokens[index];
    return token && { start: token.start, end: token.end };
  }

  /** WITH queries are relations of their own; they are looked into all the same. */
  private with(clause: SelectStmt['withClause'], scope: QueryScope): void {
    for (const node of clause?.ctes ?? []) {
      if (!('CommonTableExpr' in node)) continue;
      const { ctename = '', ctequery, aliascolnames, search_clause, cycle_clause } = node.CommonTableExpr;
      const outputs = search_clause || cycle_clause ? undefined : outputsOf(ctequery, scope, aliascolnames);
      scope.queries.set(ctename, outputs);
      if (ctequery)
        this.open.push({ statement: ctequery, outer: { ...newScope(scope.outer), queries: scope.queries } });
    }
  }

  private query(node: Node | undefined, outer: QueryScope | undefined): void {
    if (node && 'SelectStmt' in node) this.open.push({ query: node.SelectStmt, outer });
  }

  private select(query: SelectStmt, outer: QueryScope | undefined): void {
    const scope = newScope(outer);
    this.with(query.withClause, scope);
    for (const side of [query.larg, query.rarg]) if (side) this.open.push({ query: side, outer: scope });
    // ORDER BY of a UNION means the names of its result.
    if (query.op && query.op !== 'SETOP_NONE') return;
    this.from(query.fromClause, scope);
    this.expression([query.targetList, query.whereClause, query.havingClause, query.distinctClause], scope);
    this.expression([query.valuesLists, query.windowClause], scope);
    for (const each of [...(query.sortClause ?? []), ...(query.groupClause ?? [])])
      if (!isOutput(each, query)) this.expression(each, scope);
  }

  private from(list: readonly Node[] | undefined, scope: QueryScope): void {
    const items: (Node | undefined)[] = [...(list ?? [])];
    for (let item = items.pop(); item; item = items.pop()) {
      if ('RangeVar' in item) this.relation(item.RangeVar, scope);
      else if ('RangeTableSample' in item) items.push(item.RangeTableSample.relation);
      else if ('JoinExpr' in item) {
        const { larg, rarg, quals, usingClause, alias, join_using_alias } = item.JoinExpr;
        for (const side of [larg, rarg]) {
          items.push(side);
          // Both sides have the columns of USING.
          if (side && 'RangeVar' in side && !side.RangeVar.alias?.colnames)
            for (const each of usingClause ?? []) this.using(each, side.RangeVar, scope);
        }
        this.expression(quals, scope);
        if (alias || join_using_alias) scope.isHidden = true;
      } else if ('RangeSubselect' in item) {
        const { subquery, alias, lateral } = item.RangeSubselect;
        const outputs = outputsOf(subquery, scope, alias?.colnames);
        scope.sources.set(alias?.aliasname ?? `?${scope.sources.size}`, outputs ? { outputs } : {});
        // Without LATERAL it does not see what stands beside it.
        this.query(subquery, lateral ? scope : { ...newScope(scope.outer), queries: scope.queries });
      } else {
        // A function by itself is called by its name.
        scope.isHidden = true;
        const [body] = Object.values(item) as { alias?: { aliasname?: string } }[];
        scope.sources.set(body?.alias?.aliasname ?? `?${scope.sources.size}`, {});
        this.expression(item, scope);
      }
    }
  }

  private using(column: Node, relation: RangeVar, scope: QueryScope): void {
    const name = 'String' in column ? (column.String.sval ?? '') : '';
    const isQuery = !relation.schemaname && sourceNamed(relation.relname ?? '', scope) !== undefined;
    const span = isQuery ? undefined : this.spanOf(name, relation.location);
    if (span) this.stray.push({ kind: 'column', relations: [nameIn(relation)], column: name, span });
  }

  private relation(relation: RangeVar, scope: QueryScope): void {
    const { alias, relname = '', schemaname } = relation;
    const query = schemaname === undefined ? sourceNamed(relname, scope) : undefined;
    const name = alias?.aliasname ?? relname;
    // t(a, b) gives the columns other names; two relations of one name in two schemas are known apart by those.
    const isOpaque = alias?.colnames !== undefined || scope.sources.has(name);
    scope.sources.set(name, isOpaque ? {} : (query ?? { range: relation }));
  }

  private expression(value: unknown, scope: QueryScope): void {
    if (value !== undefined) this.open.push({ value, scope });
  }

  private look(value: unknown, scope: QueryScope): void {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      for (const item of value) if (typeof item === 'object') this.open.push({ value: item, scope });
      return;
    }
    for (const [key, child] of Object.entries(value)) {
      if (typeof child !== 'object' || key === 'A_Const') continue;
      if (key === 'ColumnRef') this.reference(child as { fields?: Node[]; location?: number }, scope);
      else if (key === 'SelectStmt') this.open.push({ query: child as SelectStmt, outer: scope });
      else if (key !== 'typeName' && key !== 'RangeVar') this.open.push({ value: child, scope });
    }
  }

  private reference({ fields, location }: { fields?: Node[]; location?: number }, scope: QueryScope): void {
    const names = (fields ?? []).map((field) => ('String' in field ? (field.String.sval ?? '') : undefined));
    const [first, second] = names;
    if (first === undefined || names.length > 2) return;
    if (names.length === 2) this.qualified(first, second, location, scope);
    else this.alone(first, location, scope);
  }

  private qualified(name: string, column: string | undefined, location: number | undefined, scope: QueryScope): void {
    let source: Source | undefined;
    let isHidden = false;
    for (let each: QueryScope | undefined = scope; each && !source; each = each.outer) {
      source = each.sources.get(name);
      isHidden ||= each.isHidden;
    }
    const at = this.spanOf(name, location);
    if (!source) {
      // What stands in FROM under another name is not seen by its own.
      const hidden = relationsBelow(scope).find(
        ([, range]) => range.relname === name && range.schemaname === undefined,
      );
      if (!isHidden && at) this.stray.push({ kind: 'relation', name, span: at, alias: hidden?.[0] });
      return;
    }
    if (column === undefined || !at) return;
    if (source.range) this.add(source.range, column, at.end, false, true);
    else if (source.outputs && !source.outputs.includes(column)) {
      const span = this.spanOf(column, at.end);
      if (span) this.stray.push({ kind: 'output', query: name, column, span, outputs: source.outputs });
    }
  }

  private alone(name: string, location: number | undefined, scope: QueryScope): void {
    const ranges: RangeVar[] = [];
    const outputs: string[] = [];
    let levels = 0;
    for (let each: QueryScope | undefined = scope; each; each = each.outer) {
      if (each.isHidden || each.sources.has(name)) return;
      if (each.sources.size > 0) levels++;
      for (const source of each.sources.values()) {
        if (source.range) ranges.push(source.range);
        else if (!source.outputs || source.outputs.includes(name)) return;
        else outputs.push(...source.outputs);
      }
    }
    const [only] = ranges;
    if (levels === 0) return;
    if (only && levels === 1 && ranges.length === 1 && outputs.length === 0)
      this.add(only, name, location, false, false);
    else {
      const span = this.spanOf(name, location);
      if (!span) return;
      if (ranges.length > 0) this.stray.push({ kind: 'column', relations: ranges.map(nameIn), column: name, span });
      else this.stray.push({ kind: 'output', query: '', column: name, span, outputs });
    }
  }
}

const nothing: readonly never[] = [];

/** Of most statements nothing is found, and all of them are kept: one empty list is enough. */
function kept<T>(list: readonly T[]): readonly T[] {
  return list.length === 0 ? nothing : list;
}

function nameIn({ schemaname, relname = '' }: RangeVar): RelationName {
  return { schema: schemaname, name: relname };
}
