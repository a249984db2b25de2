import type { Constraint } from '../../server/src/schema/model.js';
import type { Action, SetVariable, TableSubcommand } from '../../server/src/sql/action.js';
import type { ParsedStatement } from '../../server/src/sql/statement.js';
import { defineRule, type RuleContext } from '../engine/define-rule.js';
import { isSameTable } from '../questions/foreign-keys.js';
import { commits, isSame, rollsBack } from '../questions/in-file.js';
import { listed, nameOf } from '../engine/words.js';

const disabling: ReadonlySet<TableSubcommand> = new Set(['disableTrigger', 'disableTriggerAll', 'disableTriggerUser']);
const enabling: ReadonlySet<TableSubcommand> = new Set([
  'enableTrigger',
  'enableTriggerAll',
  'enableTriggerUser',
  'enableAlwaysTrigger',
  'enableReplicaTrigger',
]);

/** A disabled trigger is so for everybody, not for this session alone; with ALL, foreign keys are not checked either. */
export default defineRule({
  meta: {
    id: 'no-disable-trigger',
    category: 'concurrent-writes',
    severity: 'warning',
    summary: 'Do not disable triggers while the application writes.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-DISABLE-ENABLE-TRIGGER'],
    messages: {
      skipsTrigger:
        'This disables {trigger} on {table} for every session: rows that the running application writes meanwhile go without it, and nothing makes up for them.\nSET session_replication_role = replica to leave triggers out of one session alone, or enable {trigger} again in the same transaction.',
      skipsChecks:
        'This disables every trigger on {table} for every session, those of its foreign keys included: the running application can write rows that point nowhere, and nothing checks them later.\nName the trigger, or enable them again in the same transaction.',
      uncheckedRows:
        'With session_replication_role = replica, no foreign key of {tables} is checked for the rows that this file writes: rows that point nowhere get in without an error, and VALIDATE CONSTRAINT does not look for them, as the key counts as valid.\nDisable the one trigger that is in the way instead, in the same transaction; or add each foreign key anew behind the rows, NOT VALID, and validate it.',
    },
  },

  check: {
    alterTableOther(action, { before, later, transaction, runsLater }) {
      if (!disabling.has(action.subcommand) || runsLater || before.isUnused(action.table)) return;
      // In one transaction its lock keeps all other writes out until the triggers are back.
      const enables = (each: Action): boolean =>
        each.kind === 'alterTableOther' && enabling.has(each.subcommand) && isSame(each.table, action.table);
      const { name } = action.table;
      const isBack = later.naming(name).some(enables);
      const isOneTransaction = transaction.by !== 'begin' || later.until(commits).naming(name).some(enables);
      if (isBack && transaction.open && isOneTransaction) return;
      const message = action.subcommand === 'disableTriggerAll' ? 'skipsChecks' : 'skipsTrigger';
      const data = {
        table: nameOf(action.table),
        trigger: action.name === undefined ? 'all triggers' : `the trigger ${action.name}`,
      };
      // The migration tool may run the file in a transaction without anything here that says so.
      return { at: action.span, message, data, ...(isBack && !transaction.open ? { severity: 'info' as const } : {}) };
    },
    setVariable(action, context) {
      if (!isReplica(action) || context.runsLater) return;
      const tables = uncheckedTables(action, context);
      return tables.length > 0
        ? { at: action.span, message: 'uncheckedRows', data: { tables: listed(tables) } }
        : undefined;
    },
  },
});

function isReplica({ variable, value }: SetVariable): boolean {
  return variable === 'session_replication_role' && value === 'replica';
}

/** Tables in use to whose foreign keys the file writes while the variable holds, and that no new key checks later. */
function uncheckedTables(action: SetVariable, { before, later }: RuleContext): string[] {
  const ends = (statement: ParsedStatement): boolean =>
    (action.local && commits(statement)) ||
    rollsBack(statement) ||
    statement.actions.some(
      (each) =>
        each.kind === 'setVariable' && (each.variable === action.variable || each.variable === '*') && !isReplica(each),
    );
  const side = later.until(ends);
  const writes = [...side.actions('insert'), ...side.actions('update'), ...side.actions('copy')];
  const found = writes.flatMap((write) => {
    const name = write.table;
    const table = name && before.table(name);
    if (!table || before.isUnused(name)) return [];
    const keys = [...table.constraints.values()].filter((each) => isWritten(each, write));
    const isNewKey = (each: Action): boolean =>
      each.kind === 'addConstraint' && each.constraint.kind === 'foreignKey' && isSameTable(each.table, name, before);
    return keys.length > 0 && !later.naming(table.name).some(isNewKey) ? [nameOf(name)] : [];
  });
  return [...new Set(found)];
}

/** True for a foreign key of which the statement writes a column, to more than NULL. VALIDATE finds rows of one that is NOT VALID. */
function isWritten({ kind, columns, enforced, validated }: Constraint, write: Action): boolean {
  if (kind !== 'foreignKey' || !enforced || !validated) return false;
  switch (write.kind) {
    case 'insert':
      return write.columns === undefined || write.columns.some((each) => columns.includes(each));
    case 'update':
      return write.assigns.some(
        (each) =>
          columns.includes(each) &&
          !write.sets.some(({ column, value }) => column === each && /^null$/i.test(value.text.trim())),
      );
    case 'copy':
      return write.from;
    default:
      return false;
  }
}
