import type { Node, RangeVar, SelectStmt, SubLink } from '@pgsql/types';
import type { ConditionColumn, RangeBound, RowCondition, RowSource, RowsWritten } from '../row-selection.js';
import { relationName, stringOf } from './names.js';
import type { Reader } from './reader.js';
import { type Compared, compared, constantOf, isAggregate, relationsIn } from './row-values.js';

/** Deeper conditions and queries are not looked into. */
const DEEPEST = 30;

/** What names mean at one place of a statement. */
export interface Scope {
  readonly relations: Map<string, RowSource>;
  readonly queries: Map<string, RowSource>;
  readonly outer: Scope | undefined;
}

interface Written {
  readonly relation?: RangeVar | undefined;
  /** FROM of an UPDATE, USING of a DELETE, the source of a MERGE. */
  readonly from?: readonly Node[] | undefined;
  readonly where?: Node | undefined;
  readonly withClause?: SelectStmt['withClause'];
}

/** The rows that UPDATE, DELETE or MERGE writes. `around`: the scope of a statement in whose WITH this one stands. */
export function rowsWritten(written: Written, reader: Reader, around?: Scope, depth = 0): RowsWritten {
  const finder = new Finder(reader);
  const scope = newScope(around);
  finder.with(written.withClause, scope, depth);
  const target = written.relation?.alias?.aliasname ?? written.relation?.relname ?? '';
  scope.relations.set(target, { isBounded: false, table: relationName(written.relation, reader) });
  const joins = finder.from(written.from, scope, depth);
  const own = finder.condition(written.where, scope, depth);
  return { target, relations: scope.relations, condition: allOf([own, ...joins]) };
}

/** The rows of a query; undefined where there is none, or where it is a list of VALUES. */
export function rowsOfQuery(
  query: Node | undefined,
  withClause: SelectStmt['withClause'],
  reader: Reader,
): RowSource | undefined {
  if (!query || !('SelectStmt' in query)) return undefined;
  const finder = new Finder(reader);
  const scope = newScope(undefined);
  finder.with(withClause, scope, 0);
  return finder.source(query, scope, 0);
}

/** What the WITH of a statement gives to a write that stands in it. */
export function scopeOfWith(withClause: SelectStmt['withClause'], reader: Reader): Scope {
  const scope = newScope(undefined);
  new Finder(reader).with(withClause, scope, 0);
  return scope;
}

function newScope(outer: Scope | undefined): Scope {
  return { relations: new Map(), queries: new Map(), outer };
}

const unknown: RowSource = { isBounded: false };
const bounded: RowSource = { isBounded: true };

/** Conditions that all have to hold, without those that every row fulfils. */
function allOf(parts: readonly RowCondition[]): RowCondition {
  const flat = parts.flatMap((part) => (part.kind === 'all' ? part.of : [part])).filter(({ kind }) => kind !== 'every');
  if (flat.some(({ kind }) => kind === 'never')) return { kind: 'never' };
  return flat.length > 1 ? { kind: 'all', of: flat } : (flat[0] ?? { kind: 'every' });
}

function anyOf(parts: readonly RowCondition[]): RowCondition {
  if (parts.some(({ kind }) => kind === 'every')) return { kind: 'every' };
  const left = parts.filter(({ kind }) => kind !== 'never');
  return left.length > 1 ? { kind: 'any', of: left } : (left[0] ?? { kind: 'never' });
}

class Finder {
  constructor(private readonly reader: Reader) {}

  with(clause: SelectStmt['withClause'], scope: Scope, depth: number): void {
    for (const node of clause?.ctes ?? []) {
      const cte = 'CommonTableExpr' in node ? node.CommonTableExpr : undefined;
      const { ctequery } = cte ?? {};
      // A recursive query gives more rows than its first part finds.
      const isRecursive =
        clause?.recursive && ctequery && 'SelectStmt' in ctequery && ctequery.SelectStmt.op !== 'SETOP_NONE';
      if (cte) scope.queries.set(cte.ctename ?? '', isRecursive ? unknown : this.source(ctequery, scope, depth));
    }
  }

