import { dependentsOf } from '../../server/src/schema/note-dependents.js';
import type { SchemaState } from '../../server/src/schema/state.js';
import type { Action, ObjectName } from '../../server/src/sql/action.js';
import { analyseExpression } from '../../server/src/sql/expressions.js';
import { isRenamedHere } from '../questions/in-file.js';
import { defineRule, type Report, type RuleContext } from '../engine/define-rule.js';
import { isNewColumn, isSameTable } from '../questions/foreign-keys.js';
import { nameOf } from '../engine/words.js';

type Message = 'check' | 'notNull';

/** NOT VALID spares the old rows only: every new row is checked at once, and the running code does not know the column. */
export default defineRule({
  meta: {
    id: 'no-check-before-code',
    category: 'application-compatibility',
    severity: 'error',
    summary: 'Do not demand a value in a column that the running application does not know yet.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT'],
    messages: {
      check:
        '{column} comes in this same release and has no default, so the running application does not fill it: with this constraint every INSERT into {table} that it makes fails at once (error {code}), NOT VALID or not.\nGive {column} a default, or add the constraint when all running code fills {column}.',
      notNull:
        '{column} comes in this same release and has no default, so the running application does not fill it: from SET NOT NULL on, every INSERT into {table} that it makes fails (error 23502).\nGive {column} a default, or set NOT NULL when all running code fills {column}.',
    },
  },

  check: {
    addConstraint(action, context) {
      const { constraint } = action;
      if (constraint.notEnforced) return;
      const demanded =
        constraint.kind === 'notNull'
          ? constraint.columns
          : constraint.kind === 'check'
            ? (analyseExpression(constraint.expression?.text ?? '')?.notNullColumns ?? [])
            : [];
      return report(
        demanded,
        action.table,
        constraint.span,
        'check',
        { code: constraint.kind === 'notNull' ? '23502' : '23514' },
        context,
      );
    },
    setNotNull: (action, context) => report([action.column], action.table, action.span, 'notNull', {}, context),
  },
});

function report(
  demanded: readonly string[],
  table: ObjectName,
  at: Report['at'],
  message: Message,
  data: Record<string, string>,
  context: RuleContext,
): Report<Message> | undefined {
  const { before, statement, file, runsLater } = context;
  if (runsLater || before.isUnused(table) || isRenamedHere(table, file)) return undefined;
  const column = demanded.find(
    (name) => isNewColumn(name, table, statement.actions, before) && !isFilled(name, table, context),
  );
  if (column === undefined) return undefined;
  // A trigger may fill it.
  const isTrigger = (action: Action): boolean =>
    action.kind === 'createTrigger' && isSameTable(action.table, table, before);
  if (file.naming(table.name).some(isTrigger) || hasNewTrigger(table, before)) return undefined;
  // SET NOT NULL mostly stands behind a backfill, which shows that somebody has thought of it.
  return {
    at,
    message,
    data: { ...data, column, table: nameOf(table) },
    ...(message === 'notNull' ? { severity: 'warning' as const } : {}),
  };
}

/** True where an earlier file of this release has given the table a row trigger with a function of its own. */
function hasNewTrigger(table: ObjectName, before: SchemaState): boolean {
  const known = before.table(table);
  return (
    known !== undefined &&
    dependentsOf(before, known).some(({ kind, forEachRow, function: called }) => {
      const fills = kind === 'trigger' && forEachRow && called !== undefined ? before.functionByKey(called) : undefined;
      return fills?.overloads.some(({ release }) => release === before.release) === true;
    })
  );
}

/** True for a column that fills itself. */
function isFilled(name: string, table: ObjectName, { before, fromHere }: RuleContext): boolean {
  const known = before.table(table)?.columns.get(name);
  if (known && (known.default !== undefined || known.generated || known.identity || known.notNull === true))
    return true;
  return fromHere
    .naming(table.name)
    .some(
      (action) =>
        (action.kind === 'addColumn' &&
          action.column.name === name &&
          (action.column.default !== undefined ||
            action.column.generated !== undefined ||
            action.column.identity !== undefined ||
            action.column.notNull !== undefined)) ||
        (action.kind === 'setDefault' && action.column === name && isSameTable(action.table, table, before)) ||
        (action.kind === 'alterTableOther' && action.subcommand === 'addIdentity' && action.name === name) ||
        (action.kind === 'dropColumn' && action.column === name && isSameTable(action.table, table, before)),
    );
}
