import { lineEndOf } from '../sql/line-ends.js';
import { split } from '../sql/split.js';

/**
 * Puts marks around each statement that has semicolons inside, for tools that cut a file at those: goose and
 * sql-migrate. What stands between such marks already is left as it is.
 */
export function withStatementMarks(sql: string, begin: string, end: string): string {
  if (!sql.includes(';')) return sql;
  const newline = lineEndOf(sql);
  let [text, at] = ['', 0];
  for (const { span, fullEnd } of split(sql).pieces) {
    const isCut = sql.slice(span.start, span.end).includes(';');
    const before = sql.slice(at, span.start);
    const isMarked = before.trimEnd().toLowerCase().endsWith(begin.toLowerCase());
    text +=
      isCut && !isMarked
        ? `${before}${begin}${newline}${sql.slice(span.start, fullEnd)}${newline}${end}`
        : sql.slice(at, fullEnd);
    at = fullEnd;
  }
  return text + sql.slice(at);
}
