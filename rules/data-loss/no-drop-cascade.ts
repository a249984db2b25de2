import { inWords, refsOf } from '../../server/src/impact/object-refs.js';
import { goingAlong, keyOfTarget } from '../../server/src/schema/dependents/along.js';
import type { DependentObject, Target } from '../../server/src/schema/dependents/model.js';
import { droppedBy } from '../../server/src/schema/dependents/targets.js';
import type { SchemaState } from '../../server/src/schema/state.js';
import type { ActionOf, ObjectName } from '../../server/src/sql/action.js';
import type { ParsedStatement } from '../../server/src/sql/statement.js';
import { isNamed, neededDefault } from '../questions/along.js';
import { defineRule, type Report, type RuleContext } from '../engine/define-rule.js';
import { isSame } from '../questions/in-file.js';
import { leadingWords, listed, nameOf } from '../engine/words.js';

type Id = 'takesAlong' | 'losesData' | 'losesDefault' | 'mayTake' | 'unseen' | 'owned';

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
      losesData:
        'CASCADE drops {lost} with all values, which no rollback brings back{also}.\nChange or drop each of them in a statement of its own, then drop {object} without CASCADE.',
      losesDefault:
        'CASCADE takes the default from {lost}, which no row may leave NULL: from here on every INSERT that leaves it out fails (error 23502){also}.\nGive it another default first, then drop {object} without CASCADE.',
      mayTake:
        'CASCADE drops {dependents} together with {object} if it uses just that, which the history leaves open.\nLeave CASCADE out: then PostgreSQL lists what it would drop, and drops nothing.',
      takesAlong:
        'CASCADE drops {dependents} together with {object}, and code that counts on them breaks.\nDrop or change each of them in a statement of its own, then drop {object} without CASCADE.',
      owned:
        'This drops every table, view and function that {roles} owns in this database, with all rows, and takes its rights: no migration shows what that is in production.\nRun REASSIGN OWNED BY {roles} first, which leaves the rights alone to be dropped.',
      unseen:
        'CASCADE drops whatever depends on {object}, and no migration shows what that is in production.\nLeave CASCADE out: then PostgreSQL lists it and drops nothing. Drop each object in a statement of its own.',
    },
  },

  check: {
    dropTable: (action, context) => check(action, action.table, context),
    dropColumn(action, context) {
      if (action.objectKind === 'type') return;
      const column = context.before.table(action.table)?.columns.get(action.column);
      if (column && column.release === context.before.release) return;
      if (action.ifColumnExists && context.before.table(action.table)?.complete && !column) return;
      const name = { schema: undefined, name: `${action.table.name}.${action.column}`, span: action.columnSpan };
      return check(action, name, context);
    },
    dropConstraint: (action, context) =>
      check(action, { schema: undefined, name: action.constraint, span: action.constraintSpan }, context),
    dropIndex: (action, context) => check(action, action.index, context),
    dropObject: (action, context) => check(action, action.object, context),
    other({ statement: kind, span }, { statement, earlier, runsLater }) {
      if (kind !== 'drop owned' || runsLater) return;
      const roles = rolesOf(statement);
      // What it owned has another owner by then.
      const isMoved = earlier.actions('other').some((each) => each.statement === 'reassign owned');
      return roles === undefined || isMoved ? undefined : { at: span, message: 'owned', data: { roles } };
    },
  },
});

/** The roles of DROP OWNED BY a, b. */
function rolesOf({ text }: ParsedStatement): string | undefined {
  return /\bowned\s+by\s+(.+?)(?:\s+(?:cascade|restrict))?\s*$/is.exec(text)?.[1]?.replace(/\s+/g, ' ');
}

type Drop = ActionOf<'dropTable' | 'dropColumn' | 'dropConstraint' | 'dropIndex' | 'dropObject'>;

function check(action: Drop, name: ObjectName, context: RuleContext): Report<Id> | undefined {
  const { before, statement, runsLater } = context;
  if (!action.cascade || runsLater || isOfThisRelease(action, context)) return undefined;
  const { actions } = statement;
  // One finding for a long list of functions.
  const isList = action.kind === 'dropObject' && actions.length > 1 && !before.relation(action.object);
  if (isList && actions[0] !== action) return undefined;
  const object = isList ? `${nameOf(name)} and ${actions.length - 1} more` : nameOf(name);
  const at = name.span ?? leadingWords(statement);

  const targets = (isList ? actions : [action]).map((each) => droppedBy(each, before));
  const taken = [
    ...new Map(
      targets.flatMap((each) => (each ? takenBy(each, context) : [])).map((each) => [each.key, each]),
    ).values(),
  ];
  const certain = taken.filter((each) => each.certain);
  if (certain.length > 0) return graded(certain, object, at, before);
  if (taken.length > 0) return { at, message: 'mayTake', data: { object, dependents: inWords(refsOf(taken, before)) } };
  const severity = unseen(action, targets, context);
  return severity && { at, message: 'unseen', data: { object }, severity };
}

