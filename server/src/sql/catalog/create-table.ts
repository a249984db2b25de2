import type { Catalog } from './catalog.js';
import { addColumn, addWaiting, type Waiting } from './columns.js';
import { addConstraint, copyIndexed, copyKey, inheritCheck, remap, sameColumns } from './constraints.js';
import { copyIndex } from './indexes.js';
import { copyLike } from './like.js';
import { addToColumns, newColumn, newTable, placeOf, putNew, relationOrUnknown } from './make.js';
import type { CatalogObject, Column, Oid, Table } from './model.js';
import { optionMap } from './options.js';
import { rangeName, tableScope } from './scope.js';
import { fixed, type Source } from './source.js';
import { field, flag, has, inner, list, strings, tagOf, text, type Tree } from './tree.js';

const persistences: Readonly<Record<string, Table['persistence']>> = { u: 'unlogged', t: 'temporary' };

/** Replays CREATE TABLE and CREATE FOREIGN TABLE. */
export function createTable(source: Source, whole: Tree): void {
  const foreign = tagOf(whole) === 'CreateForeignTableStmt';
  const stmt = foreign ? field(inner(whole), 'base') : inner(whole);
  const { catalog } = source;
  const range = field(stmt, 'relation');
  const persistence = persistences[text(range, 'relpersistence') ?? ''] ?? 'permanent';
  const name = rangeName(range);
  const place = placeOf(catalog, name);
  const taken = catalog.candidates('relation', name.name).find((each) => each.schema === place.schema);
  if (taken && taken.origin !== 'unknown' && flag(stmt, 'if_not_exists')) return;
  if (taken && flag(stmt, 'if_not_exists')) return;
  if (taken) catalog.delete(taken.oid);
  const mayPredate =
    flag(stmt, 'if_not_exists') &&
    !catalog.isAbsent({ kind: 'table', name: name.name, schema: place.schema, parent: undefined });
  const partitionOf = has(stmt, 'partbound') ? parentOf(catalog, stmt) : undefined;
  const inherits = has(stmt, 'partbound')
    ? []
    : list(stmt, 'inhRelations').map((node) => relationOrUnknown(catalog, rangeName(inner(node))).oid);
  const at = source.at(range);
  const behind = source.behindName(at);
  const table = putNew(
    catalog,
    newTable(catalog, name, {
      origin: mayPredate ? 'mayPredate' : 'defined',
      persistence,
      partitionOf: partitionOf?.oid,
      inherits,
      ofType: typeOfTable(catalog, stmt),
      options: optionMap(list(stmt, 'options')),
      tablespace: text(stmt, 'tablespacename'),
      accessMethod: text(stmt, 'accessMethod'),
    }),
  );
  for (const parent of partitionOf ? [partitionOf.oid] : inherits) inheritColumns(catalog, parent, table.oid);
  typedColumns(catalog, table);
  const elements = list(stmt, 'tableElts');
  if (elements.length > 0) addElements(source, table, elements, behind);
  const tail = elements.length > 0 ? source.reader.behindBracket(source.reader.findOpen(behind)) : behind;
  if (partitionOf) inheritFromPartitioned(catalog, partitionOf, table.oid);
  for (const parent of inherits) for (const check of checksOf(catalog, parent)) inheritCheck(catalog, check);
  finish(source, whole, stmt, table, tail);
  // A new table has no rows that a constraint could be NOT VALID for: PostgreSQL passes over these words.
  if (!foreign)
    for (const each of catalog.childrenOfKind(table.oid, 'constraint'))
      if (!each.validated && !each.notEnforced) catalog.put({ ...each, validated: true });
  // What stands in it may be otherwise when the table was there before.
  if (mayPredate) for (const child of catalog.childrenOf(table.oid)) catalog.put({ ...child, origin: 'mayPredate' });
}

function checksOf(catalog: Catalog, table: Oid) {
  return catalog.childrenOfKind(table, 'constraint').filter((each) => each.type === 'CHECK' && !each.noInherit);
}

function parentOf(catalog: Catalog, stmt: Tree): CatalogObject | undefined {
  const [parent] = list(stmt, 'inhRelations');
  return parent ? relationOrUnknown(catalog, rangeName(inner(parent))) : undefined;
}

function typeOfTable(catalog: Catalog, stmt: Tree): Oid | undefined {
  if (!has(stmt, 'ofTypename')) return undefined;
  const names = strings(field(stmt, 'ofTypename'), 'names');
  return catalog.find('type', { schema: names.at(-2), name: names.at(-1) ?? '' })?.oid;
}

