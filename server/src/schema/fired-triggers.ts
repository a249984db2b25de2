import { ancestorsOf } from './descendants.js';
import type { Action, ObjectName, TriggerEvent } from '../sql/action.js';
import { dependentsOf } from './note-dependents.js';
import type { Dependent, UserFunction } from './model.js';
import type { SchemaState } from './state.js';

/** A trigger that a write fires. */
export interface FiredTrigger {
  readonly trigger: Dependent;
  readonly function: UserFunction;
  /** Which of the write's events fire it. */
  readonly events: readonly TriggerEvent[];
}

/** What a statement writes: a table, by which events, and the columns that an UPDATE of it assigns. */
export interface Write {
  readonly table: ObjectName;
  readonly events: readonly TriggerEvent[];
  /** Undefined where they are not known. */
  readonly assigns: readonly string[] | undefined;
}

/** Undefined for what writes no row. */
export function writeOf(action: Action): Write | undefined {
  switch (action.kind) {
    case 'insert': {
      const changes = action.onConflict && action.onConflict.sets.length > 0;
      return {
        table: action.table,
        events: changes ? ['INSERT', 'UPDATE'] : ['INSERT'],
        assigns: action.onConflict?.sets,
      };
    }
    case 'copy':
      return action.table && action.from ? { table: action.table, events: ['INSERT'], assigns: undefined } : undefined;
    case 'update':
      return { table: action.table, events: ['UPDATE'], assigns: action.assigns };
    case 'delete':
      return { table: action.table, events: ['DELETE'], assigns: undefined };
    case 'merge': {
      if (action.assigns === undefined) return { table: action.table, events: ['INSERT'], assigns: undefined };
      return action.assigns.length > 0
        ? { table: action.table, events: ['UPDATE'], assigns: action.assigns }
        : undefined;
    }
    default:
      return undefined;
  }
}

/** The triggers of the history that a write fires for certain, WHEN left aside, each with its only function. */
export function firedBy(write: Write, state: SchemaState): FiredTrigger[] {
  return triggersOf(write, state).flatMap(({ trigger, events }) => {
    const fn = trigger.function === undefined ? undefined : state.functionByKey(trigger.function);
    return fn?.overloads.length === 1 ? [{ trigger, function: fn, events }] : [];
  });
}

/** The triggers of the history that a write fires, WHEN left aside, whatever their functions are. */
export function triggersOf({ table, events, assigns }: Write, state: SchemaState): Omit<FiredTrigger, 'function'>[] {
  const found: Omit<FiredTrigger, 'function'>[] = [];
  const own = state.table(table);
  if (!own) return found;
  for (const known of [own, ...ancestorsOf(own, (key) => state.tableByKey(key))]) {
    // Nearly every table has none.
    if (known.dependents.size > 0)
      for (const trigger of dependentsOf(state, known)) {
        if (trigger.kind !== 'trigger' || trigger.on !== known.key || !trigger.enabled) continue;
        // A partition has the triggers of the table above that fire for each row.
        if (known !== own && !trigger.forEachRow) continue;
        const fired = events.filter((event) => trigger.events.includes(event) && isFor(trigger, event, assigns));
        if (fired.length > 0) found.push({ trigger, events: fired });
      }
  }
  return found;
}

/** UPDATE OF fires for the columns that SET names. */
function isFor({ ofColumns }: Dependent, event: TriggerEvent, assigns: readonly string[] | undefined): boolean {
  return event !== 'UPDATE' || ofColumns.length === 0 || (assigns ?? []).some((column) => ofColumns.includes(column));
}
