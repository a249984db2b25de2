import type { Action, ObjectName } from '../sql/action.js';
import { applyAction } from './apply.js';
import type { Place } from './model.js';
import { keyOf, type SchemaState } from './state.js';

/** A table or view that the history has dropped or renamed, and that nothing has made again. */
export interface Gone {
  /** The statement that took it away, where its file is known. */
  readonly place: Place | undefined;
  /** The name that it has now, where it was renamed. */
  readonly renamedTo: string | undefined;
  /** True when no SQL has run since that nobody can read. */
  readonly certain: boolean;
}

/** How a name was written where its relation went, the new name, and how much unreadable SQL had run by then. */
type Noted = readonly [isQualified: boolean, renamedTo: string | null, disturbances: number];

/** Changes a state by an action that runs for certain, and keeps which relations it has taken away. */
export function applyForCertain(state: SchemaState, action: Action): void {
  const leaving = leavingBy(action, state);
  applyAction(state, action);
  if (!leaving || state.relationByKey(leaving.key)) return;
  const noted: Noted = [leaving.name.schema !== undefined, leaving.renamedTo ?? null, state.disturbances];
  state.noteMade(markOf(leaving.key), true, JSON.stringify(noted));
}

/** The same for an action that may not run: it stands in a block or in a function, behind a condition perhaps. */
export function applyPerhaps(state: SchemaState, action: Action): void {
  const leaving = leavingBy(action, state);
  applyAction(state, action);
  if (leaving) state.noteMade(markOf(leaving.key), false);
}

/**
 * What is known of a relation that is not there; undefined where it is there, or where the history does not say that
 * it has gone. A name means the same in two places only where both say its schema, or neither does.
 */
export function goneRelation(state: SchemaState, name: ObjectName): Gone | undefined {
  if (name.schema === undefined && !state.hasDefaultPath) return undefined;
  const made = state.made(markOf(keyOf(name.schema ?? 'public', name.name)));
  if (!made || state.relation(name)) return undefined;
  const [isQualified, renamedTo, disturbances] = JSON.parse(made.note) as Noted;
  if (isQualified !== (name.schema !== undefined)) return undefined;
  return { place: made.place, renamedTo: renamedTo ?? undefined, certain: disturbances === state.disturbances };
}

function markOf(key: string): string {
  return `gone ${key}`;
}

interface Leaving {
  readonly key: string;
  readonly name: ObjectName;
  readonly renamedTo?: string;
}

function leavingBy(action: Action, state: SchemaState): Leaving | undefined {
  switch (action.kind) {
    case 'dropTable':
      return leaving(action.table, state);
    case 'dropObject':
      return leaving(action.object, state);
    case 'renameTable':
      return leaving(action.table, state, action.to);
    default:
      return undefined;
  }
}

function leaving(name: ObjectName, state: SchemaState, renamedTo?: string): Leaving | undefined {
  const relation = state.relation(name);
  if (!relation || relation.kind === 'index' || relation.kind === 'sequence' || relation.schema === 'pg_temp')
    return undefined;
  return { key: relation.key, name, ...(renamedTo !== undefined && { renamedTo }) };
}