  /** The rows of a query, or those that a write in WITH gives back. */
  source(node: Node | undefined, outer: Scope, depth: number): RowSource {
    if (!node || depth > DEEPEST) return unknown;
    if ('UpdateStmt' in node) {
      const { relation, fromClause, whereClause, withClause } = node.UpdateStmt;
      return {
        isBounded: false,
        query: rowsWritten(
          { relation, from: fromClause, where: whereClause, withClause },
          this.reader,
          outer,
          depth + 1,
        ),
      };
    }
    if ('DeleteStmt' in node) {
      const { relation, usingClause, whereClause, withClause } = node.DeleteStmt;
      return {
        isBounded: false,
        query: rowsWritten(
          { relation, from: usingClause, where: whereClause, withClause },
          this.reader,
          outer,
          depth + 1,
        ),
      };
    }
    if ('InsertStmt' in node)
      return node.InsertStmt.selectStmt ? this.source(node.InsertStmt.selectStmt, outer, depth + 1) : bounded;
    return 'SelectStmt' in node ? this.select(node.SelectStmt, outer, depth) : unknown;
  }

  private select(query: SelectStmt, outer: Scope, depth: number): RowSource {
    if (depth > DEEPEST) return unknown;
    if (query.valuesLists) return bounded;
    const limit = query.limitCount;
    // LIMIT ALL and LIMIT NULL are none.
    const isLimited = limit !== undefined && !('A_Const' in limit && limit.A_Const.isnull);
    if (query.op && query.op !== 'SETOP_NONE') {
      const parts = [query.larg, query.rarg].map((part) => (part ? this.select(part, outer, depth + 1) : bounded));
      return isLimited || parts.every(({ isBounded }) => isBounded) ? bounded : unknown;
    }
    const scope = newScope(outer);
    this.with(query.withClause, scope, depth + 1);
    const joins = this.from(query.fromClause, scope, depth + 1);
    if (scope.relations.size === 0) return bounded;
    const condition = allOf([this.condition(query.whereClause, scope, depth + 1), ...joins]);
    const rows = { relations: scope.relations, condition };
    if (!query.groupClause && (query.targetList ?? []).some(isAggregate))
      return { isBounded: true, isAggregate: true, query: rows };
    return { isBounded: isLimited, query: rows };
  }

  /** Notes the relations of FROM; gives the conditions of its inner joins. */
  from(items: readonly Node[] | undefined, scope: Scope, depth: number): RowCondition[] {
    const conditions: Node[] = [];
    const open: (Node | undefined)[] = [...(items ?? [])];
    for (let item = open.pop(); item; item = open.pop()) {
      if ('RangeVar' in item) {
        const { alias, relname = '', schemaname } = item.RangeVar;
        const query = schemaname === undefined ? named(relname, scope) : undefined;
        scope.relations.set(
          alias?.aliasname ?? relname,
          query ?? { isBounded: false, table: relationName(item.RangeVar, this.reader) },
        );
      } else if ('JoinExpr' in item) {
        const { larg, rarg, quals, jointype } = item.JoinExpr;
        if (larg) open.push(larg);
        if (rarg) open.push(rarg);
        if (quals && jointype === 'JOIN_INNER') conditions.push(quals);
      } else if ('RangeSubselect' in item) {
        const name = item.RangeSubselect.alias?.aliasname ?? `?${scope.relations.size}`;
        scope.relations.set(name, this.source(item.RangeSubselect.subquery, scope, depth + 1));
      } else if ('RangeFunction' in item) {
        // As many rows as its arguments say.
        scope.relations.set(item.RangeFunction.alias?.aliasname ?? `?${scope.relations.size}`, bounded);
      } else scope.relations.set(`?${scope.relations.size}`, unknown);
    }
    return conditions.map((each) => this.condition(each, scope, depth + 1));
  }

  condition(node: Node | undefined, scope: Scope, depth: number): RowCondition {
    if (!node) return { kind: 'every' };
    if (depth > DEEPEST) return { kind: 'other', of: [undefined] };
    const constant = constantOf(node);
    if (constant !== undefined) return { kind: constant === true || constant === 't' ? 'every' : 'never' };
    if ('BoolExpr' in node) return this.logical(node.BoolExpr.boolop, node.BoolExpr.args ?? [], scope, depth);
    if ('NullTest' in node) {
      const [column] = columnsOf(node.NullTest.arg, scope);
      const kind = node.NullTest.nulltesttype === 'IS_NULL' ? 'null' : 'not null';
      return column ? { kind, column } : other(node, scope);
    }
    if ('CurrentOfExpr' in node) return { kind: 'current' };
    if ('SubLink' in node) return this.subquery(node.SubLink, node, scope, depth);
    if ('A_Expr' in node) return this.comparison(node, scope, depth);
    return other(node, scope);
  }

