import { whoWaits } from '../../server/src/impact/locks.js';
import type { Insert, ObjectName } from '../../server/src/sql/action.js';
import type { RowsWritten } from '../../server/src/sql/row-selection.js';
import {
  columnsAsked,
  rowsChosen,
  type RowsChosen,
  rowsMerged,
  rowsRead,
} from '../../server/src/schema/rows-chosen.js';
import type { Table } from '../../server/src/schema/model.js';
import type { SchemaState } from '../../server/src/schema/state.js';
import type { Span } from '../../server/src/sql/span.js';
import { insertWord, sourceOf } from '../questions/insert-source.js';
import { neverNull } from '../questions/no-match.js';
import { defineRule, type RuleContext } from '../engine/define-rule.js';
import { aLock, strongestHeld, takenAt } from '../questions/held.js';
import { nameOf } from '../engine/words.js';

/** A lock is given back at the end of its transaction, so rows that are changed behind ALTER TABLE are changed under its lock. */
export default defineRule({
  meta: {
    id: 'no-backfill-after-lock',
    category: 'lock-contention',
    severity: 'warning',
    summary: 'Fill or move rows in a transaction of their own, not behind a statement that locks a table.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES'],
    messages: {
      held: 'This transaction holds {lock} lock on {locked}, taken above, until it ends, and this {verb} goes through the rows of {table} first: all {who} on {locked} wait for as long as that takes.\nCommit the schema change, then change the rows in a migration of its own.',
    },
  },

  check: {
    update(action, context) {
      if (!context.transaction.open) return;
      // What matches no row is reported as that.
      if (neverNull(action, context) !== undefined) return;
      return report(action.table, action.keyword, 'UPDATE', chosen(action.rows, action.table, context), context);
    },
    delete: (action, context) =>
      context.transaction.open
        ? report(action.table, action.keyword, 'DELETE', chosen(action.rows, action.table, context), context)
        : undefined,
    merge(action, context) {
      if (!context.transaction.open) return;
      const choice = rowsMerged(action, context.before, context.transaction.by === 'block');
      return report(action.table, action.keyword, 'MERGE', choice === 'every' ? 'many' : choice, context);
    },
    insert(action, context) {
      if (!context.transaction.open) return;
      const source = sourceOf(action, context);
      return source && report(source, insertWord(context), 'INSERT', read(action, source, context), context);
    },
  },
});

function report(table: ObjectName, at: Span, verb: string, choice: RowsChosen, context: RuleContext) {
  const { before, runsLater, reportedBefore } = context;
  if (runsLater || choice === 'few' || before.isUnused(table)) return;
  // LOCK TABLE is there to keep others out while the rows change.
  const held = strongestHeld(context, (_key, each) => !each.statement.actions.some(({ kind }) => kind === 'lockTable'));
  if (!held) return;
  // Rows of one kind may be few in a small table; behind a lock on that very table it is read all the same.
  if (choice === 'some' && held.lock.relation.key !== before.table(table)?.key) return;
  const { mode, relation } = held.lock;
  const data = { lock: aLock(mode), locked: relation.label, verb, table: nameOf(table), who: whoWaits(mode) };
  // Every row under a lock that stops reads: how long depends on the table alone.
  const severity = choice === 'every' && mode === 'AccessExclusiveLock' ? ('error' as const) : ('warning' as const);
  // Once in a file, and where it is certain: the others go with the same change.
  if (reportedBefore && severity !== 'error') return;
  return { at, message: 'held' as const, data, severity, related: [takenAt(held)] };
}

function chosen(rows: RowsWritten, table: ObjectName, { before, transaction }: RuleContext): RowsChosen {
  const choice = rowsChosen(rows, before, transaction.by === 'block');
  return choice === 'some' && hasIndexFor(columnsAsked(rows), before.table(table), before) ? 'few' : choice;
}

/** What INSERT reads of the table. */
function read({ source }: Insert, table: ObjectName, { before, transaction }: RuleContext): RowsChosen {
  const choice = rowsRead(source, before, transaction.by === 'block');
  if (choice !== 'some' || !source?.query) return choice;
  const { query } = source;
  const asked = [...query.relations.keys()].flatMap((target) => columnsAsked({ ...query, target }));
  return hasIndexFor(asked, before.table(table), before) ? 'few' : choice;
}

/** True when an index begins with a column of the condition: the rows are found without reading the table. */
function hasIndexFor(columns: readonly string[], table: Table | undefined, before: SchemaState): boolean {
  return [...(table?.indexes ?? [])].some((key) => {
    const index = before.relationByKey(key);
    const [first] = index?.kind === 'index' ? index.columns : [];
    return first !== undefined && columns.includes(first);
  });
}
