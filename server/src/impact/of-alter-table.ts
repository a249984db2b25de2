import { computesWith, indexReads, isSerial } from '../schema/apply-table.js';
import { constraintName, provesNotNull } from '../schema/constraints.js';
import type { Table } from '../schema/model.js';
import { unknownTable } from '../schema/state.js';
import type {
  AddColumn,
  AlterColumnType,
  ColumnDefinition,
  ConstraintDefinition,
  DropColumn,
  DropConstraint,
  ObjectName,
  SetNotNull,
  TableAction,
} from '../sql/action.js';
import { analyseExpression } from '../sql/expressions.js';
import type { ImpactBuilder } from './impact.js';
import type { LockMode } from './locks.js';
import { ofOtherSubcommand } from './of-other-subcommand.js';
import { ofAttach, ofDetach } from './of-partitions.js';
import { typeChange } from './type-change.js';
import { volatilityOf } from './volatility.js';

/** Why adding the column writes every row anew; undefined when it does not. Measured: group ADD COLUMN. */
export function addColumnRewrite(
  column: ColumnDefinition,
  impact: Pick<ImpactBuilder, 'before'>,
): 'serial' | 'identity' | 'stored' | 'domain' | 'volatile default' | undefined {
  if (isSerial(column.type)) return 'serial';
  if (column.identity) return 'identity';
  if (column.generated) return column.generated.storage === 'stored' ? 'stored' : undefined;
  const type = column.type && impact.before.type({ schema: column.type.schema, name: column.type.name });
  if (type?.kind === 'domain' && type.constrained) return 'domain';
  if (column.default && volatilityOf(column.default.expression.text, impact.before).kind === 'volatile')
    return 'volatile default';
  return undefined;
}

/** The table and everything below it that the statement reaches. */
function family(impact: ImpactBuilder, action: { table: ObjectName; only?: boolean }): Table[] {
  const table = impact.before.table(action.table);
  return table && !action.only ? impact.descendantsOf(table) : [];
}

function lockFamily(impact: ImpactBuilder, action: { table: ObjectName; only?: boolean }, mode: LockMode): void {
  impact.lock(action.table, mode);
  for (const child of family(impact, action)) impact.lockRelated(child, mode);
}

/** Tables with rows of their own: a partitioned table has none. */
function storage(
  impact: ImpactBuilder,
  action: { table: ObjectName; only?: boolean },
): { table: Table | undefined; name: string }[] {
  const table = impact.before.table(action.table);
  const own = table?.partitionBy
    ? []
    : [{ table, name: table ? impact.nameFor(table, action.table) : plain(action.table) }];
  return [
    ...own,
    ...family(impact, action)
      .filter((child) => !child.partitionBy)
      .map((child) => ({ table: child, name: impact.label(child) })),
  ];
}

function plain(name: ObjectName): string {
  return name.schema === undefined ? name.name : `${name.schema}.${name.name}`;
}

function rewriteAll(impact: ImpactBuilder, action: { table: ObjectName; only?: boolean }): void {
  for (const each of storage(impact, action)) impact.rewrite(each.table, action.table);
}

function scanAll(
  impact: ImpactBuilder,
  action: { table: ObjectName; only?: boolean },
  why: 'check' | 'not null' | 'foreign key' | 'index',
): void {
  for (const each of storage(impact, action)) {
    impact.scan(
      each.name,
      why,
      each.table !== undefined &&
        impact.before.isNew({ schema: each.table.schema, name: each.table.name, span: undefined }),
    );
  }
}

/** The impact of one sub-command of ALTER TABLE. */
export function ofTableAction(action: TableAction, impact: ImpactBuilder): void {
  switch (action.kind) {
    case 'addColumn':
      return ofAddColumn(action, impact);
    case 'dropColumn':
      return ofDropColumn(action, impact);
    case 'alterColumnType':
      return ofTypeChange(action, impact);
    case 'setNotNull':
      return ofSetNotNull(action, impact);
    case 'setDefault':
    case 'dropDefault':
    case 'dropNotNull':
      return lockFamily(impact, action, 'AccessExclusiveLock');
    case 'addConstraint':
      return ofAddConstraint(action.constraint, action, impact);
    case 'validateConstraint':
      return ofValidate(action.constraint, action, impact);
    case 'dropConstraint':
      return ofDropConstraint(action, impact);
    case 'attachPartition':
      return ofAttach(action, impact);
    case 'detachPartition':
      return ofDetach(action, impact);
    case 'alterTableOther':
      return ofOtherSubcommand(action, impact);
  }
}

