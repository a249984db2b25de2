import type { Expression } from '../../code.js';
import { functionOf, type Scope } from '../../values.js';
import type { Link } from '../support/chain.js';
import type { Origin } from '../support/origins.js';
import { listItems, quoted, textWithHoles } from '../support/reading.js';
import { fragmentSql } from '../support/sql-tag.js';
import { Unclear } from '../support/value.js';
import { columnSql, constraintSql } from './columns.js';
import { conditionSql } from './rows.js';
import { callsOn, columnsSql, nameSql, objectSql, typeSql, valueSql } from './words.js';

interface Calls {
  readonly first: Link;
  readonly rest: readonly Link[];
  readonly schema: string | undefined;
  readonly scope: Scope;
}

/** A statement, and which of its columns and constraints come from which call. */
export interface SchemaSql {
  readonly sql: string;
  readonly origins: readonly Origin[];
}

function originsOf(links: readonly Link[], schema: string | undefined, scope: Scope): Origin[] {
  return links.flatMap((link, index): Origin[] => {
    const isConstraint = constraints.includes(link.name);
    if (link.name !== 'addColumn' && !isConstraint) return [];
    // The call without those that it is made on.
    const place = { start: link.call.callee.span.end - link.name.length, end: link.call.span.end };
    const sql = isConstraint
      ? constraintSql(link, schema, scope, links.slice(index + 1))
      : columnSql(link.args, schema, scope);
    return [{ sql, place }];
  });
}

/** The statement of calls behind `db.schema`; undefined where they make none that Kysely has. */
export function schemaSql(links: readonly Link[], outer: string | undefined, scope: Scope): SchemaSql | undefined {
  const own = links.find(({ name }) => name === 'withSchema')?.args[0]?.value;
  const schema = own ? textWithHoles(own, scope) : outer;
  const calls = links.filter(({ name }) => !/^(withSchema|execute\w*|withPlugin|withoutPlugins)$/.test(name));
  const [first, ...rest] = calls.flatMap((link) => withCalled(link, scope));
  if (!first) return undefined;
  const make = makers[first.name];
  const sql = make?.({ first, rest, schema, scope });
  return sql === undefined ? undefined : { sql, origins: originsOf(rest, schema, scope) };
}

/** The calls of a function that is handed to `$call` stand for it. */
function withCalled(link: Link, scope: Scope): readonly Link[] {
  if (link.name !== '$call') return [link];
  const func = functionOf(link.args[0]?.value, scope);
  if (!func) throw new Unclear('a function that it calls stands elsewhere');
  return callsOn(func, scope).links;
}

function has({ rest }: Calls, name: string): boolean {
  return rest.some((link) => link.name === name);
}

function argumentOf({ rest }: Calls, name: string): Expression | undefined {
  return rest.find((link) => link.name === name)?.args[0]?.value;
}

function target({ first, schema, scope }: Calls): string {
  return objectSql(first.args[0]?.value, schema, scope);
}

function only(calls: Calls, ...names: string[]): void {
  const unknown = calls.rest.find(({ name }) => !names.includes(name));
  if (unknown) throw new Unclear(`Airlock does not know ${unknown.name}() of Kysely there`);
}

const constraints = ['addPrimaryKeyConstraint', 'addUniqueConstraint', 'addCheckConstraint', 'addForeignKeyConstraint'];

