import type { Constraint } from '../../server/src/schema/model.js';
import type { AddColumn, AddConstraint, CreateTable } from '../../server/src/sql/action.js';
import { defineRule, type Report, type RuleContext } from '../engine/define-rule.js';
import { type AddedKey, addedKeys, isMadeAgain, isNewColumn } from '../questions/foreign-keys.js';
import { nameOf } from '../engine/words.js';

/** ON DELETE CASCADE deletes rows that the DELETE does not name, in its own transaction and without a limit. */
export default defineRule({
  meta: {
    id: 'no-unasked-cascade',
    category: 'foreign-key',
    severity: 'warning',
    summary: 'Do not add ON DELETE CASCADE to a table whose rows are wanted when their parent is gone.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK'],
    messages: {
      cascades:
        'With ON DELETE CASCADE, one DELETE in {parent} also deletes every row of {table} that refers to it, in the same transaction, however many there are, and no error warns of it.\nCheck that every DELETE of {parent} wants that; with NO ACTION it fails instead (error 23503).',
    },
  },

  check: {
    createTable: (action, context) => (action.temporary ? undefined : reports(action, context)),
    addColumn: (action, context) => reports(action, context),
    addConstraint: (action, context) => reports(action, context),
  },
});

function reports(action: CreateTable | AddColumn | AddConstraint, context: RuleContext): Report<'cascades'>[] {
  const { before, statement, runsLater } = context;
  if (runsLater || before.table(action.table)?.temporary) return [];
  return addedKeys(action, before).flatMap((key) => {
    const { constraint } = key;
    if (
      constraint.references?.onDelete !== 'cascade' ||
      constraint.notEnforced ||
      replacesOne(action, context) ||
      isMadeAgain(key, context)
    )
      return [];
    const old = droppedLike(key, context);
    if (old === 'same parent') return [];
    // Rows of a table or a column of this release have been made with the CASCADE in mind.
    const fresh =
      action.kind === 'createTable' ||
      before.isUnused(action.table) ||
      constraint.columns.every((column) => isNewColumn(column, action.table, statement.actions, before));
    // In a new table it is often meant, so it is reported once for a file.
    if (fresh && context.reportedBefore) return [];
    const { start: from, end: to } = constraint.span;
    const words = /\bon\s+delete\s+cascade\b/i.exec(context.statement.text.slice(from, to));
    const start = from + (words?.index ?? 0);
    const at = words ? { start, end: start + words[0].length } : constraint.span;
    const data = { parent: nameOf(key.parent), table: nameOf(action.table) };
    return [
      {
        at,
        message: 'cascades',
        data,
        ...(fresh ? { severity: 'hint' as const } : old || isOwner(key, context) ? { severity: 'info' as const } : {}),
      },
    ];
  });
}

/** Other tables go with the parent's rows already, as they do with those of a tenant: this one was meant to as well. */
function isOwner({ table, parent }: AddedKey, { before }: RuleContext): boolean {
  const owner = before.table(parent);
  const own = before.table(table)?.key;
  const along = [...(owner?.referencedBy ?? [])].filter(
    (key) =>
      key !== own &&
      [...(before.tableByKey(key)?.constraints.values() ?? [])].some(
        (each) => each.references?.table === owner?.key && cascades(each),
      ),
  );
  return along.length > 1;
}

/** A cascading key that this release has dropped, on one of the same columns: no DELETE does more than before. */
function droppedLike(
  { table, parent, constraint }: AddedKey,
  { before }: RuleContext,
): 'same parent' | 'other parent' | undefined {
  const dropped = (before.table(table)?.droppedKeys ?? []).filter(
    ({ key, release }) =>
      release === before.release && cascades(key) && key.columns.some((name) => constraint.columns.includes(name)),
  );
  if (dropped.length === 0) return undefined;
  const to = before.table(parent)?.key;
  return dropped.some(({ key }) => key.references?.table === to) ? 'same parent' : 'other parent';
}

function cascades({ definition }: Constraint): boolean {
  return /\bon\s+delete\s+cascade\b/i.test(definition);
}

/** True when a foreign key on the same columns cascades already. */
function replacesOne(action: CreateTable | AddColumn | AddConstraint, { before }: RuleContext): boolean {
  if (action.kind !== 'addConstraint') return false;
  const { columns } = action.constraint;
  return [...(before.table(action.table)?.constraints.values() ?? [])].some(
    (other) => other.kind === 'foreignKey' && other.columns.join() === columns.join() && cascades(other),
  );
}
