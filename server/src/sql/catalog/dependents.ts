import type { Catalog, Name } from './catalog.js';
import { dependentsOf } from './depend.js';
import type { CatalogObject, Oid } from './model.js';

/** An object that needs a table or a column. */
export interface DependentObject {
  /** "view", "policy", "trigger", "publication", "index", "constraint", "column" … */
  readonly kind: string;
  /** With its schema where the author wrote one. */
  readonly name: string;
  /**
   * - goes: it goes with the column without being asked, as an index does
   * - blocks: PostgreSQL refuses to drop the column while it is there
   */
  readonly how: 'goes' | 'blocks';
}

/** What needs a table, or one column of it, directly; empty when no file makes the table. */
export function dependentObjects(catalog: Catalog, table: Name, column?: string): DependentObject[] {
  const relation = catalog.relation(table);
  const target: Oid | undefined = column === undefined ? relation?.oid : catalog.column(relation?.oid, column)?.oid;
  if (target === undefined) return [];
  return dependentsOf(catalog, new Set([target])).map((object) => ({
    kind: object.kind === 'definition' ? object.type.toLowerCase() : object.kind,
    name: object.qualified && object.schema !== undefined ? `${object.schema}.${object.name}` : object.name,
    how: goesAlong(object, relation) ? 'goes' : 'blocks',
  }));
}

function goesAlong(object: CatalogObject, relation: CatalogObject | undefined): boolean {
  if (object.parent !== relation?.oid) return false;
  if (object.kind === 'index' || object.kind === 'constraint') return true;
  return object.kind === 'definition' && object.type === 'STATISTICS';
}
