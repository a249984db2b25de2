import type { Table } from '../../server/src/schema/model.js';
import type { SchemaState } from '../../server/src/schema/state.js';

/** The columns of a table that have no value twice: those that a unique index has to itself. */
export function uniqueColumns(table: Table | undefined, before: SchemaState): ReadonlySet<string> {
  const found = new Set<string>();
  for (const key of table?.indexes ?? []) {
    const index = before.relationByKey(key);
    if (index?.kind !== 'index' || !index.unique || index.columns.length !== 1 || index.predicate !== undefined)
      continue;
    const [column] = index.columns;
    if (column !== undefined) found.add(column);
  }
  return found;
}
