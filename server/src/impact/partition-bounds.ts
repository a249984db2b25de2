import { TextCache } from '../sql/cache.js';

/** The bound of a partition, as far as its literals can be read. */
export type Bound =
  | { readonly kind: 'range'; readonly from: readonly string[]; readonly to: readonly string[] }
  | { readonly kind: 'list'; readonly values: readonly string[] }
  | { readonly kind: 'hash'; readonly modulus: number; readonly remainder: number };

const LITERAL = /^(?:'(?:[^']|'')*'|[-+]?\d+(?:\.\d+)?|null|true|false|minvalue|maxvalue)$/i;

/** The literals between two brackets; undefined with anything that has to be computed. */
function literals(text: string): string[] | undefined {
  const parts = text.match(/'(?:[^']|'')*'|[^,']+/g)?.map((part) => part.trim());
  const found = parts?.filter((part) => part !== '') ?? [];
  return found.length > 0 && found.every((part) => LITERAL.test(part)) ? found : undefined;
}

const cache = new TextCache<Bound | 'unread'>(200_000);

/** Reads FOR VALUES FROM (…) TO (…), IN (…), WITH (MODULUS …, REMAINDER …). */
export function readBound(text: string): Bound | undefined {
  const known = cache.get(text);
  if (known) return known === 'unread' ? undefined : known;
  const bound = text.length > 2000 ? undefined : read(text);
  cache.set(text, bound ?? 'unread');
  return bound;
}

function read(text: string): Bound | undefined {
  const range = /\bfrom\s*\(([^()]*)\)\s*to\s*\(([^()]*)\)\s*$/i.exec(text);
  if (range) {
    const [from, to] = [literals(range[1] ?? ''), literals(range[2] ?? '')];
    return from && to ? { kind: 'range', from, to } : undefined;
  }
  const list = /\bin\s*\(([^()]*)\)\s*$/i.exec(text);
  if (list) {
    const values = literals(list[1] ?? '');
    return values && { kind: 'list', values };
  }
  const hash = /\bmodulus\s+(\d+)\s*,\s*remainder\s+(\d+)/i.exec(text);
  return hash ? { kind: 'hash', modulus: Number(hash[1]), remainder: Number(hash[2]) } : undefined;
}

const integers: ReadonlySet<string> = new Set(['int2', 'int4', 'int8']);

/** Orders two literals of a type; undefined where only PostgreSQL can. The same text is the same value. */
export function compareLiterals(a: string, b: string, type: string): number | undefined {
  if (a === b) return 0;
  const [one, two] = [special(a), special(b)];
  if (one !== 0 || two !== 0) return one - two;
  const [bare, otherBare] = [unquoted(a), unquoted(b)];
  if (integers.has(type)) {
    const isNumber = /^[-+]?\d{1,15}$/;
    return isNumber.test(bare) && isNumber.test(otherBare) ? Number(bare) - Number(otherBare) : undefined;
  }
  const [at, otherAt] = [moment(bare, type), moment(otherBare, type)];
  if (!at || !otherAt || at.zone !== otherAt.zone) return undefined;
  return at.time < otherAt.time ? -1 : at.time > otherAt.time ? 1 : 0;
}

function special(value: string): -1 | 0 | 1 {
  const word = value.toLowerCase();
  return word === 'minvalue' ? -1 : word === 'maxvalue' ? 1 : 0;
}

function unquoted(value: string): string {
  return value.startsWith("'") ? value.slice(1, -1).replaceAll("''", "'").trim() : value;
}

/** An ISO date or time as a text that orders like it. */
function moment(value: string, type: string): { time: string; zone: string } | undefined {
  if (type !== 'date' && type !== 'timestamp' && type !== 'timestamptz') return undefined;
  const found = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?))?([-+]\d\d(?::?\d\d)?|Z)?$/.exec(value);
  if (!found) return undefined;
  const [, date = '', time = '00:00:00', zone = ''] = found;
  if (type === 'date') return { time: date, zone: '' };
  return { time: `${date} ${time.length === 5 ? `${time}:00` : time}`, zone: type === 'timestamp' ? '' : zone };
}

/** Orders two rows of literals; undefined where only PostgreSQL can. */
export function compareRows(a: readonly string[], b: readonly string[], types: readonly string[]): number | undefined {
  for (const [index, value] of a.entries()) {
    const order = compareLiterals(value, b[index] ?? '', types[index] ?? '');
    if (order === undefined || order !== 0) return order;
    // Behind MINVALUE and MAXVALUE nothing counts.
    if (special(value) !== 0) return 0;
  }
  return 0;
}

/** True where two bounds surely have a value in common. */
export function overlaps(one: Bound, two: Bound, types: readonly string[]): boolean {
  if (one.kind === 'range' && two.kind === 'range') {
    const [low, high] = [compareRows(one.from, two.to, types), compareRows(two.from, one.to, types)];
    return low !== undefined && high !== undefined && low < 0 && high < 0;
  }
  if (one.kind === 'list' && two.kind === 'list')
    return one.values.some((value) => two.values.some((other) => sameValue(value, other, types[0] ?? '')));
  if (one.kind !== 'hash' || two.kind !== 'hash') return false;
  const [small, large] = one.modulus <= two.modulus ? [one, two] : [two, one];
  return large.modulus % small.modulus === 0 && large.remainder % small.modulus === small.remainder;
}

function sameValue(one: string, other: string, type: string): boolean {
  return compareLiterals(one, other, type) === 0 || (/^null$/i.test(one) && /^null$/i.test(other));
}
