import { whoWaits } from '../../server/src/impact/locks.js';
import type { Insert, ObjectName, SourceText } from '../../server/src/sql/action.js';
import { isKeyword, nameOf as tokenName } from '../../server/src/sql/lexer.js';
import { lexed } from '../../server/src/sql/lexed.js';
import type { Table } from '../../server/src/schema/model.js';
import type { SchemaState } from '../../server/src/schema/state.js';
import type { Span } from '../../server/src/sql/span.js';
import { neverNull } from '../engine/no-match.js';
import { defineRule, type RuleContext } from '../engine/define-rule.js';
import { type Choice, isAlwaysTrue, rowsChosen } from '../engine/few-rows.js';
import { aLock, strongestHeld, takenAt } from '../engine/held.js';
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
      // What matches no row is reported as that.
      if (neverNull(action.table, action.where, context) !== undefined) return;
      return report(
        action.table,
        action.keyword,
        'UPDATE',
        isUnbounded(action.where),
        chosen(action.where, action.reads, action.table, context),
        context,
      );
    },
    delete: (action, context) =>
      report(
        action.table,
        action.keyword,
        'DELETE',
        isUnbounded(action.where),
        chosen(action.where, action.reads, action.table, context),
        context,
      ),
    merge: (action, context) => report(action.table, action.keyword, 'MERGE', false, 'many', context),
    insert(action, context) {
      const source = sourceOf(action, context);
      // WITH alone may hold the query: its tables are not known, so nothing is said.
      return (
        source &&
        report(source, firstWord(context), 'INSERT', false, chosen(whereText(context), [], source, context), context)
      );
    },
  },
});

function report(table: ObjectName, at: Span, verb: string, unbounded: boolean, choice: Choice, context: RuleContext) {
  const { before, runsLater, transaction, reportedBefore } = context;
  if (runsLater || !transaction.open || choice === 'few' || before.isUnused(table)) return;
  // LOCK TABLE is there to keep others out while the rows change.
  const held = strongestHeld(context, (_key, each) => !each.statement.actions.some(({ kind }) => kind === 'lockTable'));
  if (!held) return;
  // Rows of one kind may be few in a small table; behind a lock on that very table it is read all the same.
  if (choice === 'some' && held.lock.relation.key !== before.table(table)?.key) return;
  const { mode, relation } = held.lock;
  const data = { lock: aLock(mode), locked: relation.label, verb, table: nameOf(table), who: whoWaits(mode) };
  // Every row under a lock that stops reads: how long depends on the table alone.
  const severity = unbounded && mode === 'AccessExclusiveLock' ? ('error' as const) : ('warning' as const);
  // Once in a file, and where it is certain: the others go with the same change.
  if (reportedBefore && severity !== 'error') return;
  return { at, message: 'held' as const, data, severity, related: [takenAt(held)] };
}

function isUnbounded(where: SourceText | undefined): boolean {
  return !where || isAlwaysTrue(where.text);
}

function chosen(
  where: SourceText | string | undefined,
  reads: readonly ObjectName[],
  table: ObjectName,
  { statement, transaction, before }: RuleContext,
): Choice {
  if (statement.tokens().some((token) => isKeyword(token, 'LIMIT'))) return 'few';
  if (where === undefined) return 'many';
  const text = typeof where === 'string' ? where : where.text;
  const choice = rowsChosen(text, table.name, transaction.by === 'block' && reads.length === 0);
  return choice === 'some' && hasIndexFor(text, before.table(table), before) ? 'few' : choice;
}

/** True when an index begins with a column of the condition: the rows are found without reading the table. */
function hasIndexFor(where: string, table: Table | undefined, before: SchemaState): boolean {
  const names = new Set(
    lexed(where).flatMap((token) => (token.kind === 'word' || token.kind === 'quoted' ? tokenName(token) : [])),
  );
  return [...(table?.indexes ?? [])].some((key) => {
    const index = before.relationByKey(key);
    const [first] = index?.kind === 'index' ? index.columns : [];
    return first !== undefined && names.has(first);
  });
}

/** The first table with rows that INSERT … SELECT reads. */
function sourceOf({ reads }: Insert, { before }: RuleContext): ObjectName | undefined {
  return reads.find(
    (name) =>
      name.schema !== 'information_schema' &&
      name.schema !== 'pg_catalog' &&
      !name.name.startsWith('pg_') &&
      !before.isUnused(name),
  );
}

/** What stands behind the last WHERE of the statement. */
function whereText({ statement }: RuleContext): string | undefined {
  const where = statement
    .tokens()
    .filter((token) => isKeyword(token, 'WHERE'))
    .at(-1);
  return where && statement.text.slice(where.end);
}

function firstWord({ statement }: RuleContext): Span {
  const token = statement.tokens().find((each) => isKeyword(each, 'INSERT'));
  return token ? { start: token.start, end: token.end } : { start: 0, end: statement.text.length };
}