  private logical(operator: string | undefined, args: readonly Node[], scope: Scope, depth: number): RowCondition {
    const parts = args.map((each) => this.condition(each, scope, depth + 1));
    if (operator === 'AND_EXPR') return allOf(parts);
    if (operator === 'OR_EXPR') return anyOf(parts);
    const [inner] = parts;
    if (inner?.kind === 'every') return { kind: 'never' };
    if (inner?.kind === 'never') return { kind: 'every' };
    if (inner?.kind === 'null') return { ...inner, kind: 'not null' };
    if (inner?.kind === 'not null') return { ...inner, kind: 'null' };
    return other(args, scope);
  }

  private comparison(node: Extract<Node, { A_Expr: unknown }>, scope: Scope, depth: number): RowCondition {
    const { kind, name, lexpr, rexpr } = node.A_Expr;
    const operator = stringOf(name?.at(-1));
    if (kind === 'AEXPR_BETWEEN' || kind === 'AEXPR_BETWEEN_SYM') return this.between(lexpr, rexpr, node, scope);
    if (kind === 'AEXPR_IN' && operator === '=') return this.listed(lexpr, listItems(rexpr), node, scope);
    if (kind === 'AEXPR_OP_ANY' && operator === '=') return this.inArray(lexpr, rexpr, node, scope, depth);
    if ((kind !== 'AEXPR_OP' && kind !== 'AEXPR_NOT_DISTINCT') || !lexpr || !rexpr) return other(node, scope);
    if (operator === '=' || kind === 'AEXPR_NOT_DISTINCT') return this.equal(lexpr, rexpr, node, scope, depth);
    if (operator === '>' || operator === '>=') return this.range(lexpr, rexpr, 'lower', node, scope);
    if (operator === '<' || operator === '<=') return this.range(lexpr, rexpr, 'upper', node, scope);
    return other(node, scope);
  }

  private equal(left: Node, right: Node, node: Node, scope: Scope, depth: number): RowCondition {
    const [one, two] = [constantOf(left), constantOf(right)];
    if (one !== undefined && two !== undefined) return { kind: one === two ? 'every' : 'never' };
    const [a, b] = [this.side(left, scope, depth), this.side(right, scope, depth)];
    const found = [fixed(a, b), fixed(b, a)].flatMap((each) => each ?? []);
    const [l, r] = [a.columns[0], b.columns[0]];
    if (a.columns.length === 1 && b.columns.length === 1 && l && r && l.of !== r.of)
      found.push({ kind: 'joined', left: l, right: r });
    if (found.length > 0) return allOf(found);
    const isComputed = (x: Compared, y: Compared): boolean =>
      x.of.length > 0 && y.isValue && y.names.length === 0 && !y.isFlag;
    if (isComputed(a, b) || isComputed(b, a)) return { kind: 'computed', of: relationsIn(node, scope) };
    return other(node, scope);
  }

  private side(node: Node, scope: Scope, depth: number): Compared {
    const known = compared(node, scope);
    const query = 'SubLink' in node ? node.SubLink : undefined;
    // A scalar subquery gives one value, and one for every row where it reads the row.
    if (query?.subLinkType !== 'EXPR_SUBLINK' || depth > DEEPEST) return known;
    return { ...known, isValue: known.of.length === 0, names: [] };
  }

  private range(left: Node, right: Node, side: 'lower' | 'upper', node: Node, scope: Scope): RowCondition {
    const turned = side === 'lower' ? 'upper' : 'lower';
    const [a, b] = [compared(left, scope), compared(right, scope)];
    const of = (column: Compared, value: Compared, bound: Node, where: 'lower' | 'upper'): RowCondition[] => {
      if (column.columns.length === 0 || !value.isValue) return [];
      const numbered = boundOf(bound);
      return [
        {
          kind: 'range',
          columns: column.columns,
          lower: where === 'lower' ? numbered : undefined,
          upper: where === 'upper' ? numbered : undefined,
          names: value.names,
        },
      ];
    };
    const found = [...of(a, b, right, side), ...of(b, a, left, turned)];
    return found.length > 0 ? allOf(found) : other(node, scope);
  }

  private between(left: Node | undefined, right: Node | undefined, node: Node, scope: Scope): RowCondition {
    const [low, high] = listItems(right);
    const columns = columnsOf(left, scope);
    if (columns.length === 0 || !low || !high) return other(node, scope);
    const [lower, upper] = [compared(low, scope), compared(high, scope)];
    if (!lower.isValue || !upper.isValue) return other(node, scope);
    return {
      kind: 'range',
      columns,
      lower: boundOf(low),
      upper: boundOf(high),
      names: [...lower.names, ...upper.names],
    };
  }

