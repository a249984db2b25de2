import type { Table, View } from './model.js';

/**
 * Whether a view reads a column of a table: PostgreSQL then refuses to drop it (2BP01) and to change its type (0A000).
 * Undefined when it surely does not.
 */
export function useOf(
  view: View,
  table: Pick<Table, 'key' | 'columns'>,
  column: string,
): 'certain' | 'possible' | undefined {
  const known = table.columns.get(column);
  let use: 'certain' | 'possible' | undefined;
  for (const { relation, all, columns, certain } of view.uses) {
    if (relation !== table.key) continue;
    if (known && certain.includes(column)) return 'certain';
    // A "*" means the columns that were there when the view was made.
    if (all && known && known.release < view.release) return 'certain';
    if (certain.includes(column) || columns.includes(column)) use = 'possible';
    else if (all && (known === undefined || known.release === view.release)) use = 'possible';
  }
  return use;
}
