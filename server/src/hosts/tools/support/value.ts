import type { Expression } from '../../code.js';
import { joinedText, pathOf, resolved, type Scope } from '../../values.js';
import { chosen } from './guards.js';
import { entriesOf, holeFor, textWithHoles } from './reading.js';

/** SQL that stands for itself, or the hole of a value that is not known. */
export interface Fragment {
  readonly sql: string;
  readonly isHole: boolean;
}

export type Fields = ReadonlyMap<string, Value>;

/** A value of JavaScript as far as it is known. In a string, what is put in when the code runs is a hole. */
export type Value = string | number | boolean | null | undefined | Fragment | Fields | readonly Value[];

/** Thrown within a reader where a call cannot be said in SQL, and caught there; the message is a clause. */
export class Unclear extends Error {}

/** Reads what only a tool gives a meaning: `pgm.func('…')`, `Sequelize.literal('…')`. */
export type ReadSpecial = (value: Expression, scope: Scope) => Value | undefined;

/** The value of an expression. */
export function readValue(
  expression: Expression | undefined,
  scope: Scope,
  special: ReadSpecial = () => undefined,
): Value {
  if (!expression) return undefined;
  const known = resolved(chosen(expression, scope), scope);
  const own = special(known, scope) ?? special(expression, scope);
  if (own !== undefined) return own;
  switch (known.kind) {
    case 'text':
      return known.tag === undefined && joinedText(known, scope) ? textWithHoles(known, scope) : hole(expression);
    case 'number':
    case 'boolean':
      return known.value;
    case 'null':
      return isUndefined(expression) ? undefined : null;
    case 'list':
      return known.items.map((item) => readValue(item, scope, special));
    case 'record': {
      const entries = entriesOf(known, scope);
      if (!entries) return hole(expression);
      return new Map([...entries].map(([key, each]) => [key, readValue(each, scope, special)]));
    }
    case 'call':
      return calculated(known, scope, special) ?? hole(expression);
    default:
      return hole(expression);
  }
}

/** `Object.keys(x)`, `Object.values(x)` and `x.map(String)` are left; `JSON.stringify` of what is known is a string. */
function calculated(
  call: Expression & { readonly kind: 'call' },
  scope: Scope,
  special: ReadSpecial,
): Value | undefined {
  const path = pathOf(call.callee)?.join('.');
  const given = readValue(call.args[0]?.value, scope, special);
  if (path === 'Object.keys' && isFields(given)) return [...given.keys()];
  if (path === 'Object.values' && isFields(given)) return [...given.values()];
  if (path === 'JSON.stringify' && call.args.length === 1) {
    const plain = plainJson(given);
    return plain === undefined ? undefined : JSON.stringify(plain);
  }
  return undefined;
}

/** The value as JSON has it; undefined where any of it is not known. */
export function plainJson(value: Value): unknown {
  if (isFragment(value) || value === undefined) return undefined;
  if (isList(value)) {
    const items = value.map(plainJson);
    return items.includes(undefined) ? undefined : items;
  }
  if (!isFields(value)) return typeof value === 'string' && value.includes('${') ? undefined : value;
  const entries = [...value].map(([key, each]) => [key, plainJson(each)] as const);
  return entries.some(([, each]) => each === undefined) ? undefined : Object.fromEntries(entries);
}

function isUndefined(expression: Expression): boolean {
  return expression.kind === 'null' && expression.span.end - expression.span.start !== 4;
}

export function hole(expression: Expression | undefined): Fragment {
  return { sql: holeFor(expression), isHole: true };
}

export function fragment(sql: string): Fragment {
  return { sql, isHole: false };
}

export function isFragment(value: Value): value is Fragment {
  return typeof value === 'object' && value !== null && 'sql' in value;
}

export function isFields(value: Value): value is Fields {
  return value instanceof Map;
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** An entry of a record; undefined where there is no record. Throws `Unclear` where what is there is not known. */
export function field(value: Value, key: string): Value {
  if (isFields(value)) return value.get(key);
  if (isFragment(value)) throw new Unclear('its options are put together when it runs');
  return undefined;
}

/** True where JavaScript takes the value for true. Throws `Unclear` where it is not known. */
export function truthy(value: Value): boolean {
  if (isFragment(value) && value.isHole) throw new Unclear('one of its options is decided when it runs');
  return Boolean(value);
}

/** The items of a list, or the one value; none for undefined. */
export function listOf(value: Value): readonly Value[] {
  if (isFragment(value) && value.isHole) throw new Unclear('how many there are is known when it runs');
  return isList(value) ? value : [value];
}

/** A value as it stands in a string. */
export function textOfValue(value: Value): string {
  if (isFragment(value)) return value.sql;
  if (isList(value)) return value.map(textOfValue).join(',');
  if (isFields(value)) throw new Unclear('its options are put together when it runs');
  return String(value);
}
