import type { Catalog } from './catalog.js';
import type { CatalogObject, Oid } from './model.js';
import { oidsIn } from './print.js';

/** The objects without which an object cannot be, besides the one that it belongs to. */
export function needsOf(object: CatalogObject): Oid[] {
  const own = [...object.needs];
  switch (object.kind) {
    case 'table':
      own.push(...oidsIn(object.partitionBy), ...object.inherits);
      if (object.partitionOf !== undefined) own.push(object.partitionOf);
      if (object.ofType !== undefined) own.push(object.ofType);
      return own;
    case 'column':
      own.push(...oidsIn(object.type), ...oidsIn(object.default), ...oidsIn(object.generated?.expression));
      return own;
    case 'constraint':
      own.push(...object.columns, ...oidsIn(object.definition), ...(object.references?.columns ?? []));
      return own;
    case 'index':
      own.push(...object.elements.flatMap(oidsIn), ...object.include, ...oidsIn(object.where));
      return own;
    case 'view':
      own.push(...oidsIn(object.query));
      return own;
    case 'sequence':
      return own;
    case 'type':
      own.push(...oidsIn(object.base), ...oidsIn(object.default), ...oidsIn(object.text));
      return own.filter((oid) => oid !== object.oid);
    case 'routine':
    case 'definition':
      own.push(...oidsIn(object.text));
      if (object.kind === 'routine') own.push(...oidsIn(object.arguments));
      else own.push(...oidsIn(object.identity));
      return own.filter((oid) => oid !== object.oid);
    case 'policy':
      own.push(...oidsIn(object.using), ...oidsIn(object.check));
      return own;
    case 'publication':
      own.push(...[...object.tables.values()].flatMap(oidsIn));
      return own;
    case 'setting':
      return own;
  }
}

/** The objects that need one of these, directly. */
export function dependentsOf(catalog: Catalog, oids: ReadonlySet<Oid>): CatalogObject[] {
  const found: CatalogObject[] = [];
  const wholes = wholesOf(catalog, oids);
  for (const object of catalog.all()) {
    if (oids.has(object.oid)) continue;
    const pointed = object.kind === 'constraint' ? object.references?.table : undefined;
    if ((pointed !== undefined && wholes.has(pointed)) || needsOf(object).some((oid) => oids.has(oid)))
      found.push(object);
  }
  return found;
}

/** The partitioned tables that partitions among these belong to: a foreign key to one needs each of its partitions. */
function wholesOf(catalog: Catalog, oids: ReadonlySet<Oid>): Set<Oid> {
  const found = new Set<Oid>();
  for (const oid of oids) {
    let above = catalog.as('table', oid)?.partitionOf;
    while (above !== undefined && !found.has(above)) {
      found.add(above);
      above = catalog.as('table', above)?.partitionOf;
    }
  }
  return found;
}
