import { isOfRelease, type ReleaseBounds } from './release.js';
import type { SchemaState } from '../schema/state.js';
import type { Action } from '../sql/action.js';
import type { Step } from '../analysis/finding.js';

/**
 * What a step is in a change that leaves the old and the new code running side by side: expand adds or allows, migrate
 * moves or proves rows, contract takes away or forbids.
 */
export type Phase = 'expand' | 'migrate' | 'contract';

const order: readonly Phase[] = ['expand', 'migrate', 'contract'];

/** The phase of a statement: the last one of what it does; undefined for SET, BEGIN and whatever changes nothing. */
export function phaseOf(step: Step, before: SchemaState, bounds: ReleaseBounds): Phase | undefined {
  let last: Phase | undefined;
  for (const action of step.statement.actions) {
    const phase = phaseOfAction(action, step, before, bounds);
    if (phase && (!last || order.indexOf(phase) > order.indexOf(last))) last = phase;
  }
  return last;
}

function phaseOfAction(action: Action, step: Step, before: SchemaState, bounds: ReleaseBounds): Phase | undefined {
  const phase = phaseOfKind(action, step);
  if (phase === undefined) return undefined;
  const table = 'table' in action ? action.table : undefined;
  // Nobody uses what the release itself has made.
  return table && (before.isNew(table) || isOfRelease(before.table(table), bounds)) ? 'expand' : phase;
}

function phaseOfKind(action: Action, { impact }: Step): Phase | undefined {
  switch (action.kind) {
    case 'createTable':
    case 'createIndex':
    case 'createView':
    case 'createFunction':
    case 'createTrigger':
    case 'createEnum':
    case 'createDomain':
    case 'createSchema':
    case 'createSequence':
    case 'createExtension':
    case 'addEnumValue':
    case 'setDefault':
    case 'dropNotNull':
    case 'attachPartition':
      return 'expand';
    case 'addColumn':
      return action.column.notNull && !action.column.default && !action.column.identity && !action.column.generated
        ? 'contract'
        : 'expand';
    case 'addConstraint':
      return action.constraint.notValid ? 'expand' : 'contract';
    case 'validateConstraint':
    case 'insert':
    case 'update':
    case 'delete':
    case 'merge':
    case 'call':
    case 'refreshMaterializedView':
      return 'migrate';
    case 'copy':
      return action.from ? 'migrate' : undefined;
    case 'alterColumnType':
      return impact.rewrites.length > 0 ? 'contract' : 'expand';
    case 'dropColumn':
    case 'dropTable':
    case 'dropIndex':
    case 'dropObject':
    case 'dropConstraint':
    case 'dropDefault':
    case 'setNotNull':
    case 'detachPartition':
    case 'renameTable':
    case 'renameColumn':
    case 'renameObject':
    case 'renameEnumValue':
    case 'setSchema':
    case 'truncate':
      return 'contract';
    case 'other':
      return action.statement === 'revoke' ? 'contract' : action.statement.startsWith('create ') ? 'expand' : undefined;
    default:
      return undefined;
  }
}

/** The phases of a migration in the order in which they come, each once. */
export function phasesIn(phases: readonly (Phase | undefined)[]): Phase[] {
  return [...new Set(phases.filter((phase) => phase !== undefined))];
}
