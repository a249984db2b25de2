import { isBounding } from '../../server/src/schema/session-settings.js';
import { quoteLiteral } from '../../server/src/sql/quote.js';
import { defineRule, type Fix, type RuleContext } from '../engine/define-rule.js';
import { append, before as putBefore, inCaseOf, newlineOf } from '../fixes/edit.js';
import { leadingWords } from '../engine/words.js';

/** A CONCURRENTLY that a timeout ends leaves half of its work behind (measured: group TIMEOUT, LOCKS 19). */
export default defineRule({
  meta: {
    id: 'no-lock-timeout-with-concurrently',
    category: 'lock-contention',
    severity: 'warning',
    summary: 'Run CONCURRENTLY without lock_timeout and statement_timeout.',
    recommended: true,
    fix: 'safe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY'],
    messages: {
      statementTimeout:
        '{command} CONCURRENTLY runs as long as the table is large and as old transactions live, and a statement_timeout is in effect here: when it strikes, {debris} stays behind.\nSet it to 0 for this statement and back behind it.',
      lockTimeout:
        '{command} CONCURRENTLY waits for old transactions, and the lock_timeout that is in effect here bounds that wait as well: when it strikes (55P03), {debris} stays behind.\nSet it to 0 for this statement, which blocks nobody while it waits, and back behind it.',
    },
  },

  checkStatement(context) {
    const { statement, settings, transaction, runsLater } = context;
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
    // A timeout that is set elsewhere is not known to be in effect here.
    const inEffect = timeouts.filter((name) => isBounding(settings.get(name)));
    const [first] = inEffect;
    if (first === undefined) return;
    const message = first === 'statement_timeout' ? 'statementTimeout' : 'lockTimeout';
    return { at, message, data, fixes: [withoutTimeouts(inEffect, context)] };
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

/** What ends a statement that waits or works too long. */
const timeouts = ['statement_timeout', 'lock_timeout'] as const;

/** For this statement alone: what the file has set holds again behind it. */
function withoutTimeouts(names: readonly string[], { statement, settings }: RuleContext): Fix {
  const newline = newlineOf(statement);
  const set = inCaseOf(statement, 'SET');
  const back = names.map((name) => `;${newline}${set} ${name} = ${quoteLiteral(settings.get(name) ?? '')}`);
  return {
    title: `Set ${names.join(' and ')} to 0 for this statement`,
    safety: 'safe',
    edits: [
      putBefore(
        names.map((name) => `${set} ${name} = 0`),
        newline,
      ),
      append(statement, back.join('')),
    ],
  };
}
