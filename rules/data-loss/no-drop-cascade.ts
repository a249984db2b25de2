import { readers } from '../../server/src/impact/dependencies.js';
import { dependentsOf } from '../../server/src/schema/note-dependents.js';
import { isForTriggers } from '../../server/src/schema/functions.js';
import type { UserFunction } from '../../server/src/schema/model.js';
import type { SchemaState } from '../../server/src/schema/state.js';
import type { Action, ObjectKind, ObjectName } from '../../server/src/sql/action.js';
import { isRoutine } from '../../server/src/sql/kinds.js';
import { defineRule, type Report, type RuleContext } from '../engine/define-rule.js';
import { isSame } from '../engine/in-file.js';
import { leadingWords, listed, nameOf } from '../engine/words.js';

/** Types and schemas have rules of their own, which tell what is in them. */
const elsewhere: ReadonlySet<ObjectKind> = new Set(['type', 'domain', 'schema']);

/** CASCADE drops what depends on an object without a list to agree to; PostgreSQL only notices it in passing. */
export default defineRule({
  meta: {
    id: 'no-drop-cascade',
    category: 'data-loss',
    severity: 'warning',
    summary: 'Name what is dropped instead of CASCADE.',
    recommended: true,
    fix: 'none',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/ddl-depend.html'],
    messages: {
      takesAlong:
        'CASCADE drops {dependents} together with {object}, and code that counts on them breaks. Drop or change each of them in a statement of its own, then drop {object} without CASCADE.',
      unseen:
        'CASCADE drops whatever depends on {object}, and no migration tells what that is in production. Without CASCADE PostgreSQL lists it and drops nothing: name each object in a statement of its own.',
    },
  },

  check: {
    dropTable(action, context) {
      const { before } = context;
      if (!action.cascade || before.isUnused(action.table)) return;
      const table = before.table(action.table);
      const keys = [...(table?.referencedBy ?? [])]
        .filter((key) => key !== table?.key && !isNamed(key, context))
        .map((key) => `the foreign keys of ${plain(key, before)}`);
      // no-drop-table warns of the drop itself.
      return report(
        action.table,
        [...(table ? viewsOn(table.key, context) : []), ...keys],
        table ? undefined : 'info',
        context,
      );
    },
    dropColumn(action, context) {
      const { before } = context;
      const table = before.table(action.table);
      const column = table?.columns.get(action.column);
      if (!action.cascade || before.isUnused(action.table) || (column && column.release === before.release)) return;
      if (action.ifColumnExists && table?.complete && !column) return;
      // Whether a view reads this very column is not known here.
      return report(
        { schema: undefined, name: `${action.table.name}.${action.column}`, span: action.columnSpan },
        [],
        'info',
        context,
      );
    },
    dropConstraint(action, context) {
      const { before } = context;
      const table = before.table(action.table);
      const constraint = table?.constraints.get(action.constraint);
      if (!action.cascade || before.isUnused(action.table)) return;
      if (constraint && constraint.kind !== 'primaryKey' && constraint.kind !== 'unique') return;
      const children = constraint
        ? [...(table?.referencedBy ?? [])].map((key) => `foreign keys of ${plain(key, before)}`)
        : [];
      return report(
        { schema: undefined, name: action.constraint, span: action.constraintSpan },
        children,
        constraint ? undefined : 'info',
        context,
      );
    },
    dropIndex(action, context) {
      // Only a constraint and foreign keys hang on an index.
      return action.cascade && !context.before.index(action.index)
        ? report(action.index, [], 'info', context)
        : undefined;
    },
    dropObject(action, context) {
      const { before, earlier, later } = context;
      if (!action.cascade || elsewhere.has(action.objectKind)) return;
      if (action.table && before.isUnused(action.table)) return;
      const relation = before.relation(action.object);
      if (relation && relation.kind !== 'index' && relation.release === before.release) return;
      const made = earlier
        .naming(action.object.name)
        .some((each) => each.kind === 'createFunction' && !each.replace && isSame(each.function, action.object));
      // Nothing can depend on a trigger, a policy or a rule of a table.
      if (made || action.table) return;
      if (relation) return report(action.object, viewsOn(relation.key, context), undefined, context);
      const isView = action.objectKind === 'view' || action.objectKind === 'materialized view';
      // One finding for a long list.
      const others = context.statement.actions.length - 1;
      if (others > 0 && context.statement.actions[0] !== action) return;
      const object =
        others > 0 ? { ...action.object, name: `${action.object.name} and ${others} more` } : action.object;
      const triggers = context.statement.actions.flatMap((each) => triggersOf(each, context));
      if (triggers.length > 0) return report(object, triggers, undefined, context);
      // Of a function that only triggers call, the history tells all that hangs on it.
      if (context.statement.actions.every((each) => isForTriggersAlone(each, before))) return undefined;
      // What is made again is meant to be there.
      const isBack = later.naming(action.object.name).some(({ kind }) => kind.startsWith('create'));
      return report(object, [], isView || isBack ? 'info' : 'warning', context);
    },
  },
});

/** The triggers that call a function which is dropped, as far as the file does not drop or make them anew. */
function triggersOf(action: Action, context: RuleContext): string[] {
  const { before, later } = context;
  const known = functionOf(action, before);
  return (known?.users ?? []).flatMap((key) => {
    const table = before.tableByKey(key);
    const triggers = table ? dependentsOf(before, table) : [];
    return triggers.flatMap(({ kind, name, function: called }) => {
      const isBack = later.naming(name).some((each) => each.kind === 'createTrigger');
      return kind === 'trigger' && called === known?.key && !isBack
        ? `the trigger ${name} of ${plain(key, before)}`
        : [];
    });
  });
}

function functionOf(action: Action, before: SchemaState): UserFunction | undefined {
  return action.kind === 'dropObject' && isRoutine(action.objectKind) ? before.function(action.object) : undefined;
}

function isForTriggersAlone(action: Action, before: SchemaState): boolean {
  return isForTriggers(functionOf(action, before)?.overloads ?? []);
}

function plain(key: string, before: SchemaState): string {
  return before.relationByKey(key)?.name ?? key;
}

function viewsOn(key: string, context: RuleContext): string[] {
  const views = readers(key, context.before).filter((view) => !isNamed(view, context));
  return views.map((view) => `the view ${plain(view, context.before)}`);
}

/** True for what the author drops as well, or makes again: it is no surprise. */
function isNamed(key: string, { before, fromHere }: RuleContext): boolean {
  const name = before.relationByKey(key)?.name;
  if (name === undefined) return false;
  return fromHere.naming(name).some((each) => {
    if (each.kind === 'dropTable') return before.relation(each.table)?.key === key;
    if (each.kind === 'dropObject') return before.relation(each.object)?.key === key;
    return each.kind === 'createView' && each.view.name === name;
  });
}

/** `unknown` is how much it weighs that the history shows nobody; undefined when that is the whole truth. */
function report(
  object: ObjectName,
  dependents: readonly string[],
  unknown: 'warning' | 'info' | undefined,
  { statement, runsLater }: RuleContext,
): Report<'takesAlong' | 'unseen'> | undefined {
  if (runsLater) return undefined;
  const at = object.span ?? leadingWords(statement);
  const data = { object: nameOf(object), dependents: listed(dependents) };
  if (dependents.length > 0) return { at, message: 'takesAlong', data };
  if (unknown === undefined) return undefined;
  return { at, message: 'unseen', data, severity: unknown };
}
