import { provesNotNull } from '../../schema/constraints.js';
import { constraintName } from '../../schema/names.js';
import { foreignKeyLike, hasCheck, hasKey, isProvenBelow } from '../../schema/proven-below.js';
import type { Table } from '../../schema/model.js';
import { partsOf } from '../../schema/partition-indexes.js';
import type { ConstraintDefinition, DropConstraint, ObjectName } from '../../sql/action.js';
import { family, lockFamily, scanAll } from './family.js';
import type { ImpactBuilder } from '../impact.js';
import type { LockMode } from '../locks.js';

/** ALTER TABLE … ADD CONSTRAINT. Measured: groups CHECK, FOREIGN KEY, UNIQUE / PRIMARY KEY / EXCLUDE. */
export function ofAddConstraint(
  constraint: ConstraintDefinition,
  action: { table: ObjectName; only: boolean },
  impact: ImpactBuilder,
): void {
  const table = impact.before.table(action.table);
  const scans = !constraint.notValid && !constraint.notEnforced;
  switch (constraint.kind) {
    case 'foreignKey':
      lockFamily(impact, action, 'ShareRowExclusiveLock');
      lockParent(constraint, impact, 'ShareRowExclusiveLock');
      ofPartitionKeys(constraint, action, impact);
      if (scans) scanForeignKey(constraint, action, impact);
      return;
    case 'check':
      lockFamily(impact, action, 'AccessExclusiveLock');
      if (scans) {
        const name = constraintName(impact.before, impact.before.named(action.table), constraint);
        scanAll(impact, action, 'check', (each) => hasCheck(each, name, constraint.expression?.text));
      }
      return;
    case 'notNull':
      lockFamily(impact, action, 'AccessExclusiveLock');
      if (scans && !constraint.columns.every((column) => provesNotNull(table, column)))
        scanAll(impact, constraint.noInherit ? { ...action, only: true } : action, 'not null', (each) =>
          constraint.columns.every((column) => provesNotNull(each, column)),
        );
      return;
    case 'unique':
    case 'primaryKey':
    case 'exclusion':
      impact.lock(action.table, 'AccessExclusiveLock');
      lockForKey(constraint, action, table, impact);
      ofKey(constraint, action, table, impact);
  }
}

/**
 * Before 18 the partitions are locked only as CREATE INDEX does it, and inheriting tables not at all, unless a column of
 * a primary key has to become NOT NULL in them (measured: unique-add-partitioned, test/impact/beyond on 15 and 18).
 */
function lockForKey(
  constraint: ConstraintDefinition,
  action: { table: ObjectName; only: boolean },
  table: Table | undefined,
  impact: ImpactBuilder,
): void {
  const becomesNotNull =
    constraint.kind === 'primaryKey' && !constraint.columns.every((column) => table?.columns.get(column)?.notNull);
  const isHard = becomesNotNull || impact.target.postgres >= 18;
  for (const child of family(impact, action))
    if (isHard || child.partitionOf !== undefined)
      impact.lockRelated(child, isHard ? 'AccessExclusiveLock' : 'ShareLock');
}

function ofKey(
  constraint: ConstraintDefinition,
  action: { table: ObjectName; only: boolean },
  table: Table | undefined,
  impact: ImpactBuilder,
): void {
  const using =
    constraint.usingIndex === undefined
      ? undefined
      : impact.before.index({ schema: action.table.schema, name: constraint.usingIndex });
  const columns = using ? using.columns.filter((column): column is string => column !== undefined) : constraint.columns;
  if (constraint.kind === 'primaryKey' && !(using === undefined && constraint.usingIndex !== undefined)) {
    const proves = (each: Table | undefined): boolean => columns.every((column) => provesNotNull(each, column));
    if (!proves(table)) scanAll(impact, action, 'not null', proves);
  }
  if (constraint.usingIndex !== undefined) {
    // The index is renamed to the constraint's name, when they differ.
    if (using && constraint.name !== undefined && constraint.name !== using.name)
      impact.lockRelated(using, 'ShareUpdateExclusiveLock');
    return;
  }
  if (!table?.partitionBy) {
    impact.scanTable(action.table, 'index');
    impact.buildIndex(action.table, constraintName(impact.before, impact.before.named(action.table), constraint));
  }
  for (const child of family(impact, action)) {
    if (child.partitionOf === undefined || child.partitionBy || hasKey(child, constraint.kind, columns)) continue;
    const name = constraintName(impact.before, child, { ...constraint, name: undefined });
    impact.scan(impact.ref(child), 'index', false);
    impact.buildIndex({ schema: impact.labelSchema(child), name: child.name }, name);
  }
}