/** What CASCADE takes along beyond what goes anyway, without what the author names and what nobody uses yet. */
function takenBy(target: Target, context: RuleContext): DependentObject[] {
  const { before, fromHere, statement } = context;
  const together = new Set(
    statement.actions.flatMap((each) => {
      const other = droppedBy(each, before);
      return (other && keyOfTarget(other)) ?? [];
    }),
  );
  return goingAlong(target, before).filter((each) => {
    if (each.onDrop !== 'refuses' || together.has(each.key)) return false;
    if (each.on !== undefined && together.has(`relation ${each.on}`)) return false;
    // The columns of a type have a rule of their own, and so have the tables of a schema.
    if (target.kind === 'type' && each.kind === 'column') return false;
    if (target.kind === 'schema' && each.schema === target.name) return false;
    const relation = each.on === undefined ? undefined : before.relationByKey(each.on);
    if (relation && before.isUnused(relation)) return false;
    return !isNamed(each, fromHere, before);
  });
}

/** The worst of it decides: values that are gone, INSERTs that fail, the rest. */
function graded(taken: readonly DependentObject[], object: string, at: Report['at'], before: SchemaState): Report<Id> {
  const refs = (objects: readonly DependentObject[]): string => inWords(refsOf(objects, before));
  const lost = taken.filter(({ kind }) => kind === 'column' || kind === 'attribute' || kind === 'table');
  const defaults = taken.filter((each) => neededDefault(each, before));
  const worst = lost.length > 0 ? lost : defaults;
  if (worst.length === 0) return { at, message: 'takesAlong', data: { object, dependents: refs(taken) } };
  const rest = taken.filter((each) => !worst.includes(each));
  const also = rest.length > 0 ? `, and drops ${refs(rest)} as well` : '';
  if (lost.length > 0) return { at, message: 'losesData', data: { object, lost: refs(lost), also }, severity: 'error' };
  const columns = defaults.map(({ name, on }) => `${before.relationByKey(on ?? '')?.name ?? ''}.${name}`);
  return { at, message: 'losesDefault', data: { object, lost: listed(columns), also }, severity: 'error' };
}

function isOfThisRelease(action: Drop, { before, earlier }: RuleContext): boolean {
  if (action.kind !== 'dropObject') return action.kind === 'dropIndex' ? false : before.isUnused(action.table);
  // Nothing can depend on a trigger, a policy or a rule of a table.
  if (action.table) return true;
  const relation = before.relation(action.object);
  if (relation && relation.kind !== 'index' && relation.release === before.release) return true;
  return earlier
    .naming(action.object.name)
    .some((each) => each.kind === 'createFunction' && !each.replace && isSame(each.function, action.object));
}

/** How much it weighs that the history shows nobody; undefined where it would show it. */
function unseen(
  action: Drop,
  targets: readonly (Target | undefined)[],
  { before, later }: RuleContext,
): 'warning' | 'info' | undefined {
  switch (action.kind) {
    case 'dropTable':
      // no-drop-table warns of the drop itself.
      return targets[0] ? undefined : 'info';
    case 'dropColumn':
      return before.table(action.table)?.complete ? undefined : 'info';
    case 'dropConstraint':
    case 'dropIndex':
      return targets[0] ? undefined : 'info';
    case 'dropObject': {
      const { objectKind, object } = action;
      if (objectKind === 'type' || objectKind === 'domain' || objectKind === 'schema') return undefined;
      // What the list of an extension's objects does not show may be in use all the same.
      if (targets.every((each) => each !== undefined && each.kind !== 'extension')) return undefined;
      // What is made again is meant to be there.
      const isBack = later.naming(object.name).some(({ kind }) => kind.startsWith('create'));
      return objectKind === 'view' || objectKind === 'materialized view' || isBack ? 'info' : 'warning';
    }
  }
}
