import { split } from '../sql/split.js';
import { withAsync } from './async.js';
import type { HostFile } from './index.js';
import type { HostForm, NativeEdit } from './migration.js';

/** A comment of SQL without its marks, in one line. */
export function wordsOf(comment: string): string {
  return comment.replace(/^--\s?|^\/\*\s?|\s?\*\/$/g, '').trim();
}

/** A call that sends a statement, with comments above it, each line behind an indentation. */
export function indentedCall(
  comments: readonly string[],
  sql: string,
  indent: string,
  form: HostForm,
  direction: 'up' | 'down',
  back?: string | undefined,
): string {
  const call = form.call(sql, direction, back);
  // A squiggly heredoc takes blanks off its lines; in every other string they would stay.
  const lines = call.includes('<<~') ? call.replace(/\n(?=[^\n])/g, `\n${indent}`) : call;
  return [...comments.map((words) => `${indent}${form.comment} ${words}`.trimEnd()), `${indent}${lines}`]
    .map((line) => `${line}\n`)
    .join('');
}

/** The file with a way back in it, as its tool runs it; undefined where it has one already or no place for it. In: SQL. */
export function withWayBack({ text, code, migration: { form } }: HostFile, sql: string): string | undefined {
  const place = form.down;
  if (!place) return undefined;
  const { pieces, comments } = split(sql);
  let at = 0;
  const calls = pieces.map(({ span, fullEnd }) => {
    const above = comments.filter((each) => each.span.start >= at && each.span.end <= span.start);
    at = fullEnd;
    const words = above.flatMap((each) => wordsOf(each.text).split('\n'));
    return indentedCall(words, sql.slice(span.start, span.end), place.indent, form, 'down');
  });
  const nothing = comments.map((each) => `${place.indent}${form.comment} ${wordsOf(each.text)}\n`);
  const body = (pieces.length > 0 ? calls : nothing).join('');
  const edit = { span: place.span, text: place.before + body + place.after };
  const edits = withAsync(code, [edit, ...(form.imports ?? [])]);
  return edits && applied(text, edits);
}

/** The text with some edits made; they do not overlap. */
export function applied(text: string, edits: readonly NativeEdit[]): string {
  let result = text;
  for (const { span, text: put } of [...edits].sort((a, b) => b.span.start - a.span.start))
    result = result.slice(0, span.start) + put + result.slice(span.end);
  return result;
}
