import type { Expression, FunctionValue } from '../../code.js';
import { plainOf, resolved, type Scope, withNames } from '../../values.js';
import { chainOf, type Link } from '../support/chain.js';
import { literal, namesOf, quoted, textWithHoles } from '../support/reading.js';
import { fragmentSql } from '../support/sql-tag.js';
import { Unclear } from '../support/value.js';

/** A name, each part between dots in quotes. */
export function nameSql(name: string): string {
  return name
    .split(/\.(?![^{]*\})/)
    .map((part) => quoted(part.trim()))
    .join('.');
}

/** A table or another object, in the schema that `withSchema` gives. */
export function objectSql(value: Expression | undefined, schema: string | undefined, scope: Scope): string {
  const fragment = fragmentSql(value, scope);
  if (fragment !== undefined) return fragment;
  const name = textWithHoles(value, scope);
  return schema === undefined || name.includes('.') ? nameSql(name) : `${quoted(schema)}.${nameSql(name)}`;
}

/** Columns, each in quotes. */
export function columnsSql(value: Expression | undefined, scope: Scope): string {
  const names = namesOf(value, scope);
  if (!names) throw new Unclear('the columns are put together when it runs');
  return names.map(quoted).join(', ');
}

/** A type: a word of Kysely's, or SQL. */
export function typeSql(value: Expression | undefined, scope: Scope): string {
  return fragmentSql(value, scope) ?? textWithHoles(value, scope);
}

/** A value that stands in SQL as a literal. */
export function valueSql(value: Expression | undefined, scope: Scope): string {
  const fragment = fragmentSql(value, scope);
  if (fragment !== undefined) return fragment;
  const plain = value && plainOf(value, scope);
  if (plain === null) return 'null';
  if (typeof plain === 'string') return literal(plain);
  if (typeof plain === 'number' || typeof plain === 'boolean') return String(plain);
  const known = value && resolved(value, scope);
  return known?.kind === 'text' ? literal(textWithHoles(known, scope)) : textWithHoles(value, scope);
}

/** The calls that a function makes on its argument: `(col) => col.notNull().unique()`. */
export function callsOn(func: FunctionValue, scope: Scope): { readonly links: readonly Link[]; readonly scope: Scope } {
  const inner = withNames(
    scope,
    func.params.map((name) => [name, undefined]),
  );
  const last = func.body.at(-1);
  const value = last?.kind === 'return' || last?.kind === 'expression' ? last.value : undefined;
  if (!value) return { links: [], scope: inner };
  if (value.kind !== 'call') {
    if (value.kind === 'name' && value.name === func.params[0]) return { links: [], scope: inner };
    throw new Unclear('a function that it calls is not read');
  }
  const { links, root } = chainOf(value);
  if (root.kind !== 'name' || root.name !== func.params[0]) throw new Unclear('a function that it calls is not read');
  return { links, scope: inner };
}

/** Words for DEFERRABLE and what follows it. */
export function deferrableSql(links: readonly Link[]): string {
  const has = (name: string): boolean => links.some((link) => link.name === name);
  const first = has('deferrable') ? ' deferrable' : has('notDeferrable') ? ' not deferrable' : '';
  const second = has('initiallyDeferred')
    ? ' initially deferred'
    : has('initiallyImmediate')
      ? ' initially immediate'
      : '';
  return first + second;
}

/** ON DELETE and ON UPDATE. */
export function actionsSql(links: readonly Link[], scope: Scope): string {
  const of = (name: string): Expression | undefined => links.find((link) => link.name === name)?.args[0]?.value;
  const onDelete = of('onDelete');
  const onUpdate = of('onUpdate');
  return `${onDelete ? ` on delete ${textWithHoles(onDelete, scope)}` : ''}${onUpdate ? ` on update ${textWithHoles(onUpdate, scope)}` : ''}`;
}
