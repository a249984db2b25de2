import type { QualifiedName, UsedName } from '../sql/action.js';
import { keyOf, type SchemaState } from './state.js';

/** The key of the relation that a name means: of the one that is there, else of the one that would be made. */
export function keyFor(state: SchemaState, name: QualifiedName): string {
  return state.relation(name)?.key ?? keyOf(state.schemaFor(name), name.name);
}

/** The keys of functions; the bare name of one that no file has made, which may be built in. */
export function functionKeys(state: SchemaState, names: readonly UsedName[]): string[] {
  return [...new Set(names.map((name) => state.function(name)?.key ?? name.name))];
}

/** The keys of types and of tables whose row type is meant; the bare name of one that no file has made. */
export function typeKeys(state: SchemaState, names: readonly UsedName[]): string[] {
  return [...new Set(names.map((name) => state.type(name)?.key ?? state.relation(name)?.key ?? name.name))];
}

/** Where a new type or function of this name would be made. */
export function place(
  state: SchemaState,
  { schema, name }: QualifiedName,
): { readonly key: string; readonly schema: string; readonly name: string } {
  const own = schema ?? state.schemaFor({ schema, name });
  return { key: keyOf(own, name), schema: own, name };
}
