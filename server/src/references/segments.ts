import type { Span } from '../sql/span.js';
import type { Language } from './languages.js';

/** A stretch of a text that is no comment. */
export interface Segment extends Span {
  readonly kind: 'code' | 'string';
}

/** A string with code in it whose end has not come yet. */
interface Open {
  readonly quote: Language['quotes'][number];
  depth: number;
}

/** A longer one is data. */
const LONGEST_HEREDOC = 20_000;

/** A file with more heredocs that never end has none: they are shifts. */
const MOST_ENDLESS = 50;

/**
 * Divides a text into code and the insides of strings; comments are left out. A text with an odd quote is divided wrongly
 * up to the end of that line, or of that string. Linear in the length of the text, but for heredocs, of which each looks
 * for its end once. Never throws.
 */
export function segmentsOf(text: string, language: Language): Segment[] {
  const found: Segment[] = [];
  const open: Open[] = [];
  let from = 0;
  let at = 0;
  const heredocs: string[] = [];
  let endless = 0;
  const push = (kind: Segment['kind'], start: number, end: number): void => {
    if (end > start) found.push({ kind, start, end });
  };
  const starts = startsOf(language);
  /** Reads a string from behind its opening quote on; true when code begins in it. */
  const readString = (quote: Language['quotes'][number], start: number): void => {
    let index = start;
    for (; index < text.length; index++) {
      if (!quote.isRaw && text[index] === '\\') index++;
      else if (text.startsWith(quote.close, index)) break;
      else if (quote.isLine && text[index] === '\n') break;
      else if (quote.code && text.startsWith(quote.code, index)) {
        push('string', start, index);
        open.push({ quote, depth: 0 });
        at = from = index + quote.code.length;
        return;
      }
    }
    push('string', start, Math.min(index, text.length));
    at = from = Math.min(text.length, text.startsWith(quote.close, index) ? index + quote.close.length : index);
  };

  while (at < text.length) {
    const character = text[at] ?? '';
    const inside = open.at(-1);
    if (inside && character === '{') inside.depth++;
    else if (inside && character === '}') {
      if (inside.depth-- === 0) {
        push('code', from, at);
        open.pop();
        readString(inside.quote, at + 1);
        continue;
      }
    }
    if (character === '\n' && heredocs.length > 0) {
      push('code', from, at);
      const next = readHeredocs(text, at + 1, heredocs.splice(0), push);
      if (next === at + 1) endless++;
      at = from = next;
      continue;
    }
    if (!starts.has(character)) {
      at++;
      continue;
    }
    const behind = skipComment(text, at, language);
    if (behind !== undefined) {
      push('code', from, at);
      at = from = behind;
      continue;
    }
    const quote = language.quotes.find((each) => text.startsWith(each.open, at));
    if (quote) {
      push('code', from, at);
      if (language.hasDocstrings && quote.open.length === 3 && isDocstring(text, at)) {
        const end = text.indexOf(quote.close, at + 3);
        at = from = end < 0 ? text.length : end + 3;
        continue;
      }
      readString(quote, at + quote.open.length);
      continue;
    }
    const percent = language.hasPercent && character === '%' ? percentString(text, at) : undefined;
    if (percent) {
      push('code', from, at);
      push('string', percent.start, percent.end);
      at = from = percent.end;
      continue;
    }
    if (language.heredoc && endless < MOST_ENDLESS && text.startsWith(language.heredoc, at)) {
      const word = /^<{2,3}[-~]?["'`]?([A-Z_a-z]\w{0,80})/.exec(text.slice(at, at + 100))?.[1];
      if (word !== undefined) heredocs.push(word);
    } else if (language.hasRegex && character === '/') at = behindRegex(text, at);
    at++;
  }
  push('code', from, text.length);
  return found;
}

/** The characters at which something other than plain code may begin. */
function startsOf({ line, block, quotes, hasRegex, heredoc }: Language): ReadonlySet<string> {
  const words = [...line, ...block.map(([open]) => open), ...quotes.map(({ open }) => open)];
  return new Set([
    ...words.map((word) => word[0] ?? ''),
    ...(hasRegex ? ['/'] : []),
    ...(heredoc ? ['<', '=', '%'] : []),
  ]);
}

function skipComment(text: string, at: number, { line, block }: Language): number | undefined {
  for (const [begin, end] of block)
    if (text.startsWith(begin, at) || (at === 0 && begin.startsWith('\n') && text.startsWith(begin.slice(1)))) {
      const close = text.indexOf(end, at + begin.length);
      return close < 0 ? text.length : close + end.length;
    }
  for (const each of line)
    if (text.startsWith(each, at)) {
      // The "#" of a colour, of "#{" and of a private field is none.
      if (each === '#' && text[at + 1] === '{') continue;
      const end = text.indexOf('\n', at);
      return end < 0 ? text.length : end;
    }
  return undefined;
}

/** The last character of a regular expression that begins here; the place itself for a division. */
function behindRegex(text: string, at: number): number {
  let before = at - 1;
  while (before >= 0 && (text[before] === ' ' || text[before] === '\t')) before--;
  const previous = text[before] ?? '(';
  const isWord = /[\w$)\]}]/.test(previous);
  if (isWord && !/\b(?:return|typeof|case|in|of)$/.test(text.slice(Math.max(0, before - 7), before + 1))) return at;
  let inClass = false;
  for (let index = at + 1; index < text.length && text[index] !== '\n'; index++) {
    const each = text[index];
    if (each === '\\') index++;
    else if (each === '[') inClass = true;
    else if (each === ']') inClass = false;
    else if (each === '/' && !inClass) return index;
  }
  return at;
}

/** True behind the line that begins a body, and at the beginning of a file. */
function isDocstring(text: string, at: number): boolean {
  let before = at - 1;
  let isNext = false;
  for (; before >= 0 && at - before < 200 && /\s/.test(text[before] ?? ''); before--) isNext ||= text[before] === '\n';
  return before < 0 || (isNext && text[before] === ':');
}

/** `%q(…)` and `%Q(…)`, brackets within counted; undefined for anything else. */
function percentString(text: string, at: number): { readonly start: number; readonly end: number } | undefined {
  const kind = text[at + 1];
  const open = text[at + 2];
  if ((kind !== 'q' && kind !== 'Q') || (open !== '(' && open !== '{' && open !== '[')) return undefined;
  const close = { '(': ')', '{': '}', '[': ']' }[open];
  let depth = 0;
  const last = Math.min(text.length, at + LONGEST_HEREDOC);
  for (let index = at + 2; index < last; index++) {
    if (text[index] === open) depth++;
    else if (text[index] === close && --depth === 0) return { start: at + 3, end: index };
  }
  return undefined;
}

/** Reads the texts of the heredocs that a line has begun; where code goes on. */
function readHeredocs(
  text: string,
  start: number,
  words: readonly string[],
  push: (kind: Segment['kind'], start: number, end: number) => void,
): number {
  let at = start;
  for (const word of words) {
    let line = at;
    for (;;) {
      const end = text.indexOf('\n', line);
      const last = end < 0 ? text.length : end;
      const bare = text.slice(line, Math.min(last, line + 200)).trim();
      if (bare === word || (bare.startsWith(word) && /^[;,)]/.test(bare.slice(word.length)))) {
        push('string', at, line);
        at = last;
        break;
      }
      // Without its end it was none.
      if (end < 0 || end - at > LONGEST_HEREDOC) return start;
      line = end + 1;
    }
  }
  return at;
}
