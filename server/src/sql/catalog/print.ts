import { qualify, quoteIdentifier, quoteLiteral } from '../quote.js';
import type { Catalog } from './catalog.js';
import type { CatalogObject, Oid, SqlText } from './model.js';

/** The name of an object, with its schema where that has to be written. */
export function fullName(object: CatalogObject): string {
  return object.qualified && object.schema !== undefined
    ? qualify(object.schema, object.name)
    : quoteIdentifier(object.name);
}

/** A text with the names that its objects have in a catalog. */
export function render(text: SqlText, catalog: Catalog, everySchema = false): string {
  return text
    .map((piece) => {
      if (typeof piece === 'string') return piece;
      const object = catalog.get(piece.oid);
      if (!object) return quoteIdentifier(piece.output ?? 'dropped');
      const full = everySchema ? qualify(object.schema, object.name) : fullName(object);
      if (piece.as === 'literal') return quoteLiteral(full);
      if (piece.as === 'full') return full;
      const name = quoteIdentifier(object.name);
      const renamed = piece.output !== undefined && piece.output !== object.name;
      return renamed ? `${name} AS ${quoteIdentifier(piece.output)}` : name;
    })
    .join('');
}

/** The numbers of the objects that a text names. */
export function oidsIn(text: SqlText | undefined): Oid[] {
  return (text ?? []).flatMap((piece) => (typeof piece === 'string' ? [] : [piece.oid]));
}

/** The names of objects, quoted and joined with commas. */
export function nameList(oids: readonly Oid[], catalog: Catalog): string {
  return oids.map((oid) => quoteIdentifier(catalog.get(oid)?.name ?? '?')).join(', ');
}
