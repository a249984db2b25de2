import { batchParts } from '../engine/batch-parts.js';
import { defineRule } from '../engine/define-rule.js';

/** What PostgreSQL's own grammar refuses, in its own words. */
export default defineRule({
  meta: {
    id: 'no-syntax-error',
    category: 'execution',
    severity: 'error',
    summary: "Statements parse with PostgreSQL's grammar.",
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-syntax.html'],
    messages: {
      refused: 'PostgreSQL cannot parse this: {problem}. The statement is not checked.',
    },
  },

  checkProblem({ statement }) {
    if (!statement.problem || batchParts(statement.tokens())) return;
    return { at: statement.problem.span, message: 'refused', data: { problem: statement.problem.message } };
  },
});
