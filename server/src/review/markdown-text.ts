import { restorePlaceholders } from '../sql/placeholders.js';
import { visible, visibleLine } from '../sql/visible.js';

/**
 * What an author wrote, put into Markdown: data that says what it says and does nothing. One function for each place.
 * Placeholders come back as they were written; control characters are shown.
 */

/** Keeps an address from becoming a link, and a name behind "@" from being notified. Nobody sees it. */
const WORD_JOINER = '\u2060';

/** Text in a paragraph, a heading or an item of a list: one line, without any mark-up of its own. */
export function markdownText(text: string): string {
  return (
    visibleLine(restorePlaceholders(text))
      // An underscore within a word is none to Markdown, and most names have one.
      .replace(/[\\`*{}[\]<>|#~&$]|(?<!\w)_|_(?!\w)/g, (mark) => `\\${mark}`)
      .replace(/:(?=\/\/)|\/(?=\/)|@|\bwww(?=\.)|\bmailto(?=:)/gi, (found) => found + WORD_JOINER)
  );
}

/** Text in a cell of a table. */
export function tableCell(text: string): string {
  return markdownText(text);
}

/** Text in a code span: in backticks, as many as it takes. */
export function codeSpan(text: string): string {
  const shown = visibleLine(restorePlaceholders(text));
  const fence = '`'.repeat(longestRun(shown) + 1);
  const pad = /^[` ]|[` ]$/.test(shown) || shown === '' ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/** A code span in a cell of a table, where a bar would end the cell. */
export function codeCell(text: string): string {
  return codeSpan(text).replaceAll('|', '\\|');
}

/** Text in an element of HTML, where Markdown is not read: one line. */
export function htmlText(text: string): string {
  return escaped(visibleLine(restorePlaceholders(text)));
}

/** Lines in an element of HTML that keeps them: `pre`. */
export function htmlLines(text: string): string {
  return escaped(visible(restorePlaceholders(text).replace(/\r\n?/g, '\n')).trim());
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Lines in a fenced block that nothing in them can close. `language`: a word of our own, such as "sql". */
export function fencedBlock(language: string, text: string): string[] {
  const shown = visible(restorePlaceholders(text).replace(/\r\n?/g, '\n')).trim();
  const fence = '`'.repeat(Math.max(3, longestRun(shown) + 1));
  return [`${fence}${language}`, shown, fence];
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
