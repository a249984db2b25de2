import { isBuiltIn } from '../../server/src/impact/volatility.js';
import type { SchemaState } from '../../server/src/schema/state.js';
import type { ObjectName } from '../../server/src/sql/action.js';
import type { ParsedStatement } from '../../server/src/sql/statement.js';
import type { FileSide, RuleContext } from '../engine/define-rule.js';
import { isSame } from './in-file.js';

/** True where the rest of the file switches row level security of the table on, or takes the table away. */
export function isMadeSafeBehind(table: ObjectName, later: FileSide): boolean {
  return later.naming(table.name).some((each) => {
    if (each.kind === 'alterTableOther') return each.subcommand === 'enableRowSecurity' && isSame(each.table, table);
    if (each.kind === 'setSchema') return isSame(each.object, table);
    return (each.kind === 'dropTable' || each.kind === 'renameTable') && isSame(each.table, table);
  });
}

/** True for a statement that may switch it on without naming the table: dynamic SQL, a function that nobody can read. */
export function maySecureTables({ actions, dynamic }: ParsedStatement): boolean {
  if (dynamic.some(({ origin }) => origin === 'do')) return true;
  return actions.some(
    (action) =>
      action.kind === 'call' || (action.kind === 'select' && action.calls.some((call) => !isBuiltIn(call.function))),
  );
}

/** True where the rest of the file, or a file that is shipped with it, secures the table or may do so. */
export function isSecuredBehind(table: ObjectName, context: RuleContext): boolean {
  if (isMadeSafeBehind(table, context.later) || context.later.some(maySecureTables)) return true;
  return context.shippedBehind(/row\s+level\s+security/i, (statement) => {
    const isLoop = statement.dynamic.some(({ origin }) => origin === 'do');
    return (
      (isLoop && /row\s+level\s+security/i.test(statement.text)) ||
      statement.actions.some(
        (action) =>
          action.kind === 'alterTableOther' && action.subcommand === 'enableRowSecurity' && isSame(action.table, table),
      )
    );
  });
}

/** True where an event trigger of the history runs dynamic SQL, as those do that switch it on for each new table. */
export function isSecuredByTrigger(state: SchemaState): boolean {
  for (const { kind, calls } of state.dependents()) {
    if (kind !== 'event trigger') continue;
    if (calls.some((key) => state.functionByKey(key)?.body?.isDynamic !== false)) return true;
  }
  return false;
}
