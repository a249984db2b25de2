import type { Catalog } from './catalog.js';
import { dependentsOf } from './depend.js';
import type { CatalogObject, Constraint, Oid, SqlText } from './model.js';

/** Drops an object with everything that belongs to it, and with CASCADE everything that needs it. */
export function drop(catalog: Catalog, object: CatalogObject, cascade: boolean): void {
  if (!catalog.get(object.oid)) return;
  const gone = withParts(catalog, [object.oid]);
  if (cascade) extend(catalog, gone);
  else followAutomatic(catalog, gone);
  remove(catalog, gone);
}

/** What goes with an object: its parts, and theirs. */
function withParts(catalog: Catalog, oids: readonly Oid[]): Set<Oid> {
  const gone = new Set<Oid>();
  const open = [...oids];
  for (let oid = open.pop(); oid !== undefined; oid = open.pop()) {
    if (gone.has(oid)) continue;
    gone.add(oid);
    open.push(...catalog.childrenOf(oid).map((child) => child.oid));
    const object = catalog.get(oid);
    // A partition goes with its table, a sequence with its column, a part of an index with the whole.
    for (const each of partsElsewhere(catalog, object)) open.push(each);
    if (object?.kind === 'index' && object.constraint !== undefined) open.push(object.constraint);
    if (object?.kind === 'constraint')
      for (const index of catalog.indexesOf(object.parent ?? 0)) if (index.constraint === oid) open.push(index.oid);
  }
  return gone;
}

function partsElsewhere(catalog: Catalog, object: CatalogObject | undefined): Oid[] {
  if (!object) return [];
  if (object.kind === 'table')
    return catalog.heirsOf(object.oid).flatMap((heir) => (heir.partitionOf === object.oid ? [heir.oid] : []));
  if (object.kind === 'column') {
    return catalog.linkedTo(object.oid).map((each) => each.oid);
  }
  if (object.kind === 'index') {
    return catalog.linkedTo(object.oid).map((each) => each.oid);
  }
  return [];
}

/** Indexes, constraints and statistics of the same table go with a column without being asked. */
function followAutomatic(catalog: Catalog, gone: Set<Oid>): void {
  for (const oid of [...gone]) {
    const object = catalog.get(oid);
    if (object?.kind !== 'column') continue;
    for (const each of dependentsOf(catalog, new Set([oid]))) {
      const isOwn = each.parent === object.parent;
      const isAutomatic = each.kind === 'index' || each.kind === 'constraint' || isStatistics(each);
      if (isOwn && isAutomatic) for (const part of withParts(catalog, [each.oid])) gone.add(part);
    }
  }
}

function isStatistics(object: CatalogObject): boolean {
  return object.kind === 'definition' && object.type === 'STATISTICS';
}

/** Everything that needs what goes. A column whose default or type goes is changed or goes itself. */
function extend(catalog: Catalog, gone: Set<Oid>): void {
  for (let size = -1; size !== gone.size; ) {
    size = gone.size;
    for (const each of dependentsOf(catalog, gone)) {
      if (gone.has(each.oid)) continue;
      if (each.kind === 'column' && !needsForItself(catalog, each, gone)) continue;
      if (each.kind === 'publication') continue;
      for (const part of withParts(catalog, [each.oid])) gone.add(part);
    }
  }
}

/** True for a column that cannot be without what goes: its type, or the expression that generates it. */
function needsForItself(_catalog: Catalog, column: CatalogObject, gone: ReadonlySet<Oid>): boolean {
  if (column.kind !== 'column') return false;
  const texts = [column.type, column.generated?.expression];
  return texts.some((text) => text?.some((piece) => typeof piece !== 'string' && gone.has(piece.oid)));
}

function remove(catalog: Catalog, gone: ReadonlySet<Oid>): void {
  for (const oid of gone) {
    const object = catalog.get(oid);
    if (object?.kind === 'column') leaveColumns(catalog, object.parent, oid);
    catalog.delete(oid);
  }
  for (const each of [...catalog.all()]) clean(catalog, each, gone);
}

