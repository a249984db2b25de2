import type { Catalog } from './catalog.js';
import { constant, field, flag, list, strings, tagOf, inner, type Tree } from './tree.js';

const sameType: Readonly<Record<string, string>> = {
  int: 'int4',
  integer: 'int4',
  bigint: 'int8',
  smallint: 'int2',
  boolean: 'bool',
  decimal: 'numeric',
  serial4: 'serial',
  serial8: 'bigserial',
  serial2: 'smallserial',
};

/** The parts of a type name that decide whether two are the same. */
export interface TypeParts {
  /** PostgreSQL's own name of a built-in type; "#17" for one of the files; "schema.name" for any other. */
  readonly base: string;
  readonly modifiers: readonly string[];
  readonly dimensions: number;
}

export function typeParts(type: Tree, catalog: Catalog): TypeParts {
  const names = strings(type, 'names').filter((name) => name !== 'pg_catalog');
  const name = names.at(-1) ?? '';
  const found = catalog.find('type', { schema: names.at(-2), name });
  const isBuiltIn = strings(type, 'names')[0] === 'pg_catalog';
  const base = found && !isBuiltIn ? `#${found.oid}` : names.length > 1 ? names.join('.') : (sameType[name] ?? name);
  const modifiers = list(type, 'typmods').map((node) =>
    tagOf(node) === 'A_Const' ? (constant(inner(node)) ?? '') : tagOf(node),
  );
  // Written without one, bpchar has the length 1 from the grammar, and interval a mask of its fields.
  return { base, modifiers, dimensions: list(type, 'arrayBounds').length };
}

/** One text for a type, however it is spelled. */
export function typeKey(type: Tree, catalog: Catalog): string {
  const { base, modifiers, dimensions } = typeParts(type, catalog);
  const setOf = flag(type, 'setof') ? 'setof ' : '';
  return `${setOf}${base}${modifiers.length > 0 ? `(${modifiers.join(',')})` : ''}${'[]'.repeat(dimensions)}`;
}

const serials: Readonly<Record<string, string>> = { serial: 'int4', bigserial: 'int8', smallserial: 'int2' };

/** The type of the column behind serial, and undefined for any other type. */
export function serialType(key: string | undefined): string | undefined {
  return key === undefined ? undefined : serials[key];
}

export const typeWords: Readonly<Record<string, string>> = { int4: 'integer', int8: 'bigint', int2: 'smallint' };

/** The field of a node that is a TypeName, with or without its tag. */
export function typeOf(tree: Tree, name = 'typeName'): Tree {
  const found = field(tree, name);
  return 'TypeName' in found ? field(found, 'TypeName') : found;
}
