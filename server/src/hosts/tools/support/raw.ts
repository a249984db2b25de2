import type { Call, Expression, Text, TextPart } from '../../code.js';
import { joinedText, resolved, type Scope } from '../../values.js';
import type { Place } from '../../walk.js';
import type { Emitter } from './emitter.js';
import { chosen } from './guards.js';
import { whyNoText } from './reading.js';

/** Sends a string of SQL as it stands; says that it is not known where it is none. */
export function sendRaw(
  emitter: Emitter,
  given: Expression | undefined,
  call: Call,
  place: Place,
  change: (text: Text) => Text = (text) => text,
): void {
  const value = given && chosen(given, place.scope);
  const text = value && joinedText(value, place.scope);
  // A string of which nothing is written here is not known.
  const isKnown = text?.parts.some((part) => part.kind !== 'value' && part.text.trim() !== '');
  if (text && isKnown) emitter.raw(change(text), call.span, place);
  else emitter.unknown(call.span, whyNoText(value, place.scope), place);
}

/** A mark for a value that is given apart, in a string of SQL. */
export interface Mark {
  readonly start: number;
  readonly end: number;
  /** What stands there instead: SQL that is known, an expression that is put in, or nothing. */
  readonly put: string | Expression;
}

/** The string with the marks that `find` sees in each of its literal stretches replaced. */
export function withMarks(text: Text, find: (stretch: string, isEscape: boolean) => readonly Mark[]): Text {
  const parts = text.parts.flatMap((part): readonly TextPart[] => {
    if (part.kind === 'value') return [part];
    const marks = find(part.text, part.kind === 'escape');
    if (marks.length === 0) return [part];
    if (part.kind === 'escape') return [{ ...part, text: replaced(part.text, marks) }];
    const result: TextPart[] = [];
    let at = 0;
    const verbatimTo = (end: number): void => {
      const span = { start: part.span.start + at, end: part.span.start + end };
      if (end > at) result.push({ ...part, span, text: part.text.slice(at, end) });
    };
    for (const { start, end, put } of marks) {
      verbatimTo(start);
      const span = { start: part.span.start + start, end: part.span.start + end };
      const { quote } = part;
      if (typeof put === 'string') result.push({ kind: 'escape', span, text: put, quote });
      else result.push({ kind: 'value', span, value: put, quote });
      at = end;
    }
    verbatimTo(part.text.length);
    return result;
  });
  return { ...text, parts };
}

function replaced(text: string, marks: readonly Mark[]): string {
  let result = '';
  let at = 0;
  for (const { start, end, put } of marks) {
    result += text.slice(at, start) + (typeof put === 'string' ? put : '${value}');
    at = end;
  }
  return result + text.slice(at);
}

/** A literal value as most drivers read it where a parameter stands; undefined where it is not known. */
export function parameterSql(value: Expression | undefined, scope: Scope): string | undefined {
  const known = value && resolved(value, scope);
  switch (known?.kind) {
    case 'text': {
      const text = joinedText(known, scope);
      if (!text || text.tag || text.parts.some(({ kind }) => kind === 'value')) return undefined;
      const plain = text.parts.map((part) => (part.kind === 'value' ? '' : part.text)).join('');
      return `'${plain.replaceAll("'", "''")}'`;
    }
    case 'number':
      return known.written;
    case 'boolean':
      return String(known.value);
    case 'null':
      return 'NULL';
    default:
      return undefined;
  }
}

/** `$1`, `$2` … with the values of a list put in. */
export function withDollarParameters(text: Text, values: Expression | undefined, scope: Scope): Text {
  const list = values && resolved(values, scope);
  if (!list) return text;
  return withMarks(text, (stretch) =>
    [...stretch.matchAll(/(?<![\w$])\$(\d+)(?![\w$])/g)].map((found) => {
      const value = list.kind === 'list' ? list.items[Number(found[1]) - 1] : undefined;
      const put = parameterSql(value, scope) ?? value ?? list;
      return { start: found.index, end: found.index + found[0].length, put };
    }),
  );
}
