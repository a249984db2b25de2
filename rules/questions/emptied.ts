import type { ObjectName } from '../../server/src/sql/action.js';
import type { ParsedStatement } from '../../server/src/sql/statement.js';
import type { FileSide } from '../engine/define-rule.js';
import { isSame } from './in-file.js';

/** True when the last thing that the file has done to the rows of a table was to delete all of them. */
export function isEmptied(table: ObjectName, earlier: FileSide): boolean {
  if (!earlier.some(empties)) return false;
  let emptied = false;
  for (const action of earlier.naming(table.name)) {
    if (!('table' in action) || !isSame(action.table, table)) continue;
    if (action.kind === 'truncate' || (action.kind === 'delete' && !action.where)) emptied = true;
    else if (action.kind === 'insert' || action.kind === 'copy' || action.kind === 'merge') emptied = false;
  }
  return emptied;
}

function empties({ actions, embedded }: ParsedStatement): boolean {
  return (
    actions.some((action) => action.kind === 'truncate' || (action.kind === 'delete' && !action.where)) ||
    embedded.some(({ parsed }) => empties(parsed))
  );
}
