import { nullComparisons } from '../../server/src/sql/null-comparisons.js';
import { defineRule } from '../engine/define-rule.js';

/** `a = NULL` is NULL, never true, while transform_null_equals is off, as it is by itself (measured on PostgreSQL 15). */
export default defineRule({
  meta: {
    id: 'no-comparison-with-null',
    category: 'execution',
    severity: 'warning',
    summary: 'Ask for NULL with IS NULL, and never with an operator.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/functions-comparison.html'],
    messages: {
      found: 'A comparison with NULL by {operator} is NULL for every row and never holds: {effect}.\nWrite {instead}.',
    },
  },

  checkStatement({ statement }) {
    const [action] = statement.actions;
    return nullComparisons(statement).map(({ span, operator }) => ({
      at: span,
      message: 'found' as const,
      data: {
        operator,
        effect: effects[action?.kind ?? ''] ?? 'no row is found by it',
        instead: operator === '=' ? 'IS NULL' : 'IS NOT NULL',
      },
    }));
  },
});

/** What comes of it, by the kind of the statement. */
const effects: Readonly<Record<string, string>> = {
  update: 'this UPDATE passes over the rows that are meant, and succeeds',
  delete: 'this DELETE passes over the rows that are meant, and succeeds',
  addConstraint: 'a CHECK takes NULL for fulfilled and refuses no row',
  createTable: 'a CHECK takes NULL for fulfilled and refuses no row',
  createIndex: 'no row comes into the index by it',
};
