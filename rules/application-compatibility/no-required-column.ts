import { isSerial } from '../../server/src/schema/apply-table.js';
import type { Action } from '../../server/src/sql/action.js';
import { isEmptied } from '../questions/emptied.js';
import { defineRule } from '../engine/define-rule.js';
import { isSame } from '../questions/in-file.js';
import { isThere, nameOf } from '../engine/words.js';

/** ADD COLUMN … NOT NULL without a default fails on any row (23502), and old code's INSERTs fail afterwards. */
export default defineRule({
  meta: {
    id: 'no-required-column',
    aliases: ['adding-required-field'],
    category: 'application-compatibility',
    severity: 'error',
    summary: 'Do not add a NOT NULL column without a default to an existing table.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/ddl-alter.html#DDL-ALTER-ADDING-A-COLUMN'],
    messages: {
      fails:
        'Adding {column} NOT NULL without a default fails when {table} has any row (error 23502). On an empty table every INSERT of the running application fails instead, as it does not know {column}.\nAdd it nullable, fill it in batches, then set NOT NULL.',
      failsAgain:
        'Adding {column} anew, NOT NULL and without a default, fails when {table} has any row (error 23502).\nAdd it nullable, fill it in batches, then set NOT NULL.',
      onEmpty:
        'The running application does not know {column}, so every INSERT of it into {table} fails from here on (error 23502).\nGive {column} a default until all running code fills it.',
    },
  },

  check: {
    addColumn(action, { before, earlier, statement }) {
      const { column } = action;
      if (!column.notNull || column.generated || column.identity || isSerial(column.type) || before.isNew(action.table))
        return;
      // DEFAULT NULL is no default.
      if (column.default && !/^null\b/i.test(column.default.expression.text)) return;
      if (isThere(action, before)) return;
      const type = column.type && before.type({ schema: column.type.schema, name: column.type.name });
      // A domain may bring its own default.
      if (type?.kind === 'domain') return;
      const data = { column: column.name, table: nameOf(action.table) };
      const isDropped = (other: Action): boolean =>
        other.kind === 'dropColumn' && other.column === column.name && isSame(other.table, action.table);
      const comesBack = earlier.naming(action.table.name).some(isDropped) || statement.actions.some(isDropped);
      // The application knows the column; what it meets is said where the column is dropped.
      if (comesBack)
        return isEmptied(action.table, earlier) ? undefined : { at: column.notNull, message: 'failsAgain', data };
      return { at: column.notNull, message: isEmptied(action.table, earlier) ? 'onEmpty' : 'fails', data };
    },
  },
});
