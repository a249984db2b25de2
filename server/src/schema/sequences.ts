import type { AlterColumnType } from '../sql/action.js';
import type { Table } from './model.js';
import { keyOf, type SchemaState } from './state.js';

/** Makes a sequence that belongs to a column of the type; gives back its key. */
export function putSequence(state: SchemaState, schema: string, name: string, type: string | undefined): string {
  const key = keyOf(schema, name);
  state.put({ kind: 'sequence', key, schema, name, type, release: state.release, place: state.place });
  return key;
}

/** The sequence of an identity column follows its type; that of a serial column stays as it is (measured on PostgreSQL 15). */
export function retypeIdentity(state: SchemaState, table: Pick<Table, 'columns'>, action: AlterColumnType): void {
  const column = table.columns.get(action.column);
  const sequence = column?.identity && column.sequence !== undefined ? state.relationByKey(column.sequence) : undefined;
  if (sequence?.kind === 'sequence') state.put({ ...sequence, type: action.type.name });
}
