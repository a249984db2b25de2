import { foreignKeysTo } from '../../server/src/schema/dependents/of-column.js';
import { provesNotNull } from '../../server/src/schema/constraints.js';
import type { Column, Constraint, Table } from '../../server/src/schema/model.js';
import type { Action, RenameTable } from '../../server/src/sql/action.js';
import { objectSql, quoteIdentifier } from '../../server/src/sql/quote.js';
import { defineRule, type Report, type RuleContext } from '../engine/define-rule.js';
import { replace } from '../fixes/edit.js';
import { listed, nameOf } from '../engine/words.js';
import { renameBehindView } from '../fixes/rename-behind-view.js';

type Message = 'breaks' | 'gap' | 'replaced' | 'loses' | 'stays';

/** The same as renaming a column, for every query on the table; a view of the old name keeps them working. */
export default defineRule({
  meta: {
    id: 'no-rename-table',
    aliases: ['renaming-table'],
    category: 'application-compatibility',
    severity: 'error',
    summary: 'Do not rename a table that running code may use, unless a view keeps the old name.',
    recommended: true,
    fix: 'unsafe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-createview.html#SQL-CREATEVIEW-UPDATABLE-VIEWS'],
    messages: {
      breaks:
        'Renaming {table} to {to} breaks the running application at once: its queries still say {table} (error 42P01).\nCreate a view {table} on {to} in the same transaction, with the same rights, move the code over, then drop the view.',
      gap: 'Between this statement and the one that brings {table} back, queries on {table} fail (error 42P01), and the migration may stop there.\nRun both in one transaction.',
      replaced:
        '{table} is another, empty table from here on: the running application finds none of the rows that {to} keeps, and writes beside them.\nCopy the rows in the same transaction, or let the code read both until they are copied.',
      loses:
        '{table}, which takes the name {to}, was made by CREATE TABLE AS, which copies rows and types alone: it lacks {lost}, which {old} has.\nAdd them before it takes the name.',
      stays:
        '{objects} {stay} with {old}: views and foreign keys follow a table and not its name, so they never see what the new {to} holds.\nMake them anew on {to} in the same transaction.',
    },
  },

  check: {
    renameTable(action, context): Report<Message> | undefined {
      const { before, earlier, later, statement, target, transaction } = context;
      const relation = before.relation(action.table);
      const table = before.table(action.table);
      // ALTER TABLE renames views, indexes and sequences, too.
      if (relation && !table) return;
      // A swap puts another table in the place of this one, which had been prepared for it.
      const [aside] = [...earlier.naming(action.to)].flatMap((other) =>
        other.kind === 'renameTable' && other.table.name === action.to ? [other] : [],
      );
      if (aside) return lostInSwap(action, aside, context) ?? leftInSwap(action, aside, context);
      if (before.isUnused(action.table)) return;
      const at = action.table.span ?? action.span;
      const data = { table: nameOf(action.table), to: action.to };
      const comesBack = later.naming(action.table.name).some((other) => bringsBack(other, action.table.name));
      if (comesBack) return transaction.open ? undefined : { at, message: 'gap', data, severity: 'info' };
      const anew = later
        .naming(action.table.name)
        .find((other) => other.kind === 'createTable' && other.table.name === action.table.name);
      if (anew)
        return isFilled(anew, action, context) ? undefined : { at, message: 'replaced', data, severity: 'warning' };
      // PostgreSQL 14 has no view that shows its policies who asks. The fix is a block, and no block holds another.
      const canBeView =
        !table?.partitionBy &&
        !action.ifExists &&
        transaction.by !== 'block' &&
        (target.postgres >= 15 || table?.hasPolicy !== true);
      const from = action.table.span
        ? statement.text.slice(action.table.span.start, action.table.span.end)
        : objectSql(action.table);
      const to = statement.text.slice(action.toSpan.start, action.toSpan.end);
      const { schema } = action.table;
      const renamed = schema === undefined ? to : `${quoteIdentifier(schema)}.${to}`;
      const text = renameBehindView({ rename: statement.text, from, to: renamed });
      return {
        at,
        message: 'breaks',
        data,
        fixes: canBeView
          ? [
              {
                title: 'Keep the old name as a view',
                safety: 'unsafe',
                edits: [replace({ start: 0, end: statement.text.length }, text)],
              },
            ]
          : [],
      };
    },
  },
});

/** A view, or another table, under the name that a rename takes away. */
function bringsBack(action: Action, name: string): boolean {
  return (
    (action.kind === 'createView' && action.view.name === name) || (action.kind === 'renameTable' && action.to === name)
  );
}

