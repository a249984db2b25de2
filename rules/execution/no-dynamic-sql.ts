import { unreadCode } from '../../server/src/sql/script-marks.js';
import { defineRule } from '../engine/define-rule.js';

/** SQL that EXECUTE puts together at run time cannot be read beforehand: unknown, not safe. */
export default defineRule({
  meta: {
    id: 'no-dynamic-sql',
    category: 'execution',
    severity: 'info',
    summary: 'EXECUTE, or code around the SQL, runs SQL that Airlock cannot read.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/plpgsql-statements.html#PLPGSQL-STATEMENTS-EXECUTING-DYN'],
    messages: {
      now: 'This EXECUTE runs SQL that is put together at run time, so Airlock cannot check what it locks or changes. It runs now, with the DO block.\nVerify it by hand.',
      rows: 'Airlock cannot read which rows this code changes: {reason}.\nVerify by hand how many they are: they stay locked until the transaction ends.',
      unread:
        'Airlock cannot read what this code sends: {reason}. Nothing behind it is certain any more.\nVerify by hand what it changes.',
    },
  },

  checkStatement({ statement }) {
    const unread = unreadCode(statement.text);
    if (unread) {
      const { reason, isOfRows } = unread;
      const at = { start: 0, end: statement.text.length };
      return [{ at, message: isOfRows ? ('rows' as const) : ('unread' as const), data: { reason } }];
    }
    // In a function body it runs some other day, for whoever calls the function.
    return statement.dynamic
      .filter((each) => each.origin === 'do')
      .map((each) => ({ at: each.span, message: 'now' as const }));
  },
});
