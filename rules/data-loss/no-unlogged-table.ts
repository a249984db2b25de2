import type { Action, CreateTable } from '../../server/src/sql/action.js';
import { defineRule, type RuleContext } from '../engine/define-rule.js';
import { keywordSpan, replace } from '../fixes/edit.js';
import { isSame } from '../questions/in-file.js';
import { nameOf } from '../engine/words.js';

/** PostgreSQL writes an unlogged table to no log: it is empty after a crash, and on a standby (measured on 15). */
export default defineRule({
  meta: {
    id: 'no-unlogged-table',
    category: 'data-loss',
    severity: 'warning',
    summary: 'Keep no rows in an unlogged table that cannot be made again.',
    recommended: true,
    fix: 'unsafe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-UNLOGGED'],
    messages: {
      filled:
        'A crash empties {table}, which is unlogged, and with it the rows that this migration puts in: it does not run again. A standby cannot read {table} at all (error 0A000).\nLeave UNLOGGED out.',
      empties:
        'A crash or a failover empties {table}, which is unlogged, a standby cannot read it (error 0A000), and no publication can have it.\nLeave UNLOGGED out unless what {table} holds may be lost at any time.',
    },
  },

  check: {
    createTable(action, context) {
      const { statement, runsLater } = context;
      if (!action.unlogged || runsLater || isMadeWhole(action, context)) return;
      const at = keywordSpan(statement, 'UNLOGGED');
      const behind = /^\s*/.exec(statement.text.slice(at.end))?.[0].length ?? 0;
      const isFilled = fills(action, context);
      return {
        at,
        message: isFilled ? 'filled' : 'empties',
        data: { table: nameOf(action.table) },
        ...(isFilled ? {} : { severity: 'info' }),
        fixes: [
          {
            title: 'Leave UNLOGGED out',
            safety: 'unsafe',
            edits: [replace({ start: at.start, end: at.end + behind }, '')],
          },
        ],
      };
    },
  },
});

/** A table for the time of the migration: filled without the log, then logged or dropped. */
function isMadeWhole({ table }: CreateTable, { later }: RuleContext): boolean {
  return later
    .naming(table.name)
    .some(
      (each) =>
        (each.kind === 'dropTable' && isSame(each.table, table)) ||
        (each.kind === 'alterTableOther' && each.subcommand === 'setLogged' && isSame(each.table, table)),
    );
}

function fills({ table, asQuery, withData }: CreateTable, { later }: RuleContext): boolean {
  const isWrite = (each: Action): boolean =>
    (each.kind === 'insert' || (each.kind === 'copy' && each.from)) && isSame(each.table, table);
  return (asQuery && withData) || later.naming(table.name).some(isWrite);
}
