import { typeText } from '../schema/column-type.js';
import type { Column, ColumnType, Table } from '../schema/model.js';
import type { SchemaState } from '../schema/state.js';
import type { KeyColumn } from './backfill-spec.js';

/**
 * The columns by which a table can be walked: its primary key, or else a unique index over columns that are NOT NULL.
 * Empty when the history shows none, or not of the types.
 */
export function walkingKey(state: SchemaState, table: Table | undefined): KeyColumn[] {
  if (!table) {
    return [];
  }
  for (const constraint of table.constraints.values()) {
    const key = constraint.kind === 'primaryKey' ? keyFrom(table, constraint.columns, false) : [];
    if (key.length > 0) {
      return key;
    }
  }
  for (const indexKey of table.indexes) {
    const index = state.relationByKey(indexKey);
    if (index?.kind === 'index' && index.unique && index.predicate === undefined && index.method === 'btree') {
      const key = keyFrom(table, index.columns, true);
      if (key.length > 0) {
        return key;
      }
    }
  }
  return [];
}

function keyFrom(table: Table, columns: readonly (string | undefined)[], notNull: boolean): KeyColumn[] {
  const known = columns.map((name) => (name === undefined ? undefined : table.columns.get(name)));
  const usable = known.every((column): column is Column & { type: ColumnType } => {
    return column?.type !== undefined && (!notNull || column.notNull === true);
  });
  return usable ? known.map((column) => ({ column: column.name, type: typeText(column.type) })) : [];
}
