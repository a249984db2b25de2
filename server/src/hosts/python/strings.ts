import type { Span } from '../../sql/span.js';
import type { Expression, Quote, TextPart } from '../code.js';
import { childOf, type SyntaxNode } from '../syntax/tree.js';
import { characterOf, literalParts, type ReadEscape } from '../text-parts.js';

const simple: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** The parts of one literal. `lower` reads what stands in the braces of an f-string. */
export function pythonStringParts(
  source: string,
  node: SyntaxNode,
  lower: (node: SyntaxNode) => Expression,
): readonly TextPart[] {
  const opening = node.children.find(({ type }) => type === 'string_start');
  const closing = node.children.find(({ type }) => type === 'string_end');
  const inside: Span = { start: opening?.end ?? node.start, end: closing?.start ?? node.end };
  const mark = source.slice(node.start, inside.start);
  const prefix = mark.replace(/["']+$/, '').toLowerCase();
  const isFormat = prefix.includes('f');
  const quote: Quote = {
    style: styleOf(mark.slice(prefix.length)),
    raw: prefix.includes('r'),
    interpolates: isFormat ? '{}' : undefined,
    dedent: 0,
    inside,
  };
  const reader = escapeOf(quote.raw, prefix.includes('b'), isFormat);
  const parts: TextPart[] = [];
  let from = inside.start;
  const literal = (to: number): void => {
    if (to <= from) return;
    for (const part of literalParts(source, { start: from, end: to }, quote, reader)) parts.push(part);
  };
  for (const hole of node.children.filter(({ type }) => type === 'interpolation')) {
    literal(hole.start);
    parts.push({ kind: 'value', span: { start: hole.start, end: hole.end }, value: heldBy(hole, lower), quote });
    from = hole.end;
  }
  literal(inside.end);
  return parts;
}

function styleOf(mark: string): Quote['style'] {
  return mark === '"""' || mark === "'''" || mark === "'" ? mark : '"';
}

function heldBy(hole: SyntaxNode, lower: (node: SyntaxNode) => Expression): Expression {
  const within = childOf(hole, 'expression') ?? hole.children.find(({ named }) => named);
  const span = { start: hole.start, end: hole.end };
  if (!within) return { kind: 'other', span, parts: [] };
  const value = lower(within);
  const isFormatted = hole.children.some(({ type }) => type === 'type_conversion' || type === 'format_specifier');
  return isFormatted ? { kind: 'other', span, parts: [value] } : value;
}

function escapeOf(raw: boolean, isBytes: boolean, isFormat: boolean): ReadEscape {
  return (source, at, end) => {
    const character = source[at];
    if (character === '\r' && source[at + 1] === '\n') return { length: 2, text: '\n' };
    if (isFormat && (character === '{' || character === '}') && source[at + 1] === character)
      return { length: 2, text: character };
    if (raw || character !== '\\' || at + 1 >= end) return undefined;
    return readEscape(source, at, isBytes);
  };
}

function readEscape(source: string, at: number, isBytes: boolean): ReturnType<ReadEscape> {
  const next = source[at + 1] ?? '';
  if (source.startsWith('\\\r\n', at)) return { length: 3, text: '' };
  const known = simple[next];
  if (known !== undefined) return { length: 2, text: known };
  const rest = source.slice(at, at + 80);
  const octal = /^\\([0-7]{1,3})/.exec(rest);
  if (octal) return { length: octal[0].length, text: characterOf(octal[1] ?? '', 8) };
  const hexadecimal = (isBytes ? /^\\x([0-9a-f]{2})/i : /^\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8}))/i).exec(
    rest,
  );
  // \U and \u are two escapes: the flag `i` is there for the digits alone.
  if (hexadecimal && /^\\(?:x|u[0-9a-f]{4}|U[0-9a-f]{8})/.test(hexadecimal[0].replace(/[A-F]/g, 'f')))
    return {
      length: hexadecimal[0].length,
      text: characterOf(hexadecimal[1] ?? hexadecimal[2] ?? hexadecimal[3] ?? '', 16),
    };
  // Which character has that name is not known here.
  const named = isBytes ? null : /^\\N\{[^}]*\}/.exec(rest);
  return named ? { length: named[0].length, text: '\ufffd' } : undefined;
}
