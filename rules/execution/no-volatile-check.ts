import { volatilityOf } from '../../server/src/impact/volatility.js';
import type { ConstraintDefinition } from '../../server/src/sql/action.js';
import { analyseExpression } from '../../server/src/sql/expressions.js';
import { defineRule, type Report, type RuleContext } from '../engine/define-rule.js';

type Message = 'time' | 'volatile';

/** A CHECK is evaluated when a row is written and never again: PostgreSQL takes it to be true for ever, and so does a restore. */
export default defineRule({
  meta: {
    id: 'no-volatile-check',
    category: 'execution',
    severity: 'warning',
    summary: 'Do not write a CHECK whose answer changes while the row stays the same.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-CHECK-CONSTRAINTS'],
    messages: {
      time: 'This CHECK compares with the present time by {call}: a row that was right when it was written breaks it later, unseen. Then an UPDATE of any other column fails (error 23514), and so does restoring a dump.\nCompare with another column, or check it in a BEFORE trigger.',
      volatile:
        'This CHECK calls {call}, whose answer changes from call to call: a row that passes when it is written can break the constraint later, unseen, and then its next UPDATE or restoring a dump fails (error 23514).\nCheck it in a BEFORE trigger.',
    },
  },

  check: {
    addConstraint: (action, context) => report(action.constraint, context),
    addColumn: (action, context) =>
      action.column.constraints.flatMap((constraint) => report(constraint, context) ?? []),
    createTable: (action, context) =>
      action.temporary
        ? []
        : [...action.columns.flatMap((column) => column.constraints), ...action.constraints].flatMap(
            (constraint) => report(constraint, context) ?? [],
          ),
  },
});

const clock = String.raw`(?:(?:now|transaction_timestamp|statement_timestamp|clock_timestamp)\s*\(\s*\)|current_timestamp|current_date|localtimestamp)`;
const anyClock = new RegExp(String.raw`\b${clock}`, 'i');
/** `c <= now()` and `now() >= c`: once true, time makes it truer. */
const growsTrue = new RegExp(
  String.raw`<=?\s*\(*\s*${clock}|\b${clock}\s*(?:(?:at\s+time\s+zone\s+'[^']*'|::\s*\w+|[-+]\s*(?:interval\s*)?'[^']*'(?:\s*::\s*interval)?)\s*)*\)*\s*>`,
  'gi',
);

function report(constraint: ConstraintDefinition, { before, runsLater }: RuleContext): Report<Message> | undefined {
  const text = constraint.expression?.text;
  if (constraint.kind !== 'check' || text === undefined || runsLater || constraint.notEnforced) return undefined;
  // NOT (…), CASE and intervals that grow with the time are more than a comparison shows.
  const clocks = text.match(new RegExp(String.raw`\b${clock}`, 'gi'))?.length ?? 0;
  if (
    clocks > (text.match(growsTrue)?.length ?? 0) &&
    /[<>=]/.test(text) &&
    !/\bage\s*\(|\bnot\b(?!\s+null)|\bor\b/i.test(text)
  ) {
    return { at: constraint.span, message: 'time', data: { call: anyClock.exec(text)?.[0] ?? 'now()' } };
  }
  if (clocks > 0) return undefined;
  const { kind, because, assumed } = volatilityOf(text, before);
  if (kind !== 'volatile' || assumed || because === undefined) return undefined;
  // Many functions are VOLATILE only because nobody has said that they are not.
  const own =
    analyseExpression(text)?.functions.some(({ schema, name }) => before.function({ schema, name }) !== undefined) ===
    true;
  return {
    at: constraint.span,
    message: 'volatile',
    data: { call: `${because}()` },
    ...(own ? { severity: 'info' as const } : {}),
  };
}
