import type { Catalog } from './catalog.js';
import type { CatalogObject, Rights } from './model.js';

/** The class of ALTER DEFAULT PRIVILEGES to which an object belongs; undefined for what has none. */
export function privilegeClass(object: CatalogObject): string | undefined {
  switch (object.kind) {
    case 'table':
    case 'view':
      return 'TABLES';
    case 'sequence':
      return 'SEQUENCES';
    case 'routine':
      return 'ROUTINES';
    case 'type':
      return 'TYPES';
    case 'definition':
      return object.type === 'SCHEMA' ? 'SCHEMAS' : undefined;
    default:
      return undefined;
  }
}

/** The name of the setting that holds default privileges of the role that runs the migrations. */
export function defaultPrivilegesName(role: string | undefined, schema: string | undefined, kind: string): string {
  return `default privileges ${JSON.stringify([role ?? null, schema ?? null, kind])}`;
}

/** The rights that a new object has from ALTER DEFAULT PRIVILEGES. */
export function defaultRights(catalog: Catalog, object: CatalogObject): Rights {
  const kind = privilegeClass(object);
  if (kind === undefined) return object.rights;
  const rights = new Map(object.rights);
  for (const schema of [undefined, object.schema]) {
    const name = defaultPrivilegesName(object.owner, schema, kind);
    for (const setting of catalog.candidates('setting', name))
      for (const [key, value] of setting.rights) rights.set(key, value);
  }
  return rights;
}