/** The clauses behind the columns, which need them. */
function finish(source: Source, whole: Tree, stmt: Tree, made: Table, tail: number): void {
  const { catalog } = source;
  const table = catalog.as('table', made.oid);
  if (!table) return;
  let changed: Table = table;
  if (has(stmt, 'partspec')) {
    const at = partitionByAt(source, tail);
    const [, close] = source.inParentheses(at);
    const own = columnPlaces(source, table, at, close);
    const params = list(field(stmt, 'partspec'), 'partParams').map((node) => field(inner(node), 'expr'));
    changed = { ...changed, partitionBy: source.cut(at + 2, close + 1, params, tableScope(table), own) };
  }
  if (has(stmt, 'partbound')) changed = { ...changed, bound: boundText(source, tail) };
  if (tagOf(whole) === 'CreateForeignTableStmt') {
    const server = text(inner(whole), 'servername') ?? '';
    const at = source.find(['OPTIONS'], tail);
    changed = { ...changed, foreign: { server, options: at < 0 ? [] : fixed(source.plain(at, source.end)) } };
  }
  catalog.put(changed);
}

/** The word PARTITION of PARTITION BY: PARTITION OF may stand before it. */
function partitionByAt(source: Source, from: number): number {
  let at = source.find(['PARTITION'], from);
  while (at >= 0 && source.word(at + 1) !== 'BY') at = source.find(['PARTITION'], at + 1);
  return at;
}

/** Names of columns that stand by themselves in a list, such as those of PARTITION BY. */
export function columnPlaces(source: Source, table: CatalogObject, from: number, to: number) {
  const [open, close] = source.inParentheses(from, to + 1);
  return source.reader.splitAtCommas(open, close).flatMap(([begin]) => {
    const name = source.nameAt(begin);
    const column = name === undefined ? undefined : source.catalog.column(table.oid, name);
    const isCall = source.tokens[begin + 1]?.kind === 'open';
    return column && !isCall
      ? [{ from: begin, to: begin + 1, pieces: [{ oid: column.oid, as: 'name' as const }] }]
      : [];
  });
}

/** FOR VALUES … or DEFAULT, without what stands behind it. */
export function boundText(source: Source, from: number) {
  const at = source.find(['FOR', 'DEFAULT'], from);
  if (at < 0) return undefined;
  const stop = source.find(
    ['PARTITION', 'SERVER', 'WITH', 'TABLESPACE', 'USING', 'CONCURRENTLY'],
    boundEnd(source, at),
  );
  return fixed(source.plain(at, stop < 0 ? source.end : stop));
}

/** Behind the parentheses of a bound: WITH stands in those of HASH. */
function boundEnd(source: Source, at: number): number {
  if (source.word(at) === 'DEFAULT') return at + 1;
  const first = source.reader.behindBracket(source.reader.findOpen(at));
  return source.word(first) === 'TO' ? source.reader.behindBracket(source.reader.findOpen(first)) : first;
}

function addElements(source: Source, table: Table, elements: readonly Tree[], behind: number): void {
  const { catalog } = source;
  const open = source.reader.findOpen(behind);
  const ranges = source.reader.splitAtCommas(open + 1, source.reader.behindBracket(open) - 1);
  const waiting: Waiting[] = [];
  const constraints: { node: Tree; from: number; to: number }[] = [];
  elements.forEach((element, index) => {
    const [from, to] = ranges[index] ?? [behind, behind];
    const current = catalog.get(table.oid) ?? table;
    if (tagOf(element) === 'ColumnDef') waiting.push(...addColumn(source, current, inner(element), from, to).waiting);
    else if (tagOf(element) === 'TableLikeClause') copyLike(source, current, inner(element));
    else constraints.push({ node: inner(element), from, to });
  });
  const current = catalog.get(table.oid) ?? table;
  const isKey = (node: Tree) => text(node, 'contype') === 'CONSTR_FOREIGN';
  const isPrimary = (node: Tree) => text(node, 'contype') === 'CONSTR_PRIMARY';
  const rank = (node: Tree) => (isPrimary(node) ? 0 : isKey(node) ? 2 : 1);
  const all = [
    ...waiting.map((each) => ({ ...each, run: () => addWaiting(source, current, [each]) })),
    ...constraints.map((each) => ({
      ...each,
      run: () => addConstraint(source, current, each.node, each.from, each.to),
    })),
  ];
  for (const each of all.sort((a, b) => rank(a.node) - rank(b.node))) each.run();
}

