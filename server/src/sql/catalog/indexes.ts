import type { Catalog } from './catalog.js';
import { remap, sameColumns } from './constraints.js';
import { columnPlaces } from './create-table.js';
import { newConstraint, newIndex, relationOrUnknown } from './make.js';
import type { CatalogObject, Index, Oid } from './model.js';
import { indexColumnNames, relationNameFor } from './names.js';
import { optionMap } from './options.js';
import { oidsIn } from './print.js';
import { rangeName, tableScope } from './scope.js';
import type { Source } from './source.js';
import { field, flag, has, inner, list, text, type Tree } from './tree.js';

/** Replays CREATE INDEX. */
export function createIndex(source: Source, stmt: Tree): void {
  const { catalog } = source;
  const range = field(stmt, 'relation');
  const table = relationOrUnknown(catalog, rangeName(range));
  const elements = list(stmt, 'indexParams');
  const included = list(stmt, 'indexIncludingParams');
  const given = text(stmt, 'idxname');
  const isTaken =
    given !== undefined && catalog.candidates('relation', given).some((each) => each.schema === table.schema);
  if (isTaken && flag(stmt, 'if_not_exists')) return;
  const name =
    given ??
    relationNameFor(catalog, table.schema, [table.name, ...indexColumnNames([...elements, ...included])], 'idx');
  const behind = source.behindName(source.at(range));
  const [open, close] = source.inParentheses(behind);
  const own = columnPlaces(source, table, open - 1, close);
  const trees = elements.map((each) => field(inner(each), 'expr'));
  const scope = tableScope(table);
  const parts = source.reader.splitAtCommas(open, close).map(([from, to]) => source.cut(from, to, trees, scope, own));
  const whereAt = source.find(['WHERE'], close + 1);
  const where = has(stmt, 'whereClause') ? source.cut(whereAt + 1, source.end, [stmt.whereClause], scope) : undefined;
  const include = included.flatMap((each) => catalog.column(table.oid, text(inner(each), 'name') ?? '')?.oid ?? []);
  const mayPredate =
    flag(stmt, 'if_not_exists') && !catalog.isAbsent({ kind: 'index', name, schema: table.schema, parent: undefined });
  const index = newIndex(catalog, table, name, {
    origin: mayPredate ? 'mayPredate' : 'defined',
    unique: flag(stmt, 'unique'),
    method: text(stmt, 'accessMethod') ?? 'btree',
    elements: parts,
    include,
    nullsNotDistinct: flag(stmt, 'nulls_not_distinct'),
    options: optionMap(list(stmt, 'options')),
    tablespace: text(stmt, 'tableSpace'),
    where,
    only: range.inh !== true && isPartitioned(table),
    named: given !== undefined,
    needs: indexNeeds(catalog, table, parts, include, where),
  });
  catalog.put(index);
  if (!index.only) inheritIndex(catalog, index, table);
}

function isPartitioned(table: CatalogObject): boolean {
  return table.kind === 'table' && table.partitionBy !== undefined;
}

function indexNeeds(
  catalog: Catalog,
  _table: CatalogObject,
  parts: Index['elements'],
  include: readonly Oid[],
  where: Index['where'],
): Oid[] {
  return [...parts.flatMap(oidsIn), ...include, ...oidsIn(where)].filter((oid) => catalog.get(oid) !== undefined);
}

function inheritIndex(catalog: Catalog, index: Index, table: CatalogObject): void {
  for (const heir of catalog.heirsOf(table.oid)) {
    if (heir.partitionOf !== table.oid) continue;
    const copy = copyIndex(catalog, index, heir);
    inheritIndex(catalog, copy, heir);
  }
}

