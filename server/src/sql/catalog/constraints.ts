import { quoteIdentifier } from '../quote.js';
import type { Catalog } from './catalog.js';
import { optionMap } from './options.js';
import { columnOrUnknown, newConstraint, newIndex, relationOrUnknown } from './make.js';
import type { CatalogObject, Column, Constraint, ConstraintType, Index, Oid, Ref, SqlText } from './model.js';
import { constraintNameFor, indexColumnNames, relationNameFor } from './names.js';
import { findRefs, type Place } from './refs.js';
import { rangeName, tableScope } from './scope.js';
import type { Source } from './source.js';
import { field, flag, inner, list, strings, text, type Tree } from './tree.js';

const types: Readonly<Record<string, ConstraintType>> = {
  CONSTR_PRIMARY: 'PRIMARY KEY',
  CONSTR_UNIQUE: 'UNIQUE',
  CONSTR_CHECK: 'CHECK',
  CONSTR_FOREIGN: 'FOREIGN KEY',
  CONSTR_EXCLUSION: 'EXCLUDE',
  CONSTR_NOTNULL: 'NOT NULL',
};

/** Joins column names, each left open. */
export function columnList(oids: readonly Oid[]): (string | Ref)[] {
  return oids.flatMap((oid, index) =>
    index === 0 ? [{ oid, as: 'name' } as const] : [', ', { oid, as: 'name' } as const],
  );
}

/**
 * Makes a constraint of a table, with the index that PostgreSQL builds for it, and those of its partitions and heirs.
 * In: the node, its tokens, and the column at which it stands.
 */
export function addConstraint(
  source: Source,
  table: CatalogObject,
  node: Tree,
  from: number,
  to: number,
  atColumn?: Column,
): void {
  const type = types[text(node, 'contype') ?? ''];
  if (type === undefined) return;
  const { catalog } = source;
  if (type === 'NOT NULL') {
    for (const name of strings(node, 'keys')) {
      const column = columnOrUnknown(catalog, table, name);
      catalog.put({ ...column, notNull: true });
    }
    return;
  }
  const given = text(node, 'conname');
  const flags = {
    type,
    deferrable: flag(node, 'deferrable'),
    deferred: flag(node, 'initdeferred'),
    validated: !flag(node, 'skip_validation'),
    noInherit: flag(node, 'is_no_inherit'),
    notEnforced: flag(node, 'notEnforced') || ('is_enforced' in node && node.is_enforced === false),
    named: given !== undefined,
  };
  switch (type) {
    case 'CHECK':
      return addCheck(source, table, node, [from, to], given, flags);
    case 'FOREIGN KEY':
      return addForeignKey(source, table, node, given, flags, atColumn);
    default:
      return addIndexed(source, table, node, [from, to], given, flags, atColumn);
  }
}

type Flags = Pick<Constraint, 'type' | 'deferrable' | 'deferred' | 'validated' | 'noInherit' | 'notEnforced' | 'named'>;

function addCheck(
  source: Source,
  table: CatalogObject,
  node: Tree,
  [from, to]: [number, number],
  given: string | undefined,
  flags: Flags,
): void {
  const { catalog } = source;
  const scope = tableScope(table);
  const [open, close] = source.inParentheses(source.find(['CHECK'], from, to), to);
  const expression = source.cut(open, close, [node.raw_expr], scope);
  const columns = [...new Set(columnsNamed(findRefs([node.raw_expr], source, scope).places, catalog))];
  const [only, more] = columns;
  const parts = only !== undefined && more === undefined ? [table.name, catalog.get(only)?.name ?? ''] : [table.name];
  const name = given ?? constraintNameFor(catalog, table.schema, parts, 'check');
  const constraint = newConstraint(catalog, table.oid, name, {
    ...flags,
    columns,
    definition: ['CHECK (', ...expression, ')'],
  });
  catalog.put(constraint);
  if (!flags.noInherit) inheritCheck(catalog, constraint);
}

function columnsNamed(places: readonly Place[], catalog: Catalog): Oid[] {
  return places.flatMap(({ pieces }) =>
    pieces.flatMap((piece) =>
      typeof piece !== 'string' && catalog.get(piece.oid)?.kind === 'column' ? [piece.oid] : [],
    ),
  );
}

