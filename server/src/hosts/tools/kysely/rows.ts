import type { Expression } from '../../code.js';
import { plainOf, resolved, type Scope } from '../../values.js';
import type { Link } from '../support/chain.js';
import { entriesOf, listItems, quoted, textWithHoles } from '../support/reading.js';
import { fragmentSql } from '../support/sql-tag.js';
import { nameSql, valueSql } from './words.js';

const operators = /^(=|==|!=|<>|<|<=|>|>=|is|is not|like|not like|ilike|not ilike|in|not in|~|~\*|@>|<@|&&)$/;

/** The conditions among the calls of a query; a hole for one that is not known. */
export function conditionSql(links: readonly Link[], scope: Scope): string | undefined {
  const conditions = links
    .filter(({ name }) => name === 'where')
    .map(({ args }) => {
      const [first, operator, value] = args.map((each) => each.value);
      const fragment = fragmentSql(first, scope);
      if (args.length < 3) return fragment ?? '${condition}';
      const word = fragmentSql(operator, scope) ?? plainOf(operator, scope);
      if (typeof word !== 'string' || !operators.test(word)) return '${condition}';
      return `${fragment ?? nameSql(textWithHoles(first, scope))} ${word} ${comparedSql(value, scope)}`;
    });
  return conditions.length === 0 ? undefined : conditions.join(' and ');
}

function comparedSql(value: Expression | undefined, scope: Scope): string {
  const items = listItems(value, scope);
  return items ? `(${items.map((item) => valueSql(item, scope)).join(', ')})` : valueSql(value, scope);
}

/** The statement of `db.updateTable(…)`, `insertInto`, `deleteFrom`; undefined for what only reads. */
export function rowsSql(links: readonly Link[], schema: string | undefined, scope: Scope): string | undefined {
  const first = links.find(({ name }) => /^(updateTable|insertInto|deleteFrom)$/.test(name));
  if (!first) return undefined;
  const own = textWithHoles(first.args[0]?.value, scope);
  const table = schema === undefined ? nameSql(own) : `${quoted(schema)}.${nameSql(own)}`;
  const where = conditionSql(links, scope);
  const behind = where === undefined ? '' : ` where ${where}`;
  if (first.name === 'deleteFrom') return `delete from ${table}${behind}`;
  if (first.name === 'updateTable') return `update ${table} set ${assignments(links, scope)}${behind}`;
  const conflict = links.find(({ name }) => name === 'onConflict');
  return `insert into ${table} ${rows(links, scope)}${conflict ? ' on conflict do nothing' : ''}`;
}

function assignments(links: readonly Link[], scope: Scope): string {
  const args = links.find(({ name }) => name === 'set')?.args ?? [];
  const [first, second] = args.map(({ value }) => value);
  if (first && second) return `${nameSql(textWithHoles(first, scope))} = ${valueSql(second, scope)}`;
  const entries = entriesOf(first, scope);
  if (!entries || entries.size === 0) return '${column} = ${value}';
  return [...entries].map(([key, value]) => `${quoted(key)} = ${valueSql(value, scope)}`).join(', ');
}

function rows(links: readonly Link[], scope: Scope): string {
  const value = links.find(({ name }) => name === 'values')?.args[0]?.value;
  const known = value && resolved(value, scope);
  const all = (known?.kind === 'list' ? known.items : known ? [known] : []).map((each) => entriesOf(each, scope));
  const columns = [...new Set(all.flatMap((row) => [...(row?.keys() ?? [])]))];
  if (columns.length === 0 || all.some((row) => row === undefined)) return 'values (${rows})';
  const tuples = all.map(
    (row) => `(${columns.map((each) => (row?.has(each) ? valueSql(row.get(each), scope) : 'default')).join(', ')})`,
  );
  return `(${columns.map(quoted).join(', ')}) values ${tuples.join(', ')}`;
}
