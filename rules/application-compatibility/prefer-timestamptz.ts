import { defineRule } from '../engine/define-rule.js';
import { newColumnChecks } from '../questions/new-column.js';

/** timestamp forgets which zone it was in. A preference: off unless it is switched on. */
export default defineRule({
  meta: {
    id: 'prefer-timestamptz',
    aliases: ['prefer-timestamp-tz'],
    category: 'application-compatibility',
    severity: 'info',
    summary: 'Give a new column timestamptz instead of timestamp.',
    recommended: false,
    fix: 'unsafe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/datatype-datetime.html'],
    messages: {
      type: '{column} of {table} is {type}, which does not say in which time zone it was: sessions with another TimeZone read another moment.\nWrite {instead}.',
    },
  },

  check: newColumnChecks('Change the type to', ({ type }) =>
    type.name === 'timestamp'
      ? `timestamptz${type.modifiers.length > 0 ? `(${type.modifiers.join(', ')})` : ''}`
      : undefined,
  ),
});