export function ofValidate(name: string, action: { table: ObjectName; only: boolean }, impact: ImpactBuilder): void {
  const table = impact.before.table(action.table);
  const constraint = table?.constraints.get(name);
  impact.lock(action.table, 'ShareUpdateExclusiveLock');
  if (constraint?.validated) return;
  lockFamily(impact, action, 'ShareUpdateExclusiveLock');
  if (constraint?.references) {
    const parent = impact.before.tableByKey(constraint.references.table);
    if (parent) impact.lockRelated(parent, 'RowShareLock');
    for (const child of impact.descendantsOf(parent)) impact.lockRelated(child, 'RowShareLock');
    scanBoth(constraint.references.table, action, impact);
    return;
  }
  scanAll(impact, action, constraint?.kind === 'notNull' ? 'not null' : 'check');
}

/** Dropping a foreign key locks the parent as hard as the child (measured: fk-drop). */
export function ofDropConstraint(action: DropConstraint, impact: ImpactBuilder): void {
  lockFamily(impact, action, 'AccessExclusiveLock');
  const table = impact.before.table(action.table);
  const constraint = table?.constraints.get(action.constraint);
  if (action.only) for (const key of table?.children ?? []) impact.lockKey(key, 'AccessExclusiveLock');
  if (!table || !constraint) return;
  if (constraint.references) {
    impact.lockKey(constraint.references.table, 'AccessExclusiveLock');
    for (const child of impact.descendantsOf(impact.before.tableByKey(constraint.references.table)))
      impact.lockRelated(child, 'AccessExclusiveLock');
  }
  const index = impact.before.relationByKey(`${table.schema}.${constraint.name}`);
  if (index?.kind === 'index')
    for (const each of [index, ...partsOf(impact.before, index)]) impact.lockRelated(each, 'AccessExclusiveLock');
  if (action.cascade && (constraint.kind === 'primaryKey' || constraint.kind === 'unique'))
    lockReferencing(table, constraint.columns, impact);
}
/** Locks the table a foreign key points to, with its partitions. */
export function lockParent(
  constraint: Pick<ConstraintDefinition, 'references'>,
  impact: ImpactBuilder,
  mode: LockMode,
): void {
  if (!constraint.references) return;
  impact.lock(constraint.references.table, mode);
  for (const child of impact.descendantsOf(impact.before.table(constraint.references.table)))
    impact.lockRelated(child, mode);
}

/** Keys of partitions that the new one takes over lose triggers of their own on the parent. */
function ofPartitionKeys(
  constraint: ConstraintDefinition,
  action: { table: ObjectName; only: boolean },
  impact: ImpactBuilder,
): void {
  const { before, target } = impact;
  const isTaken = (child: Table): boolean => {
    const known = child.partitionOf === undefined ? undefined : foreignKeyLike(before, child, constraint);
    return known !== undefined && (known.validated || target.postgres >= 18);
  };
  if (family(impact, action).some(isTaken)) lockParent(constraint, impact, 'AccessExclusiveLock');
}

export function scanForeignKey(
  constraint: ConstraintDefinition,
  action: { table: ObjectName; only?: boolean },
  impact: ImpactBuilder,
): void {
  // Without rows to check the parent is not read at all (measured).
  if (impact.before.isNew(action.table)) return;
  const isProven = (each: Table): boolean =>
    each.partitionOf !== undefined && foreignKeyLike(impact.before, each, constraint)?.validated === true;
  if (isProvenBelow(impact.before, impact.before.table(action.table), isProven)) return;
  scanAll(impact, action, 'foreign key', isProven);
  if (constraint.references) scanAll(impact, { table: constraint.references.table }, 'foreign key');
}

/** Locks the tables whose foreign keys need the columns, and gives them; all of them when `columns` is undefined. */
export function lockReferencing(table: Table, columns: readonly string[] | undefined, impact: ImpactBuilder): Table[] {
  const found: Table[] = [];
  const primaryKey =
    [...table.constraints.values()].find((constraint) => constraint.kind === 'primaryKey')?.columns ?? [];
  for (const key of table.referencedBy) {
    const child = impact.before.tableByKey(key);
    for (const constraint of child?.constraints.values() ?? []) {
      if (constraint.references?.table !== table.key) continue;
      const needed = constraint.references.columns.length > 0 ? constraint.references.columns : primaryKey;
      if (!child || (columns !== undefined && !columns.some((column) => needed.includes(column)))) continue;
      impact.lockRelated(child, 'AccessExclusiveLock');
      for (const part of impact.descendantsOf(child))
        if (part.partitionOf !== undefined) impact.lockRelated(part, 'AccessExclusiveLock');
      found.push(child);
    }
  }
  return found;
}

export function scanBoth(otherKey: string, action: { table: ObjectName; only?: boolean }, impact: ImpactBuilder): void {
  scanAll(impact, action, 'foreign key');
  const other = impact.before.tableByKey(otherKey);
  if (other) impact.scan(impact.ref(other), 'foreign key', false);
}
