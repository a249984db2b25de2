import type { Span } from '../sql/span.js';

/** A string in a text of JSON, by its content. */
export interface JsonString {
  readonly span: Span;
  /** What it says as SQL, as long as it is written. */
  readonly readAs: string;
}

/** Two characters of JSON and the one that they mean, with a blank where SQL has room for it. */
const escapes: Readonly<Record<string, string>> = {
  n: ' \n',
  r: '  ',
  t: '  ',
  b: '  ',
  f: '  ',
  '/': ' /',
  '\\': '\\ ',
};

/**
 * SQL in the content of a JSON string, as long as that is written: a quote around a name gets its blank outside the name.
 * A character that is written by its number stays as it is.
 */
export function sqlOfJson(content: string): string {
  if (!content.includes('\\')) return content;
  let isOpen = false;
  return content.replace(/\\(["\\/bfnrt])/g, (whole, character: string) => {
    if (character !== '"') return escapes[character] ?? whole;
    isOpen = !isOpen;
    return isOpen ? ' "' : '" ';
  });
}

/** The values of a key in a text of JSON that are strings, in order, from an offset on. */
export function jsonStrings(text: string, key: string, { start, end }: Span): JsonString[] {
  const found: JsonString[] = [];
  const pattern = new RegExp(`"${key}"\\s*:\\s*"((?:[^"\\\\]|\\\\.)*)"`, 'g');
  pattern.lastIndex = start;
  for (let match = pattern.exec(text); match && match.index < end; match = pattern.exec(text)) {
    const [whole, content = ''] = match;
    const from = match.index + whole.length - 1 - content.length;
    found.push({ span: { start: from, end: from + content.length }, readAs: sqlOfJson(content) });
  }
  return found;
}

/** The lists that stand under a key in a text of JSON, from "[" to behind "]"; brackets in strings are none. */
export function jsonLists(text: string, key: string): Span[] {
  const found: Span[] = [];
  for (const { index } of text.matchAll(new RegExp(`"${key}"\\s*:\\s*\\[`, 'g'))) {
    const start = text.indexOf('[', index);
    let depth = 0;
    const token = /"(?:[^"\\]|\\.)*"|[[\]]/g;
    token.lastIndex = start;
    for (let match = token.exec(text); match; match = token.exec(text)) {
      depth += match[0] === '[' ? 1 : match[0] === ']' ? -1 : 0;
      if (depth === 0) break;
    }
    found.push({ start, end: token.lastIndex === 0 ? text.length : token.lastIndex });
  }
  return found;
}