function ofAddColumn(action: AddColumn, impact: ImpactBuilder): void {
  lockFamily(impact, action, 'AccessExclusiveLock');
  const { column } = action;
  const table = impact.before.table(action.table);
  // A no-op takes the lock all the same.
  if (action.ifNotExists && table?.columns.has(column.name)) return;
  if (addColumnRewrite(column, impact)) rewriteAll(impact, action);
  else if (column.notNull && column.generated) scanAll(impact, action, 'not null');
  if (column.notNull && !column.default && !column.generated && !column.identity && !isSerial(column.type)) {
    // Any row at all makes it fail; an empty table does not.
    scanAll(impact, action, 'not null');
  }
  for (const constraint of column.constraints) {
    if (constraint.kind === 'foreignKey' && constraint.references) {
      lockParent(constraint, impact, 'ShareRowExclusiveLock');
      // Without a default the column is NULL everywhere, and PostgreSQL knows it.
      if (column.default && !constraint.notEnforced) scanForeignKey(constraint, action, impact);
    } else if (constraint.kind === 'check') {
      if (!constraint.notEnforced) scanAll(impact, action, 'check');
    } else if (constraint.kind === 'unique' || constraint.kind === 'primaryKey') {
      impact.buildIndex(
        action.table,
        constraintName(table ?? unknownTable('', action.table.name), { ...constraint, columns: [column.name] }),
      );
    }
  }
}

/** Locks the table a foreign key points to, with its partitions. */
function lockParent(constraint: Pick<ConstraintDefinition, 'references'>, impact: ImpactBuilder, mode: LockMode): void {
  if (!constraint.references) return;
  impact.lock(constraint.references.table, mode);
  for (const child of impact.descendantsOf(impact.before.table(constraint.references.table)))
    impact.lockRelated(child, mode);
}

function scanForeignKey(
  constraint: Pick<ConstraintDefinition, 'references'>,
  action: { table: ObjectName; only?: boolean },
  impact: ImpactBuilder,
): void {
  scanAll(impact, action, 'foreign key');
  if (constraint.references) scanAll(impact, { table: constraint.references.table }, 'foreign key');
}

function ofDropColumn(action: DropColumn, impact: ImpactBuilder): void {
  lockFamily(impact, action, 'AccessExclusiveLock');
  const table = impact.before.table(action.table);
  for (const each of [table, ...family(impact, action)]) {
    if (!each) continue;
    for (const index of impact.indexesOf(each)) {
      if (indexReads(index, action.column)) impact.lockRelated(index, 'AccessExclusiveLock');
    }
    for (const constraint of each.constraints.values()) {
      if (constraint.references && constraint.columns.includes(action.column))
        impact.lockKey(constraint.references.table, 'AccessExclusiveLock');
    }
  }
  for (const sequence of impact.sequencesOf(table, action.column)) impact.lockRelated(sequence, 'AccessExclusiveLock');
  if (action.cascade && table) lockReferencing(table, [action.column], impact);
}

/** Tables whose foreign keys need the columns; all of them when `columns` is undefined. */
function lockReferencing(table: Table, columns: readonly string[] | undefined, impact: ImpactBuilder): void {
  const primaryKey =
    [...table.constraints.values()].find((constraint) => constraint.kind === 'primaryKey')?.columns ?? [];
  for (const key of table.referencedBy) {
    const child = impact.before.tableByKey(key);
    for (const constraint of child?.constraints.values() ?? []) {
      if (constraint.references?.table !== table.key) continue;
      const needed = constraint.references.columns.length > 0 ? constraint.references.columns : primaryKey;
      if (child && (columns === undefined || columns.some((column) => needed.includes(column))))
        impact.lockRelated(child, 'AccessExclusiveLock');
    }
  }
}

function ofTypeChange(action: AlterColumnType, impact: ImpactBuilder): void {
  lockFamily(impact, action, 'AccessExclusiveLock');
  const table = impact.before.table(action.table);
  const column = table?.columns.get(action.column);
  const change = typeChange(action, column, impact.before, impact.target.timeZone);
  // The sequence of an identity column follows its type, that of a serial column does not (measured).
  const sequences =
    column?.identity && column.type?.name !== action.type.name ? impact.sequencesOf(table, action.column) : [];
  for (const sequence of sequences) impact.lockRelated(sequence, 'ShareRowExclusiveLock');
  const usesColumn = (expression: string | undefined): boolean =>
    expression !== undefined && (analyseExpression(expression)?.columns.includes(action.column) ?? true);

  if (change === 'rewrite' || change === 'unknown') rewriteAll(impact, action);
  else {
    for (const index of impact.indexesOf(table)) {
      const plainUse = index.columns.includes(action.column);
      const computedUse = computesWith(index, action.column);
      if (plainUse || computedUse) impact.lockRelated(index, 'AccessExclusiveLock');
      // An index on an expression or with a predicate is built anew even when a plain one is kept.
      if ((change === 'reindex' && plainUse) || computedUse) impact.buildIndex(action.table, index.name);
    }
    // A validated CHECK that reads the column is verified again, whatever the change.
    const checked = [...(table?.constraints.values() ?? [])].some(
      (constraint) => constraint.kind === 'check' && constraint.validated && usesColumn(constraint.expression),
    );
    if (checked) scanAll(impact, action, 'check');
  }
  // Foreign keys from and to the column are taken down and put up again.
  for (const constraint of table?.constraints.values() ?? []) {
    if (!constraint.references || !constraint.columns.includes(action.column)) continue;
    impact.lockKey(constraint.references.table, 'AccessExclusiveLock');
    if (change !== 'metadata') scanBoth(constraint.references.table, action, impact);
  }
  if (!table) return;
  lockReferencing(table, [action.column], impact);
  if (change === 'rewrite') {
    for (const key of table.referencedBy) scanBoth(key, action, impact);
  }
}