/** A CHECK stands in every heir, under the same name. */
export function inheritCheck(catalog: Catalog, constraint: Constraint): void {
  if (constraint.parent === undefined) return;
  for (const heir of catalog.heirsOf(constraint.parent)) {
    const own = catalog.constraint(heir.oid, constraint.name);
    if (own) {
      catalog.put({ ...own, inherited: true });
      continue;
    }
    const copy = newConstraint(catalog, heir.oid, constraint.name, inheritedFrom(catalog, constraint, heir.oid));
    catalog.put(copy);
    inheritCheck(catalog, copy);
  }
}

/** A constraint as the heir of its table has it. */
function inheritedFrom(catalog: Catalog, constraint: Constraint, heir: Oid): Constraint {
  const columns = sameColumns(catalog, constraint.columns, heir);
  return {
    ...constraint,
    oid: catalog.newOid(),
    parent: heir,
    columns,
    definition: remap(constraint.definition, pairs(constraint.columns, columns)),
    inherited: true,
    comment: undefined,
  };
}

/** The columns of the same names in another table. */
export function sameColumns(catalog: Catalog, columns: readonly Oid[], table: Oid): Oid[] {
  return columns.flatMap((oid) => catalog.column(table, catalog.get(oid)?.name ?? '')?.oid ?? []);
}

export function pairs(from: readonly Oid[], to: readonly Oid[]): Map<Oid, Oid> {
  return new Map(from.flatMap((oid, index) => (to[index] === undefined ? [] : [[oid, to[index]]])));
}

/** A text in which some objects stand for others. */
export function remap(sql: SqlText, map: ReadonlyMap<Oid, Oid>): SqlText {
  return sql.map((piece) => (typeof piece === 'string' ? piece : { ...piece, oid: map.get(piece.oid) ?? piece.oid }));
}

const matches: Readonly<Record<string, string>> = { f: ' MATCH FULL', p: ' MATCH PARTIAL' };
const actions: Readonly<Record<string, string>> = {
  r: 'RESTRICT',
  c: 'CASCADE',
  n: 'SET NULL',
  d: 'SET DEFAULT',
};

function addForeignKey(
  source: Source,
  table: CatalogObject,
  node: Tree,
  given: string | undefined,
  flags: Flags,
  atColumn: Column | undefined,
): void {
  const { catalog } = source;
  const names = strings(node, 'fk_attrs');
  const columns = atColumn ? [atColumn.oid] : names.map((name) => columnOrUnknown(catalog, table, name).oid);
  const target = relationOrUnknown(catalog, rangeName(field(node, 'pktable')));
  const written = strings(node, 'pk_attrs').map((name) => columnOrUnknown(catalog, target, name).oid);
  const key = catalog.childrenOfKind(target.oid, 'constraint').find((each) => each.type === 'PRIMARY KEY');
  const targets = written.length > 0 ? written : (key?.columns ?? []);
  const [onDelete, onUpdate] = [text(node, 'fk_del_action') ?? 'a', text(node, 'fk_upd_action') ?? 'a'];
  const some = strings(node, 'fk_del_set_cols').map((name) => columnOrUnknown(catalog, table, name).oid);
  const definition: (string | Ref)[] = [
    'FOREIGN KEY (',
    ...columnList(columns),
    ') REFERENCES ',
    { oid: target.oid, as: 'full' },
  ];
  if (targets.length > 0) definition.push(' (', ...columnList(targets), ')');
  definition.push(matches[text(node, 'fk_matchtype') ?? 's'] ?? '');
  if (actions[onUpdate]) definition.push(` ON UPDATE ${actions[onUpdate]}`);
  if (actions[onDelete]) definition.push(` ON DELETE ${actions[onDelete]}`);
  if (some.length > 0) definition.push(' (', ...columnList(some), ')');
  const columnNames = columns.map((oid) => catalog.get(oid)?.name ?? '');
  const name = given ?? constraintNameFor(catalog, table.schema, [table.name, ...columnNames], 'fkey');
  const constraint = newConstraint(catalog, table.oid, name, {
    ...flags,
    columns,
    definition,
    references: { table: target.oid, columns: targets, onDelete: actions[onDelete] ?? 'NO ACTION' },
    needs: keyOver(catalog, target.oid, targets),
  });
  catalog.put(constraint);
  for (const heir of catalog.heirsOf(table.oid)) if (heir.partitionOf === table.oid) copyKey(catalog, constraint, heir);
}

