import type { ObjectName } from '../../server/src/sql/action.js';
import { defineRule, type FileSide } from '../engine/define-rule.js';
import { isSame } from '../questions/in-file.js';
import { nameOf } from '../engine/words.js';

const off = /\b(?:toast\.)?autovacuum_enabled\s*=\s*(?:'?(?:false|off|no|0|f|n)\b'?)/i;

/** Dead rows stay, the table and its indexes grow without end, and in the end only a forced vacuum prevents wraparound. */
export default defineRule({
  meta: {
    id: 'no-autovacuum-off',
    category: 'replication-lag',
    severity: 'warning',
    summary: 'Do not switch autovacuum off for a table.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: [
      'https://www.postgresql.org/docs/current/routine-vacuuming.html',
      'https://www.postgresql.org/docs/current/sql-createtable.html#RELOPTION-AUTOVACUUM-ENABLED',
    ],
    messages: {
      switchesOff:
        'Without autovacuum the dead rows of {table} stay: the table and its indexes grow, plans go wrong as nothing analyses it, and one day a vacuum against wraparound reads all of it at once.\nTune autovacuum_vacuum_scale_factor or autovacuum_vacuum_cost_delay of {table} instead.',
    },
  },

  check: {
    alterTableOther(action, { before, later, statement, runsLater }) {
      if (action.subcommand !== 'setStorageParameters' || runsLater || before.table(action.table)?.temporary) return;
      if (!off.test(statement.text.slice(action.span.start, action.span.end))) return;
      return isSettled(action.table, later)
        ? undefined
        : { at: action.span, message: 'switchesOff', data: { table: nameOf(action.table) } };
    },
    createTable(action, { later, statement, runsLater }) {
      // Autovacuum leaves temporary tables alone anyway.
      if (action.temporary || runsLater || !off.test(statement.text)) return;
      return isSettled(action.table, later)
        ? undefined
        : { at: action.table.span ?? action.span, message: 'switchesOff', data: { table: nameOf(action.table) } };
    },
  },
});

/** It was for a load and is on again behind it, or the table goes. */
function isSettled(table: ObjectName, later: FileSide): boolean {
  return later
    .naming(table.name)
    .some(
      (each) =>
        ((each.kind === 'alterTableOther' &&
          (each.subcommand === 'setStorageParameters' || each.subcommand === 'resetStorageParameters')) ||
          each.kind === 'dropTable') &&
        isSame(each.table, table),
    );
}
