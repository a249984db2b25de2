import { defineRule } from '../engine/define-rule.js';

/** SQL that EXECUTE puts together at run time cannot be read beforehand: unknown, not safe. */
export default defineRule({
  meta: {
    id: 'no-dynamic-sql',
    category: 'execution',
    severity: 'info',
    summary: 'EXECUTE runs SQL that Airlock cannot read.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/plpgsql-statements.html#PLPGSQL-STATEMENTS-EXECUTING-DYN'],
    messages: {
      now: 'This EXECUTE runs SQL that is put together at run time, so Airlock cannot check what it locks or changes. It runs now, with the DO block.\nVerify it by hand.',
    },
  },

  checkStatement({ statement }) {
    // In a function body it runs some other day, for whoever calls the function.
    return statement.dynamic
      .filter((each) => each.origin === 'do')
      .map((each) => ({ at: each.span, message: 'now' as const }));
  },
});
