import type { Span } from '../sql/span.js';
import type { Expression, Quote, Text, TextPart } from './code.js';

// What the readers of several host languages do with the parts of a string.

/** What an escape stands for, and how long it is in the file. Undefined: it is no escape, the character stands for itself. */
export type ReadEscape = (
  source: string,
  at: number,
  end: number,
) => { readonly length: number; readonly text: string } | undefined;

/** Cuts a stretch of a literal into what stands in it as it is and what is written otherwise. */
export function literalParts(source: string, { start, end }: Span, quote: Quote, reader: ReadEscape): TextPart[] {
  const parts: TextPart[] = [];
  let from = start;
  const plain = (to: number): void => {
    if (to > from) parts.push(verbatim(source, from, to, quote));
  };
  for (let at = start; at < end; ) {
    const read = reader(source, at, end);
    if (!read) {
      at++;
      continue;
    }
    plain(at);
    const length = Math.min(read.length, end - at);
    parts.push({ kind: 'escape', span: { start: at, end: at + length }, text: read.text, quote });
    at += length;
    from = at;
  }
  plain(end);
  return parts;
}

function verbatim(source: string, start: number, end: number, quote: Quote): TextPart {
  return { kind: 'verbatim', span: { start, end }, text: source.slice(start, end), quote };
}

/** Blanks that are taken off, or a run of them that becomes another text. */
function replaced(start: number, end: number, text: string, quote: Quote): TextPart {
  return { kind: 'escape', span: { start, end }, text, quote };
}

/** The character of a hexadecimal or octal number; U+FFFD for what is none. */
export function characterOf(digits: string, base: 8 | 16): string {
  const code = Number.parseInt(digits, base);
  return Number.isNaN(code) || code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code);
}

interface LineStart {
  /** The index of the part in which the line starts, and where in its text. */
  readonly part: number;
  readonly offset: number;
}

/** Where lines start: behind each line end that stands in the file. */
function lineStarts(source: string, parts: readonly TextPart[], isContinued: boolean): LineStart[] {
  const starts: LineStart[] = [{ part: 0, offset: 0 }];
  parts.forEach((part, index) => {
    const goesOn = isContinued && part.kind === 'escape' && part.text === '' && source[part.span.end - 1] === '\n';
    if (goesOn || isLineEnd(source, part)) starts.push({ part: index + 1, offset: 0 });
    if (part.kind !== 'verbatim') return;
    for (let at = part.text.indexOf('\n'); at !== -1; at = part.text.indexOf('\n', at + 1))
      starts.push(at + 1 < part.text.length ? { part: index, offset: at + 1 } : { part: index + 1, offset: 0 });
  });
  return starts;
}

/** True for a line end of two characters, which the language reads as one. */
function isLineEnd(source: string, part: TextPart): boolean {
  return part.kind === 'escape' && source.startsWith('\r\n', part.span.start);
}

/** How wide the blanks at the start of a line are; undefined where nothing else stands in the line. */
function indentation(
  source: string,
  parts: readonly TextPart[],
  { part, offset }: LineStart,
  tabWidth: number,
): number | undefined {
  const here = parts[part];
  if (here === undefined || isLineEnd(source, here)) return undefined;
  if (here.kind !== 'verbatim') return 0;
  let width = 0;
  for (let at = offset; at < here.text.length; at++) {
    const character = here.text[at];
    if (character === '\n') return undefined;
    if (character === ' ') width++;
    else if (character === '\t') width = (Math.floor(width / tabWidth) + 1) * tabWidth;
    else return width;
  }
  const next = parts[part + 1];
  return next === undefined || isLineEnd(source, next) ? undefined : width;
}

/** How many characters of blanks make up to so much width. */
function blanksOf(text: string, offset: number, width: number, tabWidth: number): number {
  let taken = 0;
  for (let at = offset; at < text.length; at++) {
    if (text[at] === ' ') taken++;
    else if (text[at] === '\t') taken = (Math.floor(taken / tabWidth) + 1) * tabWidth;
    else return at - offset;
    if (taken > width) return at - offset;
    if (taken === width) return at - offset + 1;
  }
  return text.length - offset;
}

/**
 * The parts without the indentation that all lines have in common: they remain, as escapes with no text. `isContinued`:
 * the indentation of a line behind a backslash counts as well.
 */
export function dedentedParts(source: string, parts: readonly TextPart[], isContinued = false): TextPart[] {
  const tabWidth = 8;
  const starts = lineStarts(source, parts, isContinued);
  const widths = starts.flatMap((start) => indentation(source, parts, start, tabWidth) ?? []);
  const width = widths.reduce((least, each) => Math.min(least, each), widths[0] ?? 0);
  if (width === 0) return [...parts];
  const result: TextPart[] = [];
  let next = 0;
  parts.forEach((part, index) => {
    while ((starts[next]?.part ?? parts.length) < index) next++;
    const quote = part.quote && { ...part.quote, dedent: width };
    if (part.kind !== 'verbatim' || !quote) {
      result.push(quote && part.kind !== 'value' ? { ...part, quote } : part);
      return;
    }
    const { text, span } = part;
    let from = 0;
    const cutAt = (to: number): void => {
      if (to > from)
        result.push({
          ...part,
          quote,
          span: { start: span.start + from, end: span.start + to },
          text: text.slice(from, to),
        });
    };
    for (let start = starts[next]; start?.part === index; start = starts[++next]) {
      const blanks = blanksOf(text, start.offset, width, tabWidth);
      if (blanks === 0) continue;
      cutAt(start.offset);
      from = start.offset + blanks;
      result.push(replaced(span.start + start.offset, span.start + from, '', quote));
    }
    cutAt(text.length);
  });
  return result;
}

