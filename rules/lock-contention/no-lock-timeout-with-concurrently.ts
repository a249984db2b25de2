import type { ParsedStatement } from '../../server/src/sql/statement.js';
import { defineRule, type Fix, type RuleContext } from '../engine/define-rule.js';
import { before as putBefore, inCaseOf, newlineOf } from '../engine/edit.js';
import { leadingWords } from '../engine/words.js';

/** A CONCURRENTLY that a timeout ends leaves half of its work behind (measured: group TIMEOUT, LOCKS 19). */
export default defineRule({
  meta: {
    id: 'no-lock-timeout-with-concurrently',
    category: 'lock-contention',
    severity: 'warning',
    summary: 'Run CONCURRENTLY without a statement_timeout.',
    recommended: true,
    fix: 'unsafe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY'],
    messages: {
      statementTimeout:
        '{command} CONCURRENTLY runs as long as the table is large and as old transactions live, and a statement_timeout is in effect here: when it strikes, {debris} stays behind. Set statement_timeout to 0 for this statement.',
      lockTimeout:
        '{command} CONCURRENTLY waits for old transactions, and the lock_timeout that is in effect here bounds that wait as well: when it strikes, {debris} stays behind. Look for it before the next attempt, or set lock_timeout to 0 for this statement, which blocks nobody while it waits.',
    },
  },

  checkStatement(context) {
    const { statement, lockTimeout, statementTimeout, transaction, runsLater } = context;
    // In a transaction it is refused anyway.
    if (runsLater || transaction.open) return;
    const debris = statement.actions.map(leftBehind).find((each) => each !== undefined);
    if (debris === undefined) return;
    const at = leadingWords(statement);
    const data = {
      command: statement.text
        .slice(0, at.end)
        .replace(/\s+/g, ' ')
        .toUpperCase()
        .replace(/ UNIQUE$/, ' UNIQUE INDEX'),
      debris,
    };
    if (statementTimeout) return { at, message: 'statementTimeout', data, fixes: [withoutTimeout(context)] };
    // A timeout that is set elsewhere is not known to be in effect here.
    return lockTimeout && context.earlier.some(setsLockTimeout)
      ? { at, message: 'lockTimeout', data, severity: 'info' }
      : undefined;
  },
});

function leftBehind(action: RuleContext['statement']['actions'][number]): string | undefined {
  switch (action.kind) {
    case 'createIndex':
    case 'dropIndex':
      return action.concurrently ? 'an index that is invalid' : undefined;
    case 'reindex':
      return action.concurrently ? 'an invalid index whose name ends in _ccnew or _ccold' : undefined;
    case 'detachPartition':
      return action.concurrently ? 'a partition that is half detached, until DETACH PARTITION … FINALIZE,' : undefined;
    default:
      return undefined;
  }
}

function setsLockTimeout({ actions }: ParsedStatement): boolean {
  return actions.some((action) => action.kind === 'setVariable' && action.variable === 'lock_timeout');
}

function withoutTimeout({ statement }: RuleContext): Fix {
  return {
    title: 'Set statement_timeout to 0 first',
    safety: 'unsafe',
    edits: [putBefore([`${inCaseOf(statement, 'SET')} statement_timeout = 0`], newlineOf(statement))],
  };
}
