import type { Node, RangeVar, SelectStmt } from '@pgsql/types';
import type { CreateTrigger, CreateView, FunctionCall, ObjectName, UsedName, Uses } from '../action.js';
import { hasPlaceholder } from '../placeholders.js';
import { isAnyColumns, qualifiedName, relationName, stringOf, strings } from './names.js';
import type { Reader } from './reader.js';
import { columnsRead } from './view-columns.js';
import { viewOutputs } from './view-outputs.js';

/**
 * Every object below one, in the order of the text, without recursion: a tree of nested queries is deeper than the
 * stack of JavaScript. `visit` gives false for an object that is not to be looked into.
 */
function walk(tree: unknown, visit: (node: object) => boolean): void {
  const open: unknown[] = [tree];
  while (open.length > 0) {
    const node = open.pop();
    if (typeof node !== 'object' || node === null || !visit(node)) continue;
    const children = Object.values(node);
    for (let index = children.length - 1; index >= 0; index--) {
      const child = children[index];
      if (typeof child === 'object') open.push(child);
    }
  }
}

/** Every relation that a query names, common table expressions left out. A list is taken as one query. */
export function relationsRead(node: Node | readonly (unknown | undefined)[] | undefined, reader: Reader): ObjectName[] {
  const found: ObjectName[] = [];
  const ctes = new Set<string>();
  walk(node, (part) => {
    if ('CommonTableExpr' in part) ctes.add((part.CommonTableExpr as { ctename?: string }).ctename ?? '');
    // FOR UPDATE OF names what FROM has named already, by its alias.
    if ('LockingClause' in part) return false;
    if (!('RangeVar' in part)) return true;
    found.push(relationName(part.RangeVar as Parameters<typeof relationName>[0], reader));
    return false;
  });
  return found.filter((relation) => relation.schema !== undefined || !ctes.has(relation.name));
}

/** The relations whose rows a query locks: those of FROM beside FOR UPDATE, or those that OF names by their aliases. */
export function relationsLocked(node: Node | undefined, reader: Reader): ObjectName[] {
  const found: ObjectName[] = [];
  walk(node, (part) => {
    const { lockingClause, fromClause } = part as SelectStmt;
    if (!Array.isArray(lockingClause)) return true;
    const wanted = lockingClause.flatMap((each) =>
      'LockingClause' in each
        ? (each.LockingClause.lockedRels ?? []).map((of) => ('RangeVar' in of ? of.RangeVar.relname : undefined))
        : [],
    );
    walk(fromClause, (inner) => {
      if (!('RangeVar' in inner)) return true;
      const { alias, ...relation } = inner.RangeVar as RangeVar;
      if (wanted.length === 0 || wanted.includes(alias?.aliasname ?? relation.relname))
        found.push(relationName(relation, reader));
      return false;
    });
    return true;
  });
  return found;
}

/** Every function that a statement calls. */
export function callsOf(node: unknown): FunctionCall[] {
  const found: FunctionCall[] = [];
  walk(node, (part) => {
    if (!('FuncCall' in part)) return true;
    const { funcname, args } = part.FuncCall as { funcname?: readonly Node[]; args?: readonly Node[] };
    const { schema, name } = qualifiedName(strings(funcname));
    found.push({
      function: { schema: schema === 'pg_catalog' ? undefined : schema, name },
      strings: (args ?? []).map(literalOf),
    });
    return true;
  });
  return found;
}

/** 'x' and 'x'::regclass. */
function literalOf(node: Node): string | undefined {
  if ('TypeCast' in node) return node.TypeCast.arg && literalOf(node.TypeCast.arg);
  return 'A_Const' in node ? node.A_Const.sval?.sval : undefined;
}

/** The relations and the columns that expressions read; OLD and NEW are the rows of a table that the caller knows. */
export function usesOf(tree: unknown, reader: Reader): Uses {
  const mentions = mentionsOf(tree);
  const reads = relationsRead([tree], reader).filter(({ name }) => name !== 'old' && name !== 'new');
  return { reads, mentions, ...namesUsed(tree) };
}

/** The functions that a tree calls and the types that it casts to, each once. */
export function namesUsed(tree: unknown): Pick<Uses, 'calls' | 'types'> {
  const calls = new Map<string, UsedName>();
  const types = new Map<string, UsedName>();
  const note = (into: Map<string, UsedName>, parts: readonly Node[] | undefined): void => {
    const { schema, name } = qualifiedName(strings(parts));
    if (name !== '') into.set(`${schema ?? ''}.${name}`, { schema, name });
  };
  walk(tree, (part) => {
    if ('FuncCall' in part) note(calls, (part.FuncCall as { funcname?: readonly Node[] }).funcname);
    if ('names' in part && 'typemod' in part) note(types, (part as { names?: readonly Node[] }).names);
    return true;
  });
  const own = [...types.values()].filter(({ schema }) => schema !== 'pg_catalog');
  return { calls: [...calls.values()], types: own };
}

