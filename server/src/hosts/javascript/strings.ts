import type { Span } from '../../sql/span.js';
import type { Expression, Quote, Text, TextPart } from '../code.js';
import type { SyntaxNode } from '../syntax/tree.js';

/** Tags that give the string itself: what stands in it is what comes out. */
const plainTags = new Set(['dedent', 'outdent', 'stripIndent', 'stripIndents', 'ts', 'noop']);

/** The parts of a literal or a template. `lower` reads what stands in `${…}`. */
export function partsOfString(
  text: string,
  node: SyntaxNode,
  raw: boolean,
  lower: (node: SyntaxNode) => Expression,
): TextPart[] {
  const quote = quoteOf(text, node, raw);
  const parts: TextPart[] = [];
  let at = quote.inside.start;
  const verbatimTo = (end: number): void => {
    if (end > at) addVerbatim(parts, { start: at, end }, text, quote);
    at = Math.max(at, end);
  };
  for (const child of node.children) {
    const span = { start: child.start, end: child.end };
    if (child.type === 'template_substitution') {
      verbatimTo(child.start);
      const inner = child.children.find(({ named, type }) => named && type !== 'comment');
      const value = inner ? lower(inner) : ({ kind: 'other', span, parts: [] } as const);
      parts.push({ kind: 'value', span, value, quote });
      at = child.end;
    } else if (child.type === 'escape_sequence' && !raw) {
      verbatimTo(child.start);
      parts.push({ kind: 'escape', span, text: unescaped(text.slice(child.start, child.end)), quote });
      at = child.end;
    }
  }
  verbatimTo(quote.inside.end);
  return parts;
}

function quoteOf(text: string, node: SyntaxNode, raw: boolean): Quote {
  const first = text[node.start];
  const style = first === '"' || first === '`' ? first : "'";
  const isClosed = node.end - node.start > 1 && text[node.end - 1] === style && node.children.at(-1)?.named === false;
  const inside = { start: Math.min(node.start + 1, node.end), end: isClosed ? node.end - 1 : node.end };
  return { style, raw, interpolates: style === '`' ? '${}' : undefined, dedent: 0, inside };
}

function addVerbatim(parts: TextPart[], span: Span, text: string, quote: Quote): void {
  const last = parts.at(-1);
  const start = last?.kind === 'verbatim' && last.span.end === span.start ? last.span.start : span.start;
  if (start !== span.start) parts.pop();
  parts.push({ kind: 'verbatim', span: { start, end: span.end }, text: text.slice(start, span.end), quote });
}

const letters: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', 0: '\0' };

/** What an escape stands for. One that JavaScript does not know gives the character behind the backslash. */
export function unescaped(written: string): string {
  const body = written.slice(1);
  if (/^(\r\n|[\n\r\u2028\u2029])$/.test(body)) return '';
  const code = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\})$/.exec(body);
  const hex = code?.[1] ?? code?.[2] ?? code?.[3];
  if (hex !== undefined) return characterOf(Number.parseInt(hex, 16));
  if (/^[0-7]{1,3}$/.test(body)) return characterOf(Number.parseInt(body, 8));
  return letters[body] ?? body;
}

function characterOf(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
}

/** True for a tag behind which escapes are not read: String.raw`…`. */
export function isRawTag(tag: Expression): boolean {
  return tag.kind === 'member' && tag.name === 'raw' && tag.object.kind === 'name' && tag.object.name === 'String';
}

/** True for a tag that changes nothing that SQL would notice, String.raw included. */
export function isPlainTag(tag: Expression): boolean {
  return isRawTag(tag) || (tag.kind === 'name' && plainTags.has(tag.name));
}

/** Operands of `+` as one string; undefined where they may be numbers. */
export function joinedByPlus(operands: readonly Expression[], span: Span): Text | undefined {
  const isText = operands.some(({ kind }) => kind === 'text');
  const mayBeText = operands.every(({ kind }) => kind === 'name' || kind === 'member');
  if (!isText && !mayBeText) return undefined;
  return { kind: 'text', span, parts: operands.flatMap(asParts) };
}

function asParts(value: Expression): readonly TextPart[] {
  if (value.kind === 'text' && value.tag === undefined) return value.parts;
  return [{ kind: 'value', span: value.span, value, quote: undefined }];
}

/** `[a, b].join(';')` as one string. What stands between two items stands for the separator. */
export function joinedList(items: readonly Expression[], separator: Text | undefined, span: Span): Text | undefined {
  const between = separator ? wholeText(separator) : ',';
  if (between === undefined || items.some(({ kind }) => kind === 'other' || kind === 'null')) return undefined;
  const parts: TextPart[] = [];
  for (const [index, item] of items.entries()) {
    const before = items[index - 1];
    const quote = item.kind === 'text' ? quoteWithin(item) : undefined;
    if (before && between !== '') {
      const gap = { start: before.span.end, end: item.span.start };
      parts.push({ kind: 'escape', span: gap, text: between, quote: quote ?? plainQuote(gap) });
    }
    parts.push(...asParts(item));
  }
  return { kind: 'text', span, parts };
}

function quoteWithin({ parts }: Text): Quote | undefined {
  return parts.find(({ quote }) => quote !== undefined)?.quote;
}

function plainQuote(inside: Span): Quote {
  return { style: "'", raw: false, interpolates: undefined, dedent: 0, inside };
}

function wholeText({ parts, tag }: Text): string | undefined {
  if (tag) return undefined;
  let whole = '';
  for (const part of parts) {
    if (part.kind === 'value') return undefined;
    whole += part.text;
  }
  return whole;
}

/** The string without blanks at its ends. */
export function trimmed(text: Text, span: Span, atStart: boolean, atEnd: boolean): Text {
  let parts = [...text.parts];
  if (atStart) parts = trimmedParts(parts, 'start');
  if (atEnd) parts = trimmedParts(parts.reverse(), 'end').reverse();
  return { ...text, span, parts };
}

function trimmedParts(parts: readonly TextPart[], side: 'start' | 'end'): TextPart[] {
  const rest = [...parts];
  for (;;) {
    const first = rest.shift();
    if (!first) return [];
    if (first.kind === 'value') return [first, ...rest];
    const text = side === 'start' ? first.text.trimStart() : first.text.trimEnd();
    if (text === '') continue;
    if (first.kind === 'escape') return [{ ...first, text }, ...rest];
    const { start, end } = first.span;
    const span = side === 'start' ? { start: end - text.length, end } : { start, end: start + text.length };
    return [{ ...first, span, text }, ...rest];
  }
}
