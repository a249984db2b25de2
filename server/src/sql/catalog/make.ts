import type { Catalog, Name } from './catalog.js';
import type { CatalogObject, Column, Constraint, Index, Origin, Sequence, Table } from './model.js';
import { defaultRights } from './default-privileges.js';

type Common = Omit<Column, keyof Omit<Column, keyof CatalogObject>>;

/** What every new object has. */
export function common(
  catalog: Catalog,
  name: string,
  place: { readonly schema?: string | undefined; readonly qualified?: boolean; readonly parent?: number } = {},
): Omit<Common, 'kind'> & { readonly parent: number | undefined } {
  return {
    oid: catalog.newOid(),
    name,
    schema: place.schema,
    qualified: place.qualified ?? false,
    parent: place.parent,
    origin: 'defined',
    seen: new Set(),
    comment: undefined,
    owner: catalog.session.role,
    rights: new Map(),
    needs: [],
  };
}

/** Where a new object of that name goes: the schema that is written, else the first of the search_path. */
export function placeOf(catalog: Catalog, { schema }: Name): { schema: string; qualified: boolean } {
  if (schema !== undefined) return { schema, qualified: true };
  const found = catalog.creationSchema;
  return { schema: found, qualified: catalog.session.pathSet || found !== 'public' };
}

export function newTable(catalog: Catalog, name: Name, changes: Partial<Table> = {}): Table {
  return {
    kind: 'table',
    ...common(catalog, name.name, placeOf(catalog, name)),
    foreign: undefined,
    persistence: 'permanent',
    partitionBy: undefined,
    partitionOf: undefined,
    bound: undefined,
    inherits: [],
    ofType: undefined,
    options: new Map(),
    tablespace: undefined,
    accessMethod: undefined,
    rowSecurity: false,
    forceRowSecurity: false,
    replicaIdentity: 'default',
    clusterOn: undefined,
    columns: [],
    asQuery: undefined,
    ...changes,
  };
}

export function newColumn(catalog: Catalog, parent: number, name: string, changes: Partial<Column> = {}): Column {
  return {
    kind: 'column',
    ...common(catalog, name, { parent }),
    type: undefined,
    typeKey: undefined,
    collation: undefined,
    notNull: false,
    default: undefined,
    generated: undefined,
    identity: undefined,
    statistics: undefined,
    storage: undefined,
    compression: undefined,
    options: new Map(),
    foreignOptions: undefined,
    inherited: false,
    local: true,
    ...changes,
  };
}

export function newConstraint(
  catalog: Catalog,
  parent: number,
  name: string,
  changes: Partial<Constraint> & Pick<Constraint, 'type'>,
): Constraint {
  return {
    kind: 'constraint',
    ...common(catalog, name, { parent }),
    columns: [],
    definition: [],
    deferrable: false,
    deferred: false,
    validated: true,
    noInherit: false,
    notEnforced: false,
    references: undefined,
    inherited: false,
    named: true,
    ...changes,
  };
}

export function newIndex(catalog: Catalog, table: CatalogObject, name: string, changes: Partial<Index> = {}): Index {
  return {
    kind: 'index',
    ...common(catalog, name, { schema: table.schema, qualified: table.qualified, parent: table.oid }),
    unique: false,
    method: 'btree',
    elements: [],
    include: [],
    nullsNotDistinct: false,
    options: new Map(),
    tablespace: undefined,
    where: undefined,
    constraint: undefined,
    partOf: undefined,
    only: false,
    named: true,
    statistics: new Map(),
    ...changes,
  };
}

export function newSequence(catalog: Catalog, name: Name, changes: Partial<Sequence> = {}): Sequence {
  return {
    kind: 'sequence',
    ...common(catalog, name.name, placeOf(catalog, name)),
    options: new Map(),
    ownedBy: undefined,
    implicit: undefined,
    persistence: 'permanent',
    ...changes,
  };
}

/** Puts a new object with the rights that ALTER DEFAULT PRIVILEGES gives it. */
export function putNew<T extends CatalogObject>(catalog: Catalog, object: T): T {
  const made = { ...object, rights: defaultRights(catalog, object) };
  catalog.put(made);
  return made;
}

/** A table that a statement names: as the files know it, else as one of which nothing is known. */
export function relationOrUnknown(catalog: Catalog, name: Name): CatalogObject {
  const found = catalog.relation(name);
  if (found) return found;
  const { path, pathSet } = catalog.session;
  // It can only stand in the one schema that the session looks into.
  const qualified = name.schema !== undefined || (pathSet && path.length === 1);
  const unknown = newTable(catalog, name, { origin: 'unknown' satisfies Origin, qualified });
  catalog.put(unknown);
  return unknown;
}

export function columnOrUnknown(catalog: Catalog, relation: CatalogObject, name: string): Column {
  const found = catalog.column(relation.oid, name);
  if (found) return found;
  const unknown = newColumn(catalog, relation.oid, name, { origin: 'unknown' });
  catalog.put(unknown);
  addToColumns(catalog, relation.oid, unknown.oid);
  return unknown;
}

export function addToColumns(catalog: Catalog, relation: number, column: number): void {
  const owner = catalog.get(relation);
  if (owner && 'columns' in owner && owner.kind !== 'constraint')
    catalog.put({ ...owner, columns: [...owner.columns, column] });
}

export function constraintOrUnknown(catalog: Catalog, table: CatalogObject, name: string): Constraint {
  const found = catalog.constraint(table.oid, name);
  if (found) return found;
  const unknown = newConstraint(catalog, table.oid, name, { type: 'CHECK', origin: 'unknown' });
  catalog.put(unknown);
  return unknown;
}

/** The object with the note that a statement has set that part of it for certain. */
export function seen(object: CatalogObject, ...parts: string[]): ReadonlySet<string> {
  return object.origin === 'defined' ? object.seen : new Set([...object.seen, ...parts]);
}
