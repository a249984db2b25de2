import type { Index, Table } from '../../server/src/schema/model.js';
import type { Action, ObjectName } from '../../server/src/sql/action.js';
import { analyseExpression } from '../../server/src/sql/expressions.js';
import { quoteIdentifier } from '../../server/src/sql/quote.js';
import { defineRule, type Fix, type Report, type RuleContext } from '../engine/define-rule.js';
import { append, inCaseOf, newlineOf } from '../fixes/edit.js';
import { type AddedKey, addedKeys, isMadeAgain, isSameTable, primaryKeyOf } from '../questions/foreign-keys.js';
import { writtenTable } from '../fixes/validate-separately.js';
import { headOf, listed, nameOf } from '../engine/words.js';

type Message = 'missing' | 'lost';

/** PostgreSQL makes no index on the referencing side: a DELETE of one parent row reads the whole child table. */
export default defineRule({
  meta: {
    id: 'require-foreign-key-index',
    category: 'foreign-key',
    severity: 'warning',
    summary: 'Give the columns of a foreign key an index that begins with them.',
    recommended: true,
    fix: 'unsafe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK'],
    messages: {
      missing:
        'No index of {table} begins with {columns}, and the foreign key makes none. For every row of {parent} that is deleted, or whose key changes, PostgreSQL reads all of {table} while the row is locked.\nAdd an index on {columns}.',
      lost: '{index} is the last index over all rows of {table} that begins with {columns}, the foreign key to {parent}: without it, PostgreSQL reads all of {table} for every row of {parent} that is deleted, or whose key changes, while that row is locked.\nKeep it, or build its successor first.',
    },
  },

  check: {
    createTable: (action, context) =>
      action.temporary ? undefined : reports(addedKeys(action, context.before), action, context),
    addColumn: (action, context) => reports(addedKeys(action, context.before), action, context),
    addConstraint: (action, context) => reports(addedKeys(action, context.before), action, context),
    dropIndex(action, context) {
      const { before, runsLater, later } = context;
      const index = before.index(action.index);
      const table = index && before.tableByKey(index.table);
      if (!index || !table || runsLater || table.temporary || index.release === before.release) return;
      for (const { kind, enforced, columns, references } of table.constraints.values()) {
        const parent = references && before.tableByKey(references.table);
        if (kind !== 'foreignKey' || !enforced || !parent || !servesKey(index, columns)) continue;
        const key = {
          constraint: { columns, name: undefined },
          table: nameIn(table),
          parent: nameIn(parent),
        };
        const others = indexesOf(key, context).filter((other) => other.key !== index.key);
        if (others.some((other) => servesKey(other, columns)) || isLookup(key, context)) continue;
        if (later.naming(table.name).some((each) => endsOrServes(each, key, context))) continue;
        const data = { index: index.name, table: table.name, columns: listed(columns), parent: parent.name };
        return { at: action.index.span ?? action.keyword, message: 'lost', data };
      }
      return;
    },
  },
});

/** What the questions below ask of a foreign key. */
interface Key extends Pick<AddedKey, 'table' | 'parent'> {
  readonly constraint: Pick<AddedKey['constraint'], 'columns' | 'name'>;
}

function nameIn({ schema, name }: Table): ObjectName {
  return { schema, name, span: undefined };
}

function servesKey({ columns: own, predicate }: Index, columns: readonly string[]): boolean {
  return serves(own, columns) && serveRows(predicate, columns);
}

/** The key or its columns go as well, or another index comes. */
function endsOrServes(action: Action, key: Key, context: RuleContext): boolean {
  if (makesIndex(action, key, context)) return true;
  if (action.kind !== 'dropColumn' && action.kind !== 'dropConstraint') return false;
  if (!isSameTable(key.table, action.table, context.before)) return false;
  if (action.kind === 'dropColumn') return key.constraint.columns.includes(action.column);
  const dropped = context.before.table(action.table)?.constraints.get(action.constraint);
  return dropped?.kind === 'foreignKey' && dropped.columns.join() === key.constraint.columns.join();
}

