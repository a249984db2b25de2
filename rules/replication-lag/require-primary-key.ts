import { defineRule, type RuleContext } from '../engine/define-rule.js';
import { isSame } from '../questions/in-file.js';
import type { CreateTable } from '../../server/src/sql/action.js';
import { publicationOfAll } from '../../server/src/schema/replica-identity.js';
import { nameOf } from '../engine/words.js';

/** Logical replication refuses UPDATE and DELETE on a table without a key once it is published (55000). */
export default defineRule({
  meta: {
    id: 'require-primary-key',
    category: 'replication-lag',
    severity: 'info',
    summary: 'Give every table a primary key.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: [
      'https://www.postgresql.org/docs/current/logical-replication-publication.html#LOGICAL-REPLICATION-PUBLICATION-REPLICA-IDENTITY',
    ],
    messages: {
      missing:
        'No key keeps the rows of {table} apart: once it is published for logical replication, its UPDATEs and DELETEs fail (error 55000), and backfills cannot go through it in batches.\nGive it a primary key now, while it is empty.',
      published:
        'No key keeps the rows of {table} apart, and {publication} publishes every table: each UPDATE and DELETE on {table} fails (error 55000).\nGive it a primary key, or REPLICA IDENTITY FULL.',
    },
  },

  check: {
    createTable(action, context) {
      if (
        action.temporary ||
        action.unlogged ||
        action.asQuery ||
        action.partitionOf ||
        action.like.length > 0 ||
        action.inherits.length > 0
      )
        return;
      if (
        context.runsLater ||
        context.transaction.by === 'block' ||
        (action.ifNotExists && context.before.table(action.table))
      )
        return;
      // CREATE TABLE t OF type.
      if (action.columns.length === 0) return;
      if (hasKey(action) || getsKey(action, context)) return;
      const at = action.table.span ?? action.span;
      const data = { table: nameOf(action.table) };
      const publication = publicationOfAll(context.before, context.before.schemaFor(action.table));
      if (publication === undefined) return { at, message: 'missing', data };
      return { at, message: 'published', data: { ...data, publication }, severity: 'warning' };
    },
  },
});

/** A primary key, or a UNIQUE on columns that are all NOT NULL. */
function hasKey({ columns, constraints }: CreateTable): boolean {
  const all = [
    ...constraints,
    ...columns.flatMap((column) =>
      column.constraints.map((each) => ({ ...each, columns: each.columns.length > 0 ? each.columns : [column.name] })),
    ),
  ];
  const isNotNull = (name: string): boolean =>
    columns.some((column) => column.name === name && (column.notNull !== undefined || column.identity !== undefined));
  return all.some(({ kind, columns: key }) => kind === 'primaryKey' || (kind === 'unique' && key.every(isNotNull)));
}

/** The key comes in a later statement, or the table is gone at the end of the file. */
function getsKey({ table, partitionBy }: CreateTable, { later }: RuleContext): boolean {
  return later.naming(table.name).some((each) => {
    if (each.kind === 'addConstraint')
      return isSame(each.table, table) && (each.constraint.kind === 'primaryKey' || each.constraint.kind === 'unique');
    if (each.kind === 'addColumn')
      return (
        isSame(each.table, table) &&
        each.column.constraints.some(({ kind }) => kind === 'primaryKey' || kind === 'unique')
      );
    if (each.kind === 'createIndex') return each.unique && isSame(each.table, table);
    // Each partition may have a key of its own.
    if (each.kind === 'createTable')
      return partitionBy !== undefined && isSame(each.partitionOf?.parent, table) && hasKey(each);
    return (each.kind === 'dropTable' || each.kind === 'renameTable') && isSame(each.table, table);
  });
}
