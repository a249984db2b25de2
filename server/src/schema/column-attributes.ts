import type { AlterTableOther, ObjectName } from '../sql/action.js';
import type { TableSubcommand } from '../sql/kinds.js';
import type { SchemaState } from './state.js';

/** Notes that something which belongs to columns has been set for them. In: what it is, in words. */
export function noteAttribute(
  state: SchemaState,
  name: ObjectName | undefined,
  columns: readonly string[],
  what: string,
): void {
  if (columns.length === 0 || !name || !state.table(name)) return;
  const table = state.writableTable(name);
  for (const each of columns) {
    const column = table.columns.get(each);
    const known = column?.attributes ?? [];
    if (column && !known.includes(what)) table.columns.set(each, { ...column, attributes: [...known, what] });
  }
}

/** Sub-commands that set what belongs to one column. */
const settings: ReadonlyMap<TableSubcommand, string> = new Map([
  ['setStatistics', 'its statistics target'],
  ['setStorage', 'its storage'],
  ['setCompression', 'its compression'],
  ['setColumnOptions', 'its options'],
]);

/** Notes what ALTER COLUMN … SET STATISTICS, STORAGE, COMPRESSION and (…) have set. */
export function noteColumnSetting(state: SchemaState, { table, subcommand, name }: AlterTableOther): void {
  const what = settings.get(subcommand);
  if (what !== undefined && name !== undefined) noteAttribute(state, table, [name], what);
}
