import type { ParsedStatement } from '../../server/src/sql/statement.js';
import type { Table } from '../../server/src/schema/model.js';
import type { ObjectName } from '../../server/src/sql/action.js';
import { defineRule, type Report, type RuleContext } from '../engine/define-rule.js';
import { addedKeys, isSameTable } from '../questions/foreign-keys.js';
import { listed, nameOf } from '../engine/words.js';

type Message = 'drops' | 'adds';

/** A foreign key is two triggers on the parent, so making it locks the parent, and dropping it does so harder (measured: fk-drop, drop-table-fk-child). */
export default defineRule({
  meta: {
    id: 'no-parent-lock-unseen',
    category: 'foreign-key',
    severity: 'info',
    summary: 'Bound the wait for the lock that a foreign key takes on the table it refers to.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/explicit-locking.html'],
    messages: {
      drops:
        'This drops a foreign key, which takes an ACCESS EXCLUSIVE lock on {parent} as well, although the statement does not name it: while it waits for a long query there, all reads and writes of {parent} wait behind it.\nSet a lock_timeout first, and run it at a quiet hour.',
      adds: 'The new foreign key takes a SHARE ROW EXCLUSIVE lock on {parent} as well: while it waits for an open write there, all writes to {parent} wait behind it.\nSet a lock_timeout first.',
    },
  },

  check: {
    dropConstraint(action, context) {
      const table = tableInUse(action.table, context);
      const constraint = table?.constraints.get(action.constraint);
      return (
        table &&
        report(action.constraintSpan, table, constraint?.references ? [constraint.references.table] : [], context)
      );
    },
    dropColumn(action, context) {
      const table = tableInUse(action.table, context);
      const keys = [...(table?.constraints.values() ?? [])].flatMap(({ references, columns }) =>
        references && columns.includes(action.column) ? references.table : [],
      );
      return table && report(action.columnSpan, table, keys, context);
    },
    dropTable(action, context) {
      const table = tableInUse(action.table, context);
      const keys = [...(table?.constraints.values() ?? [])].flatMap(({ references }) => references?.table ?? []);
      return table && report(action.table.span ?? action.span, table, keys, context);
    },
    createTable: (action, context) => (action.temporary ? undefined : added(action, context)),
    addColumn: (action, context) => added(action, context),
  },
});

function tableInUse(name: ObjectName, { before, lockTimeout, runsLater }: RuleContext): Table | undefined {
  return lockTimeout || runsLater || before.isUnused(name) ? undefined : before.table(name);
}

/** Parents that others use, and that this file does not drop as well. */
function report(
  at: Report['at'],
  table: Table,
  keys: readonly string[],
  { before, earlier, fromHere, reportedBefore }: RuleContext,
): Report<Message> | undefined {
  // One lock_timeout bounds the wait of all that follow.
  if (reportedBefore && earlier.some(dropsSomething)) return undefined;
  const parents = [...new Set(keys)].flatMap((key) => {
    const parent = before.tableByKey(key);
    if (!parent || parent.key === table.key) return [];
    const name = { schema: parent.schema, name: parent.name, span: undefined };
    const goes = fromHere
      .naming(parent.name)
      .some((action) => action.kind === 'dropTable' && isSameTable(action.table, name, before));
    return goes || before.isUnused(name) ? [] : [parent.name];
  });
  return parents.length > 0 ? { at, message: 'drops', data: { parent: listed(parents) } } : undefined;
}

function dropsSomething({ actions }: ParsedStatement): boolean {
  return actions.some(({ kind }) => kind === 'dropConstraint' || kind === 'dropColumn' || kind === 'dropTable');
}

/** Asked of every new table this would be noise: it is information, and once for a file. */
function added(
  action: Parameters<typeof addedKeys>[0],
  { before, lockTimeout, runsLater, reportedBefore }: RuleContext,
): Report<Message> | undefined {
  if (lockTimeout || runsLater || reportedBefore) return undefined;
  const key = addedKeys(action, before).find(
    ({ parent }) => !isSameTable(parent, action.table, before) && !before.isUnused(parent),
  );
  return (
    key && { at: key.parent.span ?? key.span, message: 'adds', data: { parent: nameOf(key.parent) }, severity: 'hint' }
  );
}
