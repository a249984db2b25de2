import { parseStatement } from '../../server/src/sql/parse.js';
import { isKeyword } from '../../server/src/sql/lexer.js';
import { quoteIdentifier } from '../../server/src/sql/quote.js';
import { type BatchParts, batchParts } from '../fixes/batch-parts.js';
import { defineRule, type Fix, type RuleContext } from '../engine/define-rule.js';
import { inCaseOf, replace } from '../fixes/edit.js';

/** PostgreSQL has no UPDATE … LIMIT and no DELETE … LIMIT; a batch is chosen by a subquery. */
export default defineRule({
  meta: {
    id: 'no-limit-in-update',
    category: 'execution',
    severity: 'error',
    summary: 'PostgreSQL has no LIMIT or ORDER BY in UPDATE and DELETE; choose the rows by their key.',
    recommended: true,
    fix: 'unsafe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-update.html'],
    messages: {
      rejected:
        'PostgreSQL rejects {clause} in {verb}.\nChoose the rows in a subquery on their key: {verb} … WHERE {key} IN (SELECT {key} … LIMIT n).',
    },
  },

  checkProblem(context) {
    const parts = batchParts(context.statement.tokens());
    if (!parts) return;
    const key = keyOf(context, parts.table);
    return {
      at: { start: parts.clause.start, end: parts.clause.end },
      message: 'rejected',
      data: {
        clause: isKeyword(parts.clause, 'ORDER') ? 'ORDER BY' : 'LIMIT',
        verb: parts.verb.text.toUpperCase(),
        key: key.map(quoteIdentifier).join(', '),
      },
      fixes: keyset(context, parts, key),
    };
  },
});

/** The primary key when the history shows it; ctid, the row's place, works on every table. */
function keyOf({ before }: RuleContext, name: BatchParts['table']): readonly string[] {
  const table = before.table(name);
  const primary = [...(table?.constraints.values() ?? [])].find((constraint) => constraint.kind === 'primaryKey');
  return primary && primary.columns.length > 0 ? primary.columns : ['ctid'];
}

function keyset({ statement }: RuleContext, parts: BatchParts, key: readonly string[]): Fix[] {
  const { text } = statement;
  // Which of the joined rows LIMIT would choose is not said.
  if (parts.joins) return [];
  const columns = key.map(quoteIdentifier).join(', ');
  const left = key.length === 1 ? columns : `(${columns})`;
  const words = (upper: string): string => inCaseOf(statement, upper);
  const table = text.slice(parts.table.start, parts.table.end);
  const condition = parts.where ? text.slice(parts.where.start, parts.clause.start).trimEnd() : '';
  let tail = text.slice(parts.clause.start);
  if (isKeyword(parts.clause, 'LIMIT')) tail = `${words('ORDER BY')} ${columns} ${tail}`;
  const returning = /\breturning\b[\s\S]*$/i.exec(tail)?.[0] ?? '';
  if (returning) tail = tail.slice(0, -returning.length).trimEnd();
  const subquery = [words('SELECT'), columns, words('FROM'), table, condition, tail]
    .filter((part) => part !== '')
    .join(' ');
  const from = parts.where?.start ?? parts.clause.start;
  const edit = replace(
    { start: from, end: text.length },
    `${words('WHERE')} ${left} ${words('IN')} (${subquery})${returning ? ` ${returning}` : ''}`,
  );
  const fixed = text.slice(0, edit.span.start) + edit.text;
  // An edit that PostgreSQL would not take is no fix.
  if (parseStatement(fixed).problem) return [];
  return [
    {
      title: `Choose the rows by ${columns === 'ctid' ? 'their place (ctid)' : 'key'}`,
      safety: 'unsafe',
      edits: [edit],
    },
  ];
}
