import type { Argument, Expression } from '../../code.js';
import { joinedText, resolved, type Scope } from '../../values.js';
import { chainOf } from '../support/chain.js';
import { holeFor, namesOf, quoted, textWithHoles } from '../support/reading.js';
import { boundText } from './raw-text.js';

/** A name as Knex writes it: each part between dots in quotes. */
export function wrap(name: string): string {
  const alias = / as /i.exec(name);
  if (alias) return `${wrap(name.slice(0, alias.index))} as ${quoted(name.slice(alias.index + 4).trim())}`;
  return name
    .split(/\.(?![^{]*\})/)
    .map((part) => (part.trim() === '*' ? '*' : quoted(part.trim())))
    .join('.');
}

/** A table in the schema that `withSchema` gives. */
export function wrapTable(schema: string | undefined, table: string): string {
  return wrap(schema === undefined ? table : `${schema}.${table}`);
}

/** The SQL of `knex.raw('…')` that is handed on as a value; undefined for any other expression. */
export function rawSqlOf(value: Expression | undefined, scope: Scope): string | undefined {
  const known = value && resolved(value, scope);
  if (known?.kind !== 'call') return undefined;
  const { links, path } = chainOf(known);
  const last = links.at(-1);
  if (last?.name === 'raw' && links.length === 1) return boundSql(last.args, scope);
  if (last?.name === 'now' && path.at(-1) === 'fn') {
    const precision = last.args[0] && textWithHoles(last.args[0].value, scope);
    return precision === undefined ? 'CURRENT_TIMESTAMP' : `CURRENT_TIMESTAMP(${precision})`;
  }
  if (last?.name === 'uuid' && path.at(-1) === 'fn') return 'gen_random_uuid()';
  return undefined;
}

/** The SQL of a raw call with its bindings put in. */
export function boundSql([sql, bindings]: readonly Argument[], scope: Scope): string {
  const text = sql && joinedText(sql.value, scope);
  if (!text || text.tag) return textWithHoles(sql?.value, scope);
  return boundText(text, bindings?.value, scope)
    .parts.map((part) => (part.kind === 'value' ? holeFor(part.value) : part.text))
    .join('');
}

/** A column, or what `knex.raw` gives in its place. */
export function wrapValue(value: Expression, scope: Scope): string {
  return rawSqlOf(value, scope) ?? wrap(textWithHoles(value, scope));
}

/** Columns as Knex puts them into a list; undefined where how many they are is not known. */
export function columnize(value: Expression | undefined, scope: Scope): string | undefined {
  const items = listed(value, scope);
  return items?.map((item) => wrapValue(item, scope)).join(', ');
}

/** One column or a list of them, as expressions. */
export function listed(value: Expression | undefined, scope: Scope): readonly Expression[] | undefined {
  const known = value && resolved(value, scope);
  if (!known) return undefined;
  if (known.kind !== 'list') return rawSqlOf(known, scope) !== undefined || namesOf(known, scope) ? [known] : undefined;
  return known.items.some(({ kind }) => kind === 'other') ? undefined : known.items;
}

/** The name that Knex gives an index or a constraint: table_column_type, in lower case. */
export function indexName(
  type: 'index' | 'unique' | 'foreign',
  table: string,
  columns: Expression | undefined,
  scope: Scope,
): string {
  const names = (listed(columns, scope) ?? []).map((item) => rawSqlOf(item, scope) ?? textWithHoles(item, scope));
  const name = `${table.replace(/\.|-/g, '_')}_${names.join('_')}_${type}`;
  return name.includes('${') ? wrapHoles(name) : wrap(name.toLowerCase());
}

function wrapHoles(name: string): string {
  return quoted(name);
}
