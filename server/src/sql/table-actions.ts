import type { Action, TableAction } from './action.js';

/** The compiler asks for every kind: a sub-command that is missing here would lock nothing and change nothing. */
const kinds: Readonly<Record<TableAction['kind'], true>> = {
  addColumn: true,
  dropColumn: true,
  alterColumnType: true,
  setDefault: true,
  dropDefault: true,
  setNotNull: true,
  dropNotNull: true,
  addConstraint: true,
  validateConstraint: true,
  dropConstraint: true,
  attachPartition: true,
  detachPartition: true,
  alterTableOther: true,
};

/** True for a sub-command of ALTER TABLE; renames are statements of their own. */
export function isTableAction(action: Action): action is TableAction {
  return action.kind in kinds;
}
