import { defineRule } from '../engine/define-rule.js';
import { leadingWords, nameOf } from '../engine/words.js';

/** CREATE TRIGGER stops writes for an instant, DROP TRIGGER everything (measured: trigger-create, trigger-drop). */
export default defineRule({
  meta: {
    id: 'no-trigger-on-busy-table',
    category: 'lock-contention',
    severity: 'info',
    summary: 'Mind what a trigger locks when it comes and goes, and what it costs every write.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: [
      'https://www.postgresql.org/docs/current/sql-createtrigger.html',
      'https://www.postgresql.org/docs/current/sql-droptrigger.html',
    ],
    messages: {
      creates:
        'CREATE TRIGGER takes a SHARE ROW EXCLUSIVE lock on {table}: it waits for open transactions that write, and every write waits behind it. From then on {trigger} runs in every transaction of the running application that fires it.\nSet a lock_timeout.',
      drops:
        'DROP TRIGGER takes an ACCESS EXCLUSIVE lock on {table}: it waits for every running query, and all reads and writes wait behind it. Running code that counts on {trigger} gets no error.\nSet a lock_timeout.',
    },
  },

  check: {
    createTrigger(action, { before, lockTimeout, statement, runsLater, reportedBefore }) {
      // Once for each file: what to do is the same.
      if (runsLater || reportedBefore || lockTimeout || before.isUnused(action.table) || before.view(action.table))
        return;
      return {
        at: leadingWords(statement),
        message: 'creates',
        data: { table: nameOf(action.table), trigger: action.trigger },
      };
    },
    dropObject(action, { before, earlier, lockTimeout, statement, runsLater, reportedBefore }) {
      const { table } = action;
      if (
        action.objectKind !== 'trigger' ||
        !table ||
        runsLater ||
        reportedBefore ||
        lockTimeout ||
        before.isUnused(table) ||
        before.view(table)
      )
        return;
      // One that came in the same file, or that the same file has spoken of.
      if (
        earlier
          .naming(action.object.name)
          .some((each) => each.kind === 'createTrigger' && each.trigger === action.object.name)
      )
        return;
      return {
        at: leadingWords(statement),
        message: 'drops',
        data: { table: nameOf(table), trigger: action.object.name },
      };
    },
  },
});
