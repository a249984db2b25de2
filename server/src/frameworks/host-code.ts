import { lex } from '../sql/lexer.js';
import { split } from '../sql/split.js';

/** A statement of a migration, to be put into a call of a host language. */
export interface HostStatement {
  /** The comments above it, without their marks. */
  readonly comments: readonly string[];
  /** Without its semicolon. */
  readonly sql: string;
}

/** The statements of a text with the comments above each; comments behind the last belong to nobody. */
export function hostStatements(sql: string): HostStatement[] {
  const { pieces, comments } = split(sql);
  let at = 0;
  return pieces.map(({ span, fullEnd }) => {
    const above = comments.filter((each) => each.span.start >= at && each.span.end <= span.start);
    at = fullEnd;
    return { comments: above.flatMap(({ text }) => wordsOf(text)), sql: sql.slice(span.start, span.end) };
  });
}

/** What a text says although it has no statement. */
export function hostComments(sql: string): string[] {
  return split(sql).comments.flatMap(({ text }) => wordsOf(text));
}

function wordsOf(comment: string): string[] {
  return comment
    .replace(/^--\s?|^\/\*\s?|\s?\*\/$/g, '')
    .split(/\r?\n/)
    .map((line) => line.trim());
}

/** Lines of code, each indented by so many blanks; empty ones stay empty. */
export function indented(text: string, by: number): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : ' '.repeat(by) + line))
    .join('\n');
}

/** SQL in a template literal of JavaScript. */
export function templateLiteral(sql: string): string {
  const escaped = withHeldLines(sql).replace(/[\\`]/g, '\\$&').replaceAll('${', '\\${');
  return `\`${escaped.replaceAll(HELD, '\\n')}\``;
}

/** SQL in a string of Python. */
export function pythonString(sql: string): string {
  const escaped = withHeldLines(sql).replaceAll('\\', '\\\\').replaceAll('"""', '\\"\\"\\"').replace(/"$/, '\\"');
  return `"""${escaped.replaceAll(HELD, '\\n')}"""`;
}

/** Stands for a line end that is written as an escape; no SQL has this character. */
const HELD = '\0';

/** The lines of a call are indented; those within a text of the SQL must not be. Code in dollar quotes is no text. */
function withHeldLines(sql: string, isCode = /^\s*(?:do|create)\b/i.test(sql)): string {
  if (!sql.includes('\n')) return sql;
  let held = '';
  let at = 0;
  for (const { kind, start, end, text } of lex(sql)) {
    held += sql.slice(at, start);
    const [tag] = /^\$\w*\$/.exec(text) ?? [];
    const isText = kind === 'string' || kind === 'quoted';
    if (isText && isCode && tag !== undefined)
      held += tag + withHeldLines(text.slice(tag.length, -tag.length), true) + tag;
    else held += isText ? text.replaceAll('\n', HELD) : text;
    at = end;
  }
  return held + sql.slice(at);
}

/** The body of a function: a call for each statement, its comments above; `nothing` where there is none. */
export function callsFor(
  sql: string | undefined,
  mark: '//' | '#',
  call: (statement: string) => string,
  nothing = '',
): string {
  const statements = sql === undefined ? [] : hostStatements(sql);
  const words = statements.length === 0 && sql !== undefined ? hostComments(sql) : [];
  const lines = [
    ...words.map((word) => `${mark} ${word}`.trimEnd()),
    ...statements.flatMap(({ comments, sql: statement }) => [
      ...comments.map((word) => `${mark} ${word}`.trimEnd()),
      call(statement),
    ]),
  ];
  if (statements.length === 0 && nothing !== '') lines.push(nothing);
  return lines.join('\n');
}

/** "add_status" as the name of a class: "AddStatus". */
export function pascalCase(slug: string): string {
  const words = slug.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return /^[A-Za-z]/.test(name) ? name : `M${name}`;
}
