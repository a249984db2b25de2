import type { Span } from '../../server/src/sql/span.js';
import { batchParts } from '../fixes/batch-parts.js';
import { defineRule } from '../engine/define-rule.js';
import { leadingWords } from '../engine/words.js';
import { breaksBody, brokenBody } from '../questions/broken-body.js';
import { unclosedBracket } from '../questions/unclosed.js';

/** What PostgreSQL's own grammar refuses, in its own words. */
export default defineRule({
  meta: {
    id: 'no-syntax-error',
    category: 'execution',
    severity: 'error',
    summary: "Statements parse with PostgreSQL's grammar.",
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-syntax.html'],
    messages: {
      limit: 'Not checked: {problem}. PostgreSQL may well run it.',
      refused: 'PostgreSQL cannot parse this: {problem}. The statement is not checked.',
      unclosed:
        'PostgreSQL cannot parse this: {problem}, as {bracket} is not closed. The statement is not checked.\nClose the bracket where it belongs.',
      body: 'PostgreSQL refuses this body, and the migration stops here: {problem} (error 42601).\nCorrect it: bodies are read when {what} made, not only when they run.',
      block:
        'PostgreSQL refuses this block, and the migration stops here: {problem} (error 42601).\nLook for a missing semicolon, END IF or END LOOP.',
      placeholder:
        '{text} looks like a placeholder that Airlock does not know, so this statement is not checked.\nCheck what the migration tool makes of it.',
    },
  },

  checkStatement({ statement, settings, runsLater }) {
    const broken = runsLater ? undefined : brokenBody(statement);
    if (!broken) return;
    const { problem } = broken;
    const isBlock = statement.actions.some(({ kind }) => kind === 'doBlock');
    // A statement of a block that does not parse is reported by itself.
    if (isBlock) return broken.at ? undefined : { at: leadingWords(statement), message: 'block', data: { problem } };
    if (isUnchecked(settings)) return;
    const isProcedure = statement.actions.some((action) => action.kind === 'createFunction' && action.procedure);
    const what = isProcedure ? 'a procedure is' : 'a function is';
    return { at: broken.at ?? leadingWords(statement), message: 'body', data: { problem, what } };
  },

  checkProblem({ statement, settings, runsLater }) {
    if (runsLater && breaksBody(statement) && !isUnchecked(settings)) return;
    if (!statement.problem || batchParts(statement.tokens())) return;
    const macro = macroAt(statement.text, statement.problem.span);
    if (macro) {
      const data = { text: statement.text.slice(macro.start, macro.end) };
      return { at: macro, message: 'placeholder', data, severity: 'info' };
    }
    const { span: at, message: problem, isOwnLimit } = statement.problem;
    const bracket = endsTooEarly.test(problem) ? unclosedBracket(statement, at.end) : undefined;
    if (bracket) {
      const data = { problem, bracket: `"${oneBlank(statement.text.slice(bracket.start, bracket.end))}"` };
      return { at: bracket, message: 'unclosed', data };
    }
    return isOwnLimit
      ? { at, message: 'limit', data: { problem }, severity: 'info' }
      : { at, message: 'refused', data: { problem } };
  },
});

/** SET check_function_bodies = off, as dumps have it. */
function isUnchecked(settings: ReadonlyMap<string, string>): boolean {
  return /^(?:off|false|no|0)$/i.test(settings.get('check_function_bodies') ?? '');
}

/** PostgreSQL has met the end, or the semicolon that was meant as one. */
const endsTooEarly = /^syntax error at (?:end of input|or near ";")$/;

/** Placeholders of tools that Airlock does not read: `$%NAME%$` of Synapse, `<%= name %>`, `#{name}`, `%(name)s`. */
const macros = /\$%\w+%\$|<%[^\n]*?%>|#\{[^}\n]*\}|%\(\w+\)s\b/g;

/** Comments between a word and its bracket are blanks here. */
function oneBlank(text: string): string {
  return text.replace(/\s+/g, ' ');
}

/** The macro at which PostgreSQL's grammar has stopped: its message names one of the macro's first characters. */
function macroAt(text: string, { start, end }: Span): Span | undefined {
  for (const found of text.matchAll(macros)) {
    const macro = { start: found.index, end: found.index + found[0].length };
    if (macro.start < end && start < macro.end) return macro;
  }
  return undefined;
}
