import type { Index, Table } from '../../server/src/schema/model.js';
import type { Action, ObjectName } from '../../server/src/sql/action.js';
import { defineRule, type Report, type RuleContext } from '../engine/define-rule.js';
import { isSameTable, primaryKeyOf } from '../questions/foreign-keys.js';
import { nameOf } from '../engine/words.js';

type Message = 'primaryKey' | 'index' | 'nothing';

/** Logical replication finds rows by the replica identity; without one, UPDATE and DELETE of a published table fail with 55000 (measured on PostgreSQL 18). */
export default defineRule({
  meta: {
    id: 'no-drop-replica-identity',
    category: 'replication-lag',
    severity: 'warning',
    summary: 'Do not drop the primary key or the index by which replicated rows are found.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: [
      'https://www.postgresql.org/docs/current/logical-replication-publication.html#LOGICAL-REPLICATION-PUBLICATION-REPLICA-IDENTITY',
    ],
    messages: {
      primaryKey:
        '{table} has no primary key from here on, and no later statement of this file gives it one: rows can be doubled, and where a publication has {table}, every UPDATE and DELETE on it fails (error 55000).\nAdd the new key in the same ALTER TABLE, or set REPLICA IDENTITY USING INDEX or FULL first.',
      index:
        '{index} is the replica identity of {table}: when a publication has {table}, every UPDATE and DELETE on it fails without it (error 55000).\nSet another REPLICA IDENTITY first.',
      nothing:
        'With REPLICA IDENTITY NOTHING, every UPDATE and DELETE on {table} fails when a publication has it (error 55000).\nSet it only for a table of which inserts alone are published.',
    },
  },

  check: {
    dropConstraint(action, context) {
      const table = tableInUse(action.table, context);
      const constraint = table?.constraints.get(action.constraint);
      if (!table || !constraint) return;
      if (constraint.kind === 'primaryKey' && table.replicaIdentity === 'default')
        return ofKey(action.constraintSpan, action.table, context);
      return isIdentity(table, action.constraint)
        ? ofIndex(action.constraintSpan, action.constraint, table, context)
        : undefined;
    },
    dropColumn(action, context) {
      const table = tableInUse(action.table, context);
      if (table?.replicaIdentity !== 'default' || !primaryKeyOf(table).includes(action.column)) return;
      return ofKey(action.columnSpan, action.table, context);
    },
    dropIndex(action, context) {
      const index: Index | undefined = context.before.index(action.index);
      const owner = index && context.before.tableByKey(index.table);
      const table = owner && tableInUse({ schema: owner.schema, name: owner.name, span: undefined }, context);
      return table && index && isIdentity(table, index.name)
        ? ofIndex(action.index.span ?? action.keyword, index.name, table, context)
        : undefined;
    },
    alterTableOther(action, { before, runsLater }) {
      if (action.replicaIdentity !== 'nothing' || runsLater || before.isUnused(action.table)) return;
      return { at: action.span, message: 'nothing', data: { table: nameOf(action.table) } };
    },
  },
});

function tableInUse(name: ObjectName, { before, runsLater }: RuleContext): Table | undefined {
  const table = before.table(name);
  return runsLater || before.isUnused(name) || table?.unlogged ? undefined : table;
}

function isIdentity({ replicaIdentity }: Table, index: string): boolean {
  return typeof replicaIdentity === 'object' && replicaIdentity.index === index;
}

/** True when the same file gives the table another key or identity, or drops it. */
function hasAnother(name: ObjectName, { before, fromHere }: RuleContext): boolean {
  const gives = (action: Action): boolean => {
    if (!('table' in action) || !action.table || !isSameTable(action.table, name, before)) return false;
    if (action.kind === 'dropTable' || action.kind === 'renameTable') return true;
    if (action.kind === 'addConstraint') return action.constraint.kind === 'primaryKey';
    if (action.kind === 'addColumn') return action.column.constraints.some(({ kind }) => kind === 'primaryKey');
    return (
      action.kind === 'alterTableOther' && action.replicaIdentity !== undefined && action.replicaIdentity !== 'nothing'
    );
  };
  return fromHere.naming(name.name).some(gives);
}

function ofKey(at: Report['at'], name: ObjectName, context: RuleContext): Report<Message> | undefined {
  return hasAnother(name, context) ? undefined : { at, message: 'primaryKey', data: { table: nameOf(name) } };
}

function ofIndex(at: Report['at'], index: string, table: Table, context: RuleContext): Report<Message> | undefined {
  const name = { schema: table.schema, name: table.name, span: undefined };
  return hasAnother(name, context) ? undefined : { at, message: 'index', data: { index, table: table.name } };
}
