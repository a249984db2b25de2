import { provesNotNull } from '../../server/src/schema/constraints.js';
import type { Table } from '../../server/src/schema/model.js';
import { hasKey, isProvenBelow } from '../../server/src/schema/proven-below.js';
import type { Action, ObjectName } from '../../server/src/sql/action.js';
import { quoteIdentifier } from '../../server/src/sql/quote.js';
import { defineRule, type Report, type RuleContext } from '../engine/define-rule.js';
import { isNewColumn, isSameTable } from '../questions/foreign-keys.js';
import { nameOf } from '../engine/words.js';

type Message = 'duplicates' | 'same' | 'nulls';

/** Whether it succeeds depends on the rows that are there, which no migration shows. */
export default defineRule({
  meta: {
    id: 'require-duplicate-check',
    category: 'constraint-validation',
    severity: 'info',
    summary: 'Look for duplicates and NULLs before the migration that forbids them.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/indexes-unique.html'],
    messages: {
      duplicates:
        'This fails when rows of {table} have the same {columns} already (error 23505){leftover}.\nLook first: {query}',
      same: 'Every row of {table} has {value} in {columns}: this fails as soon as there are two (error 23505){leftover}.\nAdd the column without the default and give each row a value of its own first; rows with NULL are no duplicates.',
      nulls: 'This fails when a row of {table} has NULL in {columns} (error 23502).\nLook first: {query}',
    },
  },

  check: {
    createIndex(action, context) {
      if (!action.unique) return;
      const exists = action.index !== undefined && context.before.index({ ...action.table, name: action.index });
      if (action.ifNotExists && exists) return;
      const columns = action.columns.map(
        ({ name, expression }) => (name === undefined ? expression : quoteIdentifier(name)) ?? '',
      );
      const names = action.columns.map(({ name }) => name);
      const leftover = action.concurrently ? ', and leaves an invalid index behind' : '';
      return duplicates(
        action.table,
        names,
        columns,
        action.predicate?.text,
        leftover,
        action.table.span ?? action.keyword,
        context,
      );
    },
    addColumn(action, context) {
      const { column, table, ifNotExists } = action;
      const unique = column.constraints.find(({ kind }) => kind === 'unique' || kind === 'primaryKey');
      if (!unique || (ifNotExists && context.before.table(table)?.columns.has(column.name))) return;
      return isSilent(table, [column.name], context)
        ? undefined
        : sameValue(table, [column.name], undefined, '', unique.span, context);
    },
    addConstraint(action, context) {
      const { kind, columns, usingIndex, span } = action.constraint;
      if ((kind !== 'unique' && kind !== 'primaryKey') || usingIndex !== undefined) return;
      const table = context.before.table(action.table);
      const isKept = isProvenBelow(context.before, table, (partition) => hasKey(partition, kind, columns));
      if (isKept || (action.only && table?.partitionBy)) return;
      return duplicates(action.table, columns, columns.map(quoteIdentifier), undefined, '', span, context);
    },
    setNotNull(action, context) {
      const { before, statement } = context;
      const table = before.table(action.table);
      const proves = (each: Table | undefined): boolean => provesNotNull(each, action.column);
      if (isSilent(action.table, [action.column], context) || proves(table) || isProvenBelow(before, table, proves))
        return;
      // An older CHECK that is still NOT VALID fails in VALIDATE, not here.
      const isAdded = statement.actions.some((each) => each.kind === 'addColumn' && each.column.name === action.column);
      if (isAdded) return;
      const column = quoteIdentifier(action.column);
      const query = `SELECT count(*) FROM ${written(action.table)} WHERE ${column} IS NULL.`;
      return {
        at: action.span,
        message: 'nulls',
        data: { table: nameOf(action.table), columns: action.column, query },
      };
    },
  },
});

function written({ schema, name }: ObjectName): string {
  return schema === undefined ? quoteIdentifier(name) : `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/** True where nothing is to be looked for: new tables, and files that clean up before. */
function isSilent(
  table: ObjectName,
  columns: readonly (string | undefined)[],
  { before, earlier, runsLater }: RuleContext,
): boolean {
  if (runsLater || before.isNew(table) || before.view(table)?.release === before.release) return true;
  const cleansUp = (action: Action): boolean => {
    if (!('table' in action) || !action.table || !isSameTable(action.table, table, before)) return false;
    if (action.kind === 'delete' || action.kind === 'truncate' || action.kind === 'merge') return true;
    return action.kind === 'update' && action.assigns.some((column) => columns.includes(column));
  };
  return earlier.naming(table.name).some(cleansUp);
}

function duplicates(
  table: ObjectName,
  names: readonly (string | undefined)[],
  columns: readonly string[],
  predicate: string | undefined,
  leftover: string,
  at: Report['at'],
  context: RuleContext,
): Report<Message> | undefined {
  const { before, statement } = context;
  if (columns.length === 0 || isSilent(table, names, context)) return undefined;
  const same = sameValue(table, names, predicate, leftover, at, context);
  if (same) return same;
  // A column that is NULL everywhere has no duplicates, and a generated or default one is looked at by other rules.
  if (names.some((name) => name !== undefined && isNewColumn(name, table, statement.actions, before))) return undefined;
  // What a unique index on some of the columns keeps out cannot be there.
  const kept = [...(before.table(table)?.indexes ?? [])].some((key) => {
    const index = before.relationByKey(key);
    return (
      index?.kind === 'index' &&
      index.unique &&
      index.method === 'btree' &&
      index.predicate === undefined &&
      index.columns.every((column) => column !== undefined && names.includes(column))
    );
  });
  if (kept) return undefined;
  const list = columns.join(', ');
  const where = predicate === undefined ? '' : ` WHERE ${predicate.replace(/\s+/g, ' ')}`;
  const query = `SELECT ${list}, count(*) FROM ${written(table)}${where} GROUP BY ${list} HAVING count(*) > 1.`;
  return { at, message: 'duplicates', data: { table: nameOf(table), columns: list, query, leftover } };
}

/** A value that ADD COLUMN gives to every row: a constant, or the moment of the statement. */
const CONSTANT =
  /^\(*(?:'(?:[^']|'')*'|[-+]?\d+(?:\.\d+)?|true|false|now\(\)|current_(?:timestamp|date)|localtimestamp)\)*(?:::[\w [\]]+)?$/i;

/** Columns that this file has added with a constant default, which nothing has written since. */
function sameValue(
  table: ObjectName,
  names: readonly (string | undefined)[],
  predicate: string | undefined,
  leftover: string,
  at: Report['at'],
  { before, earlier, statement }: RuleContext,
): Report<Message> | undefined {
  // A condition may leave all of those rows out.
  if (predicate !== undefined || names.length === 0) return undefined;
  const added = [...earlier.naming(table.name), ...statement.actions].flatMap((action) =>
    action.kind === 'addColumn' && isSameTable(action.table, table, before) ? [action] : [],
  );
  const values = names.map((name) => {
    const own = added.find(({ column }) => column.name === name);
    const isThere = own?.ifNotExists === true && before.table(table)?.columns.get(own.column.name)?.place !== undefined;
    const value = own && !isThere ? own.column.default?.expression.text : undefined;
    return value !== undefined && CONSTANT.test(value) ? value : undefined;
  });
  if (values.includes(undefined)) return undefined;
  return {
    at,
    message: 'same',
    data: { table: nameOf(table), columns: names.join(', '), value: values.join(', '), leftover },
    severity: 'error',
  };
}
