import type { Call, Expression } from '../../code.js';
import { resolved, type Scope } from '../../values.js';
import { type Chain, chainOf, type Link } from '../support/chain.js';
import { entriesOf, namesOf, textWithHoles } from '../support/reading.js';
import { valueSql, whereSql } from './conditions.js';
import { wrap, wrapTable } from './names.js';

const writes = new Set(['insert', 'update', 'del', 'delete', 'truncate', 'increment', 'decrement', 'batchInsert']);

/** A statement that `knex('table')…` sends: undefined for what only reads, and for what is no query. */
export function querySql(chain: Chain, scope: Scope): string | undefined {
  const { links } = chain;
  const action = links.find(({ name }) => writes.has(name));
  if (!action) return undefined;
  if (action.name === 'batchInsert')
    return insertSql(wrap(textWithHoles(action.args[0]?.value, scope)), action, 1, scope);
  const table = tableOf(chain, scope);
  if (table === undefined) return undefined;
  const where = whereSql(links, scope);
  const behind = where === undefined ? '' : ` where ${where}`;
  switch (action.name) {
    case 'insert':
      return insertSql(table, action, 0, scope) + conflictSql(links, scope);
    case 'update':
      return `update ${table} set ${assignments(action, scope)}${behind}`;
    case 'increment':
    case 'decrement': {
      const column = wrap(textWithHoles(action.args[0]?.value, scope));
      const by = action.args[1] ? valueSql(action.args[1].value, scope) : '1';
      return `update ${table} set ${column} = ${column} ${action.name === 'increment' ? '+' : '-'} ${by}${behind}`;
    }
    case 'truncate':
      return `truncate ${table} restart identity`;
    default:
      return `delete from ${table}${behind}`;
  }
}

/** The table of a query: `knex('a')`, `knex.from('a')`, `knex.table('a')`. */
function tableOf({ root, links }: Chain, scope: Scope): string | undefined {
  const schema = links.find(({ name }) => name === 'withSchema')?.args[0]?.value;
  const named = links.find(({ name }) => name === 'from' || name === 'into' || name === 'table')?.args[0]?.value;
  const called: Expression | undefined = root.kind === 'call' ? root.args[0]?.value : undefined;
  const table = named ?? called;
  if (!table) return undefined;
  return wrapTable(schema && textWithHoles(schema, scope), textWithHoles(table, scope));
}

/** True for `knex('table')`: a call of a name with one string. */
export function isQuery(call: Call, scope: Scope): boolean {
  const { root, links } = chainOf(call);
  if (links.some(({ name }) => name === 'into' || name === 'from' || name === 'table' || name === 'batchInsert')) {
    return root.kind === 'name';
  }
  if (root.kind !== 'call' || root.callee.kind !== 'name' || root.isNew || root.args.length === 0) return false;
  return namesOf(root.args[0]?.value, scope) !== undefined || root.args[0]?.value.kind === 'name';
}

function assignments({ args }: Link, scope: Scope): string {
  const [first, second] = args.map(({ value }) => value);
  if (first && second && resolved(first, scope).kind === 'text' && resolved(second, scope).kind !== 'list') {
    return `${wrap(textWithHoles(first, scope))} = ${valueSql(second, scope)}`;
  }
  const entries = entriesOf(first, scope);
  if (!entries || entries.size === 0) return '${column} = ${value}';
  return [...entries].map(([key, value]) => `${wrap(key)} = ${valueSql(value, scope)}`).join(', ');
}

function insertSql(table: string, { args }: Link, at: number, scope: Scope): string {
  const value = args[at]?.value;
  const known = value && resolved(value, scope);
  const rows = (known?.kind === 'list' ? known.items : known ? [known] : []).map((each) => entriesOf(each, scope));
  const columns = [...new Set(rows.flatMap((row) => [...(row?.keys() ?? [])]))];
  if (rows.length === 0 || columns.length === 0 || rows.some((row) => row === undefined)) {
    return `insert into ${table} values (\${rows})`;
  }
  const tuples = rows.map((row) => {
    const values = columns.map((each) => (row?.has(each) ? valueSql(row.get(each), scope) : 'DEFAULT'));
    return `(${values.join(', ')})`;
  });
  return `insert into ${table} (${columns.map(wrap).join(', ')}) values ${tuples.join(', ')}`;
}

function conflictSql(links: readonly Link[], scope: Scope): string {
  const conflict = links.find(({ name }) => name === 'onConflict');
  if (!conflict) return '';
  const columns = namesOf(conflict.args[0]?.value, scope)?.map(wrap).join(', ');
  const target = columns === undefined ? '' : ` (${columns})`;
  if (links.some(({ name }) => name === 'ignore')) return ` on conflict${target} do nothing`;
  return ` on conflict${target} do update set \${column} = \${value}`;
}
