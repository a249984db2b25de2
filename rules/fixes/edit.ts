import { isKeyword } from '../../server/src/sql/lexer.js';
import type { Span } from '../../server/src/sql/span.js';
import type { ParsedStatement } from '../../server/src/sql/statement.js';
import type { Edit } from '../engine/define-rule.js';

/** Keywords in the letter case that the author uses: upper unless the statement begins in lower case. */
export function inCaseOf(statement: ParsedStatement, words: string): string {
  const first = statement.text.charAt(0);
  return first !== first.toUpperCase() ? words.toLowerCase() : words;
}

/** Puts keywords behind a span, one blank between. */
export function insertAfter(statement: ParsedStatement, span: Span, words: string): Edit {
  return { span: { start: span.end, end: span.end }, text: ` ${inCaseOf(statement, words)}` };
}

/** Puts text at the end of the statement, before its semicolon. */
export function append(statement: ParsedStatement, text: string): Edit {
  const end = statement.text.length;
  return { span: { start: end, end }, text };
}

/** Puts whole statements on lines of their own before this one; they end in a semicolon each. */
export function before(statements: readonly string[], newline: string): Edit {
  return { span: { start: 0, end: 0 }, text: statements.map((each) => `${each};${newline}`).join('') };
}

export function replace(span: Span, text: string): Edit {
  return { span, text };
}

/** "\r\n" when the statement's own text says so, else "\n". */
export function newlineOf(statement: ParsedStatement): string {
  return statement.text.includes('\r\n') ? '\r\n' : '\n';
}

/** Span of the first such keyword of the statement; the first token when it is not there. */
export function keywordSpan(statement: ParsedStatement, word: string): Span {
  const tokens = statement.tokens();
  const token = tokens.find((each) => isKeyword(each, word)) ?? tokens[0];
  return token ? { start: token.start, end: token.end } : { start: 0, end: statement.text.length };
}
