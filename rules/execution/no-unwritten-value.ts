import { unwrittenValue } from '../../server/src/schema/own-names.js';
import type { Update } from '../../server/src/sql/action.js';
import { type Token, nameOf as tokenName } from '../../server/src/sql/lexer.js';
import type { ParsedStatement } from '../../server/src/sql/statement.js';
import { defineRule, type Report } from '../engine/define-rule.js';
import { nameOf } from '../engine/words.js';

type Message = 'unwritten';

/**
 * A backfill that Airlock has written for a value that only the author knows holds a marked NULL in its place. Run so,
 * it raises an exception on the first row (test/rewrite/backfill.test.ts).
 */
export default defineRule({
  meta: {
    id: 'no-unwritten-value',
    category: 'execution',
    severity: 'error',
    summary: 'Write the value that old rows get in place of the NULL that Airlock has left for it.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/plpgsql-errors-and-messages.html'],
    messages: {
      unwritten:
        'No value is written here for the rows of {table} that have none in {column}, so the backfill stops on the first row.\nWrite what they get in place of this NULL: only you know it.',
    },
  },

  check: {
    // At the block, not at the UPDATE in it: that it runs now needs no mention.
    doBlock: (_action, { statement }) => statement.embedded.flatMap(({ parsed, start }) => unwrittenIn(parsed, start)),

    update: (_action, { statement, transaction }) => (transaction.by === 'block' ? [] : unwrittenIn(statement, 0)),
  },
});

/** One report for each column of a statement whose value is not written; `start`: where its text starts. */
function unwrittenIn(statement: ParsedStatement, start: number): Report<Message>[] {
  const reports: Report<Message>[] = [];
  const updates = statement.actions.filter((action): action is Update => action.kind === 'update');
  for (let at = unwrittenValue(statement.written); at; at = unwrittenValue(statement.written, at.end)) {
    const column = columnSetAt(statement.tokens(), at.start);
    const update = updates.find(({ assigns }) => assigns.length === 0 || assigns.includes(column ?? ''));
    if (column === undefined || update === undefined) continue;
    reports.push({
      at: { start: start + at.start, end: start + at.end },
      message: 'unwritten',
      data: { table: nameOf(update.table), column },
    });
  }
  return reports;
}

/** The column of a `column = NULL` whose NULL starts at an offset; undefined where something else stands there. */
function columnSetAt(tokens: readonly Token[], offset: number): string | undefined {
  const index = tokens.findIndex(({ start, kind }) => start === offset && kind === 'word');
  const [column, equals] = [tokens[index - 2], tokens[index - 1]];
  return column && equals?.text === '=' ? tokenName(column) : undefined;
}
