import type { ColumnType, Table } from '../schema/model.js';
import type { SchemaState } from '../schema/state.js';
import type {
  Action,
  AlterDomain,
  CreateTable,
  DropObject,
  DropTable,
  ObjectName,
  RenameObject,
} from '../sql/action.js';
import type { LockMode } from './locks.js';
import { failureOf, readers, tablesWithDefaultFrom } from './failures.js';
import { type Impact, ImpactBuilder, type Target } from './impact.js';
import { ofTableAction } from './of-alter-table.js';
import { ofCreateIndex, ofDropIndex, ofReindex } from './of-indexes.js';
import { ofOther } from './of-other.js';

/** The impact of a whole statement: all its actions, each on the state before the statement. */
export function impactOf(actions: readonly Action[], before: SchemaState, target: Target): Impact {
  const dropped = new Set(actions.flatMap((action) => (action.kind === 'dropConstraint' ? action.constraint : [])));
  const impact = new ImpactBuilder(before, target, dropped);
  for (const action of actions) {
    ofAction(action, impact);
    const failure = failureOf(action, actions, before, target);
    if (failure) impact.fail(failure.code, failure.message);
  }
  return impact.build();
}

function ofAction(action: Action, impact: ImpactBuilder): void {
  const { before } = impact;
  switch (action.kind) {
    case 'addColumn':
    case 'dropColumn':
    case 'alterColumnType':
    case 'setDefault':
    case 'dropDefault':
    case 'setNotNull':
    case 'dropNotNull':
    case 'addConstraint':
    case 'validateConstraint':
    case 'dropConstraint':
    case 'attachPartition':
    case 'detachPartition':
    case 'alterTableOther':
      // ALTER TABLE IF EXISTS on a table that a complete history does not hold locks nothing, but histories rarely are.
      return ofTableAction(action, impact);
    case 'createTable':
      return ofCreateTable(action, impact);
    case 'renameTable':
    case 'renameConstraint':
      return impact.lock(action.table, 'AccessExclusiveLock');
    case 'renameColumn':
      impact.lock(action.table, 'AccessExclusiveLock');
      for (const child of impact.descendantsOf(before.table(action.table)))
        impact.lockRelated(child, 'AccessExclusiveLock');
      return;
    case 'renameObject':
      return ofRename(action, impact);
    case 'setSchema':
      if (relationTypes.has(action.objectType)) impact.lock(action.object, 'AccessExclusiveLock');
      for (const sequence of impact.sequencesOf(before.table(action.object)))
        impact.lockRelated(sequence, 'AccessExclusiveLock');
      return;
    case 'createIndex':
      return ofCreateIndex(action, impact);
    case 'dropIndex':
      return ofDropIndex(action, impact);
    case 'reindex':
      return ofReindex(action, impact);
    case 'dropTable':
      return ofDropTable(action, impact);
    case 'dropObject':
      return ofDropObject(action, impact);
    case 'truncate': {
      lockTree(action.table, 'AccessExclusiveLock', impact);
      const table = before.table(action.table);
      for (const index of impact.indexesOf(table)) impact.lockRelated(index, 'AccessExclusiveLock');
      if (action.cascade) for (const key of table?.referencedBy ?? []) impact.lockKey(key, 'AccessExclusiveLock');
      return;
    }
    case 'insert':
      impact.lock(action.table, 'RowExclusiveLock');
      lockParents(action.table, undefined, impact);
      return readAll(action.reads, impact);
    case 'update':
    case 'delete':
      lockTree(action.table, 'RowExclusiveLock', impact);
      if (action.kind === 'update') lockParents(action.table, action.assigns, impact);
      return readAll(action.reads, impact);
    case 'select':
      for (const relation of action.reads) impact.lock(relation, action.locksRows ? 'RowShareLock' : 'AccessShareLock');
      return;
    case 'copy':
      if (action.table) impact.lock(action.table, action.from ? 'RowExclusiveLock' : 'AccessShareLock');
      return;
    case 'vacuum':
      if (action.vacuum) impact.forbidInTransaction();
      for (const name of action.tables) {
        impact.lock(name, action.full ? 'AccessExclusiveLock' : 'ShareUpdateExclusiveLock');
        if (action.full) impact.rewrite(before.table(name), name);
      }
      return;
    case 'cluster':
      if (!action.table) return impact.forbidInTransaction();
      impact.lock(action.table, 'AccessExclusiveLock');
      return impact.rewrite(before.table(action.table), action.table);
    case 'lockTable':
      for (const key of before.view(action.table)?.reads ?? []) impact.lockKey(key, action.mode);
      return lockTree(action.table, action.mode, impact);
    case 'refreshMaterializedView':
      impact.lock(action.view, action.concurrently ? 'ExclusiveLock' : 'AccessExclusiveLock', 'view');
      if (action.withData)
        for (const key of before.view(action.view)?.reads ?? []) impact.lockKey(key, 'AccessShareLock');
      if (!action.concurrently) impact.rewrite(undefined, action.view);
      return;
    case 'createView':
      if (before.relation(action.view)) impact.lock(action.view, 'AccessExclusiveLock', 'view');
      for (const relation of action.reads) impact.lock(relation, 'AccessShareLock');
      return;
    case 'createTrigger':
      return lockTree(action.table, 'ShareRowExclusiveLock', impact);
    case 'comment':
      // COMMENT ON CONSTRAINT c ON t: the table stands where a schema would.
      if (action.objectType === 'OBJECT_TABCONSTRAINT' && action.object?.schema !== undefined) {
        impact.lock({ schema: undefined, name: action.object.schema, span: undefined }, 'AccessShareLock');
      }
      if (action.object && commented.has(action.objectType)) impact.lock(action.object, 'ShareUpdateExclusiveLock');
      return;
    case 'setVariable':
    case 'transaction':
    case 'createEnum':
    case 'addEnumValue':
    case 'renameEnumValue':
    case 'createDomain':
    case 'createFunction':
    case 'createSchema':
    case 'createSequence':
    case 'createExtension':
      return;
    case 'merge':
      lockTree(action.table, 'RowExclusiveLock', impact);
      return readAll(action.reads, impact);
    case 'alterDomain':
      return ofAlterDomain(action, impact);
    case 'doBlock':
    case 'call':
      // What runs inside a DO block is analysed statement by statement; a procedure's body is not known here.
      if (action.kind === 'call') impact.notKnown();
      return;
    case 'other':
      return ofOther(action, impact);
  }
}

