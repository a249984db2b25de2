import type { HostLanguage, Quote } from './code.js';

/**
 * A text as it has to be written inside a literal; undefined where the literal cannot hold it. In: the blanks before
 * each of its lines are taken off by the language where `quote.dedent` says so.
 */
export function escaped(text: string, quote: Quote, language: HostLanguage): string | undefined {
  const { style, raw, interpolates, dedent } = quote;
  const indented = dedent > 0 ? text.replace(/\n(?=[^\n])/g, `\n${' '.repeat(dedent)}`) : text;
  if (style === 'heredoc') return raw ? indented : indented.replace(/\\|#(?=[{$@])/g, '\\$&');
  if (style === '%') return /[()[\]{}<>|\\#]/.test(text) ? undefined : text;
  if (raw)
    return indented.includes(style) || indented.includes('\\') || isBrokenLine(text, style) ? undefined : indented;
  if (language === 'ruby') return rubyString(text, style);
  let result = indented.replaceAll('\\', '\\\\');
  if (style === '`') return result.replace(/`|\$(?=\{)/g, '\\$&');
  if (interpolates === '{}') result = result.replace(/[{}]/g, '$&$&');
  if (style.length === 3)
    return result.replaceAll(style, `\\${style}`).replace(/["']$/, (last) => (last === style[0] ? `\\${last}` : last));
  return result.replaceAll(style, `\\${style}`).replaceAll('\r', '\\r').replaceAll('\n', '\\n');
}

function isBrokenLine(text: string, style: string): boolean {
  return style.length === 1 && style !== '`' && text.includes('\n');
}

/** In single quotes Ruby reads two escapes; both kinds of strings go over line ends. */
function rubyString(text: string, style: string): string {
  return style === "'" ? text.replace(/[\\']/g, '\\$&') : text.replace(/[\\"]|#(?=[{$@])/g, '\\$&');
}
