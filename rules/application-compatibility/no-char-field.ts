import { defineRule } from '../engine/define-rule.js';
import { newColumnChecks } from '../questions/new-column.js';

/** char(n) fills up with blanks. A preference: off unless it is switched on. */
export default defineRule({
  meta: {
    id: 'no-char-field',
    aliases: ['ban-char-field'],
    category: 'application-compatibility',
    severity: 'info',
    summary: 'Do not give a new column char(n).',
    recommended: false,
    fix: 'unsafe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/datatype-character.html'],
    messages: {
      type: '{column} of {table} is {type}, which fills each value up with blanks and ignores them in comparisons.\nWrite {instead}.',
    },
  },

  check: newColumnChecks('Change the type to', ({ type }) => (type.name === 'bpchar' ? 'text' : undefined)),
});
