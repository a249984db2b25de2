import type { Action } from '../../server/src/sql/action.js';
import { namesIn } from '../../server/src/sql/action-names.js';
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
