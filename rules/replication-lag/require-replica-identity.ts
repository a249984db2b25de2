import { publishedBy } from '../../server/src/schema/note-dependents.js';
import type { Table } from '../../server/src/schema/model.js';
import type { Action, ObjectName, Other } from '../../server/src/sql/action.js';
import { defineRule, type Report, type RuleContext } from '../engine/define-rule.js';
import { isSame } from '../questions/in-file.js';
import { identityOf } from '../../server/src/schema/replica-identity.js';
import { listed, nameOf } from '../engine/words.js';

type Message = 'missing' | 'allTables' | 'schemas' | 'list' | 'filter';

/** PostgreSQL refuses UPDATE and DELETE on a published table whose rows it cannot name to the subscribers (measured on PostgreSQL 15: 55000, 42P10). */
export default defineRule({
  meta: {
    id: 'require-replica-identity',
    category: 'replication-lag',
    severity: 'warning',
    summary: 'Publish a table only with a replica identity, and all of it.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: [
      'https://www.postgresql.org/docs/current/logical-replication-publication.html#LOGICAL-REPLICATION-PUBLICATION-REPLICA-IDENTITY',
    ],
    messages: {
      missing:
        '{table} has no replica identity, and {publication} publishes its UPDATEs and DELETEs: from here on each of them fails (error 55000).\nGive {table} a primary key or REPLICA IDENTITY FULL first, or publish inserts only.',
      allTables:
        '{publication} publishes every table, and {tables} no replica identity: from here on every UPDATE and DELETE there fails (error 55000).\nAdd primary keys or set REPLICA IDENTITY FULL first.',
      schemas:
        '{publication} publishes every table of {schemas}, and {tables} no replica identity: from here on every UPDATE and DELETE there fails (error 55000).\nAdd primary keys or set REPLICA IDENTITY FULL first.',
      list: 'The columns of {table} in {publication} leave out {columns} of its replica identity: from here on every UPDATE and DELETE on {table} fails (error 42P10).\nAdd {columns} to the list.',
      filter:
        'The WHERE of {table} in {publication} reads {columns}, which the replica identity has not: from here on every UPDATE and DELETE on {table} fails (error 42P10).\nSet a REPLICA IDENTITY that holds {columns} first, or publish inserts only.',
    },
  },

  check: {
    other(action, context) {
      const { before, runsLater } = context;
      if ((action.statement !== 'create publication' && action.statement !== 'alter publication') || runsLater) return;
      if (action.operation === 'drop') return;
      const name = action.name?.name ?? '';
      const { allTables, changes } = publishedBy(action.options, before.dependent(`publication ${name}`));
      if (!changes.includes('update') && !changes.includes('delete')) return;
      if (isDropped(name, context)) return;
      if (action.options?.has('all tables') && allTables) return ofAll(action, name, undefined, context);
      const named = (action.options?.get('schemas') ?? '').split(',').filter((schema) => schema !== '');
      const ofSchemas = named.length > 0 ? ofAll(action, name, named, context) : undefined;
      return [
        ...(ofSchemas ? [ofSchemas] : []),
        ...(action.published ?? []).flatMap((each) => ofTable(each, name, context)),
      ];
    },
  },
});

/** True when the file drops the publication again. */
function isDropped(name: string, { later }: RuleContext): boolean {
  return later
    .naming(name)
    .some((each) => each.kind === 'dropObject' && each.objectKind === 'publication' && each.object.name === name);
}

/** `schemas`: those whose tables are published; undefined for all. */
function ofAll(
  { span }: Other,
  publication: string,
  schemas: readonly string[] | undefined,
  context: RuleContext,
): Report<Message> | undefined {
  const tables: string[] = [];
  for (const relation of context.before.relations())
    if (relation.kind === 'table' && !relation.partitionBy && schemas?.includes(relation.schema) !== false)
      if (lacksIdentity(relation, context)) tables.push(relation.name);
  if (tables.length === 0) return undefined;
  const [first = '', second, third, ...rest] = tables.sort();
  const named = [first, ...(second ? [second] : []), ...(third ? [third] : [])];
  const all =
    rest.length > 0
      ? `${named.join(', ')} and ${rest.length} more have`
      : `${listed(named)} ${named.length > 1 ? 'have' : 'has'}`;
  return schemas
    ? { at: span, message: 'schemas', data: { publication, tables: all, schemas: `the schema ${listed(schemas)}` } }
    : { at: span, message: 'allTables', data: { publication, tables: all } };
}

function lacksIdentity(table: Table, context: RuleContext): boolean {
  if (table.temporary || table.unlogged) return false;
  const name = { schema: table.schema, name: table.name, span: undefined };
  return identityOf(table, context.before) === 'none' && !getsIdentity(name, context);
}

function ofTable(
  { table: name, listed: list, filtered }: NonNullable<Other['published']>[number],
  publication: string,
  context: RuleContext,
): Report<Message>[] {
  const table = context.before.table(name);
  if (!table || table.temporary || table.unlogged || getsIdentity(name, context)) return [];
  const at = name.span;
  const identity = identityOf(table, context.before);
  if (!at || identity === undefined) return [];
  const data = { table: nameOf(name), publication };
  // What is missing on a partitioned table may stand on its partitions.
  if (identity === 'none') return table.partitionBy ? [] : [{ at, message: 'missing', data }];
  const whole = identity === 'all' ? (table.complete ? [...table.columns.keys()] : []) : identity;
  const left = list.length > 0 ? whole.filter((column) => !list.includes(column)) : [];
  if (left.length > 0) return [{ at, message: 'list', data: { ...data, columns: listed(left) } }];
  const outside = identity === 'all' ? [] : filtered.filter((column) => !identity.includes(column));
  return outside.length > 0 ? [{ at, message: 'filter', data: { ...data, columns: listed(outside) } }] : [];
}

/** True when the file gives the table a key or an identity further down, or drops it. */
function getsIdentity(name: ObjectName, { later }: RuleContext): boolean {
  const gives = (each: Action): boolean => {
    if (!('table' in each) || !each.table || !isSame(each.table, name)) return false;
    if (each.kind === 'dropTable') return true;
    if (each.kind === 'addConstraint') return each.constraint.kind === 'primaryKey';
    if (each.kind === 'addColumn') return each.column.constraints.some(({ kind }) => kind === 'primaryKey');
    return each.kind === 'alterTableOther' && each.replicaIdentity !== undefined && each.replicaIdentity !== 'nothing';
  };
  return later.naming(name.name).some(gives);
}
