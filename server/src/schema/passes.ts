import type { Action, TableAction, TableSubcommand } from '../sql/action.js';
import { isTableAction } from '../sql/table-actions.js';
import { applyAction } from './apply.js';
import type { SchemaState } from './state.js';

/**
 * The passes in which PostgreSQL runs the sub-commands of one ALTER TABLE, whatever their order in the text
 * (AlterTablePass in src/backend/commands/tablecmds.c, PostgreSQL 14 to 18; ATPrepCmd puts each into its pass).
 */
const passes = [
  'drop',
  'alter type',
  'add column',
  'set expression',
  'column attributes',
  'add index',
  'add constraint',
  'other',
] as const;

type Pass = (typeof passes)[number];

function passOf(action: TableAction): Pass {
  switch (action.kind) {
    case 'dropColumn':
    case 'dropConstraint':
    case 'dropDefault':
    case 'dropNotNull':
      return 'drop';
    case 'alterColumnType':
      return 'alter type';
    case 'addColumn':
      return 'add column';
    case 'setNotNull':
      return 'column attributes';
    case 'addConstraint':
      return ['primaryKey', 'unique', 'exclusion'].includes(action.constraint.kind) ? 'add index' : 'add constraint';
    case 'setDefault':
      return 'add constraint';
    case 'alterTableOther':
      return passOfOther(action.subcommand);
    default:
      return 'other';
  }
}

function passOfOther(subcommand: TableSubcommand): Pass {
  if (subcommand === 'dropIdentity' || subcommand === 'dropExpression') return 'drop';
  if (subcommand === 'addIdentity') return 'add constraint';
  return subcommand === 'setExpression' ? 'set expression' : 'other';
}

/** The state before each action of a statement. */
export type StatesWithin = ReadonlyMap<Action, SchemaState> | undefined;

/** The actions of a statement in the order in which PostgreSQL runs them. */
export function inPasses(actions: readonly Action[]): readonly Action[] {
  if (actions.length < 2 || !actions.every(isTableAction)) return actions;
  const rank = (action: Action): number => (isTableAction(action) ? passes.indexOf(passOf(action)) : 0);
  return [...actions].sort((a, b) => rank(a) - rank(b));
}

/**
 * The state before each action of a statement, the earlier actions of the same statement included. Undefined where one
 * state serves all: there is one action, or they do not see one another, as the objects of one DROP or TRUNCATE.
 */
export function statesWithin(actions: readonly Action[], before: SchemaState): StatesWithin {
  if (actions.length < 2 || !actions.every(isTableAction)) return undefined;
  const states = new Map<Action, SchemaState>();
  let state = before;
  for (const action of inPasses(actions)) {
    states.set(action, state);
    state = state.fork();
    applyAction(state, action);
  }
  return states;
}
