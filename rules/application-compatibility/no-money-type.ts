import type { ParsedStatement } from '../../server/src/sql/statement.js';
import { defineRule } from '../engine/define-rule.js';
import { newColumnChecks } from '../questions/new-column.js';

/** money depends on lc_monetary. A preference: off unless it is switched on. */
export default defineRule({
  meta: {
    id: 'no-money-type',
    category: 'application-compatibility',
    severity: 'info',
    summary: 'Do not give a new column money.',
    recommended: false,
    fix: 'unsafe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/datatype-money.html'],
    messages: {
      type: '{column} of {table} is {type}, whose digits behind the point and whose text depend on lc_monetary: a dump that is read on another server may mean another amount.\nWrite {instead}.',
    },
  },

  check: newColumnChecks(
    'Change the type to',
    ({ type }) => (type.name === 'money' ? 'numeric' : undefined),
    needsMoney,
  ),
});

/** Casts to it: nothing compares numeric with money (42883). */
function needsMoney({ text }: ParsedStatement): boolean {
  return /(?:::|\bas)\s*money\b/i.test(text);
}
