import type { ObjectName, QualifiedName } from '../../server/src/sql/action.js';
import type { FileSide } from '../engine/define-rule.js';
import type { ParsedStatement } from '../../server/src/sql/statement.js';

/** True when two names may mean the same object: a schema counts only where both are written. */
export function isSame(one: QualifiedName | undefined, other: QualifiedName | undefined): boolean {
  if (!one || !other || one.name !== other.name) return false;
  return one.schema === undefined || other.schema === undefined || one.schema === other.schema;
}

/** True for a table that the file renames: running code knows neither of what comes with the new name; the rename is reported. */
export function isRenamedHere(table: ObjectName, side: FileSide): boolean {
  return side.some(renames) && side.naming(table.name).some((action) => action.kind === 'renameTable');
}

/** True for a table that the file has renamed, to make or put another one in its place: nobody writes to it any more. */
export function isSetAsideHere({ name }: Pick<ObjectName, 'name'>, earlier: FileSide, file: FileSide): boolean {
  if (!earlier.some(renames)) return false;
  return [...earlier.naming(name)].some(
    (action) =>
      action.kind === 'renameTable' &&
      action.to === name &&
      [...file.naming(action.table.name)].some(
        (other) =>
          (other.kind === 'createTable' && other.table.name === action.table.name) ||
          (other.kind === 'renameTable' && other.to === action.table.name),
      ),
  );
}

function renames({ actions }: ParsedStatement): boolean {
  return actions.some(({ kind }) => kind === 'renameTable');
}

/** True when dynamic SQL of the statement may do what is looked for. */
export function hasDynamicSql({ dynamic }: ParsedStatement): boolean {
  return dynamic.length > 0;
}

/** True for COMMIT. */
export function commits({ actions }: ParsedStatement): boolean {
  return actions.some((action) => action.kind === 'transaction' && action.operation === 'commit');
}

/** True for ROLLBACK. */
export function rollsBack({ actions }: ParsedStatement): boolean {
  return actions.some((action) => action.kind === 'transaction' && action.operation === 'rollback');
}

/** True for CREATE INDEX, DROP INDEX and others with CONCURRENTLY. */
export function isConcurrent({ actions }: ParsedStatement): boolean {
  return actions.some((action) => 'concurrently' in action && action.concurrently);
}
