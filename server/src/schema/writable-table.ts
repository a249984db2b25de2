import type { Place, Relation, Table } from './model.js';
import { SharedMap, SharedSet } from './shared.js';

/** A fresh object may be changed by the layer that made it; readers see it as immutable. */
export type Writable<T> = { -readonly [K in keyof T]: T[K] };

export type WritableTable = Omit<
  Writable<Table>,
  'columns' | 'constraints' | 'indexes' | 'children' | 'referencedBy' | 'dependents' | 'rowTypeUsers'
> & {
  columns: Map<string, Table['columns'] extends ReadonlyMap<string, infer C> ? C : never>;
  constraints: Map<string, Table['constraints'] extends ReadonlyMap<string, infer C> ? C : never>;
  indexes: Set<string>;
  children: Set<string>;
  referencedBy: Set<string>;
  dependents: Set<string>;
  rowTypeUsers: Set<string>;
};

/** A table that shares nothing changeable with this one. */
export function copied(table: Table): WritableTable {
  return {
    ...table,
    columns: new SharedMap(table.columns),
    constraints: new SharedMap(table.constraints),
    indexes: new SharedSet(table.indexes),
    children: new SharedSet(table.children),
    referencedBy: new SharedSet(table.referencedBy),
    dependents: new SharedSet(table.dependents),
    rowTypeUsers: new SharedSet(table.rowTypeUsers),
  };
}

/** The place of a table that no file has made before. */
export function usedAt(place: Place | undefined): Place | undefined {
  return place && { ...place, made: false };
}

const nothingGiven: ReadonlyMap<string, boolean> = new Map();

/** A table of which no migration says anything. */
export function unknownTable(schema: string, name: string): WritableTable {
  return {
    kind: 'table',
    key: `${schema}.${name}`,
    schema,
    name,
    complete: false,
    columns: new SharedMap(),
    constraints: new SharedMap(),
    indexes: new SharedSet(),
    partitionBy: undefined,
    partitionOf: undefined,
    isDefaultPartition: false,
    bound: undefined,
    inherits: [],
    children: new SharedSet(),
    referencedBy: new SharedSet(),
    replicaIdentity: 'default',
    temporary: false,
    unlogged: false,
    release: 0,
    place: undefined,
    mayPredate: false,
    disturbances: 0,
    unqualified: false,
    filled: false,
    rowSecurity: undefined,
    rowSecurityForced: undefined,
    rights: nothingGiven,
    hasPolicy: false,
    droppedKeys: [],
    dependents: new SharedSet(),
    rowTypeUsers: new SharedSet(),
    ofType: undefined,
    clusteredOn: undefined,
    owner: undefined,
  };
}

/** The relation where it is a table or a foreign table. */
export function asTable(relation: Relation | undefined): Table | undefined {
  return relation?.kind === 'table' || relation?.kind === 'foreignTable' ? relation : undefined;
}
