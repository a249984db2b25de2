import { isBuiltIn } from '../../server/src/impact/volatility.js';
import type { SchemaState } from '../../server/src/schema/state.js';
import type { Action, QualifiedName } from '../../server/src/sql/action.js';
import { namesIn } from '../../server/src/sql/action-names.js';
import { unreadCode } from '../../server/src/sql/script-marks.js';
import type { ParsedStatement } from '../../server/src/sql/statement.js';
import type { RuleContext } from '../engine/define-rule.js';

/** True when this very file has made what the statement makes again. */
export function isMadeHere({ statement, earlier }: RuleContext): boolean {
  return statement.actions.some((action) => {
    const named = madeBy(action);
    if (named !== undefined) return earlier.naming(named).some((each) => isSame(action, each));
    if ('table' in action && action.table && action.kind !== 'createTable' && action.kind !== 'createIndex') {
      const column = action.kind === 'addColumn' ? action.column.name : undefined;
      return earlier
        .naming(action.table.name)
        .some(
          (each) =>
            (each.kind === 'addColumn' && each.column.name === column) ||
            (each.kind === 'createTable' &&
              (column === undefined || each.columns.some(({ name }) => name === column))) ||
            (each.kind === 'addConstraint' &&
              action.kind === 'addConstraint' &&
              each.constraint.name === action.constraint.name),
        );
    }
    return [...namesIn(action)].some((name) => earlier.naming(name).some(makesRelation));
  });
}

/**
 * True when code in front of the SQL cannot be read, or when a function or a block of this file was given the table or the
 * object by its name and nobody can read what it did with it: "SELECT drop_policies('orders')" in front of the new policies of orders.
 */
export function isHandedOver({ statement, earlier, before }: RuleContext): boolean {
  const names = new Set(statement.actions.flatMap((action) => [...namesIn(action)]));
  for (const one of earlier.statements(mayDoAnything)) {
    if (!isUnread(one, before)) continue;
    // Code may do with any name what it likes.
    if (unreadCode(one.text)) return true;
    for (const [, given = ''] of one.text.matchAll(/'([^']*)'/g))
      if (names.has(given.replace(/^.*\.|"/g, ''))) return true;
  }
  return false;
}

function mayDoAnything({ actions, dynamic }: ParsedStatement): boolean {
  return dynamic.some(({ origin }) => origin === 'do') || actions.some((action) => calledBy(action).length > 0);
}

/** True where a function that is called puts its SQL together, or is in no migration. */
function isUnread({ actions, dynamic }: ParsedStatement, before: SchemaState): boolean {
  if (dynamic.some(({ origin }) => origin === 'do')) return true;
  return actions.flatMap(calledBy).some((called) => {
    const known = before.function(called);
    return !isBuiltIn(called) && (known?.overloads.length !== 1 || known.body?.isDynamic !== false);
  });
}

function calledBy(action: Action): readonly QualifiedName[] {
  if (action.kind === 'call') return [action.procedure];
  return action.kind === 'select' ? action.calls.map((call) => call.function) : [];
}

/** The name of what makes no relation and no type. */
function madeBy(action: Action): string | undefined {
  switch (action.kind) {
    case 'createFunction':
      return action.function.name;
    case 'createTrigger':
      return action.trigger;
    case 'createSchema':
      return action.schema;
    case 'createExtension':
      return action.extension;
    case 'other':
      return action.statement === 'create policy' || action.statement === 'create publication'
        ? action.name?.name
        : undefined;
    default:
      return undefined;
  }
}

function isSame(action: Action, other: Action): boolean {
  if (action.kind === 'other' && other.kind === 'other' && action.statement !== other.statement) return false;
  return action.kind === other.kind && madeBy(action) === madeBy(other) && tableOf(action) === tableOf(other);
}

/** The table that a policy or a trigger belongs to. */
function tableOf(action: Action): string | undefined {
  if (action.kind === 'other') return action.relations[0]?.name;
  return action.kind === 'createTrigger' ? action.table.name : undefined;
}

function makesRelation(action: Action): boolean {
  if (action.kind === 'other') return action.statement === 'create composite type';
  return (
    (action.kind.startsWith('create') && madeBy(action) === undefined) ||
    action.kind.startsWith('rename') ||
    action.kind === 'addEnumValue'
  );
}