function scanBoth(otherKey: string, action: { table: ObjectName; only?: boolean }, impact: ImpactBuilder): void {
  scanAll(impact, action, 'foreign key');
  const other = impact.before.tableByKey(otherKey);
  if (other) impact.scan(impact.label(other), 'foreign key', false);
}

function ofSetNotNull(action: SetNotNull, impact: ImpactBuilder): void {
  lockFamily(impact, action, 'AccessExclusiveLock');
  for (const each of storage(impact, action)) {
    const proven =
      provesNotNull(each.table, action.column, impact.dropped) ||
      provesNotNull(impact.before.table(action.table), action.column, impact.dropped);
    if (!proven)
      impact.scan(
        each.name,
        'not null',
        each.table !== undefined && impact.before.isNew({ ...each.table, span: undefined }),
      );
  }
}

/** ALTER TABLE … ADD CONSTRAINT. Measured: groups CHECK, FOREIGN KEY, UNIQUE / PRIMARY KEY / EXCLUDE. */
function ofAddConstraint(
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
      if (scans) scanForeignKey(constraint, action, impact);
      return;
    case 'check':
      lockFamily(impact, action, 'AccessExclusiveLock');
      if (scans) scanAll(impact, action, 'check');
      return;
    case 'notNull':
      lockFamily(impact, action, 'AccessExclusiveLock');
      if (impact.target.postgres < 18) impact.fail('42601', 'syntax error at or near "not"');
      if (scans && !constraint.columns.every((column) => provesNotNull(table, column)))
        scanAll(impact, action, 'not null');
      return;
    case 'unique':
    case 'primaryKey':
    case 'exclusion':
      impact.lock(action.table, 'AccessExclusiveLock');
      // Before 18 the partitions are locked only as CREATE INDEX does it (measured: unique-add-partitioned).
      for (const child of family(impact, action))
        impact.lockRelated(
          child,
          constraint.kind === 'primaryKey' || impact.target.postgres >= 18 ? 'AccessExclusiveLock' : 'ShareLock',
        );
      ofKey(constraint, action, table, impact);
  }
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
      : impact.before.index({ schema: action.table.schema, name: constraint.usingIndex, span: undefined });
  const columns = using ? using.columns.filter((column): column is string => column !== undefined) : constraint.columns;
  if (constraint.kind === 'primaryKey' && !(using === undefined && constraint.usingIndex !== undefined)) {
    if (!columns.every((column) => provesNotNull(table, column))) scanAll(impact, action, 'not null');
  }
  if (constraint.usingIndex !== undefined) {
    // The index is renamed to the constraint's name, when they differ.
    if (using && constraint.name !== undefined && constraint.name !== using.name)
      impact.lockRelated(using, 'ShareUpdateExclusiveLock');
    return;
  }
  scanAll(impact, action, 'index');
  impact.buildIndex(action.table, constraintName(table ?? unknownTable('', action.table.name), constraint));
}

function ofValidate(name: string, action: { table: ObjectName; only: boolean }, impact: ImpactBuilder): void {
  const table = impact.before.table(action.table);
  const constraint = table?.constraints.get(name);
  lockFamily(impact, action, 'ShareUpdateExclusiveLock');
  if (constraint?.validated) return;
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
function ofDropConstraint(action: DropConstraint, impact: ImpactBuilder): void {
  lockFamily(impact, action, 'AccessExclusiveLock');
  const table = impact.before.table(action.table);
  const constraint = table?.constraints.get(action.constraint);
  if (!table || !constraint) return;
  if (constraint.references) {
    impact.lockKey(constraint.references.table, 'AccessExclusiveLock');
    for (const child of impact.descendantsOf(impact.before.tableByKey(constraint.references.table)))
      impact.lockRelated(child, 'AccessExclusiveLock');
  }
  const index = impact.before.relationByKey(`${table.schema}.${constraint.name}`);
  if (index?.kind === 'index') impact.lockRelated(index, 'AccessExclusiveLock');
  if (action.cascade && (constraint.kind === 'primaryKey' || constraint.kind === 'unique'))
    lockReferencing(table, constraint.columns, impact);
}
