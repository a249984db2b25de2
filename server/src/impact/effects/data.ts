import type { Table } from '../../schema/model.js';
import type { ActionOf, CreateView, FunctionCall, Insert, ObjectName, Select, Truncate } from '../../sql/action.js';
import { indexesOn } from '../../schema/renames.js';
import { isBuiltIn } from '../volatility.js';
import type { ImpactBuilder } from '../impact.js';
import type { LockMode } from '../locks.js';
import { sequenceNamed } from '../sequences.js';

type DataAction = ActionOf<
  'insert' | 'update' | 'delete' | 'merge' | 'select' | 'copy' | 'lockTable' | 'refreshMaterializedView' | 'createView'
>;

/** Statements that read and write rows. Measured: group DML and test/impact/beyond. */
export function ofData(action: DataAction, impact: ImpactBuilder): void {
  switch (action.kind) {
    case 'insert':
      return ofInsert(action, impact);
    case 'update':
    case 'delete':
      writeTo(action.table, impact);
      if (action.kind === 'update') {
        lockAbove(action.table, impact);
        lockParents(action.table, action.assigns, impact);
        ofCalls(action.calls, impact);
      }
      if (action.kind === 'delete') lockPointing(impact.before.table(action.table), impact);
      return readAll(action.reads, impact);
    case 'merge':
      writeTo(action.table, impact);
      lockParents(action.table, action.assigns, impact);
      return readAll(action.reads, impact);
    case 'select':
      return ofSelect(action, impact);
    case 'copy':
      if (action.table) {
        if (action.from) writeTo(action.table, impact);
        else impact.lock(action.table, 'AccessShareLock');
      }
      return readAll(action.reads, impact);
    case 'lockTable':
      for (const key of impact.before.view(action.table)?.reads ?? []) lockBelow(key, action.mode, impact);
      return lockTree(action.table, action.mode, impact);
    case 'refreshMaterializedView': {
      const view = impact.before.view(action.view);
      impact.lock(action.view, action.concurrently ? 'ExclusiveLock' : 'AccessExclusiveLock', 'view');
      if (action.withData) for (const key of view?.reads ?? []) lockBelow(key, 'AccessShareLock', impact);
      if (action.concurrently) return;
      if (action.withData) impact.rewrite(undefined, action.view);
      for (const index of view ? indexesOn(view.key, impact.before) : [])
        impact.lockRelated(index, 'AccessExclusiveLock');
      return;
    }
    case 'createView':
      return ofCreateView(action, impact);
  }
}

function ofCreateView(action: CreateView, impact: ImpactBuilder): void {
  if (impact.before.relation(action.view)) impact.lock(action.view, 'AccessExclusiveLock', 'view');
  // A recursive view names itself, and is not there yet.
  const others = action.reads.filter(
    ({ schema, name }) => schema !== undefined || name !== action.view.name || impact.before.relation(action.view),
  );
  // A plain view is only parsed; the query of a materialized one runs.
  for (const relation of others) {
    if (action.materialized && action.withData) readRelation(relation, 'AccessShareLock', impact);
    else impact.lock(relation, 'AccessShareLock');
  }
}

function ofSelect(action: Select, impact: ImpactBuilder): void {
  for (const relation of action.locked) readRelation(relation, 'RowShareLock', impact);
  readAll(action.reads, impact);
  ofCalls(action.calls, impact);
  // What a function of the user's own does is not known from its call.
  if (action.calls.some(({ function: name }) => !isBuiltIn(name) || impact.before.function(name))) impact.notKnown();
}

/** nextval and setval write to their sequence. */
function ofCalls(calls: readonly FunctionCall[] | undefined, impact: ImpactBuilder): void {
  const writing = calls?.filter(
    ({ function: { name } }) => name === 'nextval' || name === 'setval' || name === 'currval',
  );
  for (const call of writing ?? []) {
    const [name] = call.strings;
    if (name !== undefined) impact.lock(sequenceNamed(name), 'RowExclusiveLock', 'sequence');
  }
  if (!writing?.some(({ strings: [name] }) => name === undefined)) return;
  for (const { function: called, strings } of calls ?? []) {
    const [table, column] = strings;
    if (called.name !== 'pg_get_serial_sequence' || table === undefined || column === undefined) continue;
    for (const sequence of impact.sequencesOf(impact.before.table(sequenceNamed(table)), column))
      impact.lockRelated(sequence, 'RowExclusiveLock');
  }
}

function ofInsert(action: Insert, impact: ImpactBuilder): void {
  // Which partition gets the row depends on the row; an inheriting table gets none.
  writeTo({ ...action.table, only: true }, impact);
  lockAbove(action.table, impact);
  lockParents(action.table, undefined, impact);
  const table = impact.before.table(action.table);
  const names = [...(table?.columns.keys() ?? [])];
  // Without VALUES and without a list it is not known how many columns the query gives.
  const listed = action.columns ?? (action.width === undefined ? names : names.slice(0, action.width));
  const given = new Set(listed.filter((_, at) => !action.defaulted?.includes(at)));
  for (const column of table?.columns.values() ?? []) {
    if (given.has(column.name)) continue;
    const called = column.default === undefined ? undefined : /\bnextval\s*\(\s*'([^']+)'/i.exec(column.default)?.[1];
    if (called !== undefined) impact.lock(sequenceNamed(called), 'RowExclusiveLock', 'sequence');
    else if (column.identity || column.default === 'nextval()')
      for (const sequence of impact.sequencesOf(table, column.name)) impact.lockRelated(sequence, 'RowExclusiveLock');
  }
  ofCalls(action.calls, impact);
  readAll(action.reads, impact);
}

