import type { Span } from '../../sql/span.js';
import type { Expression, Quote, Text, TextPart } from '../code.js';
import { namedOf, type SyntaxNode } from '../syntax/tree.js';
import { characterOf, dedentedParts, literalParts, type ReadEscape } from '../text-parts.js';

/** Reads what stands in `#{…}`. */
type Lower = (node: SyntaxNode) => Expression;

const simple: Readonly<Record<string, string>> = {
  '\n': '',
  a: '\u0007',
  b: '\b',
  e: '\u001b',
  f: '\f',
  n: '\n',
  r: '\r',
  s: ' ',
  t: '\t',
  v: '\v',
};

/** A string, a symbol in quotes or a word of %w[]: whatever stands between an opening and a closing mark. */
export function rubyQuoted(source: string, node: SyntaxNode, lower: Lower): Text {
  const marks = node.children.filter(({ named }) => !named);
  const opening = marks[0];
  const closing = marks.length > 1 ? marks.at(-1) : undefined;
  const inside: Span = { start: opening?.end ?? node.start, end: closing?.start ?? node.end };
  const mark = opening ? source.slice(opening.start, opening.end) : '';
  const raw = mark === "'" || mark === ":'" || /^%[qs]/.test(mark);
  const quote: Quote = {
    style: mark.endsWith("'") ? "'" : mark.endsWith('"') ? '"' : '%',
    raw: false,
    interpolates: raw ? undefined : '#{}',
    dedent: 0,
    inside,
  };
  const reader = raw ? rawEscape(mark) : readEscape;
  return {
    kind: 'text',
    span: { start: node.start, end: node.end },
    parts: cut(source, node, inside, quote, reader, lower),
  };
}

/** The words of %w[] and %i[]. */
export function rubyWords(source: string, node: SyntaxNode, lower: Lower): readonly Text[] {
  const mark = source.slice(node.start, node.children[0]?.end ?? node.start);
  const raw = !/^%[WI]/.test(mark);
  return namedOf(node).map((word) => {
    const span = { start: word.start, end: word.end };
    const quote: Quote = { style: '%', raw: false, interpolates: raw ? undefined : '#{}', dedent: 0, inside: span };
    return {
      kind: 'text',
      span,
      parts: cut(source, word, span, quote, raw ? rawEscape(mark, ' ') : readEscape, lower),
    };
  });
}

/** A symbol or another text that stands for itself. */
export function rubyPlain(source: string, span: Span): Text {
  const quote: Quote = { style: '%', raw: true, interpolates: undefined, dedent: 0, inside: span };
  const text = source.slice(span.start, span.end);
  return { kind: 'text', span, parts: text === '' ? [] : [{ kind: 'verbatim', span, text, quote }] };
}

/** A heredoc: its text stands behind the line in which it begins. `body` is undefined while it is being typed. */
export function rubyHeredoc(source: string, node: SyntaxNode, body: SyntaxNode | undefined, lower: Lower): Text {
  const span = { start: node.start, end: node.end };
  if (!body) return { kind: 'text', span, parts: [] };
  const mark = source.slice(node.start, node.end);
  const raw = mark.includes("'");
  const inside = heredocInside(source, body);
  const quote: Quote = { style: 'heredoc', raw, interpolates: raw ? undefined : '#{}', dedent: 0, inside };
  const reader: ReadEscape = raw ? lineEnd : readEscape;
  const parts = cut(source, body, inside, quote, reader, lower);
  return { kind: 'text', span, parts: mark.startsWith('<<~') ? dedentedParts(source, parts, true) : parts };
}

/** From the line behind the one in which it begins to the start of the line in which it ends. */
function heredocInside(source: string, body: SyntaxNode): Span {
  const closing = body.children.find(({ type }) => type === 'heredoc_end');
  const start = source.startsWith('\r\n', body.start)
    ? body.start + 2
    : body.start + (source[body.start] === '\n' ? 1 : 0);
  let end = closing?.start ?? body.end;
  while (end > start && (source[end - 1] === ' ' || source[end - 1] === '\t')) end--;
  return { start, end: Math.max(start, end) };
}

function cut(
  source: string,
  node: SyntaxNode,
  inside: Span,
  quote: Quote,
  reader: ReadEscape,
  lower: Lower,
): readonly TextPart[] {
  const parts: TextPart[] = [];
  let from = inside.start;
  const literal = (to: number): void => {
    if (to <= from) return;
    for (const part of literalParts(source, { start: from, end: to }, quote, reader)) parts.push(part);
  };
  for (const hole of node.children) {
    if (hole.type !== 'interpolation') continue;
    literal(hole.start);
    const span = { start: hole.start, end: hole.end };
    const inner = namedOf(hole);
    const [only] = inner;
    const value: Expression =
      only && inner.length === 1 ? lower(only) : { kind: 'other', span, parts: inner.map(lower) };
    parts.push({ kind: 'value', span, value, quote });
    from = hole.end;
  }
  literal(inside.end);
  return parts;
}

function lineEnd(source: string, at: number): ReturnType<ReadEscape> {
  return source.startsWith('\r\n', at) ? { length: 2, text: '\n' } : undefined;
}

/** In '…' and %q(…) a backslash stands for itself except before a backslash or a delimiter. */
function rawEscape(mark: string, between = ''): ReadEscape {
  const opening = mark.at(-1) ?? '';
  const pairs: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' };
  const escaped = new Set(['\\', opening, pairs[opening] ?? opening, between]);
  return (source, at, end) => {
    if (source[at] !== '\\' || at + 1 >= end) return lineEnd(source, at);
    const next = source[at + 1] ?? '';
    return escaped.has(next) ? { length: 2, text: next } : undefined;
  };
}

function readEscape(source: string, at: number, end: number): ReturnType<ReadEscape> {
  if (source[at] !== '\\' || at + 1 >= end) return lineEnd(source, at);
  if (source.startsWith('\\\r\n', at)) return { length: 3, text: '' };
  const next = source[at + 1] ?? '';
  const rest = source.slice(at, at + 40);
  const numbered = /^\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|u\{\s*([0-9a-fA-F]+)\s*\})/.exec(rest);
  if (numbered) {
    const [whole, octal, ...hexadecimal] = numbered;
    const digits = hexadecimal.find((each) => each !== undefined) ?? '';
    return { length: whole.length, text: octal === undefined ? characterOf(digits, 16) : characterOf(octal, 8) };
  }
  const character = String.fromCodePoint(source.codePointAt(at + 1) ?? 0);
  return { length: 1 + character.length, text: simple[next] ?? character };
}