function leaveColumns(catalog: Catalog, parent: Oid | undefined, column: Oid): void {
  const owner = catalog.get(parent);
  if (owner && 'columns' in owner && owner.kind !== 'constraint' && owner.columns.includes(column))
    catalog.put({ ...owner, columns: owner.columns.filter((oid) => oid !== column) });
}

/** What is left of an object when others are gone: a default, a replica identity, a table of a publication. */
function clean(catalog: Catalog, object: CatalogObject, gone: ReadonlySet<Oid>): void {
  if (object.kind === 'column') {
    const names = object.default?.some((piece) => typeof piece !== 'string' && gone.has(piece.oid));
    if (names) catalog.put({ ...object, default: undefined });
  } else if (object.kind === 'table') {
    const lost = {
      ...(object.clusterOn !== undefined && gone.has(object.clusterOn) ? { clusterOn: undefined } : {}),
      ...(typeof object.replicaIdentity === 'number' && gone.has(object.replicaIdentity)
        ? { replicaIdentity: 'nothing' as const }
        : {}),
      ...(object.ofType !== undefined && gone.has(object.ofType) ? { ofType: undefined } : {}),
      ...(object.inherits.some((oid) => gone.has(oid))
        ? { inherits: object.inherits.filter((oid) => !gone.has(oid)) }
        : {}),
    };
    if (Object.keys(lost).length > 0) catalog.put({ ...object, ...lost });
  } else if (object.kind === 'publication') {
    const isLeft = (oid: Oid, member: SqlText) =>
      !gone.has(oid) && !member.some((piece) => typeof piece !== 'string' && gone.has(piece.oid));
    const tables = new Map([...object.tables].filter(([oid, member]) => isLeft(oid, member)));
    if (tables.size < object.tables.size) catalog.put({ ...object, tables });
  } else if (object.kind === 'sequence') {
    if (object.ownedBy !== undefined && gone.has(object.ownedBy)) catalog.put({ ...object, ownedBy: undefined });
  }
}

/** DROP COLUMN, in its heirs as well. */
export function dropColumn(
  catalog: Catalog,
  table: CatalogObject,
  name: string,
  _missingOk: boolean,
  cascade: boolean,
  only: boolean,
): void {
  const column = catalog.column(table.oid, name);
  if (!column) {
    catalog.markAbsent({ kind: 'column', name, schema: undefined, parent: table.oid });
    return;
  }
  if (!only || table.kind === 'type')
    for (const heir of heirs(catalog, table)) {
      const below = catalog.column(heir.oid, name);
      if (!below) continue;
      if (!below.local) dropColumn(catalog, heir, name, true, cascade, false);
      else catalog.put({ ...below, inherited: false });
    }
  else
    for (const heir of heirs(catalog, table)) {
      const below = catalog.column(heir.oid, name);
      if (below) catalog.put({ ...below, inherited: false });
    }
  drop(catalog, column, cascade);
}

function heirs(catalog: Catalog, table: CatalogObject): CatalogObject[] {
  if (table.kind === 'type') return catalog.linkedTo(table.oid);
  return catalog.heirsOf(table.oid);
}

/** DROP CONSTRAINT, in its heirs as well. */
export function dropConstraint(
  catalog: Catalog,
  table: CatalogObject,
  name: string,
  _missingOk: boolean,
  cascade: boolean,
): void {
  const constraint = catalog.constraint(table.oid, name);
  if (!constraint) return;
  dropBelow(catalog, table, constraint, cascade);
  drop(catalog, constraint, cascade);
}

function dropBelow(catalog: Catalog, table: CatalogObject, constraint: Constraint, cascade: boolean): void {
  for (const heir of catalog.heirsOf(table.oid)) {
    for (const below of catalog.childrenOfKind(heir.oid, 'constraint')) {
      const isCopy = below.inherited && below.type === constraint.type && sameShape(catalog, below, constraint);
      if (!isCopy) continue;
      dropBelow(catalog, heir, below, cascade);
      drop(catalog, below, cascade);
    }
  }
}

function sameShape(catalog: Catalog, a: Constraint, b: Constraint): boolean {
  const names = (constraint: Constraint) => constraint.columns.map((oid) => catalog.get(oid)?.name ?? '').join();
  return a.type === 'CHECK' ? a.name === b.name : names(a) === names(b) && a.references?.table === b.references?.table;
}
