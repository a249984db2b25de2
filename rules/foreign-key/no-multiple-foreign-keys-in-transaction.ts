import type { Action, ObjectName } from '../../server/src/sql/action.js';
import { atLeast, type LockMode, whoWaits } from '../../server/src/impact/locks.js';
import { keyFor } from '../../server/src/schema/keys.js';
import { aLock } from '../questions/held.js';
import { defineRule, type RuleContext } from '../engine/define-rule.js';
import { type AddedKey, addedKeys, isSameTable } from '../questions/foreign-keys.js';
import { listed, nameOf } from '../engine/words.js';

/** Each foreign key locks its parent and child until the transaction ends; taken one after the other, they meet the application's locks in another order. */
export default defineRule({
  meta: {
    id: 'no-multiple-foreign-keys-in-transaction',
    category: 'foreign-key',
    severity: 'warning',
    summary: 'Add foreign keys to different tables in different transactions.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-DEADLOCKS'],
    messages: {
      several:
        'This transaction already holds {lock} lock on {held}, taken above, and keeps it while it waits for {parent}: {who} wait there, and an application transaction that writes to both in another order deadlocks with it (error 40P01).\nAdd one foreign key in each transaction.',
    },
  },

  checkStatement(context) {
    const { before, statement, runsLater, reportedBefore, transaction, earlierInTransaction } = context;
    if (runsLater || reportedBefore || transaction.by === 'block' || !statement.actions.some(mayAddKeys)) return;
    const here = statement.actions.flatMap((action) => keysOf(action, context));
    if (here.length === 0) return;
    // One CREATE TABLE takes its locks at once and lets them go at once.
    const first = (['createTable', 'addColumn', 'addConstraint'] as const).flatMap((kind) =>
      [...earlierInTransaction.actions(kind)].flatMap((action) => keysOf(action, context)),
    );
    const isNewTable = statement.actions.some((action) => action.kind === 'createTable');
    const held: AddedKey[] = [...first];
    for (const key of here) {
      if (isLockedAlready(key, context)) continue;
      const others = distinct(
        held.map(({ parent }) => parent).filter((parent) => !isSameTable(parent, key.parent, before)),
        context,
      );
      if (others.length > 0 && (!isNewTable || first.length > 0)) {
        const childrenAreNew = [...held, key].every(({ table }) => isMadeHere(table, context));
        const mode = strongestOf(others, context);
        const data = {
          lock: aLock(mode),
          held: listed(others.map(nameOf)),
          who: whoWaits(mode),
          parent: nameOf(key.parent),
        };
        return {
          at: key.parent.span ?? key.span,
          message: 'several',
          data,
          ...(childrenAreNew ? { severity: 'info' as const } : {}),
        };
      }
      held.push(key);
    }
    return;
  },
});

/** Nothing is waited for where the transaction has the lock, or where this very statement drops a key to the same table. */
function isLockedAlready({ parent }: AddedKey, { before, held, impact, statement }: RuleContext): boolean {
  const key = keyIn(parent, before);
  const mode = held.get(key)?.lock.mode;
  if (mode !== undefined && atLeast(mode, 'ShareRowExclusiveLock')) return true;
  const drops = statement.actions.some(({ kind }) => kind === 'dropConstraint' || kind === 'dropColumn');
  return drops && impact.locks.some((lock) => lock.relation.key === key && lock.mode === 'AccessExclusiveLock');
}

/** The strongest lock that the transaction holds on tables that foreign keys point to. */
function strongestOf(tables: readonly ObjectName[], { before, held }: RuleContext): LockMode {
  return tables.reduce<LockMode>((strongest, table) => {
    const mode = held.get(keyIn(table, before))?.lock.mode ?? strongest;
    return atLeast(mode, strongest) ? mode : strongest;
  }, 'ShareRowExclusiveLock');
}

function keyIn(table: ObjectName, before: RuleContext['before']): string {
  return keyFor(before, table);
}

function mayAddKeys({ kind }: Action): boolean {
  return kind === 'createTable' || kind === 'addColumn' || kind === 'addConstraint';
}

/** The foreign keys of a statement to tables that others use. */
function keysOf(action: Action, { before }: RuleContext): AddedKey[] {
  if (action.kind !== 'createTable' && action.kind !== 'addColumn' && action.kind !== 'addConstraint') return [];
  const constraints =
    action.kind === 'createTable'
      ? [...action.columns.flatMap((column) => column.constraints), ...action.constraints]
      : undefined;
  const keys = constraints
    ? constraints.flatMap((constraint) =>
        constraint.references
          ? [{ constraint, table: action.table, parent: constraint.references.table, span: constraint.span }]
          : [],
      )
    : addedKeys(action, before);
  return keys.filter(({ table, parent }) => !isSameTable(table, parent, before) && !before.isUnused(parent));
}

/** True for a table that this release has made, this statement included. */
function isMadeHere(table: ObjectName, { before, statement }: RuleContext): boolean {
  return (
    before.isUnused(table) ||
    statement.actions.some((action) => action.kind === 'createTable' && action.table.name === table.name)
  );
}

function distinct(tables: readonly ObjectName[], { before }: RuleContext): ObjectName[] {
  return tables.filter((table, index) => tables.findIndex((other) => isSameTable(table, other, before)) === index);
}
