import type { Catalog } from '../sql/catalog/catalog.js';
import { needsOf } from '../sql/catalog/depend.js';
import type { CatalogObject, Oid } from '../sql/catalog/model.js';

/** An object that is made or dropped by a statement of its own, with all that this statement brings along. */
export interface Bundle {
  readonly object: CatalogObject;
  readonly parts: ReadonlySet<Oid>;
}

/** True for what comes and goes with another object of the set, without a statement of its own. */
function goesWith(object: CatalogObject, oids: ReadonlySet<Oid>, catalog: Catalog): Oid | undefined {
  const { parent } = object;
  switch (object.kind) {
    case 'column':
      if (parent !== undefined && oids.has(parent)) return parent;
      return object.inherited && !object.local ? columnAbove(object, catalog, oids) : undefined;
    case 'constraint': {
      const table = catalog.get(parent);
      if (parent !== undefined && oids.has(parent) && (object.type !== 'FOREIGN KEY' || table?.kind === 'type'))
        return parent;
      return object.inherited ? constraintAbove(object, catalog, oids) : undefined;
    }
    case 'index':
      if (object.constraint !== undefined && oids.has(object.constraint)) return object.constraint;
      if (parent !== undefined && oids.has(parent)) return parent;
      return object.partOf !== undefined && oids.has(object.partOf) ? object.partOf : undefined;
    case 'sequence':
      return object.implicit === 'identity' && object.ownedBy !== undefined && oids.has(object.ownedBy)
        ? object.ownedBy
        : undefined;
    default:
      return undefined;
  }
}

function columnAbove(object: CatalogObject, catalog: Catalog, oids: ReadonlySet<Oid>): Oid | undefined {
  const table = catalog.as('table', object.parent);
  const above = table ? [table.partitionOf, ...table.inherits, table.ofType] : [];
  for (const oid of above) {
    const column = catalog.column(oid, object.name);
    if (column && oids.has(column.oid)) return column.oid;
  }
  return undefined;
}

function constraintAbove(object: CatalogObject, catalog: Catalog, oids: ReadonlySet<Oid>): Oid | undefined {
  if (object.kind !== 'constraint') return undefined;
  const table = catalog.as('table', object.parent);
  const above = table ? [table.partitionOf, ...table.inherits] : [];
  for (const oid of above) {
    if (oid === undefined) continue;
    for (const each of catalog.childrenOfKind(oid, 'constraint'))
      if (each.type === object.type && oids.has(each.oid)) return each.oid;
  }
  return undefined;
}

/** The bundles of a set of objects in the order in which they can be made: what is needed comes first. */
export function bundlesOf(objects: readonly CatalogObject[], catalog: Catalog): Bundle[] {
  const oids = new Set(objects.map(({ oid }) => oid));
  const roots = new Map<Oid, Oid>();
  const rootOf = (object: CatalogObject): Oid => {
    const known = roots.get(object.oid);
    if (known !== undefined) return known;
    roots.set(object.oid, object.oid);
    const with_ = goesWith(object, oids, catalog);
    const holder = catalog.get(with_);
    const root = holder ? rootOf(holder) : object.oid;
    roots.set(object.oid, root);
    return root;
  };
  const parts = new Map<Oid, Set<Oid>>();
  for (const object of objects) {
    const root = rootOf(object);
    parts.set(root, (parts.get(root) ?? new Set()).add(object.oid));
  }
  const order: Bundle[] = [];
  const done = new Set<Oid>();
  const visit = (root: Oid): void => {
    if (done.has(root)) return;
    done.add(root);
    for (const oid of parts.get(root) ?? []) {
      const object = catalog.get(oid);
      for (const needed of object ? allNeeds(object, catalog) : []) {
        const other = roots.get(needed);
        if (other !== undefined && other !== root) visit(other);
      }
    }
    const object = catalog.get(root);
    if (object) order.push({ object, parts: parts.get(root) ?? new Set() });
  };
  for (const root of [...parts.keys()].sort((a, b) => a - b)) visit(root);
  return order;
}

/** What an object needs, the object that it belongs to and the schema that it lies in among them. */
export function allNeeds(object: CatalogObject, catalog: Catalog): Oid[] {
  const needs = needsOf(object);
  if (object.parent !== undefined) needs.push(object.parent);
  if (object.schema !== undefined) {
    const [schema] = catalog.candidates('SCHEMA', object.schema);
    if (schema) needs.push(schema.oid);
  }
  return needs;
}