const relationTypes = new Set([
  'OBJECT_TABLE',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_SEQUENCE',
  'OBJECT_FOREIGN_TABLE',
]);
const onTable = new Set(['OBJECT_COLUMN', 'OBJECT_TRIGGER', 'OBJECT_POLICY', 'OBJECT_RULE']);
const commented = new Set([
  'OBJECT_TABLE',
  'OBJECT_COLUMN',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_INDEX',
  'OBJECT_FOREIGN_TABLE',
]);

function lockTree(name: ObjectName, mode: LockMode, impact: ImpactBuilder): void {
  impact.lock(name, mode);
  for (const child of impact.descendantsOf(impact.before.table(name))) impact.lockRelated(child, mode);
}

/** A row that is written with a foreign key locks the row it points to: SELECT … FOR KEY SHARE on the parent. */
function lockParents(name: ObjectName, assigned: readonly string[] | undefined, impact: ImpactBuilder): void {
  for (const { references, columns, enforced } of impact.before.table(name)?.constraints.values() ?? []) {
    const written = assigned === undefined || columns.some((column) => assigned.includes(column));
    if (references && written && enforced) impact.lockKey(references.table, 'RowShareLock');
  }
}

function readAll(relations: readonly ObjectName[], impact: ImpactBuilder): void {
  for (const relation of relations) impact.lock(relation, 'AccessShareLock');
}

function ofCreateTable(action: CreateTable, impact: ImpactBuilder): void {
  if (action.ifNotExists && impact.before.relation(action.table)) return;
  const references = [...action.constraints, ...action.columns.flatMap((column) => column.constraints)];
  for (const constraint of references) {
    const parent = constraint.references?.table;
    // A table that points to itself is not there yet.
    if (!parent || (parent.name === action.table.name && parent.schema === action.table.schema)) continue;
    lockTree(parent, 'ShareRowExclusiveLock', impact);
  }
  for (const like of [...action.like, ...action.reads]) impact.lock(like, 'AccessShareLock');
  for (const parent of action.inherits) impact.lock(parent, 'ShareUpdateExclusiveLock');
  if (action.partitionOf) {
    // CREATE TABLE … PARTITION OF locks the parent harder than ATTACH does (measured: create-partition-of).
    impact.lock(action.partitionOf.parent, 'AccessExclusiveLock');
    const parent = impact.before.table(action.partitionOf.parent);
    const fallback = impact
      .descendantsOf(parent)
      .find((child) => child.partitionOf === parent?.key && child.isDefaultPartition);
    if (fallback) {
      impact.lockRelated(fallback, 'AccessExclusiveLock');
      impact.scan(impact.label(fallback), 'partition', false);
    }
  }
}

/**
 * A constraint of a domain is checked in every table that has a column of it, under SHARE (measured: domain-validate):
 * writes wait.
 */
