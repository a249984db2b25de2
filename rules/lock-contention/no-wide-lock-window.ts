import { atLeast } from '../../server/src/impact/locks.js';
import { ancestorsOf } from '../../server/src/schema/descendants.js';
import { keyFor } from '../../server/src/schema/keys.js';
import type { Action, ObjectName } from '../../server/src/sql/action.js';
import { defineRule, type HeldLock, type RuleContext } from '../engine/define-rule.js';
import { takenAt } from '../questions/held.js';
import { listed } from '../engine/words.js';

/** Locks add up until COMMIT; an application that takes the same tables in another order meets the migration in a deadlock. */
export default defineRule({
  meta: {
    id: 'no-wide-lock-window',
    category: 'lock-contention',
    severity: 'warning',
    summary: 'Lock one existing table in a transaction, not several.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-DEADLOCKS'],
    messages: {
      several:
        'With {table}, this transaction has altered {count} existing tables ({tables}) and keeps their locks: each is locked while the migration waits for the next, and an application that takes them in another order deadlocks with it.\nCommit after each table.',
    },
  },

  checkStatement(context) {
    const { transaction, runsLater, held } = context;
    if (runsLater || !transaction.open || held.size === 0 || held.size > 20) return;
    // The second half of a swap: a commit between both would leave a moment without the name.
    if (context.statement.actions.some((action) => takesPlace(action, context))) return;
    const locked = families(context, [...held.values()].filter(isOwn));
    const fresh = new Map<string, string>();
    for (const name of context.statement.actions.map(altered)) {
      const key = name && familyOf(context, keyFor(context.before, name));
      const lock =
        key &&
        context.impact.locks.find(
          (each) =>
            each.relation.key === key && !each.isNew && each.kind === 'table' && atLeast(each.mode, 'ShareLock'),
        );
      if (name && key && lock && !locked.has(key) && !context.before.isUnused(name))
        fresh.set(key, lock.relation.label);
    }
    const count = locked.size + fresh.size;
    // Reported where the second and the third table come, not at every one behind them.
    if (fresh.size === 0 || locked.size === 0 || locked.size > 2) return;
    const words = context.statement.tokens().filter((token) => token.kind === 'word');
    return {
      at: { start: 0, end: (words[1] ?? words[0])?.end ?? context.statement.text.length },
      message: 'several',
      data: {
        table: listed([...fresh.values()]),
        count: String(count),
        tables: listed([...[...locked.values()].map(({ lock }) => lock.relation.label), ...fresh.values()]),
      },
      // Who begins with LOCK TABLE means to hold all of them.
      severity: count > 2 && ![...locked.values()].some(isExplicit) ? 'warning' : 'info',
      related: [...locked.values()].map(takenAt),
    };
  },
});

/** The table that an action alters, rather than one that it only touches, as a foreign key does its parent. */
function altered(action: Action): ObjectName | undefined {
  switch (action.kind) {
    case 'addColumn':
    case 'dropColumn':
    case 'alterColumnType':
    case 'setDefault':
    case 'dropDefault':
    case 'setNotNull':
    case 'dropNotNull':
    case 'addConstraint':
    case 'dropConstraint':
    case 'alterTableOther':
    case 'renameTable':
    case 'renameColumn':
    case 'renameConstraint':
    case 'truncate':
    case 'lockTable':
      return action.table;
    case 'createIndex':
    case 'createTrigger':
      return action.table;
    default:
      return undefined;
  }
}

function takesPlace(action: Action, { earlierInTransaction }: RuleContext): boolean {
  if (action.kind !== 'renameTable') return false;
  const isAside = (other: Action): boolean => other.kind === 'renameTable' && other.table.name === action.to;
  return earlierInTransaction.naming(action.to).some(isAside);
}

function isExplicit({ statement }: HeldLock): boolean {
  return statement.actions.some(({ kind }) => kind === 'lockTable');
}

/** A lock on a table that its statement alters. */
function isOwn({ lock, statement }: HeldLock): boolean {
  return statement.actions.some((action) => {
    const name = altered(action);
    return name?.name === lock.relation.name;
  });
}

/** A partition and its table are one: the statement on the one takes the other. */
function familyOf({ before }: RuleContext, key: string): string {
  const table = before.tableByKey(key);
  return (table && ancestorsOf(table, (each) => before.tableByKey(each)).at(-1)?.key) ?? key;
}

function families(context: RuleContext, locks: readonly HeldLock[]): Map<string, HeldLock> {
  const found = new Map<string, HeldLock>();
  for (const each of locks) {
    const key = familyOf(context, each.lock.relation.key);
    if (!found.has(key)) found.set(key, each);
  }
  return found;
}
