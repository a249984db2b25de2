import type { JoinExpr, Node, RangeVar, SelectStmt } from '@pgsql/types';
import type { ColumnsRead, ObjectName } from '../action.js';
import { relationName, stringOf } from './names.js';
import type { Reader } from './reader.js';

interface Entry {
  readonly relation: ObjectName;
  all: boolean;
  readonly columns: Set<string>;
  readonly certain: Set<string>;
}

/** One SELECT with what stands in its FROM. */
interface Level {
  readonly around: Level | undefined;
  /** By alias or name; undefined for a sub-query, a function and a common table expression, which have columns of their own. */
  readonly names: Map<string, Entry | undefined>;
  readonly entries: Entry[];
  /** Names of common table expressions. */
  readonly queries: Set<string>;
}

type Open =
  | { readonly select: SelectStmt; readonly around: Level | undefined }
  /** `loose`: a name may be one of the result, as in ORDER BY. */
  | { readonly value: unknown; readonly level: Level; readonly loose: boolean };

/**
 * What a query reads of each relation that it names. A name with its table counts for that table; one without may
 * belong to every relation of its SELECT and of those around it, and surely does where there is one only. `*` stands
 * for the relations of its own SELECT. From a list and not by recursion: queries nest deeper than JavaScript's stack.
 */
export function columnsRead(query: Node | undefined, reader: Reader): ColumnsRead[] {
  const open: Open[] = query && 'SelectStmt' in query ? [{ select: query.SelectStmt, around: undefined }] : [];
  const found: Entry[] = [];
  for (let next = open.pop(); next; next = open.pop()) {
    if ('select' in next) openLevel(next.select, next.around, open, found, reader);
    else look(next.value, next.level, next.loose, open);
  }
  return found.map(({ relation, all, columns, certain }) => ({
    relation,
    all,
    columns: [...columns],
    certain: [...certain],
  }));
}

function openLevel(select: SelectStmt, around: Level | undefined, open: Open[], found: Entry[], reader: Reader): void {
  const level: Level = { around, names: new Map(), entries: [], queries: new Set() };
  for (const node of select.withClause?.ctes ?? []) {
    if (!('CommonTableExpr' in node)) continue;
    level.queries.add(node.CommonTableExpr.ctename ?? '');
    open.push({ value: node.CommonTableExpr.ctequery, level, loose: false });
  }
  for (const side of [select.larg, select.rarg]) if (side) open.push({ select: side, around: level });
  const joins: JoinExpr[] = [];
  const items: Node[] = [...(select.fromClause ?? [])];
  for (let item = items.pop(); item; item = items.pop()) {
    if ('JoinExpr' in item) {
      joins.push(item.JoinExpr);
      for (const side of [item.JoinExpr.larg, item.JoinExpr.rarg]) if (side) items.push(side);
    } else if ('RangeVar' in item) addRelation(item.RangeVar, level, found, reader);
    else {
      const [body] = Object.values(item) as { alias?: { aliasname?: string } }[];
      if (body?.alias?.aliasname !== undefined) level.names.set(body.alias.aliasname, undefined);
      open.push({ value: item, level, loose: false });
    }
  }
  for (const { quals, usingClause, isNatural } of joins) {
    open.push({ value: quals, level, loose: false });
    for (const entry of level.entries) {
      // Which columns two tables have in common is not in the text.
      if (isNatural) entry.all = true;
      for (const name of usingClause ?? []) entry.columns.add(stringOf(name));
    }
  }
  const { withClause: _with, fromClause: _from, larg: _l, rarg: _r, sortClause, groupClause, ...rest } = select;
  open.push({ value: rest, level, loose: false }, { value: [sortClause, groupClause], level, loose: true });
}

function addRelation(relation: RangeVar, level: Level, found: Entry[], reader: Reader): void {
  const name = relation.alias?.aliasname ?? relation.relname ?? '';
  const isQuery = (each: Level | undefined): boolean =>
    each !== undefined && (each.queries.has(relation.relname ?? '') || isQuery(each.around));
  // t(a, b) gives the columns other names.
  if (relation.alias?.colnames || (relation.schemaname === undefined && isQuery(level))) {
    level.names.set(name, undefined);
    return;
  }
  const entry: Entry = {
    relation: relationName(relation, reader),
    all: false,
    columns: new Set(),
    certain: new Set(),
  };
  level.names.set(name, entry);
  level.entries.push(entry);
  found.push(entry);
}

function look(value: unknown, level: Level, loose: boolean, open: Open[]): void {
  if (typeof value !== 'object' || value === null) return;
  if ('ColumnRef' in value) {
    reference((value as { ColumnRef: { fields?: readonly Node[] } }).ColumnRef.fields ?? [], level, loose);
    return;
  }
  if ('SelectStmt' in value) {
    open.push({ select: value.SelectStmt as SelectStmt, around: level });
    return;
  }
  for (const child of Object.values(value)) open.push({ value: child, level, loose });
}

function reference(fields: readonly Node[], level: Level, loose: boolean): void {
  const last = fields.at(-1);
  const isStar = last !== undefined && 'A_Star' in last;
  if (fields.length > 1) {
    const entry = named(stringOf(fields.at(-2)), level);
    if (!entry) return;
    if (isStar) entry.all = true;
    else entry.certain.add(stringOf(last));
    return;
  }
  if (isStar) {
    for (const entry of level.entries) entry.all = true;
    return;
  }
  const column = stringOf(last);
  // A whole row depends on the table, and on no column of it.
  if (level.names.has(column)) return;
  const isAlone = level.around === undefined && level.entries.length === 1 && level.names.size === 1;
  for (let each: Level | undefined = level; each; each = each.around)
    for (const entry of each.entries) (isAlone && !loose ? entry.certain : entry.columns).add(column);
}

function named(name: string, level: Level): Entry | undefined {
  for (let each: Level | undefined = level; each; each = each.around)
    if (each.names.has(name)) return each.names.get(name);
  return undefined;
}
