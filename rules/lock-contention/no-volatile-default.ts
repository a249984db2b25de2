import { isSerial } from '../../server/src/schema/apply-table.js';
import { quoteIdentifier } from '../../server/src/sql/quote.js';
import { volatilityOf } from '../../server/src/impact/volatility.js';
import { defineRule } from '../engine/define-rule.js';
import { append, inCaseOf, newlineOf, replace } from '../fixes/edit.js';
import { alterTable } from '../fixes/validate-separately.js';
import { isThere, nameOf } from '../engine/words.js';

/** ADD COLUMN with a volatile default writes every row and every index anew under ACCESS EXCLUSIVE; a constant or now() does not. */
export default defineRule({
  meta: {
    id: 'no-volatile-default',
    aliases: ['adding-field-with-default'],
    category: 'lock-contention',
    severity: 'error',
    summary: 'Do not add a column with a volatile default: it rewrites the table.',
    byRows: true,
    recommended: true,
    fix: 'unsafe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES'],
    messages: {
      rewrites:
        '{function} is computed anew for every row, so adding {column} rewrites {table} and its indexes under an ACCESS EXCLUSIVE lock: all reads and writes wait.\nAdd the column without the default, set the default for new rows, then fill the old rows in batches.',
      sameEach:
        '{function} counts as computed anew for every row, although every row gets the same value, so adding {column} rewrites {table} and its indexes under an ACCESS EXCLUSIVE lock: all reads and writes wait.\nWrite the value itself as the default, or add the column without one and fill it in batches.',
      mayRewrite:
        'Airlock does not know {function}; unless it is marked STABLE or IMMUTABLE, adding {column} rewrites {table} and its indexes under an ACCESS EXCLUSIVE lock: all reads and writes wait.\nAdd the column without the default, set the default for new rows, then fill the old rows in batches.',
    },
  },

  check: {
    addColumn(action, { before, statement }) {
      const { column } = action;
      if (!column.default || column.generated || column.identity || isSerial(column.type)) return;
      if (before.isUnused(action.table) || isThere(action, before)) return;
      const volatility = volatilityOf(column.default.expression.text, before);
      if (volatility.kind !== 'volatile') return;
      const data = {
        function: volatility.because === undefined ? 'This default' : `${volatility.because}()`,
        column: column.name,
        table: nameOf(action.table),
      };
      // Old rows would be NULL for a moment, which a primary key refuses.
      const isKey = column.constraints.some(({ kind }) => kind === 'primaryKey');
      const alone = statement.actions.length === 1 && column.notNull === undefined && !isKey;
      const name = quoteIdentifier(column.name);
      const setDefault = `${alterTable(statement, action)} ${inCaseOf(statement, 'ALTER COLUMN')} ${name} ${inCaseOf(statement, 'SET DEFAULT')} ${column.default.expression.text}`;
      const clauseStart = column.default.clause.start;
      const blank = /\s$/.test(statement.text.slice(0, clauseStart)) ? 1 : 0;
      return {
        at: column.default.expression.span,
        message: volatility.assumed ? 'mayRewrite' : isSameForAll(volatility.because) ? 'sameEach' : 'rewrites',
        data,
        ...(volatility.assumed ? { severity: 'warning' as const } : {}),
        fixes: alone
          ? [
              {
                title: 'Set the default in a statement of its own',
                // Old rows stay NULL until they are filled, which the author has to want.
                safety: 'unsafe',
                edits: [
                  replace({ start: clauseStart - blank, end: column.default.clause.end }, ''),
                  append(statement, `;${newlineOf(statement)}${setDefault}`),
                ],
              },
            ]
          : [],
      };
    },
  },
});

/** VOLATILE to PostgreSQL, and yet one value for all rows of a statement that calls no nextval (measured). */
function isSameForAll(name: string | undefined): boolean {
  return name === 'currval' || name === 'lastval';
}
