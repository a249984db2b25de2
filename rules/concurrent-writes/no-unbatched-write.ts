import { catalogColumns } from '../../server/src/schema/catalog-columns.js';
import { rowsChosen, type RowsChosen, rowsMerged, rowsRead } from '../../server/src/schema/rows-chosen.js';
import type { Delete, Insert, Merge, Update } from '../../server/src/sql/action.js';
import { defineRule, type RuleContext } from '../engine/define-rule.js';
import { insertWord, sourceOf } from '../questions/insert-source.js';
import { neverNull } from '../questions/no-match.js';
import { nameOf } from '../engine/words.js';

/** One UPDATE of many rows keeps a lock on each until it commits, doubles them on disk and floods the replicas. */
export default defineRule({
  meta: {
    id: 'no-unbatched-write',
    category: 'concurrent-writes',
    severity: 'error',
    summary: 'Change many rows in batches, each with a commit of its own.',
    bySize: true,
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-ROWS'],
    messages: {
      nothing:
        'No row of {table} has NULL in {column}: ADD COLUMN has filled it with its default, or it is NOT NULL. This {verb} changes nothing.\nSay which rows it is meant for, or leave it out.',
      whole:
        'This {verb} changes every row of {table} at once: writers of those rows wait until it commits, the table bloats and replicas fall behind.\nChange at most 10,000 rows at a time, by key, with a commit after each batch.',
      unbatched:
        'This {verb} changes every row of {table} that matches, at once: their writers wait until it commits, the table bloats and replicas fall behind.\nChange at most 10,000 rows at a time, by key, with a commit after each batch, unless few rows match.',
      copied:
        'This INSERT copies {which} of {source} into {table} in one transaction: replicas fall behind until it commits, and VACUUM cleans nothing meanwhile.\nCopy at most 10,000 rows at a time, by key, with a commit after each batch, unless there are few.',
    },
  },

  check: {
    update: (action, context) => report(action, context),
    delete: (action, context) => report(action, context),
    merge(action, context) {
      if (!action.changesRows) return;
      return report(action, context);
    },
    insert: copied,
  },
});

/** Nobody waits for the new rows; what it costs is the length of the transaction. */
function copied(action: Insert, context: RuleContext) {
  const { before, runsLater, transaction } = context;
  // How many groups there are nobody knows.
  if (
    !action.source ||
    action.source.isAggregate ||
    runsLater ||
    before.isUnused(action.table) ||
    before.view(action.table)
  )
    return;
  const source = sourceOf(action, context);
  const choice = source && rowsRead(action.source, before, transaction.by === 'block');
  if (!source || (choice !== 'every' && choice !== 'many')) return;
  const data = {
    which: choice === 'every' ? 'every row' : 'all rows that match',
    source: nameOf(source),
    table: nameOf(action.table),
  };
  return { at: insertWord(context), message: 'copied' as const, data, severity: 'info' as const };
}

function report(action: Update | Delete | Merge, context: RuleContext) {
  const { before, runsLater } = context;
  // A function's body works on the rows it is called for.
  if (runsLater || before.isUnused(action.table) || before.view(action.table)) return;
  // Catalogs have a rule of their own.
  const { schema = 'pg_catalog', name } = action.table;
  if (schema === 'pg_catalog' && catalogColumns[`pg_catalog.${name}`] !== undefined && !before.relation(action.table))
    return;
  const data = { verb: action.kind.toUpperCase(), table: nameOf(action.table) };
  const column = action.kind === 'merge' ? undefined : neverNull(action, context);
  if (column !== undefined)
    return { at: action.keyword, message: 'nothing' as const, data: { ...data, column }, severity: 'info' as const };
  const chosen = rowsOf(action, context);
  if (chosen === 'few') return;
  if (chosen === 'every') return { at: action.keyword, message: 'whole' as const, data };
  const severity = chosen === 'some' ? ('info' as const) : ('warning' as const);
  return { at: action.keyword, message: 'unbatched' as const, data, severity };
}

function rowsOf(action: Update | Delete | Merge, { before, transaction }: RuleContext): RowsChosen {
  const inBlock = transaction.by === 'block';
  return action.kind === 'merge' ? rowsMerged(action, before, inBlock) : rowsChosen(action.rows, before, inBlock);
}