function reports(
  keys: readonly AddedKey[],
  action: Action & { kind: 'createTable' | 'addColumn' | 'addConstraint' },
  context: RuleContext,
): Report<Message>[] {
  const { before, runsLater } = context;
  const table = before.table(action.table);
  // The file is read on only for a key that has no index yet.
  const open = keys.filter(
    (key) => key.constraint.columns.length > 0 && !key.constraint.notEnforced && !hasIndex(key, context),
  );
  if (open.length === 0 || runsLater || table?.temporary) return [];
  const actions = context.fromHere.naming(action.table.name);
  const isNew = action.kind === 'createTable' || before.isNew(action.table);
  return open.flatMap((key) => {
    const { columns } = key.constraint;
    if (actions.some((each) => makesIndex(each, key, context))) return [];
    const data = { table: nameOf(action.table), columns: listed(columns), parent: nameOf(key.parent) };
    // NOT VALID is the first of several steps, and the index may come with the others.
    const certain =
      !isNew &&
      table?.complete === true &&
      !key.constraint.notValid &&
      !isMadeAgain(key, context) &&
      !isLookup(key, context);
    return {
      at: headOf(key.span, context.statement),
      message: 'missing',
      data,
      fixes: addIndex(key, isNew, context),
      ...(certain ? {} : { severity: 'info' }),
    };
  });
}

const textTypes = new Set(['text', 'varchar', 'bpchar', 'citext']);

/** A parent whose rows come from the migration that made it and are known by a word: nobody deletes a state. */
function isLookup({ parent }: Pick<Key, 'parent'>, { before, file }: RuleContext): boolean {
  const table = before.table(parent);
  const [column, ...others] = primaryKeyOf(table);
  const type = column === undefined ? undefined : table?.columns.get(column)?.type;
  return (
    table?.seeded === true &&
    others.length === 0 &&
    type !== undefined &&
    textTypes.has(type.name) &&
    !file.naming(parent.name).some(({ kind }) => kind === 'delete')
  );
}

/** An index helps when all its first columns are the key's, as many as it has of them. */
function serves(index: readonly (string | undefined)[], columns: readonly string[]): boolean {
  return (
    index.length > 0 && index.slice(0, columns.length).every((name) => name !== undefined && columns.includes(name))
  );
}

/** A look-up by the key never asks for NULL, so an index WHERE key IS NOT NULL serves it. */
function serveRows(predicate: string | undefined, columns: readonly string[]): boolean {
  if (predicate === undefined) return true;
  const facts = analyseExpression(predicate);
  if (!facts) return false;
  const { columns: read, notNullColumns } = facts;
  return read.every((column) => columns.includes(column)) && notNullColumns.length === read.length;
}

function hasIndex(key: Key, context: RuleContext): boolean {
  return indexesOf(key, context).some((index) => servesKey(index, key.constraint.columns));
}

function indexesOf({ table }: Pick<Key, 'table'>, { before }: RuleContext): Index[] {
  return [...(before.table(table)?.indexes ?? [])].flatMap((key) => {
    const index = before.relationByKey(key);
    return index?.kind === 'index' ? index : [];
  });
}

function makesIndex(action: Action, { constraint, table }: Key, { before }: RuleContext): boolean {
  const { columns } = constraint;
  if (!('table' in action) || !action.table || !isSameTable(table, action.table, before)) return false;
  if (action.kind === 'dropTable') return true;
  if (action.kind === 'createIndex')
    return (
      serves(
        action.columns.map((each) => each.name),
        columns,
      ) && serveRows(action.predicate?.text, columns)
    );
  if (action.kind === 'dropConstraint') return action.constraint === constraint.name;
  const added =
    action.kind === 'addConstraint'
      ? [action.constraint]
      : action.kind === 'createTable'
        ? [...action.columns.flatMap((each) => each.constraints), ...action.constraints]
        : action.kind === 'addColumn'
          ? action.column.constraints
          : [];
  // What USING INDEX takes over is an index of its own before that.
  return added.some(
    (each) =>
      (each.kind === 'unique' || each.kind === 'primaryKey') &&
      each.usingIndex === undefined &&
      serves(each.columns, columns),
  );
}

function addIndex({ constraint, table }: AddedKey, isNew: boolean, context: RuleContext): Fix[] {
  const { statement, transaction, before } = context;
  if (!isNew && (transaction.open || before.table(table)?.partitionBy)) return [];
  const create = inCaseOf(statement, isNew ? 'CREATE INDEX ON' : 'CREATE INDEX CONCURRENTLY ON');
  const text = `;${newlineOf(statement)}${create} ${writtenTable(statement, { table })} (${constraint.columns.map(quoteIdentifier).join(', ')})`;
  return [
    { title: `Add an index on ${listed(constraint.columns)}`, safety: 'unsafe', edits: [append(statement, text)] },
  ];
}