  private listed(left: Node | undefined, items: readonly Node[], node: Node, scope: Scope): RowCondition {
    const columns = columnsOf(left, scope);
    const values = items.map((each) => compared(each, scope));
    if (!values.every(({ isValue }) => isValue)) return other(node, scope);
    const names = values.flatMap((each) => each.names);
    if (columns.length === 0)
      return names.length > 0 ? other(node, scope) : { kind: 'computed', of: relationsIn(node, scope) };
    const isFlag = values.some((each) => each.isFlag);
    return { kind: 'values', columns, count: values.length, names, isFlag };
  }

  private inArray(
    left: Node | undefined,
    right: Node | undefined,
    node: Node,
    scope: Scope,
    depth: number,
  ): RowCondition {
    if (right && 'SubLink' in right) return this.chosen(left, right.SubLink, node, scope, depth);
    if (right && 'A_ArrayExpr' in right) return this.listed(left, right.A_ArrayExpr.elements ?? [], node, scope);
    if (right && 'TypeCast' in right && right.TypeCast.arg)
      return this.inArray(left, right.TypeCast.arg, node, scope, depth);
    const columns = columnsOf(left, scope);
    const array = right && compared(right, scope);
    if (columns.length === 0 || !array?.isValue) return other(node, scope);
    const literal = right && constantOf(right);
    const count = typeof literal === 'string' ? literal.split(',').length : undefined;
    return { kind: 'values', columns, count, names: array.names, isFlag: false };
  }

  private subquery(link: SubLink, node: Node, scope: Scope, depth: number): RowCondition {
    const operator = stringOf(link.operName?.at(-1));
    if (link.subLinkType === 'ANY_SUBLINK' && (operator === '' || operator === '='))
      return this.chosen(link.testexpr, link, node, scope, depth);
    return link.subLinkType === 'EXISTS_SUBLINK' ? this.exists(link, node, scope, depth) : other(node, scope);
  }

  private chosen(left: Node | undefined, link: SubLink, node: Node, scope: Scope, depth: number): RowCondition {
    const columns = columnsOf(left, scope);
    // A query that reads the row finds something else for every row.
    if (columns.length === 0 || relationsIn(link.subselect, scope).length > 0) return other(node, scope);
    return { kind: 'found', columns, by: this.source(link.subselect, scope, depth + 1) };
  }

  /** EXISTS (SELECT … FROM batch WHERE batch.id = t.id): a join with what FROM reads. */
  private exists(link: SubLink, node: Node, scope: Scope, depth: number): RowCondition {
    const source = this.source(link.subselect, scope, depth + 1);
    const { relations, condition } = source.query ?? {};
    const parts = condition?.kind === 'all' ? condition.of : condition ? [condition] : [];
    const joins = parts.flatMap((part) => {
      if (part.kind !== 'joined') return [];
      const [inner, outer] = relations?.has(part.left.of ?? '') ? [part.left, part.right] : [part.right, part.left];
      const by = inner.of === undefined ? undefined : relations?.get(inner.of);
      const isJoin = by && outer.of !== undefined && scope.relations.has(outer.of) && !relations?.has(outer.of);
      return isJoin ? [{ kind: 'found' as const, columns: [outer], by }] : [];
    });
    return joins.length > 0 ? allOf(joins) : other(node, scope);
  }
}

/** A query of WITH. */
function named(name: string, scope: Scope): RowSource | undefined {
  for (let each: Scope | undefined = scope; each; each = each.outer) {
    const found = each.queries.get(name);
    if (found) return found;
  }
  return undefined;
}

/** `column = value`; undefined where the sides are no such thing. */
function fixed(column: Compared, value: Compared): RowCondition | undefined {
  if (column.columns.length === 0 || !value.isValue) return undefined;
  return { kind: 'values', columns: column.columns, count: 1, names: value.names, isFlag: value.isFlag };
}

function columnsOf(node: Node | undefined, scope: Scope): readonly ConditionColumn[] {
  return node ? compared(node, scope).columns : [];
}

function other(tree: unknown, scope: Scope): RowCondition {
  return { kind: 'other', of: relationsIn(tree, scope) };
}

function listItems(node: Node | undefined): readonly Node[] {
  return node && 'List' in node ? (node.List.items ?? []) : [];
}

function boundOf(node: Node): RangeBound {
  const constant = constantOf(node);
  return typeof constant === 'number' ? constant : 'value';
}
