import { descendantsOf, makesCircle } from '../../schema/descendants.js';
import type { Table } from '../../schema/model.js';
import type { SchemaState } from '../../schema/state.js';
import type { Action, ObjectName, TableAction } from '../../sql/action.js';
import {
  childrenLeftOut,
  circularInheritance,
  doesNotExist,
  type Failure,
  inherited,
  inPartition,
  inPartitionKey,
  notSupported,
  wrongKind,
} from '../failure.js';
import type { Target } from '../impact.js';

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
        return inherited(`cannot rename inherited column "${action.column}"`);
      if (action.table.only && table.children.size > 0)
        return childrenLeftOut(`inherited column "${action.column}" must be renamed in child tables too`);
      return undefined;
    }
    case 'truncate':
      return action.table.only && before.table(action.table)?.partitionBy
        ? childrenLeftOut(
            'cannot truncate only a partitioned table',
            '42809',
            'Leave ONLY out, or truncate the partitions that are meant.',
          )
        : undefined;
    case 'createTable':
      return ofPartitionOf(action.partitionOf?.parent, before);
    case 'attachPartition':
      return isPartition(action.partition, before) ?? ofCircle(action.partition, action.table, before);
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
  switch (action.kind) {
    case 'addColumn':
      if (table.partitionOf !== undefined)
        return inPartition(
          '42809',
          'cannot add column to a partition',
          'Add it to the partitioned table: its partitions get it as well.',
        );
      return table.ofType === undefined
        ? undefined
        : notSupported(
            'cannot add column to typed table',
            'Add it to the type with ALTER TYPE … ADD ATTRIBUTE … CASCADE.',
            {},
            '42809',
          );
    case 'dropColumn':
      if (inheritsColumn(table, action.column, before))
        return inherited(`cannot drop inherited column "${action.column}"`);
      return isPartitionKey(table, action.column) || belowHasKey(table, action.column, before)
        ? inPartitionKey(`cannot drop column "${action.column}" because it is part of the partition key of a relation`)
        : undefined;
    case 'alterColumnType':
      if (inheritsColumn(table, action.column, before))
        return inherited(`cannot alter inherited column "${action.column}"`);
      if (action.only && table.children.size > 0)
        return childrenLeftOut(`type of inherited column "${action.column}" must be changed in child tables too`);
      return belowHasKey(table, action.column, before)
        ? inPartitionKey(`cannot alter column "${action.column}" because it is part of the partition key of a relation`)
        : undefined;
    case 'setNotNull':
      return action.only && table.partitionBy && table.children.size > 0 && !table.columns.get(action.column)?.notNull
        ? childrenLeftOut('constraint must be added to child tables too')
        : undefined;
    case 'dropNotNull': {
      const parent = table.partitionOf === undefined ? undefined : before.tableByKey(table.partitionOf);
      return parent?.columns.get(action.column)?.notNull === true
        ? inherited(`column "${action.column}" is marked NOT NULL in parent table`)
        : undefined;
    }
    case 'addConstraint': {
      const { kind, noInherit, columns } = action.constraint;
      if (!action.only || table.children.size === 0) return undefined;
      const isChild = kind === 'check' && !noInherit;
      // ONLY makes no column of a partition NOT NULL (measured: 42P16 before 18, XX000 from 18 on).
      const isNullable = (key: string): boolean =>
        columns.some((column) => before.tableByKey(key)?.columns.get(column)?.notNull === false);
      const isKey = kind === 'primaryKey' && table.partitionBy !== undefined && [...table.children].some(isNullable);
      if (isKey) {
        const advice = 'Set its columns NOT NULL in every partition first.';
        return target.postgres >= 18
          ? childrenLeftOut('a column of a partition is not marked NOT NULL', 'XX000', advice)
          : childrenLeftOut('constraint must be added to child tables too', '42P16', advice);
      }
      return isChild ? childrenLeftOut('constraint must be added to child tables too') : undefined;
    }
    case 'dropConstraint': {
      const known = table.constraints.get(action.constraint);
      const above = table.partitionOf === undefined ? undefined : before.tableByKey(table.partitionOf);
      const isKey = above?.constraints.get(action.constraint)?.references !== undefined;
      return known?.inherited || isKey
        ? inherited(`cannot drop inherited constraint "${action.constraint}" of relation "${table.name}"`)
        : undefined;
    }
    case 'validateConstraint': {
      const known = table.constraints.get(action.constraint);
      return action.only && known?.kind === 'check' && !known.validated && table.children.size > 0
        ? childrenLeftOut('constraint must be validated on child tables too')
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
  const advice = 'Set storage parameters for its partitions.';
  return postgres >= 16
    ? inPartition('42809', 'cannot specify storage parameters for a partitioned table', advice, { since: 16 })
    : inPartition('22023', 'unrecognized parameter: a partitioned table has no storage parameters', advice, {
        until: 16,
      });
}

/** A partition may be partitioned itself, by a column that the tables above have. */
function belowHasKey(table: Table, column: string, before: SchemaState): boolean {
  return descendantsOf(table, (key) => before.tableByKey(key)).some((child) => isPartitionKey(child, column));
}

function ofPartitionOf(parent: ObjectName | undefined, before: SchemaState): Failure | undefined {
  const table = parent && before.table(parent);
  if (!table?.complete || table.partitionBy) return undefined;
  return wrongKind(
    `"${table.name}" is not partitioned`,
    'Only a table that was made with PARTITION BY has partitions: make such a table and move the rows.',
    '42P17',
  );
}

function ofCircle(child: ObjectName, parent: ObjectName, before: SchemaState): Failure | undefined {
  const [below, above] = [before.table(child), before.table(parent)];
  if (!below || !above || !makesCircle(below, above, (key) => before.tableByKey(key))) return undefined;
  return circularInheritance(below.name, above.name);
}

function isPartition(partition: ObjectName, before: SchemaState): Failure | undefined {
  const table = before.table(partition);
  if (table?.partitionOf === undefined) return undefined;
  return inPartition('42809', `"${table.name}" is already a partition`, 'Detach it from its table first.');
}

function ofDetach(name: ObjectName, of: ObjectName, finalize: boolean, before: SchemaState): Failure | undefined {
  const [table, partition] = [before.table(name), before.table(of)];
  if (!table?.complete || !partition?.complete) return undefined;
  if (partition.partitionOf !== table.key)
    return doesNotExist('42P01', `relation "${partition.name}" is not a partition of relation "${table.name}"`);
  return finalize && partition.release === before.release
    ? inPartition(
        '55000',
        `cannot complete detaching partition "${partition.name}"`,
        'FINALIZE ends a DETACH PARTITION … CONCURRENTLY that was interrupted: leave it out.',
      )
    : undefined;
}
