import type { NamedRelation } from './words.js';

/** `rows`: what has rows of its own, and so can have an index. */
export type RelationKinds = 'tables' | 'rows' | 'views' | 'readable' | 'indexes' | 'sequences';

/** What can stand at a place of a statement. */
export type Wanted =
  | { readonly what: 'relations'; readonly kinds: RelationKinds }
  | { readonly what: 'columns'; readonly of: readonly NamedRelation[] }
  | { readonly what: 'constraints'; readonly of: NamedRelation; readonly notValid: boolean }
  | { readonly what: 'indexes'; readonly of: NamedRelation }
  | { readonly what: 'types'; readonly builtIn: boolean }
  | { readonly what: 'functions'; readonly triggers: boolean }
  /** What the statement itself names: columns of a CREATE TABLE, aliases. */
  | { readonly what: 'words'; readonly names: readonly string[]; readonly detail: string };

export const tables: Wanted = { what: 'relations', kinds: 'tables' };
export const readable: Wanted = { what: 'relations', kinds: 'readable' };
export const views: Wanted = { what: 'relations', kinds: 'views' };
export const indexes: Wanted = { what: 'relations', kinds: 'indexes' };
export const types: Wanted = { what: 'types', builtIn: true };
export const functions: Wanted = { what: 'functions', triggers: false };
export const nothing: readonly Wanted[] = [];

/** Words behind which an expression begins. */
export const beforeExpression = new Set(
  (
    'SELECT DISTINCT WHERE AND OR NOT ON HAVING BY RETURNING CASE WHEN THEN ELSE SET BETWEEN LIKE ILIKE FILTER ALL ANY ' +
    'USING'
  ).split(' '),
);

/** The columns of some relations. */
export function columnsOf(...of: readonly NamedRelation[]): Wanted {
  return { what: 'columns', of };
}
