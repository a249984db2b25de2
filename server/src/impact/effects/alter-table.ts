import { isSerial } from '../../schema/apply-table.js';
import { computesWith, indexNeeds } from '../../schema/index-reads.js';
import { provesNotNull } from '../../schema/constraints.js';
import { constraintName } from '../../schema/names.js';
import type { Table } from '../../schema/model.js';
import type {
  AddColumn,
  AlterColumnType,
  ColumnDefinition,
  DropColumn,
  SetNotNull,
  TableAction,
} from '../../sql/action.js';
import { analyseExpression } from '../../sql/expressions.js';
import { family, lockFamily, rewriteAll, scanAll, storage } from './family.js';
import {
  lockParent,
  lockReferencing,
  ofAddConstraint,
  ofDropConstraint,
  ofValidate,
  scanBoth,
  scanForeignKey,
} from './constraints.js';
import type { ImpactBuilder } from '../impact.js';
import { ofOtherSubcommand } from './other-subcommand.js';
import { lockAlong } from './drops.js';
import { lockFamilyOfKeys, ofAttach, ofDetach } from './partitions.js';
import { type TypeChange, typeChange, underDomain } from './type-change.js';
import { sequenceNamed } from '../sequences.js';
import { volatilityOf } from '../volatility.js';

/** Why adding the column writes every row anew; undefined when it does not. Measured: group ADD COLUMN. */
export function addColumnRewrite(
  column: ColumnDefinition,
  impact: Pick<ImpactBuilder, 'before'>,
): 'serial' | 'identity' | 'stored' | 'domain' | 'volatile default' | undefined {
  if (isSerial(column.type)) return 'serial';
  if (column.identity) return 'identity';
  if (column.generated) return column.generated.storage === 'stored' ? 'stored' : undefined;
  if (column.type?.arrayDimensions === 0 && underDomain(column.type, impact.before).constrained) return 'domain';
  if (column.default && volatilityOf(column.default.expression.text, impact.before).kind === 'volatile')
    return 'volatile default';
  return undefined;
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
  const called = column.default && /\bnextval\s*\(\s*'([^']+)'/i.exec(column.default.expression.text)?.[1];
  if (called !== undefined && called !== '') impact.lock(sequenceNamed(called), 'RowExclusiveLock', 'sequence');
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
        constraintName(impact.before, impact.before.named(action.table), { ...constraint, columns: [column.name] }),
      );
    }
  }
}

function ofDropColumn(action: DropColumn, impact: ImpactBuilder): void {
  lockFamily(impact, action, 'AccessExclusiveLock');
  const table = impact.before.table(action.table);
  // ONLY leaves the column in the tables right below, as a column of their own (measured).
  if (action.only) for (const key of table?.children ?? []) impact.lockKey(key, 'AccessExclusiveLock');
  for (const each of [table, ...family(impact, action)]) {
    if (!each) continue;
    for (const index of impact.indexesOf(each)) {
      if (indexNeeds(index, action.column)) impact.lockRelated(index, 'AccessExclusiveLock');
    }
    const parents = [...each.constraints.values()].flatMap(({ references, columns }) =>
      references && columns.includes(action.column) ? references.table : [],
    );
    lockFamilyOfKeys(parents, 'AccessExclusiveLock', impact);
  }
  for (const sequence of impact.sequencesOf(table, action.column)) impact.lockRelated(sequence, 'AccessExclusiveLock');
  if (!action.cascade || !table) return;
  lockAlong({ kind: 'column', table, column: action.column }, impact);
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

  for (const each of [table, ...family(impact, action)]) reindex(each, action, change, impact);
  if (change === 'rewrite' || change === 'unknown') rewriteAll(impact, action);
  else {
    // A validated CHECK that reads the column is verified again, whatever the change.
    const checked = [...(table?.constraints.values() ?? [])].some(
      (constraint) => constraint.kind === 'check' && constraint.validated && usesColumn(constraint.expression),
    );
    if (checked) scanAll(impact, action, 'check');
  }
  // Foreign keys from and to the column are taken down and put up again.
  for (const constraint of table?.constraints.values() ?? []) {
    if (!constraint.references || !constraint.columns.includes(action.column)) continue;
    lockFamilyOfKeys([constraint.references.table], 'AccessExclusiveLock', impact);
    if (change !== 'metadata') scanBoth(constraint.references.table, action, impact);
  }
  if (!table) return;
  const pointing = lockReferencing(table, [action.column], impact);
  if (change === 'rewrite') for (const { key } of pointing) scanBoth(key, action, impact);
}

/** The indexes of a table whose column changes its type. */
function reindex(table: Table | undefined, action: AlterColumnType, change: TypeChange, impact: ImpactBuilder): void {
  for (const index of impact.indexesOf(table)) {
    const plainUse = index.columns.includes(action.column);
    const computedUse = computesWith(index, action.column);
    const isInIt = plainUse || computedUse || index.include.includes(action.column);
    if (isInIt) impact.lockRelated(index, 'AccessExclusiveLock');
    // An index with an expression or a predicate is built anew even when a plain one is kept, whatever they read
    // (CheckIndexCompatible in indexcmds.c). The parts of a partitioned index are always built anew: only an index of
    // its own keeps its file (measured).
    const isComputed = index.predicate !== undefined || index.expressions.length > 0;
    const isBuilt = (isInIt && isComputed) || (plainUse && (change === 'reindex' || index.partOf !== undefined));
    if (isBuilt && table && !table.partitionBy && change !== 'rewrite')
      impact.buildIndex({ schema: impact.labelSchema(table), name: table.name }, index.name);
  }
}

function ofSetNotNull(action: SetNotNull, impact: ImpactBuilder): void {
  lockFamily(impact, action, 'AccessExclusiveLock');
  for (const each of storage(impact, action)) {
    const proven =
      provesNotNull(each.table, action.column) || provesNotNull(impact.before.table(action.table), action.column);
    if (!proven) impact.scan(each.relation, 'not null', each.table !== undefined && impact.before.isNew(each.table));
  }
}
