import type { Catalog } from './catalog.js';
import { newSequence } from './make.js';
import type { CatalogObject, Column } from './model.js';
import { relationNameFor } from './names.js';

/** LIKE … INCLUDING IDENTITY: a sequence of its own with the options of the other. */
export function withIdentityCopy(catalog: Catalog, table: CatalogObject, column: Column, copy: Column): void {
  if (column.identity === undefined) return;
  const sequence = identitySequence(catalog, column);
  const name = relationNameFor(catalog, table.schema, [table.name, copy.name], 'seq');
  catalog.put(
    newSequence(
      catalog,
      { schema: undefined, name },
      {
        schema: table.schema,
        qualified: table.qualified,
        options: sequence?.options ?? new Map(),
        ownedBy: copy.oid,
        implicit: 'identity',
      },
    ),
  );
  catalog.put({ ...copy, identity: column.identity, notNull: true });
}

/** The sequence of an identity column. */
export function identitySequence(catalog: Catalog, column: Column) {
  for (const each of catalog.linkedTo(column.oid))
    if (each.kind === 'sequence' && each.implicit === 'identity') return each;
  return undefined;
}
