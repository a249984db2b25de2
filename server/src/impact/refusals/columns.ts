import { dependentsOn, refusing } from '../../schema/dependents/along.js';
import { mayHaveReaders } from '../../schema/dependents/of-column.js';
import type { DependentObject } from '../../schema/dependents/model.js';
import { columnsOfRow } from '../../schema/dependents/of-relation.js';
import type { Constraint, Table } from '../../schema/model.js';
import type { SchemaState } from '../../schema/state.js';
import type { Action, AddColumn, AlterColumnType, DropColumn, DropDefault, DropNotNull } from '../../sql/action.js';
import { converts } from '../casts.js';
import {
  childrenLeftOut,
  doesNotExist,
  type Failure,
  identityColumn,
  inPartitionKey,
  inPrimaryKey,
  needed,
  rowTypeUsed,
  typeMismatch,
  usedColumn,
  wrongOrder,
} from '../failure.js';
import type { Target } from '../impact.js';
import { refOf, refsOf, relationRef } from '../object-refs.js';

/** ADD COLUMN. */
export function ofAddColumn(action: AddColumn, before: SchemaState): Failure | undefined {
  const table = before.table(action.table);
  if (action.only && table && table.children.size > 0) {
    return childrenLeftOut('column must be added to child tables too');
  }
  return undefined;
}

/** A column that a history which holds the whole table does not have. */
export function missingColumn({ table, column }: DropColumn | DropDefault, before: SchemaState): Failure | undefined {
  const known = before.table(table);
  if (!known?.complete || known.columns.has(column)) return undefined;
  return doesNotExist('42703', `column "${column}" of relation "${known.name}" does not exist`);
}

/** Drops run in an earlier pass of ALTER TABLE than ADD COLUMN (measured: multi-addcol-default-then-drop-default). */
export function addedTogether(
  { table, column }: DropDefault | DropNotNull,
  all: readonly Action[],
  before: SchemaState,
): Failure | undefined {
  const known = before.table(table);
  // With IF NOT EXISTS the column may be there.
  const isAdded = all.some(
    (each) =>
      each.kind === 'addColumn' && each.column.name === column && (!each.ifNotExists || known?.complete === true),
  );
  if (!isAdded || known?.columns.has(column)) return undefined;
  return wrongOrder('42703', `column "${column}" of relation "${table.name}" does not exist`);
}

/** DROP COLUMN of what others need. */
export function ofDropColumn(action: DropColumn, before: SchemaState, target: Target): Failure | undefined {
  if (action.ifColumnExists && !before.table(action.table)?.columns.has(action.column)) return undefined;
  const missing = missingColumn(action, before);
  if (missing || action.cascade) return missing;
  const table = before.table(action.table);
  if (!table) return undefined;
  const users = refusing({ kind: 'column', table, column: action.column }, before, target.postgres);
  return users.length > 0 ? needed(`column ${action.column} of table ${table.name}`, refsOf(users, before)) : undefined;
}

/** DROP NOT NULL of an identity column or of a key's. */
export function ofDropNotNull(action: DropNotNull, before: SchemaState): Failure | undefined {
  const table = before.table(action.table);
  // PostgreSQL looks for the identity before it looks for the key (measured: drop-notnull-identity).
  if (table?.columns.get(action.column)?.identity) {
    return identityColumn(
      '42601',
      `column "${action.column}" of relation "${table.name}" is an identity column`,
      'DROP IDENTITY first: an identity column is always NOT NULL.',
    );
  }
  const isKey = (constraint: Constraint): boolean =>
    constraint.kind === 'primaryKey' && constraint.columns.includes(action.column);
  return [...(table?.constraints.values() ?? [])].some(isKey)
    ? inPrimaryKey(
        `column "${action.column}" is in a primary key`,
        'Drop the primary key first, or leave the column NOT NULL.',
      )
    : undefined;
}

/** ALTER COLUMN … TYPE that something else forbids, or that has no conversion. */
export function ofTypeChange(
  action: AlterColumnType,
  all: readonly Action[],
  before: SchemaState,
  target: Target,
): Failure | undefined {
  const table = before.table(action.table);
  const column = table?.columns.get(action.column);
  if (!table) return undefined;
  if (table.partitionBy?.columns.includes(action.column)) {
    return inPartitionKey(
      `cannot alter column "${action.column}" because it is part of the partition key of relation "${table.name}"`,
    );
  }
  const used = refusedTypeChange(table, action.column, before, target);
  if (used) return used;
  const rows = columnsOfRow(table, before);
  if (rows.length > 0)
    return rowTypeUsed(
      table.name,
      rows.map(({ user }) => relationRef(user, before)),
    );
  if (!column?.type || converts(column.type, action.type, before)) return undefined;
  if (!action.using) {
    return typeMismatch(
      `column "${action.column}" cannot be cast automatically to type ${action.type.text}`,
      'Say with USING how the values are converted, and drop a default that does not convert before the change.',
    );
  }
  // USING says how the rows are converted; the default is converted by itself. An identity column has none.
  if (column.default === undefined || /^null\b/i.test(column.default)) return undefined;
  // PostgreSQL strips the conversion of a default that is written in another type, such as 'a'::new_type, and takes it as it is.
  const written = /::\s*(?:"?\w+"?\.)?"?(\w+)"?\s*$/.exec(column.default)?.[1];
  if (/::|\bcast\b/i.test(column.default) && written !== column.type.name) return undefined;
  // In one statement DROP DEFAULT runs before the change, wherever it stands.
  if (all.some((other) => other.kind === 'dropDefault' && other.column === action.column)) return undefined;
  return typeMismatch(
    `default for column "${action.column}" cannot be cast automatically to type ${action.type.text}`,
    'Drop the default in the same ALTER TABLE, and set the new one behind it.',
  );
}

/** What uses the column in a way that forbids another type; the first in PostgreSQL's order. */
function refusedTypeChange(
  table: Table,
  column: string,
  before: SchemaState,
  { postgres }: Target,
): Failure | undefined {
  if (!mayHaveReaders(table, before)) return undefined;
  const users = dependentsOn({ kind: 'column', table, column }, before).filter(
    ({ onTypeChange, certain, kind }) =>
      onTypeChange === 'refuses' && certain && (kind !== 'table of publication' || postgres >= 15),
  );
  const computed = users.filter(({ kind }) => kind === 'column');
  if (computed.length > 0)
    return usedColumn(
      postgres >= 15 ? '0A000' : '42601',
      'cannot alter type of a column used by a generated column',
      refsOf(computed, before),
    );
  const views = users.filter(({ kind }) => kind === 'view' || kind === 'materialized view');
  if (views.length > 0)
    return usedColumn('0A000', 'cannot alter type of a column used by a view or rule', refsOf(views, before));
  const [user] = users;
  return (
    user &&
    usedColumn('0A000', `cannot alter type of a column used by ${usedBy[user.kind] ?? 'another object'}`, [
      refOf(user, before),
    ])
  );
}

const usedBy: Partial<Readonly<Record<DependentObject['kind'], string>>> = {
  trigger: 'a trigger definition',
  policy: 'a policy definition',
  rule: 'a view or rule',
  function: 'a function or procedure',
  'table of publication': 'a publication WHERE clause',
};
