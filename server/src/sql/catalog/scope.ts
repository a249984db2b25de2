import type { Catalog, Name } from './catalog.js';
import type { Column, Oid } from './model.js';
import { as, field, list, tagOf, text, type Tree } from './tree.js';

/** What stands in a FROM, or a table whose columns an expression may name. */
export interface Entry {
  readonly alias: string;
  /** Undefined for a subquery, a function, a table that no file knows. */
  readonly relation: Oid | undefined;
  /** The word before the dot is the table's own name. */
  readonly ownName: boolean;
}

export interface Scope {
  readonly entries: readonly Entry[];
  readonly around: Scope | undefined;
  /** Names of WITH queries, which hide relations. */
  readonly hidden: ReadonlySet<string>;
  /** Names that the select list gives, for ORDER BY. */
  readonly outputs: ReadonlySet<string>;
}

export function scopeOf(entries: readonly Entry[], around?: Scope): Scope {
  return { entries, around, hidden: new Set(), outputs: new Set() };
}

/** The scope of an expression that belongs to one table. */
export function tableScope(table: { readonly oid: Oid; readonly name: string }, more: readonly string[] = []): Scope {
  return scopeOf([
    { alias: table.name, relation: table.oid, ownName: true },
    ...more.map((alias) => ({ alias, relation: table.oid, ownName: false })),
  ]);
}

export function rangeName(range: Tree): Name {
  const isTemporary = text(range, 'relpersistence') === 't';
  return { schema: isTemporary ? 'pg_temp' : text(range, 'schemaname'), name: text(range, 'relname') ?? '' };
}

/** The scope inside a SELECT. */
export function selectScope(select: Tree, catalog: Catalog, around: Scope | undefined): Scope {
  const hidden = new Set(around?.hidden);
  for (const cte of list(field(select, 'withClause'), 'ctes')) {
    const name = text(field(cte, 'CommonTableExpr'), 'ctename');
    if (name !== undefined) hidden.add(name);
  }
  const entries: Entry[] = [];
  for (const item of list(select, 'fromClause')) addEntries(item, catalog, hidden, entries);
  const outputs = new Set<string>();
  for (const target of list(select, 'targetList')) {
    const name = text(field(target, 'ResTarget'), 'name');
    if (name !== undefined) outputs.add(name);
  }
  return { entries, around, hidden, outputs };
}

function addEntries(item: Tree, catalog: Catalog, hidden: ReadonlySet<string>, entries: Entry[]): void {
  const range = as(item, 'RangeVar');
  if (range) {
    const name = rangeName(range);
    const isHidden = name.schema === undefined && hidden.has(name.name);
    const relation = isHidden ? undefined : catalog.relation(name)?.oid;
    const alias = text(field(range, 'alias'), 'aliasname');
    // Columns that are named anew (AS t (a, b)) are not followed.
    const renamed = list(field(range, 'alias'), 'colnames').length > 0;
    entries.push({
      alias: alias ?? name.name,
      relation: renamed ? undefined : relation,
      ownName: alias === undefined,
    });
    return;
  }
  const join = as(item, 'JoinExpr');
  if (join) {
    addEntries(field(join, 'larg'), catalog, hidden, entries);
    addEntries(field(join, 'rarg'), catalog, hidden, entries);
    return;
  }
  const content = field(item, tagOf(item));
  entries.push({ alias: text(field(content, 'alias'), 'aliasname') ?? '', relation: undefined, ownName: false });
}

export type FoundColumn =
  | { readonly kind: 'column'; readonly column: Column; readonly entry: Entry }
  | { readonly kind: 'none' }
  /** It may be a column of what is not known. */
  | { readonly kind: 'unsure' };

/** The column that a name without a table means. */
export function columnNamed(name: string, scope: Scope | undefined, catalog: Catalog): FoundColumn {
  let open = false;
  for (let level = scope; level; level = level.around) {
    let found: { column: Column; entry: Entry } | undefined;
    let count = 0;
    for (const entry of level.entries) {
      const column = catalog.column(entry.relation, name);
      if (!column) continue;
      count += found?.column.oid === column.oid ? 0 : 1;
      found ??= { column, entry };
    }
    // It may also come from an inner subquery whose names are not known. JOIN … USING: the name stands for both.
    if (found) return count === 1 && !open ? { kind: 'column', ...found } : { kind: 'unsure' };
    open ||= level.entries.some((entry) => entry.relation === undefined);
  }
  return { kind: 'none' };
}

export function entryNamed(alias: string, scope: Scope | undefined): Entry | undefined {
  for (let level = scope; level; level = level.around) {
    const entry = level.entries.find((each) => each.alias === alias);
    if (entry) return entry;
  }
  return undefined;
}

export function isHidden(name: Name, scope: Scope | undefined): boolean {
  return name.schema === undefined && (scope?.hidden.has(name.name) ?? false);
}
