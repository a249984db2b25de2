import { firedBy, type FiredTrigger, type Write, writeOf } from '../../server/src/schema/fired-triggers.js';
import type { UserFunction } from '../../server/src/schema/model.js';
import { rowsChosen, type RowsChosen, rowsMerged, rowsRead } from '../../server/src/schema/rows-chosen.js';
import type { SchemaState } from '../../server/src/schema/state.js';
import type { Action, ActionOf, ObjectName } from '../../server/src/sql/action.js';
import { eventsRaised } from '../../server/src/sql/raised.js';
import { defineRule, type Report, type RuleContext } from '../engine/define-rule.js';
import { leadingWords, listed, nameOf } from '../engine/words.js';

type Id = 'raises' | 'mayRaise' | 'perRow' | 'whole';
type Writing = ActionOf<'insert' | 'copy' | 'update' | 'delete' | 'merge'>;

/** What a trigger's function does is done by the statement that fires it, in its transaction and for each of its rows. */
export default defineRule({
  meta: {
    id: 'no-unseen-trigger',
    category: 'concurrent-writes',
    severity: 'error',
    summary: 'Know what the triggers of a table do before a migration writes to it.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/trigger-definition.html'],
    messages: {
      raises:
        '{trigger} of {table} runs {function}(), which raises an exception for every {event}: this statement fails, and the migration stops here.\nDisable the trigger in the same transaction and enable it again behind them, where the rows are meant to be written.',
      mayRaise:
        '{trigger} of {table} runs {function}(), which raises an exception for every {event}: as soon as one row matches, this statement fails, and the migration stops here.\nDisable the trigger in the same transaction and enable it again behind them, where the rows are meant to be written.',
      perRow:
        '{trigger} of {table} runs {function}() for each row that this {verb} writes, and {function}() {does}: count that work and its locks in.\nWrite the rows in batches, each with a commit of its own; SET LOCAL session_replication_role = replica leaves triggers out of one transaction.',
      whole:
        '{trigger} of {table} runs {function}(), whose {inner} has no condition: it changes every row of {other}{often}, and holds their locks until this transaction ends.\nGive it a condition on the row that is written, or leave the trigger out of this transaction (SET LOCAL session_replication_role = replica).',
    },
  },

  check: { insert: check, copy: check, update: check, delete: check, merge: check },
});

function check(action: Writing, context: RuleContext): Report<Id>[] | undefined {
  const { before, runsLater, settings } = context;
  const write = writeOf(action);
  // Most tables have no trigger, and no state is asked for more than that.
  if (!write || runsLater || !before.table(write.table) || before.isUnused(write.table)) return undefined;
  const fired = firedBy(write, before);
  // It leaves out every trigger that is not ENABLE ALWAYS.
  if (fired.length === 0 || settings.get('session_replication_role') === 'replica') return undefined;
  const found = fired.map((each) => report(each, action, write, context)).find((each) => each !== undefined);
  return found && [found];
}

function report(fired: FiredTrigger, action: Writing, write: Write, context: RuleContext): Report<Id> | undefined {
  const { before, statement } = context;
  const { trigger, function: fn } = fired;
  const at = 'keyword' in action ? action.keyword : leadingWords(statement);
  const verb = action.kind.toUpperCase();
  const data = { trigger: `The trigger ${trigger.name}`, table: nameOf(write.table), function: fn.name, verb };

  const raised = trigger.hasWhen ? undefined : raisedBy(fired);
  const chosen = rowsOf(action, context);
  if (raised !== undefined) {
    // One for the statement fires without any row; with ON CONFLICT a row may not come to it.
    const isCertain =
      !trigger.forEachRow || (action.kind === 'insert' && action.width !== undefined && !action.onConflict);
    return isCertain
      ? { at, message: 'raises', data: { ...data, event: raised } }
      : { at, message: 'mayRaise', data: { ...data, event: raised }, severity: 'warning' };
  }

  const whole = wholeIn(fn, write.table, before);
  if (whole) {
    const often = trigger.forEachRow && chosen !== 'few' ? ', once for each row that is written here' : '';
    const words = { ...data, inner: whole.kind.toUpperCase(), other: nameOf(whole.table), often };
    // The application does the same with each of its rows.
    return { at, message: 'whole', data: words, severity: chosen === 'few' ? 'info' : 'warning' };
  }
  const does = trigger.forEachRow && chosen !== 'few' ? workOf(fn, write.table, before) : undefined;
  if (does === undefined) return undefined;
  // How many rows UPDATE and DELETE change, another rule says.
  const severity = action.kind === 'update' || action.kind === 'delete' || chosen === 'some' ? 'info' : 'warning';
  return { at, message: 'perRow', data: { ...data, does }, severity };
}

/** The event for which the function raises an exception in any case. */
function raisedBy({ function: fn, events }: FiredTrigger): string | undefined {
  const [{ written } = { written: undefined }] = fn.overloads;
  if (written === undefined || !/\braise\b/i.test(written)) return undefined;
  const raised = eventsRaised(written);
  return events.find((event) => raised.includes(event));
}

function rowsOf(action: Writing, { before, transaction }: RuleContext): RowsChosen {
  const inBlock = transaction.by === 'block';
  switch (action.kind) {
    case 'update':
    case 'delete':
      return rowsChosen(action.rows, before, inBlock);
    case 'merge':
      return rowsMerged(action, before, inBlock);
    case 'insert':
      return rowsRead(action.source, before, inBlock);
    case 'copy':
      return 'many';
  }
}

function actionsIn({ body }: UserFunction): readonly Action[] {
  return body?.statements.flatMap(({ actions }) => actions) ?? [];
}

/** An UPDATE or DELETE of the function that changes every row of another table which is in use. */
function wholeIn(fn: UserFunction, own: ObjectName, before: SchemaState): ActionOf<'update' | 'delete'> | undefined {
  for (const action of actionsIn(fn)) {
    if (action.kind !== 'update' && action.kind !== 'delete') continue;
    if (isOther(action.table, own, before) && rowsChosen(action.rows, before, true) === 'every') return action;
  }
  return undefined;
}

/** What the function does with other tables: "writes to audit", "reads accounts". */
function workOf(fn: UserFunction, own: ObjectName, before: SchemaState): string | undefined {
  const actions = actionsIn(fn);
  const written = actions.flatMap((action) => writeOf(action)?.table ?? []);
  const read = actions.flatMap((action) => (action.kind === 'select' ? action.reads : []));
  const names = (tables: readonly ObjectName[]): string[] => [
    ...new Set(tables.filter((table) => isOther(table, own, before)).map(nameOf)),
  ];
  const [writes, reads] = [names(written), names(read)];
  if (writes.length > 0) return `writes to ${listed(writes)}`;
  return reads.length > 0 ? `reads ${listed(reads)}` : undefined;
}

function isOther(table: ObjectName, own: ObjectName, before: SchemaState): boolean {
  const known = before.table(table);
  return known === undefined
    ? table.name !== own.name
    : known.key !== before.table(own)?.key && !before.isUnused(table);
}