function ofAlterDomain(action: AlterDomain, impact: ImpactBuilder): void {
  const { operation, notValid } = action;
  if (operation !== 'validateConstraint' && operation !== 'setNotNull' && !(operation === 'addConstraint' && !notValid))
    return;
  const key = impact.before.type(action.domain)?.key;
  for (const relation of impact.before.relations()) {
    if (relation.kind !== 'table') continue;
    const has = [...relation.columns.values()].some(
      (column) => column.type && key !== undefined && isOfDomain(column.type, key, impact.before),
    );
    if (!has) continue;
    impact.lockRelated(relation, 'ShareLock');
    impact.scan(impact.label(relation), 'check', false);
  }
}

/** A column of the domain itself, or of a domain over it. */
function isOfDomain(type: Pick<ColumnType, 'schema' | 'name'>, key: string, before: SchemaState): boolean {
  const user = before.type(type);
  if (!user) return false;
  return user.key === key || (user.kind === 'domain' && user.base !== undefined && isOfDomain(user.base, key, before));
}

function ofRename(action: RenameObject, impact: ImpactBuilder): void {
  if (action.objectType === 'OBJECT_INDEX') return impact.lock(action.object, 'ShareUpdateExclusiveLock', 'index');
  // A trigger, policy or rule is told with its table, and renaming it locks that.
  if (relationTypes.has(action.objectType) || onTable.has(action.objectType))
    impact.lock(action.object, 'AccessExclusiveLock');
}

/** DROP TABLE locks the tables its foreign keys point to as hard as itself (measured: drop-table-fk-child). */
function ofDropTable(action: DropTable, impact: ImpactBuilder): void {
  const table = impact.before.table(action.table);
  impact.lock(action.table, 'AccessExclusiveLock');
  if (!table) return;
  for (const each of [table, ...impact.descendantsOf(table)]) {
    impact.lockRelated(each, 'AccessExclusiveLock');
    for (const owned of [...impact.indexesOf(each), ...impact.sequencesOf(each)])
      impact.lockRelated(owned, 'AccessExclusiveLock');
    for (const constraint of each.constraints.values()) {
      if (constraint.references) impact.lockKey(constraint.references.table, 'AccessExclusiveLock');
    }
  }
  if (table.partitionOf !== undefined) {
    const parent = impact.before.tableByKey(table.partitionOf);
    if (parent) impact.lockRelated(parent, 'AccessExclusiveLock');
    const fallback = impact
      .descendantsOf(parent)
      .find((child) => child.partitionOf === parent?.key && child.isDefaultPartition);
    if (fallback) impact.lockRelated(fallback, 'AccessExclusiveLock');
  }
  if (!action.cascade) return;
  for (const key of table.referencedBy) impact.lockKey(key, 'AccessExclusiveLock');
  for (const key of readers(table.key, impact.before)) impact.lockKey(key, 'AccessExclusiveLock');
}

function ofDropObject(action: DropObject, impact: ImpactBuilder): void {
  if (action.table) return lockTree(action.table, 'AccessExclusiveLock', impact);
  if (!relationTypes.has(action.objectType)) {
    // CASCADE reaches tables that only a catalog knows; those that the history knows are told.
    if (action.cascade && action.objectType !== 'OBJECT_FUNCTION') impact.notKnown();
    if (action.cascade)
      for (const table of reachedByCascade(action, impact)) impact.lockRelated(table, 'AccessExclusiveLock');
    return;
  }
  if (action.cascade && action.objectType === 'OBJECT_SEQUENCE') {
    for (const table of tablesWithDefaultFrom(action.object.name, impact.before))
      impact.lockRelated(table, 'AccessExclusiveLock');
  }
  const kind = action.objectType === 'OBJECT_SEQUENCE' ? 'sequence' : 'view';
  if (impact.before.relation(action.object) || !action.ifExists)
    impact.lock(action.object, 'AccessExclusiveLock', kind);
}

/** Tables in the schema that is dropped and the parents of their foreign keys; tables with a column of the type. */
function reachedByCascade(action: DropObject, impact: ImpactBuilder): Table[] {
  const { before } = impact;
  const tables = [...before.relations()].filter((relation): relation is Table => relation.kind === 'table');
  if (action.objectType === 'OBJECT_SCHEMA') {
    const inside = tables.filter((table) => table.schema === action.object.name);
    const keys = inside.flatMap((table) =>
      [...table.constraints.values()].flatMap(({ references }) => references?.table ?? []),
    );
    return [...inside, ...keys.flatMap((key) => before.tableByKey(key) ?? [])];
  }
  const type = before.type(action.object);
  if (!type) return [];
  return tables.filter((table) =>
    [...table.columns.values()].some((column) => column.type && before.type(column.type) === type),
  );
}
