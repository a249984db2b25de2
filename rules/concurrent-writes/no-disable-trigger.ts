import type { Action, TableSubcommand } from '../../server/src/sql/action.js';
import { defineRule } from '../engine/define-rule.js';
import { commits, isSame } from '../questions/in-file.js';
import { nameOf } from '../engine/words.js';

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
  },
});