/** The primary key or unique constraint that a foreign key leans on. */
function keyOver(catalog: Catalog, table: Oid, columns: readonly Oid[]): Oid[] {
  const wanted = [...columns].sort().join();
  const same = (oids: readonly Oid[]) => [...oids].sort().join() === wanted;
  const key = catalog
    .childrenOfKind(table, 'constraint')
    .find((each) => (each.type === 'PRIMARY KEY' || each.type === 'UNIQUE') && same(each.columns));
  if (key) return [key.oid];
  const index = catalog.indexesOf(table).find((each) => each.unique && each.where === undefined && same(each.needs));
  return index ? [index.oid] : [];
}

/** A foreign key of a partitioned table stands in every partition. */
export function copyKey(catalog: Catalog, constraint: Constraint, heir: CatalogObject): void {
  const columns = sameColumns(catalog, constraint.columns, heir.oid);
  const taken = catalog.constraint(heir.oid, constraint.name) !== undefined;
  const name = taken
    ? constraintNameFor(
        catalog,
        heir.schema,
        [heir.name, ...columns.map((oid) => catalog.get(oid)?.name ?? '')],
        'fkey',
      )
    : constraint.name;
  const copy = { ...inheritedFrom(catalog, constraint, heir.oid), name };
  catalog.put(copy);
  for (const below of catalog.heirsOf(heir.oid)) if (below.partitionOf === heir.oid) copyKey(catalog, copy, below);
}

/** PRIMARY KEY, UNIQUE and EXCLUDE: constraints with an index behind them. */
function addIndexed(
  source: Source,
  table: CatalogObject,
  node: Tree,
  [from, to]: [number, number],
  given: string | undefined,
  flags: Flags,
  atColumn: Column | undefined,
): void {
  const { catalog } = source;
  const used = text(node, 'indexname');
  if (used !== undefined) return useIndex(source, table, used, given, flags);
  const keys = atColumn
    ? [atColumn.oid]
    : strings(node, 'keys').map((name) => columnOrUnknown(catalog, table, name).oid);
  const include = strings(node, 'including').map((name) => columnOrUnknown(catalog, table, name).oid);
  const options = optionMap(list(node, 'options'));
  const tablespace = text(node, 'indexspace');
  const elements = list(node, 'exclusions').map((item) => list(inner(item), 'items')[0] ?? {});
  const names = [...keys, ...include].map((oid) => catalog.get(oid)?.name ?? '');
  const forName = elements.length > 0 ? [...indexColumnNames(elements), ...names] : names;
  const primary = flags.type === 'PRIMARY KEY';
  const suffix = primary ? 'pkey' : flags.type === 'UNIQUE' ? 'key' : 'excl';
  const name =
    given ?? relationNameFor(catalog, table.schema, primary ? [table.name] : [table.name, ...forName], suffix, true);
  const tail: (string | Ref)[] = [];
  if (include.length > 0) tail.push(' INCLUDE (', ...columnList(include), ')');
  if (options.size > 0) tail.push(` WITH (${[...options].map(([key, value]) => `${key}=${value}`).join(', ')})`);
  if (tablespace !== undefined) tail.push(` USING INDEX TABLESPACE ${quoteIdentifier(tablespace)}`);
  const definition: SqlText =
    flags.type === 'EXCLUDE'
      ? excludeText(source, table, node, from, to)
      : [
          `${flags.type}${flag(node, 'nulls_not_distinct') ? ' NULLS NOT DISTINCT' : ''} (`,
          ...columnList(keys),
          ')',
          ...tail,
        ];
  const columns = flags.type === 'EXCLUDE' ? columnsNamed(findRefsIn(source, definition), catalog) : keys;
  const constraint = newConstraint(catalog, table.oid, name, { ...flags, columns, definition });
  catalog.put(constraint);
  if (primary) setNotNull(catalog, table, keys);
  const index = newIndex(catalog, table, name, {
    unique: flags.type !== 'EXCLUDE',
    method: text(node, 'access_method') ?? 'btree',
    elements: keys.map((oid) => [{ oid, as: 'name' }]),
    include,
    nullsNotDistinct: flag(node, 'nulls_not_distinct'),
    options,
    tablespace,
    constraint: constraint.oid,
    needs: columns,
  });
  catalog.put(index);
  inheritIndexed(source, constraint, index, table);
}

function findRefsIn(_source: Source, definition: SqlText): Place[] {
  return [{ from: 0, to: 0, pieces: definition }];
}

