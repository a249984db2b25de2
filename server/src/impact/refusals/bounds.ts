import type { Table } from '../../schema/model.js';
import type { SchemaState } from '../../schema/state.js';
import type { Action, ObjectName } from '../../sql/action.js';
import { type Failure, unfitBound } from '../failure.js';
import { relationRef } from '../object-refs.js';
import { type Bound, compareRows, overlaps, readBound } from './partition-bounds.js';

interface NewPartition {
  readonly name: string;
  readonly parent: Table;
  readonly bound: string;
  readonly isDefault: boolean;
}

/** A partition whose bound is empty, of another kind than its table, or taken (measured on PostgreSQL 15 and 18). */
export function ofBounds(action: Action, before: SchemaState): Failure | undefined {
  const made = newPartition(action, before);
  if (!made) return undefined;
  const { parent, name, isDefault } = made;
  if (!parent.partitionBy) {
    return action.kind === 'createTable' && parent.complete
      ? unfitBound(`"${parent.name}" is not partitioned`, 'Make the table with PARTITION BY.')
      : undefined;
  }
  const bound = readBound(made.bound);
  return (isDefault ? undefined : ofOwn(bound, made)) ?? ofOthers(bound, made, before, name);
}

function newPartition(action: Action, before: SchemaState): NewPartition | undefined {
  const find = (table: ObjectName, rest: Omit<NewPartition, 'parent'>): NewPartition | undefined => {
    const parent = before.table(table);
    return parent && { parent, ...rest };
  };
  if (action.kind === 'createTable') {
    const { partitionOf, table } = action;
    if (!partitionOf || (action.ifNotExists && before.relation(table))) return undefined;
    return find(partitionOf.parent, { name: table.name, bound: partitionOf.bound, isDefault: partitionOf.isDefault });
  }
  if (action.kind !== 'attachPartition' || action.objectKind === 'index') return undefined;
  return find(action.table, { name: action.partition.name, bound: action.bound, isDefault: action.isDefault });
}

function ofOwn(bound: Bound | undefined, { parent, name }: NewPartition): Failure | undefined {
  const { strategy = '', columns = [] } = parent.partitionBy ?? {};
  if (!bound || strategy === '') return undefined;
  if (bound.kind !== strategy)
    return unfitBound(
      `invalid bound specification for a ${strategy} partition`,
      `${bound.kind === 'range' ? 'FROM … TO' : bound.kind === 'list' ? 'IN' : 'WITH (MODULUS …)'} is for tables that are partitioned by ${bound.kind}.`,
      '42P16',
    );
  if (bound.kind === 'hash')
    return bound.remainder >= bound.modulus
      ? unfitBound('remainder for hash partition must be less than modulus', 'Remainders begin with 0.', '42P16')
      : undefined;
  if (bound.kind !== 'range') return undefined;
  const order = compareRows(bound.from, bound.to, typesOf(parent));
  return order !== undefined && order >= 0 && bound.from.length === columns.length
    ? unfitBound(
        `empty range bound specified for partition "${name}"`,
        'FROM belongs to the partition, TO does not: TO has to be greater.',
      )
    : undefined;
}

/** More partitions than these are not compared with each other. */
const MOST = 150;

const bounds = new WeakMap<Table, Bound | 'unread'>();

function boundOf(table: Table): Bound | undefined {
  let known = bounds.get(table);
  if (known === undefined) {
    known = (table.bound === undefined ? undefined : readBound(table.bound)) ?? 'unread';
    bounds.set(table, known);
  }
  return known === 'unread' ? undefined : known;
}

function ofOthers(
  bound: Bound | undefined,
  { parent, isDefault }: NewPartition,
  before: SchemaState,
  name: string,
): Failure | undefined {
  if (parent.children.size > MOST) return undefined;
  const types = typesOf(parent);
  for (const key of parent.children) {
    const other = before.tableByKey(key);
    if (!other || other.partitionOf !== parent.key || other.name === name) continue;
    if (isDefault) {
      if (other.isDefaultPartition)
        return met(`partition "${name}" conflicts with existing default partition "${other.name}"`, other, before);
      continue;
    }
    const own = other.isDefaultPartition ? undefined : boundOf(other);
    if (bound && own && overlaps(bound, own, types))
      return met(`partition "${name}" would overlap partition "${other.name}"`, other, before);
  }
  return undefined;
}

/** Partitions come and go by jobs, too, so one of an earlier release may be gone. */
function met(message: string, other: Table, before: SchemaState): Failure {
  return unfitBound(message, `Look up the bound of ${other.name}, and begin where it ends.`, '42P17', {
    objects: [relationRef(other, before)],
    earlier: other.place,
    certain: other.release === before.release,
    doubt: `has become of the partition ${other.name} since`,
  });
}

function typesOf(parent: Table): string[] {
  return (parent.partitionBy?.columns ?? []).map((name) => {
    const type = parent.columns.get(name)?.type;
    return type && type.schema === undefined && type.arrayDimensions === 0 ? type.name : '';
  });
}
