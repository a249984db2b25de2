import { generatedFrom } from '../impact/dependencies.js';
import { viewsUsing } from '../impact/views.js';
import { indexReads } from '../schema/index-reads.js';
import { dependentsOf } from '../schema/note-dependents.js';
import type { Column, Table } from '../schema/model.js';
import type { SchemaState } from '../schema/state.js';
import { analyseExpression } from '../sql/expressions.js';

/**
 * What hangs on a column besides its own default and NOT NULL, in words for a person. A new column in its place would
 * not have it, or it would follow the old column (measured: policies, generated columns, triggers with UPDATE OF or
 * WHEN, publications). Empty when a new column is all that is needed.
 */
export function hangsOnColumn(table: Table, column: Column, before: SchemaState): string[] {
  const { name } = column;
  const found: string[] = [];
  if (column.identity || column.sequence !== undefined || /\bnextval\s*\(/i.test(column.default ?? ''))
    found.push('its sequence');
  if (column.generated) found.push('its expression');
  found.push(...(column.attributes ?? []));
  for (const { kind, name: constraint, columns, expression } of table.constraints.values())
    if (kind !== 'notNull' && (columns.includes(name) || reads(expression, name))) found.push(constraint);
  for (const key of table.indexes) {
    const index = before.relationByKey(key);
    const isOn = index?.kind === 'index' && (indexReads(index, name) || index.include.includes(name));
    if (isOn) found.push(index.constraint ?? index.name);
  }
  const computed = generatedFrom(table, name);
  if (computed !== undefined) found.push(`the generated column ${computed}`);
  for (const { view } of viewsUsing(table, name, before)) found.push(`the view ${view.name}`);
  for (const each of dependentsOf(before, table)) {
    // What no file says of statistics is which columns they are on; a publication of the table takes the new column along.
    const isOn = each.kind === 'statistics' || (each.kind !== 'publication' && (each.mentions?.includes(name) ?? true));
    if (isOn) found.push(`the ${each.kind === 'published' ? 'publication' : each.kind} ${each.name}`);
  }
  for (const key of table.referencedBy) {
    const child = before.tableByKey(key);
    for (const { references, name: pointing } of child?.constraints.values() ?? [])
      if (references?.table === table.key && (references.columns.length === 0 || references.columns.includes(name)))
        found.push(pointing);
  }
  if (table.children.size > 0 || table.partitionBy || table.partitionOf !== undefined || table.inherits.length > 0)
    found.push('its partitions or inheriting tables');
  if (table.ofType !== undefined) found.push('the type of the table');
  if (table.rowTypeUsers.size > 0) found.push('columns of the row type of the table');
  return [...new Set(found)];
}

function reads(expression: string | undefined, column: string): boolean {
  return expression !== undefined && (analyseExpression(expression)?.columns.includes(column) ?? true);
}
