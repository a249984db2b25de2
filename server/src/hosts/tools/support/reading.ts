import type { Expression } from '../../code.js';
import { joinedText, pathOf, plainOf, resolved, type Scope, textOf } from '../../values.js';
import { chosen } from './guards.js';
import { isHole, isOpenName } from './holes.js';

/** What stands in SQL for a value that is put in when the code runs. */
export function holeFor(value: Expression | undefined): string {
  const path = value && pathOf(value.kind === 'call' ? value.callee : value);
  const name = path
    ?.join('.')
    .replace(/\W+/g, '_')
    .replace(/^_+|_+$/g, '');
  return `\${${name === undefined || name === '' ? 'value' : name}}`;
}

/** A string as far as it is known, holes for the rest; for a number its digits. */
export function textWithHoles(given: Expression | undefined, scope: Scope): string {
  if (!given) return holeFor(given);
  const value = chosen(given, scope);
  const text = joinedText(value, scope);
  if (text && text.tag === undefined) {
    return text.parts.map((part) => (part.kind === 'value' ? holeFor(part.value) : part.text)).join('');
  }
  const known = resolved(value, scope);
  if (known.kind === 'number') return known.written;
  return holeFor(value);
}

/** A name in quotes, as most tools write every name; a hole stays bare. */
export function quoted(name: string): string {
  return isOpenName(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** A string of SQL as most tools write it: quotes doubled, nothing else. */
export function literal(text: string): string {
  return isHole(text) ? text : `'${text.replaceAll("'", "''")}'`;
}

export function isAbsent(value: Expression | undefined, scope: Scope): boolean {
  return value === undefined || resolved(value, scope).kind === 'null';
}

/** True or false where that is written out, also by a constant. */
export function booleanOf(value: Expression | undefined, scope: Scope): boolean | undefined {
  const plain = plainOf(value, scope);
  return typeof plain === 'boolean' ? plain : undefined;
}

/** What a record has under its keys; undefined for what is no record, or has something spread into it. */
export function entriesOf(value: Expression | undefined, scope: Scope): ReadonlyMap<string, Expression> | undefined {
  const record = value && resolved(value, scope);
  if (record?.kind !== 'record') return undefined;
  const result = new Map<string, Expression>();
  for (const { key: written, computed, value: each } of record.entries) {
    const key = written ?? (computed && computedKey(computed, scope));
    if (key !== undefined) {
      result.set(key, each);
      continue;
    }
    if (computed) return undefined;
    const inner = entriesOf(each, scope);
    if (!inner) return undefined;
    for (const [name, spread] of inner) result.set(name, spread);
  }
  return result;
}

/** The key that an expression gives: a string of the file, or an operator of Sequelize as "[Op.ne]". */
function computedKey(value: Expression, scope: Scope): string | undefined {
  const path = pathOf(value);
  if (path?.at(-2) === 'Op') return `[Op.${path.at(-1)}]`;
  return textOf(value, scope);
}

/** One string or a list of them, holes in it; undefined where how many they are is not known. */
export function namesOf(value: Expression | undefined, scope: Scope): readonly string[] | undefined {
  const known = value && resolved(value, scope);
  if (!known) return undefined;
  if (known.kind === 'text') return [textWithHoles(known, scope)];
  if (known.kind !== 'list' || known.items.some(({ kind }) => kind === 'other')) return undefined;
  return known.items.map((item) => textWithHoles(item, scope));
}

/** Why a string of SQL cannot be read. */
export function whyNoText(value: Expression | undefined, scope: Scope): string {
  const known = value && resolved(value, scope);
  const path = known?.kind === 'call' ? (pathOf(known.callee) ?? []) : [];
  if (path.some((name) => /readFile|readSync|loadSql|sqlFile/i.test(name))) return 'its SQL is read from another file';
  if (known?.kind === 'name' || known?.kind === 'member') return 'its SQL stands elsewhere';
  return 'its SQL is put together when it runs';
}

/** The items of a list that is written out; undefined for any other value. */
export function listItems(value: Expression | undefined, scope: Scope): readonly Expression[] | undefined {
  const known = value && resolved(value, scope);
  return known?.kind === 'list' && known.items.every(({ kind }) => kind !== 'other') ? known.items : undefined;
}
