import { isOpenName } from '../support/holes.js';
import {
  type Fields,
  field,
  isFields,
  isFragment,
  isList,
  listOf,
  textOfValue,
  truthy,
  Unclear,
  type Value,
} from '../support/value.js';

// How node-pg-migrate writes names, values and types.

/** Types of a project's own, by name: `exports.shorthands`. */
export type Shorthands = Fields;

function quote(name: string): string {
  return isOpenName(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** A name: a string, or a record of schema and name. */
export function nameSql(value: Value): string {
  if (isFragment(value)) return value.sql;
  if (isFields(value) && value.get('name') !== undefined) {
    const schema = value.get('schema');
    return `${schema === undefined ? '' : `${quote(textOfValue(schema))}.`}${quote(textOfValue(value.get('name')))}`;
  }
  if (value === undefined || value === null || isList(value)) throw new Unclear('a name is not known');
  return quote(textOfValue(value));
}

/** The bare name of a table. */
export function bareName(value: Value): string {
  return textOfValue(isFields(value) ? value.get('name') : value);
}

/** A value in SQL: strings in dollar quotes, as the tool does. */
export function escapeValue(value: Value): string {
  if (value === null) return 'NULL';
  if (isFragment(value)) return value.sql;
  if (isList(value)) return `ARRAY[${value.map(escapeValue).join(',').replaceAll('ARRAY', '')}]`;
  if (typeof value !== 'string') return isFields(value) || value === undefined ? '' : String(value);
  let tag = 'pga';
  for (let letter = 1; value.includes(`$${tag}$`) && letter < 26; letter++) {
    tag = `pg${String.fromCharCode(97 + letter)}`;
  }
  return `$${tag}$${value}$${tag}$`;
}

const adapters: Readonly<Record<string, string>> = {
  int: 'integer',
  string: 'text',
  float: 'real',
  double: 'double precision',
  datetime: 'timestamp',
  bool: 'boolean',
};

const ownShorthands: Fields = new Map([
  [
    'id',
    new Map<string, Value>([
      ['type', 'serial'],
      ['primaryKey', true],
    ]),
  ],
]);

/** The words by which a type goes in SQL. */
export function adaptedType(type: string): string {
  return adapters[type] ?? type;
}

function asFields(value: Value): Fields {
  if (isFields(value)) return value;
  if (typeof value === 'string' || isFragment(value)) return new Map([['type', value]]);
  throw new Unclear('a type is not known');
}

/** What is said of a column or a parameter, shorthands put in. */
export function withType(value: Value, shorthands: Shorthands): Fields {
  const own = asFields(value);
  const known = new Map([...ownShorthands, ...shorthands]);
  let merged: Fields | undefined;
  let type = own.get('type');
  const seen = new Set<string>();
  while (typeof type === 'string' && known.has(type) && !seen.has(type)) {
    seen.add(type);
    const short = asFields(known.get(type));
    merged = new Map([...short, ...[...(merged ?? [])].filter(([key]) => key !== 'type')]);
    type = short.get('type');
  }
  const name = typeof type === 'string' ? adaptedType(type) : type;
  return new Map([...(merged ?? []), ...own, ['type', name]]);
}

export function commentSql(kind: string, name: string, text: Value): string {
  return `COMMENT ON ${kind} ${name} IS ${escapeValue(text ?? null)}`;
}

/** Words that stand where an option is set. */
export function when(options: Value, key: string, words: string): string {
  return truthy(field(options, key)) ? words : '';
}

/** A list of parameters of a function. */
export function paramsSql(value: Value, shorthands: Shorthands, withDefaults = true): string {
  const params = value === undefined ? [] : listOf(value);
  const written = params.map((param) => {
    const options = withType(param, shorthands);
    const words: string[] = [];
    if (truthy(options.get('mode'))) words.push(textOfValue(options.get('mode')));
    if (truthy(options.get('name'))) words.push(nameSql(options.get('name')));
    if (options.get('type') !== undefined) words.push(textOfValue(options.get('type')));
    const initial = options.get('default');
    if (withDefaults && initial !== undefined) words.push(`DEFAULT ${escapeValue(initial)}`);
    return words.join(' ');
  });
  return `(${written.join(', ')})`;
}

/** The options of a sequence. */
export function sequenceClauses(options: Value, shorthands: Shorthands): string[] {
  const of = (key: string): Value => field(options, key);
  const isNone = (value: Value): boolean => value === null || value === false;
  const clauses: string[] = [];
  if (truthy(of('type'))) clauses.push(`AS ${textOfValue(withType(of('type'), shorthands).get('type'))}`);
  if (truthy(of('increment'))) clauses.push(`INCREMENT BY ${textOfValue(of('increment'))}`);
  for (const key of ['minvalue', 'maxvalue']) {
    if (truthy(of(key))) clauses.push(`${key.toUpperCase()} ${textOfValue(of(key))}`);
    else if (isNone(of(key))) clauses.push(`NO ${key.toUpperCase()}`);
  }
  if (truthy(of('start'))) clauses.push(`START WITH ${textOfValue(of('start'))}`);
  if (truthy(of('cache'))) clauses.push(`CACHE ${textOfValue(of('cache'))}`);
  if (truthy(of('cycle'))) clauses.push('CYCLE');
  else if (of('cycle') === false) clauses.push('NO CYCLE');
  if (truthy(of('owner'))) clauses.push(`OWNED BY ${textOfValue(of('owner'))}`);
  else if (isNone(of('owner'))) clauses.push('OWNED BY NONE');
  return clauses;
}