/** The parts with each run of white space made one blank, those at the ends taken off. */
export function squishedParts(parts: readonly TextPart[]): TextPart[] {
  const result: TextPart[] = [];
  let afterBlank = true;
  for (const part of parts) {
    if (part.kind !== 'verbatim') {
      const blank = part.kind === 'escape' && /^\s*$/.test(part.text);
      if (part.kind === 'value' || !blank) result.push(part);
      else result.push({ ...part, text: afterBlank || part.text === '' ? '' : ' ' });
      if (!blank) afterBlank = false;
      else if (part.kind === 'escape' && part.text !== '') afterBlank = true;
      continue;
    }
    for (const { 0: run, index } of part.text.matchAll(/\s+|\S+/g)) {
      const span = { start: part.span.start + index, end: part.span.start + index + run.length };
      const isBlank = /^\s/.test(run);
      if (!isBlank || (run === ' ' && !afterBlank)) result.push({ ...part, span, text: run });
      else result.push(replaced(span.start, span.end, afterBlank ? '' : ' ', part.quote));
      afterBlank = isBlank;
    }
  }
  const last = result.at(-1);
  if (afterBlank && last && last.kind !== 'value' && last.text === ' ' && last.quote)
    result[result.length - 1] = replaced(last.span.start, last.span.end, '', last.quote);
  return merged(result);
}

/** Neighbours that stand in the file as they are become one. */
function merged(parts: readonly TextPart[]): TextPart[] {
  const result: TextPart[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (
      part.kind === 'verbatim' &&
      last?.kind === 'verbatim' &&
      last.span.end === part.span.start &&
      last.quote === part.quote
    )
      result[result.length - 1] = {
        ...last,
        span: { start: last.span.start, end: part.span.end },
        text: last.text + part.text,
      };
    else result.push(part);
  }
  return result;
}

/** What an expression adds to a string that it is joined to. */
export function joinedParts(expression: Expression): readonly TextPart[] {
  if (expression.kind === 'text' && expression.tag === undefined) return expression.parts;
  return [{ kind: 'value', span: expression.span, value: expression, quote: undefined }];
}

/** A hole of a format string; `value` undefined: it is a mark for a character. */
export interface Hole {
  readonly length: number;
  readonly text?: string;
  /** A number or a name, or the next in order. */
  readonly key?: string | undefined;
  /** False where the value is put in otherwise than as it is written. */
  readonly isPlain?: boolean;
}

/** Fills the holes of a format string: `find` reads one at a place, `values` gives what is put in. */
export function filled(
  text: Text,
  find: (source: string, at: number) => Hole | undefined,
  values: (key: string | undefined, position: number) => Expression,
): Text {
  let position = 0;
  const parts = text.parts.flatMap((part): TextPart[] => {
    if (part.kind !== 'verbatim') return [part];
    const result: TextPart[] = [];
    let from = 0;
    const { start } = part.span;
    const plain = (to: number): void => {
      if (to > from)
        result.push({ ...part, span: { start: start + from, end: start + to }, text: part.text.slice(from, to) });
    };
    for (let at = 0; at < part.text.length; ) {
      const hole = find(part.text, at);
      if (!hole) {
        at++;
        continue;
      }
      plain(at);
      const span = { start: start + at, end: start + at + hole.length };
      if (hole.text !== undefined) result.push(replaced(span.start, span.end, hole.text, part.quote));
      else {
        const value = values(hole.key, position++);
        const plainValue: Expression =
          hole.isPlain === false ? { kind: 'other', span: value.span, parts: [value] } : value;
        result.push({ kind: 'value', span, value: plainValue, quote: part.quote });
      }
      at += hole.length;
      from = at;
    }
    plain(part.text.length);
    return result;
  });
  return { ...text, parts };
}

/** A hole of printf's kind, as Python's % and Ruby's format read it. */
export function percentHole(source: string, at: number): Hole | undefined {
  if (source[at] !== '%') return undefined;
  if (source[at + 1] === '%') return { length: 2, text: '%' };
  const spec = /^%(?:\((\w+)\)|<(\w+)>)?([-+ #0]*\d*(?:\.\d+)?)([sdifur])/.exec(source.slice(at, at + 80));
  if (spec)
    return {
      length: spec[0].length,
      key: spec[1] ?? spec[2],
      isPlain: spec[3] === '' && /[sdiu]/.test(spec[4] ?? ''),
    };
  const named = /^%\{(\w+)\}/.exec(source.slice(at, at + 80));
  return named ? { length: named[0].length, key: named[1] } : undefined;
}

/** A hole of Python's str.format. */
export function braceHole(source: string, at: number): Hole | undefined {
  const two = source.slice(at, at + 2);
  if (two === '{{' || two === '}}') return { length: 2, text: two[0] ?? '' };
  if (source[at] !== '{') return undefined;
  const hole = /^\{(\w*)((?:\.\w+|\[[^\]{}]*\])*)((?:![rsa])?(?::[^{}]*)?)\}/.exec(source.slice(at, at + 120));
  if (!hole) return undefined;
  const [whole, key = '', path = '', form = ''] = hole;
  return { length: whole.length, key: key === '' ? undefined : key, isPlain: path === '' && form === '' };
}

/** The text of a string without holes. */
export function constantText(expression: Expression): string | undefined {
  if (expression.kind === 'number') return expression.written;
  if (expression.kind !== 'text') return undefined;
  let whole = '';
  for (const part of expression.parts) {
    if (part.kind === 'value') return undefined;
    whole += part.text;
  }
  return whole;
}
