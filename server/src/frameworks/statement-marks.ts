import type { Framework } from './framework.js';
import { lineEndOf } from '../sql/line-ends.js';
import { split } from '../sql/split.js';

type StatementMarks = NonNullable<Framework['statementMarks']>;

/** Whether a tool that ends a statement at each semicolon at the end of a line would end this one within. */
export function isCut(statement: string): boolean {
  const lines = statement.split(/\r\n|[\r\n]/);
  // As the tools read it: the last word before one that begins with "--".
  return lines.slice(0, -1).some((line) => /;\s*$/.test(line.replace(/(?:^|\s)--.*$/, '')));
}

/** Whether the offset stands between the marks. */
export function isMarked(text: string, at: number, { begin, end }: StatementMarks): boolean {
  const before = text.slice(0, at).toLowerCase();
  return before.lastIndexOf(begin.toLowerCase()) > before.lastIndexOf(end.toLowerCase());
}

/**
 * Puts marks around each statement that has semicolons inside, for tools that cut a file at those: goose and
 * sql-migrate. What stands between such marks already is left as it is.
 */
export function withStatementMarks(sql: string, { begin, end }: StatementMarks): string {
  if (!sql.includes(';')) return sql;
  const newline = lineEndOf(sql);
  let [text, at] = ['', 0];
  for (const { span, fullEnd } of split(sql).pieces) {
    const before = sql.slice(at, span.start);
    text +=
      isCut(sql.slice(span.start, span.end)) && !isMarked(sql, span.start, { begin, end })
        ? `${before}${begin}${newline}${sql.slice(span.start, fullEnd)}${newline}${end}`
        : sql.slice(at, fullEnd);
    at = fullEnd;
  }
  return text + sql.slice(at);
}
