import type { Action } from '../../server/src/sql/action.js';
import { analyseExpression } from '../../server/src/sql/expressions.js';
import { quoteIdentifier } from '../../server/src/sql/quote.js';
import { defineRule, type Fix, type Report, type RuleContext } from '../engine/define-rule.js';
import { append, inCaseOf, newlineOf } from '../fixes/edit.js';
import { type AddedKey, addedKeys, isMadeAgain, isSameTable, primaryKeyOf } from '../questions/foreign-keys.js';
import { writtenTable } from '../fixes/validate-separately.js';
import { headOf, listed, nameOf } from '../engine/words.js';

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
    },
  },

  check: {
    createTable: (action, context) =>
      action.temporary ? undefined : reports(addedKeys(action, context.before), action, context),
    addColumn: (action, context) => reports(addedKeys(action, context.before), action, context),
    addConstraint: (action, context) => reports(addedKeys(action, context.before), action, context),
  },
});

function reports(
  keys: readonly AddedKey[],
  action: Action & { kind: 'createTable' | 'addColumn' | 'addConstraint' },
  context: RuleContext,
): Report<'missing'>[] {
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
function isLookup({ parent }: AddedKey, { before, file }: RuleContext): boolean {
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

function hasIndex({ constraint, table }: AddedKey, { before }: RuleContext): boolean {
  return [...(before.table(table)?.indexes ?? [])].some((key) => {
    const index = before.relationByKey(key);
    return (
      index?.kind === 'index' &&
      serves(index.columns, constraint.columns) &&
      serveRows(index.predicate, constraint.columns)
    );
  });
}

function makesIndex(action: Action, { constraint, table }: AddedKey, { before }: RuleContext): boolean {
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
