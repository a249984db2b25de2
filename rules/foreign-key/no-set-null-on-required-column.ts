import type { Constraint } from '../../server/src/schema/model.js';
import type { SchemaState } from '../../server/src/schema/state.js';
import type { Action, ColumnDefinition, ConstraintDefinition, ObjectName } from '../../server/src/sql/action.js';
import { defineRule, type Report, type RuleContext } from '../engine/define-rule.js';
import { headOf, listed, nameOf } from '../engine/words.js';
import { addedKeys, isSameTable } from '../questions/foreign-keys.js';

/** ON DELETE SET NULL writes NULL into every column of the key, and NOT NULL refuses that (measured on PostgreSQL 15: 23502). */
export default defineRule({
  meta: {
    id: 'no-set-null-on-required-column',
    category: 'foreign-key',
    severity: 'warning',
    summary: 'ON DELETE SET NULL only for columns that may be NULL.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK'],
    messages: {
      key: 'ON DELETE SET NULL writes NULL into {columns} of {table}, which {are} NOT NULL: every DELETE of a row of {parent} that {table} refers to fails (error 23502).\nTake NOT NULL from {columns}, or write ON DELETE CASCADE or RESTRICT.',
      column:
        'The foreign key {constraint} of {table} writes NULL into {columns} when a row of {parent} is deleted: with NOT NULL every such DELETE fails (error 23502).\nChange the key to ON DELETE CASCADE or RESTRICT, or leave the column nullable.',
    },
  },

  check: {
    createTable: (action, context) => ofKeys(action, context),
    addColumn: (action, context) => ofKeys(action, context),
    addConstraint: (action, context) => ofKeys(action, context),
    setNotNull(action, { before, file, runsLater }) {
      const table = before.table(action.table);
      const key = [...(table?.constraints.values() ?? [])].find(
        (each) => each.kind === 'foreignKey' && nulledBy(each).includes(action.column),
      );
      const parent = key?.references && before.tableByKey(key.references.table);
      if (!table || !key || !parent || runsLater || table.temporary) return;
      if (file.naming(table.name).some((each) => takesKey(each, key.name, action.table, before))) return;
      const data = { constraint: key.name, table: table.name, columns: action.column, parent: parent.name };
      return { at: action.span, message: 'column', data };
    },
  },
});

function ofKeys(
  action: Extract<Action, { kind: 'createTable' | 'addColumn' | 'addConstraint' }>,
  context: RuleContext,
): Report<'key' | 'column'>[] {
  const { before, fromHere, runsLater, statement } = context;
  if (runsLater || (action.kind === 'createTable' && action.temporary)) return [];
  return addedKeys(action, before).flatMap(({ constraint, parent, span }) => {
    const wanted = nulledBy(constraint);
    if (wanted.length === 0) return [];
    const required = requiredIn(action, before);
    const columns = wanted.filter(
      (column) =>
        required(column) &&
        !fromHere
          .naming(action.table.name)
          .some((each) => each.kind === 'dropNotNull' && each.column === column && isOn(each.table, action, before)),
    );
    if (columns.length === 0) return [];
    const data = {
      columns: listed(columns),
      are: columns.length > 1 ? 'are' : 'is',
      table: nameOf(action.table),
      parent: nameOf(parent),
    };
    return [{ at: headOf(span, statement), message: 'key' as const, data }];
  });
}

function isOn(table: ObjectName, { table: own }: { readonly table: ObjectName }, before: SchemaState): boolean {
  return table.name === own.name || isSameTable(table, own, before);
}

/** The columns that ON DELETE SET NULL empties: those of its list, which came with PostgreSQL 15, or all. */
function nulledBy(constraint: ConstraintDefinition | Constraint): readonly string[] {
  if (constraint.references?.onDelete !== 'set null') return [];
  const text = 'text' in constraint ? constraint.text : constraint.definition;
  const list = /\bon\s+delete\s+set\s+null\s*\(([^)]*)\)/i.exec(text)?.[1];
  return list === undefined ? constraint.columns : list.split(',').map((each) => each.trim().replaceAll('"', ''));
}

/** Which columns are NOT NULL behind the action, as far as it and the history show. */
function requiredIn(
  action: Extract<Action, { kind: 'createTable' | 'addColumn' | 'addConstraint' }>,
  before: SchemaState,
): (column: string) => boolean {
  const known = before.table(action.table)?.columns;
  const written = (columns: readonly ColumnDefinition[], keys: readonly ConstraintDefinition[]) => (name: string) => {
    const own = columns.find((each) => each.name === name);
    const isKey = [...keys, ...(own?.constraints ?? [])].some(
      ({ kind, columns: of }) => kind === 'primaryKey' && (of.length === 0 || of.includes(name)),
    );
    return own !== undefined && (own.notNull !== undefined || isKey);
  };
  if (action.kind === 'createTable') return written(action.columns, action.constraints);
  if (action.kind === 'addColumn') return written([action.column], []);
  return (column) => known?.get(column)?.notNull === true;
}

function takesKey(action: Action, name: string, table: ObjectName, before: SchemaState): boolean {
  return action.kind === 'dropConstraint' && action.constraint === name && isSameTable(action.table, table, before);
}