/** The part of a partitioned index on one partition: one that fits and is there already, else a new one. */
export function copyIndex(catalog: Catalog, index: Index, heir: CatalogObject): Index {
  const map = columnMap(catalog, index, heir.oid);
  const elements = index.elements.map((each) => remap(each, map));
  const where = index.where && remap(index.where, map);
  const fits = catalog.indexesOf(heir.oid).find((each) => {
    const sameShape = each.partOf === undefined && each.unique === index.unique && each.method === index.method;
    return sameShape && JSON.stringify([each.elements, each.where]) === JSON.stringify([elements, where]);
  });
  if (fits) {
    const adopted = { ...fits, partOf: index.oid };
    catalog.put(adopted);
    return adopted;
  }
  const names = [
    ...elements.map((each) => elementName(catalog, each)),
    ...index.include.map((oid) => catalog.get(oid)?.name ?? ''),
  ];
  const name = relationNameFor(catalog, heir.schema, [heir.name, ...unique(names)], 'idx');
  const include = sameColumns(catalog, index.include, heir.oid);
  const copy = newIndex(catalog, heir, name, {
    ...index,
    oid: catalog.newOid(),
    name,
    schema: heir.schema,
    qualified: heir.qualified,
    parent: heir.oid,
    elements,
    include,
    where,
    partOf: index.oid,
    only: false,
    comment: undefined,
    needs: indexNeeds(catalog, heir, elements, include, where),
  });
  catalog.put(copy);
  return copy;
}

function unique(names: readonly string[]): string[] {
  const found: string[] = [];
  for (const base of names) {
    let name = base;
    for (let count = 1; found.includes(name); count += 1) name = `${base}${count}`;
    found.push(name);
  }
  return found;
}

function elementName(catalog: Catalog, element: Index['elements'][number]): string {
  const [first] = element;
  if (first !== undefined && typeof first !== 'string') return catalog.get(first.oid)?.name ?? 'expr';
  return /^\(*\s*([a-z_][a-z0-9_]*)\s*\(/i.exec(typeof first === 'string' ? first : '')?.[1]?.toLowerCase() ?? 'expr';
}

function columnMap(catalog: Catalog, index: Index, heir: Oid): Map<Oid, Oid> {
  const columns = [...new Set([...index.needs, ...index.include])].filter((oid) => catalog.get(oid)?.kind === 'column');
  const same = columns.flatMap((oid) => {
    const found = catalog.column(heir, catalog.get(oid)?.name ?? '');
    return found ? [[oid, found.oid] as const] : [];
  });
  return new Map(same);
}

/** LIKE … INCLUDING INDEXES: an index or constraint of its own. */
export function copyIndexAsOwn(
  catalog: Catalog,
  index: Index,
  table: CatalogObject,
  map: ReadonlyMap<Oid, Oid>,
  withComment: boolean,
): void {
  const elements = index.elements.map((each) => remap(each, map));
  const include = index.include.flatMap((oid) => map.get(oid) ?? []);
  const where = index.where && remap(index.where, map);
  const names = [
    ...elements.map((each) => elementName(catalog, each)),
    ...include.map((oid) => catalog.get(oid)?.name ?? ''),
  ];
  const constraint = catalog.as('constraint', index.constraint);
  const primary = constraint?.type === 'PRIMARY KEY';
  const suffix = !constraint ? 'idx' : primary ? 'pkey' : constraint.type === 'UNIQUE' ? 'key' : 'excl';
  const parts = primary ? [table.name] : [table.name, ...unique(names)];
  const name = relationNameFor(catalog, table.schema, parts, suffix, constraint !== undefined);
  const columns = index.needs.flatMap((oid) => map.get(oid) ?? []);
  const made =
    constraint &&
    newConstraint(catalog, table.oid, name, {
      ...constraint,
      oid: catalog.newOid(),
      name,
      parent: table.oid,
      columns: constraint.columns.flatMap((oid) => map.get(oid) ?? []),
      definition: remap(constraint.definition, map),
      inherited: false,
      comment: withComment ? constraint.comment : undefined,
    });
  if (made) catalog.put(made);
  catalog.put(
    newIndex(catalog, table, name, {
      ...index,
      oid: catalog.newOid(),
      name,
      schema: table.schema,
      qualified: table.qualified,
      parent: table.oid,
      elements,
      include,
      where,
      constraint: made?.oid,
      partOf: undefined,
      comment: withComment ? index.comment : undefined,
      needs: columns,
    }),
  );
}
