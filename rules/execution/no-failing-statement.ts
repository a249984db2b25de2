import type { Action } from '../../server/src/sql/action.js';
import type { Span } from '../../server/src/sql/span.js';
import type { Failure } from '../../server/src/impact/failure.js';
import { inWords } from '../../server/src/impact/object-refs.js';
import { impactOf } from '../../server/src/impact/impact-of.js';
import { defineRule, type RuleContext } from '../engine/define-rule.js';
import { pendingWrite } from '../questions/pending-events.js';
import { isHandedOver, isMadeHere } from '../questions/made-here.js';
import { leadingWords } from '../engine/words.js';

/** PostgreSQL refuses the statement whatever the rows are: the migration stops in the middle of its file. */
export default defineRule({
  meta: {
    id: 'no-failing-statement',
    category: 'execution',
    severity: 'error',
    summary: 'Do not write a statement that PostgreSQL is certain to refuse.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/errcodes-appendix.html'],
    messages: {
      fails: 'PostgreSQL refuses this statement, and the migration stops here: {answer} (error {code}).\n{advice}',
      taken:
        'An earlier migration of this folder makes {what} already, so this fails with {code} ({answer}), unless one of the two files is never run.\nLook up which of them the migration tool runs.',
      takenAt:
        '{place} makes {what} already, so this fails with {code} ({answer}), unless one of the two files is never run.\nLook up which of them the migration tool runs.',
      usedBefore:
        '{place} uses {what}, which no file before it makes, and it is made only here: either that statement fails or this one ({answer}, error {code}).\nLook up in which order the migration tool runs the two files: Airlock goes by the numbers in their names.',
      perhaps:
        'As far as the migrations show, PostgreSQL refuses this statement: {answer} (error {code}). It depends on what {cause}.\n{advice}',
      addedTogether:
        'PostgreSQL refuses this statement, and the migration stops here: {answer} (error {code}).\n{advice}',
      noTransaction: 'Outside a transaction PostgreSQL refuses this statement: {answer} (error {code}).\n{advice}',
      tooNew:
        'PostgreSQL {postgres} refuses this statement, and the migration stops here: {answer} (error {code}).\nWrite it without, or raise "postgres" in airlock.config.json when every server is newer.',
      pending:
        'PostgreSQL refuses this statement, and the migration stops here: cannot {what} "{table}" because it has pending trigger events (error 55006). {waiting} is checked at the end of the transaction, and rows of the {verb} above wait for that.\nPut SET CONSTRAINTS ALL IMMEDIATE in front of this statement, or commit first.',
      mayPend:
        'Where the {verb} above finds a row, PostgreSQL refuses this statement: cannot {what} "{table}" because it has pending trigger events (error 55006), as {waiting} is checked at the end of the transaction.\nPut SET CONSTRAINTS ALL IMMEDIATE in front of this statement, or commit first.',
      maybeTooNew:
        'An older PostgreSQL refuses this statement: {answer} (error {code}).\nSet "postgres" in airlock.config.json to the version of the oldest server, then this is certain or gone.',
    },
  },

  checkStatement(context) {
    const { impact, transaction, runsLater, target } = context;
    const { fails } = impact;
    // A function may never be called, and a block may ask first or catch the error.
    if (runsLater || transaction.by === 'block') return;
    if (!fails) return ofPending(context);
    // In a transaction PostgreSQL complains of that before it looks at the rest; other rules report it.
    if (transaction.open && impact.transaction === 'forbidden') return;
    const { code, message: answer, advice } = fails;
    const at = fails.at ?? failingPart(context);
    const data = { answer, code, advice, postgres: String(target.postgres) };
    switch (fails.reason) {
      case 'too new':
        if (fails.certain) return { at, message: 'tooNew', data };
        return fails.doubt === undefined
          ? { at, message: 'maybeTooNew', data, severity: 'info' }
          : { at, message: 'perhaps', data: { ...data, cause: fails.doubt }, severity: 'warning' };
      case 'wrong order':
        return { at: earlyPart(context.statement.actions) ?? at, message: 'addedTogether', data };
      case 'not in transaction':
        return context.reportedBefore ? undefined : { at, message: 'noTransaction', data, severity: 'warning' };
      case 'already exists':
        // What earlier migrations are said to have made may be gone: files are left out, or something was dropped by hand.
        if (!fails.certain && isHandedOver(context))
          return { at, message: 'perhaps', data: { ...data, cause: causeOfDoubt(context) }, severity: 'info' };
        return isMadeHere(context)
          ? { at, message: 'fails', data }
          : { at, message: messageOfTaken(fails), data: { ...data, ...placeOf(fails) }, severity: 'warning' };
      default:
        return fails.certain
          ? { at, message: 'fails', data }
          : {
              at,
              message: 'perhaps',
              data: { ...data, cause: fails.doubt ?? causeOfDoubt(context) },
              severity: isHandedOver(context) ? 'info' : 'warning',
            };
    }
  },
});

/** Rows that an earlier statement of the transaction has written still wait for a check. */
function ofPending(context: RuleContext) {
  const found = pendingWrite(context);
  if (!found) return;
  const { what, table, waiting, verb, certain } = found;
  const at = leadingWords(context.statement);
  const data = { what, table: table.name, waiting, verb };
  return certain
    ? { at, message: 'pending' as const, data }
    : { at, message: 'mayPend' as const, data, severity: 'warning' as const };
}

function messageOfTaken({ earlier }: Failure): 'taken' | 'takenAt' | 'usedBefore' {
  if (!earlier) return 'taken';
  return earlier.made ? 'takenAt' : 'usedBefore';
}

function placeOf({ earlier, objects }: Failure): { place: string; what: string } {
  return { place: earlier ? `${earlier.path}:${earlier.line}` : '', what: inWords(objects) };
}

/** What may have made the schema another than the migrations show. */
function causeOfDoubt({ before, statement }: RuleContext): string {
  const isOlder = statement.actions.some(
    (action) => 'table' in action && action.table && before.table(action.table)?.mayPredate,
  );
  return isOlder ? 'was there before CREATE TABLE IF NOT EXISTS' : 'SQL has done that Airlock cannot read';
}

/** The sub-command that runs before the one that adds its column. */
function earlyPart(actions: readonly Action[]): Span | undefined {
  const added = actions.flatMap((action) => (action.kind === 'addColumn' ? action.column.name : []));
  return actions.find(
    (action) => (action.kind === 'dropDefault' || action.kind === 'dropNotNull') && added.includes(action.column),
  )?.span;
}

/** The sub-command that fails by itself, when there are several. */
function failingPart({ statement, before, target, impact }: RuleContext) {
  if (statement.actions.length > 1) {
    const part = statement.actions.find(
      (action) => impactOf([action], before, target).fails?.message === impact.fails?.message,
    );
    if (part && part.span.end - part.span.start < statement.text.length) return part.span;
  }
  return leadingWords(statement);
}
