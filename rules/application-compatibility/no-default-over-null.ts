import type { SetDefault } from '../../server/src/sql/action.js';
import { defineRule, type RuleContext } from '../engine/define-rule.js';
import { isSame } from '../questions/in-file.js';
import { nameOf } from '../engine/words.js';

/** Times that every row has from its beginning: NULL says nothing there. */
const ofTheRow =
  /^(?:created|inserted|updated|modified|changed|added|registered|recorded|imported|entered|row)(?:_|$)|^(?:timestamp|time|date)$/;

/** Times of what happens to a row later. */
const ofAnEvent =
  /^(?:deleted|archived|removed|cancell?ed|expired|disabled|closed|revoked|processed|completed|finished|ended|read|seen|sent|published|verified|confirmed|locked|suspended|banned|approved|rejected|paid|shipped|delivered|refunded|resolved|started|activated|accepted|used|redeemed|synced|failed)(?:_|$)/;

/** SET DEFAULT changes no row that is there (measured); what an INSERT leaves out is no longer NULL. */
export default defineRule({
  meta: {
    id: 'no-default-over-null',
    category: 'application-compatibility',
    severity: 'warning',
    summary: 'Give a time that may be NULL no default of the current time, where NULL says that it has not happened.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/ddl-default.html'],
    messages: {
      says: 'An INSERT that leaves {column} out has left it NULL in {table}; from here on it gets the time of the INSERT, as if it had happened already. Queries that ask for {column} IS NULL no longer find the new rows.\nLeave the default out, and write {column} where it happens; where every row is to have the time, fill the old rows and SET NOT NULL.',
    },
  },

  check: {
    setDefault(action, context) {
      const { before, runsLater } = context;
      // Nearly no default is the current time.
      if (runsLater || !isCurrentTime(action.expression.text) || before.isUnused(action.table)) return;
      const table = before.table(action.table);
      const column = table?.columns.get(action.column);
      if (column?.notNull !== false || column.default !== undefined || column.release === before.release) return;
      const name = action.column.toLowerCase();
      if (ofTheRow.test(name) || isFilledHere(action, context)) return;
      const severity = ofAnEvent.test(name) ? ('warning' as const) : ('info' as const);
      return {
        at: action.span,
        message: 'says',
        data: { table: nameOf(action.table), column: action.column },
        severity,
      };
    },
  },
});

function isCurrentTime(expression: string): boolean {
  return /^\(*\s*(?:(?:now|transaction_timestamp|statement_timestamp|clock_timestamp)\s*\(\s*\)|current_(?:timestamp|date|time)|local(?:timestamp|time))(?:\s*\(\s*\d\s*\))?(?:::[a-z ]+|\s+at\s+time\s+zone\s+'[^']*')?\s*\)*$/i.test(
    expression,
  );
}

/** The file fills the column or makes it NOT NULL: then NULL is to say nothing more. */
function isFilledHere({ table, column }: SetDefault, { file }: RuleContext): boolean {
  return file.naming(table.name).some((each) => {
    if (!('table' in each) || !isSame(each.table, table)) return false;
    if (each.kind === 'update') return each.assigns.includes(column);
    return each.kind === 'setNotNull' && each.column === column;
  });
}
