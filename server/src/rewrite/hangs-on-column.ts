import { dependentsOn } from '../schema/dependents/along.js';
import type { DependentObject } from '../schema/dependents/model.js';
import type { Column, Table } from '../schema/model.js';
import type { SchemaState } from '../schema/state.js';

/**
 * What hangs on a column besides its own default and NOT NULL, in words for a person. A new column in its place would
 * not have it, or it would follow the old column (measured: policies, generated columns, triggers with UPDATE OF or
 * WHEN, publications). Empty when a new column is all that is needed.
 */
export function hangsOnColumn(table: Table, column: Column, before: SchemaState): string[] {
  const found: string[] = [];
  if (column.identity || column.sequence !== undefined || /\bnextval\s*\(/i.test(column.default ?? ''))
    found.push('its sequence');
  if (column.generated) found.push('its expression');
  const target = { kind: 'column', table, column: column.name } as const;
  for (const each of dependentsOn(target, before)) found.push(...inWords(each, before));
  if (table.children.size > 0 || table.partitionBy || table.partitionOf !== undefined || table.inherits.length > 0)
    found.push('its partitions or inheriting tables');
  if (table.ofType !== undefined) found.push('the type of the table');
  if (table.rowTypeUsers.size > 0) found.push('columns of the row type of the table');
  return [...new Set(found)];
}

function inWords({ kind, key, name, onDrop }: DependentObject, before: SchemaState): string[] {
  switch (kind) {
    case 'default value':
    case 'sequence':
      return [];
    case 'column':
      // The same column of a partition is part of what is said of those.
      return onDrop === 'goes' ? [] : [`the generated column ${name}`];
    case 'table constraint':
    case 'setting':
      return [name];
    case 'index': {
      const index = before.relationByKey(key.slice('relation '.length));
      return [(index?.kind === 'index' ? index.constraint : undefined) ?? name];
    }
    case 'table of publication':
      return [`the publication ${name}`];
    case 'materialized view':
      return [`the view ${name}`];
    default:
      return [`the ${kind} ${name}`];
  }
}
