import { defineRule } from '../engine/define-rule.js';
import { newColumnChecks } from '../questions/new-column.js';

/** varchar(n) is text with a limit, and the limit changes under a lock. A preference: off unless it is switched on. */
export default defineRule({
  meta: {
    id: 'prefer-text-field',
    category: 'application-compatibility',
    severity: 'info',
    summary: 'Give a new column text, with a CHECK where a limit is needed.',
    recommended: false,
    fix: 'unsafe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/datatype-character.html'],
    messages: {
      type: '{column} of {table} is {type}: it is no faster than text, and a smaller limit later reads the whole table under an ACCESS EXCLUSIVE lock.\nWrite {instead}, with a CHECK where a limit is needed.',
    },
  },

  check: newColumnChecks('Change the type to', ({ type }) =>
    type.name === 'varchar' && type.modifiers.length > 0 ? 'text' : undefined,
  ),
});
