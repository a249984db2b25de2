import type { Relation } from './model.js';
import { asTable } from './writable-table.js';

/** What it takes to find a relation by its name. */
export interface Names {
  readonly searchPath: readonly string[];
  /** False where no temporary relation can be there. */
  readonly mayHaveTemporary: boolean;
  /** The schemas in which a table or an index of the name has ever stood. */
  readonly homes: readonly string[];
  at(schema: string, name: string): Relation | undefined;
}

/** True while no file has said where names without a schema stand. */
export function isDefaultPath(searchPath: readonly string[]): boolean {
  return searchPath.length === 1 && searchPath[0] === 'public';
}

/** The relation that a name without a schema means: a temporary one first, then along the search path. */
export function findAlongPath(name: string, names: Names): Relation | undefined {
  const temporary = names.mayHaveTemporary ? names.at('pg_temp', name) : undefined;
  if (temporary) return temporary;
  for (const schema of names.searchPath) {
    const found = names.at(schema, name);
    if (found) return found;
  }
  return isDefaultPath(names.searchPath) ? withSchema(name, names) : undefined;
}

/**
 * The relation of a name with its schema. A table written with and without its schema is one, unless the history shows
 * two: the role or the tool may set another search_path than files do.
 */
export function findInSchema(schema: string, name: string, at: Names['at']): Relation | undefined {
  const own = at(schema, name);
  if (own || schema.startsWith('pg_') || schema === 'information_schema') return own;
  const found = at('public', name);
  return found?.kind === 'table' && found.unqualified ? found : undefined;
}

function withSchema(name: string, { homes, at }: Names): Relation | undefined {
  const found = homes.flatMap((schema) => {
    const there = at(schema, name);
    return asTable(there) ?? (there?.kind === 'index' ? there : undefined) ?? [];
  });
  return found.length === 1 ? found[0] : undefined;
}