/** Copies the columns of a parent that an heir has not got by itself. */
export function inheritColumns(catalog: Catalog, parent: Oid, heir: Oid): void {
  const map = new Map<Oid, Oid>();
  for (const column of catalog.childrenOfKind(parent, 'column')) {
    const own = catalog.column(heir, column.name);
    if (own) {
      catalog.put({ ...own, inherited: true });
      map.set(column.oid, own.oid);
      continue;
    }
    map.set(column.oid, inheritColumn(catalog, column, heir, map).oid);
  }
}

export function inheritColumn(catalog: Catalog, column: Column, heir: Oid, map: ReadonlyMap<Oid, Oid>): Column {
  const copy = newColumn(catalog, heir, column.name, {
    ...column,
    oid: catalog.newOid(),
    parent: heir,
    inherited: true,
    local: false,
    identity: undefined,
    rights: new Map(),
    comment: undefined,
    statistics: undefined,
    options: new Map(),
    generated: column.generated && {
      ...column.generated,
      expression: remap(column.generated.expression, map),
    },
  });
  catalog.put(copy);
  addToColumns(catalog, heir, copy.oid);
  return copy;
}

/** What a partition takes over: constraints and indexes of the partitioned table. */
export function inheritFromPartitioned(catalog: Catalog, parent: CatalogObject, heir: Oid): void {
  const table = catalog.get(heir);
  if (!table) return;
  for (const constraint of catalog.childrenOfKind(parent.oid, 'constraint')) {
    if (constraint.type === 'CHECK' && !constraint.noInherit) inheritCheck(catalog, constraint);
    else if (constraint.type === 'FOREIGN KEY') {
      const same = catalog
        .childrenOfKind(heir, 'constraint')
        .find((each) => each.type === 'FOREIGN KEY' && !each.inherited && sameKey(catalog, each, constraint, heir));
      if (same) catalog.put({ ...same, inherited: true });
      else copyKey(catalog, constraint, table);
    }
  }
  for (const index of catalog.indexesOf(parent.oid)) {
    if (catalog.indexesOf(heir).some((each) => each.partOf === index.oid)) continue;
    const constraint = catalog.as('constraint', index.constraint);
    if (constraint) {
      if (!adoptConstraint(catalog, constraint, index.oid, heir)) copyIndexed(catalog, constraint, index, table);
    } else copyIndex(catalog, index, table);
  }
}

function sameKey(
  catalog: Catalog,
  own: { readonly columns: readonly Oid[]; readonly references: { readonly table: Oid } | undefined },
  above: { readonly columns: readonly Oid[]; readonly references: { readonly table: Oid } | undefined },
  heir: Oid,
): boolean {
  return (
    own.references?.table === above.references?.table &&
    own.columns.join() === sameColumns(catalog, above.columns, heir).join()
  );
}

/** A constraint that the partition has already becomes a part of the one above. */
function adoptConstraint(
  catalog: Catalog,
  above: { readonly type: string; readonly columns: readonly Oid[] },
  index: Oid,
  heir: Oid,
): boolean {
  const columns = sameColumns(catalog, above.columns, heir).join();
  const own = catalog
    .childrenOfKind(heir, 'constraint')
    .find((each) => each.type === above.type && !each.inherited && each.columns.join() === columns);
  if (!own) return false;
  catalog.put({ ...own, inherited: true });
  const behind = catalog.indexesOf(heir).find((each) => each.constraint === own.oid);
  if (behind) catalog.put({ ...behind, partOf: index });
  return true;
}

function typedColumns(catalog: Catalog, table: Table): void {
  if (table.ofType === undefined) return;
  const map = new Map<Oid, Oid>();
  for (const attribute of catalog.childrenOfKind(table.ofType, 'column')) {
    const copy = newColumn(catalog, table.oid, attribute.name, {
      type: attribute.type,
      typeKey: attribute.typeKey,
      collation: attribute.collation,
      inherited: true,
      local: false,
    });
    map.set(attribute.oid, copy.oid);
    catalog.put(copy);
    addToColumns(catalog, table.oid, copy.oid);
  }
}

/** CREATE TABLE AS, SELECT INTO: the names of the columns are known at best. */
export function createTableAs(
  source: Source,
  name: { schema: string | undefined; name: string },
  temporary: boolean,
  ifNotExists = false,
): Table | undefined {
  const { catalog } = source;
  const place = placeOf(catalog, name);
  const isNew = !ifNotExists || catalog.isAbsent({ kind: 'table', name: name.name, ...place, parent: undefined });
  if (catalog.candidates('relation', name.name).some((each) => each.schema === place.schema)) return undefined;
  return putNew(
    catalog,
    newTable(catalog, name, {
      persistence: temporary ? 'temporary' : 'permanent',
      origin: isNew || temporary ? 'defined' : 'mayPredate',
    }),
  );
}
