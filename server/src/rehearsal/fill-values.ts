import { quoteLiteral } from '../sql/quote.js';

/** A column as far as values for it hang on it. */
export interface FillColumn {
  readonly name: string;
  /** The type below domains and arrays, as in pg_type.typname. */
  readonly type: string;
  readonly isArray: boolean;
  /** pg_type.typtype: b, e, c, r, m, d. */
  readonly kind: string;
  readonly labels: readonly string[] | null;
  /** The length of varchar(n) and char(n), of bit(n); -1 without one. */
  readonly length: number;
  /** Of numeric(p, s); -1 without. */
  readonly precision: number;
  readonly scale: number;
  readonly notNull: boolean;
  readonly hasDefault: boolean;
  /** "a" for GENERATED ALWAYS AS IDENTITY. */
  readonly identity: string;
  readonly generated: boolean;
  /** It stands in a unique index. */
  readonly isKey: boolean;
  /** Literals of the CHECK constraints that read it. */
  readonly candidates: readonly string[];
}

/** How varied rows are: with every value at the edge, or of the kind that any application writes. */
export type Variety = 'edges' | 'plain';

type Make = (at: number, column: FillColumn) => string;

const day = 86_400_000;

/** Ordinary values, by type. In: a number that is another one for each row. */
const ordinary: Readonly<Record<string, Make>> = {
  bool: (at) => (at % 2 === 0 ? 'true' : 'false'),
  int2: (at) => String(100 + at),
  int4: (at) => String(1000 + at),
  int8: (at) => String(100_000 + at),
  oid: (at) => String(1000 + at),
  numeric: (at, { precision, scale }) => decimal(at, precision, scale),
  float4: (at) => String(at + 0.5),
  float8: (at) => String(at + 0.25),
  money: (at) => String(at + 1),
  text: (at, column) => cut(`${column.name} ${at}`, at, column),
  varchar: (at, column) => cut(`${column.name} ${at}`, at, column),
  bpchar: (at, column) => cut(`${at}`, at, { ...column, length: column.length < 0 ? 1 : column.length }),
  name: (at) => `name_${at}`,
  citext: (at, column) => `${column.name} ${at}`,
  char: (at) => String.fromCharCode(97 + (at % 26)),
  uuid: (at) => `00000000-0000-4000-8000-${at.toString(16).padStart(12, '0')}`,
  date: (at) => new Date(Date.UTC(2024, 0, 1) + at * day).toISOString().slice(0, 10),
  timestamp: (at) => new Date(Date.UTC(2024, 0, 1, 10, 30) + at * day).toISOString().replace('Z', ''),
  timestamptz: (at) => new Date(Date.UTC(2024, 0, 1, 10, 30) + at * day).toISOString(),
  time: (at) => `${String(at % 24).padStart(2, '0')}:15:00`,
  timetz: (at) => `${String(at % 24).padStart(2, '0')}:15:00+02`,
  interval: (at) => `${at + 1} hours`,
  json: (at) => `{"n": ${at}, "list": [1, 2]}`,
  jsonb: (at) => `{"n": ${at}, "list": [1, 2]}`,
  bytea: (at) => `\\x${(at + 16).toString(16).padStart(4, '0')}`,
  inet: (at) => `10.0.${Math.floor(at / 250) % 250}.${(at % 250) + 1}`,
  cidr: (at) => `10.${Math.floor(at / 250) % 250}.${at % 250}.0/24`,
  macaddr: (at) => `08:00:2b:01:02:${(at % 256).toString(16).padStart(2, '0')}`,
  macaddr8: (at) => `08:00:2b:01:02:03:04:${(at % 256).toString(16).padStart(2, '0')}`,
  tsvector: (at) => `word${at} other`,
  tsquery: (at) => `word${at}`,
  xml: (at) => `<n>${at}</n>`,
  bit: (at, { length }) => (at % 2 === 0 ? '0' : '1').repeat(Math.max(1, length)),
  varbit: (at, { length }) => (at % 2 === 0 ? '0' : '1').repeat(length < 0 ? 4 : Math.min(4, length)),
  point: (at) => `(${at},1)`,
  box: (at) => `(${at + 1},1),(${at},0)`,
  lseg: (at) => `[(${at},0),(1,1)]`,
  path: (at) => `[(${at},0),(1,1)]`,
  polygon: (at) => `((${at},0),(1,1),(0,1))`,
  circle: (at) => `<(${at},0),1>`,
  line: (at) => `{1,-1,${at}}`,
  pg_lsn: (at) => `0/${(at + 16).toString(16).toUpperCase()}`,
  hstore: (at) => `n=>${at}`,
  ltree: (at) => `top.n${at}`,
  cube: (at) => `(${at})`,
  int4range: (at) => `[${at * 10},${at * 10 + 5})`,
  int8range: (at) => `[${at * 10},${at * 10 + 5})`,
  numrange: (at) => `[${at * 10},${at * 10 + 5})`,
  daterange: (at) => `[${ordinaryDay(at * 2)},${ordinaryDay(at * 2 + 1)})`,
  tsrange: (at) => `[${ordinaryDay(at * 2)},${ordinaryDay(at * 2 + 1)})`,
  tstzrange: (at) => `[${ordinaryDay(at * 2)},${ordinaryDay(at * 2 + 1)})`,
};

