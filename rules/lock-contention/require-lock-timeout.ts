import { withoutComments } from '../../server/src/sql/lexer.js';
import type { RelationLock } from '../../server/src/impact/impact.js';
import { atLeast, lockName, whoWaits } from '../../server/src/impact/locks.js';
import type { Action } from '../../server/src/sql/action.js';
import type { ParsedStatement } from '../../server/src/sql/statement.js';
import { isConcurrent } from '../questions/in-file.js';
import { defineRule, type Fix, type RuleContext } from '../engine/define-rule.js';
import { quoteLiteral } from '../../server/src/sql/quote.js';
import { append, before as putBefore, inCaseOf, newlineOf } from '../fixes/edit.js';

/** A statement that waits for its lock makes every later query on the table wait behind it; lock_timeout bounds that. */
export default defineRule({
  meta: {
    id: 'require-lock-timeout',
    aliases: ['require-timeout-settings'],
    category: 'lock-contention',
    severity: 'info',
    summary: 'Set lock_timeout before the first statement that takes a blocking lock.',
    recommended: true,
    fix: 'safe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT'],
    messages: {
      unset:
        'This takes {article} {lock} lock on {table} with no lock_timeout. If one long query holds it, this waits, and {who} on {table} wait behind it.\nSet lock_timeout first and run the migration again when it gives up.',
      local:
        'The SET LOCAL lock_timeout above stands outside of a transaction and does nothing (PostgreSQL warns, 25P01): this takes {article} {lock} lock on {table} without one, and {who} on {table} wait behind it.\nWrite SET without LOCAL, or put both between BEGIN and COMMIT.',
    },
  },

  checkStatement(context) {
    const { impact, lockTimeout, runsLater, reportedBefore, statement } = context;
    if (lockTimeout || runsLater || reportedBefore) return;
    if (statement.actions.some((action) => action.kind === 'lockTable' && action.nowait)) return;
    // A timeout in its second transaction leaves the partition half detached, and waiting is what it is made for.
    if (statement.actions.some((action) => action.kind === 'detachPartition' && action.concurrently)) return;
    if (concernsNewTables(context)) return;
    const isUnused = (key: string): boolean => {
      const table = context.before.tableByKey(key);
      return table !== undefined && context.before.isUnused(table);
    };
    const waits = impact.locks.filter(
      (each) =>
        !each.isNew &&
        !isUnused(each.relation.key) &&
        each.kind !== 'index' &&
        each.kind !== 'sequence' &&
        !isRefreshAlone(each, context) &&
        atLeast(each.mode, 'ShareLock'),
    );
    // People know their tables; a view or an index that is locked along with one says less.
    const lock = waits.find(({ kind }) => kind === 'table') ?? waits[0];
    if (!lock) return;
    const named = namedSpan(context);
    // Where nobody sets it here, it is set elsewhere or nowhere, and that is said once for the project. Where other
    // migrations set it, this one was forgotten.
    const isSlip = isSetToNoEffect(context);
    // A tool may open a transaction of which the configuration does not say.
    const isSure = context.before.hasDone('bound waits') || (isSlip && context.file.some(showsNoTransaction));
    const name = lockName(lock.mode);
    return {
      at: named,
      severity: isSure ? 'warning' : 'info',
      message: isSlip ? 'local' : 'unset',
      data: {
        lock: name,
        article: /^[AE]/.test(name) ? 'an' : 'a',
        table: lock.relation.label,
        who: whoWaits(lock.mode),
      },
      fixes: [boundTheWait(context)],
    };
  },
});

/** SET LOCAL of the file where no transaction was open. */
function isSetToNoEffect(context: RuleContext): boolean {
  const isMeant = ({ kind, ...action }: Action): boolean =>
    kind === 'setVariable' && 'local' in action && action.local && action.variable === 'lock_timeout';
  if (![...context.earlier.actions('setVariable')].some(isMeant)) return false;
  for (const { statement, transaction } of context.past())
    if (!transaction.open && transaction.by === undefined && statement.actions.some(isMeant)) return true;
  return false;
}

/** What only runs outside of a transaction, or brings its own: nobody has opened one around such a file. */
function showsNoTransaction(statement: ParsedStatement): boolean {
  return isConcurrent(statement) || statement.actions.some(({ kind }) => kind === 'transaction');
}

/** EXCLUSIVE on a materialized view lets everybody read, and nobody writes to one but REFRESH. */
function isRefreshAlone({ relation: { key }, mode }: RelationLock, { before }: RuleContext): boolean {
  return mode !== 'AccessExclusiveLock' && before.relationByKey(key)?.kind === 'materializedView';
}

/**
 * A new table with its keys takes SHARE ROW EXCLUSIVE on the tables it refers to, for an instant and in nearly every
 * migration; asking for a timeout there would be asked of everybody.
 */
function concernsNewTables({ statement, before }: RuleContext): boolean {
  return statement.actions.every(
    (action) =>
      (action.kind === 'createTable' && !action.partitionOf) ||
      (action.kind === 'addConstraint' && before.isNew(action.table)),
  );
}

/** The first words of the statement: ALTER TABLE, CREATE INDEX. */
function namedSpan({ statement }: RuleContext): { start: number; end: number } {
  const words = withoutComments(statement.tokens());
  const last = words[1]?.kind === 'word' ? words[1] : words[0];
  return { start: 0, end: last?.end ?? statement.text.length };
}

/**
 * A concurrent build that runs into lock_timeout leaves an invalid index behind (measured), so the setting is taken
 * back at once where one follows.
 */
function boundTheWait({ statement, transaction, later, lockTimeoutToSet }: RuleContext): Fix {
  const newline = newlineOf(statement);
  const set = inCaseOf(statement, transaction.open ? 'SET LOCAL' : 'SET');
  const edits = [putBefore([`${set} lock_timeout = ${quoteLiteral(lockTimeoutToSet)}`], newline)];
  if (!transaction.open && later.some(isConcurrent))
    edits.push(append(statement, `;${newline}${inCaseOf(statement, 'RESET')} lock_timeout`));
  return { title: `Set lock_timeout to ${lockTimeoutToSet}`, safety: 'safe', edits };
}
