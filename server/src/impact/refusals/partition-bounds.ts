/** A literal of a bound, read once in every way that a type may read it. */
interface Literal {
  readonly text: string;
  /** -1 for MINVALUE, 1 for MAXVALUE. */
  readonly special: -1 | 0 | 1;
  readonly number: number | undefined;
  /** An ISO date or time as a text that orders like it. */
  readonly moment: { readonly date: string; readonly time: string; readonly zone: string } | undefined;
}

/** The bound of a partition, as far as its literals can be read. */
export type Bound =
  | { readonly kind: 'range'; readonly from: readonly Literal[]; readonly to: readonly Literal[] }
  | { readonly kind: 'list'; readonly values: readonly Literal[] }
  | { readonly kind: 'hash'; readonly modulus: number; readonly remainder: number };

const LITERAL = /^(?:'(?:[^']|'')*'|[-+]?\d+(?:\.\d+)?|null|true|false|minvalue|maxvalue)$/i;

/** The literals between two brackets; undefined with anything that has to be computed. */
function literals(text: string): Literal[] | undefined {
  const parts = text.match(/'(?:[^']|'')*'|[^,']+/g)?.map((part) => part.trim());
  const found = parts?.filter((part) => part !== '') ?? [];
  return found.length > 0 && found.every((part) => LITERAL.test(part)) ? found.map(literal) : undefined;
}

function literal(text: string): Literal {
  const word = text.toLowerCase();
  const bare = text.startsWith("'") ? text.slice(1, -1).replaceAll("''", "'").trim() : text;
  return {
    text: word === 'null' ? word : text,
    special: word === 'minvalue' ? -1 : word === 'maxvalue' ? 1 : 0,
    number: /^[-+]?\d{1,15}$/.test(bare) ? Number(bare) : undefined,
    moment: moment(bare),
  };
}

function moment(value: string): Literal['moment'] {
  const found = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?))?([-+]\d\d(?::?\d\d)?|Z)?$/.exec(value);
  if (!found) return undefined;
  const [, date = '', time = '00:00:00', zone = ''] = found;
  return { date, time: `${date} ${time.length === 5 ? `${time}:00` : time}`, zone };
}

/** Longer bounds are lists of many values. */
const LONGEST = 2000;

/** Reads FOR VALUES FROM (…) TO (…), IN (…), WITH (MODULUS …, REMAINDER …). */
export function readBound(text: string): Bound | undefined {
  if (text.length > LONGEST) return undefined;
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
function compareLiterals(a: Literal, b: Literal, type: string): number | undefined {
  if (a.special !== 0 || b.special !== 0) return a.special - b.special;
  if (a.text === b.text) return 0;
  if (integers.has(type)) return a.number === undefined || b.number === undefined ? undefined : a.number - b.number;
  const [one, two] = [a.moment, b.moment];
  if (!one || !two) return undefined;
  if (type === 'date') return order(one.date, two.date);
  if (type !== 'timestamp' && (type !== 'timestamptz' || one.zone !== two.zone)) return undefined;
  return order(one.time, two.time);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Orders two rows of literals; undefined where only PostgreSQL can. */
export function compareRows(
  a: readonly Literal[],
  b: readonly Literal[],
  types: readonly string[],
): number | undefined {
  for (let index = 0; index < a.length; index++) {
    const [one, two] = [a[index], b[index]];
    if (!one || !two) return undefined;
    const found = compareLiterals(one, two, types[index] ?? '');
    if (found === undefined || found !== 0) return found;
    // Behind MINVALUE and MAXVALUE nothing counts.
    if (one.special !== 0) return 0;
  }
  return 0;
}

/** True where two bounds surely have a value in common. */
export function overlaps(one: Bound, two: Bound, types: readonly string[]): boolean {
  if (one.kind === 'range' && two.kind === 'range') {
    // Nearly all partitions lie apart, most of them below.
    const low = compareRows(two.from, one.to, types);
    if (low === undefined || low >= 0) return false;
    const high = compareRows(one.from, two.to, types);
    return high !== undefined && high < 0;
  }
  if (one.kind === 'list' && two.kind === 'list')
    return one.values.some((value) => two.values.some((other) => compareLiterals(value, other, types[0] ?? '') === 0));
  if (one.kind !== 'hash' || two.kind !== 'hash') return false;
  const [small, large] = one.modulus <= two.modulus ? [one, two] : [two, one];
  return large.modulus % small.modulus === 0 && large.remainder % small.modulus === small.remainder;
}
