import type { ParsedStatement } from '../../server/src/sql/statement.js';
import { defineRule } from '../engine/define-rule.js';
import { newColumnChecks } from '../questions/new-column.js';

/** json has no equality and no index. A preference: off unless it is switched on. */
export default defineRule({
  meta: {
    id: 'prefer-jsonb',
    category: 'application-compatibility',
    severity: 'info',
    summary: 'Give a new column jsonb instead of json.',
    recommended: false,
    fix: 'unsafe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/datatype-json.html'],
    messages: {
      type: '{column} of {table} is {type}, which has no equality operator, so DISTINCT, GROUP BY and UNION on it fail, and no GIN index.\nWrite {instead}.',
    },
  },

  check: newColumnChecks('Change the type to', ({ type }) => (type.name === 'json' ? 'jsonb' : undefined), needsJson),
});

/** Calls a function of json, or casts to it: PostgreSQL does not turn jsonb into json by itself (42883, 42804). */
function needsJson({ text }: ParsedStatement): boolean {
  return /\bjson_\w+\s*\(|(?:::|\bas)\s*json\b/i.test(text);
}