/** Partitions have such a constraint as well, under a name of their own. */
function inheritIndexed(source: Source, constraint: Constraint, index: Index, table: CatalogObject): void {
  const { catalog } = source;
  for (const heir of catalog.heirsOf(table.oid)) {
    if (heir.partitionOf !== table.oid) continue;
    const copy = copyIndexed(catalog, constraint, index, heir);
    if (copy) inheritIndexed(source, copy.constraint, copy.index, heir);
  }
}

export function copyIndexed(
  catalog: Catalog,
  constraint: Constraint,
  index: Index,
  heir: CatalogObject,
): { constraint: Constraint; index: Index } | undefined {
  const columns = sameColumns(catalog, constraint.columns, heir.oid);
  const map = pairs(constraint.columns, columns);
  const include = sameColumns(catalog, index.include, heir.oid);
  const names = [...columns, ...include].map((oid) => catalog.get(oid)?.name ?? '');
  const primary = constraint.type === 'PRIMARY KEY';
  const suffix = primary ? 'pkey' : constraint.type === 'UNIQUE' ? 'key' : 'excl';
  const name = relationNameFor(catalog, heir.schema, primary ? [heir.name] : [heir.name, ...names], suffix, true);
  const copied: Constraint = {
    ...constraint,
    oid: catalog.newOid(),
    name,
    parent: heir.oid,
    columns,
    definition: remap(constraint.definition, new Map([...map, ...pairs(index.include, include)])),
    inherited: true,
    comment: undefined,
  };
  catalog.put(copied);
  const part: Index = {
    ...index,
    oid: catalog.newOid(),
    name,
    schema: heir.schema,
    qualified: heir.qualified,
    parent: heir.oid,
    elements: index.elements.map((each) => remap(each, map)),
    include,
    constraint: copied.oid,
    partOf: index.oid,
    comment: undefined,
    needs: columns,
  };
  catalog.put(part);
  return { constraint: copied, index: part };
}

function setNotNull(catalog: Catalog, table: CatalogObject, keys: readonly Oid[]): void {
  for (const oid of keys) {
    const column = catalog.as('column', oid);
    if (!column) continue;
    catalog.put({
      ...column,
      notNull: true,
      seen: column.origin === 'defined' ? column.seen : new Set([...column.seen, 'notNull']),
    });
    for (const heir of catalog.heirsOf(table.oid)) {
      const below = catalog.column(heir.oid, column.name);
      if (below) setNotNull(catalog, heir, [below.oid]);
    }
  }
}

/** ADD CONSTRAINT … USING INDEX: the index takes the constraint's name. */
function useIndex(source: Source, table: CatalogObject, used: string, given: string | undefined, flags: Flags): void {
  const { catalog } = source;
  const found = catalog.relation({ schema: table.schema, name: used });
  const index = found?.kind === 'index' ? found : newIndex(catalog, table, used, { origin: 'unknown', unique: true });
  const name = given ?? used;
  const columns = index.elements.flatMap((element) =>
    element.flatMap((piece) =>
      typeof piece !== 'string' && catalog.get(piece.oid)?.kind === 'column' ? [piece.oid] : [],
    ),
  );
  const constraint = newConstraint(catalog, table.oid, name, {
    ...flags,
    columns,
    definition: [
      `${flags.type}${index.nullsNotDistinct ? ' NULLS NOT DISTINCT' : ''} (`,
      ...columnList(columns),
      ')',
      ...(index.include.length > 0 ? [' INCLUDE (', ...columnList(index.include), ')'] : []),
    ],
    origin: index.origin,
  });
  catalog.put(constraint);
  catalog.put({ ...index, name, constraint: constraint.oid, needs: columns });
  if (flags.type === 'PRIMARY KEY') setNotNull(catalog, table, columns);
}

function excludeText(source: Source, table: CatalogObject, node: Tree, from: number, to: number): SqlText {
  const start = source.find(['EXCLUDE'], from, to);
  const stops = [source.find(['DEFERRABLE', 'INITIALLY', 'NOT'], start, to)].filter((at) => at >= 0);
  const [open, close] = source.inParentheses(start, to);
  const own: Place[] = [];
  for (const [begin] of source.reader.splitAtCommas(open, close)) {
    const name = source.nameAt(begin);
    const column = name === undefined ? undefined : source.catalog.column(table.oid, name);
    const isCall = source.tokens[begin + 1]?.kind === 'open';
    if (column && !isCall) own.push({ from: begin, to: begin + 1, pieces: [{ oid: column.oid, as: 'name' }] });
  }
  return source.cut(start, stops[0] ?? to, [node.exclusions, node.where_clause], tableScope(table), own);
}
