import { ancestorsOf } from './descendants.js';
import type { Table } from './model.js';
import { dependentsOf } from './note-dependents.js';
import { keyOf, type SchemaState } from './state.js';

/**
 * The columns by which subscribers find a row: "all" with FULL, "none" where an UPDATE of the published table fails;
 * undefined where the history does not show. A DEFERRABLE primary key is none (measured on PostgreSQL 15).
 */
export function identityOf(table: Table, before: SchemaState): readonly string[] | 'all' | 'none' | undefined {
  const { replicaIdentity, complete, constraints } = table;
  if (replicaIdentity === 'full') return 'all';
  if (replicaIdentity === 'nothing') return 'none';
  if (replicaIdentity !== 'default') {
    const index = before.relationByKey(keyOf(table.schema, replicaIdentity.index));
    return index?.kind === 'index' ? index.columns.flatMap((name) => name ?? []) : undefined;
  }
  const key = [...constraints.values()].find(({ kind }) => kind === 'primaryKey');
  if (key && !/(?<!\bnot\s+)\bdeferrable\b/i.test(key.definition)) return key.columns;
  return key || complete ? 'none' : undefined;
}

/**
 * The publication of all tables, or of all in the schema, that publishes UPDATE or DELETE; undefined where the history
 * has none.
 */
export function publicationOfAll(
  before: SchemaState,
  schema: string,
  wanted: readonly ('update' | 'delete')[] = ['update', 'delete'],
): string | undefined {
  for (const { kind, name, publishes } of before.dependents())
    if (kind === 'publication' && (publishes?.allTables || publishes?.schemas.includes(schema)))
      if (wanted.some((change) => publishes.changes.includes(change))) return name;
  return undefined;
}

/** The publication that publishes a kind of change of the table, or of the partitioned table above it. */
export function publicationOf(table: Table, change: 'update' | 'delete', before: SchemaState): string | undefined {
  for (const each of [table, ...ancestorsOf(table, (key) => before.tableByKey(key))]) {
    const found = dependentsOf(before, each).find(
      ({ kind, publishes }) => kind === 'publication' && publishes?.changes.includes(change),
    );
    if (found) return found.name;
  }
  return publicationOfAll(before, table.schema, [change]);
}
