import type { Action } from './action.js';

/** Where an action keeps the name of an object as plain text. */
const plainNames = ['to', 'constraint', 'index', 'trigger', 'schema', 'extension'] as const;

/**
 * The bare names of the objects that an action is about: tables, indexes, views, types, its constraint, the table a
 * query reads, the new name of a renamed one. Columns and schemas in front of a name are left out; each comes once.
 */
export function namesIn(action: Action): readonly string[] {
  let names = known.get(action);
  if (!names) {
    names = [...collected(action)];
    known.set(action, names);
  }
  return names;
}

/** Actions are kept with the text of their statement, and so are their names. */
const known = new WeakMap<Action, readonly string[]>();

function collected(action: Action): Set<string> {
  const names = new Set<string>();
  for (const value of Object.values(action) as unknown[]) {
    if (Array.isArray(value)) for (const each of value) addName(each, names);
    else addName(value, names);
  }
  for (const key of plainNames) {
    const name = (action as unknown as Record<string, unknown>)[key];
    if (typeof name === 'string') names.add(name);
  }
  if (action.kind === 'addConstraint') {
    const { name, usingIndex } = action.constraint;
    if (name !== undefined) names.add(name);
    if (usingIndex !== undefined) names.add(usingIndex);
  } else if (action.kind === 'createTable' && action.partitionOf) names.add(action.partitionOf.parent.name);
  else if (action.kind === 'alterTableOther' && typeof action.replicaIdentity === 'object')
    names.add(action.replicaIdentity.index);
  return names;
}

/** An object's name has a schema, if only as undefined; a column's has none. */
function addName(value: unknown, names: Set<string>): void {
  if (typeof value !== 'object' || value === null || !('schema' in value) || !('name' in value)) return;
  if (typeof value.name === 'string') names.add(value.name);
}
