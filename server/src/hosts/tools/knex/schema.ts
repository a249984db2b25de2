import type { Call, Expression } from '../../code.js';
import { functionOf, type Scope } from '../../values.js';
import { type Place, walkFunction } from '../../walk.js';
import { chainOf, type Link } from '../support/chain.js';
import type { Emitter } from '../support/emitter.js';
import { sendRaw } from '../support/raw.js';
import { booleanOf, textWithHoles } from '../support/reading.js';
import { ifExists, ifNotExists, type Wording } from '../support/reword.js';
import { columnize, rawSqlOf, wrap, wrapTable } from './names.js';
import { boundText } from './raw-text.js';
import { tableBody } from './table.js';
import { type TableMethod, tableSql } from './table-sql.js';

const tableMethods: Readonly<Record<string, TableMethod>> = {
  createTable: 'create',
  createTableIfNotExists: 'createIfNot',
  createTableLike: 'createLike',
  alterTable: 'alter',
  table: 'alter',
};

/** What is asked of the database and changes nothing. */
const questions = new Set([
  'hasTable',
  'hasColumn',
  'then',
  'catch',
  'finally',
  'queryContext',
  'map',
  'tap',
  'timeout',
  'transacting',
  'debug',
  'options',
  'toString',
  'toSQL',
  'toQuery',
]);

/** Reads calls behind `knex.schema`; false where there is none that Knex has. */
export function readSchema(links: readonly Link[], call: Call, place: Place, emitter: Emitter, text: string): boolean {
  let schema: string | undefined;
  const makes = links.filter(({ name }) => !questions.has(name) && name !== 'withSchema');
  for (const link of links) {
    if (link.name === 'withSchema') schema = textWithHoles(link.args[0]?.value, place.scope);
    if (!makes.includes(link)) continue;
    // One of several calls is no statement of its own.
    const here = links.length === (schema === undefined ? 1 : 2) ? place : { ...place, statement: undefined };
    const span = makes.length === 1 ? call : link.call;
    if (!readLink(link, span, schema, here, emitter, text)) {
      emitter.unknown(link.call.span, `Airlock does not know ${link.name}() of Knex`, place);
    }
  }
  return true;
}

function readLink(
  link: Link,
  call: Call,
  schema: string | undefined,
  place: Place,
  emitter: Emitter,
  text: string,
): boolean {
  const { name, args } = link;
  const { scope } = place;
  if (name === 'raw') {
    sendRaw(emitter, args[0]?.value, call, place, (sql) => boundText(sql, args[1]?.value, scope));
    return true;
  }
  const method = tableMethods[name];
  if (method) {
    readTable(method, link, call, schema, place, emitter, text);
    return true;
  }
  const view = viewSql(link, schema, scope);
  if (view !== undefined) {
    emitter.built([view], call.span, place);
    return true;
  }
  const sql = simpleSql(link, schema, scope);
  if (sql === undefined) return false;
  emitter.built([sql], call.span, place, wordings(link, text));
  return true;
}

function readTable(
  method: TableMethod,
  { args }: Link,
  call: Call,
  schema: string | undefined,
  place: Place,
  emitter: Emitter,
  text: string,
): void {
  const { scope } = place;
  const table = textWithHoles(args[0]?.value, scope);
  const like = method === 'createLike' ? textWithHoles(args[1]?.value, scope) : undefined;
  const builder = method === 'createLike' ? args[2]?.value : args[1]?.value;
  const empty = { columns: [], statements: [], comment: undefined, inherits: undefined, unknown: [] };
  const body = builder ? tableBody(builder, scope) : like === undefined ? undefined : empty;
  if (!body) {
    emitter.unknown(call.span, 'the function that builds the table is not in this file', place);
    return;
  }
  const { statements, origins, reasons } = tableSql(method, schema, table, body, text, like);
  emitter.built(statements, call.span, place, [], origins);
  for (const { span, reason } of body.unknown) emitter.unknown(span, reason, place);
  for (const reason of reasons) emitter.unknown(call.span, reason, place);
}

function simpleSql({ name, args }: Link, schema: string | undefined, scope: Scope): string | undefined {
  const [first, second] = args.map(({ value }) => value);
  const own = (): string => textWithHoles(first, scope);
  const table = (): string => wrapTable(schema, own());
  const cascade = booleanOf(second, scope) === true ? ' cascade' : '';
  switch (name) {
    case 'dropTable':
      return `drop table ${table()}`;
    case 'dropTableIfExists':
      return `drop table if exists ${table()}`;
    case 'renameTable':
      return `alter table ${table()} rename to ${wrap(textWithHoles(second, scope))}`;
    case 'createSchema':
      return `create schema ${wrap(own())}`;
    case 'createSchemaIfNotExists':
      return `create schema if not exists ${wrap(own())}`;
    case 'dropSchema':
      return `drop schema ${wrap(own())}${cascade}`;
    case 'dropSchemaIfExists':
      return `drop schema if exists ${wrap(own())}${cascade}`;
    case 'createExtension':
      return `create extension ${wrap(own())}`;
    case 'createExtensionIfNotExists':
      return `create extension if not exists ${wrap(own())}`;
    case 'dropExtension':
      return `drop extension ${wrap(own())}`;
    case 'dropExtensionIfExists':
      return `drop extension if exists ${wrap(own())}`;
    case 'dropView':
      return `drop view ${table()}`;
    case 'dropViewIfExists':
      return `drop view if exists ${table()}`;
    case 'dropMaterializedView':
      return `drop materialized view ${table()}`;
    case 'dropMaterializedViewIfExists':
      return `drop materialized view if exists ${table()}`;
    case 'refreshMaterializedView':
      return `refresh materialized view${booleanOf(second, scope) === true ? ' concurrently' : ''} ${wrap(own())}`;
    case 'renameView':
      return `alter view ${wrap(own())} rename to ${wrap(textWithHoles(second, scope))}`;
    default:
      return undefined;
  }
}

const views: Readonly<Record<string, string>> = {
  createView: 'create view',
  createViewOrReplace: 'create or replace view',
  createMaterializedView: 'create materialized view',
};

/** A view, a hole for a query that is no string; undefined for a call of something else. */
function viewSql({ name, args }: Link, schema: string | undefined, scope: Scope): string | undefined {
  const head = views[name];
  if (head === undefined) return undefined;
  const func = functionOf(args[1]?.value, scope);
  let query: string | undefined;
  let columns: Expression | undefined;
  let inner = scope;
  if (func)
    walkFunction(func, scope, {
      call(call, place) {
        const { links } = chainOf(call);
        for (const link of links) {
          if (link.name === 'as') query = rawSqlOf(link.args[0]?.value, place.scope);
          if (link.name === 'columns') columns = link.args[0]?.value;
          inner = place.scope;
        }
        return true;
      },
    });
  const list = columns && columnize(columns, inner);
  return `${head} ${wrapTable(schema, textWithHoles(args[0]?.value, scope))}${list ? ` (${list})` : ''} as ${query ?? 'select ${query}'}`;
}

/** `dropTable` and `dropTableIfExists` are the same call with and without IF EXISTS. */
function wordings({ name, call }: Link, text: string): readonly Wording[] {
  const change = name.startsWith('drop') ? ifExists : name.startsWith('create') ? ifNotExists : undefined;
  const words = name.startsWith('drop') ? 'IfExists' : 'IfNotExists';
  if (!change || name.endsWith(words)) return [];
  const end = call.callee.span.end;
  if (text.slice(end - name.length, end) !== name) return [];
  return [{ change, edits: [{ span: { start: end, end }, text: words }] }];
}