/** The columns that a view's query gives, undefined where a "*" or a placeholder hides them, and those that it reads. */
export function columnsOfQuery(
  query: Node | undefined,
  aliases: readonly Node[] | undefined,
  reader: Reader,
): Pick<CreateView, 'columns' | 'outputs' | 'uses' | 'calls' | 'types'> {
  let columns = outputOf(query)?.map((name, index) => (aliases?.[index] ? stringOf(aliases[index]) : name));
  if (columns && aliases && aliases.length > columns.length) columns = undefined;
  return { columns, outputs: viewOutputs(query), uses: columnsRead(query, reader), ...namesUsed(query) };
}

/** What an expression reads of OLD and NEW. */
export function rowsRead(tree: unknown): CreateTrigger['when'] {
  const read = { old: new Set<string>(), new: new Set<string>() };
  let hasSubquery = false;
  walk(tree, (part) => {
    if ('SubLink' in part) hasSubquery = true;
    if (!('ColumnRef' in part)) return true;
    const [row, column] = (part as { ColumnRef: { fields?: readonly Node[] } }).ColumnRef.fields ?? [];
    const name = stringOf(row);
    if (name === 'old' || name === 'new') read[name].add(column && 'String' in column ? stringOf(column) : '*');
    return false;
  });
  return { old: [...read.old], new: [...read.new], hasSubquery };
}

/** Every column that a query names in any place, undefined with a "*". */
function mentionsOf(query: unknown): string[] | undefined {
  const mentions = new Set<string>();
  let hasStar = false;
  walk(query, (value) => {
    if ('JoinExpr' in value) {
      const { usingClause, isNatural } = (value as { JoinExpr: { usingClause?: readonly Node[]; isNatural?: boolean } })
        .JoinExpr;
      if (isNatural) hasStar = true;
      for (const name of usingClause ?? []) mentions.add(stringOf(name));
    }
    if (!('ColumnRef' in value)) return true;
    const { fields } = (value as { ColumnRef: { fields?: readonly Node[] } }).ColumnRef;
    const last = fields?.[fields.length - 1];
    if (isAnyColumns(value as Node)) hasStar = true;
    else mentions.add(stringOf(last));
    return false;
  });
  return hasStar ? undefined : [...mentions];
}

/** The names of a query's columns, as FigureColname finds them for names, aliases and calls (parse_target.c). */
function outputOf(query: Node | undefined): (string | undefined)[] | undefined {
  let select = query && 'SelectStmt' in query ? query.SelectStmt : undefined;
  // UNION takes the names of its first branch.
  while (select?.larg) select = select.larg;
  if (!select?.targetList) return undefined;
  const names: (string | undefined)[] = [];
  for (const node of select.targetList) {
    const target = 'ResTarget' in node ? node.ResTarget : undefined;
    let value = target?.val;
    if (target?.name !== undefined) {
      if (hasPlaceholder(target.name)) return undefined;
      names.push(target.name);
      continue;
    }
    // A cast of a column keeps the column's name.
    while (value && 'TypeCast' in value) value = value.TypeCast.arg;
    if (isAnyColumns(value)) return undefined;
    if (value && 'ColumnRef' in value) names.push(stringOf(value.ColumnRef.fields?.at(-1)));
    else if (value && 'FuncCall' in value) {
      const { funcname } = value.FuncCall;
      names.push(stringOf(funcname?.[funcname.length - 1]));
    } else names.push(undefined);
  }
  return names;
}

/** Every relation that a statement names in any place, for statements of which no more is known. */
export function relationsNamed(node: Node, reader: Reader): ObjectName[] {
  const found: ObjectName[] = [];
  walk(node, (part) => {
    if (!('relname' in part) || typeof part.relname !== 'string') return true;
    found.push(relationName(part as RangeVar, reader));
    return false;
  });
  return found;
}

/** True when a query takes row locks (SELECT … FOR UPDATE). */
export function locksRows(node: Node | undefined): boolean {
  return node !== undefined && 'SelectStmt' in node && (node.SelectStmt.lockingClause?.length ?? 0) > 0;
}