/** The table with what inherits from it; through a view the first table that it reads. */
function writeTo(name: ObjectName, impact: ImpactBuilder): void {
  lockTree(name, 'RowExclusiveLock', impact);
  const view = impact.before.view(name);
  if (view?.kind !== 'view') return;
  for (const [index, key] of view.reads.entries())
    lockBelow(key, index === 0 && view.reads.length === 1 ? 'RowExclusiveLock' : 'AccessShareLock', impact);
}

/** A row that is put straight into a partition is held against the bounds of all tables above (measured). */
function lockAbove(name: ObjectName, impact: ImpactBuilder): void {
  for (const above of impact.ancestorsOf(impact.before.table(name))) impact.lockRelated(above, 'AccessShareLock');
}

/** TRUNCATE. Measured: group TRUNCATE. */
export function ofTruncate(action: Truncate, impact: ImpactBuilder): void {
  const table = impact.before.table(action.table);
  lockTree(action.table, 'AccessExclusiveLock', impact);
  const reached = new Map<string, Table>();
  const reach = (each: Table | undefined): void => {
    if (!each || reached.has(each.key)) return;
    reached.set(each.key, each);
    if (!action.table.only || each !== table) for (const child of impact.descendantsOf(each)) reach(child);
    if (action.cascade) for (const key of each.referencedBy) reach(impact.before.tableByKey(key));
  };
  reach(table);
  for (const each of reached.values()) {
    impact.lockRelated(each, 'AccessExclusiveLock');
    if (!each.partitionBy) for (const index of impact.indexesOf(each)) impact.lockRelated(index, 'AccessExclusiveLock');
    if (action.restartIdentity)
      for (const sequence of impact.sequencesOf(each)) impact.lockRelated(sequence, 'AccessExclusiveLock');
  }
}

/** Locks a table with its partitions and inheriting tables, unless the statement says ONLY. */
export function lockTree(name: ObjectName, mode: LockMode, impact: ImpactBuilder): void {
  impact.lock(name, mode);
  if (name.only) return;
  for (const child of impact.descendantsOf(impact.before.table(name))) impact.lockRelated(child, mode);
}

/** Reads a relation: a view with everything that it reads, a table with its partitions and inheriting tables. */
export function readRelation(name: ObjectName, mode: LockMode, impact: ImpactBuilder): void {
  lockTree(name, mode, impact);
  const view = impact.before.view(name);
  if (view?.kind === 'view') for (const key of view.reads) lockBelow(key, mode, impact);
}

/** A view with everything below it, each relation once: views read one another many times over. */
function lockBelow(first: string, mode: LockMode, impact: ImpactBuilder): void {
  const seen = new Set<string>();
  const open = [first];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    const relation = seen.has(key) ? undefined : impact.before.relationByKey(key);
    seen.add(key);
    if (!relation) continue;
    impact.lockRelated(relation, mode);
    if (relation.kind === 'view') open.push(...[...relation.reads].reverse());
    if (relation.kind === 'table') for (const child of impact.descendantsOf(relation)) impact.lockRelated(child, mode);
  }
}

function readAll(relations: readonly ObjectName[], impact: ImpactBuilder): void {
  for (const relation of relations) readRelation(relation, 'AccessShareLock', impact);
}

/** A row that is written with a foreign key locks the row it points to: SELECT … FOR KEY SHARE on the parent. */
function lockParents(name: ObjectName, assigned: readonly string[] | undefined, impact: ImpactBuilder): void {
  for (const { references, columns, enforced } of impact.before.table(name)?.constraints.values() ?? []) {
    const written = assigned === undefined || columns.some((column) => assigned.includes(column));
    if (references && written && enforced) impact.lockKey(references.table, 'RowShareLock');
  }
}

/** A row that goes is looked for in the tables that point to it; ON DELETE CASCADE and its kin write there. */
function lockPointing(table: Table | undefined, impact: ImpactBuilder, seen = new Set<string>()): void {
  if (!table || seen.has(table.key)) return;
  seen.add(table.key);
  for (const key of table.referencedBy) {
    const child = impact.before.tableByKey(key);
    for (const { references, enforced } of child?.constraints.values() ?? []) {
      if (!child || references?.table !== table.key || !enforced) continue;
      const isOnlyRead = references.onDelete === 'no action' || references.onDelete === 'restrict';
      impact.lockRelated(child, isOnlyRead ? 'RowShareLock' : 'RowExclusiveLock');
      if (references.onDelete === 'cascade') lockPointing(child, impact, seen);
    }
  }
}
