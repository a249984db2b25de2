import type { Action } from '../../sql/action.js';
import { objectSql, quoteIdentifier } from '../../sql/quote.js';
import { isRefused, type PlanOutcome } from '../plan.js';
import { dropColumn, dropTable } from './drop-in-stages.js';
import { changeWords, type Pattern, type PatternContext, type PatternValues } from './pattern.js';
import { renameTable } from './rename-table.js';
import { renameColumn } from './replace-columns.js';
import { widenPrimaryKey } from './widen-key.js';

/**
 * The pattern that a statement is the usual form of, as a plan; undefined where there is none. Not what `planFor` makes
 * of it: these ship over several releases, so that a person asks for them and `fix` does not write them. In: the actions
 * of the statement, and the schema before it.
 */
export function patternOfStatement(actions: readonly Action[], context: PatternContext): PlanOutcome {
  const [action, ...others] = actions;
  if (!action || others.length > 0) return undefined;
  switch (action.kind) {
    case 'renameColumn': {
      const { column, to, table } = action;
      const values = { table: objectSql(table), column: quoteIdentifier(column), to: quoteIdentifier(to) };
      return isOwn(action, context) ? planned(renameColumn, values, context, 'no-rename-column') : undefined;
    }
    case 'dropColumn': {
      const { column, table, cascade } = action;
      const values = { table: objectSql(table), column: quoteIdentifier(column) };
      return isOwn(action, context) && !cascade ? planned(dropColumn, values, context, 'no-drop-column') : undefined;
    }
    case 'renameTable': {
      const values = { table: objectSql(action.table), to: quoteIdentifier(action.to) };
      return isOwn(action, context) ? planned(renameTable, values, context, 'no-rename-table') : undefined;
    }
    case 'dropTable': {
      const values = { table: objectSql(action.table) };
      return isOwn(action, context) && !action.cascade
        ? planned(dropTable, values, context, 'no-drop-table')
        : undefined;
    }
    case 'alterColumnType': {
      const known = context.state.table(action.table);
      const primary = [...(known?.constraints.values() ?? [])].find(({ kind }) => kind === 'primaryKey');
      const isKey = primary?.columns.length === 1 && primary.columns[0] === action.column;
      const isWide = action.type.name === 'int8' && action.type.arrayDimensions === 0 && action.using === undefined;
      const values = { table: objectSql(action.table) };
      return isKey && isWide ? planned(widenPrimaryKey, values, context, 'no-rewriting-type-change') : undefined;
    }
    default:
      return undefined;
  }
}

/** On a table that an earlier release has made: of a new one nobody knows the old form. */
function isOwn(action: Extract<Action, { table: unknown }>, { state }: PatternContext): boolean {
  if (!('table' in action) || action.table === undefined || !('name' in action.table)) return false;
  const known = state.table(action.table);
  const isThere = !('column' in action) || typeof action.column !== 'string' || known?.columns.has(action.column);
  return known?.kind === 'table' && known.release !== state.release && !known.temporary && isThere === true;
}

function planned(pattern: Pattern, values: PatternValues, context: PatternContext, mends: string): PlanOutcome {
  const plan = pattern.plan(values, context);
  return isRefused(plan) ? plan : { ...plan, mends: [mends], change: changeWords(pattern, values) };
}