function createTable(calls: Calls): string {
  only(calls, 'addColumn', ...constraints, 'ifNotExists', 'temporary', 'onCommit', 'modifyEnd', 'modifyFront', 'as');
  const { rest, schema, scope } = calls;
  const columns = rest.filter(({ name }) => name === 'addColumn').map(({ args }) => columnSql(args, schema, scope));
  const keys = rest
    .filter(({ name }) => constraints.includes(name))
    .map((link) => constraintSql(link, schema, scope, []));
  const query = has(calls, 'as') ? fragmentSql(argumentOf(calls, 'as'), scope) : undefined;
  if (has(calls, 'as') && query === undefined) throw new Unclear('its query is put together when it runs');
  const commit = has(calls, 'onCommit') ? ` on commit ${textWithHoles(argumentOf(calls, 'onCommit'), scope)}` : '';
  const end = has(calls, 'modifyEnd') ? ` ${fragmentSql(argumentOf(calls, 'modifyEnd'), scope) ?? '${sql}'}` : '';
  const front = has(calls, 'modifyFront') ? `${fragmentSql(argumentOf(calls, 'modifyFront'), scope) ?? '${sql}'} ` : '';
  const body = query === undefined ? ` (${[...columns, ...keys].join(', ')})` : '';
  return `create ${front}${has(calls, 'temporary') ? 'temporary ' : ''}table ${has(calls, 'ifNotExists') ? 'if not exists ' : ''}${target(calls)}${body}${commit}${end}${query === undefined ? '' : ` as ${query}`}`;
}

function alterTable(calls: Calls): string {
  const { rest, schema, scope } = calls;
  const parts: string[] = [];
  for (const [index, link] of rest.entries()) {
    const [first, second] = link.args.map(({ value }) => value);
    const name = (value: Expression | undefined): string => quoted(textWithHoles(value, scope));
    switch (link.name) {
      case 'addColumn':
        parts.push(`add column ${columnSql(link.args, schema, scope)}`);
        break;
      case 'dropColumn':
        parts.push(`drop column ${name(first)}`);
        break;
      case 'renameColumn':
        parts.push(`rename column ${name(first)} to ${name(second)}`);
        break;
      case 'alterColumn':
        parts.push(`alter column ${name(first)} ${alteration(second, scope)}`);
        break;
      case 'renameTo':
        parts.push(`rename to ${objectSql(first, undefined, scope)}`);
        break;
      case 'setSchema':
        parts.push(`set schema ${name(first)}`);
        break;
      case 'dropConstraint': {
        const behind = rest.slice(index + 1).map((each) => each.name);
        const end = behind.includes('cascade') ? ' cascade' : behind.includes('restrict') ? ' restrict' : '';
        parts.push(`drop constraint ${behind.includes('ifExists') ? 'if exists ' : ''}${name(first)}${end}`);
        break;
      }
      case 'renameConstraint':
        parts.push(`rename constraint ${name(first)} to ${name(second)}`);
        break;
      default:
        if (constraints.includes(link.name)) {
          parts.push(`add ${constraintSql(link, schema, scope, rest.slice(index + 1))}`);
        } else if (!behindAnother.has(link.name)) {
          throw new Unclear(`Airlock does not know ${link.name}() of Kysely there`);
        }
    }
  }
  if (parts.length === 0) throw new Unclear('what it changes is not known');
  return `alter table ${target(calls)} ${parts.join(', ')}`;
}

/** Calls that say more of the one before them. */
const behindAnother = new Set([
  'onDelete',
  'onUpdate',
  'deferrable',
  'notDeferrable',
  'initiallyDeferred',
  'initiallyImmediate',
  'ifExists',
  'cascade',
  'restrict',
]);

function alteration(value: Expression | undefined, scope: Scope): string {
  const func = functionOf(value, scope);
  if (!func) throw new Unclear('what it changes of a column stands elsewhere');
  const { links, scope: inner } = callsOn(func, scope);
  const [link] = links;
  const given = link?.args[0]?.value;
  switch (link?.name) {
    case 'setDataType':
      return `type ${typeSql(given, inner)}`;
    case 'setDefault':
      return `set default ${valueSql(given, inner)}`;
    case 'dropDefault':
      return 'drop default';
    case 'setNotNull':
      return 'set not null';
    case 'dropNotNull':
      return 'drop not null';
    default:
      throw new Unclear('what it changes of a column is not known');
  }
}

function indexColumn(value: Expression, scope: Scope): string {
  const fragment = fragmentSql(value, scope);
  if (fragment !== undefined) return fragment;
  const [column = '', direction] = textWithHoles(value, scope).split(' ');
  return direction === undefined ? quoted(column) : `${quoted(column)} ${direction}`;
}