/** True when the new table of the old name gets rows in this file. */
function isFilled(made: Action, { table }: RenameTable, { later }: RuleContext): boolean {
  if (made.kind === 'createTable' && made.asQuery) return true;
  return later.naming(table.name).some(({ kind }) => kind === 'insert' || kind === 'copy');
}

/** Views and foreign keys that go on with the table that is put aside, and that the file does not make anew. */
function leftInSwap(action: RenameTable, aside: RenameTable, context: RuleContext): Report<Message> | undefined {
  const { before, later, transaction, runsLater } = context;
  const old = before.table({ schema: aside.table.schema, name: aside.to });
  // Names that go in a circle put nothing aside.
  const goesOn = later.naming(aside.to).some((each) => each.kind === 'renameTable' && each.table.name === aside.to);
  if (!old || runsLater || goesOn || old.release === before.release || old.partitionOf !== undefined) return undefined;
  const views = [...before.views()].filter(
    (view) => view.reads.includes(old.key) && !later.naming(view.name).some((each) => isMadeAnew(each, view.name)),
  );
  const keys = foreignKeysTo(old, before).filter(
    ({ child, name }) =>
      child.key !== old.key &&
      !later.naming(child.name).some((each) => each.kind === 'dropTable' || changesKey(each, name)),
  );
  const objects = [
    ...views.map(({ name }) => `the view ${name}`),
    ...keys.map(({ child, name }) => `the foreign key ${name} of ${child.name}`),
  ];
  if (objects.length === 0) return undefined;
  const text = listed(objects);
  const data = {
    objects: text.charAt(0).toUpperCase() + text.slice(1),
    stay: objects.length > 1 ? 'stay' : 'stays',
    old: aside.to,
    to: action.to,
  };
  const at = action.table.span ?? action.span;
  return { at, message: 'stays', data, severity: transaction.by === 'block' ? 'info' : 'warning' };
}

function isMadeAnew(action: Action, view: string): boolean {
  if (action.kind === 'createView') return action.view.name === view;
  return action.kind === 'dropObject' && action.object.name === view;
}

function changesKey(action: Action, key: string): boolean {
  if (action.kind === 'dropConstraint') return action.constraint === key;
  return action.kind === 'addConstraint' && action.constraint.kind === 'foreignKey';
}

/** What the table that is put aside has, and the one that takes its name, made by CREATE TABLE AS, has not. */
function lostInSwap(action: RenameTable, aside: RenameTable, context: RuleContext): Report<Message> | undefined {
  const { before, earlier } = context;
  const isCopy = earlier.naming(action.table.name).some((each) => each.kind === 'createTable' && each.asQuery);
  const old = before.table({ schema: aside.table.schema, name: aside.to });
  const next = before.table(action.table);
  if (!isCopy || !old?.complete || !next) return undefined;
  const lost = lostParts(old, next, context);
  if (lost.length === 0) return undefined;
  return {
    at: action.table.span ?? action.span,
    message: 'loses',
    data: { table: nameOf(action.table), to: action.to, old: aside.to, lost: listed(lost) },
    severity: 'warning',
  };
}

function lostParts(old: Table, next: Table, { before }: RuleContext): string[] {
  const kinds = (table: Table): string[] => [...table.constraints.values()].map(({ kind }) => kind);
  const has = (kind: Constraint['kind']): boolean => kinds(old).includes(kind) && !kinds(next).includes(kind);
  const columns = [...old.columns.values()];
  const inNext = (name: string): Column | undefined => next.columns.get(name);
  const notNull = columns.filter((each) => each.notNull === true && !provesNotNull(next, each.name));
  const defaults = columns.filter(
    (each) =>
      (each.default !== undefined || each.identity !== undefined) &&
      inNext(each.name)?.default === undefined &&
      inNext(each.name)?.identity === undefined,
  );
  const indexes = (table: Table): string[] =>
    [...table.indexes].flatMap((key) => {
      const index = before.relationByKey(key);
      return index?.kind === 'index' && index.constraint === undefined ? [index.columns.join()] : [];
    });
  const left = indexes(old).filter((each) => !indexes(next).includes(each)).length;
  return [
    ...(has('primaryKey') ? ['the primary key'] : []),
    ...(has('unique') ? ['unique constraints'] : []),
    ...(has('foreignKey') ? ['foreign keys'] : []),
    ...(has('check') ? ['CHECKs'] : []),
    ...(notNull.length > 0 ? [`NOT NULL of ${listed(notNull.map(({ name }) => name))}`] : []),
    ...(defaults.length > 0 ? [`the default of ${listed(defaults.map(({ name }) => name))}`] : []),
    ...(left > 0 ? [left === 1 ? 'an index' : `${left} indexes`] : []),
  ];
}
