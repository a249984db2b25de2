import type { Table } from '../../server/src/schema/model.js';
import { foreignKeyLike, isProvenBelow } from '../../server/src/schema/proven-below.js';
import type { ObjectName } from '../../server/src/sql/action.js';
import { type LockMode, whoWaits } from '../../server/src/impact/locks.js';
import { defineRule, type RuleContext } from '../engine/define-rule.js';
import { isSameTable } from '../questions/foreign-keys.js';
import { aLock } from '../questions/held.js';
import { validateSeparately } from '../fixes/validate-separately.js';
import { headOf, nameOf } from '../engine/words.js';

/** ADD FOREIGN KEY takes SHARE ROW EXCLUSIVE on both tables and holds it while it checks every row of the child. */
export default defineRule({
  meta: {
    id: 'require-foreign-key-not-valid',
    aliases: ['adding-foreign-key-constraint'],
    category: 'foreign-key',
    severity: 'error',
    summary: 'Add a foreign key NOT VALID and validate it in a later transaction.',
    byRows: true,
    recommended: true,
    fix: 'safe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT'],
    messages: {
      blocksBoth:
        'Adding this foreign key checks every row of {table} while it holds {lock} lock on {table} and {other} on {parent}: {who} wait.\nAdd it NOT VALID, then VALIDATE it in a later transaction.',
      ownRows:
        'Adding this foreign key checks every row of {table} while it holds {lock} lock on {table}: {who} wait.\nAdd it NOT VALID, then VALIDATE it in a later transaction.',
      partitioned:
        'Adding this foreign key checks every row of {table} while it holds a SHARE ROW EXCLUSIVE lock on {table}, its partitions and {parent}: writes wait. PostgreSQL before 18 has no NOT VALID foreign key on a partitioned table.\nAdd it to each partition NOT VALID, validate those, then add it to {table}.',
      columnDefault:
        'Adding {column} with a default and a foreign key checks every row while it holds ACCESS EXCLUSIVE on {table} and SHARE ROW EXCLUSIVE on {parent}.\nAdd the column first, then the foreign key NOT VALID, then VALIDATE it in a later transaction.',
    },
  },

  check: {
    addConstraint(action, context) {
      const { constraint } = action;
      const parent = constraint.references?.table;
      if (
        constraint.kind !== 'foreignKey' ||
        !parent ||
        constraint.notValid ||
        constraint.notEnforced ||
        nobodyWaits(action.table, parent, context) ||
        failsOnRows(constraint.columns, context)
      )
        return;
      const data = { table: nameOf(action.table), parent: nameOf(parent) };
      const table = context.before.table(action.table);
      const isProven = (each: Table): boolean => foreignKeyLike(context.before, each, constraint)?.validated === true;
      // PostgreSQL takes the keys of the partitions over and reads nothing.
      if (isProvenBelow(context.before, table, isProven)) return;
      if (table?.partitionBy && context.target.postgres < 18)
        return { at: headOf(constraint.span, context.statement), message: 'partitioned', data };
      const mode =
        context.impact.locks.find(({ relation }) => relation.key === table?.key)?.mode ?? 'ShareRowExclusiveLock';
      // Nobody waits for a parent that this release has made.
      const isOwn = isSameTable(parent, action.table, context.before) || context.before.isUnused(parent);
      return {
        at: headOf(constraint.span, context.statement),
        message: isOwn ? 'ownRows' : 'blocksBoth',
        data: { ...data, ...locksInWords(mode, data, isOwn) },
        fixes: [validateSeparately(action, context)],
      };
    },

    addColumn(action, context) {
      const { column } = action;
      // Without a default the new column is NULL everywhere and nothing is checked (measured: addcol-references).
      if (!column.default || /^null$/i.test(column.default.expression.text)) return;
      const key = column.constraints.find((constraint) => constraint.kind === 'foreignKey');
      if (!key?.references || nobodyWaits(action.table, key.references.table, context)) return;
      return {
        at: headOf(key.span, context.statement),
        message: 'columnDefault',
        data: { column: column.name, table: nameOf(action.table), parent: nameOf(key.references.table) },
      };
    },
  },
});

/** The lock on the table is the statement's strongest; the one on the parent is the key's own. */
function locksInWords(
  mode: LockMode,
  { table, parent }: { readonly table: string; readonly parent: string },
  isOwn: boolean,
): { lock: string; other: string; who: string } {
  const isAlike = mode === 'ShareRowExclusiveLock';
  const both = isAlike ? 'writes to both' : `${whoWaits(mode)} on ${table} and writes to ${parent}`;
  return {
    lock: aLock(mode),
    other: isAlike ? 'one' : aLock('ShareRowExclusiveLock'),
    who: isOwn ? whoWaits(mode) : both,
  };
}

/** With a new column that is NOT NULL and has no default, the statement runs on an empty table alone; that is reported there. */
function failsOnRows(columns: readonly string[], { statement }: RuleContext): boolean {
  return statement.actions.some(
    (action) =>
      action.kind === 'addColumn' &&
      columns.includes(action.column.name) &&
      action.column.notNull !== undefined &&
      !action.column.default &&
      !action.column.generated &&
      !action.column.identity,
  );
}

/** There is nothing to check in a new table; rows that this release has put there are nobody's yet, nor is its parent's lock. */
function nobodyWaits(table: ObjectName, parent: ObjectName, { before }: RuleContext): boolean {
  return before.isNew(table) || (before.isUnused(table) && before.isUnused(parent));
}
