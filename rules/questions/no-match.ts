import type { Delete, ObjectName, Update } from '../../server/src/sql/action.js';
import { nullColumns } from '../../server/src/schema/rows-chosen.js';
import type { RuleContext } from '../engine/define-rule.js';

/**
 * The column of a condition `c IS NULL` that no row fulfils: it is NOT NULL, or ADD COLUMN … DEFAULT of this release has
 * filled it in every row (measured: count 0) and nothing has written to it since. Undefined where rows may match.
 */
export function neverNull(
  { table, rows }: Update | Delete,
  { before, earlier }: Pick<RuleContext, 'before' | 'earlier'>,
): string | undefined {
  return nullColumns(rows).find((name) => isFilledEverywhere(name, table, { before, earlier }));
}

function isFilledEverywhere(
  name: string,
  table: ObjectName,
  { before, earlier }: Pick<RuleContext, 'before' | 'earlier'>,
): boolean {
  const column = before.table(table)?.columns.get(name);
  if (!column || column.notNull === true) return column !== undefined;
  const isNew = column.release === before.release && column.default !== undefined && !/^null\b/i.test(column.default);
  return isNew && cameFilled(name, table, earlier);
}

/** True when ADD COLUMN brought the default along; SET DEFAULT fills no row that is there. */
function cameFilled(column: string, table: ObjectName, earlier: RuleContext['earlier']): boolean {
  let filled = false;
  for (const action of earlier.naming(table.name)) {
    if (action.kind === 'addColumn' && action.column.name === column) filled = action.column.default !== undefined;
    else if (action.kind === 'update' && action.assigns.includes(column)) filled = false;
    else if (action.kind === 'insert' || action.kind === 'copy' || action.kind === 'merge') filled = false;
  }
  return filled;
}
