import type { Action } from '../../server/src/sql/action.js';
import { objectSql } from '../../server/src/sql/quote.js';
import { defineRule, type Fix, type RuleContext } from '../engine/define-rule.js';
import { inCaseOf, insertAfter, newlineOf, replace } from '../fixes/edit.js';
import { listed, nameOf } from '../engine/words.js';
import { isUnheardOf } from '../questions/unheard-of.js';
import { outOfTransaction } from '../questions/outside.js';

/** DROP INDEX takes ACCESS EXCLUSIVE on the index and on its table: short by itself, but it queues behind every running query. */
export default defineRule({
  meta: {
    id: 'require-concurrent-index-drop',
    aliases: ['require-concurrent-index-deletion'],
    category: 'lock-contention',
    severity: 'warning',
    summary: 'Drop an index of an existing table with CONCURRENTLY.',
    recommended: true,
    fix: 'safe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-dropindex.html'],
    messages: {
      blocksAll:
        'DROP INDEX takes an ACCESS EXCLUSIVE lock on {table}: while it waits for running queries, every read and write on that table waits behind it.\nDrop {index} with CONCURRENTLY.',
      severalAtOnce:
        'This DROP INDEX takes an ACCESS EXCLUSIVE lock on the tables of {indexes}: while it waits for running queries, every read and write on them waits behind it.\nWrite one DROP INDEX CONCURRENTLY for each; it takes one index at a time.',
      splitFirst:
        'DROP INDEX takes an ACCESS EXCLUSIVE lock on {table}: while it waits for running queries, every read and write on that table waits behind it.\nMove the drop of {index} {where}, and drop it there with CONCURRENTLY.',
    },
  },

  check: {
    dropIndex(action, context) {
      const { before, later, statement, transaction } = context;
      if (action.concurrently) return;
      const index = before.index(action.index);
      const table = index && before.tableByKey(index.table);
      // PostgreSQL refuses to drop a constraint's index and cannot drop a partitioned one concurrently.
      if (index?.constraint !== undefined || table?.partitionBy) return;
      if (table && before.isUnused(table)) return;
      const at = action.index.span ?? action.keyword;
      const data = { index: nameOf(action.index), table: table?.name ?? `the table of ${nameOf(action.index)}` };
      if (action.among > 1) {
        const isFirst = statement.actions.find(({ kind }) => kind === 'dropIndex') === action;
        if (!isFirst) return undefined;
        const data = { indexes: indexesOf(statement.actions) };
        return { at: action.keyword, message: 'severalAtOnce', data, fixes: oneByOne(context) };
      }
      const unheard = isUnheardOf(action.ifExists, index, before) ? ({ severity: 'info' } as const) : {};
      if (transaction.open)
        return { at, message: 'splitFirst', data: { ...data, where: outOfTransaction(context) }, ...unheard };
      // What nobody has made and the file makes below is mostly not there; then nothing is locked.
      const isCleared =
        action.ifExists && !index && later.naming(action.index.name).some(({ kind }) => kind === 'createIndex');
      // CONCURRENTLY takes no CASCADE.
      const possible = !action.cascade;
      return {
        at,
        message: 'blocksAll',
        data,
        ...(isCleared ? { severity: 'info' as const } : unheard),
        fixes: possible
          ? [
              {
                title: 'Add CONCURRENTLY',
                safety: 'safe',
                edits: [insertAfter(statement, action.keyword, 'CONCURRENTLY')],
              },
            ]
          : [],
      };
    },
  },
});

/** One DROP INDEX CONCURRENTLY for each, which can run again when it has stopped half way. */
function oneByOne({ before, statement, transaction }: RuleContext): Fix[] {
  const drops = statement.actions.filter((each) => each.kind === 'dropIndex');
  const isPossible = drops.every(({ index, cascade }) => {
    const known = before.index(index);
    return !cascade && known?.constraint === undefined && !(known && before.tableByKey(known.table)?.partitionBy);
  });
  if (transaction.open || !isPossible || drops.length !== statement.actions.length) return [];
  const drop = inCaseOf(statement, 'DROP INDEX CONCURRENTLY IF EXISTS');
  const text = drops.map(({ index }) => `${drop} ${objectSql(index)}`).join(`;${newlineOf(statement)}`);
  return [
    {
      title: 'Drop each with CONCURRENTLY',
      safety: drops.every(({ index, ifExists }) => ifExists || before.index(index)) ? 'safe' : 'unsafe',
      edits: [replace({ start: 0, end: statement.text.length }, text)],
    },
  ];
}

function indexesOf(actions: readonly Action[]): string {
  return listed(actions.flatMap((each) => (each.kind === 'dropIndex' ? nameOf(each.index) : [])));
}