function ordinaryDay(at: number): string {
  return new Date(Date.UTC(2024, 0, 1) + at * day).toISOString().slice(0, 10);
}

const letters = 'Zoë Straße 東京 🐘 ';

/** Values at the edge: empty, longest, Unicode, smallest, largest. */
const edges: Readonly<Record<string, readonly Make[]>> = {
  int2: [() => '0', () => '-32768', () => '32767'],
  int4: [() => '0', () => '-2147483648', () => '2147483647'],
  int8: [() => '0', () => '-9223372036854775808', () => '9223372036854775807'],
  numeric: [() => '0', (_, column) => `-${largest(column)}`, (_, column) => largest(column)],
  float4: [() => '0', () => '-3e38', () => '3e38'],
  float8: [() => '0', () => '-1e300', () => '1e300'],
  text: [() => '', () => 'x'.repeat(3000), () => letters.trim()],
  varchar: [
    () => '',
    (_, column) => 'x'.repeat(column.length < 0 ? 3000 : Math.min(column.length, 10_000)),
    (_, column) => unicode(column),
  ],
  bpchar: [
    () => '',
    (_, column) => 'x'.repeat(column.length < 0 ? 1 : Math.min(column.length, 10_000)),
    (_, column) => unicode(column),
  ],
  citext: [() => '', () => 'x'.repeat(3000), () => letters.trim()],
  date: [() => '0001-01-01', () => '9999-12-31', () => '2024-02-29'],
  timestamp: [() => '0001-01-01 00:00:00', () => '9999-12-31 23:59:59.999999', () => '2024-03-31 02:30:00'],
  timestamptz: [() => '0001-01-01 00:00:00+00', () => '9999-12-31 23:59:59.999999+00', () => '2024-03-31 02:30:00+00'],
  time: [() => '00:00:00', () => '23:59:59.999999', () => '12:00:00'],
  interval: [() => '0', () => '-178000000 years', () => '178000000 years'],
  json: [() => 'null', () => '{}', () => '[{"ü": "🐘"}]'],
  jsonb: [() => 'null', () => '{}', () => '[{"ü": "🐘"}]'],
  bytea: [() => '', () => '\\x00ff', () => '\\x'],
};

function unicode({ length }: FillColumn): string {
  return [...letters.trim()].slice(0, length < 0 ? undefined : length).join('');
}

function cut(text: string, at: number, { length }: FillColumn): string {
  if (length < 0 || text.length <= length) return text;
  return at.toString(36).padStart(length, 'a').slice(-length);
}

function decimal(at: number, precision: number, scale: number): string {
  if (precision < 0) return `${at}.25`;
  const whole = precision - Math.max(0, scale);
  const text = whole <= 0 ? '0' : String((at + 1) % 10 ** Math.min(whole, 9));
  return scale > 0 ? `${text}.${'5'.padEnd(scale, '0')}` : text;
}

function largest({ precision, scale }: FillColumn): string {
  if (precision < 0) return '99999999999999999999.999999';
  const whole = Math.max(0, precision - Math.max(0, scale));
  return `${whole === 0 ? '0' : '9'.repeat(whole)}${scale > 0 ? `.${'9'.repeat(scale)}` : ''}`;
}

/**
 * A value for a column, as SQL; undefined where nobody knows how to make one of its type. In: the number of the row, from
 * 0; the first rows are those at the edge.
 */
export function valueFor(column: FillColumn, at: number, variety: Variety): string | undefined {
  if (variety === 'edges' && at === 0 && !column.notNull) return 'NULL';
  if (column.labels !== null && column.labels.length > 0)
    return arrayOf(column, column.labels[at % column.labels.length] ?? '');
  const [fromCheck] = column.candidates.length > 0 ? [column.candidates[at % column.candidates.length]] : [];
  const make = ordinary[column.type];
  const edge = variety === 'edges' && !column.isKey && at >= 1 && at <= 3 ? edges[column.type]?.[at - 1] : undefined;
  if (edge) return column.isArray && at === 1 ? "'{}'" : arrayOf(column, edge(at, column));
  if (fromCheck !== undefined && !column.isKey) return arrayOf(column, fromCheck);
  if (make) return arrayOf(column, make(at, column));
  return column.notNull ? undefined : 'NULL';
}

function arrayOf({ isArray }: FillColumn, text: string): string {
  return quoteLiteral(isArray ? `{"${text.replaceAll(/["\\]/g, '\\$&')}"}` : text);
}
