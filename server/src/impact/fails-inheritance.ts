import { descendantsOf } from '../schema/descendants.js';
import type { Table } from '../schema/model.js';
import type { SchemaState } from '../schema/state.js';
import type { Action, ObjectName, TableAction } from '../sql/action.js';
import type { Impact, Target } from './impact.js';

type Failure = NonNullable<Impact['fails']>;

/** What PostgreSQL refuses because a table inherits, or because tables inherit from it (tablecmds.c; measured). */
export function ofInheritance(action: Action, before: SchemaState, target: Target): Failure | undefined {
  switch (action.kind) {
    case 'dropColumn':
    case 'alterColumnType':
    case 'dropNotNull':
    case 'setNotNull':
    case 'addConstraint':
    case 'dropConstraint':
    case 'validateConstraint':
    case 'addColumn':
    case 'alterTableOther':
      return action.objectKind === undefined || action.objectKind === 'table'
        ? ofTable(action, before, target)
        : undefined;
    case 'renameColumn': {
      const table = before.table(action.table);
      if (!table) return undefined;
      if (inheritsColumn(table, action.column, before))
        return { code: '42P16', message: `cannot rename inherited column "${action.column}"` };
      if (action.table.only && table.children.size > 0)
        return { code: '42P16', message: `inherited column "${action.column}" must be renamed in child tables too` };
      return undefined;
    }
    case 'truncate':
      return action.table.only && before.table(action.table)?.partitionBy
        ? { code: '42809', message: 'cannot truncate only a partitioned table' }
        : undefined;
    case 'createTable':
      return ofPartitionOf(action.partitionOf?.parent, before);
    case 'attachPartition':
      return isPartition(action.partition, before);
    case 'detachPartition':
      return ofDetach(action.table, action.partition, action.finalize, before);
    default:
      return undefined;
  }
}

/** True for a column that came from a table above. */
function inheritsColumn(table: Table, column: string, before: SchemaState): boolean {
  const above = table.partitionOf === undefined ? table.inherits : [table.partitionOf];
  return above.some((key) => before.tableByKey(key)?.columns.has(column) === true);
}

function isPartitionKey(table: Table, column: string): boolean {
  return table.partitionBy?.columns.includes(column) === true;
}

function ofTable(action: TableAction, before: SchemaState, target: Target): Failure | undefined {
  const table = before.table(action.table);
  if (!table) return undefined;
  const refuse = (message: string, code = '42P16'): Failure => ({ code, message });
  switch (action.kind) {
    case 'addColumn':
      if (table.partitionOf !== undefined) return refuse('cannot add column to a partition', '42809');
      return table.ofType === undefined ? undefined : refuse('cannot add column to typed table', '42809');
    case 'dropColumn':
      if (inheritsColumn(table, action.column, before))
        return refuse(`cannot drop inherited column "${action.column}"`);
      return isPartitionKey(table, action.column) || belowHasKey(table, action.column, before)
        ? refuse(`cannot drop column "${action.column}" because it is part of the partition key of a relation`)
        : undefined;
    case 'alterColumnType':
      if (inheritsColumn(table, action.column, before))
        return refuse(`cannot alter inherited column "${action.column}"`);
      if (action.only && table.children.size > 0)
        return refuse(`type of inherited column "${action.column}" must be changed in child tables too`);
      return belowHasKey(table, action.column, before)
        ? refuse(`cannot alter column "${action.column}" because it is part of the partition key of a relation`)
        : undefined;
    case 'setNotNull':
      return action.only && table.partitionBy && table.children.size > 0 && !table.columns.get(action.column)?.notNull
        ? refuse('constraint must be added to child tables too')
        : undefined;
    case 'dropNotNull': {
      const parent = table.partitionOf === undefined ? undefined : before.tableByKey(table.partitionOf);
      return parent?.columns.get(action.column)?.notNull === true
        ? refuse(`column "${action.column}" is marked NOT NULL in parent table`)
        : undefined;
    }
    case 'addConstraint': {
      const { kind, noInherit } = action.constraint;
      const isChild = kind === 'check' && !noInherit && action.only && table.children.size > 0;
      return isChild ? refuse('constraint must be added to child tables too') : undefined;
    }
    case 'dropConstraint': {
      const known = table.constraints.get(action.constraint);
      const above = table.partitionOf === undefined ? undefined : before.tableByKey(table.partitionOf);
      const isKey = above?.constraints.get(action.constraint)?.references !== undefined;
      return known?.inherited || isKey
        ? refuse(`cannot drop inherited constraint "${action.constraint}" of relation "${table.name}"`)
        : undefined;
    }
    case 'validateConstraint': {
      const known = table.constraints.get(action.constraint);
      return action.only && known?.kind === 'check' && !known.validated && table.children.size > 0
        ? refuse('constraint must be validated on child tables too')
        : undefined;
    }
    case 'alterTableOther':
      return table.partitionBy &&
        (action.subcommand === 'setStorageParameters' || action.subcommand === 'resetStorageParameters')
        ? refuseParameters(target)
        : undefined;
    default:
      return undefined;
  }
}

/** Measured on 14 to 18: until 15 PostgreSQL does not even know the parameter of a table without rows of its own. */
function refuseParameters({ postgres }: Target): Failure {
  return postgres >= 16
    ? { code: '42809', message: 'cannot specify storage parameters for a partitioned table' }
    : { code: '22023', message: 'unrecognized parameter: a partitioned table has no storage parameters' };
}

/** A partition may be partitioned itself, by a column that the tables above have. */
function belowHasKey(table: Table, column: string, before: SchemaState): boolean {
  return descendantsOf(table, (key) => before.tableByKey(key)).some((child) => isPartitionKey(child, column));
}

function ofPartitionOf(parent: ObjectName | undefined, before: SchemaState): Failure | undefined {
  const table = parent && before.table(parent);
  if (!table?.complete || table.partitionBy) return undefined;
  return { code: '42P17', message: `"${table.name}" is not partitioned` };
}

function isPartition(partition: ObjectName, before: SchemaState): Failure | undefined {
  const table = before.table(partition);
  if (table?.partitionOf === undefined) return undefined;
  return { code: '42809', message: `"${table.name}" is already a partition` };
}

function ofDetach(name: ObjectName, of: ObjectName, finalize: boolean, before: SchemaState): Failure | undefined {
  const [table, partition] = [before.table(name), before.table(of)];
  if (!table?.complete || !partition?.complete) return undefined;
  if (partition.partitionOf !== table.key)
    return { code: '42P01', message: `relation "${partition.name}" is not a partition of relation "${table.name}"` };
  return finalize && partition.release === before.release
    ? { code: '55000', message: `cannot complete detaching partition "${partition.name}"` }
    : undefined;
}