function createIndex(calls: Calls): string {
  only(calls, 'on', 'column', 'columns', 'expression', 'unique', 'using', 'ifNotExists', 'where', 'nullsNotDistinct');
  const { first, rest, schema, scope } = calls;
  const columns = rest.flatMap(({ name, args }): readonly string[] => {
    const value = args[0]?.value;
    if (name === 'column' && value) return [indexColumn(value, scope)];
    if (name === 'expression') return [fragmentSql(value, scope) ?? '(${expression})'];
    if (name !== 'columns') return [];
    const items = listItems(value, scope);
    if (!items) throw new Unclear('the columns of the index are put together when it runs');
    return items.map((item) => indexColumn(item, scope));
  });
  const using = argumentOf(calls, 'using');
  const where = conditionSql(rest, scope);
  return [
    `create ${has(calls, 'unique') ? 'unique ' : ''}index ${has(calls, 'ifNotExists') ? 'if not exists ' : ''}${quoted(textWithHoles(first.args[0]?.value, scope))} on ${objectSql(argumentOf(calls, 'on'), schema, scope)}`,
    ...(using ? [`using ${typeSql(using, scope)}`] : []),
    `(${columns.join(', ')})`,
    ...(has(calls, 'nullsNotDistinct') ? ['nulls not distinct'] : []),
    ...(where === undefined ? [] : [`where ${where}`]),
  ].join(' ');
}

/** DROP of something, with the words that may stand before and behind its name. */
function drop(kind: string): (calls: Calls) => string {
  return (calls) => {
    only(calls, 'ifExists', 'cascade', 'materialized', 'on');
    const word = has(calls, 'materialized') ? `materialized ${kind}` : kind;
    return `drop ${word} ${has(calls, 'ifExists') ? 'if exists ' : ''}${target(calls)}${has(calls, 'cascade') ? ' cascade' : ''}`;
  };
}

function createView(calls: Calls): string {
  only(calls, 'as', 'columns', 'orReplace', 'materialized', 'temporary', 'ifNotExists');
  const query = fragmentSql(argumentOf(calls, 'as'), calls.scope);
  const columns = has(calls, 'columns') ? ` (${columnsSql(argumentOf(calls, 'columns'), calls.scope)})` : '';
  return `create ${has(calls, 'orReplace') ? 'or replace ' : ''}${has(calls, 'materialized') ? 'materialized ' : ''}${has(calls, 'temporary') ? 'temporary ' : ''}view ${has(calls, 'ifNotExists') ? 'if not exists ' : ''}${target(calls)}${columns} as ${query ?? 'select ${query}'}`;
}

function createType(calls: Calls): string {
  only(calls, 'asEnum');
  const values = listItems(argumentOf(calls, 'asEnum'), calls.scope);
  if (!values) throw new Unclear('the values of the type are put together when it runs');
  return `create type ${target(calls)} as enum (${values.map((each) => valueSql(each, calls.scope)).join(', ')})`;
}

function refresh(calls: Calls): string {
  const data = has(calls, 'withNoData') ? 'with no data' : 'with data';
  return `refresh materialized view ${has(calls, 'concurrently') ? 'concurrently ' : ''}${target(calls)} ${data}`;
}

const makers: Readonly<Record<string, (calls: Calls) => string>> = {
  alterTable,
  createIndex,
  createSchema: (calls) =>
    `create schema ${has(calls, 'ifNotExists') ? 'if not exists ' : ''}${nameSql(textWithHoles(calls.first.args[0]?.value, calls.scope))}`,
  createTable,
  createType,
  createView,
  dropIndex: drop('index'),
  dropSchema: (calls) => drop('schema')({ ...calls, schema: undefined }),
  dropTable: drop('table'),
  dropType: drop('type'),
  dropView: drop('view'),
  refreshMaterializedView: refresh,
};
