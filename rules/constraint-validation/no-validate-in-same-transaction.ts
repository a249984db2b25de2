import { atLeast, type LockMode, whoWaits } from '../../server/src/impact/locks.js';
import { keyFor } from '../../server/src/schema/keys.js';
import type { ObjectName, ValidateConstraint } from '../../server/src/sql/action.js';
import { defineRule, type RuleContext } from '../engine/define-rule.js';
import { aLock } from '../questions/held.js';
import { nameOf } from '../engine/words.js';
import { isSameTable } from '../questions/foreign-keys.js';

/**
 * The lock of ADD … NOT VALID is held to the end of the transaction, so a VALIDATE in it reads every row under that
 * lock (measured: check-not-valid-and-validate-one-tx, …-one-alter, fk-not-valid-and-validate-one-tx).
 */
export default defineRule({
  meta: {
    id: 'no-validate-in-same-transaction',
    category: 'constraint-validation',
    severity: 'error',
    summary: 'Validate a constraint in a later transaction than the one that adds it NOT VALID.',
    bySize: true,
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-VALIDATE-CONSTRAINT'],
    messages: {
      check:
        '{constraint} is added in this same {unit}, whose ACCESS EXCLUSIVE lock on {table} is still held: VALIDATE reads every row under it, and all reads and writes wait, as if NOT VALID were not there.\nValidate it in a transaction of its own, afterwards.',
      foreignKey:
        '{constraint} is added in this same {unit}, which still holds {lock} lock on {table}{parent}: VALIDATE reads every row under it, and {who} wait, as if NOT VALID were not there.\nValidate it in a transaction of its own, afterwards.',
    },
  },

  check: {
    validateConstraint(action, context) {
      const { before, statement, runsLater, earlierInTransaction } = context;
      if (runsLater || before.isUnused(action.table)) return;
      const here = statement.actions.find((other) => adds(other, action, context));
      const add = here ?? earlierInTransaction.naming(action.table.name).find((other) => adds(other, action, context));
      if (add?.kind !== 'addConstraint') return;
      const parent = add.constraint.references?.table;
      const data = {
        constraint: action.constraint,
        table: nameOf(action.table),
        unit: here ? 'ALTER TABLE' : 'transaction',
      };
      const mode = lockOn(action.table, context);
      return parent
        ? {
            at: action.span,
            message: 'foreignKey',
            data: {
              ...data,
              lock: aLock(mode),
              who: whoWaits(mode),
              parent:
                before.isUnused(parent) || isSameTable(parent, action.table, before)
                  ? ''
                  : ` and locks ${nameOf(parent)}, too`,
            },
          }
        : { at: action.span, message: 'check', data };
    },
  },
});

/** The strongest lock on the table that is held when VALIDATE reads it. */
function lockOn(table: ObjectName, { before, held, impact }: RuleContext): LockMode {
  const key = keyFor(before, table);
  const modes = [held.get(key)?.lock.mode, impact.locks.find((lock) => lock.relation.key === key)?.mode];
  return modes.reduce<LockMode>(
    (strongest, mode) => (mode !== undefined && atLeast(mode, strongest) ? mode : strongest),
    'ShareRowExclusiveLock',
  );
}

function adds(
  other: RuleContext['statement']['actions'][number],
  { table, constraint }: ValidateConstraint,
  { before }: RuleContext,
): boolean {
  if (other.kind !== 'addConstraint' || !other.constraint.notValid) return false;
  const same = before.table(table)?.key === before.table(other.table)?.key && other.table.name === table.name;
  if (!same) return false;
  const { name, kind, columns } = other.constraint;
  if (name !== undefined) return name === constraint;
  // The name that PostgreSQL has chosen stands in the schema; the table may be one that no file makes.
  const known = before.table(table)?.constraints.get(constraint);
  return known?.kind === kind && known.columns.join() === columns.join();
}
