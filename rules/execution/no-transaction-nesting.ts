import type { ParsedStatement } from '../../server/src/sql/statement.js';
import type { Transaction } from '../../server/src/sql/action.js';
import { defineRule, type RuleContext } from '../engine/define-rule.js';
import { isConcurrent } from '../questions/in-file.js';
import { leadingWords } from '../engine/words.js';

/** PostgreSQL has no nested transactions: a second BEGIN is a warning, and the first COMMIT ends it all (measured). */
export default defineRule({
  meta: {
    id: 'no-transaction-nesting',
    aliases: ['transaction-nesting', 'ban-uncommitted-transaction'],
    category: 'execution',
    severity: 'warning',
    summary: 'Give each transaction one BEGIN and one end, and leave both to the migration tool where it has them.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-begin.html'],
    messages: {
      wrapped:
        '{wrapping}, so this BEGIN does nothing, and the COMMIT of the file ends that transaction: what comes behind is not rolled back when it fails.\nRemove BEGIN and COMMIT{orElse}.',
      endsTool:
        '{wrapping}, and this {word} ends it: what comes behind runs outside of it, and is not rolled back when it fails.\nRemove it{orElse}.',
      leavesTool:
        '{wrapping}, and this {word} ends it, so that CONCURRENTLY can run: what stands above is committed and stays when something below fails.\nPut what must run outside a transaction into a migration that runs without one.',
      nested:
        'A transaction is open already, so this {word} does nothing, and the first COMMIT ends both.\nRemove it, or use SAVEPOINT.',
      unopened:
        'No transaction is open, so this {word} does nothing: each statement above has been committed by itself.\nPut BEGIN in front of the statements that belong together, or remove it; where the migration tool opens one, say so in airlock.config.json under "transaction".',
      unended:
        'This {word} has no COMMIT: when the file ends and the connection closes, PostgreSQL rolls everything behind it back.\nPut COMMIT at the end.',
    },
  },

  check: {
    transaction(action, context) {
      const { transaction, statement, runsLater, reportedBefore } = context;
      if (runsLater || transaction.by === 'block') return;
      // A file that is sent as one query may begin and end its own transactions.
      if (transaction.scope === 'one-query') return;
      if (transaction.by === 'framework') return reportedBefore ? undefined : besideTheTool(action, context);
      const at = leadingWords(statement);
      const word = wordOf(statement);
      const related = transaction.begin ? [{ span: transaction.begin, message: 'The transaction begins here.' }] : [];
      if (action.operation === 'begin') {
        if (transaction.by === 'begin')
          return reportedBefore ? undefined : { at, message: 'nested', data: { word }, related };
        return isEnded(context) ? undefined : { at, message: 'unended', data: { word }, severity: 'error' };
      }
      if (!ends(action)) return;
      if (transaction.open || reportedBefore || isFirst(context)) return;
      // A file without any BEGIN is more likely run by a tool that has one than written in error.
      return {
        at,
        message: 'unopened',
        data: { word },
        severity: context.earlier.some(endsTransaction) ? 'warning' : 'info',
      };
    },
  },
});

/** BEGIN and COMMIT in a file that runs in a transaction: one finding for the file, and a loud one for the project. */
function besideTheTool(action: Transaction, { statement, wrapping, later, before }: RuleContext) {
  const isBegin = action.operation === 'begin';
  if (!isBegin && !ends(action)) return undefined;
  const message = isBegin ? 'wrapped' : later.some(isConcurrent) ? 'leavesTool' : 'endsTool';
  return {
    at: leadingWords(statement),
    message,
    data: { word: wordOf(statement), wrapping: wrapping.says, orElse: wrapping.orElse },
    severity: before.hasDone('own transactions') ? 'info' : 'warning',
  } as const;
}

function wordOf(statement: ParsedStatement): string {
  return statement.tokens()[0]?.text.toUpperCase() ?? '';
}

function ends({ operation }: Transaction): boolean {
  return operation === 'commit' || operation === 'rollback' || operation === 'prepare';
}

function endsTransaction(statement: ParsedStatement): boolean {
  return statement.actions.some((action) => action.kind === 'transaction' && ends(action));
}

/** What does not parse may hold the COMMIT. */
function isEnded({ later }: RuleContext): boolean {
  return later.some(endsTransaction) || later.some(isUnreadable);
}

/** A file that begins by ending what may be open, as some tools' files do, or whose BEGIN did not parse. */
function isFirst({ earlier }: RuleContext): boolean {
  return !earlier.some(doesMoreThanSet) || earlier.some(isUnreadable);
}

function doesMoreThanSet({ actions }: ParsedStatement): boolean {
  return actions.some((action) => action.kind !== 'setVariable');
}

function isUnreadable({ problem }: ParsedStatement): boolean {
  return problem !== undefined;
}
